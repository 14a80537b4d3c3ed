/** A rise that is going on (rates.ts) as an onset (onset.ts): for each newcomer the probability that it is part of it. */
import { type AttemptTable, NO_USER, SUCCESS } from '../../model/attempt.ts';
import type { Onset } from '../onset.ts';
import { rowsOf, type Visitors } from '../visitors.ts';
import { arrivalClass, type Rates, type Rise } from './rates.ts';

/**
 * Sources first seen since the rise began are newcomers; of each class as many are usual as the time before shows. `since`
 * (seconds since 1970): failures before it are not in the table.
 */
export function onsetNow(
  rise: Rise,
  rates: Rates,
  table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
  since = table.time[0] ?? rise.from,
): Onset {
  // a long one has begun before what is looked at: newcomers are those of the part that is
  const begun = Math.max(rise.from, since);
  const whatOf = new Map<number, string>();
  const seen = new Map<string, number>();
  let from = Number.POSITIVE_INFINITY;
  let to = rise.from;
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if ((kind !== 'quiet' && kind !== 'loud') || visitors.house[s] || taken.has(s)) continue;
    const first = rowsOf(visitors, s).find((row) => table.outcome[row] !== SUCCESS);
    if (first === undefined || table.time[first]! < begun) continue;
    const user = table.user[first]!;
    if (user === NO_USER || (visitors.userSuccessSources[user]! > 0 && table.users[user] !== 'root'))
      continue;
    const what = arrivalClass(table.users[user]!);
    whatOf.set(s, kind === 'loud' ? `${what}!` : what);
    if (kind !== 'loud') seen.set(what, (seen.get(what) ?? 0) + 1);
    if (rise.what === 'all' || rise.what === what) from = Math.min(from, table.time[first]!);
    to = Math.max(to, table.time[first]!);
  }
  const days = (table.time[table.length - 1]! - begun) / 86_400;
  const ago = (table.time[table.length - 1]! - rise.from) / 86_400;
  const expected = new Map<string, number>();
  for (const what of seen.keys()) expected.set(what, rates.perDayBefore(what, ago) * days + 0.5);
  const probability = new Map<number, number>();
  for (const [s, what] of whatOf) {
    const chance = 1 - (expected.get(what) ?? 1) / ((seen.get(what) ?? 0) + 1);
    probability.set(s, Math.max(0.002, Math.min(0.998, chance)));
  }
  return {
    from: Number.isFinite(from) ? from : rise.from,
    to,
    bits: rise.bits,
    what: rise.what,
    perDay: rise.perDay,
    perDayBefore: rise.perDayBefore,
    probability,
    whatOf,
    expected,
  };
}
