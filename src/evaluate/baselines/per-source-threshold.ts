/**
 * What a per-source threshold sees: fail2ban's default rule (jail.conf: `maxretry = 5`, `findtime = 10m`), counted
 * as its `FailManager` does: failures of one address on one host, no gap window but the last `findtime` seconds.
 *
 * Simplified: it counts attempts, where fail2ban counts lines that its filter matches (a host that offers no
 * password method leaves lines that the default filter does not count, so the rule is given more than it would
 * have there); bans do not end and do not hide later attempts; `ignoreip` is empty.
 */
import { type AttemptTable, FAILURE } from '../../model/attempt.ts';
import type { Baseline, BaselineResult } from './baseline.ts';

/** fail2ban 1.0, config/jail.conf, [DEFAULT]. */
export const FAIL2BAN_FAILURES = 5;
/** fail2ban 1.0, config/jail.conf, [DEFAULT]: 10m, in seconds. */
export const FAIL2BAN_SECONDS = 600;

/** Names every source with `failures` failures within `seconds` seconds on one sensor. */
export function perSourceThreshold(
  table: AttemptTable,
  failures = FAIL2BAN_FAILURES,
  seconds = FAIL2BAN_SECONDS,
): BaselineResult {
  const named = new Map<number, number>();
  // the times of the last `failures` failures of each source on each sensor, as a ring
  const rings = new Map<number, { readonly times: number[]; next: number }>();
  const sensors = Math.max(1, table.sensors.length);
  for (let row = 0; row < table.length; row++) {
    if (table.outcome[row] !== FAILURE) continue;
    const source = table.source[row]!;
    if (named.has(source)) continue;
    const key = source * sensors + table.sensor[row]!;
    let ring = rings.get(key);
    if (ring === undefined) {
      ring = { times: new Array<number>(failures).fill(Number.NEGATIVE_INFINITY), next: 0 };
      rings.set(key, ring);
    }
    const time = table.time[row]!;
    ring.times[ring.next] = time;
    ring.next = (ring.next + 1) % failures;
    // the slot to be overwritten next holds the oldest of the last `failures` failures
    if (time - ring.times[ring.next]! <= seconds) named.set(source, time);
  }
  return { named, alarms: [] };
}

export const PER_SOURCE_THRESHOLD: Baseline = {
  name: 'per-source-threshold',
  title: 'fail2ban rule',
  run: (table) => perSourceThreshold(table),
};
