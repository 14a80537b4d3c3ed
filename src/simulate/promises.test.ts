/** What the sentence of each scenario with a campaign promises, measured on its log. */
import { describe, expect, it } from 'vitest';
import {
  by,
  DAYS,
  gaps,
  HOURS,
  made,
  median,
  namesOf,
  of,
  only,
  SEEDS,
  seconds,
  shared,
  sourcesOf,
  span,
  start,
  sum,
} from '../../tests/simulate/log-figures.ts';
import { SCENARIOS } from './catalogue.ts';
import { FEBRUARY_2022 } from './february-2022.ts';
import { POPULAR } from './names.ts';
import { RATES_PER_DAY } from './rates.ts';

describe('rates', () => {
  it.each(RATES_PER_DAY)('rate-%i: that many attempts a day, on names in turn', (rate) => {
    for (const seed of SEEDS) {
      const { truth, mine } = only(`rate-${rate}`, seed);
      expect(mine.length).toBeGreaterThanOrEqual(50);
      expect((mine.length / span(mine)) * DAYS).toBeGreaterThan(rate * 0.8);
      expect((mine.length / span(mine)) * DAYS).toBeLessThan(rate * 1.25);
      expect(span(mine) / DAYS).toBeLessThan(48);
      const before = seconds(truth.campaigns[0]!.firstSeen) - start(`rate-${rate}`, seed);
      expect(before / DAYS).toBeGreaterThan(13.9);
      expect(before / DAYS).toBeLessThan(29);
      for (const list of by(mine, (one) => one.user).values()) {
        expect(list.length).toBeGreaterThanOrEqual(3);
        expect(list.length).toBeLessThanOrEqual(10);
        // a name's hosts are others'
        expect(sourcesOf(list).size).toBe(list.length);
      }
      // one name ends before the next but one begins: gaps wander, turns do not
      const order = namesOf(mine);
      const turns = mine.filter((one, i) => i > 0 && one.user !== mine[i - 1]!.user).length + 1;
      expect(turns).toBeLessThan(order.length * 1.6 + 2);
      const returns = [...by(mine, (one) => one.source).values()].flatMap(gaps);
      expect(Math.min(Number.POSITIVE_INFINITY, ...returns) / HOURS).toBeGreaterThan(12);
    }
  });

  it('is over a site of 500 logins a day', () => {
    const perDay = SEEDS.map((seed) => {
      const { attempts } = made('rate-50', seed);
      return (attempts.filter((one) => one.success).length / span(attempts)) * DAYS;
    });
    expect(sum(perDay) / perDay.length).toBeGreaterThan(420);
    expect(sum(perDay) / perDay.length).toBeLessThan(580);
  });

  it('three-minutes: through the alphabet, 14 sources on the first name, 5 in the end', () => {
    for (const seed of SEEDS) {
      const { mine } = only('three-minutes', seed);
      expect(median(gaps(mine))).toBeGreaterThan(160);
      expect(median(gaps(mine))).toBeLessThan(200);
      const walk = mine.filter((one) => one.user !== 'root');
      const names = namesOf(walk);
      expect(names).toEqual([...names].sort());
      const tries = [...by(walk, (one) => one.user).values()].map((list) => list.length);
      expect(tries[0]).toBeGreaterThanOrEqual(11);
      expect(tries[0]).toBeLessThanOrEqual(17);
      const later = tries.slice(tries.length / 2);
      expect(sum(later) / later.length).toBeCloseTo(5, 0);
    }
  });
});

describe('February 2022', () => {
  it.each(['february-2022', 'february-2022-root'])('%s has the 27 counts, exactly', (name) => {
    for (const seed of [11]) {
      const simulation = made(name, seed);
      const people = new Set(simulation.truth.people);
      const guesses = simulation.attempts.filter((one) => !people.has(one.source));
      const perDay = by(guesses, (one) => Math.floor((one.time - start(name, seed)) / DAYS));
      expect(FEBRUARY_2022.map((_, day) => perDay.get(day)?.length ?? 0)).toEqual(FEBRUARY_2022);
      expect(simulation.truth.campaigns[0]!.firstSeen.slice(0, 10)).toBe('2022-02-16');
      expect(Math.max(...[...by(guesses, (one) => one.source).values()].map((list) => list.length))).toBe(2);
      const roots = guesses.filter((one) => one.user === 'root').length / guesses.length;
      if (name.endsWith('root')) expect(roots).toBe(1);
      else expect(roots).toBeLessThan(0.25);
    }
  });

  it('tries no rare name twice', () => {
    const popular = new Set(POPULAR);
    const { mine } = only('february-2022', 11);
    const rare = mine.filter((one) => !popular.has(one.user));
    expect(namesOf(rare).length).toBe(rare.length);
  });
});

describe('the slow corner', () => {
  it('below-ten: three to nine a day, two to four hosts a name within a day', () => {
    for (const seed of SEEDS) {
      const { mine } = only('below-ten', seed);
      const perDay = (mine.length / span(mine)) * DAYS;
      expect(perDay).toBeGreaterThan(2.7);
      expect(perDay).toBeLessThan(9.9);
      expect(span(mine) / DAYS).toBeGreaterThan(17);
      const lists = [...by(mine, (one) => one.user).values()];
      for (const list of lists) {
        expect(sourcesOf(list).size).toBeGreaterThanOrEqual(2);
        expect(sourcesOf(list).size).toBeLessThanOrEqual(4);
      }
      const within = lists.filter((list) => span(list) < DAYS).length / lists.length;
      expect(within).toBeGreaterThan(0.85);
    }
  });

  it('order-free: a source draws for itself, so that a name’s sources come at any time', () => {
    for (const seed of SEEDS) {
      const { mine } = only('order-free', seed);
      const tries = [...by(mine, (one) => one.source).values()].map((list) => list.length);
      expect(tries.length).toBeGreaterThanOrEqual(200);
      expect(Math.max(...tries)).toBeLessThanOrEqual(4);
      const shares = [...by(mine, (one) => one.user).values()]
        .filter((list) => list.length > 2)
        .map((list) => span(list) / span(mine));
      // three uniform draws lie half of the whole apart
      expect(median(shares)).toBeGreaterThan(0.35);
    }
  });

  it('names-once: every name once, by one source each', () => {
    for (const seed of SEEDS) {
      const { mine } = only('names-once', seed);
      expect(namesOf(mine).length).toBe(mine.length);
      expect(sourcesOf(mine).size).toBe(mine.length);
      expect(mine.length).toBeGreaterThanOrEqual(800);
    }
  });

  it('few-on-a-clock: three to six sources, and never two at the same time', () => {
    for (const seed of SEEDS) {
      const { mine } = only('few-on-a-clock', seed);
      expect(sourcesOf(mine).size).toBeGreaterThanOrEqual(3);
      expect(sourcesOf(mine).size).toBeLessThanOrEqual(6);
      expect(Math.min(...gaps(mine)) / 60).toBeGreaterThan(7.9);
      expect(Math.max(...gaps(mine)) / 60).toBeLessThan(17);
      expect(span(mine) / DAYS).toBeGreaterThan(13);
    }
  });

  it('one-network-in-turn: one /24, an address after the other, none again', () => {
    for (const seed of SEEDS) {
      const { mine } = only('one-network-in-turn', seed);
      expect(new Set(mine.map((one) => one.source.split('.').slice(0, 3).join('.'))).size).toBe(1);
      const turns = mine.filter((one, i) => i === 0 || one.source !== mine[i - 1]!.source).length;
      expect(turns).toBe(sourcesOf(mine).size);
    }
  });

  it('lockstep-groups: several a day, each within two minutes on a list of its own', () => {
    for (const seed of SEEDS) {
      const simulation = made('lockstep-groups', seed);
      expect(simulation.truth.campaigns.length).toBeGreaterThanOrEqual(6);
      for (const group of simulation.truth.campaigns) {
        expect(group.sources.length).toBeGreaterThanOrEqual(3);
        expect(group.sources.length).toBeLessThanOrEqual(6);
        const starts = [...by(of(simulation, group), (one) => one.source).values()].map((l) => l[0]!.time);
        expect(Math.max(...starts) - Math.min(...starts)).toBeLessThanOrEqual(120);
      }
    }
  });

  it('dealt-targets: two or three attempts on each sensor', () => {
    for (const seed of SEEDS) {
      const simulation = made('dealt-targets', seed);
      const sensors = SCENARIOS['dealt-targets']!(seed).sensors;
      expect(sensors.length).toBeGreaterThanOrEqual(20);
      const mine = of(simulation, simulation.truth.campaigns[0]!);
      const perSensor = by(mine, (one) => one.sensor);
      for (const sensor of sensors) {
        expect(perSensor.get(sensor)!.length).toBeGreaterThanOrEqual(2);
        expect(perSensor.get(sensor)!.length).toBeLessThanOrEqual(3);
      }
      const elsewhere = [...by(mine, (one) => one.source).values()].filter((list) => list.length > 1);
      for (const list of elsewhere) expect(new Set(list.map((one) => one.sensor)).size).toBeGreaterThan(1);
    }
  });
});

describe('separation', () => {
  it('overlap-in-time: campaigns that run at once, with sources of their own', () => {
    for (const seed of SEEDS) {
      const [first, ...others] = made('overlap-in-time', seed).truth.campaigns;
      expect(others.length).toBeGreaterThanOrEqual(1);
      for (const other of others) {
        expect(seconds(other.firstSeen)).toBeLessThan(seconds(first!.lastSeen));
        expect(shared(new Set(first!.sources), new Set(other.sources))).toBe(0);
      }
    }
  });

  it('shared-names: 5 to 20 % of the smaller list', () => {
    for (const seed of SEEDS) {
      const simulation = made('shared-names', seed);
      const [first, second] = simulation.truth.campaigns.map((one) => new Set(namesOf(of(simulation, one))));
      const share = shared(first!, second!) / Math.min(first!.size, second!.size);
      expect(share).toBeGreaterThan(0.03);
      expect(share).toBeLessThan(0.25);
    }
  });

  it('returns: one campaign, two visits months apart, most sources in both, at one pace', () => {
    for (const seed of [...SEEDS, 14, 15]) {
      const { truth } = made('returns', seed);
      expect(truth.campaigns).toHaveLength(1);
      const [first, second, ...more] = truth.campaigns[0]!.visits!;
      expect(more).toEqual([]);
      const apart = (seconds(second!.firstSeen) - seconds(first!.lastSeen)) / DAYS;
      expect(apart).toBeGreaterThan(50);
      expect(apart).toBeLessThan(155);
      const both = shared(new Set(first!.sources), new Set(second!.sources)) / second!.sources.length;
      expect(both).toBeGreaterThan(0.55);
      expect(both).toBeLessThan(0.95);
      const pace = ({ attempts, firstSeen, lastSeen }: typeof first & object) =>
        attempts / (seconds(lastSeen) - seconds(firstSeen));
      expect(pace(second!) / pace(first!)).toBeGreaterThan(0.6);
      expect(pace(second!) / pace(first!)).toBeLessThan(1.6);
    }
  });

  it('two-actors-months-apart: nothing in common', () => {
    for (const seed of SEEDS) {
      const { campaigns } = made('two-actors-months-apart', seed).truth;
      expect(campaigns).toHaveLength(2);
      expect(shared(new Set(campaigns[0]!.sources), new Set(campaigns[1]!.sources))).toBe(0);
      expect(seconds(campaigns[1]!.firstSeen) - seconds(campaigns[0]!.lastSeen)).toBeGreaterThan(55 * DAYS);
    }
  });
});
