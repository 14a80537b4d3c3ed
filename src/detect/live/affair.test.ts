import { describe, expect, it } from 'vitest';
import { address, MONDAY } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { DAY, MINUTE } from '../../model/time.ts';
import type { Model } from '../membership.ts';
import { Affair, type Beginning } from './affair.ts';
import { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';
import { Turns } from './turns.ts';

const model: Model = {
  mix: { turn: 0.6, list: 0.3, fresh: 0.1 },
  prior: -3,
  halfWindow: 40,
  rareShare: 0.3,
};
const beginning: Beginning = {
  from: MONDAY + DAY,
  bits: 20,
  by: 'names-in-turn',
  share: 0.4,
  falseAlarm: 1e-4,
};

/** An affair of members who have tried `names`, each name three of them a minute apart, after a day of strangers. */
class Case {
  readonly memory = new Memory(DEFAULT_LIVE_OPTIONS);
  readonly turns = new Turns();
  readonly affair = new Affair(beginning, model, beginning.from);
  #at = MONDAY;

  visit(source: string, user: string, at = this.#at + MINUTE): SourceState {
    this.#at = at;
    const attempt = { time: at, source, user, sensor: 'host.example', success: false, known: null };
    const taken = this.memory.take({ ...attempt, method: 'password' });
    this.turns.visit(taken.source, taken.name!, at, () => true);
    return taken.source;
  }

  constructor(names: readonly string[], probability = 0.98, members = 9) {
    for (let i = 0; i < 200; i++) this.visit(`stranger${i}.example`, `own-${i}`);
    this.#at = beginning.from;
    names.forEach((name, n) => {
      for (let i = 0; i < 3; i++) {
        const source = this.visit(address((3 * n + i) % members), name);
        this.affair.probability.set(source, probability);
        for (const visit of source.visits) this.turns.disown(visit);
      }
    });
    this.affair.recall();
  }

  judge(source: SourceState) {
    return this.affair.judge(source, this.turns, source.lastSeen);
  }
}

const list = ['wvtqa', 'wvtqb', 'wvtqc', 'wvtqd', 'wvtqe'];

describe('who comes while something is going on', () => {
  it('belongs, if it tries the name that is in turn', () => {
    const one = new Case(list);
    const { probability, by } = one.judge(one.visit('new.example', 'wvtqe'));
    expect(probability).toBeGreaterThan(0.98);
    expect(one.affair.weight(by!)).toBeGreaterThan(0.9);
  });

  it('does not belong, if it tries what everybody tries', () => {
    const one = new Case(list);
    const { probability, by } = one.judge(one.visit('new.example', 'root'));
    expect(by).toBeNull();
    expect(probability).toBeLessThan(0.5);
  });

  it('is linked by nobody, if it comes with a name of its own: no more than one chance in two', () => {
    const one = new Case(list);
    const { probability, by } = one.judge(one.visit('new.example', 'mine-alone'));
    expect(by).toBeNull();
    expect(probability).toBeLessThanOrEqual(0.5);
  });

  it('is less likely with every further name that is none of the campaign’s', () => {
    const one = new Case(list);
    let source = one.visit('new.example', 'wvtqe');
    let last = one.judge(source).probability;
    for (let i = 0; i < 6; i++) {
      source = one.visit('new.example', ['root', 'admin', 'test', 'user', 'guest', 'oracle'][i]!);
      const { probability } = one.judge(source);
      expect(probability).toBeLessThanOrEqual(last);
      last = probability;
    }
  });

  it('meets somebody only within the window: a name that had its turn long ago is not in turn', () => {
    const one = new Case(list);
    for (let i = 0; i < 200; i++) one.visit(`later${i}.example`, `later-${i}`);
    expect(one.judge(one.visit('new.example', 'wvtqe')).by).toBeNull();
  });

  it('is linked by its class where the rate speaks for it', () => {
    const one = new Case(list);
    one.affair.byClass.set('root', 0.97);
    expect(one.judge(one.visit('new.example', 'root'))).toEqual({ probability: 0.97, by: null });
    // but not for what it has tried beside it
    expect(one.judge(one.visit('new.example', 'mine-alone')).probability).toBeLessThanOrEqual(0.5);
  });

  it('is not linked by what it tried before it all began', () => {
    const one = new Case([]);
    const early = one.visit('early.example', 'wvtqa', beginning.from - 60);
    one.affair.probability.set(one.visit(address(0), 'wvtqa', beginning.from + 60), 0.98);
    one.affair.recall();
    expect(one.judge(early).by).toBeNull();
  });
});

describe('members of whom nobody is sure', () => {
  it('link by two, or on a name that strangers hardly ever try', () => {
    const one = new Case(list, 0.6);
    expect(one.judge(one.visit('new.example', 'wvtqe')).by).not.toBeNull();
  });

  it('do not link where there is one of them and the name is not rare', () => {
    const one = new Case([], 0.6);
    one.affair.probability.set(one.visit(address(0), 'deploy', beginning.from + 60), 0.6);
    one.affair.recall();
    expect(one.judge(one.visit('new.example', 'deploy', beginning.from + 120)).by).toBeNull();
  });
});

describe('a member that tries far more than the others', () => {
  it('speaks for few: it may repeat what others try', () => {
    const voiceOf = (names: number) => {
      const one = new Case(list);
      for (let i = 0; i < names; i++) one.visit('framer.example', `copied-${i}`);
      const framer = one.visit('framer.example', 'wvtqz');
      one.affair.probability.set(framer, 0.95);
      one.affair.recall();
      return one.judge(one.visit('new.example', 'wvtqz')).probability;
    };
    expect(voiceOf(60)).toBeLessThan(voiceOf(0));
  });
});

describe('how much can be said', () => {
  it('of two strangers who have met each other and nobody else: nine in ten at most, on a name that is tried', () => {
    const one = new Case([]);
    const pair = [0, 1].map((i) => one.visit(address(i), 'deploy', beginning.from + i));
    for (const source of pair) one.affair.probability.set(source, 0.99);
    one.affair.recall();
    expect(pair.map((source) => [one.affair.isLinked(source), one.affair.limit(source)])).toEqual([
      [false, 0.9],
      [false, 0.9],
    ]);
  });

  it('of members linked through each other: everything', () => {
    const one = new Case(list);
    for (const source of one.affair.probability.keys()) {
      expect(one.affair.isLinked(source)).toBe(true);
      expect(one.affair.limit(source)).toBe(1);
    }
  });

  it('of who tries root once: what the rate says', () => {
    const one = new Case(list);
    const source = one.visit('new.example', 'root');
    expect(one.affair.limit(source)).toBe(1);
    one.affair.limits.set('root', 0.7);
    expect(one.affair.limit(source)).toBe(0.7);
  });

  it('root brings nobody together', () => {
    const one = new Case(['root', 'root', 'root']);
    for (const source of one.affair.probability.keys()) expect(one.affair.isLinked(source)).toBe(false);
  });
});

describe('the lists of names', () => {
  it('hold the members on each name, each once, and only those who are likelier members than not', () => {
    const one = new Case(list);
    const name = one.memory.names.get('wvtqa')!;
    expect(one.affair.membersOn(name)).toBe(3);
    const doubtful = one.visit('doubtful.example', 'wvtqa');
    one.affair.probability.set(doubtful, 0.4);
    one.affair.recall();
    expect(one.affair.membersOn(name)).toBe(3);
    one.affair.remember(doubtful, name);
    one.affair.remember(doubtful, name);
    expect(one.affair.membersOn(name)).toBe(4);
    expect(one.affair.membersOn(one.memory.names.get('own-1')!)).toBe(0);
  });
});
