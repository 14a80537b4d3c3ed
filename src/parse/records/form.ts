/**
 * What a form of a structured record is: which records it is about, what they mean, and which of their fields say who,
 * from where and when. Forms are data, each with records that prove it; a field is looked up by its name, never by a
 * pattern over the line, so a user's name can be no other field's value.
 *
 * A text inside a record (`"message": "User \"bob\" logged in .."`) is read by a template of `template.ts`, in which a
 * hostile name cannot pose as an address either.
 */
import type { CompiledForm } from '../form.ts';
import { compileTemplate, type Template } from '../template.ts';
import { type Path, pathOf, textAt, valueAt } from './value.ts';

/**
 * Where a record was found, so that a form of web servers does not look at JSON: `object` is JSON, CSV with a header,
 * tab-separated values with a header, or `key=value` text.
 */
export type Shape = 'object' | 'access' | 'nginx-error' | 'apache-error' | 'windows' | 'postgres-csv';

/** What must hold of a field. Texts are compared without regard to case; numbers and truth values as text. */
export type Condition =
  | string
  | readonly string[]
  | { readonly not: readonly string[] }
  | { readonly present: boolean }
  | { readonly starts: readonly string[] }
  | { readonly ends: readonly string[] }
  | { readonly template: string };

/** Where a form finds what it tells: a path, several with `|` between, or `=text` for the text itself. */
export interface RecordFields {
  readonly time?: string;
  readonly sensor?: string;
  readonly source?: string;
  /** Address and port in one: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
  readonly endpoint?: string;
  readonly port?: string;
  readonly user?: string;
  readonly method?: string;
  /** How many attempts the record stands for. */
  readonly count?: string;
}

/** Whether the account exists, where the value of a field says it. */
export interface KnownBy {
  readonly field: string;
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}

export interface RecordSample {
  /** The record as the program writes it, in any of the envelopes. */
  readonly record: string;
  readonly user?: string;
  readonly source?: string;
  readonly port?: number;
  /** Left out: not told. */
  readonly known?: boolean;
  readonly method?: string;
  readonly count?: number;
  /** ISO 8601 in UTC. */
  readonly time?: string;
  readonly sensor?: string;
}

export interface RecordForm {
  readonly id: string;
  readonly shape: Shape;
  /** All of them must hold; the key is a path, or several with `|` between. */
  readonly where: Readonly<Record<string, Condition>>;
  /** `unread`: of a login service, but what it means is not known. */
  readonly tells: 'failure' | 'success' | 'nothing' | 'unread';
  readonly known?: boolean | KnownBy;
  readonly method?: string;
  readonly fields?: RecordFields;
  /** Values of the user's field that mean that none was told; a record's `null` always means that. */
  readonly noUser?: readonly string[];
  /** The password comes with every request: what follows within the hour is the same login. */
  readonly session?: boolean;
  readonly since: string;
  readonly means: string;
  readonly samples: readonly RecordSample[];
}

interface Test {
  readonly path: Path;
  readonly holds: (text: string | null) => boolean;
}

type Getter = (record: unknown) => string | null;

export interface CompiledRecordForm extends RecordForm {
  readonly tests: readonly Test[];
  /** The text that a template reads; null where there is none. */
  readonly text: { readonly path: Path; readonly template: Template } | null;
  readonly knownPath: Path | null;
  readonly get: { readonly [F in keyof RecordFields]: Getter };
  /** The form as the rest of the program knows forms. */
  readonly line: RecordLineForm;
}

export interface RecordLineForm extends CompiledForm {
  /** See {@link RecordForm.session}. */
  readonly isSession: boolean;
  /** Whatever the service lets in is a guess, and nobody's login. */
  readonly isHoneypot: boolean;
  /** The time as the record has it, a text or a number; null where the form names no field for it. */
  readonly timeOf: ((record: unknown) => unknown) | null;
  readonly sensorOf: Getter | null;
}

const WHOLE = compileTemplate('<text>');

/** Compiles a form of `service`. Throws for a template that is none. */
export function compileRecordForm(
  form: RecordForm,
  service: string,
  isHoneypot: boolean,
): CompiledRecordForm {
  const tests: Test[] = [];
  let text: CompiledRecordForm['text'] = null;
  for (const [key, condition] of Object.entries(form.where)) {
    const path = pathOf(key);
    if (typeof condition === 'object' && 'template' in condition)
      text = { path, template: compileTemplate(condition.template) };
    else tests.push({ path, holds: testOf(condition) });
  }
  const get: { -readonly [F in keyof RecordFields]: Getter } = {};
  for (const [field, where] of Object.entries(form.fields ?? {}) as [keyof RecordFields, string][])
    get[field] = getterOf(where);
  const { known } = form;
  const time = form.fields?.time;
  return {
    ...form,
    tests,
    text,
    knownPath: typeof known === 'object' ? pathOf(known.field) : null,
    get,
    line: {
      id: form.id,
      template: '',
      tells: form.tells === 'unread' ? 'nothing' : form.tells,
      known: null,
      since: form.since,
      means: form.means,
      samples: [],
      service,
      compiled: WHOLE,
      compiledRival: null,
      isSession: form.session === true,
      isHoneypot,
      timeOf: time === undefined ? null : valueGetterOf(time),
      sensorOf: get.sensor ?? null,
    },
  };
}

function valueGetterOf(where: string): (record: unknown) => unknown {
  if (where.startsWith('=')) return () => where.slice(1);
  const path = pathOf(where);
  return (record) => valueAt(record, path) ?? null;
}

/** `a.b|c` is the text at the first of the paths; `=text` is the text itself. */
export function getterOf(where: string): Getter {
  if (where.startsWith('=')) {
    const constant = where.slice(1);
    return () => constant;
  }
  const path = pathOf(where);
  return (record) => textAt(record, path);
}

function testOf(condition: Exclude<Condition, { readonly template: string }>): Test['holds'] {
  if (typeof condition === 'string') {
    const one = condition.toLowerCase();
    return (text) => text !== null && (text === condition || text.toLowerCase() === one);
  }
  if (!('length' in condition)) {
    if ('present' in condition) return (text) => (text !== null && text !== '') === condition.present;
    if ('not' in condition) {
      const set = lowered(condition.not);
      return (text) => !set.has((text ?? '').toLowerCase());
    }
    if ('starts' in condition)
      return (text) => text !== null && condition.starts.some((start) => text.startsWith(start));
    return (text) => text !== null && condition.ends.some((end) => text.endsWith(end));
  }
  const set = lowered(condition);
  return (text) => text !== null && set.has(text.toLowerCase());
}

function lowered(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map((text) => text.toLowerCase()));
}
