// The threads themselves are tested with the built program, in tests/cli/evaluate-live.test.ts.
import { describe, expect, it } from 'vitest';
import { runUnits } from './pool.ts';
import { type Unit, unitText } from './unit.ts';

const short = (seed: number, closed = false): Unit => ({ kind: 'live', scenario: 'short', seed, closed });

describe('units of work', () => {
  it('come back in their order, each told of before it is done', async () => {
    const told: string[] = [];
    const units: Unit[] = [short(1), { kind: 'scan', scenario: 'short', seed: 1 }, short(2, true)];
    const scored = await runUnits(units, 1, ({ unit, done, total }) => {
      told.push(`${done} of ${total}: ${unitText(unit)}`);
    });
    expect(scored.map(({ unit }) => unit)).toEqual(units);
    expect(scored.map(({ result }) => result.kind)).toEqual(['live', 'scan', 'live']);
    expect(told).toEqual([
      '0 of 3: short, seed 1',
      '1 of 3: short, seed 1, scan',
      '2 of 3: short, seed 2, closed loop',
    ]);
  });

  it('give the same for the same unit, whatever else was run before', async () => {
    const [first] = await runUnits([short(3)], 1, () => {});
    const [, again] = await runUnits([short(4), short(3)], 1, () => {});
    expect(again!.result).toEqual(first!.result);
  });

  it('that fail make the run fail', async () => {
    const unknown: Unit = { kind: 'live', scenario: 'no-such', seed: 1, closed: false };
    await expect(runUnits([short(1), unknown], 1, () => {})).rejects.toThrow('no scenario is called no-such');
  });
});
