import { describe, expect, test } from 'vitest';
import { readMessage } from '../message.ts';
import { SSHD_FORMS } from './sshd.ts';

describe('every form reads its own samples', () => {
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
