import { describe, expect, it } from 'vitest';
import { MONDAY, type Planted, planted, type Try, tableOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { separate, turnsOf } from './separate.ts';

const PLAN: Planted = {
  sources: 60,
  names: 150,
  triesPerName: 6,
  gapSeconds: 900,
  start: 0,
};

function partsOf(tries: readonly Try[]) {
  const table = tableOf(tries);
  const part = separate(
    table,
    Uint32Array.from({ length: table.length }, (_, i) => i),
  );
  return { table, part, parts: new Set(part.values()).size };
}

/** Share of sources that are in the part in which most of their campaign are. */
function purity({ table, part }: ReturnType<typeof partsOf>, isFirst: (source: string) => boolean): number {
  const counts = new Map<string, number>();
  for (const [s, p] of part) {
    const key = `${p} ${isFirst(table.sources[s]!)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let right = 0;
  for (const p of new Set(part.values()))
    right += Math.max(counts.get(`${p} true`) ?? 0, counts.get(`${p} false`) ?? 0);
  return right / part.size;
}

const shuffledPlan = (seed: number, plan: Planted) => {
  const random = seededRandom(seed);
  const tries = planted(random, plan);
  // the order of the list is arbitrary
  return tries.map((one) => ({ ...one, user: `${one.user!.split('').reverse().join('')}` }));
};

describe('separation', () => {
  it('never splits one campaign, over 30 seeds and several shapes', () => {
    for (let seed = 0; seed < 30; seed++) {
      const random = seededRandom(seed);
      const plan: Planted = {
        ...PLAN,
        sources: 20 + random.below(150),
        triesPerName: 2 + random.below(8),
        names: 60 + random.below(200),
      };
      expect([seed, partsOf(planted(random, plan)).parts]).toEqual([seed, 1]);
      expect([seed, partsOf(shuffledPlan(seed, plan)).parts]).toEqual([seed, 1]);
    }
  });

  it('tells two campaigns apart that run at the same time', () => {
    for (let seed = 0; seed < 10; seed++) {
      const second = { ...PLAN, firstAddress: 300, prefix: 'other', gapSeconds: 1100 };
      const found = partsOf([...shuffledPlan(seed, PLAN), ...shuffledPlan(seed + 100, second)]);
      expect(found.parts).toBe(2);
      expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.97);
    }
  });

  it('tells two campaigns apart that share a tenth of their names', () => {
    const second = shuffledPlan(7, { ...PLAN, firstAddress: 300, prefix: 'other' }).map((one, i) =>
      Math.floor(i / 6) % 10 === 0 ? { ...one, user: one.user!.replace('rehto', 'drow') } : one,
    );
    const found = partsOf([...shuffledPlan(6, PLAN), ...second]);
    expect(found.parts).toBe(2);
    expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.97);
  });

  it('is not misled by root, which everybody tries', () => {
    const random = seededRandom(12);
    const withRoot = (tries: readonly Try[]) =>
      tries.map((one) => (random.next() < 0.3 ? { ...one, user: 'root' } : one));
    const second = { ...PLAN, firstAddress: 300, prefix: 'other' };
    const found = partsOf([...withRoot(shuffledPlan(1, PLAN)), ...withRoot(shuffledPlan(2, second))]);
    expect(found.parts).toBe(2);
    expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.97);
    expect(partsOf(withRoot(shuffledPlan(1, PLAN))).parts).toBe(1);
  });

  it('tells an alphabetical walk from a list in another order, where every source comes once', () => {
    const walk: Planted = { ...PLAN, sources: 250, names: 125, triesPerName: 2, gapSeconds: 3000 };
    const random = seededRandom(5);
    const names = Array.from({ length: 125 }, (_, i) => `word${random.below(10_000)}x${i}`);
    const other = planted(random, { ...walk, firstAddress: 254 }).map((one, i) => ({
      ...one,
      user: names[Math.floor(i / 2)]!,
    }));
    const found = partsOf([...planted(random, walk), ...other]);
    expect(found.parts).toBe(2);
    expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.85);
  });

  it('takes a walk through proxies that are used in bursts for one, however little they meet', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      // every proxy works through a stretch of the list with five others, then is not seen again
      const tries = Array.from({ length: 240 * 6 }, (_, i) => ({
        time: MONDAY + i * 600,
        source: `q${Math.floor(i / 120) * 12 + random.below(12)}.host.example`,
        user: `word${String(Math.floor(i / 6)).padStart(4, '0')}`,
      }));
      expect([seed, partsOf(tries).parts]).toEqual([seed, 1]);
    }
  });

  it('tells two walks apart that go side by side, where every source comes once', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const walk: Planted = { ...PLAN, sources: 254, names: 127, triesPerName: 2, gapSeconds: 3000 };
      // one begins at the end of the alphabet at which the other ends
      const second = planted(random, { ...walk, firstAddress: 254, prefix: 'zeta', gapSeconds: 3100 });
      const found = partsOf([...planted(random, { ...walk, prefix: 'alfa' }), ...second]);
      expect([seed, found.parts]).toEqual([seed, 2]);
      expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.97);
    }
  });

  it('leaves to a walk the names that are sorted otherwise than it sorts', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const walk: Planted = { ...PLAN, sources: 254, names: 127, triesPerName: 2, gapSeconds: 3000 };
      // every third name a few places from where the alphabet has it
      const jostled = planted(random, walk).map((one, i) => {
        const place = Math.floor(i / 2);
        const other = place % 3 === 0 ? place + 4 : place;
        return { ...one, user: `word${String(other).padStart(4, '0')}x${place}` };
      });
      const other = planted(random, { ...walk, firstAddress: 254 }).map((one, i) => ({
        ...one,
        user: `word${String((Math.floor(i / 2) * 53) % 127).padStart(4, '0')}y`,
      }));
      const found = partsOf([...jostled, ...other]);
      expect([seed, found.parts]).toEqual([seed, 2]);
      expect(purity(found, (source) => source.startsWith('192.0.2'))).toBeGreaterThan(0.85);
    }
  });

  it('gives every source a part, and none to sources that have no row', () => {
    const table = tableOf(planted(seededRandom(1), PLAN));
    const half = Uint32Array.from({ length: table.length / 2 }, (_, i) => i);
    const part = separate(table, half);
    expect(new Set(part.keys())).toEqual(new Set([...half].map((row) => table.source[row]!)));
  });

  it('leaves a handful of sources together', () => {
    expect(partsOf(planted(seededRandom(1), { ...PLAN, sources: 5 })).parts).toBe(1);
  });
});

describe('turns', () => {
  it('are a name’s attempts up to its next rest, in time', () => {
    const tries = [0, 60, 120, 10_000, 10_060].map((t) => ({
      time: MONDAY + t,
      source: '192.0.2.1',
      user: 'ada',
    }));
    const table = tableOf([...tries, { time: MONDAY + 90, source: '192.0.2.2', user: 'bert' }]);
    const turns = turnsOf(table, Uint32Array.from([0, 1, 2, 3, 4, 5]), HOUR);
    expect(turns.map((t) => [table.users[t.user], t.rows.length, t.time - MONDAY])).toEqual([
      ['ada', 3, 60],
      ['bert', 1, 90],
      ['ada', 2, 10_060],
    ]);
  });

  it('hold every row once', () => {
    const table = tableOf(planted(seededRandom(3), PLAN));
    const rows = Uint32Array.from({ length: table.length }, (_, i) => i);
    const covered = turnsOf(table, rows, DAY / 24).flatMap((turn) => turn.rows);
    expect(covered.sort((a, b) => a - b)).toEqual([...rows]);
  });
});
