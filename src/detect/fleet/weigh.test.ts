import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { linkBits } from '../links.ts';
import { classOf } from '../segments.ts';
import { drawnFor, keyOf, shareOf } from './key.ts';
import { classified, mergedWeights } from './merge.ts';
import { binOf, clockGrid, countedBins, QuietClock } from './quiet-clock.ts';
import type { Visits } from './visits.ts';
import { weighShare } from './weigh.ts';

/** Visits of so many sources on so many names, popular ones first, at most some in one second. */
function visits(seed: number, n: number, sources: number, names: number, gap: number): Visits {
  const random = seededRandom(seed);
  let now = 1_700_000_000;
  const time = Float64Array.from({ length: n }, () => {
    now += 1 + random.below(gap);
    return now;
  });
  const key = (what: string, most: number, power: number) =>
    Float64Array.from({ length: n }, () => keyOf(`${what}${Math.floor(most * random.next() ** power)}`));
  return { time, source: key('s', sources, 1), name: key('n', names, 2) };
}

function clockFor({ time }: Visits): QuietClock {
  const grid = clockGrid(time[0]!, time.at(-1)!);
  return new QuietClock(grid, countedBins(grid, [Uint32Array.from(time, (t) => binOf(grid, t))]));
}

function dealt(all: Visits, shares: number): Visits[] {
  return Array.from({ length: shares }, (_, share) => {
    const own = [...all.name.keys()].filter((i) => shareOf(all.name[i]!, shares) === share);
    return {
      time: Float64Array.from(own, (i) => all.time[i]!),
      source: Float64Array.from(own, (i) => all.source[i]!),
      name: Float64Array.from(own, (i) => all.name[i]!),
    };
  });
}

const logs = fc
  .record({
    seed: fc.nat(),
    n: fc.integer({ min: 1, max: 200 }),
    sources: fc.integer({ min: 1, max: 40 }),
    names: fc.integer({ min: 1, max: 40 }),
    gap: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ seed, n, sources, names, gap }) => visits(seed, n, sources, names, gap));

describe('names weighed by shares', () => {
  it('weigh the same in 1, 2, 4 and 7 shares, put together in any order', () => {
    fc.assert(
      fc.property(logs, (all) => {
        const clock = clockFor(all);
        const whole = mergedWeights([weighShare(clock, all)]);
        for (const shares of [2, 4, 7]) {
          const parts = dealt(all, shares).map((part) => weighShare(clock, part));
          expect(mergedWeights(parts)).toEqual(whole);
          expect(mergedWeights([...parts].reverse())).toEqual(whole);
          expect(mergedWeights([mergedWeights(parts.slice(0, 1)), mergedWeights(parts.slice(1))])).toEqual(
            whole,
          );
        }
      }),
      { numRuns: 15 },
    );
  }, 200_000);

  it('hang on no order in which their visits come', () => {
    const all = visits(3, 200, 30, 20, 60);
    const order = [...all.time.keys()].sort((a, b) => drawnFor(a, 1, 1000) - drawnFor(b, 1, 1000));
    const other = {
      time: Float64Array.from(order, (i) => all.time[i]!),
      source: Float64Array.from(order, (i) => all.source[i]!),
      name: Float64Array.from(order, (i) => all.name[i]!),
    };
    expect(weighShare(clockFor(all), other)).toEqual(weighShare(clockFor(all), all));
  });

  it('have the surprises of one log, where no second has two visits', () => {
    fc.assert(
      fc.property(logs, (all) => {
        const ids = (keys: Float64Array) => {
          const of = new Map([...new Set(keys)].map((key, i) => [key, i]));
          return { id: Uint32Array.from(keys, (key) => of.get(key)!), count: of.size };
        };
        const [source, user] = [ids(all.source), ids(all.name)];
        const bits = linkBits({
          time: all.time,
          source: source.id,
          user: user.id,
          sources: source.count,
          users: user.count,
        });
        const { log } = weighShare(clockFor(all), all);
        expect([...classified(log, bits.length).classes]).toEqual([...bits].map(classOf));
      }),
      { numRuns: 15 },
    );
  });
});

describe('the clock of a fleet', () => {
  it('gives each second the middle of its visits, and finds the second again', () => {
    const grid = clockGrid(100, 109);
    const clock = new QuietClock(grid, Uint32Array.of(1, 0, 3, 0, 0, 0, 0, 0, 0, 2));
    expect(clock.ticks).toBe(6);
    expect([100, 102, 109].map((time) => clock.tickAt(time))).toEqual([0, 2, 4]);
    expect([-5, 0, 1, 3, 4, 99].map((tick) => clock.timeAt(tick))).toEqual([100, 100, 102, 102, 109, 109]);
  });

  it('has bins of more seconds where the log is long', () => {
    expect(clockGrid(0, 86_400 * 365 * 2).binSeconds).toBe(4);
  });
});

describe('surprises of one tick', () => {
  it('go to the next ticks that are free', () => {
    const { classes, surprises } = classified(
      { tick: Uint32Array.of(1, 1, 1, 5, 7, 7), class: Uint8Array.of(2, 3, 4, 5, 6, 7) },
      8,
    );
    expect([...classes]).toEqual([0, 2, 3, 4, 0, 5, 0, 6]);
    expect([...surprises]).toEqual([1, 2, 3, 5, 7]);
  });
});
