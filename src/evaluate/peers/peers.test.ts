/** What a block stops, how it is counted, and how what programs say becomes blocks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../model/live.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import type { Truth } from '../../model/truth.ts';
import { blocksOf, blocksOfAlarms, isStopped, linesLetThrough } from './blocks.ts';
import { durationSeconds } from './crowdsec.ts';
import { openings } from './openings.ts';
import type { Block, Blocks } from './peer.ts';
import { blocksOfEvents } from './rules.ts';
import { childSeconds } from './run-program.ts';
import { attackAttempts, scoreBlocks } from './score.ts';

const FOREVER = Number.POSITIVE_INFINITY;

describe('blocks', () => {
  it('of one source are joined where they overlap or touch, and come in order of time', () => {
    const blocks = blocksOf([
      { source: 'a', from: 50, until: 60 },
      { source: 'a', from: 10, until: 20 },
      { source: 'a', from: 20, until: 30 },
      { source: 'b', from: 5, until: 4 },
      { source: 'a', from: 12, until: 14 },
    ]);
    expect(blocks.get('a')).toEqual([
      { from: 10, until: 30 },
      { from: 50, until: 60 },
    ]);
    expect(blocks.has('b')).toBe(false);
  });

  it('stop what a plain look at all told blocks would stop, except at the second that one begins', () => {
    const block = fc.record({ from: fc.nat(50), length: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.nat(80), (list, time) => {
        const told = list.map(({ from, length }) => ({ source: 'a', from, until: from + length }));
        const blocks = blocksOf(told).get('a');
        const plain = told.some(({ from, until }) => from < time && time <= until);
        const begins = told.some(({ from }) => from === time);
        if (!begins) expect(isStopped(blocks, time)).toBe(plain);
        if (plain) expect(isStopped(blocks, time)).toBe(true);
      }),
    );
  });

  it('come of alarms, of which those during a block change nothing', () => {
    const blocks = blocksOfAlarms([
      { source: 'a', time: 150, seconds: 100 },
      { source: 'a', time: 0, seconds: 100 },
      { source: 'a', time: 90, seconds: 100 },
      { source: 'b', time: 7, seconds: 1 },
    ]);
    expect(blocks.get('a')).toEqual([
      { from: 0, until: 100 },
      { from: 150, until: 250 },
    ]);
    expect(blocks.get('b')).toEqual([{ from: 7, until: 8 }]);
  });

  it('keep lines of the blocked from being written, and no others', () => {
    const lines = [
      { time: 1, source: 'a', text: 'first' },
      { time: 2, source: 'a', text: 'kept out' },
      { time: 2, source: 'b', text: 'another' },
      { time: 2, source: null, text: 'CRON' },
      { time: 9, source: 'a', text: 'back' },
    ];
    const through = linesLetThrough(lines, new Map([['a', [{ from: 1, until: 5 }]]]));
    expect(through.map(({ text }) => text)).toEqual(['first', 'another', 'CRON', 'back']);
  });

  it('of live detection last until the campaign that named last releases', () => {
    const named = (time: number, campaign: string): LiveEvent => ({
      kind: 'participant:named',
      time,
      campaign,
      source: 'a',
      confidence: 1,
      firstSeen: 0,
      attempts: 1,
    });
    const released = (time: number, campaign: string): LiveEvent => ({
      kind: 'participant:released',
      time,
      campaign,
      source: 'a',
    });
    expect(blocksOfEvents([named(1, 'c1'), released(4, 'c1'), named(9, 'c2')]).get('a')).toEqual([
      { from: 1, until: 4 },
      { from: 9, until: FOREVER },
    ]);
    expect(
      blocksOfEvents([named(1, 'c1'), named(2, 'c2'), released(3, 'c1'), released(5, 'c2')]).get('a'),
    ).toEqual([{ from: 1, until: 5 }]);
  });
});

/** Attempts as `[time, source]`; who is what by the first letter: c campaign, p person, l loud, s scanner. */
function log(attempts: readonly (readonly [number, string])[]) {
  const builder = new AttemptTableBuilder();
  for (const [time, source] of attempts)
    builder.append({ time, source, user: 'u', sensor: 's', success: false, known: false, method: null });
  const table = builder.finish();
  const of = (letter: string) => table.sources.filter((source) => source.startsWith(letter));
  const campaign = of('c');
  const truth: Truth = {
    schema: 'slowbrute.truth/1',
    scenario: 'test',
    seed: 1,
    firstSeen: '',
    lastSeen: '',
    attempts: attempts.length,
    campaigns:
      campaign.length === 0
        ? []
        : [
            {
              name: 'c',
              firstSeen: '',
              lastSeen: '',
              attempts: 0,
              sources: campaign,
              userCount: 1,
              sensors: ['s'],
              compromised: [],
            },
          ],
    people: of('p'),
    background: { loud: of('l'), scanners: of('s') },
  };
  return { table, truth };
}

describe('the score of blocks', () => {
  const { table, truth } = log([
    [10, 'c1'],
    [20, 'c2'],
    [30, 'c1'],
    [40, 'c2'],
    [50, 'c1'],
    [60, 'p1'],
    [70, 'p1'],
    [80, 'l1'],
    [81, 'l1'],
    [82, 'l1'],
    [90, 's1'],
    [99, 'c1'],
  ]);

  it('counts what was stopped against what could be: every source must be seen once', () => {
    const score = scoreBlocks(table, truth, new Map([['c1', [{ from: 10, until: 60 }]]]));
    expect(score).toMatchObject({
      participants: { sources: 2, blocked: 1 },
      attackAttempts: 6,
      limit: 4,
      prevented: 2, // at 30 and 50; 99 is after its end
      preventedForGood: 3,
      attemptsBeforeFirst: 1,
    });
  });

  it('counts people, scanners and loud sources that were ever blocked, and what that cost them', () => {
    const blocks: Blocks = new Map([
      ['p1', [{ from: 60, until: 61 }]],
      ['l1', [{ from: 80, until: FOREVER }]],
      ['s1', [{ from: 90, until: FOREVER }]],
    ]);
    expect(scoreBlocks(table, truth, blocks)).toMatchObject({
      people: { sources: 1, blocked: 1 },
      scanners: { sources: 1, blocked: 1 },
      loud: { sources: 1, blocked: 1 },
      peopleStopped: 0, // the block was over before they came back
      loudAttempts: 3,
      loudPrevented: 2,
      prevented: 0,
      attemptsBeforeFirst: null,
    });
  });

  it('counts the attempts up to the first block of a participant, whoever else was blocked before', () => {
    const blocks: Blocks = new Map([
      ['s1', [{ from: 1, until: FOREVER }]],
      ['c2', [{ from: 40, until: 41 }]],
    ]);
    expect(scoreBlocks(table, truth, blocks).attemptsBeforeFirst).toBe(4);
  });

  it('never exceeds the limit, and is never more with blocks that end than with those that do not', () => {
    const attempt = fc.tuple(fc.nat(60), fc.constantFrom('c1', 'c2', 'c3', 'p1', 'l1', 's1'));
    fc.assert(
      fc.property(
        fc.array(attempt, { minLength: 1, maxLength: 40 }),
        fc.array(
          fc.record({ source: fc.constantFrom('c1', 'c2', 'c3'), nth: fc.nat(9), length: fc.nat(30) }),
        ),
        (attempts, wishes) => {
          const made = log([...attempts].sort(([a], [b]) => a - b));
          // a block begins when its source is seen
          const told = wishes.flatMap(({ source, nth, length }) => {
            const times = attempts.filter(([, one]) => one === source).map(([time]) => time);
            const from = times[nth % Math.max(1, times.length)];
            return from === undefined ? [] : [{ source, from, until: from + length }];
          });
          const score = scoreBlocks(made.table, made.truth, blocksOf(told));
          expect(score.prevented).toBeLessThanOrEqual(score.preventedForGood);
          expect(score.preventedForGood).toBeLessThanOrEqual(score.limit);
          const listed = attackAttempts(made.table, made.truth, blocksOf(told));
          expect(listed.filter(({ stopped }) => stopped)).toHaveLength(score.prevented);
          expect(listed.filter(({ first }) => !first)).toHaveLength(score.limit);
        },
      ),
    );
  });

  it('has nothing to say of a campaign where there is none', () => {
    const quiet = log([[1, 'p1']]);
    expect(scoreBlocks(quiet.table, quiet.truth, new Map())).toMatchObject({
      attackAttempts: 0,
      limit: 0,
      prevented: 0,
      attemptsBeforeFirst: null,
    });
  });
});

describe('the beginnings of visits', () => {
  const line = (time: number, source: string | null) => ({ time, source, text: `${time} ${source}` });

  it('are the first 70 lines of a source in four hours, and nothing of other programs', () => {
    const lines = [
      ...Array.from({ length: 100 }, (_, i) => line(i, 'a')),
      line(100, null),
      line(101, 'b'),
      line(4 * 3600, 'a'),
      line(4 * 3600 + 1, 'a'),
    ];
    const kept = openings(lines);
    expect(kept.filter(({ source }) => source === 'a').map(({ time }) => time)).toEqual([
      ...Array.from({ length: 70 }, (_, i) => i),
      4 * 3600 + 1,
    ]);
    expect(kept.filter(({ source }) => source !== 'a')).toEqual([line(101, 'b')]);
  });

  it('are all there is of whoever comes once a minute or less for an hour', () => {
    const lines = Array.from({ length: 60 }, (_, i) => line(60 * i, 'a'));
    expect(openings(lines)).toEqual(lines);
  });
});

describe('what programs say', () => {
  it('durations as Go writes them are seconds', () => {
    expect(durationSeconds('4h')).toBe(14_400);
    expect(durationSeconds('1h30m0s')).toBe(5400);
    expect(durationSeconds('3h59m59.5s')).toBe(14_399.5);
  });

  it("the processor time of children is the second line of the shell's `times`", () => {
    expect(childSeconds('0m0.01s 0m0.00s\n1m2.50s 0m0.25s\n')).toBeCloseTo(62.75);
    expect(childSeconds('')).toBe(0);
  });
});

describe('an attempt in the very second of a block', () => {
  it('is not stopped: the block came of it, or with it', () => {
    const block: readonly Block[] = [{ from: 5, until: 9 }];
    expect([4, 5, 6, 9, 10].map((time) => isStopped(block, time))).toEqual([false, false, true, true, false]);
    expect(isStopped(undefined, 5)).toBe(false);
  });
});
