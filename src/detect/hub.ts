/**
 * Hubs: sources on which a segment may hang. Where one source repeats what others try, half of all meetings are its own;
 * a botnet's are spread over its hosts. What is said about the others must hold without it.
 */
import { DAY } from '../model/time.ts';
import type { TickSequence } from './links.ts';
import type { LinkedSequence } from './segments.ts';

/** A tick is linked from so many bits of likelihood on. */
const LINKED_BITS = 3;
/**
 * A source with more than this share of a segment's linked ticks is left out to see what remains: one that repeats others
 * has half of them, each of three participants a third.
 */
const HUB_SHARE = 0.25;

/** The busiest source of each segment, where it has more than HUB_SHARE of the linked ticks (dense ids). */
export function hubsOf(
  { source, sources }: TickSequence,
  { ratio, segments }: LinkedSequence,
): ReadonlySet<number> {
  const hubs = new Set<number>();
  const linked = new Uint32Array(sources);
  for (const segment of segments) {
    linked.fill(0);
    let total = 0;
    let busiest = 0;
    for (let i = segment.from; i <= segment.to; i++) {
      if (ratio[i]! < LINKED_BITS) continue;
      total++;
      const s = source[i]!;
      if (++linked[s]! > linked[busiest]!) busiest = s;
    }
    if (linked[busiest]! > HUB_SHARE * total) hubs.add(busiest);
  }
  return hubs;
}

/** So many names are no list: a worm has a pair of them. */
const FEW_NAMES = 2;
/** Names with more than this share of a segment's linked ticks are all there is to it. */
const NAMES_SHARE = 0.5;
/**
 * In as long a time before a burst fewer than this share of its visitors come for its names: a botnet is switched on.
 * What swells for weeks has half and more there. As EVE in switched-on.ts, but that names link them.
 */
const BEFORE = 0.08;
/** What goes on for longer may have swollen within; newcomers' rates (onset.ts) tell more of it. */
const LONGEST_BURST = 7 * DAY;

/**
 * Names that are in fashion: of each segment that has no other names to speak of (one, or FEW_NAMES) and that swells. One
 * name in turn is no turn; only that it was switched on tells it from a worm.
 */
export function fashionsOf(sequence: TickSequence, { ratio, segments }: LinkedSequence): ReadonlySet<number> {
  const fashions = new Set<number>();
  for (const segment of segments) {
    const linked = new Map<number, number>();
    let total = 0;
    for (let i = segment.from; i <= segment.to; i++) {
      if (ratio[i]! < LINKED_BITS) continue;
      total++;
      const user = sequence.user[i]!;
      linked.set(user, (linked.get(user) ?? 0) + 1);
    }
    const most: number[] = [];
    let sum = 0;
    for (const [user, n] of [...linked].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, FEW_NAMES)) {
      most.push(user);
      sum += n;
      if (sum > NAMES_SHARE * total) break;
    }
    if (sum <= NAMES_SHARE * total || !swells(sequence, segment, new Set(most))) continue;
    for (const user of most) fashions.add(user);
  }
  return fashions;
}

/** Whether visits on these names had been rising before the segment begins, or go on for too long to tell. */
function swells(
  { time, user }: TickSequence,
  { from, to }: { readonly from: number; readonly to: number },
  users: ReadonlySet<number>,
): boolean {
  let inside = 0;
  let first = -1;
  let last = from;
  for (let i = from; i <= to; i++) {
    if (!users.has(user[i]!)) continue;
    inside++;
    if (first < 0) first = i;
    last = i;
  }
  // the segment's own length says nothing: a walk of weeks may have stayed on these for an hour
  const length = time[last]! - time[first]! + 1;
  if (length > LONGEST_BURST) return true;
  let before = 0;
  for (let i = first - 1; i >= 0 && time[i]! >= time[first]! - length; i--) if (users.has(user[i]!)) before++;
  return before > BEFORE * inside + 2;
}

/** The sequence without some sources' ticks and those on some names, and which tick of the whole each of the rest was. */
export function withoutTicks(
  sequence: TickSequence,
  sources: ReadonlySet<number>,
  users: ReadonlySet<number>,
): { readonly sequence: TickSequence; readonly tick: Uint32Array } {
  const tick = Uint32Array.from(sequence.source.keys()).filter(
    (i) => !sources.has(sequence.source[i]!) && !users.has(sequence.user[i]!),
  );
  const time = new Float64Array(tick.length);
  for (let k = 0; k < tick.length; k++) time[k] = sequence.time[tick[k]!]!;
  return {
    sequence: {
      time,
      source: tick.map((i) => sequence.source[i]!),
      user: tick.map((i) => sequence.user[i]!),
      sources: sequence.sources,
      users: sequence.users,
    },
    tick,
  };
}
