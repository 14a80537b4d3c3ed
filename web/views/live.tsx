/**
 * Attempts as they come. Many may come in a second: they are gathered and shown at most twice in a second, the newest so many; a
 * screen reader hears of campaigns at once and of attempts as a number now and then.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent } from '../../src/model/live.ts';
import type { AttemptRow } from '../../src/view/site.ts';
import { placeOf } from '../chart/palette.ts';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { say } from '../shell/say.tsx';
import { counted, figure, minute, thousands } from '../words/format.ts';
import { Mark, SourceLink, UserName } from '../words/text.tsx';
import { AttemptTable } from './attempt-table.tsx';

const MOST = 200;
const MOST_EVENTS = 50;
/** Shown at most so often, ms. */
const BEAT = 500;
/** A screen reader hears how many came at most so often, ms. */
const SPOKEN_EVERY = 15_000;

export function LiveView({ site }: { readonly site: SiteContext }) {
  const [rows, setRows] = useState<readonly AttemptRow[]>([]);
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  const [isPaused, setPaused] = useState(false);
  const [isConnected, setConnected] = useState<boolean | null>(null);
  const [missed, setMissed] = useState(0);
  const paused = useRef(false);
  paused.current = isPaused;
  const { gateway } = site;

  useEffect(() => {
    if (gateway.listen === null) return;
    let waiting: AttemptRow[] = [];
    let skippedNow = 0;
    let since = 0;
    let spoken = performance.now();
    const stop = gateway.listen({
      attempts(come, skipped) {
        waiting.push(...come);
        if (waiting.length > MOST) {
          skippedNow += waiting.length - MOST;
          waiting = waiting.slice(-MOST);
        }
        skippedNow += skipped;
        since += come.length + skipped;
      },
      event(event) {
        setEvents((before) => [event, ...before].slice(0, MOST_EVENTS));
        if (event.kind === 'campaign:opened') say(`A campaign was found out: ${event.campaign}`);
        else if (event.kind === 'account:compromised')
          say(`A participant of campaign ${event.campaign} got in`);
        site.refresh();
      },
      state: setConnected,
    });
    const timer = setInterval(() => {
      if (performance.now() - spoken > SPOKEN_EVERY && since > 0) {
        if (!paused.current) say(`${counted(since, 'attempt')} came in`);
        spoken = performance.now();
        since = 0;
      }
      if (paused.current || (waiting.length === 0 && skippedNow === 0)) return;
      const come = waiting.reverse();
      waiting = [];
      const left = skippedNow;
      skippedNow = 0;
      setRows((before) => [...come, ...before].slice(0, MOST));
      if (left > 0) setMissed((n) => n + left);
    }, BEAT);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [gateway]);

  const isLog = site.overview.kind === 'ready' && site.overview.value.site.kind === 'log';
  return (
    <>
      <Heading
        aside={
          <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </button>
        }
      >
        Live
      </Heading>
      <p class="live-state" role="status">
        {isLog ? (
          'This is a finished log: nothing will come.'
        ) : isConnected === null ? (
          'Connecting …'
        ) : isConnected ? (
          <>
            <i class={`pulse ${isPaused ? 'pulse-off' : ''}`} aria-hidden="true" />{' '}
            {isPaused ? 'Paused; what comes is kept.' : 'Listening.'}
          </>
        ) : (
          'The connection was lost. It is tried again by itself.'
        )}
        {missed > 0 && ` ${thousands(missed)} attempts came too fast to be shown.`}
      </p>
      <div class="columns columns-wide">
        <section class="card" aria-labelledby="come">
          <h2 id="come">Attempts, the newest first</h2>
          {rows.length === 0 ? (
            <p class="faint">None yet.</p>
          ) : (
            <AttemptTable rows={rows} label="Attempts as they come" />
          )}
        </section>
        <section class="card" aria-labelledby="happened">
          <h2 id="happened">What was found out</h2>
          {events.length === 0 ? (
            <p class="faint">Nothing yet.</p>
          ) : (
            <ul class="events">
              {events.map((event) => (
                <li
                  key={`${event.time} ${event.kind} ${event.campaign} ${'source' in event ? event.source : ''}`}
                >
                  <span class="faint num">{minute(event.time)}</span> <Mark n={placeOf(event.campaign)} />{' '}
                  <EventText event={event} />
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}

export function EventText({ event }: { readonly event: LiveEvent }) {
  const campaign = <a href={`#/campaign/${encodeURIComponent(event.campaign)}`}>{event.campaign}</a>;
  switch (event.kind) {
    case 'campaign:opened':
      return (
        <>
          campaign {campaign} was found out, after {counted(event.attempts, 'attempt')}, by{' '}
          {figure(event.bits)} bits
        </>
      );
    case 'participant:named':
      return (
        <>
          <SourceLink source={event.source} /> takes part in {campaign}
        </>
      );
    case 'participant:released':
      return (
        <>
          <SourceLink source={event.source} /> does not belong to {campaign} after all
        </>
      );
    case 'account:compromised':
      return (
        <strong>
          <SourceLink source={event.source} /> of {campaign} got in as <UserName name={event.user} />
        </strong>
      );
    case 'campaign:returned':
      return (
        <>
          {campaign} is the actor of{' '}
          <a href={`#/campaign/${encodeURIComponent(event.earlier)}`}>{event.earlier}</a> again
        </>
      );
    case 'campaign:ended':
      return (
        <>
          {campaign} is over: {counted(event.attempts, 'attempt')} by{' '}
          {counted(event.participants, 'participant')}
        </>
      );
  }
}
