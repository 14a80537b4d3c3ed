import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY } from '../model/time.ts';
import { SCENARIOS } from './catalogue.ts';
import { type LabelledTable, simulate } from './simulate.ts';
import { simulateTable } from './simulate-table.ts';
import { siteYear, siteYearScenario } from './site-year.ts';

/** One line for a log: `toEqual` on columns of a hundred thousand numbers takes seconds. */
function digest({ table, truth }: LabelledTable): string {
  const hash = createHash('sha256').update(JSON.stringify(truth));
  for (const column of Object.values(table)) {
    if (ArrayBuffer.isView(column)) hash.update(column as Uint8Array);
    else hash.update(JSON.stringify(column));
  }
  return hash.digest('hex');
}

describe('a year of a site', () => {
  it.each([20, 100, 500])('has %i logins a day on average, in 365 days, and no campaign', (size) => {
    const seeds = size > 100 ? [1, 2] : [1, 2, 3];
    const perDay = seeds.map((seed) => {
      const { table, truth } = siteYear(size, seed);
      expect(truth.campaigns).toEqual([]);
      const span = table.time[table.length - 1]! - table.time[0]!;
      expect(span).toBeGreaterThan(363 * DAY);
      expect(span).toBeLessThanOrEqual(365 * DAY);
      return table.outcome.reduce((sum, outcome) => sum + outcome, 0) / 365;
    });
    const mean = perDay.reduce((a, b) => a + b, 0) / seeds.length;
    expect(mean / size).toBeGreaterThan(0.75);
    expect(mean / size).toBeLessThan(1.3);
  });

  it('has quiet weekends, and strangers who do not care what day it is', () => {
    const { table, truth } = siteYear(500, 4);
    const people = new Set(truth.people);
    const scanners = new Set(truth.background.scanners);
    const perDay = { working: { people: 0, scanners: 0 }, weekend: { people: 0, scanners: 0 } };
    for (let row = 0; row < table.length; row++) {
      const source = table.sources[table.source[row]!]!;
      const weekday = new Date(table.time[row]! * 1000).getUTCDay();
      const day = weekday === 0 || weekday === 6 ? perDay.weekend : perDay.working;
      if (people.has(source)) day.people += weekday === 0 || weekday === 6 ? 1 / 2 : 1 / 5;
      if (scanners.has(source)) day.scanners += weekday === 0 || weekday === 6 ? 1 / 2 : 1 / 5;
    }
    expect(perDay.weekend.people / perDay.working.people).toBeLessThan(0.5);
    expect(perDay.weekend.scanners / perDay.working.scanners).toBeCloseTo(1, 0);
  });

  it('has hours of which there is no log', () => {
    const scenario = siteYearScenario(100, 5);
    const { table } = simulateTable(scenario, 5);
    const start = Date.parse(scenario.start) / 1000;
    expect(scenario.outages.length).toBeGreaterThan(0);
    for (const { fromDay, hours } of scenario.outages) {
      const from = start + fromDay * DAY;
      const lost = table.time.filter((time) => time >= from && time < from + hours * 3600);
      expect(lost.length).toBe(0);
    }
  });

  it('has scanners whose number drifts', () => {
    const months = [1, 2, 3].map((seed) => {
      const { table, truth } = siteYear(20, seed);
      const scanners = new Set(truth.background.scanners);
      const seen = new Set<number>();
      const fresh = Array.from({ length: 13 }, () => 0);
      for (let row = 0; row < table.length; row++) {
        const source = table.source[row]!;
        if (seen.has(source) || !scanners.has(table.sources[source]!)) continue;
        seen.add(source);
        fresh[Math.floor((table.time[row]! - table.time[0]!) / (28.1 * DAY))]!++;
      }
      return Math.max(...fresh) / Math.min(...fresh);
    });
    expect(Math.max(...months)).toBeGreaterThan(1.5);
  });

  it('is the same for the same seed, and another for another', () => {
    const once = digest(siteYear(20, 7));
    expect(digest(siteYear(20, 7))).toBe(once);
    expect(digest(siteYear(20, 8))).not.toBe(once);
  });
});

describe('the table alone', () => {
  it.each(['two-campaigns', 'short', 'expired-password'])(
    '%s: is the one that comes with the attempts',
    (name) => {
      const scenario = SCENARIOS[name]!(2);
      const { table, truth } = simulate(scenario, 2);
      expect(digest(simulateTable(scenario, 2))).toBe(digest({ table, truth }));
    },
  );
});
