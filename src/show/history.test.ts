import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, isoTime, renderRows } from './history.ts';

interface Row {
  readonly name: string | null;
  readonly count: number;
}
const columns: readonly Column<Row>[] = [
  { title: 'name', key: 'name', of: (row) => row.name },
  { title: 'count', key: 'count', of: (row) => row.count },
];
async function text(rows: readonly Row[], format: 'text' | 'csv' | 'json'): Promise<string> {
  let all = '';
  for await (const piece of renderRows(rows, columns, format)) all += piece;
  return all;
}

describe('rows of an answer', () => {
  it('are a table for a person: texts to the left, numbers to the right', async () => {
    expect(
      await text(
        [
          { name: 'alias', count: 1234 },
          { name: null, count: 5 },
        ],
        'text',
      ),
    ).toBe('name   count\nalias  1,234\n-          5\n');
    expect(await text([], 'text')).toBe('');
  });

  it('are RFC 4180 for a spreadsheet, in which no text is a formula', async () => {
    expect(
      await text(
        [
          { name: '=1+1', count: 1 },
          { name: 'a,"b"\nc', count: 2 },
          { name: null, count: 3 },
        ],
        'csv',
      ),
    ).toBe('name,count\r\n\'=1+1,1\r\n"a,""b""\nc",2\r\n,3\r\n');
  });

  it('are an object a line for a program, with every text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
        const [line, ...more] = (await text([{ name, count: 1 }], 'json')).split('\n');
        expect(more).toEqual(['']);
        expect(JSON.parse(line!)).toEqual({ name: JSON.parse(JSON.stringify(name)) as string, count: 1 });
      }),
    );
  });

  it('never move a cursor, nor begin a line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
        const table = await text([{ name, count: 1 }], 'text');
        expect(table.split('\n')).toHaveLength(3);
        expect(table.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('keep their columns beyond the first thousand, by which they are measured', async () => {
    const rows = Array.from({ length: 1500 }, (_, i) => ({
      name: i === 1400 ? 'x'.repeat(60) : 'short',
      count: i,
    }));
    const lines = (await text(rows, 'text')).split('\n');
    expect(lines).toHaveLength(1502);
    expect(lines[3]).toBe('short      2');
  });
});

it('a time is ISO 8601 in whole seconds', () => {
  expect(isoTime(1_227_107_062.9)).toBe('2008-11-19T15:04:22Z');
  expect(isoTime(null)).toBeNull();
});
