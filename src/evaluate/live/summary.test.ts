import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { bars } from './bars.ts';
import { least, median, worstOf } from './figures.ts';
import {
  FEBRUARY,
  isWave,
  MEASURES,
  type MeasureName,
  PREVENTED,
  RATES,
  rateScenario,
  unitsFor,
} from './measures.ts';
import { NO_RELIABILITY } from './reliability.ts';
import type { LiveCampaignScore, LiveScore, TrueCampaignLive } from './score.ts';
import { summariseLive } from './summary.ts';
import { liveTables } from './table.ts';
import type { Scored } from './unit.ts';

const ALL = Object.keys(MEASURES) as MeasureName[];
const NOBODY = {
  named: 0,
  participants: 0,
  participantsNamed: 0,
  peopleNamed: 0,
  loudNamed: 0,
  scannersNamed: 0,
};
const FIRST_OF_FEBRUARY = Date.UTC(2022, 1, 1) / 1000;

const campaign = (changes: Partial<TrueCampaignLive> = {}): TrueCampaignLive => ({
  name: 'one',
  attempts: 100,
  sources: 20,
  alarm: { time: FIRST_OF_FEBRUARY + 15.5 * 86_400, attempts: 4, hours: 1 },
  prevented: 72,
  inOne: 19,
  ...changes,
});
const opening = (changes: Partial<LiveCampaignScore> = {}): LiveCampaignScore => ({
  opened: FIRST_OF_FEBRUARY + 15.5 * 86_400,
  by: 'names-in-turn',
  participants: 20,
  best: 'one',
  bestShared: 19,
  isFalse: false,
  returnOf: null,
  ...changes,
});
const score = (changes: Partial<LiveScore> = {}): LiveScore => ({
  attempts: 1000,
  days: 365.25,
  firstDay: FIRST_OF_FEBRUARY,
  trueCampaigns: [campaign()],
  campaigns: [opening()],
  named: { ...NOBODY, named: 20, participants: 20, participantsNamed: 19, scannersNamed: 1 },
  ever: { ...NOBODY, named: 20, participants: 20, participantsNamed: 19, scannersNamed: 1 },
  peopleRefused: 0,
  compromises: { found: 0, missed: 0, false: 0 },
  reliability: NO_RELIABILITY,
  ...changes,
});
const live = (scenario: string, changes: Partial<LiveScore> = {}, closed = false): Scored => ({
  unit: { kind: 'live', scenario, seed: 1000, closed },
  result: { kind: 'live', score: score(changes) },
});
const year = (loginsPerDay: number, falseCampaigns: number, falseCampaignsPerYear = 0.5): Scored => ({
  unit: { kind: 'site-year', loginsPerDay, seed: 1000, falseCampaignsPerYear },
  result: {
    kind: 'site-year',
    score: score({
      trueCampaigns: [],
      campaigns: Array.from({ length: falseCampaigns }, () => opening({ best: null, isFalse: true })),
      ever: NOBODY,
      named: NOBODY,
    }),
  },
});
const barOf = (scored: readonly Scored[], words: string) =>
  bars(summariseLive(scored)).find(({ what }) => what.includes(words))!;

describe('medians and extremes', () => {
  it('take a campaign that was missed for later than every other', () => {
    const never = Number.POSITIVE_INFINITY;
    expect(median([3, 1, never])).toBe(3);
    expect(median([1, never])).toBeNull();
    expect(worstOf([1, never])).toBeNull();
    expect([median([]), worstOf([]), least([]), least([null])]).toEqual([null, null, null, null]);
    expect(least([0.5, null, 0.25])).toBe(0.25);
  });

  it('lie within the values', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1 }), (values) => {
        const middle = median(values)!;
        expect(middle).toBeGreaterThanOrEqual(least(values)!);
        expect(middle).toBeLessThanOrEqual(worstOf(values)!);
      }),
    );
  });
});

describe('the summary', () => {
  it('pools by adding: a log with many sources weighs more', () => {
    const small = { ...NOBODY, named: 1, participants: 1, participantsNamed: 0 };
    const { participants, pooled } = summariseLive([
      live('slow'),
      live('slow', { named: small, ever: small }),
    ]);
    expect(participants[0]!.precision).toEqual({ pooled: 19 / 21, worst: 0 });
    expect(pooled!.recall.pooled).toBe(19 / 21);
  });

  it('keeps the slow corner and hostile scenarios apart from the others', () => {
    const bad = { ...NOBODY, named: 1000, participants: 10, participantsNamed: 10 };
    const summary = summariseLive([live('junk-flood', { named: bad, ever: bad }), live('alphabetical')]);
    expect(summary.participants.map(({ scenario }) => scenario)).toEqual(['alphabetical', 'junk-flood']);
    expect(summary.groups.standard!.precision.pooled).toBe(0.95);
    expect(summary.groups.hostile!.precision.pooled).toBe(0.01);
    expect(barOf([live('junk-flood', { named: bad }), live('alphabetical')], 'precision').figure).toBe(
      '.950; .028',
    );
  });

  it('tells runs watched from runs with the block at work', () => {
    const { prevented } = summariseLive([
      live('slow'),
      live('slow', { trueCampaigns: [campaign({ prevented: 40 })] }, true),
    ]);
    expect(prevented).toEqual([
      { scenario: 'slow', open: { pooled: 0.9, worst: 0.9 }, closed: { pooled: 0.5, worst: 0.5 } },
    ]);
  });

  it('has false campaigns by size and together, with the interval of the count', () => {
    const { falseCampaigns } = summariseLive([year(20, 1), year(20, 0), year(500, 2)]);
    expect(falseCampaigns.map((one) => [one.loginsPerDay, one.siteYears, one.observed, one.perYear])).toEqual(
      [
        [20, 2, 1, 0.5],
        [500, 1, 2, 2],
        [null, 3, 3, 1],
      ],
    );
    expect(falseCampaigns[2]!.low! * 3).toBeCloseTo(0.619, 2);
    expect(falseCampaigns[2]!.high! * 3).toBeCloseTo(8.767, 2);
  });
});

describe('a bar', () => {
  it('is reached, not reached, or was not measured', () => {
    expect(barOf([], '3 minutes apart: median')).toMatchObject({ figure: '-', met: null });
    expect(barOf([live('three-minutes')], '3 minutes apart: median')).toMatchObject({
      figure: '4',
      met: true,
    });
    const missed = live('three-minutes', { trueCampaigns: [campaign({ alarm: null })] });
    expect(barOf([missed], '3 minutes apart: worst')).toMatchObject({ figure: 'missed', met: false });
  });

  it('of prevention is by the log as it is; the block at work stands beside it', () => {
    const open = live('slow', { trueCampaigns: [campaign({ prevented: 70 })] });
    const good = live('slow', { trueCampaigns: [campaign({ prevented: 69 })] }, true);
    const bad = live('slow', { trueCampaigns: [campaign({ prevented: 60 })] }, true);
    expect(barOf([open, good], 'prevented, slow')).toMatchObject({ figure: '.875; .862', met: true });
    expect(barOf([open, bad], 'prevented, slow')).toMatchObject({ met: true });
  });

  it('of people is about everybody blocked at any time, on every log', () => {
    const hit = { ...NOBODY, named: 1, peopleNamed: 1 };
    expect(barOf([live('slow')], "people's sources")).toMatchObject({ figure: '0', met: true });
    const fleeting = live('slow', { ever: hit });
    expect(barOf([fleeting, year(20, 0)], "people's sources")).toMatchObject({ figure: '1', met: false });
  });

  it('of scanners holds without the hostile scenarios, and with them', () => {
    const flood = live('junk-flood', { ever: { ...NOBODY, named: 980, scannersNamed: 980 } });
    const good = live('slow', { ever: { ...NOBODY, named: 1000, scannersNamed: 10 } });
    expect(barOf([good], 'scanners')).toMatchObject({ figure: '.0100; .0100', met: true });
    expect(barOf([good, flood], 'scanners')).toMatchObject({ figure: '.0100; .5000', met: false });
  });

  it('of the rounds wants all eight within six hours', () => {
    const waves = Object.keys(SCENARIOS).filter(isWave);
    expect(waves).toHaveLength(8);
    const all = waves.map((scenario) => live(scenario));
    expect(barOf(all, 'rounds of 2008')).toMatchObject({ figure: '8; 8 of 8', met: true });
    const late = live(waves[0]!, {
      trueCampaigns: [campaign({ alarm: { time: 0, attempts: 9, hours: 7 } })],
    });
    expect(barOf([...all.slice(1), late], 'rounds of 2008')).toMatchObject({
      figure: '7; 7 of 8',
      met: false,
    });
    expect(barOf([...all, late], 'rounds of 2008')).toMatchObject({ figure: '8; 7 of 8', met: true });
  });

  it('of February is the day of the month, and none before', () => {
    const on = (day: number, before = 0) =>
      live('february-2022', {
        trueCampaigns: [
          campaign({ alarm: { time: FIRST_OF_FEBRUARY + (day - 0.5) * 86_400, attempts: 9, hours: 12 } }),
        ],
        campaigns: Array.from({ length: before }, () => opening({ opened: FIRST_OF_FEBRUARY + 5 * 86_400 })),
      });
    expect(barOf([on(16), on(17)], 'february-2022:')).toMatchObject({ figure: '16 17; 0', met: true });
    expect(barOf([on(18)], 'february-2022:')).toMatchObject({ met: false });
    expect(barOf([on(16, 1)], 'february-2022:')).toMatchObject({ figure: '16; 1', met: false });
  });

  it('of false campaigns is a factor of two, and no verdict on too few years', () => {
    const years = (n: number, of: number) => Array.from({ length: of }, (_, i) => year(500, i < n ? 1 : 0));
    expect(barOf(years(10, 20), 'false campaigns')).toMatchObject({ met: true });
    expect(barOf(years(0, 1), 'false campaigns')).toMatchObject({ met: null });
    expect(barOf(years(0, 40), 'false campaigns')).toMatchObject({ met: false });
    expect(barOf([...years(30, 30), ...years(30, 30)], 'false campaigns')).toMatchObject({ met: true });
    expect(barOf([year(500, 30), year(500, 30)], 'false campaigns')).toMatchObject({ met: false });
  });
});

describe('the tables', () => {
  it('of nothing say so, and none is wider than 100 columns', () => {
    const none = liveTables(summariseLive([]), ALL);
    expect(none).not.toContain('yes');
    const everything = [
      ...[...RATES.map(rateScenario), 'three-minutes', ...FEBRUARY, ...Object.keys(SCENARIOS)].map(
        (scenario) => live(scenario),
      ),
      ...PREVENTED.map((scenario) => live(scenario, {}, true)),
      ...[20, 100, 500, 6000].map((size) => year(size, 3)),
    ];
    for (const text of [none, liveTables(summariseLive(everything), ALL)])
      expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('the work', () => {
  const request = {
    measures: ALL,
    seeds: [1000, 1001],
    siteYears: 8,
    falseCampaignsPerYear: 0.5,
    catalogue: Object.keys(SCENARIOS),
  };

  it('is every log once, years of busy sites first', () => {
    const units = unitsFor(request);
    expect(new Set(units.map((unit) => JSON.stringify(unit))).size).toBe(units.length);
    expect(units.slice(0, 8).map((unit) => (unit.kind === 'site-year' ? unit.loginsPerDay : 0))).toEqual([
      6000, 6000, 500, 500, 100, 100, 20, 20,
    ]);
  });

  it('runs every standard scenario, and only names that there are', () => {
    const scenarios = new Set(
      unitsFor(request).flatMap((unit) => (unit.kind === 'site-year' ? [] : [unit.scenario])),
    );
    expect([...scenarios].sort()).toEqual(Object.keys(SCENARIOS).sort());
    expect(unitsFor({ ...request, catalogue: ['slow'], siteYears: 4 }).length).toBe(4 + 2 * 3);
  });
});
