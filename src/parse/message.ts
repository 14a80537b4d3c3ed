/**
 * A message to what it tells: the first word chooses a handful of forms, the first of them that fits is it.
 */
import { type CompiledForm, compileForm, type Tells } from './form.ts';
import { SSHD, SSHD_FORMS } from './forms/sshd.ts';
import { type Source, sourceOf } from './source.ts';

/** Why a message of a login service was not read. */
export type UnreadReason =
  /** No form knows it. */
  | 'no-form'
  /** Two places could be the source, and only the attacker knows which. */
  | 'ambiguous'
  /** Where the source should be stands neither an address nor a host name. */
  | 'bad-source'
  /** The stamp is no date. */
  | 'bad-time'
  /** It has no stamp, and nothing before it had one. */
  | 'no-time';

/** What a message tells. Fields that it does not tell are null. */
export interface MessageReading {
  readonly form: CompiledForm;
  readonly tells: Tells;
  /** The message as it was matched: without prefix and suffix. */
  readonly text: string;
  /** Where {@link text} begins in the message that was given. */
  readonly offset: number;
  readonly user: string | null;
  readonly source: Source | null;
  readonly port: number | null;
  readonly method: string | null;
  readonly known: boolean | null;
  /** How many attempts a line like this stands for. */
  readonly count: number;
  /** The PAM module that spoke. */
  readonly module: string | null;
  /** What the lines of its session share; left out where the form has no such field. */
  readonly session?: string;
}

/** More than MaxAuthTries (6) could ever make of one connection; a larger number is a broken or forged line. */
const MOST_REPEATS = 1000;

/** Forms by the first word of their messages, in order; those that any word may begin are in every list. */
class Dispatch {
  readonly #byWord = new Map<string, CompiledForm[]>();
  readonly #any: CompiledForm[] = [];

  constructor(forms: readonly CompiledForm[]) {
    for (const { compiled } of forms) for (const word of compiled.firstWords) this.#byWord.set(word, []);
    for (const form of forms) {
      const words = form.compiled.firstWords;
      if (words.length === 0) {
        this.#any.push(form);
        for (const list of this.#byWord.values()) list.push(form);
      }
      for (const word of new Set(words)) this.#byWord.get(word)!.push(form);
    }
  }

  /** The forms for a text whose first word begins at `start`. */
  at(text: string, start: number): readonly CompiledForm[] {
    const space = text.indexOf(' ', start);
    return this.#byWord.get(space < 0 ? text.slice(start) : text.slice(start, space)) ?? this.#any;
  }
}

const PAM = 'pam_';
const REPEATED = 'message repeated ';

/** Sources by the text that a line has; emptied when full, so that hostile variety does not fill the memory. */
const sources = new Map<string, Source | null>();
const MOST_SOURCES = 50_000;

export function cachedSource(text: string): Source | null {
  let source = sources.get(text);
  if (source === undefined) {
    if (sources.size >= MOST_SOURCES) sources.clear();
    const own = ` ${text}`.slice(1);
    source = sourceOf(own);
    sources.set(own, source);
  }
  return source;
}

/**
 * A message longer than this is not held against a template with two texts of strangers, which takes time in
 * proportion to the square of its length. syslogds cut at 1 to 8 kB (RFC 5424 section 6.1 asks for 2), and what
 * programs write into such lines is cut at a few hundred.
 */
const LONGEST_OF_TWO = 8192;
/** The same with three or more, for which it is the cube. */
const LONGEST_OF_MORE = 2048;
/** No service but sshd is read from a longer message: journald cuts at 48 kB (LineMax in journald.conf). */
export const LONGEST_OTHER = 65_536;

/** Whether a message is too long for a form to be held against it. */
function isTooLong(text: string, { service, compiled: { strangers } }: CompiledForm): boolean {
  const { length } = text;
  return (
    length > LONGEST_OF_MORE &&
    ((length > LONGEST_OTHER && service !== 'sshd') ||
      (length > LONGEST_OF_TWO && strangers > 1) ||
      (strangers > 2 && service !== 'sshd'))
  );
}

/** Reads messages by the forms of one program, which may be of several services. */
export class MessageReader {
  readonly forms: readonly CompiledForm[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly #plain: Dispatch;
  readonly #ofModules: Dispatch;
  readonly #prefixStarts: ReadonlySet<number>;

  /** The first of `forms` that fits is it. Prefixes are taken off in their order, each once; of suffixes one. */
  constructor(forms: readonly CompiledForm[], prefixes: readonly string[], suffixes: readonly string[]) {
    this.#plain = new Dispatch(forms.filter((form) => !form.compiled.ofModule));
    this.#ofModules = new Dispatch(forms.filter((form) => form.compiled.ofModule));
    this.forms = forms;
    this.prefixes = prefixes;
    this.suffixes = suffixes;
    this.#prefixStarts = new Set(prefixes.map((prefix) => prefix.charCodeAt(0)));
  }

  /** Reads one message (what stands behind `sshd[123]: `). */
  read(message: string): MessageReading | UnreadReason {
    let start = 0;
    let end = message.length;
    let count = 1;
    // rsyslog: `message repeated 3 times: [ Failed password for ..]`
    if (message.startsWith(REPEATED)) {
      const inner = message.indexOf(' times: [', REPEATED.length);
      const times = message.slice(REPEATED.length, inner);
      if (inner > 0 && /^\d{1,9}$/.test(times) && message.endsWith(']')) {
        count = Math.min(Number(times), MOST_REPEATS);
        start = inner + ' times: ['.length;
        end--;
        if (message[start] === ' ') start++;
      }
    }
    if (this.#prefixStarts.has(message.charCodeAt(start))) {
      for (const prefix of this.prefixes) if (message.startsWith(prefix, start)) start += prefix.length;
    }
    for (const suffix of this.suffixes) {
      if (message.endsWith(suffix, end)) {
        end -= suffix.length;
        break;
      }
    }
    const text = start === 0 && end === message.length ? message : message.slice(start, end);
    const reading = this.#matched(text, start, count);
    if (reading !== 'no-form' || !text.endsWith(' ')) return reading;
    // some programs and relays end every line with a blank; one that a form knows of has been read with it
    return this.#matched(text.slice(0, textEnd(text)), start, count);
  }

  #matched(text: string, start: number, count: number): MessageReading | UnreadReason {
    const forms = text.startsWith(PAM)
      ? this.#ofModules.at(text, text.indexOf(': ') + 2)
      : this.#plain.at(text, 0);
    let failed: UnreadReason = 'no-form';
    for (let i = 0; i < forms.length; i++) {
      const form = forms[i]!;
      if (isTooLong(text, form)) continue;
      const match = form.compiled.last.exec(text);
      if (match === null) continue;
      const reading = readMatch(form, match, text, start, count);
      if (typeof reading !== 'string')
        return form.service !== 'sshd' && disagrees(reading, match[form.compiled.groups.source], text, forms)
          ? 'ambiguous'
          : reading;
      if (reading === 'ambiguous') return reading;
      failed = reading;
    }
    return failed;
  }
}

/** Behind the last character that is no blank. */
function textEnd(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return end;
}

const ofSshd = new MessageReader(
  SSHD_FORMS.map((form) => compileForm(form)),
  SSHD.prefixes,
  SSHD.suffixes,
);

/** Reads one message of sshd by the forms that come with the program. */
export function readMessage(message: string): MessageReading | UnreadReason {
  return ofSshd.read(message);
}

/** Other ways to write an address that are looked for; whoever writes more of them into one name is not read. */
const MOST_NOTATIONS = 8;

/**
 * Whether a form fits too that says that the source is another, or the outcome: a name could have been made to look
 * like the end of one form and the beginning of another. The source that was read is blanked wherever it stands; if
 * some form still finds one, there were two places. sshd's forms have their rivals named instead.
 */
function disagrees(
  reading: MessageReading,
  raw: string | undefined,
  text: string,
  forms: readonly CompiledForm[],
): boolean {
  if (reading.tells === 'nothing') return false;
  const telling = forms.filter((form) => form.tells !== 'nothing' && !isTooLong(text, form));
  const wasLogin = isLogin(reading);
  if (telling.some((form) => isLogin(form) !== wasLogin && form.compiled.last.test(text))) return true;
  if (reading.source === null || raw === undefined) return false;
  // where a stranger's text stands on one side only, the place nearest to the other side is the true one
  const certain = otherSource(
    text,
    telling.filter(({ compiled }) => compiled.first === null),
    reading.source,
  );
  if (certain !== null) return true;
  const open = telling.filter(({ compiled }) => compiled.first !== null);
  if (open.length === 0) return false;
  let rest = text.replaceAll(raw, ' ');
  for (let i = 0; i < MOST_NOTATIONS; i++) {
    const found = otherSource(rest, open, null);
    if (found === null) return false;
    if (cachedSource(found)?.text !== reading.source.text) return true;
    rest = rest.replaceAll(found, ' ');
  }
  return true;
}

/** The first text that a form takes for the source, and that is not `known`. */
function otherSource(text: string, forms: readonly CompiledForm[], known: Source | null): string | null {
  for (const { compiled } of forms) {
    if (compiled.groups.source === 0) continue;
    const source = compiled.last.exec(text)?.[compiled.groups.source];
    if (source === undefined) continue;
    const other = cachedSource(source);
    if (other !== null && other.text !== known?.text) return source;
  }
  return null;
}

function isLogin({ tells }: { readonly tells: Tells }): boolean {
  return tells === 'success' || tells === 'guest';
}

function readMatch(
  form: CompiledForm,
  match: RegExpExecArray,
  text: string,
  offset: number,
  repeats: number,
): MessageReading | UnreadReason {
  const { groups, first } = form.compiled;
  if (form.tells === 'nothing') return toldNothing(form, text, offset);
  if (first !== null) {
    const other = first.exec(text)!;
    for (let i = 1; i < match.length; i++) if (match[i] !== other[i]) return 'ambiguous';
  }
  if (form.compiledRival?.last.test(text) === true) return 'ambiguous';
  let source: Source | null = null;
  const sourceText = groups.source === 0 ? undefined : match[groups.source];
  // sshd writes UNKNOWN when the peer was gone before it could be asked for its address (canohost.c)
  if (sourceText !== undefined && sourceText !== 'UNKNOWN') {
    source = cachedSource(sourceText);
    if (source === null) return 'bad-source';
  }
  const port = groups.port === 0 ? undefined : match[groups.port];
  const counted = groups.count === 0 ? undefined : match[groups.count];
  const module = groups.module === 0 ? undefined : match[groups.module];
  const session = groups.session === 0 ? undefined : match[groups.session];
  return {
    form,
    tells: form.tells,
    text,
    offset,
    user: (groups.user === 0 ? undefined : match[groups.user]) ?? form.user ?? null,
    source,
    port: port === undefined || Number(port) > 65_535 ? null : Number(port),
    method: (groups.method === 0 ? undefined : match[groups.method]) ?? form.method ?? null,
    known: form.known === 'told' ? match[groups.known]!.charCodeAt(0) !== 105 /* i */ : form.known,
    count: counted === undefined ? repeats : Math.min(Number(counted) * repeats, MOST_REPEATS),
    module: module === undefined ? null : moduleName(module),
    ...(session === undefined ? {} : { session }),
  };
}

/** `pam_unix(sshd:auth):` is pam_unix. */
function moduleName(decorated: string): string {
  let end = 4;
  while (end < decorated.length && !'([:'.includes(decorated[end]!)) end++;
  return decorated.slice(0, end);
}

function toldNothing(form: CompiledForm, text: string, offset: number): MessageReading {
  return {
    form,
    tells: 'nothing',
    text,
    offset,
    user: null,
    source: null,
    port: null,
    method: null,
    known: null,
    count: 1,
    module: null,
  };
}
