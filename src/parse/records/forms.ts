/**
 * The forms of structured records, compiled, in the order in which they are tried: a user's own before the shipped ones
 * (they cannot hijack a record that the shipped ones read: where both fit, the shipped one wins), those that are looked at
 * last behind all.
 */
import { type CompiledRecordForm, compileRecordForm } from './form.ts';
import { type RecordService, recordService } from './form-file.ts';
import { SHIPPED_RECORDS } from './shipped.ts';

export interface RecordForms {
  readonly first: readonly CompiledRecordForm[];
  readonly late: readonly CompiledRecordForm[];
  readonly services: readonly RecordService[];
}

/** The shipped forms, and `own` behind them. */
export function recordForms(own: readonly RecordService[] = []): RecordForms {
  const services = [...SHIPPED_RECORDS.map((file) => recordService(file, file.service)), ...own];
  const compiled = (late: boolean) =>
    services
      .filter((service) => service.isLate === late)
      .flatMap(({ service, isHoneypot, forms }) =>
        forms.map((form) => compileRecordForm(form, service, isHoneypot)),
      );
  return { first: compiled(false), late: compiled(true), services };
}

let shipped: RecordForms | null = null;

/** The shipped forms, compiled when they are first asked for. */
export function shippedRecordForms(): RecordForms {
  shipped ??= recordForms();
  return shipped;
}
