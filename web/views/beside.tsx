/** Beside the picture: how long between two attempts, how long until a source came back, at which hours, on which sensors. */
import type { Picture } from '../../src/view/site.ts';
import { type Beside, GAP_BOUNDS } from '../chart/beside.ts';
import { type Bar, Histogram } from '../chart/histogram.tsx';
import { duration, shortText, thousands } from '../words/format.ts';

/** Inks of scene.ts as classes of the style sheet. */
const KINDS = ['other', 'loud', 'login', 'login', ...Array.from({ length: 7 }, (_, hue) => `hue-${hue}`)];
/** Sensors that get a bar of their own. */
const MOST_SENSORS = 12;
const SHORT = ['1 s', '', '10 s', '', '1 min', '', '10 min', '', '1 h', '', '10 h', '1 d', '', '10 d', ''];

export function BesideCharts({ picture, beside }: { readonly picture: Picture; readonly beside: Beside }) {
  const sensors = beside.sensors
    .map((counts, sensor) => ({ counts, sensor, sum: counts.reduce((a, b) => a + b, 0) }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum);
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
        <p class="faint small">
          {sensors.length > MOST_SENSORS
            ? `the ${MOST_SENSORS} most tried of ${thousands(sensors.length)}`
            : 'attempts on each'}
        </p>
        <Histogram
          bars={sensors.slice(0, MOST_SENSORS).map(({ counts, sensor }) => ({
            mark: shortText(picture.sensors[sensor]!, sensors.length > 4 ? 6 : 12),
            name: shortText(picture.sensors[sensor]!, 60),
            parts: partsOf(counts),
          }))}
          noun="attempt"
          label="Attempts by sensor"
        />
      </section>
    </div>
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
