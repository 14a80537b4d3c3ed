/**
 * The forms of structured records of one service, as data: what a file of them says. Nothing is checked here but whose
 * ids they are, so that the shipped ones cost nothing to load; form-file.ts reads what somebody wrote.
 */
import { badForms } from '../service-forms.ts';
import type { Condition, RecordForm } from './form.ts';

/** A file as it is written. */
export interface RecordFile {
  readonly kind: 'record';
  readonly service: string;
  readonly means: string;
  readonly late?: boolean | undefined;
  readonly honeypot?: boolean | undefined;
  readonly form: readonly RecordFormText[];
}

/** A form as it is written: its shape may be left out. */
export type RecordFormText = {
  readonly [K in keyof Omit<RecordForm, 'shape' | 'where'>]?: unknown;
} & {
  readonly id: string;
  readonly shape?: string | undefined;
  readonly where: Readonly<Record<string, unknown>>;
};

/** What a file says, checked. */
export interface RecordService {
  readonly service: string;
  readonly means: string;
  /** Looked at behind everything else, also behind the line that a record carries. */
  readonly isLate: boolean;
  readonly isHoneypot: boolean;
  readonly forms: readonly RecordForm[];
}

/** A shipped file: its forms are checked by its test. Throws {@link Trouble} for ids that are not its own. */
export function recordService(text: RecordFile, path: string): RecordService {
  const ids = new Set<string>();
  for (const { id } of text.form) {
    if (!id.startsWith(`${text.service}.`))
      throw badForms(
        `${path}: form ${id}: an id begins with its service`,
        `Call it ${text.service}.${id.slice(id.indexOf('.') + 1)}.`,
      );
    if (ids.has(id)) throw badForms(`${path}: form ${id}: is there twice`, 'Call one otherwise.');
    ids.add(id);
  }
  return {
    service: text.service,
    means: text.means,
    isLate: text.late === true,
    isHoneypot: text.honeypot === true,
    forms: text.form.map(
      (one) =>
        ({
          ...one,
          shape: one.shape ?? 'object',
          where: one.where as Record<string, Condition>,
        }) as RecordForm,
    ),
  };
}
