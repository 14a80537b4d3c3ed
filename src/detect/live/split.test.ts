import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MONDAY } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { type Random, seededRandom } from '../../model/random.ts';
import { MINUTE } from '../../model/time.ts';
import { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';
import { Split } from './split.ts';
import { Turns } from './turns.ts';

const REACH = 100;

/** Two halves of some sources, guessed to be two campaigns, and names that are in turn: `own` picks who tries one. */
class Case {
  readonly memory = new Memory(DEFAULT_LIVE_OPTIONS);
  readonly turns = new Turns();
  readonly split = new Split(MONDAY);
  readonly halves: readonly (readonly SourceState[])[];
  #at = MONDAY;
  #names = 0;

  constructor(sources: number) {
    const all = Array.from({ length: sources }, (_, i) => this.visit(`host${i}.example`, `before-${i}`));
    this.halves = [all.slice(0, sources >> 1), all.slice(sources >> 1)];
    this.split.guess(new Set(this.halves[1]), this.halves[0]!);
  }

  visit(source: string, user: string): SourceState {
    this.#at += MINUTE;
    const attempt = { time: this.#at, source, user, sensor: 'host.example', success: false, known: null };
    const taken = this.memory.take({ ...attempt, method: 'password' });
    const visit = this.turns.visit(taken.source, taken.name!, this.#at, () => true);
    if (visit !== null) this.split.see(visit, REACH);
    return taken.source;
  }

  /** The next name of a list, tried by so many of some sources. */
  turn(random: Random, among: readonly SourceState[], tries = 4, name = `next-${this.#names++}`): void {
    for (let i = 0; i < tries; i++) this.visit(among[random.below(among.length)]!.text, name);
  }
}

describe('a guess that an affair is two campaigns', () => {
  it('says nothing by itself: the visits that it was made from are no evidence', () => {
    const { split } = new Case(40);
    expect([split.bits, split.meetings]).toEqual([0, 0]);
  });

  it('is certain when either half goes on meeting its own', () => {
    const random = seededRandom(1);
    const one = new Case(40);
    for (let i = 0; i < 20; i++) one.turn(random, one.halves[i % 2]!);
    expect(one.split.isCertain).toBe(true);
  });

  it('is refuted when the halves meet as one campaign does', () => {
    const random = seededRandom(1);
    const one = new Case(40);
    for (let i = 0; i < 20; i++) one.turn(random, one.halves.flat());
    expect(one.split.isRefuted).toBe(true);
  });

  it('is hardly ever believed of one campaign, however its sources were divided', () => {
    let believed = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed);
      const one = new Case(12 + random.below(60));
      const tries = 2 + random.below(6);
      for (let i = 0; i < 60 && !one.split.isRefuted; i++) {
        one.turn(random, one.halves.flat(), tries);
        if (one.split.isCertain) {
          believed++;
          break;
        }
      }
    }
    expect(believed).toBeLessThanOrEqual(2);
  });

  it('counts for no more when one half works by day and the other by night', () => {
    const random = seededRandom(2);
    const one = new Case(40);
    // whoever meets in a shift can only meet who works in it
    for (let shift = 0; shift < 6; shift++) {
      for (let i = 0; i < 40; i++) one.turn(random, one.halves[shift % 2]!);
    }
    const byShift = one.split.bits;
    const other = new Case(40);
    for (let i = 0; i < 240; i++) other.turn(random, other.halves[i % 2]!);
    expect(byShift).toBeLessThan(other.split.bits / 3);
  });

  it('learns nothing from a name that everybody tries', () => {
    const random = seededRandom(3);
    const one = new Case(40);
    one.turn(random, one.halves.flat(), 200, 'root');
    expect([one.split.bits, one.split.meetings]).toEqual([0, 0]);
  });

  it('takes a newcomer for one of those whom it meets first, and counts only where it goes then', () => {
    const one = new Case(40);
    const [first, second] = one.halves as [readonly SourceState[], readonly SourceState[]];
    one.visit(second[0]!.text, 'in-turn');
    const before = one.split.bits;
    one.visit('newcomer.example', 'in-turn');
    expect(one.split.bits).toBe(before);
    one.visit(first[0]!.text, 'in-turn-too');
    one.visit('newcomer.example', 'in-turn-too');
    expect(one.split.bits).toBeLessThan(before);
  });

  it('is the same guess when a later fit finds most of it again', () => {
    const { split, halves } = new Case(40);
    const second = halves[1]!;
    expect(split.isAgain(second.slice(0, 11))).toBe(true);
    expect(split.isAgain(second.slice(0, 10))).toBe(false);
    expect(split.isAgain(halves[0]!)).toBe(false);
  });

  it('goes on from what was saved, whoever visits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 30 }), (seed, turns) => {
        const random = seededRandom(seed);
        const one = new Case(20);
        for (let i = 0; i < turns; i++) one.turn(random, one.halves[random.below(2)]!);
        const states = [...one.memory.sources.values()];
        const number = new Map(states.map((source, s) => [source, s]));
        const numbers = {
          sources: (all: ReadonlySet<SourceState> | ReadonlyMap<SourceState, unknown>) =>
            Uint32Array.from([...all.keys()], (source) => number.get(source)!),
        };
        const again = Split.restored(one.split.save(numbers), { sources: states });
        expect(again).toEqual(one.split);
      }),
      { numRuns: 20 },
    );
  });
});
