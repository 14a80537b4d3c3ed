/** What is counted beside a picture, of the attempts that are drawn and seen: gaps, returns, hours of the day, sensors. Pure. */
import { DAY, HOUR, MINUTE } from '../../src/model/time.ts';
import type { Picture } from '../../src/view/site.ts';
import { lowerBound } from './raster.ts';
import type { Scene } from './scene.ts';

/** Upper bounds of the bins of gaps, seconds; the last bin is open. */
export const GAP_BOUNDS = [
  1,
  3,
  10,
  30,
  MINUTE,
  3 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  10 * HOUR,
  DAY,
  3 * DAY,
  10 * DAY,
] as const;
/** Says of what a bar may be made: inks of scene.ts. */
export const INKS = 32;

export interface Beside {
  /** For each bin of gaps, counts by ink: between attempts of one campaign (or of none) that follow each other. */
  readonly gaps: readonly Uint32Array[];
  /** Until a source came back. */
  readonly returns: readonly Uint32Array[];
  /** For each hour of the day, UTC. */
  readonly hours: readonly Uint32Array[];
  /** For each sensor of the picture. */
  readonly sensors: readonly Uint32Array[];
  /** Attempts counted. */
  readonly count: number;
}

/** Counts attempts of `scene` from `t0` to `t1`, seconds from the picture's beginning, in whatever rows. */
export function besideOf(picture: Picture, scene: Scene, t0: number, t1: number): Beside {
  const bins = (n: number) => Array.from({ length: n }, () => new Uint32Array(INKS));
  const gaps = bins(GAP_BOUNDS.length + 1);
  const returns = bins(GAP_BOUNDS.length + 1);
  const hours = bins(24);
  const sensors = bins(picture.sensors.length);
  const lastOfCampaign = new Float64Array(picture.campaigns.length + 1).fill(-1);
  const lastOfSource = new Float64Array(picture.sources.length).fill(-1);
  let count = 0;
  for (const { index, time } of scene.layers) {
    const from = lowerBound(time, t0);
    const to = lowerBound(time, t1);
    lastOfSource.fill(-1);
    for (let k = from; k < to; k++) {
      const i = index[k]!;
      const at = time[k]!;
      const ink = scene.inkOf[i]!;
      const campaign = picture.campaign[i]!;
      const source = picture.source[i]!;
      count++;
      if (lastOfCampaign[campaign]! >= 0) gaps[binOf(at - lastOfCampaign[campaign]!)]![ink]!++;
      lastOfCampaign[campaign] = at;
      if (lastOfSource[source]! >= 0) returns[binOf(at - lastOfSource[source]!)]![ink]!++;
      lastOfSource[source] = at;
      hours[Math.floor(((picture.from + at) % DAY) / HOUR)]![ink]!++;
      sensors[picture.sensor[i]!]![ink]!++;
    }
  }
  return { gaps, returns, hours, sensors, count };
}

function binOf(gap: number): number {
  let bin = 0;
  while (bin < GAP_BOUNDS.length && gap >= GAP_BOUNDS[bin]!) bin++;
  return bin;
}
