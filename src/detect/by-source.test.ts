import { describe, expect, it } from 'vitest';
import { SUCCESS } from '../model/attempt.ts';
import { seededRandom } from '../model/random.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { rowsBySource } from './by-source.ts';

function tableOf(sources: number, rows: number) {
  const random = seededRandom(sources);
  const builder = new AttemptTableBuilder();
  for (let i = 0; i < rows; i++) {
    builder.append({
      time: 1_700_000_000 + i,
      source: `host${random.below(sources)}.example`,
      user: `user${random.below(50)}`,
      sensor: `sensor${random.below(3)}`,
      success: random.below(5) === 0,
      known: random.below(2) === 0,
      method: null,
    });
  }
  return builder.finish();
}

describe('rows by source', () => {
  for (const [sources, rows] of [
    [1, 10],
    [300, 5000],
    [20_000, 30_000],
  ] as const) {
    it(`are each source's own, in time, with what they tell (${sources} sources)`, () => {
      const table = tableOf(sources, rows);
      const { start, rows: order, columns, successes } = rowsBySource(table);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
      for (let s = 0; s < table.sources.length; s++) {
        const own = order.subarray(start[s]!, start[s + 1]!);
        expect(own.every((row, k) => table.source[row] === s && (k === 0 || row > own[k - 1]!))).toBe(true);
        expect(successes[s]).toBe(own.filter((row) => table.outcome[row] === SUCCESS).length);
      }
      for (const column of ['time', 'user', 'outcome', 'account', 'sensor'] as const)
        expect([...columns[column]]).toEqual([...order].map((row) => table[column][row]!));
    });
  }

  it('of an empty table are none', () => {
    const { start, rows } = rowsBySource(new AttemptTableBuilder().finish());
    expect([...start]).toEqual([0]);
    expect(rows.length).toBe(0);
  });
});
