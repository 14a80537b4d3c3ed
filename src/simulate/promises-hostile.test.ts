/** What the sentences of the innocent and the hostile scenarios promise, measured on their logs. */
import { describe, expect, it } from 'vitest';
import {
  by,
  DAYS,
  gaps,
  HOURS,
  made,
  median,
  namesOf,
  only,
  SEEDS,
  seconds,
  sourcesOf,
  span,
  start,
} from '../../tests/simulate/log-figures.ts';
import { SCENARIO_GROUPS, SCENARIOS } from './catalogue.ts';
import { POPULAR } from './names.ts';
import type { SimulatedAttempt } from './simulate.ts';

describe('innocents', () => {
  it('are told without a campaign', () => {
    for (const name of [...SCENARIO_GROUPS.innocents, ...SCENARIO_GROUPS.framing])
      for (const seed of SEEDS) expect(made(name, seed).truth.campaigns).toEqual([]);
  });

  it('carrier-hopping: one hand, several addresses of a /24 within minutes', () => {
    const simulation = made('carrier-hopping', 12);
    const network = ({ source }: SimulatedAttempt) => source.split('.').slice(0, 3).join('.');
    const failed = simulation.attempts.filter((one) => !one.success);
    const busiest = [...by(failed, network).values()]
      .filter((list) => sourcesOf(list).size >= 3)
      .sort((a, b) => b.length - a.length)[0]!;
    const changes = busiest.filter(
      (one, i) => i > 0 && one.source !== busiest[i - 1]!.source && one.time - busiest[i - 1]!.time < 120,
    );
    expect(changes.length).toBeGreaterThan(20);
  });

  it('owner-scanner: one address on every sensor, again and again, and it is people’s', () => {
    for (const seed of SEEDS) {
      const simulation = made('owner-scanner', seed);
      const sensors = SCENARIOS['owner-scanner']!(seed).sensors.length;
      const people = new Set(simulation.truth.people);
      const everywhere = [...by(simulation.attempts, (one) => one.source)].filter(
        ([source, list]) =>
          people.has(source) &&
          new Set(list.filter((one) => !one.success).map((one) => one.sensor)).size === sensors &&
          namesOf(list).length >= 8,
      );
      expect(everywhere.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('framing: every name that the framer tries was tried minutes before by another', () => {
    for (const seed of SEEDS) {
      const simulation = made('framing', seed);
      const failed = simulation.attempts.filter((one) => !one.success);
      const before = by(failed, (one) => one.user);
      const scanners = new Set(simulation.truth.background.scanners);
      const echoes = (list: readonly SimulatedAttempt[]) =>
        list.filter((one) =>
          before
            .get(one.user)!
            .some((o) => o.source !== one.source && one.time - o.time > 0 && one.time - o.time < 1800),
        ).length;
      const framers = [...by(failed, (one) => one.source)].filter(
        ([source, list]) => scanners.has(source) && list.length > 15 && echoes(list) / list.length > 0.9,
      );
      expect(framers).toHaveLength(1);
    }
  });
});

describe('hostile', () => {
  it('knows-spreading: the hosts of a name are days apart', () => {
    for (const seed of SEEDS) {
      const { mine } = only('knows-spreading', seed);
      const apart = [...by(mine, (one) => one.user).values()].flatMap(gaps);
      expect(median(apart) / DAYS).toBeGreaterThan(1.5);
      expect(apart.filter((gap) => gap < DAYS).length / apart.length).toBeLessThan(0.05);
    }
  });

  it('knows-popular: no name that others do not try, 5 to 30 a day', () => {
    const popular = new Set(POPULAR);
    for (const seed of SEEDS) {
      const { mine } = only('knows-popular', seed);
      expect(mine.filter((one) => !popular.has(one.user))).toEqual([]);
      expect((mine.length / span(mine)) * DAYS).toBeLessThan(36);
    }
  });

  it('knows-decoys: 30 to 75 % beside the list', () => {
    for (const seed of SEEDS) {
      const { mine } = only('knows-decoys', seed);
      const scenario = SCENARIOS['knows-decoys']!(seed);
      const actor = scenario.actors.find((one) => one.kind === 'campaign')!;
      const decoys = 1 - actor.list.attempts! / mine.length;
      expect(decoys).toBeGreaterThan(0.25);
      expect(decoys).toBeLessThan(0.8);
    }
  });

  it('from-the-first-line: there before anything else, and to the end', () => {
    for (const seed of SEEDS) {
      const simulation = made('from-the-first-line', seed);
      const campaign = simulation.truth.campaigns[0]!;
      const { days } = SCENARIOS['from-the-first-line']!(seed);
      expect(seconds(campaign.firstSeen) - start('from-the-first-line', seed)).toBeLessThan(HOURS);
      expect(start('from-the-first-line', seed) + days * DAYS - seconds(campaign.lastSeen)).toBeLessThan(
        6 * HOURS,
      );
    }
  });

  it('junk-flood: a hundred thousand sources a day around a list, each once', () => {
    const simulation = made('junk-flood', 11);
    const campaign = simulation.truth.campaigns.find(({ name }) => name !== 'junk')!;
    const junk = new Set(simulation.truth.campaigns.find(({ name }) => name === 'junk')!.sources);
    expect(junk.size).toBeGreaterThan(80_000);
    const flood = simulation.attempts.filter((one) => junk.has(one.source));
    const times = flood.map((one) => one.time);
    const middle = median(times);
    expect(middle).toBeGreaterThan(seconds(campaign.firstSeen));
    expect(middle).toBeLessThan(seconds(campaign.lastSeen));
    const within = times.filter((time) => Math.abs(time - middle) < DAYS).length;
    expect(within / times.length).toBeGreaterThan(0.9);
  });
});
