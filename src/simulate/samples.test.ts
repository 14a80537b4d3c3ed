import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from './catalogue.ts';
import { renderLog } from './render.ts';
import { readScenario, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const sample = (name: string) => readFileSync(new URL(`../../samples/${name}`, import.meta.url));

function made(scenario: Scenario, seed: number) {
  const simulation = simulate(scenario, seed);
  return { log: `${[...renderLog(simulation, scenario.log)].join('\n')}\n`, truth: simulation.truth };
}

describe('the samples', () => {
  it('rosalita.log.gz is what `--like rosalita` writes, byte for byte', () => {
    const { log, truth } = made(SCENARIOS.rosalita!(1), 1);
    expect(gunzipSync(sample('rosalita.log.gz')).toString() === log).toBe(true);
    expect(JSON.parse(sample('rosalita.log.gz.truth.json').toString())).toEqual(truth);
  });

  it('office-day.log is what its scenario gives with seed 4, and holds no campaign', () => {
    const { log, truth } = made(readScenario(JSON.parse(sample('office-day.json').toString())), 4);
    expect(sample('office-day.log').toString() === log).toBe(true);
    expect(JSON.parse(sample('office-day.log.truth.json').toString())).toEqual(truth);
    expect(truth.campaigns).toEqual([]);
  });
});
