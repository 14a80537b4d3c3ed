/** Reports from memory, DuckDB and ClickHouse beside each other; all scenarios by hand: stores.mjs. */
import { describe, expect, it } from 'vitest';
import { compareStores } from './stores.mjs';

const A_FEW = ['twenty-sensors', 'short', 'dealt-targets', 'office'];

describe('three stores', () => {
  it('give the same reports, to the byte', async ({ skip }) => {
    const result = await compareStores({ scenarios: A_FEW });
    if (result.absent !== undefined) return skip(`not tried: ${result.absent}`);
    expect(result.differences).toEqual([]);
    expect(result.reports).toBe(6 * A_FEW.length);
  }, 300_000);
});
