import { describe, expect, it } from 'vitest';
import type { Detection } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { isoTime } from '../model/time.ts';
import { BASELINES } from './baselines/all.ts';
import { type Bench, evaluateScenarios, type LabelledLog, seedsFrom } from './run.ts';
import { summarise } from './summary.ts';
import { evaluationTables, hoursText, shareText } from './table.ts';

const START = Date.UTC(2024, 0, 1) / 1000;

/** Ten participants `203.0.113.i`, one attempt an hour each on a name of its own turn, and one person who mistypes. */
function log(scenario: string, seed: number): LabelledLog {
  const builder = new AttemptTableBuilder();
  const sensor = 'host.example';
  const sources = Array.from({ length: 10 }, (_, i) => `203.0.113.${i}`);
  sources.forEach((source, i) => {
    builder.append({
      time: START + i * 3600,
      source,
      user: `name${i >> 1}`,
      sensor,
      success: false,
      known: false,
      method: 'password',
    });
  });
  builder.append({
    time: START + 100,
    source: '198.51.100.1',
    user: 'annna',
    sensor,
    success: false,
    known: false,
    method: 'password',
  });
  return {
    table: builder.finish(),
    truth: {
      schema: 'slowbrute.truth/1',
      scenario,
      seed,
      firstSeen: isoTime(START),
      lastSeen: isoTime(START + 9 * 3600),
      attempts: 11,
      campaigns: [
        {
          name: 'ten',
          firstSeen: isoTime(START),
          lastSeen: isoTime(START + 9 * 3600),
          attempts: 10,
          sources,
          userCount: 5,
          sensors: [sensor],
          compromised: [],
        },
      ],
      people: ['198.51.100.1'],
      background: { loud: [], scanners: [] },
    },
  };
}

const NOTHING: Detection = {
  campaigns: [],
  loudSources: [],
  notices: [],
  quietFailures: 0,
  quietSources: 0,
  peopleSources: [],
};

/** Finds the first `n` sources of the log, an hour late; the eleventh is the person's. */
function finding(n: number): Detection {
  const source = (i: number) => ({
    source: i,
    attempts: 1,
    firstSeen: START,
    lastSeen: START,
    confidence: 0.9,
    loud: false,
  });
  return {
    ...NOTHING,
    campaigns: [
      {
        firstSeen: START + 3600,
        lastSeen: START + 9 * 3600,
        rows: Uint32Array.from({ length: n }, (_, i) => i),
        falseAlarm: 1e-6,
        order: 'other',
        medianGapSeconds: 3600,
        participants: Array.from({ length: n }, (_, i) => source(i)),
        compromised: [],
        evidence: [],
      },
    ],
  };
}

const quiet = () => {};

describe('an evaluation', () => {
  const bench: Bench = { simulate: log, detect: () => finding(9), baselines: BASELINES };

  it('runs every scenario with every seed, in order, and tells of each before', async () => {
    const steps: string[] = [];
    const scores = await evaluateScenarios(
      ['x', 'y'],
      seedsFrom(1000, 2),
      bench,
      ({ scenario, seed, done }) => {
        steps.push(`${done} ${scenario} ${seed}`);
      },
    );
    expect(steps).toEqual(['0 x 1000', '1 x 1001', '2 y 1000', '3 y 1001']);
    expect(scores.map(({ scenario, seed }) => `${scenario} ${seed}`)).toEqual([
      'x 1000',
      'x 1001',
      'y 1000',
      'y 1001',
    ]);
  });

  it('gives the same figures twice', async () => {
    const run = () => evaluateScenarios(['x'], [1000], bench, quiet);
    expect(await run()).toEqual(await run());
  });

  it('scores the baselines by the same measures', async () => {
    const [score] = await evaluateScenarios(['x'], [1000], bench, quiet);
    expect(score!.baselines['first-unknown-user']).toMatchObject({
      named: 11,
      participantsNamed: 10,
      peopleNamed: 1,
    });
    expect(score!.baselines['per-source-threshold']).toMatchObject({ named: 0, participants: 10 });
  });
});

describe('a summary', () => {
  it('pools counts, and keeps the worst seed in sight', async () => {
    const scores = await evaluateScenarios(
      ['x'],
      [1000, 1001],
      {
        simulate: log,
        detect: (() => {
          const found = [finding(11), finding(5)];
          return () => found.shift()!;
        })(),
        baselines: [],
      },
      quiet,
    );
    const [summary] = summarise(scores);
    expect(summary!.detector.recall).toEqual({ pooled: 0.75, worst: 0.5 });
    expect(summary!.detector.precision).toEqual({ pooled: 15 / 16, worst: 10 / 11 });
    expect(summary!.detector.startError).toEqual({ median: 1, worst: 1 });
    expect(summary!.detector.missedCampaigns).toBe(0);
    expect(summary!.detector.peopleNamed).toBe(1);
  });

  it('has no precision, purity or error where nothing was found', async () => {
    const scores = await evaluateScenarios(
      ['x'],
      [1000],
      { simulate: log, detect: () => NOTHING, baselines: [] },
      quiet,
    );
    expect(summarise(scores)[0]!.detector).toMatchObject({
      precision: { pooled: null, worst: null },
      recall: { pooled: 0, worst: 0 },
      purity: { pooled: null, worst: null },
      startError: { median: null, worst: null },
      missedCampaigns: 1,
    });
  });
});

describe('the tables', () => {
  it('fit 100 columns, with the widest figures', async () => {
    let calls = 0;
    const scores = await evaluateScenarios(
      ['independent-scanners', 'every-source-once'],
      seedsFrom(1000, 100),
      { simulate: log, detect: () => finding([11, 5, 10][calls++ % 3]!), baselines: BASELINES },
      quiet,
    );
    const text = evaluationTables(summarise(scores), BASELINES);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toContain('every-source-once');
    for (const { title } of BASELINES) expect(text).toContain(title);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('never round a share up to one', () => {
    expect(shareText(0.99996, 3)).toBe('.999');
    expect(shareText(1, 3)).toBe('1');
    expect(shareText(0.29, 2)).toBe('.29');
    expect(shareText(0, 2)).toBe('.00');
    expect(shareText(null, 2)).toBe('-');
  });

  it('write hours with the precision that matters', () => {
    expect(hoursText(0.04)).toBe('0.0');
    expect(hoursText(9.94)).toBe('9.9');
    expect(hoursText(9.96)).toBe('10');
    expect(hoursText(412.3)).toBe('412');
  });
});
