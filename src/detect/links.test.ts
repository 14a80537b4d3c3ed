import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { FASHION, groupByName, linkBits, windowSizes } from './links.ts';

type Tick = readonly [source: number, user: number];

/** Forty ticks of forty sources with a name each, in which `planted` ticks stand at their places. */
function forty(planted: Readonly<Record<number, Tick>>): Tick[] {
  return Array.from({ length: 40 }, (_, i) => planted[i] ?? ([i, i] as const));
}

const arbitraryTicks = fc
  .tuple(
    fc.integer({ min: 8, max: 150 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 9 }),
    fc.nat(),
  )
  .map(([n, sources, users, seed]) => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, (): Tick => [random.below(sources), random.below(users)]);
  });

describe('the windows', () => {
  it('grow by four, and none is larger than a quarter of the log', () => {
    expect(windowSizes(16)).toEqual([4]);
    expect(windowSizes(40)).toEqual([4]);
    expect(windowSizes(64)).toEqual([4, 16]);
    expect(windowSizes(5000)).toEqual([4, 16, 64, 256, 1024]);
  });

  it('are never none', () => {
    for (let n = 0; n < 20; n++) expect(windowSizes(n).length).toBeGreaterThan(0);
  });
});

describe('the names', () => {
  it('have their ticks together, in order', () => {
    const { start, tick } = groupByName(
      sequenceOf([
        [0, 2],
        [1, 0],
        [2, 2],
        [3, 1],
        [4, 0],
      ]),
    );
    expect([...start]).toEqual([0, 2, 3, 5]);
    expect([...tick]).toEqual([1, 4, 3, 0, 2]);
  });
});

describe('the surprise of an attempt', () => {
  it('is that of the other sources on its name in the window, worked by hand', () => {
    // one window size (4), 40 ticks a minute apart; sources 20, 21 and 22 all try name 7 (source 7 tries something else)
    const bits = linkBits(sequenceOf(forty({ 7: [7, 20], 20: [20, 7], 21: [21, 7], 22: [22, 7] })));
    // nobody else tried it elsewhere: half an attempt (Jeffreys) in the rest of the log, by ticks 36 of 40; by seconds
    // 4 minutes of 39 minutes and a second. The larger expectation counts, times what fashion may do.
    const byTicks = (0.5 * 4) / 36;
    const bySeconds = (0.5 * 240) / (39 * 60 + 1 - 240);
    const mean = FASHION * Math.max(byTicks, bySeconds);
    expect(bits[21]).toBeCloseTo(-Math.log2(1 - Math.exp(-mean) * (1 + mean)), 4);
    expect(bits[20]).toBeCloseTo(bits[21]!, 5);
  });

  it('is nothing for a name that one source tries alone, however often', () => {
    const bits = linkBits(sequenceOf(forty({ 20: [5, 7], 21: [5, 7], 22: [5, 7], 23: [5, 7] })));
    expect([...bits].every((b) => b === 0)).toBe(true);
  });

  it('is less for a name that is tried elsewhere too', () => {
    const rare = linkBits(sequenceOf(forty({ 7: [7, 8], 20: [20, 7], 21: [21, 7] })));
    const usual = linkBits(sequenceOf(forty({ 2: [2, 7], 37: [37, 7], 20: [20, 7], 21: [21, 7] })));
    expect(usual[20]).toBeLessThan(rare[20]!);
    expect(rare[20]).toBeGreaterThan(2);
  });

  it('grows with the number of other sources', () => {
    let before = 0;
    for (let k = 2; k <= 5; k++) {
      const planted: Record<number, Tick> = { 7: [7, 8] };
      for (let i = 0; i < k; i++) planted[20 + i] = [20 + i, 7];
      const bits = linkBits(sequenceOf(forty(planted)))[21]!;
      // a window of four and its middle reach two to either side: the fifth is out of the second's sight
      if (k <= 4) expect(bits).toBeGreaterThan(before);
      before = bits;
    }
  });

  it('is nothing for a fashion: a name that one tick in four tries for half of the log', () => {
    const ticks: Tick[] = Array.from({ length: 2000 }, (_, i) =>
      i >= 500 && i < 1500 && i % 4 === 0 ? [i, 0] : [i, i + 1],
    );
    const bits = linkBits(sequenceOf(ticks));
    expect(Math.max(...bits)).toBeLessThan(3);
  });

  it('is not moved by other visitors staying away: the second clock', () => {
    // a worm's name comes every ten minutes all the time; for a while nobody else does
    const times: { time: number; tick: Tick }[] = [];
    for (let i = 0; i < 400; i++) times.push({ time: i * 600, tick: [i, 0] });
    for (let i = 0; i < 4000; i++) {
      const time = i * 60 + 30;
      if (time < 100_000 || time > 140_000) times.push({ time, tick: [1000 + i, 1 + i] });
    }
    times.sort((a, b) => a.time - b.time);
    const sequence = sequenceOf(times.map((t) => t.tick));
    sequence.time.set(times.map((t) => t.time));
    const bits = linkBits(sequence);
    expect(Math.max(...bits)).toBeLessThan(3);
  });

  it('is never negative, and nothing is said of fewer than eight ticks', () => {
    fc.assert(
      fc.property(arbitraryTicks, (ticks) => {
        for (const b of linkBits(sequenceOf(ticks))) expect(b).toBeGreaterThanOrEqual(0);
      }),
    );
    expect([
      ...linkBits(
        sequenceOf([
          [0, 0],
          [1, 0],
          [2, 0],
        ]),
      ),
    ]).toEqual([0, 0, 0]);
  });
});

describe('what changes nothing', () => {
  it('new names for users and sources', () => {
    fc.assert(
      fc.property(arbitraryTicks, fc.nat(), (ticks, seed) => {
        const random = seededRandom(seed);
        const shuffled = (n: number) => {
          const ids = Array.from({ length: n }, (_, i) => i);
          for (let i = n - 1; i > 0; i--) {
            const j = random.below(i + 1);
            [ids[i], ids[j]] = [ids[j]!, ids[i]!];
          }
          return ids;
        };
        const s = shuffled(12);
        const u = shuffled(9);
        expect([...linkBits(sequenceOf(ticks.map(([a, b]) => [s[a]!, u[b]!] as const)))]).toEqual([
          ...linkBits(sequenceOf(ticks)),
        ]);
      }),
    );
  });

  it('another day', () => {
    fc.assert(
      fc.property(arbitraryTicks, fc.integer({ min: 0, max: 1e8 }), (ticks, later) => {
        const sequence = sequenceOf(ticks);
        const before = [...linkBits(sequence)];
        sequence.time.forEach((t, i) => {
          sequence.time[i] = t + later;
        });
        expect([...linkBits(sequence)]).toEqual(before);
      }),
    );
  });
});
