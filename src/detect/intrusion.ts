/**
 * A participant whose very first try succeeds leaves no failure to judge it by. What gives it away is its place: a new
 * source logs in, by password and for the first time, to just the account that the campaign is trying at that moment.
 */
import { type AttemptTable, METHOD_PUBLICKEY, SUCCESS } from '../model/attempt.ts';
import { MINUTE } from '../model/time.ts';
import { networkOf } from './network.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** Accepted chance that a person of that account logs in from a new address in just that stretch. */
const COINCIDENCE = 0.03;
/** Share of people's new addresses whose first try fails and whose next comes ten minutes later or more. */
const GUESSED = 0.05;
/** A person who mistypes tries again at once; a botnet's next try comes from elsewhere. */
const SOON_SECONDS = 10 * MINUTE;

/** Sources that got in unnoticed: their first success falls into the campaign's turn on that account. */
export function intruders(
  table: AttemptTable,
  visitors: Visitors,
  rows: Uint32Array,
  participants: ReadonlySet<number>,
): readonly number[] {
  const first = table.time[rows[0]!]!;
  const last = table.time[rows.at(-1)!]!;
  const logSeconds = table.time[table.length - 1]! - table.time[0]! + 1;
  const gap = (last - first) / Math.max(1, rows.length);
  const tries = new Map<number, number[]>();
  for (const row of rows) {
    const own = tries.get(table.user[row]!);
    if (own) own.push(row);
    else tries.set(table.user[row]!, [row]);
  }
  const found: number[] = [];
  for (let s = 0; s < visitors.kind.length; s++) {
    if (participants.has(s) || visitors.successes[s] === 0) continue;
    if (visitors.kind[s] !== 'visitor' && visitors.kind[s] !== 'person') continue;
    const own = rowsOf(visitors, s);
    const hit = own.find((row) => table.outcome[row] === SUCCESS)!;
    const user = table.user[hit]!;
    const time = table.time[hit]!;
    if (time < first || time > last + 10 * gap || table.method[hit] === METHOD_PUBLICKEY) continue;
    if (own.some((row) => table.user[row] !== user)) continue;
    if (own.some((row) => row < hit && time - table.time[row]! < SOON_SECONDS)) continue;
    // other participants on the same account just before or after
    const near = (tries.get(user) ?? []).filter((row) => Math.abs(table.time[row]! - time) <= 20 * gap);
    if (new Set(near.map((row) => table.source[row]!)).size < 2) continue;
    // the account's people: do they come from new addresses often, or from that network before?
    const network = networkOf(table.sources[s]!);
    let newcomers = 0;
    let neighbour = false;
    for (let other = 0; other < visitors.kind.length; other++) {
      if (other === s || visitors.successes[other] === 0) continue;
      const logins = rowsOf(visitors, other).filter(
        (row) => table.outcome[row] === SUCCESS && table.user[row] === user,
      );
      if (logins.length === 0) continue;
      newcomers++;
      if (network !== undefined && networkOf(table.sources[other]!) === network) neighbour = true;
    }
    const turnSeconds = Math.min(
      last - first,
      tries.get(user)!.length * gap * 3 + (table.time[near.at(-1)!]! - table.time[near[0]!]!) + 2 * gap,
    );
    // who failed on that account in the campaign's time, and not just before, was guessing
    const guessed = own.some((row) => row < hit && table.time[row]! >= first);
    const chance = ((newcomers + 0.5) * turnSeconds * (guessed ? GUESSED : 1)) / logSeconds;
    if (neighbour || chance > COINCIDENCE) continue;
    found.push(s);
  }
  return found;
}
