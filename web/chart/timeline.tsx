/**
 * Attempts over time as bars, one on the other: campaigns in their colours below, what belongs to none above them. Drawn by SVG in
 * units of steps and shares, so it fits any width without being measured, prints, and needs no script to be looked at.
 */
import { useSignal } from '@preact/signals';
import { DAY, isoTime } from '../../src/model/time.ts';
import type { Series } from '../../src/view/site.ts';
import { compact, counted, duration, minute } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Mark } from '../words/text.tsx';
import { hueOf, placeOf } from './palette.ts';
import { countTicks, timeTicks } from './ticks.ts';

export interface TimelineProps {
  readonly series: Series;
  readonly showsLoud: boolean;
  readonly label: string;
  /** Called with the interval of a step that was clicked. */
  readonly onPick?: (from: number, to: number) => void;
}

interface Band {
  readonly name: string;
  readonly kind: string;
  readonly place: number | null;
  readonly counts: readonly number[];
}

const HEIGHT = 100;

export function Timeline({ series, showsLoud, label, onPick }: TimelineProps) {
  const at = useSignal<number | null>(null);
  const bands = bandsOf(series, showsLoud);
  const steps = series.quiet.length;
  if (steps === 0) return <p class="faint">Nothing to draw.</p>;
  const sums = Array.from({ length: steps }, (_, i) =>
    bands.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0),
  );
  const marks = countTicks(Math.max(1, ...sums), 3);
  const top = marks.at(-1)! || 1;
  const from = series.from;
  const to = from + steps * series.step;
  const bases = new Float64Array(steps);
  const paths = bands.map((band) => ({ band, path: pathOf(band.counts, bases, top) }));
  const stepAt = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.max(0, Math.min(steps - 1, Math.floor(((event.clientX - left) / width) * steps)));
  };
  const seen = at.value;
  return (
    <figure class="timeline" aria-label={label}>
      <div class="timeline-frame">
        <div class="timeline-marks" aria-hidden="true">
          {marks.map((mark) => (
            <span key={mark} style={{ bottom: `${(mark / top) * 100}%` }}>
              {compact(mark)}
            </span>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the table below says the same, and the picture has keys of its own */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
        <div
          class="timeline-plot"
          onMouseMove={(event) => {
            at.value = stepAt(event);
          }}
          onMouseLeave={() => {
            at.value = null;
          }}
          onClick={
            onPick === undefined
              ? undefined
              : (event) => {
                  const step = stepAt(event);
                  onPick(from + step * series.step, from + (step + 1) * series.step);
                }
          }
        >
          <svg viewBox={`0 0 ${steps} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            {marks.map((mark) => (
              <line
                key={mark}
                class="grid"
                x1="0"
                x2={steps}
                y1={HEIGHT - (mark / top) * HEIGHT}
                y2={HEIGHT - (mark / top) * HEIGHT}
              />
            ))}
            {paths.map(({ band, path }) => (
              <path key={band.name} class={band.kind} d={path} />
            ))}
            {seen !== null && <rect class="seen" x={seen} y="0" width="1" height={HEIGHT} />}
          </svg>
        </div>
        <div class="timeline-times" aria-hidden="true">
          {timeTicks(from, to, 7)
            .filter(({ at: time }) => time - from < 0.93 * (to - from))
            .map(({ at: time, says }) => (
              <span key={time} style={{ left: `${((time - from) / (to - from)) * 100}%` }}>
                {says}
              </span>
            ))}
        </div>
      </div>
      <p class="readout" aria-hidden="true">
        {seen === null ? (
          <span class="faint">one bar is {duration(series.step).replace(/^1 /, 'one ')}</span>
        ) : (
          <>
            <span class="num">{stepName(from + seen * series.step, series.step)}</span>
            {bands
              .filter(({ counts }) => (counts[seen] ?? 0) > 0)
              .map((band) => (
                <span key={band.name}>
                  {band.place === null ? <i class={`dab ${band.kind}`} /> : <Mark n={band.place} />}{' '}
                  {counted(band.counts[seen]!, 'attempt')} {band.name}
                </span>
              ))}
          </>
        )}
      </p>
      <details class="as-table">
        <summary>The same as a table</summary>
        <Scroll label={`${label}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">from (UTC)</th>
                {bands.map(({ name }) => (
                  <th key={name} scope="col" class="num">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sums.map((sum, i) =>
                sum === 0 ? null : (
                  <tr key={i}>
                    <th scope="row">{stepName(from + i * series.step, series.step)}</th>
                    {bands.map(({ name, counts }) => (
                      <td key={name} class="num">
                        {counts[i]}
                      </td>
                    ))}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </Scroll>
      </details>
    </figure>
  );
}

function bandsOf(series: Series, showsLoud: boolean): Band[] {
  const bands: Band[] = series.campaigns
    .filter(({ counts }) => counts.some((n) => n > 0))
    .map(({ id, counts }) => ({
      name: `of ${id}`,
      kind: `hue-${hueOf(placeOf(id))}`,
      place: placeOf(id),
      counts,
    }));
  bands.push({ name: 'of no campaign', kind: 'other', place: null, counts: series.quiet });
  if (showsLoud) bands.push({ name: 'of loud sources', kind: 'loud', place: null, counts: series.loud });
  return bands.filter(({ counts }) => counts.some((n) => n > 0));
}

/** Bars of one band on what `bases` already hold, which it raises. Bars that touch are one line. */
function pathOf(counts: readonly number[], bases: Float64Array, top: number): string {
  let path = '';
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    const y0 = HEIGHT - (bases[i]! / top) * HEIGHT;
    bases[i]! += count;
    const y1 = HEIGHT - (bases[i]! / top) * HEIGHT;
    const gap = counts.length > 150 ? 0 : 0.08;
    path += `M${i + gap} ${y0.toFixed(2)}V${y1.toFixed(2)}H${i + 1 - gap}V${y0.toFixed(2)}z`;
  }
  return path;
}

function stepName(from: number, step: number): string {
  return step % DAY === 0 ? isoTime(from).slice(0, 10) : minute(from);
}
