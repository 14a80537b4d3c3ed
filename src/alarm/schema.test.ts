import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alarmExamples } from '../../tests/golden/alarm-examples.ts';
import { messageSchema } from './schema.ts';

const jsonSchema = {
  ...z.toJSONSchema(messageSchema, { target: 'draft-2020-12' }),
  title: 'slowbrute.alarm/1',
  description: 'A message of `slowbrute watch`, as web hooks and commands are given it; see docs/alarms.md.',
};

describe('the schema of messages', () => {
  it('is written out as JSON Schema (after a change: npx vitest run src/alarm -u)', async () => {
    await expect(`${JSON.stringify(jsonSchema, null, 2)}\n`).toMatchFileSnapshot(
      '../../schema/alarm.schema.json',
    );
  });

  it.each(alarmExamples().map(({ name, message }) => [name, message] as const))(
    'holds for %s',
    (_, message) => {
      expect(messageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    },
  );

  it('is documented: each kind of item has a line in docs/alarms.md', () => {
    const text = readFileSync(new URL('../../docs/alarms.md', import.meta.url), 'utf8');
    const kinds = messageSchema.shape.items.element.options.map(({ shape }) => shape.kind.value);
    expect(kinds.filter((kind) => !text.includes(`\`${kind}\``))).toEqual([]);
  });
});
