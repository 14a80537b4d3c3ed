/** Figures of a simulated log that the promises of the scenarios are measured by. */
import { expect } from 'vitest';
import type { TrueCampaign, Truth } from '../../src/model/truth.ts';
import { SCENARIOS } from '../../src/simulate/catalogue.ts';
import { type SimulatedAttempt, type Simulation, simulate } from '../../src/simulate/simulate.ts';

export const HOURS = 3600;
export const DAYS = 86_400;
export const SEEDS = [11, 12];

export const made = (name: string, seed: number): Simulation => simulate(SCENARIOS[name]!(seed), seed);
export const seconds = (time: string) => Date.parse(time) / 1000;
export const start = (name: string, seed: number) => seconds(SCENARIOS[name]!(seed).start);

/** Attempts of the sources of one campaign. */
export function of(simulation: Simulation, campaign: TrueCampaign): SimulatedAttempt[] {
  const sources = new Set(campaign.sources);
  return simulation.attempts.filter((attempt) => sources.has(attempt.source));
}

export function only(
  name: string,
  seed: number,
): { readonly truth: Truth; readonly mine: SimulatedAttempt[] } {
  const simulation = made(name, seed);
  expect(simulation.truth.campaigns).toHaveLength(1);
  return { truth: simulation.truth, mine: of(simulation, simulation.truth.campaigns[0]!) };
}

export function by<K>(attempts: readonly SimulatedAttempt[], key: (one: SimulatedAttempt) => K) {
  const out = new Map<K, SimulatedAttempt[]>();
  for (const attempt of attempts) {
    const list = out.get(key(attempt));
    if (list === undefined) out.set(key(attempt), [attempt]);
    else list.push(attempt);
  }
  return out;
}

export const sourcesOf = (attempts: readonly SimulatedAttempt[]) =>
  new Set(attempts.map((one) => one.source));
export const namesOf = (attempts: readonly SimulatedAttempt[]) => [
  ...new Set(attempts.map((one) => one.user)),
];
export const gaps = (attempts: readonly SimulatedAttempt[]) =>
  attempts.slice(1).map((one, i) => one.time - attempts[i]!.time);
export const span = (attempts: readonly SimulatedAttempt[]) => attempts.at(-1)!.time - attempts[0]!.time;
export const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
export const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
export const shared = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => [...a].filter((one) => b.has(one)).length;
