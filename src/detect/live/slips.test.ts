import { describe, expect, it } from 'vitest';
import { address, MONDAY } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import { Affair } from './affair.ts';
import { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';
import { looksLikeSlip } from './slips.ts';
import { Turns } from './turns.ts';

/** Something that is going on at a site where `carina` logs in and `deploy` exists, but nobody has logged in to it. */
class Site {
  readonly memory = new Memory(DEFAULT_LIVE_OPTIONS);
  readonly turns = new Turns();
  readonly affair = new Affair(
    { from: MONDAY, bits: 20, by: 'rate-change', share: 0, falseAlarm: 1e-4 },
    { mix: { turn: 0.6, list: 0.3, fresh: 0.1 }, prior: -3, halfWindow: 40, rareShare: 0.3 },
    MONDAY,
  );
  #time = MONDAY;

  constructor() {
    for (const user of ['carina', 'bob']) this.#take('desk.example', user, true, true);
  }

  #take(source: string, user: string, success: boolean, known: boolean | null): SourceState {
    this.#time += 60;
    const attempt = { time: this.#time, source, user, sensor: 'host.example', success, known };
    const taken = this.memory.take({ ...attempt, method: 'password' });
    if (!success) this.turns.visit(taken.source, taken.name!, this.#time, () => true);
    return taken.source;
  }

  fails(source: string, user: string, known: boolean | null = null): SourceState {
    return this.#take(source, user, false, known);
  }

  members(user: string, count: number, known: boolean | null = null): void {
    for (let i = 0; i < count; i++) {
      const source = this.fails(address(i), user, known);
      this.affair.remember(source, this.memory.names.get(user)!);
    }
  }

  isSlip(source: SourceState, by: 'name' | 'rate'): boolean {
    return looksLikeSlip(this.affair, source, this.memory, by);
  }
}

describe('a slip of the finger', () => {
  it('is a name that is nearly an account which somebody logs in to', () => {
    const site = new Site();
    const source = site.fails('cafe.example', 'carian');
    expect([site.isSlip(source, 'name'), site.isSlip(source, 'rate')]).toEqual([true, true]);
  });

  it('is not a name that is far from every account', () => {
    const site = new Site();
    const source = site.fails('far.example', 'postgres');
    expect([site.isSlip(source, 'name'), site.isSlip(source, 'rate')]).toEqual([false, false]);
  });

  it('is not one where the other name is a guess: nobody mistypes a list', () => {
    const site = new Site();
    site.fails('guess.example', 'carian');
    const source = site.fails('guess.example', 'postgres');
    expect(site.isSlip(source, 'rate')).toBe(false);
    const three = ['carinna', 'carin', 'carian'].map((user) => site.fails('three.example', user))[0]!;
    expect(site.isSlip(three, 'rate')).toBe(false);
  });

  it('is no excuse on a name that is in turn: three members are on it', () => {
    const site = new Site();
    site.members('carian', 2);
    const source = site.fails('cafe.example', 'carian');
    expect(site.isSlip(source, 'name')).toBe(true);
    site.members('carian', 3);
    expect(site.isSlip(source, 'name')).toBe(false);
    // a rate makes nobody's turn
    expect(site.isSlip(source, 'rate')).toBe(true);
  });

  it('is nearness to a short account only where a rate alone speaks', () => {
    const site = new Site();
    const source = site.fails('cafe.example', 'bobb');
    expect([site.isSlip(source, 'name'), site.isSlip(source, 'rate')]).toEqual([false, true]);
  });
});

describe('an existing account that nobody has logged in to yet', () => {
  it('is its owner’s, who comes alone in a flood', () => {
    const site = new Site();
    const source = site.fails('new-desk.example', 'deploy', true);
    expect(site.isSlip(source, 'rate')).toBe(true);
    // where names speak, they say more than a flood: who is in turn is no owner
    expect(site.isSlip(source, 'name')).toBe(false);
  });

  it('is the flood’s, when three of it are after that account', () => {
    const site = new Site();
    site.members('deploy', 3, true);
    expect(site.isSlip(site.fails('new-desk.example', 'deploy', true), 'rate')).toBe(false);
  });

  it('is nobody’s, when it is root', () => {
    const site = new Site();
    expect(site.isSlip(site.fails('new.example', 'root', true), 'rate')).toBe(false);
  });

  it('must be one: what the log calls unknown, or says nothing of, is a guess', () => {
    const site = new Site();
    expect(site.isSlip(site.fails('a.example', 'deploy', false), 'rate')).toBe(false);
    expect(site.isSlip(site.fails('b.example', 'backup'), 'rate')).toBe(false);
  });
});

describe('the newcomers of a flood', () => {
  /** An affair of root: ten newcomers a day where one in four days is usual, fitted after two. */
  function flood() {
    const site = new Site();
    const { affair } = site;
    const sources = Array.from({ length: 20 }, (_, i) => site.fails(address(300 + i), 'root'));
    const whatOf = new Map(sources.map((_, s) => [s, 'root']));
    const onset = {
      from: MONDAY,
      to: MONDAY + 2 * DAY,
      bits: 30,
      what: 'root',
      perDay: 10,
      perDayBefore: 1,
      probability: new Map<number, number>(),
      whatOf,
      expected: new Map([['root', 0.5]]),
    };
    for (let i = 0; i < 20; i++) affair.arrive('root', MONDAY + (i * DAY) / 10);
    affair.learnClasses(
      {
        from: MONDAY,
        to: MONDAY + 2 * DAY,
        probability: new Map(),
        namedFrom: 0.7,
        falseAlarm: 0,
        onset,
        turnBits: 0,
      },
      sources,
      MONDAY + 2 * DAY,
    );
    return { site, affair };
  }
  const chance = ({ site, affair }: ReturnType<typeof flood>, time: number) =>
    affair.judge(site.fails('new.example', 'admin'), site.turns, time).probability;

  it('go on being of it while as many come', () => {
    const { affair } = flood();
    expect(affair.isRising('root', MONDAY + 2 * DAY)).toBe(true);
    expect(affair.wasRising('root', MONDAY + 1.9 * DAY)).toBe(true);
  });

  it('are judged by the last day: with the end of a flood its naming ends', () => {
    const { affair } = flood();
    const later = MONDAY + 4 * DAY;
    affair.arrive('rare', later);
    expect(affair.isRising('root', later)).toBe(false);
    expect(affair.wasRising('root', later)).toBe(false);
    expect(affair.wasRising('root', MONDAY + DAY)).toBe(true);
  });

  it('are of no class of which the fit says nothing', () => {
    const one = flood();
    expect(one.affair.byClass.has('rare')).toBe(false);
    expect(chance(one, MONDAY + 2 * DAY)).toBeLessThan(0.5);
  });

  it('have the odds of the last day and no more than those of the fit', () => {
    const one = flood();
    const source = one.site.fails('late.example', 'root');
    const during = one.affair.judge(source, one.site.turns, MONDAY + 2 * DAY).probability;
    one.affair.arrive('rare', MONDAY + 4 * DAY);
    const after = one.affair.judge(source, one.site.turns, MONDAY + 4 * DAY).probability;
    expect(during).toBeGreaterThan(0.8);
    expect(after).toBeLessThan(0.5);
  });
});
