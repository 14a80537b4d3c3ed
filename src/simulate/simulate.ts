/**
 * A scenario and a seed to labelled attempts. Pure: no clock, no file, no connection; the same scenario and seed
 * give the same attempts on every machine. Each actor draws from a generator of its own.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { DAY, HOUR } from '../model/time.ts';
import type { Truth } from '../model/truth.ts';
import { type Act, act } from './act.ts';
import { createWorld } from './create-world.ts';
import { forkedRandom } from './draws.ts';
import type { Scenario } from './scenario.ts';
import { createWitness } from './witness.ts';
import type { SimulatedAttempt } from './world.ts';

export type { SimulatedAttempt } from './world.ts';

/** A log as the parser would give it, and the truth about it. */
export interface LabelledTable {
  readonly table: AttemptTable;
  readonly truth: Truth;
}

export interface Simulation extends LabelledTable {
  /** By time; equal times in the order of the scenario's actors. */
  readonly attempts: readonly SimulatedAttempt[];
}

export function simulate(scenario: Scenario, seed: number): Simulation {
  const witness = createWitness(scenario, seed);
  const attempts: SimulatedAttempt[] = [];
  for (const one of acts(scenario, seed)) {
    witness.see(one);
    for (const attempt of one.attempts) attempts.push(attempt);
  }
  attempts.sort((a, b) => a.time - b.time);
  return { attempts, truth: witness.truth(), table: tableOf(attempts) };
}

/** What every actor of the scenario does, in the scenario's order. */
export function* acts(scenario: Scenario, seed: number): Generator<Act> {
  const world = createWorld(scenario, seed);
  const isUp = uptime(scenario, world.start);
  const listens = scenario.actors.some((actor) => actor.kind === 'framer');
  const earlier: Act[] = [];
  for (const [i, actor] of scenario.actors.entries()) {
    const one = {
      actor,
      attempts: act(actor, world, forkedRandom(seed, `${i} ${actor.kind}`), earlier).filter(
        (attempt) => attempt.time >= world.start && attempt.time < world.end && isUp(attempt),
      ),
    };
    if (listens) earlier.push(one);
    yield one;
  }
}

/** Whether the sensor of an attempt was up at that time: otherwise there is no line of it. */
function uptime(scenario: Scenario, start: number): (attempt: SimulatedAttempt) => boolean {
  const outages = scenario.outages.map(({ fromDay, hours, sensor }) => ({
    from: start + fromDay * DAY,
    until: start + fromDay * DAY + hours * HOUR,
    sensor,
  }));
  if (outages.length === 0) return () => true;
  return ({ time, sensor }) =>
    outages.every(
      (out) => time < out.from || time >= out.until || (out.sensor !== undefined && out.sensor !== sensor),
    );
}

function tableOf(attempts: readonly SimulatedAttempt[]): AttemptTable {
  const builder = new AttemptTableBuilder();
  for (const attempt of attempts) builder.append(attempt);
  return builder.finish();
}
