/** Beside the picture: how long between two attempts, how long until a source came back, at which hours, on which sensors. */
import type { Picture } from '../../src/view/site.ts';
import { type Beside, GAP_BOUNDS } from '../chart/beside.ts';
import { type Bar, Histogram } from '../chart/histogram.tsx';
import { duration, thousands } from '../words/format.ts';
import { Raw } from '../words/text.tsx';

/** Inks of scene.ts as classes of the style sheet. */
const KINDS = ['other', 'loud', 'login', 'login', ...Array.from({ length: 7 }, (_, hue) => `hue-${hue}`)];
/** Sensors that get a bar of their own. */
const MOST_SENSORS = 12;
/** Below which bars something stands: as many as there is room for. */
const SHORT: Readonly<Record<number, string>> = {
  0: '< 1 s',
  4: '1 min',
  8: '1 h',
  11: '1 day',
  13: '10 days',
};

/** How long between attempts, and until a source came back: what tells a slow hand from a quick one. */
export function GapCharts({ beside }: { readonly beside: Beside }) {
  return (
    <div class="beside">
      <section class="card">
        <h3>Time from one attempt to the next</h3>
        <p class="faint small">of the same campaign, or of none</p>
        <Histogram bars={gapBars(beside.gaps)} noun="gap" label="Gaps between attempts" />
      </section>
      <section class="card">
        <h3>Time until a source came back</h3>
        <p class="faint small">a per-source threshold sees the left end only</p>
        <Histogram bars={gapBars(beside.returns)} noun="return" label="Time until a source came back" />
      </section>
    </div>
  );
}

/** At which hours, on which sensors. */
export function PlaceCharts({ picture, beside }: { readonly picture: Picture; readonly beside: Beside }) {
  const sensors = beside.sensors
    .map((counts, sensor) => ({ counts, sensor, sum: counts.reduce((a, b) => a + b, 0) }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum);
  return (
    <>
      <section class="card">
        <h3>Hour of the day</h3>
        <p class="faint small">UTC</p>
        <Histogram
          bars={beside.hours.map((counts, hour) => ({
            mark: hour % 6 === 0 ? String(hour).padStart(2, '0') : '',
            name: `${String(hour).padStart(2, '0')}:00`,
            parts: partsOf(counts),
          }))}
          noun="attempt"
          label="Attempts by hour of the day"
        />
      </section>
      <section class="card">
        <h3>Sensors</h3>
        <SensorBars picture={picture} sensors={sensors} />
      </section>
    </>
  );
}

/** Names of hosts are long: bars that lie. */
function SensorBars({
  picture,
  sensors,
}: {
  readonly picture: Picture;
  readonly sensors: readonly {
    readonly counts: Uint32Array;
    readonly sensor: number;
    readonly sum: number;
  }[];
}) {
  const top = sensors[0]?.sum ?? 1;
  return (
    <>
      <ul class="lying">
        {sensors.slice(0, MOST_SENSORS).map(({ counts, sensor, sum }) => (
          <li key={sensor}>
            <Raw text={picture.sensors[sensor] ?? ''} limit={18} />
            <span class="lying-bar" aria-hidden="true">
              {partsOf(counts).map(({ kind, count }) => (
                <i key={kind} class={kind} style={{ width: `${(count / top) * 100}%` }} />
              ))}
            </span>
            <span class="num small">{thousands(sum)}</span>
          </li>
        ))}
      </ul>
      {sensors.length > MOST_SENSORS && (
        <p class="faint small">and {thousands(sensors.length - MOST_SENSORS)} more</p>
      )}
    </>
  );
}

function gapBars(bins: readonly Uint32Array[]): Bar[] {
  return bins.map((counts, i) => ({
    mark: SHORT[i] ?? '',
    name:
      i === 0
        ? `below ${duration(GAP_BOUNDS[0])}`
        : i === GAP_BOUNDS.length
          ? `${duration(GAP_BOUNDS.at(-1)!)} or more`
          : `${duration(GAP_BOUNDS[i - 1]!)} to ${duration(GAP_BOUNDS[i]!)}`,
    parts: partsOf(counts),
  }));
}

/** Parts of a bar, campaigns at the bottom; inks of the same class together. */
function partsOf(counts: Uint32Array): Bar['parts'] {
  const sums = new Map<string, number>();
  for (let ink = KINDS.length - 1; ink >= 0; ink--) {
    const count = counts[ink]!;
    if (count > 0) sums.set(KINDS[ink]!, (sums.get(KINDS[ink]!) ?? 0) + count);
  }
  return [...sums].map(([kind, count]) => ({ kind, count }));
}
