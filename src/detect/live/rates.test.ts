import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../model/random.ts';
import { DAY, HOUR } from '../../model/time.ts';
import { arrivalClass, Rates, type Rise } from './rates.ts';

/** What a rise must reach with one false campaign in two years: 17,520 looks a year, a fifth of the false campaigns. */
const ENOUGH = Math.log2(17_520 / (0.5 * 0.2));

const START = 1_700_000_000;

interface Arrival {
  /** Seconds after START. */
  readonly at: number;
  readonly what?: string;
  readonly explained?: boolean;
}

/** Arrivals in order, beside a log that is written every ten minutes but in `holes` (seconds after START). */
function run(
  arrivals: readonly Arrival[],
  until: number,
  holes: readonly (readonly [number, number])[] = [],
  rates = new Rates(),
): { readonly rises: readonly (Rise | null)[]; readonly rates: Rates } {
  const rises: (Rise | null)[] = [];
  let next = 0;
  for (let at = 0; at <= until; at += 600) {
    for (; next < arrivals.length && arrivals[next]!.at <= at; next++) {
      const { at: time, what = 'root', explained = false } = arrivals[next]!;
      rates.tick(START + time);
      rises.push(rates.arrive(what, explained));
    }
    if (!holes.some(([from, to]) => at >= from && at < to)) rates.tick(START + at);
  }
  return { rises, rates };
}

/** Independent arrivals at a rate that may change. */
function poisson(random: Random, days: number, perDay: (day: number) => number, from = 0): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let at = from; at < from + days * DAY; at += 900) {
    const mean = (perDay((at - from) / DAY) * 900) / DAY;
    let n = 0;
    for (let p = Math.exp(-mean), sum = p, u = random.next(); u > sum && n < 200; sum += p) p *= mean / ++n;
    for (let i = 0; i < n; i++) arrivals.push({ at });
  }
  return arrivals;
}

const strongest = (rises: readonly (Rise | null)[]) => Math.max(0, ...rises.map((rise) => rise?.bits ?? 0));

describe('a sharp rise', () => {
  it('of root is seen by the dozenth new source, in a log of three weeks', () => {
    for (const seed of [1, 2, 3]) {
      const before = poisson(seededRandom(seed), 21, () => 4);
      const burst = Array.from({ length: 12 }, (_, i) => ({ at: 21 * DAY + i * 300 }));
      const { rises } = run([...before, ...burst], 22 * DAY);
      expect(strongest(rises.slice(0, before.length))).toBeLessThan(ENOUGH);
      const seen = rises.slice(before.length).findIndex((rise) => rise !== null && rise.bits >= ENOUGH);
      expect(seen).toBeGreaterThanOrEqual(0);
      const rise = rises.at(-1)!;
      expect(rise.perDay).toBeGreaterThan(5 * rise.perDayBefore);
      expect(rise.from).toBeLessThanOrEqual(START + 21 * DAY + 12 * 300);
      expect(rise.from).toBeGreaterThan(START + 20 * DAY);
    }
  });

  it('of fewer than a dozen is left to names and networks', () => {
    const before = poisson(seededRandom(1), 17, () => 1);
    const burst = Array.from({ length: 11 }, () => ({ at: 22 * DAY }));
    expect(run([...before, ...burst], 23 * DAY).rises.slice(before.length)).toEqual(Array(11).fill(null));
  });

  it('is not told of in the first hours of a log: there is nothing to compare it with', () => {
    const burst = Array.from({ length: 40 }, (_, i) => ({ at: 2 * HOUR + i * 60 }));
    expect(strongest(run(burst, 4 * HOUR).rises)).toBe(0);
  });

  it('does not count those whom something else explains', () => {
    const before = poisson(seededRandom(4), 21, () => 4);
    const burst = Array.from({ length: 60 }, (_, i) => ({ at: 21 * DAY + i * 300, explained: true }));
    expect(strongest(run([...before, ...burst], 22 * DAY).rises)).toBeLessThan(ENOUGH);
  });
});

describe('no rise', () => {
  it('is seen in a steady rate, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom(2, 10, 40, 150), (seed, perDay) => {
        expect(
          strongest(
            run(
              poisson(seededRandom(seed), 30, () => perDay),
              30 * DAY,
            ).rises,
          ),
        ).toBeLessThan(ENOUGH);
      }),
      { numRuns: 16, seed: 11 },
    );
  });

  it('is seen in days and nights', () => {
    const daily = (day: number) => 40 * (1 + 0.8 * Math.sin(2 * Math.PI * day));
    for (const seed of [1, 2, 3])
      expect(strongest(run(poisson(seededRandom(seed), 30, daily), 30 * DAY).rises)).toBeLessThan(ENOUGH);
  });

  const swelling = (seed: number, perDay: number, calmDays: number, doublingDays: number) =>
    poisson(
      seededRandom(seed),
      calmDays + 8 * doublingDays,
      (day) => perDay + (day < calmDays ? 0 : 2 ** ((day - calmDays) / doublingDays)),
    );

  it('is seen where it swells, doubling every three days as a worm does', () => {
    for (const seed of [1, 2, 3]) {
      expect(strongest(run(swelling(seed, 5, 20, 3), 44 * DAY).rises)).toBeLessThan(ENOUGH);
    }
  });

  it('is seen where it doubles in a day and a half, beside twenty a day: by its shape, not by its size', () => {
    expect(strongest(run(swelling(1, 20, 45, 1.5), 57 * DAY).rises)).toBeLessThan(ENOUGH);
  });

  it('is made by a hole in the log: it is no calm', () => {
    const random = seededRandom(5);
    const before = poisson(random, 10, () => 30);
    const after = poisson(random, 10, () => 30, 40 * DAY);
    const { rises, rates } = run([...before, ...after], 50 * DAY, [[10 * DAY, 40 * DAY]]);
    expect(strongest(rises)).toBeLessThan(ENOUGH);
    expect(rates.perDayBefore('root', 2)).toBeGreaterThan(20);
  });
});

describe('the base rate', () => {
  const steady = () =>
    run(
      poisson(seededRandom(7), 20, () => 24),
      20 * DAY,
    ).rates;

  it('is that of the days before', () => {
    const rate = steady().perDayBefore('root', 1);
    expect(rate).toBeGreaterThan(20);
    expect(rate).toBeLessThan(28);
    expect(steady().perDayBefore('rare', 1)).toBe(0);
  });

  it('does not hold the newcomers that a campaign was found to have sent', () => {
    const rates = new Rates();
    const usual = poisson(seededRandom(8), 20, () => 10);
    const campaign = Array.from({ length: 300 }, (_, i) => ({ at: 10 * DAY + i * 600 }));
    run(
      [...usual, ...campaign].sort((a, b) => a.at - b.at),
      20 * DAY,
      [],
      rates,
    );
    const all = rates.perDayBefore('root', 1);
    for (const { at } of campaign) rates.disown('root', 20 * DAY - at);
    const without = rates.perDayBefore('root', 1);
    expect(all - without).toBeCloseTo(300 / 19, 0);
    expect(without).toBeGreaterThan(7);
    expect(without).toBeLessThan(13);
    expect(rates.perDayBefore('all', 1)).toBeCloseTo(without, 6);
  });

  it('is not disowned below nothing, nor before the log', () => {
    const rates = steady();
    for (let i = 0; i < 100; i++) {
      rates.disown('root', 0);
      rates.disown('root', 1000 * DAY);
      rates.disown('never seen', 0);
    }
    expect(rates.perDayBefore('root', 0)).toBeGreaterThan(20);
  });

  it('forgets what is older than two months', () => {
    const { rates } = run(
      poisson(seededRandom(9), 10, () => 100),
      90 * DAY,
    );
    expect(rates.perDayBefore('root', 1)).toBe(0);
  });

  it('does not go back with the clock', () => {
    const rates = new Rates();
    for (const at of [0, HOUR, 5, HOUR, 7 * DAY, 0]) {
      rates.tick(START + at);
      expect(rates.arrive('root', false)).toBeNull();
    }
  });
});

describe('the class of a newcomer', () => {
  it('is that of the first name that it tries: root, a name that is tried everywhere, any other', () => {
    expect(['root', 'admin', 'test', 'qwxyz-0815', '', 'Root '].map(arrivalClass)).toEqual([
      'root',
      'listed',
      'listed',
      'rare',
      'rare',
      'rare',
    ]);
  });
});
