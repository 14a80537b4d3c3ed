/**
 * Which sources of columns are loud: the rule of detection (src/detect/visitors.ts), five failures at one sensor within ten minutes,
 * which is fail2ban's default. Of columns that were thinned out to every n-th attempt it cannot be said like that; there a source is
 * loud that has failed {@link LOUD_A_DAY} times in a day, as far as can be told.
 */
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import type { AttemptColumns } from '../store/history.ts';

/** Five in ten minutes an hour and a half long: at half of it a mail program with an old password is loud, at twice a slow one is not. */
const LOUD_A_DAY = 50;

type Columns = Pick<AttemptColumns, 'length' | 'all' | 'time' | 'source' | 'sensor' | 'success' | 'sources'>;

/** 1 for each loud source. `columns` in order of time. */
export function loudSources(columns: Columns): Uint8Array {
  const { length, all, time, source, sensor, success, sources } = columns;
  const { loudFailures, loudSeconds } = DEFAULT_DETECT_OPTIONS;
  if (all > length) return loudOfThinned(columns);
  const isLoud = new Uint8Array(sources.length);
  const rings = new Map<number, { readonly times: number[]; count: number }>();
  for (let i = 0; i < length; i++) {
    const one = source[i]!;
    if (success[i] === 1 || isLoud[one] === 1) continue;
    const key = one * 0x1_0000 + sensor[i]!;
    const ring = rings.get(key) ?? { times: [], count: 0 };
    rings.set(key, ring);
    ring.times[ring.count % loudFailures] = time[i]!;
    ring.count++;
    const first = ring.times[ring.count % loudFailures];
    if (ring.count >= loudFailures && first !== undefined && time[i]! - first <= loudSeconds) isLoud[one] = 1;
  }
  return isLoud;
}

function loudOfThinned({ length, all, time, source, success, sources }: Columns): Uint8Array {
  const isLoud = new Uint8Array(sources.length);
  const day = new Float64Array(sources.length).fill(-1);
  const count = new Uint32Array(sources.length);
  // fewer than three say nothing of how often it came
  const most = Math.max(3, (LOUD_A_DAY * length) / Math.max(1, all));
  for (let i = 0; i < length; i++) {
    if (success[i] === 1) continue;
    const one = source[i]!;
    const today = Math.floor(time[i]! / DAY);
    if (day[one] !== today) count[one] = 0;
    day[one] = today;
    if (++count[one]! >= most) isLoud[one] = 1;
  }
  return isLoud;
}
