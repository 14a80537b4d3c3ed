import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../tests/detect/deep-state.ts';
import { METHODS } from '../../model/attempt.ts';
import { Trouble } from '../../model/error.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { simulate } from '../../simulate/simulate.ts';
import { createLive, type Live } from './live.ts';
import { isReadable, type SavedLive } from './saved.ts';

/** A scenario of the simulator as attempts. */
function attemptsOf(scenario: string, seed: number): AttemptRow[] {
  const { table } = simulate(SCENARIOS[scenario]!(seed), seed);
  return Array.from({ length: table.length }, (_, row) => ({
    time: table.time[row]!,
    source: table.sources[table.source[row]!]!,
    user: table.user[row] === 0 ? null : table.users[table.user[row]!]!,
    sensor: table.sensors[table.sensor[row]!]!,
    success: table.outcome[row] === 1,
    known: table.account[row] === 0 ? null : table.account[row] === 2,
    method: table.method[row] === 0 ? null : METHODS[table.method[row]!]!,
    service: ['sshd', 'dovecot'][row % 2]!,
  }));
}

/** What comes out of a process that ends, and goes into the next. */
function again(live: Live, options: LiveOptions = DEFAULT_LIVE_OPTIONS): Live {
  return createLive(options, deserialize(serialize(live.save())) as SavedLive);
}

const pushed = (live: Live, attempts: readonly AttemptRow[]): LiveEvent[] =>
  attempts.flatMap((attempt) => [...live.push(attempt)]);

/**
 * Fields without state: numbers of the table that was made last, a cache of texts, the room that columns have, and which
 * bit an affair has.
 */
const STATELESS = new Set([
  'index',
  'table',
  '#tables',
  '#sensors',
  '#capacity',
  '#first',
  'suspected',
  '#bit',
]);

const options: LiveOptions = { ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 1500, memoryDays: 20 };

/** As many cuts as fit, and what each of them is after. */
const SCENARIOS_CUT = [
  'alphabetical',
  'root-alone',
  'two-campaigns',
  'slow-clock',
  'lockstep',
  'office',
  'returns',
  'framing',
  'hand-off',
  'wave-2012-04',
  'names-once',
] as const;

describe('live detection that was saved and taken up again', () => {
  for (const scenario of SCENARIOS_CUT) {
    it(`goes on as if nothing had been, at any two moments: ${scenario}`, () => {
      const attempts = attemptsOf(scenario, 1).slice(0, 12_000);
      const expected = JSON.stringify(pushed(createLive(options), attempts));
      fc.assert(
        fc.property(fc.nat({ max: attempts.length }), fc.nat({ max: attempts.length }), (one, other) => {
          const [first, second] = [Math.min(one, other), Math.max(one, other)];
          const events: LiveEvent[] = [];
          let live = createLive(options);
          events.push(...pushed(live, attempts.slice(0, first)));
          live = again(live, options);
          events.push(...pushed(live, attempts.slice(first, second)));
          live = again(live, options);
          events.push(...pushed(live, attempts.slice(second)));
          expect(JSON.stringify(events)).toBe(expected);
        }),
        { numRuns: 4, seed: 7 },
      );
    });
  }

  it('has the same state in every field, private ones too, and again after more attempts', () => {
    for (const scenario of ['two-campaigns', 'root-alone', 'framing']) {
      const attempts = attemptsOf(scenario, 2).slice(0, 4000);
      const half = attempts.length >> 1;
      const live = createLive(options);
      pushed(live, attempts.slice(0, half));
      const restored = again(live, options);
      expect(differenceOf(live, restored, STATELESS)).toBeNull();
      pushed(live, attempts.slice(half));
      pushed(restored, attempts.slice(half));
      expect(differenceOf(live, restored, STATELESS)).toBeNull();
    }
  });

  it('is not changed by what comes after it was saved', () => {
    const attempts = attemptsOf('two-campaigns', 3).slice(0, 4000);
    const half = attempts.length >> 1;
    const live = createLive(options);
    pushed(live, attempts.slice(0, half));
    const saved = live.save();
    const bytes = serialize(saved);
    const expected = JSON.stringify(pushed(live, attempts.slice(half)));
    expect(serialize(saved).equals(bytes)).toBe(true);
    for (let i = 0; i < 2; i++) {
      const restored = createLive(options, saved);
      expect(JSON.stringify(pushed(restored, attempts.slice(half)))).toBe(expected);
    }
  });

  it('is refused where another version has saved it', () => {
    const saved = { ...createLive().save(), format: 0 };
    expect(isReadable(saved)).toBe(false);
    expect(() => createLive(DEFAULT_LIVE_OPTIONS, saved)).toThrow(Trouble);
  });
});
