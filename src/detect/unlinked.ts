/**
 * What can be said of sources that no shared name links to the campaign: those with only its second business (root), and
 * those with names that nobody else tried.
 */
import { collect } from './collect.ts';

import type { Onset } from './onset.ts';
import { walkOf } from './order.ts';
import type { QuietSequence } from './sequence.ts';
import type { Span } from './weights.ts';

/** Companions are named only where at most one in twenty of them would be independent: they are told by number alone. */
const MOST_INDEPENDENT = 0.05;

/**
 * Sources that try nothing but names which are the campaign's second business and everybody's first (root, nearly
 * always): names cannot link them. Where the campaign fills the log there is no 'before' to compare with either; what can
 * be compared is how many independent visitors with other names there are in the interval. On logs without a campaign
 * there are at least as many of them as of visitors with such names only, so the excess over their number belongs to
 * the campaign. Returns the probability of such sources.
 */
export function companionsOf(
  sequence: QuietSequence,
  span: Span,
  probability: Float64Array,
): Map<number, number> {
  const { source, user } = sequence;
  const triedBy = new Map<number, Set<number>>();
  const names = new Map<number, Set<number>>();
  for (let i = span.from; i <= span.to; i++) {
    const s = source[i]!;
    if (probability[s]! > 0.5) collect(triedBy, user[i]!, s);
    else collect(names, s, user[i]!);
  }
  const companions: number[] = [];
  let independent = 1;
  for (const [s, own] of names) {
    if ([...own].every((u) => (triedBy.get(u)?.size ?? 0) > 2)) companions.push(s);
    else independent++;
  }
  if (independent > MOST_INDEPENDENT * companions.length) return new Map();
  return new Map(companions.map((s) => [s, 1 - independent / companions.length]));
}

/**
 * A source whose names no other member has tried is linked by nothing. Without a rate that speaks for it there is no
 * telling it from any stranger, among them people with a slip of the finger; with one, the excess of such strangers over
 * what the rest of the log sends speaks, and no more than that.
 */
export function limitUnlinked(
  sequence: QuietSequence,
  span: Span,
  fitted: Float64Array,
  probability: Map<number, number>,
  onset: Onset | null,
  nameOf: (user: number) => string,
): void {
  const { source, user } = sequence;
  const members = new Map<number, Set<number>>();
  const names = new Map<number, Set<number>>();
  for (let i = span.from; i <= span.to; i++) {
    if (fitted[source[i]!]! <= 0.5) continue;
    collect(members, user[i]!, source[i]!);
    collect(names, source[i]!, user[i]!);
  }
  const inWalk = stepsOfWalk(sequence, span, members, nameOf);
  const unlinked: number[] = [];
  for (const [s, own] of names) {
    if ([...own].every((u) => members.get(u)!.size < 2 && !inWalk.has(u))) unlinked.push(s);
  }
  const limitOf = new Map<string, number>();
  if (onset !== null) {
    const count = new Map<string, number>();
    for (const s of unlinked) {
      const what = onset.whatOf.get(sequence.sourceOf[s]!);
      if (what !== undefined) count.set(what, (count.get(what) ?? 0) + 1);
    }
    for (const [what, n] of count) limitOf.set(what, 1 - onset.expected.get(what)! / (n + 1));
  }
  for (const s of unlinked) {
    const id = sequence.sourceOf[s]!;
    const limit = Math.max(UNLINKED, limitOf.get(onset?.whatOf.get(id) ?? '') ?? 0);
    const p = probability.get(id);
    if (p !== undefined && p > limit) probability.set(id, limit);
  }
}

/** A walk through the alphabet is believed from this many bits on (one in a thousand), where it holds most names. */
const WALK_BITS = 10;
const WALK_SHARE = 0.6;

/** Names that only one member tried, just where a walk through the alphabet of the names that several tried had come. */
function stepsOfWalk(
  sequence: QuietSequence,
  span: Span,
  members: ReadonlyMap<number, ReadonlySet<number>>,
  nameOf: (user: number) => string,
): ReadonlySet<number> {
  const first = new Map<number, number>();
  for (let i = span.from; i <= span.to; i++) {
    const u = sequence.user[i]!;
    if (members.has(u) && !first.has(u)) first.set(u, i);
  }
  const shared = [...first.keys()].filter((u) => members.get(u)!.size >= 2);
  const names = shared.map((u) => nameOf(u).toLowerCase());
  const walk = walkOf(names);
  const steps = new Set<number>();
  if (walk.bits < WALK_BITS || walk.members.size < WALK_SHARE * walk.names) return steps;
  const path = [...walk.members]
    .sort((a, b) => a - b)
    .map((k) => ({ at: first.get(shared[k]!)!, name: names[k]! }));
  const ahead = walk.direction === 'alphabetical' ? 1 : -1;
  const ordered = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) * ahead <= 0;
  for (const [u, at] of first) {
    if (members.get(u)!.size >= 2) continue;
    const name = nameOf(u).toLowerCase();
    const next = path.findIndex((step) => step.at > at);
    const before = path[next < 0 ? path.length - 1 : next - 1];
    const after = next < 0 ? undefined : path[next];
    if (
      before !== undefined &&
      ordered(before.name, name) &&
      (after === undefined || ordered(name, after.name))
    ) {
      steps.add(u);
    }
  }
  return steps;
}

/** The most that can be said of a source which nothing links. */
const UNLINKED = 0.5;
