/**
 * A file of forms of structured records (`kind = 'record'`, docs/formats.md) as somebody wrote it. Nothing is believed of
 * it: every field is checked, and what is wrong is told with the file, the form and the field. Whether its forms read
 * their own samples is for `checkRecordForms` (check-forms.ts) to say.
 */
import { z } from 'zod';
import { wrongFile } from '../service-file.ts';
import { badForms } from '../service-forms.ts';
import { compileRecordForm } from './form.ts';
import { type RecordFile, type RecordService, recordService } from './service.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'small letters, digits and dashes');
const texts = z.array(z.string());
const condition = z.union([
  z.string(),
  texts.min(1),
  z.strictObject({ not: texts }),
  z.strictObject({ present: z.boolean() }),
  z.strictObject({ starts: texts.min(1) }),
  z.strictObject({ ends: texts.min(1) }),
  z.strictObject({ template: z.string().min(1) }),
]);
const where = z.string().min(1).max(500);
const fields = z.strictObject({
  time: where.optional(),
  sensor: where.optional(),
  source: where.optional(),
  endpoint: where.optional(),
  port: where.optional(),
  user: where.optional(),
  method: where.optional(),
  count: where.optional(),
});
const sample = z.strictObject({
  record: z.string().min(1),
  user: z.string().optional(),
  source: z.string().optional(),
  port: z.int().min(0).max(65_535).optional(),
  known: z.boolean().optional(),
  method: z.string().optional(),
  count: z.int().min(1).optional(),
  time: z.string().optional(),
  sensor: z.string().optional(),
});
const form = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "the service's name, a dot, and a name"),
  shape: z.enum(['object', 'access', 'nginx-error', 'apache-error', 'windows']).optional(),
  where: z.record(z.string(), condition),
  tells: z.enum(['failure', 'success', 'nothing', 'unread']),
  known: z.union([z.boolean(), z.strictObject({ field: where, known: texts, unknown: texts })]).optional(),
  method: z.string().optional(),
  fields: fields.optional(),
  noUser: texts.optional(),
  session: z.boolean().optional(),
  since: z.string().min(1),
  means: z.string().min(1),
  samples: z.array(sample).min(1, 'at least one record that proves it'),
});
const file = z.strictObject({
  kind: z.literal('record'),
  service: name,
  means: z.string().min(1),
  late: z.boolean().optional(),
  honeypot: z.boolean().optional(),
  form: z.array(form).min(1),
});

/** Whether a file of forms is about structured records. */
export function isRecordFile(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (data as { kind?: unknown }).kind === 'record';
}

/** Reads a parsed file. Throws {@link Trouble} where it is not as it must be; `path` is only for what is said of it. */
export function readRecordFile(data: unknown, path: string): RecordService {
  const checked = file.safeParse(data);
  if (checked.success) {
    const service = recordService(checked.data as RecordFile, path);
    for (const one of service.forms) {
      try {
        compileRecordForm(one, service.service, service.isHoneypot);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw badForms(`${path}: form ${one.id}: ${error.message}`, 'Mend the template: docs/formats.md.');
      }
    }
    return service;
  }
  throw wrongFile(checked.error.issues[0]!, data, path);
}
