/**
 * The picture: time against user name, one dot an attempt; below it time against source, beside it what else there is to count. A
 * campaign that goes through a list is a line from one corner to the other, whoever its participants are.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Picture } from '../../src/view/site.ts';
import { besideOf } from '../chart/beside.ts';
import { Dots } from '../chart/dots.tsx';
import { placeOf } from '../chart/palette.ts';
import type { View } from '../chart/raster.ts';
import { type Choice, inksOfAttempts, type Order, ranksOf, sceneOf } from '../chart/scene.ts';
import { clamped, isSameView, wholeView, zoomed } from '../chart/viewport.ts';
import { Await, useLoad } from '../data/load.tsx';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { keepInAddress, route } from '../shell/route.ts';
import { say } from '../shell/say.tsx';
import { counted, minute, thousands } from '../words/format.ts';
import { GapCharts, PlaceCharts } from './beside.tsx';
import { Legend } from './legend.tsx';
import { InView, Lines } from './lines.tsx';

/** Attempts at most: what is drawn fluently by a processor alone. Of more, those of campaigns come first. */
const MOST = 1_000_000;
/** What is counted beside the picture waits for the hand to rest, ms. */
const REST = 160;

const ORDERS: readonly { readonly order: Order; readonly says: string; readonly title: string }[] = [
  { order: 'alphabet', says: 'alphabet', title: 'From a to z' },
  { order: 'appearance', says: 'first seen first', title: 'By the first attempt' },
  { order: 'campaign', says: 'by campaign', title: 'The list of each campaign in turn, in its order' },
  { order: 'attempts', says: 'most tried first', title: 'By how many attempts there were' },
];

/** A thinned picture is asked for again, whole or less thinned, when less than this share of its time is looked at. */
const CLOSER = 0.5;

export function PictureView({ site }: { readonly site: SiteContext }) {
  const { query } = route.value;
  const [choice, setChoice] = useState<Choice>(() => firstChoice());
  const since = timeIn(query.get('since'));
  const until = timeIn(query.get('until'));
  const loaded = useLoad(
    () =>
      site.gateway.picture({
        limit: MOST,
        ...(since === null ? {} : { since }),
        ...(until === null ? {} : { until }),
      }),
    [site.gateway, since, until],
  );
  return (
    <>
      <Heading>The picture</Heading>
      <Await of={loaded} what="the picture">
        {(picture) =>
          picture.length === 0 ? (
            <div class="card empty">
              <p>No attempt to draw.</p>
            </div>
          ) : (
            <Drawn
              key={`${since} ${until}`}
              picture={picture}
              site={site}
              choice={choice}
              setChoice={setChoice}
              isPart={since !== null || until !== null}
            />
          )
        }
      </Await>
    </>
  );
}

/** Another interval, drawn as much of it as there is room for; none: all of the time. */
function drawPart(part: { readonly since: number; readonly until: number } | null): void {
  for (const name of ['from', 'to']) keepInAddress(name, null);
  keepInAddress('since', part === null ? null : String(part.since));
  keepInAddress('until', part === null ? null : String(part.until));
  say(part === null ? 'All of the time' : 'This part is drawn anew, with more of its attempts');
}

function Drawn(props: {
  readonly picture: Picture;
  readonly site: SiteContext;
  readonly choice: Choice;
  readonly setChoice: (choice: Choice) => void;
  /** Whether it is of a part of the time. */
  readonly isPart: boolean;
}) {
  const { picture, site, choice, setChoice, isPart } = props;
  const order = ORDERS.find((one) => one.order === route.value.query.get('order'))?.order ?? 'alphabet';
  const [sourceOrder, setSourceOrder] = useState<Order>('appearance');
  const picked = useSignal<number | null>(null);
  const inkOf = useMemo(() => inksOfAttempts(picture), [picture]);
  const names = useMemo(
    () => sceneOf(picture, 'user', ranksOf(picture, 'user', order), inkOf, choice),
    [picture, order, inkOf, choice],
  );
  const sources = useMemo(
    () => sceneOf(picture, 'source', ranksOf(picture, 'source', sourceOrder), inkOf, choice),
    [picture, sourceOrder, inkOf, choice],
  );
  const seconds = picture.time[picture.length - 1] ?? 0;
  const wholeNames = { seconds, rows: names.textOf.length };
  const wholeSources = { seconds, rows: sources.textOf.length };
  const [view, setView] = useState<View>(() => viewInAddress(picture, wholeView(wholeNames)));
  const [sourceView, setSourceView] = useState<View>(() => ({ ...wholeView(wholeSources), ...timeOf(view) }));
  const rest = useRested(view, REST);

  // other rows: the rows begin anew, the time stays
  useEffect(() => {
    setView((now) => clamped({ ...wholeView(wholeNames), ...timeOf(now) }, wholeNames));
    setSourceView((now) => clamped({ ...wholeView(wholeSources), ...timeOf(now) }, wholeSources));
  }, [names, sources]);
  useEffect(() => {
    const { t0, t1 } = wholeView(wholeNames);
    const isWhole = Math.abs(rest.t0 - t0) < 1 && Math.abs(rest.t1 - t1) < 1;
    keepInAddress('from', isWhole ? null : String(Math.floor(picture.from + rest.t0)));
    keepInAddress('to', isWhole ? null : String(Math.ceil(picture.from + rest.t1)));
  }, [rest]);

  const isCloser =
    picture.isThinned && site.gateway.kind === 'server' && rest.t1 - rest.t0 < seconds * CLOSER;
  const drawThis = () =>
    drawPart({
      since: Math.floor(picture.from + Math.max(0, rest.t0)),
      until: Math.ceil(picture.from + rest.t1),
    });
  // where some of the rows are looked at, they would be gone: there it is a button
  useEffect(() => {
    if (isCloser && rest.r0 <= 0 && rest.r1 >= names.textOf.length) drawThis();
  }, [rest]);

  const beside = useMemo(
    () => besideOf(picture, names, rest.t0, rest.t1),
    [picture, names, rest.t0, rest.t1],
  );
  const onNames = (next: View) => {
    setView(next);
    setSourceView((now) => (now.t0 === next.t0 && now.t1 === next.t1 ? now : { ...now, ...timeOf(next) }));
  };
  const onSources = (next: View) => {
    setSourceView(next);
    setView((now) => (now.t0 === next.t0 && now.t1 === next.t1 ? now : { ...now, ...timeOf(next) }));
  };
  const zoom = (factor: number) =>
    onNames(clamped(zoomed(view, factor, { x: 0.5, y: 0.5 }, 'both'), wholeNames));
  const all = wholeView(wholeNames);
  return (
    <div class="picture">
      <div class="picture-bar card">
        <fieldset class="segments">
          <legend>Order</legend>
          {ORDERS.map((one) => (
            <label key={one.order} title={one.title}>
              <input
                type="radio"
                name="order"
                checked={order === one.order}
                onChange={() => {
                  keepInAddress('order', one.order === 'alphabet' ? null : one.order);
                  say(`Order: ${one.says}`);
                }}
              />
              <span>{one.says}</span>
            </label>
          ))}
        </fieldset>
        <fieldset class="zoom" aria-label="Zoom">
          <button type="button" onClick={() => zoom(1 / 1.6)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => zoom(1.6)} aria-label="Zoom out">
            −
          </button>
          <button
            type="button"
            disabled={isSameView(view, all)}
            onClick={() => {
              setView(all);
              setSourceView(wholeView(wholeSources));
            }}
          >
            All of it
          </button>
          {isCloser && (
            <button type="button" onClick={drawThis} title="Attempts that were thinned out are fetched">
              Draw more of this part
            </button>
          )}
          {isPart && (
            <button type="button" onClick={() => drawPart(null)}>
              All of the time
            </button>
          )}
        </fieldset>
        <p class="picture-says small" role="status">
          {counted(beside.count, 'attempt')}, {minute(picture.from + Math.max(0, rest.t0))} to{' '}
          {minute(picture.from + Math.min(seconds, rest.t1))}; {counted(names.textOf.length, 'name')}
          {names.nameless > 0 && `; ${counted(names.nameless, 'attempt')} without a name left out`}
          {picture.isThinned && `; thinned out evenly from ${thousands(picture.all)}`}
        </p>
      </div>
      <Legend picture={picture} choice={choice} inkOf={inkOf} onChoice={setChoice} placeOf={placeOf} />
      <div class="picture-main">
        <section class="card" aria-labelledby="names">
          <h2 id="names">Time against user name</h2>
          <Dots
            picture={picture}
            scene={names}
            view={view}
            height="tall"
            label="Attempts: time from left to right, user names from top to bottom"
            onView={onNames}
            onPick={(attempt) => {
              picked.value = attempt;
            }}
          />
          <p class="faint small hint">
            Drag to zoom in, double-click for all of it, click a dot for its log lines.
          </p>
          {picked.value !== null && (
            <Lines
              site={site}
              picture={picture}
              attempt={picked.value}
              onClose={() => {
                picked.value = null;
              }}
            />
          )}
        </section>
        <section class="card" aria-labelledby="sources">
          <div class="card-head">
            <h2 id="sources">Time against source</h2>
            <label class="check">
              order{' '}
              <select
                value={sourceOrder}
                onChange={(event) => {
                  const wanted = event.currentTarget.value;
                  setSourceOrder(ORDERS.find((one) => one.order === wanted)?.order ?? 'appearance');
                }}
              >
                <option value="appearance">first seen first</option>
                <option value="alphabet">by address</option>
                <option value="campaign">by campaign</option>
                <option value="attempts">most attempts first</option>
              </select>
            </label>
          </div>
          <Dots
            picture={picture}
            scene={sources}
            view={sourceView}
            height="low"
            label="Attempts: time from left to right, sources from top to bottom"
            onView={onSources}
            onPick={(attempt) => {
              picked.value = attempt;
            }}
          />
          <p class="faint small">{counted(sources.textOf.length, 'source')}</p>
        </section>
        <GapCharts beside={beside} />
      </div>
      <aside class="picture-side" aria-label="Counts">
        <PlaceCharts picture={picture} beside={beside} />
      </aside>
      <InView
        site={site}
        since={Math.floor(picture.from + Math.max(0, rest.t0))}
        until={Math.ceil(picture.from + Math.min(seconds + 1, rest.t1))}
      />
    </div>
  );
}

function firstChoice(): Choice {
  const onlyCampaigns = route.peek().query.get('show') === 'campaigns';
  return { quiet: !onlyCampaigns, loud: false, logins: false, without: new Set(), sensor: null };
}

function timeOf({ t0, t1 }: View): { readonly t0: number; readonly t1: number } {
  return { t0, t1 };
}

/** The time that the address asks for, within the picture. */
function viewInAddress(picture: Picture, all: View): View {
  const { query } = route.peek();
  const from = timeIn(query.get('from'));
  const to = timeIn(query.get('to'));
  if (from === null || to === null || !(to > from)) return all;
  const whole = { seconds: picture.time[picture.length - 1] ?? 0, rows: all.r1 };
  return { ...all, ...timeOf(clamped({ ...all, t0: from - picture.from, t1: to - picture.from }, whole)) };
}

function timeIn(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** `value`, once it has been the same for `ms`. */
function useRested<T>(value: T, ms: number): T {
  const [rested, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(() => value), ms);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
