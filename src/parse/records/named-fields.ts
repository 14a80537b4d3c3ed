/**
 * Records whose fields the user named himself (`--fields source=client,user=account,outcome=result`): each record that
 * has a source and an outcome is an attempt.
 */
import { cachedSource, type UnreadReason } from '../message.ts';
import type { FieldNames } from './containers.ts';
import { compileRecordForm, getterOf, type RecordLineForm } from './form.ts';
import type { RecordReading } from './reading.ts';
import { pathOf, valueAt } from './value.ts';

const FAILURES: ReadonlySet<string> = new Set(
  'failure failed fail false 0 denied deny refused rejected reject invalid error unauthorized no f 401 403'.split(
    ' ',
  ),
);
const SUCCESSES: ReadonlySet<string> = new Set(
  'success succeeded successful ok true 1 accepted accept allowed allow granted login yes t 200'.split(' '),
);

const FORM = {
  id: 'fields.named',
  shape: 'object',
  where: {},
  tells: 'failure',
  since: '--fields',
  means: 'A record whose fields were named on the command line.',
  samples: [],
} as const;

type Getter = (record: unknown) => string | null;

export class NamedFields {
  readonly #names: FieldNames;
  /** Forms by service, of which a log has few; more than these are a stranger's. */
  readonly #forms = new Map<string, RecordLineForm>();
  readonly #get: { readonly [F in keyof FieldNames]: Getter };

  constructor(names: FieldNames) {
    this.#names = names;
    this.#get = Object.fromEntries(
      Object.entries(names).map(([field, where]) => [field, getterOf(where as string)]),
    ) as { readonly [F in keyof FieldNames]: Getter };
  }

  time(record: unknown): unknown {
    const { time } = this.#names;
    if (time === undefined) return null;
    return time.startsWith('=') ? time.slice(1) : (valueAt(record, pathOf(time)) ?? null);
  }

  sensor(record: unknown): string | null {
    return this.#get.host?.(record) ?? null;
  }

  /** Null where the record has no source or no outcome. */
  read(record: unknown): RecordReading | UnreadReason | null {
    const sourceText = this.#get.source?.(record) ?? '';
    const outcome = (this.#get.outcome?.(record) ?? '').toLowerCase();
    if (sourceText === '' || sourceText === '-' || outcome === '') return null;
    const success = SUCCESSES.has(outcome);
    if (!success && !FAILURES.has(outcome)) return 'no-form';
    const source = cachedSource(sourceText);
    if (source === null) return 'bad-source';
    const port = Number(this.#get.port?.(record) ?? 0);
    const known = (this.#get.known?.(record) ?? '').toLowerCase();
    return {
      form: this.#formOf(this.#get.service?.(record) ?? this.#get.program?.(record) ?? 'fields'),
      tells: success ? 'success' : 'failure',
      text: '',
      offset: 0,
      user: this.#get.user?.(record) ?? null,
      source,
      port: Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null,
      method: this.#get.method?.(record) ?? null,
      known: success || KNOWN.has(known) ? true : UNKNOWN.has(known) ? false : null,
      count: 1,
      module: null,
    };
  }

  #formOf(service: string): RecordLineForm {
    let form = this.#forms.get(service);
    if (form === undefined) {
      if (this.#forms.size >= MOST_SERVICES) return this.#formOf('fields');
      form = compileRecordForm(FORM, service, false).line;
      this.#forms.set(service, form);
    }
    return form;
  }
}

const MOST_SERVICES = 200;
const KNOWN: ReadonlySet<string> = new Set(['true', '1', 'known', 'yes']);
const UNKNOWN: ReadonlySet<string> = new Set(['false', '0', 'unknown', 'invalid', 'no']);
