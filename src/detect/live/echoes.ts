/**
 * Echoes, as they come (see echo.ts): sources that repeat, soon after, what others have tried, so that strangers look
 * as if they shared a list. Of two sources that meet on a rare name either may be the first; one that is the second
 * nearly every time, with ever other partners, repeats. Two sources in a fixed order have one partner and are none.
 */
import { binomialTailBits } from '../tails.ts';
import type { SourceState, Visit } from './remembered.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';
import type { Turns } from './turns.ts';

/** The second of two has met the first if that surprises so much: below, names come back by themselves. */
const MEETING_BITS = 3;
/** Bits by which a source comes second too often: ten as in echo.ts, and four because it is asked after every meeting. */
const ECHO_BITS = 14;
/** Partners remembered of one source; by then it is one or it is not. */
const MOST_PARTNERS = 64;

interface Met {
  readonly partners: Set<number>;
  second: number;
}

/** Sources by their numbers (states.ts). */
export interface SavedEchoes {
  readonly echoes: Uint32Array;
  readonly met: readonly {
    readonly source: number;
    readonly partners: readonly number[];
    readonly second: number;
  }[];
}

export class Echoes {
  readonly #echoes = new Set<SourceState>();
  readonly #met = new Map<SourceState, Met>();

  has(source: SourceState): boolean {
    return this.#echoes.has(source);
  }

  add(source: SourceState): void {
    this.#echoes.add(source);
  }

  all(): Iterable<SourceState> {
    return this.#echoes;
  }

  /** Takes note of whom a visit has met; says whether that shows its source to be an echo. */
  meet(visit: Visit, turns: Turns): boolean {
    const { source, name } = visit;
    const other = name.visits.at(-2);
    if (other === undefined || other.source === source || this.has(other.source)) return false;
    if (turns.surprise({ ...visit, links: [other] }, () => true) < MEETING_BITS) return false;
    this.#note(other.source, source.id, 0);
    const own = this.#note(source, other.source.id, 1);
    if (own === null || this.has(source)) return false;
    const isEcho = -binomialTailBits(own.second, own.partners.size, 0.5) >= ECHO_BITS;
    if (isEcho) this.#echoes.add(source);
    return isEcho;
  }

  forget(knows: (source: SourceState) => boolean): void {
    for (const source of this.#echoes) if (!knows(source)) this.#echoes.delete(source);
    for (const source of this.#met.keys()) if (!knows(source)) this.#met.delete(source);
  }

  save(numbers: StateNumbers): SavedEchoes {
    return {
      echoes: numbers.sources(this.#echoes),
      met: Array.from(this.#met, ([source, { partners, second }]) => ({
        source: numbers.source(source),
        partners: [...partners],
        second,
      })),
    };
  }

  /** Takes over what was saved; to be called before anything was met. */
  restore({ echoes, met }: SavedEchoes, { sources }: States): void {
    for (const s of echoes) this.#echoes.add(sources[s]!);
    for (const { source, partners, second } of met)
      this.#met.set(sources[source]!, { partners: new Set(partners), second });
  }

  #note(source: SourceState, partner: number, second: number): Met | null {
    let own = this.#met.get(source);
    if (own === undefined) {
      own = { partners: new Set(), second: 0 };
      this.#met.set(source, own);
    }
    if (own.partners.has(partner) || own.partners.size >= MOST_PARTNERS) return null;
    own.partners.add(partner);
    own.second += second;
    return own;
  }
}
