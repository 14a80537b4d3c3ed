/**
 * A guess that an affair is two campaigns, and what the visits after it say of that. Any graph of a hundred sources can be
 * cut into parts that hardly meet (separate.ts), so the visits that the cut was made from cannot vouch for it. Those that
 * come later can: the sources of one campaign meet each other whatever part they were put in, those of two go on meeting
 * their own. Wald's sequential probability ratio test (Annals of Math. Stat. 16, 1945) over these meetings.
 */
import { priorOf } from './prior.ts';
import type { SourceState, Visit } from './remembered.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';

/** So many bits, or as many against it, decide: one guess in a thousand is believed by mistake. */
export const SPLIT_BITS = 10;
/** Sources of two campaigns meet each other this share of what those of one would: MEET of separate.ts. */
const CROSSING = 0.15;
/** Who comes when is learnt from so many visits: parts that are busy at different hours meet less for that alone. */
const LATELY = 32;
/** A name that is tried this often everywhere brings nobody together, as in affair.ts. */
const EVERYBODYS = 0.03;

export interface SavedSplit {
  readonly members: Uint32Array;
  readonly sources: Uint32Array;
  readonly parts: Uint8Array;
  readonly lately: readonly (0 | 1)[];
  readonly share: number;
  readonly since: number;
  readonly bits: number;
  readonly meetings: number;
}

export class Split {
  /** Those who are guessed to be another campaign. */
  members: ReadonlySet<SourceState>;
  /** Seconds since 1970 of the guess: nothing that came before it counts. */
  readonly since: number;
  /** For two campaigns (positive) or for one. */
  bits = 0;
  /** Visits that have told anything. */
  meetings = 0;
  /** 1: of the campaign that is guessed, 0: of the one that it was a part of. */
  readonly #part = new Map<SourceState, 0 | 1>();
  /** Parts of the last visits, and the share of part 1 before there were any. */
  readonly #lately: (0 | 1)[] = [];
  #share = 0.5;

  constructor(since: number) {
    this.since = since;
    this.members = new Set();
  }

  /** The guess of a fit: `members` are another campaign than `rest`. What has been seen since the first one stands. */
  guess(members: ReadonlySet<SourceState>, rest: Iterable<SourceState>): void {
    this.members = members;
    let visits = 0;
    let all = 0;
    for (const source of rest) {
      this.#part.set(source, 0);
      all += source.visits.length;
    }
    for (const source of members) {
      this.#part.set(source, 1);
      visits += source.visits.length;
    }
    this.#share = (visits + 1) / (visits + all + 2);
  }

  /** Whether a later fit's part is the one that was guessed. */
  isAgain(part: readonly SourceState[]): boolean {
    const again = part.filter((source) => this.members.has(source)).length;
    return again > 0 && again * 2 > this.members.size;
  }

  get isCertain(): boolean {
    return this.bits >= SPLIT_BITS;
  }

  get isRefuted(): boolean {
    return this.bits <= -SPLIT_BITS;
  }

  /** A visit of a member of the affair, and whom it meets within `reach` ticks. */
  see(visit: Visit, reach: number): void {
    const { source, name } = visit;
    const own = this.#part.get(source);
    const met = this.#met(visit, reach);
    if (own === undefined) {
      // who is new is of the part that it meets first
      if (met !== undefined) this.#part.set(source, met);
    } else if (met !== undefined && priorOf(name.text).share < EVERYBODYS) {
      const usual = own === 1 ? this.#shareOfOne() : 1 - this.#shareOfOne();
      const crossing = CROSSING * (1 - usual);
      this.bits += own === met ? Math.log2((1 - crossing) / usual) : Math.log2(CROSSING);
      this.meetings++;
    }
    const part = own ?? met;
    if (part === undefined) return;
    this.#lately.push(part);
    if (this.#lately.length > LATELY) this.#lately.shift();
  }

  /** Share of part 1 among those who come now. */
  #shareOfOne(): number {
    let ones = 0;
    for (const part of this.#lately) ones += part;
    return (ones + 2 * this.#share) / (this.#lately.length + 2);
  }

  #met({ source, name, tick }: Visit, reach: number): 0 | 1 | undefined {
    for (let i = name.visits.length - 1; i >= 0; i--) {
      const other = name.visits[i]!;
      if (other.tick < tick - reach) return undefined;
      if (other.source === source) continue;
      const part = this.#part.get(other.source);
      if (part !== undefined) return part;
    }
    return undefined;
  }

  /** Forgets the sources that `knows` does not know any more. */
  forget(knows: (source: SourceState) => boolean): void {
    for (const source of this.#part.keys()) if (!knows(source)) this.#part.delete(source);
    this.members = new Set([...this.members].filter(knows));
  }

  save(numbers: Pick<StateNumbers, 'sources'>): SavedSplit {
    return {
      members: numbers.sources(this.members),
      sources: numbers.sources(this.#part),
      parts: Uint8Array.from([...this.#part.values()]),
      lately: [...this.#lately],
      share: this.#share,
      since: this.since,
      bits: this.bits,
      meetings: this.meetings,
    };
  }

  static restored(saved: SavedSplit, { sources }: Pick<States, 'sources'>): Split {
    const split = new Split(saved.since);
    split.members = new Set(Array.from(saved.members, (s) => sources[s]!));
    saved.sources.forEach((s, i) => {
      split.#part.set(sources[s]!, saved.parts[i] === 1 ? 1 : 0);
    });
    split.#lately.push(...saved.lately);
    split.#share = saved.share;
    split.bits = saved.bits;
    split.meetings = saved.meetings;
    return split;
  }
}
