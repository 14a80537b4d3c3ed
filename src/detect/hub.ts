/**
 * Hubs: sources on which a segment may hang. Where one source repeats what others try, half of all meetings are its own;
 * a botnet's are spread over its hosts. What is said about the others must hold without it.
 */
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

/** The sequence without some sources' ticks, and which tick of the whole each of the rest was. */
export function withoutSources(
  sequence: TickSequence,
  without: ReadonlySet<number>,
): { readonly sequence: TickSequence; readonly tick: Uint32Array } {
  const tick = Uint32Array.from(sequence.source.keys()).filter((i) => !without.has(sequence.source[i]!));
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
