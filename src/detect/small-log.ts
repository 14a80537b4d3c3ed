/**
 * Small logs: with a few hundred quiet attempts or fewer, a campaign is most of what there is, and 'the rest of the log'
 * is no measure of what is usual. What can still be asked is whether the names are shuffled: how often does the next
 * attempt, by another source, try the same name again, against the same names in random order? The stretch where that
 * ratio is largest is compared with the largest of many shuffles (a permutation test: Good 2005).
 */
import { seededRandom } from '../model/random.ts';
import type { TickSequence } from './links.ts';

/** Up to so many ticks a log is small: beyond, windows of several sizes fit into it. */
export const SMALL_LOG = 400;
/** Share of a campaign's steps that stay on the name (rosalita's 43 published lines: 35 of 42). */
const STAYS = 0.6;
const SHUFFLES = 200;

export interface SmallSegment {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
  /** The largest value of each shuffle. */
  readonly chance: readonly number[];
}

export function smallLogSegment(sequence: TickSequence): SmallSegment | null {
  const n = sequence.source.length;
  if (n < 8 || n > SMALL_LOG) return null;
  const counts = new Uint32Array(sequence.users);
  for (const u of sequence.user) counts[u]!++;
  let pairs = 0;
  for (const c of counts) pairs += c * (c - 1);
  const usual = Math.max(1 / (n * n), pairs / (n * (n - 1)));
  if (usual > 0.5) return null; // one name, nearly: its order says nothing
  const stay = Math.log2(STAYS / usual);
  const move = Math.log2((1 - STAYS) / (1 - usual));
  const best = strongest(sequence.source, sequence.user, stay, move);
  const random = seededRandom(0x5ea1 ^ n);
  const chance: number[] = [];
  const source = sequence.source.slice();
  const user = sequence.user.slice();
  for (let round = 0; round < SHUFFLES; round++) {
    // visits keep their source and name together; only their order is shuffled
    for (let i = n - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [source[i], source[j]] = [source[j]!, source[i]!];
      [user[i], user[j]] = [user[j]!, user[i]!];
    }
    chance.push(strongest(source, user, stay, move).bits);
  }
  return { ...best, chance };
}

function strongest(
  source: Uint32Array,
  user: Uint32Array,
  stay: number,
  move: number,
): { from: number; to: number; bits: number } {
  let best = { from: 0, to: 0, bits: 0 };
  let sum = 0;
  let from = 0;
  for (let i = 1; i < user.length; i++) {
    if (sum <= 0) {
      sum = 0;
      from = i - 1;
    }
    sum += user[i] === user[i - 1] && source[i] !== source[i - 1] ? stay : move;
    if (sum > best.bits) best = { from, to: i, bits: sum };
  }
  return best;
}
