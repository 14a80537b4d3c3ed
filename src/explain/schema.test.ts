import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reportSchema } from './schema.ts';

const jsonSchema = {
  ...z.toJSONSchema(reportSchema, { target: 'draft-2020-12' }),
  title: 'slowbrute.report/1',
  description: 'The document that `slowbrute scan --format json` prints; see docs/report.md.',
};

describe('the schema of the report', () => {
  it('is written out as JSON Schema (after a change: npx vitest run src/explain -u)', async () => {
    await expect(`${JSON.stringify(jsonSchema, null, 2)}\n`).toMatchFileSnapshot(
      '../../schema/report.schema.json',
    );
  });

  it('is documented: each field has a line in docs/report.md', () => {
    const text = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');
    const missing = [...fieldsOf(jsonSchema)].filter((field) => !text.includes(`\`${field}\``));
    expect(missing).toEqual([]);
  });
});

/** Names of all properties of a JSON Schema, however deep. */
function fieldsOf(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) fieldsOf(one, found);
  else if (typeof node === 'object' && node !== null)
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && typeof value === 'object' && value !== null)
        for (const field of Object.keys(value)) found.add(field);
      fieldsOf(value, found);
    }
  return found;
}
