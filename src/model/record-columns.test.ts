import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastOf, ownFields, recordColumns, recordsOf } from './record-columns.ts';

const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, Number.NaN, 2 ** 32, -1),
  fc.string(),
  fc.constant(null),
  fc.boolean(),
  fc.array(fc.integer()),
  fc.constant(undefined),
);

describe('records as columns', () => {
  it('come back as they were, numbers to the bit, also by way of bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: value, b: value, c: fc.integer() })), (records) => {
        const columns = recordColumns(records, ownFields(records));
        expect(recordsOf(columns)).toStrictEqual(records.map((record) => ({ ...record })));
        expect(recordsOf(deserialize(serialize(columns)))).toStrictEqual(records.map((r) => ({ ...r })));
      }),
    );
  });

  it('have each text once, and no column of kinds where all values are of one', () => {
    const columns = recordColumns(['root', 'admin', 'root'], { user: (user) => user, line: () => 1 });
    expect(columns.texts).toEqual(['root', 'admin']);
    expect(columns.fields.user).toMatchObject({ is: 1, values: Uint32Array.of(0, 1, 0) });
  });

  it('say the least number of a field', () => {
    const columns = recordColumns([3, null, -2, 'x'], { line: (line) => line });
    expect(leastOf(columns, 'line')).toBe(-2);
    expect(leastOf(columns, 'other')).toBe(Number.POSITIVE_INFINITY);
    expect(leastOf(recordColumns([], { line: (line) => line }), 'line')).toBe(Number.POSITIVE_INFINITY);
  });
});
