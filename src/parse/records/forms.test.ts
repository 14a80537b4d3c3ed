/** The forms of structured records are data: made of forms/records/*.toml, and each reads its own samples. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { createLineReader } from '../line.ts';
import { readRecordFile } from './form-file.ts';
import { shippedRecordForms } from './forms.ts';
import { SHIPPED_RECORDS } from './shipped.ts';

const FOLDER = join(import.meta.dirname, '../../../forms/records');

describe('the forms that come with the program are those of forms/records/*.toml', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.toml'));
  test('a file for each service', () => {
    expect(files.sort()).toEqual(SHIPPED_RECORDS.map((text) => `${text.service}.toml`).sort());
  });
  for (const file of files) {
    test(`${file} is what node scripts/record-forms.mjs made of it`, () => {
      const data = parse(readFileSync(join(FOLDER, file), 'utf8'));
      const shipped = shippedRecordForms().services.find(({ service }) => `${service}.toml` === file);
      expect(readRecordFile(data, file)).toEqual(shipped);
    });
  }
});

describe('a form reads its samples', () => {
  for (const { service, forms } of shippedRecordForms().services) {
    for (const form of forms) {
      test.each(form.samples.map((sample) => [form.id, sample] as const))('%s', (_, sample) => {
        const reader = createLineReader({ timezone: 'UTC', year: null, reference: 1_800_000_000 });
        const reading = reader.read(sample.record);
        if (form.tells === 'unread') expect(reading).toMatchObject({ kind: 'unread', reason: 'no-form' });
        else expect(reading.form?.id).toBe(form.id);
        if (form.tells === 'nothing' || form.tells === 'unread') {
          expect(reading.event).toBeNull();
          return;
        }
        expect(reading.event).toEqual({
          time: sample.time ?? null,
          sensor: sample.sensor ?? null,
          service,
          source: sample.source ?? null,
          port: sample.port ?? null,
          user: sample.user ?? null,
          known: sample.known ?? null,
          outcome: form.tells,
          method: sample.method ?? null,
        });
        expect(reading.count).toBe(sample.count ?? 1);
      });
    }
  }
});
