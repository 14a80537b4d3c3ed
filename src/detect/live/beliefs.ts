/**
 * The probability of everybody that an affair has judged. Each judgement asks for that of a thousand neighbours, nearly
 * all of whom are strangers: a bit in a source says whether there is anything to ask for, in a tenth of the time.
 */
import type { SourceState } from './remembered.ts';

/** Who is less likely than this to belong says nothing about others. */
export const LEAST_WEIGHT = 0.01;
/** Affairs at a time that have a bit; what is more does without. */
const MOST_BITS = 30;

export class Beliefs extends Map<SourceState, number> {
  /** 0: none, then every source is asked. */
  #bit = 0;

  /** Whether a source may be as likely as {@link LEAST_WEIGHT}; false: it is not. */
  mayMatter(source: SourceState): boolean {
    return this.#bit === 0 || (source.suspected & this.#bit) !== 0;
  }

  override set(source: SourceState, probability: number): this {
    if (probability >= LEAST_WEIGHT) source.suspected |= this.#bit;
    else source.suspected &= ~this.#bit;
    return super.set(source, probability);
  }

  override delete(source: SourceState): boolean {
    source.suspected &= ~this.#bit;
    return super.delete(source);
  }

  /** Takes a bit that none of the others has, if there is one left. To be called before anybody is judged. */
  takeBit(others: readonly Beliefs[]): void {
    const taken = others.reduce((bits, other) => bits | other.#bit, 0);
    for (let i = 0; i < MOST_BITS && this.#bit === 0; i++) if ((taken & (1 << i)) === 0) this.#bit = 1 << i;
  }

  /** Gives it back, and goes on without. */
  leaveBit(): void {
    for (const source of this.keys()) source.suspected &= ~this.#bit;
    this.#bit = 0;
  }
}
