/**
 * The forms of structured records, compiled, in the order in which they are tried. Those that come with the program come
 * first. A user's own are looked at behind the line that a record carries, where that is sshd's: none of them can change
 * what a line of sshd means, nor what a shipped form reads.
 */

import { badForms } from '../service-forms.ts';
import { type CompiledRecordForm, compileRecordForm } from './form.ts';
import { type RecordService, recordService } from './service.ts';
import { SHIPPED_RECORDS } from './shipped.ts';

export interface RecordForms {
  /** Looked at before the line that a record carries. */
  readonly first: readonly CompiledRecordForm[];
  /** Looked at behind it: a user's own, then the general ones. */
  readonly late: readonly CompiledRecordForm[];
  /** Both, for what carries no line. */
  readonly all: readonly CompiledRecordForm[];
  /** The files that come with the program, and the user's own. */
  readonly services: readonly RecordService[];
  readonly own: readonly RecordService[];
}

/** The shipped forms, and `own` behind them. Throws `Trouble` where an id is there twice. */
export function recordForms(own: readonly RecordService[] = []): RecordForms {
  const services = SHIPPED_RECORDS.map((file) => recordService(file, file.service));
  const ids = new Set(services.flatMap(({ forms }) => forms.map(({ id }) => id)));
  for (const { id } of own.flatMap(({ forms }) => forms)) {
    if (ids.has(id)) throw badForms(`form ${id} is there twice`, 'Call your own otherwise.');
    ids.add(id);
  }
  const compiled = (of: readonly RecordService[]) =>
    of.flatMap(({ service, isHoneypot, forms }) =>
      forms.map((form) => compileRecordForm(form, service, isHoneypot)),
    );
  const first = compiled(services.filter(({ isLate }) => !isLate));
  const late = [...compiled(own), ...compiled(services.filter(({ isLate }) => isLate))];
  return { first, late, all: [...first, ...late], services: [...services, ...own], own };
}

let shipped: RecordForms | null = null;

/** The shipped forms, compiled when they are first asked for. */
export function shippedRecordForms(): RecordForms {
  shipped ??= recordForms();
  return shipped;
}
