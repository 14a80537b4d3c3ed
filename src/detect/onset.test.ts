import { describe, expect, it } from 'vitest';
import { MONDAY, strangers, type Try, tableOf, texts, visitorsOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { findOnsets } from './onset.ts';

const ACCEPT = 0.01;

/** `count` new sources, one try each, from hour `from` on for `hours` hours. */
function burst(seed: number, count: number, from: number, hours: number, user: (i: number) => string): Try[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    time: Math.floor(MONDAY + (from + random.next() * hours) * HOUR),
    source: `b${i}.host.example`,
    user: user(i),
  }));
}

/** 30 days of independent visitors, 20 a day, of whom some try root. */
function quietMonth(seed: number): Try[] {
  const random = seededRandom(seed);
  return strangers(random, 600, 30 * DAY, 300).map((one) =>
    random.next() < 0.15 ? { ...one, user: 'root' } : one,
  );
}

function onsetsIn(tries: readonly Try[]) {
  const table = tableOf(tries);
  return { table, onsets: findOnsets(table, visitorsOf(table), () => false, ACCEPT) };
}

const hourOf = (time: number) => (time - MONDAY) / HOUR;

describe('an onset', () => {
  it('is a burst of new sources on root alone, with its edges', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { table, onsets } = onsetsIn([...quietMonth(seed), ...burst(seed, 300, 240, 48, () => 'root')]);
      expect(onsets).toHaveLength(1);
      const [onset] = onsets;
      expect(Math.abs(hourOf(onset!.from) - 240)).toBeLessThan(4);
      expect(Math.abs(hourOf(onset!.to) - 288)).toBeLessThan(4);
      expect(onset!.what).toBe(`n${table.users.indexOf('root')}`);
      expect(onset!.perDay).toBeGreaterThan(100);
      expect(onset!.perDayBefore).toBeLessThan(10);
    }
  });

  it('is a burst of names that nobody else tries', () => {
    const { onsets } = onsetsIn([...quietMonth(3), ...burst(3, 300, 300, 30, (i) => `only${i}`)]);
    expect(onsets).toHaveLength(1);
    expect(onsets[0]!.what).toBe('rare');
  });

  it('gives each newcomer the share of its class that the rest of the log does not explain', () => {
    const { table, onsets } = onsetsIn([...quietMonth(1), ...burst(1, 300, 240, 48, () => 'root')]);
    const probability = onsets[0]!.probability;
    const ours = [...probability].filter(([s]) => table.sources[s]!.startsWith('b'));
    expect(ours.length).toBeGreaterThan(280);
    for (const [, p] of ours) expect(p).toBeGreaterThan(0.9);
    for (const p of probability.values()) {
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
    }
    // who came in the same hours with other names is not among the likely
    const others = [...probability].filter(([s, p]) => !table.sources[s]!.startsWith('b') && p > 0.9);
    expect(
      texts(
        table,
        others.map(([s]) => s),
      ).length,
    ).toBeLessThan(20);
  });

  it('is none where visitors come evenly, over 20 seeds', () => {
    for (let seed = 0; seed < 20; seed++) expect(onsetsIn(quietMonth(seed)).onsets).toEqual([]);
  });

  it('is none where the rate doubles for a week: fashions do that', () => {
    const week = burst(5, 140, 240, 168, (i) => (i % 3 === 0 ? 'root' : `name${i % 90}`));
    expect(onsetsIn([...quietMonth(5), ...week]).onsets).toEqual([]);
  });

  it('is none where the log is nothing but it: there is no before', () => {
    expect(onsetsIn(burst(6, 300, 0, 24, () => 'root')).onsets).toEqual([]);
  });

  it('is two where two bursts are days apart', () => {
    const { onsets } = onsetsIn([
      ...quietMonth(7),
      ...burst(7, 300, 200, 24, () => 'root'),
      ...burst(8, 300, 500, 24, (i) => `only${i}`).map((one) => ({ ...one, source: `c-${one.source}` })),
    ]);
    const starts = onsets.map((o) => Math.round(hourOf(o.from) / 10)).sort((a, b) => a - b);
    expect(starts).toEqual([20, 50]);
  });

  it('is none after a hole in the log: hours that nobody wrote down are no calm', () => {
    // ten busy days, ten weeks without a line, ten busy days
    const random = seededRandom(9);
    const busy = strangers(random, 1000, 10 * DAY, 300);
    const again = strangers(random, 1000, 10 * DAY, 300, 2000).map((one) => ({
      ...one,
      time: one.time + 80 * DAY,
    }));
    expect(onsetsIn([...busy, ...again]).onsets).toEqual([]);
  });

  it('has its right times where a hole lies before it', () => {
    const random = seededRandom(10);
    const before = strangers(random, 200, 10 * DAY, 300);
    const after = strangers(random, 400, 20 * DAY, 300, 2000).map((one) => ({
      ...one,
      time: one.time + 80 * DAY,
    }));
    const start = (85 * DAY) / HOUR;
    const { onsets } = onsetsIn([...before, ...after, ...burst(10, 300, start, 24, () => 'root')]);
    expect(onsets).toHaveLength(1);
    expect(Math.abs(hourOf(onsets[0]!.from) - start)).toBeLessThan(4);
  });

  it('never has somebody’s own account as its name: by rate alone no person may be named', () => {
    const people = [0, 1, 2].map((i) => ({
      time: MONDAY + i,
      source: `192.0.2.${i}`,
      user: 'ada',
      success: true,
    }));
    const { onsets, table } = onsetsIn([
      ...people,
      ...quietMonth(11),
      ...burst(11, 300, 240, 24, () => 'root'),
      { time: MONDAY + 250 * HOUR, source: 'hotel.host.example', user: 'ada' },
    ]);
    const hotel = table.sources.indexOf('hotel.host.example');
    for (const onset of onsets) expect(onset.probability.has(hotel)).toBe(false);
  });

  it('is none where the wave swells for weeks: a botnet is switched on', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      // doubling every three days, for three weeks
      const worm = Array.from({ length: 1500 }, (_, i) => ({
        time: Math.floor(MONDAY + (27 + 3 * Math.log2(1 - random.next() * (1 - 2 ** -7))) * DAY),
        source: `b${i}.host.example`,
        user: 'root',
      }));
      expect([seed, onsetsIn([...quietMonth(seed), ...worm]).onsets]).toEqual([seed, []]);
    }
  });

  it('is none at the beginning of a log whose visitors return: everybody is new there once', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const returning = Array.from({ length: 400 * 10 }, (_, i) => ({
        time: Math.floor(MONDAY + random.next() * 30 * DAY),
        source: `r${i % 400}.host.example`,
        user: 'root',
      }));
      expect(onsetsIn(returning).onsets).toEqual([]);
    }
  });

  it('is none where the rate varies that much from day to day', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      // each day's rate is drawn from an exponential law: shape 1
      const tries = Array.from({ length: 60 }, (_, day) => {
        const count = Math.round(-40 * Math.log(1 - random.next()));
        return burst(seed * 100 + day, count, day * 24, 24, () => 'root').map((one) => ({
          ...one,
          source: `d${day}-${one.source}`,
        }));
      }).flat();
      expect([seed, onsetsIn(tries).onsets.map((o) => o.bits)]).toEqual([seed, []]);
    }
  });

  it('is not told twice: what an earlier finding explains, and its time, do not count', () => {
    const table = tableOf([
      ...quietMonth(7),
      ...burst(7, 300, 200, 24, () => 'root'),
      ...burst(8, 300, 500, 24, (i) => `only${i}`).map((one) => ({ ...one, source: `c-${one.source}` })),
    ]);
    const visitors = visitorsOf(table);
    const found = findOnsets(table, visitors, () => false, ACCEPT);
    expect(found).toHaveLength(2);
    for (const one of found) {
      const rest = findOnsets(table, visitors, () => false, ACCEPT, [one]);
      expect(rest.map((o) => o.what)).toEqual(found.filter((o) => o !== one).map((o) => o.what));
    }
  });

  it('tells the class of each newcomer and how many of each the rest lets one expect', () => {
    const { table, onsets } = onsetsIn([...quietMonth(1), ...burst(1, 300, 240, 48, () => 'root')]);
    const [onset] = onsets;
    const root = `n${table.users.indexOf('root')}`;
    expect(new Set(onset!.whatOf.keys())).toEqual(new Set(onset!.probability.keys()));
    const newcomers = [...onset!.whatOf].filter(([, what]) => what === root).length;
    expect(newcomers).toBeGreaterThanOrEqual(290);
    for (const what of onset!.whatOf.values()) expect(onset!.expected.get(what)).toBeGreaterThan(0);
    // about three a day came before, for two days
    expect(onset!.expected.get(root)).toBeLessThan(15);
    for (const [s, p] of onset!.probability)
      if (onset!.whatOf.get(s) === root)
        expect(p).toBeCloseTo(1 - onset!.expected.get(root)! / (newcomers + 1), 2);
  });

  it('leaves out sources of the house', () => {
    const machines = burst(12, 300, 240, 24, () => 'collector').map((one) => ({ ...one, known: true }));
    expect(onsetsIn([...quietMonth(12), ...machines]).onsets).toEqual([]);
  });

  it('is nothing in an empty log', () => {
    expect(onsetsIn([]).onsets).toEqual([]);
  });
});
