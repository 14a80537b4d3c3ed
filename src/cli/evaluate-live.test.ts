import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { oracleLive } from '../../tests/detect/fake-live.ts';
import { replay } from '../detect/live/replay.ts';
import type { Pool } from '../evaluate/live/pool.ts';
import { NO_RELIABILITY } from '../evaluate/live/reliability.ts';
import { scoreReplay } from '../evaluate/live/score.ts';
import type { Scored, Unit } from '../evaluate/live/unit.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { simulate } from '../simulate/simulate.ts';
import type { CommandEffects } from './effects.ts';
import { evaluate } from './evaluate.ts';
import { type EvaluateLiveOptions, evaluateLive } from './evaluate-live.ts';

const SHORT = simulate(SCENARIOS.short!(1), 1);
const NOTHING = { ...SHORT, truth: { ...SHORT.truth, campaigns: [] } };

function quiet(): CommandEffects & { out: () => string; err: () => string } {
  let out = '';
  let err = '';
  let clock = 0;
  return {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: true, columns: 80 },
    stdin: Readable.from([]),
    logFolder: '/nowhere',
    journal: 'no-journal',
    environment: {},
    now: () => clock++,
    machineZone: 'UTC',
    out: () => out,
    err: () => err,
  };
}

/** Knows the truth, and takes one short log for all others: nothing here tells of the detector. */
function oracle(openAt: number): Pool & { readonly asked: Unit[] } {
  const asked: Unit[] = [];
  const pool: Pool = (units, _threads, before) => {
    const scored: Scored[] = units.map((unit, done) => {
      before({ unit, done, total: units.length });
      asked.push(unit);
      const { table, truth } = unit.kind === 'site-year' ? NOTHING : SHORT;
      if (unit.kind === 'scan') return { unit, result: { kind: 'scan', reliability: NO_RELIABILITY } };
      const closed = unit.kind === 'live' && unit.closed;
      const replayed = replay(table, oracleLive(truth, openAt), undefined, { closed });
      return { unit, result: { kind: unit.kind, score: scoreReplay(table, truth, replayed) } };
    });
    return Promise.resolve(scored);
  };
  return Object.assign(pool, { asked });
}

async function run(options: Partial<EvaluateLiveOptions>, openAt = 2) {
  const effects = quiet();
  const pool = oracle(openAt);
  const status = await evaluateLive(
    { seeds: [1000], siteYears: 4, format: 'text', ...options },
    effects,
    pool,
  );
  return { status, out: effects.out(), err: effects.err(), asked: pool.asked };
}

describe('slowbrute evaluate --live', () => {
  it('prints each figure beside its bar, and the tables they come from', async () => {
    const { status, out } = await run({ only: 'prevented, waves' });
    expect(status).toBe(0);
    expect(out).toMatch(/^prevented, alphabetical: .* yes$/m);
    expect(out).toMatch(/^people's sources ever blocked, in all of this +0 +0 +yes$/m);
    expect(out).toMatch(/^rounds of 2008 to 2012 .* 8; 8 of 8 +8 of 8 +yes$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('says NO where a bar is not reached', async () => {
    const { out } = await run({ only: 'prevented' }, 1_000_000);
    expect(out).toMatch(/^prevented, slow: .* \.000; \.000 +\.85 +NO$/m);
    expect(out).toMatch(/^slow +1 +1 +missed +missed +missed +missed$/m);
  });

  it('shows no bar of what was left out', async () => {
    const { out, asked } = await run({ only: 'february' });
    expect(out).not.toContain('3 minutes apart');
    expect(asked.every((unit) => unit.kind === 'live' && unit.scenario.startsWith('february'))).toBe(true);
  });

  it('makes each log once, however many measures need it', async () => {
    const { asked } = await run({ only: 'prevented,separation' });
    const keys = asked.map((unit) => JSON.stringify(unit));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('shares the years out over the sizes of sites', async () => {
    const { asked, out } = await run({ only: 'false-campaigns', siteYears: 8, falseCampaignsPerYear: 2 });
    const sizes = asked.map((unit) => (unit.kind === 'site-year' ? unit.loginsPerDay : 0));
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual([20, 100, 500, 6000]);
    expect(sizes).toHaveLength(8);
    expect(out).toMatch(/^false campaigns a year \(95 % interval\) +0\.00 .* 1\.0 to 4\.0 +(NO|-)$/m);
  });

  it('gives a program everything, each run by itself', async () => {
    const { out } = await run({ only: 'february', format: 'json', seeds: [1000, 1001] });
    const document = JSON.parse(out) as { schema: string; bars: unknown[]; runs: { seed: number }[] };
    expect(document.schema).toBe('slowbrute.evaluation-live/1');
    expect(document.runs.map(({ seed }) => seed)).toEqual([1000, 1001, 1000, 1001]);
  });

  it('draws the reliability diagram', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slowbrute-pictures-'));
    try {
      await run({ only: 'february', pictures: join(folder, 'new') });
      expect(readFileSync(join(folder, 'new/reliability.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells a terminal what it is at, and clears the line', async () => {
    const { err } = await run({ only: 'february' });
    expect(err).toContain('0 of 2: february-2022, seed 1000');
    expect(err.endsWith('\r\x1b[K')).toBe(true);
  });

  it('refuses measures that are none, and scenarios beside it', async () => {
    await expect(run({ only: 'wavs' })).rejects.toMatchObject({ code: 'wrong-call' });
    await expect(run({ only: 'wave' })).rejects.toMatchObject({
      remedy: expect.stringContaining('Did you mean waves?') as string,
    });
    await expect(run({ only: ',' })).rejects.toMatchObject({ code: 'wrong-call' });
    await expect(evaluate({ live: true, scenarios: ['short'] }, quiet())).rejects.toMatchObject({
      code: 'wrong-call',
    });
    await expect(evaluate({ live: true, threads: '0' }, quiet())).rejects.toMatchObject({
      code: 'wrong-call',
    });
  });
});
