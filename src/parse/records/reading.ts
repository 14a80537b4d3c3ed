/**
 * A record and the forms: the first form all of whose conditions hold says what the record tells. A record whose source
 * is missing or `-` was no attempt over the network.
 */
import { cachedSource, type MessageReading, type UnreadReason } from '../message.ts';
import type { CompiledRecordForm, Shape } from './form.ts';
import { textAt } from './value.ts';

/** One structured record: what it was found as, and its values. */
export interface Entry {
  readonly shape: Shape;
  readonly values: unknown;
}

/** What a record tells, in the shape of what a message tells: there is no text of which it would be a part. */
export interface RecordReading extends MessageReading {
  readonly form: CompiledRecordForm['line'];
}

/** As for messages: a larger number is a broken or forged record. */
const MOST_COUNTED = 1000;

/** Words for a source that is none: the login was at the machine itself. A loopback address is an address. */
const NOWHERE: ReadonlySet<string> = new Set(['', '-', 'local', '[local]', '0.0.0.0', '::']);

/**
 * The first form that fits, with its captured texts; null where none does. A text that fits another form's template as
 * well, with another source, may be either: a name was made to look so.
 */
function find(entry: Entry, forms: readonly CompiledRecordForm[]): Found | null {
  for (let i = 0; i < forms.length; i++) {
    const form = forms[i]!;
    if (form.shape !== entry.shape || !holds(form, entry)) continue;
    if (form.text === null) return { form, match: null, ambiguous: false };
    const match = matched(form, entry);
    if (match === null) continue;
    const { first, groups } = form.text.template;
    const other = first === null ? match : first.exec(match[0]);
    let ambiguous = other === null || match.some((part, j) => part !== other[j]);
    for (let j = i + 1; j < forms.length && !ambiguous; j++) {
      const rival = forms[j]!;
      if (rival.shape !== entry.shape || rival.text === null || !holds(rival, entry)) continue;
      const rivalMatch = matched(rival, entry);
      if (rivalMatch === null) continue;
      const rivalGroups = rival.text.template.groups;
      ambiguous =
        rivalMatch[rivalGroups.source] !== match[groups.source] &&
        (groups.source > 0 || rivalGroups.source > 0);
      ambiguous ||= (rival.tells === 'success') !== (form.tells === 'success');
    }
    return { form, match, ambiguous };
  }
  return null;
}

function holds(form: CompiledRecordForm, entry: Entry): boolean {
  for (let i = 0; i < form.tests.length; i++) {
    const test = form.tests[i]!;
    if (!test.holds(textAt(entry.values, test.path))) return false;
  }
  return true;
}

function matched(form: CompiledRecordForm, entry: Entry): RegExpExecArray | null {
  const text = form.text === null ? null : textAt(entry.values, form.text.path);
  return text === null ? null : form.text!.template.last.exec(text);
}

interface Found {
  readonly form: CompiledRecordForm;
  readonly match: RegExpExecArray | null;
  readonly ambiguous: boolean;
}

/** What the record tells; null where no form is about it. */
export function readEntry(
  entry: Entry,
  forms: readonly CompiledRecordForm[],
): RecordReading | UnreadReason | null {
  const found = find(entry, forms);
  if (found === null) return null;
  const { form, match } = found;
  if (form.tells === 'nothing') return nothing(form);
  if (form.tells === 'unread') return 'no-form';
  if (found.ambiguous) return 'ambiguous';
  const { values } = entry;
  const captured = (name: 'user' | 'source' | 'port' | 'method' | 'count') => {
    const group = form.text === null ? 0 : form.text.template.groups[name];
    return group === 0 || match === null ? null : (match[group] ?? null);
  };
  const field = (name: 'user' | 'source' | 'port' | 'method' | 'count') =>
    form.get[name]?.(values) ?? captured(name);

  let sourceText = field('source');
  let portText = field('port');
  if (sourceText === null && form.get.endpoint !== undefined) {
    [sourceText, portText] = splitEndpoint(form.get.endpoint(values) ?? '');
  }
  if (sourceText === null || isLocal(sourceText)) return nothing(form);
  const source = cachedSource(unbracketed(sourceText));
  if (source === null) return 'bad-source';
  const user = field('user');
  const port = portText !== null && /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return {
    ...nothing(form),
    tells: form.tells,
    user: user !== null && form.noUser?.includes(user) === true ? null : user,
    source,
    port: port > 0 && port <= 65_535 ? port : null,
    method: field('method') ?? form.method ?? null,
    known: form.tells === 'success' ? true : knownOf(form, values),
    count: countOf(field('count')),
  };
}

function nothing(form: CompiledRecordForm): RecordReading {
  return {
    form: form.line,
    tells: 'nothing',
    text: '',
    offset: 0,
    user: null,
    source: null,
    port: null,
    method: null,
    known: null,
    count: 1,
    module: null,
  };
}

function knownOf(form: CompiledRecordForm, values: unknown): boolean | null {
  const { known, knownPath } = form;
  if (known === undefined) return null;
  if (typeof known === 'boolean' || knownPath === null) return known === true;
  const text = textAt(values, knownPath)?.toLowerCase();
  if (text === undefined) return null;
  if (known.known.includes(text)) return true;
  return known.unknown.includes(text) ? false : null;
}

function countOf(text: string | null): number {
  if (text === null || !/^\d{1,9}$/.test(text)) return 1;
  return Math.max(1, Math.min(Number(text), MOST_COUNTED));
}

function isLocal(text: string): boolean {
  return NOWHERE.has(text.toLowerCase());
}

function unbracketed(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** `192.0.2.1:4711`, `[2001:db8::1]:4711`; an address without a port is itself. */
function splitEndpoint(text: string): [string | null, string | null] {
  const match = /^(?:\[([^\]]{2,60})\]|([^:\s]{1,300})):(\d{1,5})$/.exec(text);
  if (match === null) return [text === '' ? null : text, null];
  return [match[1] ?? match[2]!, match[3]!];
}
