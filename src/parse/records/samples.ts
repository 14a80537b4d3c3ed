/** Whether a file's forms read their own samples as it says: what is wrong is told before a log is read with them. */
import type { LineReading } from '../line.ts';
import { createLineReader } from '../line.ts';
import type { RecordForm, RecordSample } from './form.ts';
import type { RecordForms } from './forms.ts';

export interface WrongRecordSample {
  readonly form: string;
  readonly sample: string;
  /** What came out instead. */
  readonly what: string;
}

/** Samples of `of` (left out: the user's own forms) that are read otherwise than the file says. */
export function wrongRecordSamples(forms: RecordForms, of = forms.own): WrongRecordSample[] {
  const wrong: WrongRecordSample[] = [];
  for (const { service, forms: own } of of) {
    for (const form of own) {
      for (const sample of form.samples) {
        const reader = createLineReader({
          timezone: 'UTC',
          year: null,
          reference: REFERENCE,
          recordForms: forms,
        });
        let reading: LineReading | null = null;
        // a sample of a table is its header and a row
        for (const line of sample.record.split('\n')) reading = reader.read(line);
        const what = differenceOf(form, service, sample, reading!);
        if (what !== null) wrong.push({ form: form.id, sample: sample.record, what });
      }
    }
  }
  return wrong;
}

/** 2100: a sample without a year is of the latest one before, which no sample may say. */
const REFERENCE = 4_102_444_800;

function differenceOf(
  form: RecordForm,
  service: string,
  sample: RecordSample,
  reading: LineReading,
): string | null {
  if (form.tells === 'unread') {
    return reading.kind === 'unread' ? null : `is read (${reading.form?.id ?? reading.kind})`;
  }
  if (reading.kind === 'unread') return `is not read: ${reading.reason ?? ''}`;
  if (reading.form?.id !== form.id) return `is read by ${reading.form?.id ?? 'no form'}`;
  const { event } = reading;
  if (form.tells === 'nothing') return event === null ? null : 'tells of an attempt';
  if (event === null) return 'tells of no attempt: it has no source';
  const told = { ...event, count: reading.count } as Readonly<Record<string, unknown>>;
  const expected: Readonly<Record<string, unknown>> = {
    service,
    outcome: form.tells,
    source: sample.source ?? null,
    port: sample.port ?? null,
    user: sample.user ?? null,
    known: sample.known ?? null,
    method: sample.method ?? null,
    count: sample.count ?? 1,
    ...(sample.time === undefined ? {} : { time: sample.time }),
    ...(sample.sensor === undefined ? {} : { sensor: sample.sensor }),
  };
  for (const [field, value] of Object.entries(expected)) {
    if (told[field] !== value) return `its ${field} is ${text(told[field])}, not ${text(value)}`;
  }
  return null;
}

function text(value: unknown): string {
  return value === null || value === undefined ? 'not told' : JSON.stringify(value);
}
