import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMessage } from '../message.ts';
import { wrongSamples } from '../samples.ts';
import { readServiceFile } from '../service-file.ts';
import { serviceForms } from '../service-forms.ts';
import { shipped } from '../services.ts';
import { SHIPPED } from './shipped.ts';
import { SSHD_FORMS } from './sshd.ts';

const FOLDER = join(import.meta.dirname, '../../../forms');

describe('the forms that come with the program are those of forms/*.toml', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.toml'));
  test('a file for each service', () => {
    expect(files.sort()).toEqual(SHIPPED.map((text) => `${text.service}.toml`).sort());
    expect(SHIPPED[0]!.service).toBe('sshd');
  });
  for (const name of files) {
    test(`${name} is what node scripts/forms.mjs made of it`, () => {
      const text = SHIPPED.find((one) => `${one.service}.toml` === name)!;
      expect(serviceForms(text, name)).toEqual(
        readServiceFile(readFileSync(join(FOLDER, name), 'utf8'), name),
      );
    });
  }
});

describe('every service reads the samples of its forms', () => {
  for (const service of shipped().all)
    test(service.name, () => expect(wrongSamples(shipped(), service)).toEqual([]));
});

describe('every form of sshd reads its own samples, with what may stand around them', () => {
  for (const form of SSHD_FORMS) {
    test(form.id, () => {
      expect(form.samples.length).toBeGreaterThan(0);
      for (const sample of form.samples) {
        for (const message of [sample.message, `${sample.message} [preauth]`, `error: ${sample.message}`]) {
          const reading = readMessage(message);
          if (typeof reading === 'string') expect.fail(`${message}: ${reading}`);
          expect({
            message,
            form: reading.form.id,
            user: reading.user,
            source: reading.source?.text ?? null,
            port: reading.port,
            method: reading.method,
            count: reading.count,
            known: reading.known,
          }).toEqual({
            message,
            form: form.id,
            user: sample.user ?? form.user ?? null,
            source: sample.source ?? null,
            port: sample.port ?? null,
            method: sample.method ?? form.method ?? null,
            count: sample.count ?? 1,
            known: sample.known ?? (form.known === 'told' ? null : form.known),
          });
        }
      }
    });
  }

  test('ids are unique', () => {
    const ids = SSHD_FORMS.map((form) => form.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
