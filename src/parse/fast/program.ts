/**
 * The forms as a program for the byte machine (machine/forms.ts): for each first word a list of forms, for each form a row
 * of steps. Forms that it cannot take are left out, and a form is guarded against every other that the readable path
 * tries before it: where it is not certain that none of them fits, the machine leaves the line to the readable path.
 */

import type { CompiledForm, Tells } from '../form.ts';
import { mannerOf } from '../manner.ts';
import {
  beginnings,
  certainTexts,
  mayBeBoth,
  mayBeginWith,
  moduleKinds,
  type Piece,
  piecesOf,
} from './pieces.ts';

// the same numbers as in machine/forms.ts
const OPS = {
  literal: 0,
  end: 1,
  any: 2,
  user: 4,
  source: 5,
  address: 6,
  port: 7,
  method: 8,
  count: 9,
  invalid: 10,
  state: 11,
  word: 12,
  number: 13,
  blanks: 14,
  key: 15,
  pamError: 16,
  option: 17,
  either: 19,
  not: 20,
  last: 21,
  without: 22,
  moduleKind: 23,
  absent: 24,
} as const;

// the same numbers as in machine/connections.ts
const TELLS: Readonly<Partial<Record<Tells, number>>> = {
  nothing: 0,
  context: 1,
  success: 2,
  visit: 3,
  'quiet-visit': 4,
  'pam-error': 5,
  'module-failure': 6,
  failure: 7,
};

const STEP_BYTES = 48;
const HEAD_BYTES = 32;
const VECTOR = 16;
/** Where the first form may be: behind the tables of words (machine/forms.ts). */
const FIRST = 2 * 1024 * 32;

interface Step {
  readonly op: number;
  readonly n: number;
  readonly bytes: Uint8Array | null;
  /** Index of the step to go on at where the option does not fit. */
  otherwise: number;
}

/** Number of a kind of telling; undefined for those that only other services have. */
export function machineTells(tells: Tells): number | undefined {
  return TELLS[tells];
}

/** What opens a connection, see connections.ts. */
export function isOpening(form: CompiledForm): boolean {
  return form.tells === 'visit' && form.id.startsWith('sshd.invalid');
}

/** The forms of one first word: bytes to be put at `at`, and where the list of forms begins. */
export interface WordProgram {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly first: number;
}

/**
 * The program of `forms`, which are in the order in which they are tried. It is made word by word, as the log has them: of
 * some two hundred first words a log has twenty.
 */
export class FormsProgram {
  readonly #plain: readonly CompiledForm[];
  readonly #ofModules: readonly CompiledForm[];
  readonly #size: number;
  readonly #userNumber: (user: string) => number;
  readonly #pieces = new Map<CompiledForm, readonly Piece[]>();
  #end = FIRST;

  /**
   * @param size bytes that there is room for
   * @param userNumber the machine's number of a user whom a form itself names
   */
  constructor(forms: readonly CompiledForm[], size: number, userNumber: (user: string) => number) {
    this.#plain = forms.filter((form) => !form.compiled.ofModule);
    this.#ofModules = forms.filter((form) => form.compiled.ofModule);
    this.#size = size;
    this.#userNumber = userNumber;
  }

  /** The forms that a message may have that begins with `word`; null where the machine takes none of them. */
  forWord(word: string, ofModule: boolean): WordProgram | null {
    const own = ofModule ? this.#ofModules : this.#plain;
    const list = own.filter((form) =>
      form.compiled.firstWords.length === 0
        ? mayBeginWith(word, this.#piecesOf(form))
        : form.compiled.firstWords.includes(word),
    );
    const pieces = list.map((form) => beginningWith(word, this.#piecesOf(form)));
    const made = list.flatMap((form, i) => {
      const steps = stepsOf(form, i, list, pieces);
      return steps === null ? [] : [{ form, steps }];
    });
    const length = made.reduce((sum, { steps }) => sum + HEAD_BYTES + steps.length * STEP_BYTES, 0);
    if (made.length === 0 || this.#end + length > this.#size) return null;
    const at = this.#end;
    this.#end += length;
    const bytes = new Uint8Array(length);
    let from = 0;
    made.forEach(({ form, steps }, i) => {
      const next = from + HEAD_BYTES + steps.length * STEP_BYTES;
      this.#write(bytes, from, at, form, steps);
      if (i < made.length - 1) new DataView(bytes.buffer).setUint32(from, at + next, true);
      from = next;
    });
    return { at, bytes, first: at };
  }

  #piecesOf(form: CompiledForm): readonly Piece[] {
    let pieces = this.#pieces.get(form);
    if (pieces === undefined) {
      pieces = piecesOf(form.template);
      this.#pieces.set(form, pieces);
    }
    return pieces;
  }

  #write(bytes: Uint8Array, from: number, base: number, form: CompiledForm, steps: readonly Step[]): void {
    const view = new DataView(bytes.buffer);
    view.setUint8(from + 4, TELLS[form.tells]!);
    view.setUint8(from + 5, form.known === 'told' ? 3 : form.known === null ? 0 : form.known ? 2 : 1);
    view.setUint8(from + 6, mannerOf(form.method ?? null));
    view.setUint8(from + 7, isOpening(form) ? 2 : 0);
    view.setUint32(from + 8, form.user === undefined ? 0 : this.#userNumber(form.user), true);
    steps.forEach((each, i) => {
      const place = from + HEAD_BYTES + i * STEP_BYTES;
      bytes[place] = each.op;
      bytes[place + 1] = each.n;
      view.setUint32(place + 4, base + from + HEAD_BYTES + each.otherwise * STEP_BYTES, true);
      if (each.bytes === null) return;
      bytes.set(each.bytes, place + VECTOR);
      bytes.fill(255, place + 2 * VECTOR, place + 2 * VECTOR + each.bytes.length);
    });
  }
}

/** The pieces with those choices of the first word only that are `word`. */
function beginningWith(word: string, pieces: readonly Piece[]): readonly Piece[] {
  const at = moduleKinds(pieces) === 0 ? 0 : 2;
  const first = pieces[at];
  if (first?.kind !== 'choice' || first.isOptional) return pieces;
  if (at === 2 && !(pieces[1]!.kind === 'text' && pieces[1]!.text === ' ')) return pieces;
  const options = first.options.filter((option) => {
    const text = option[0];
    return text?.kind !== 'text' || option.length > 1 || text.text.split(' ')[0] === word;
  });
  const [only] = options;
  const head: readonly Piece[] =
    options.length === 1 ? only! : [{ kind: 'choice', options, isOptional: false }];
  return [...pieces.slice(0, at), ...head, ...pieces.slice(at + 1)];
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** The steps of a form, guarded against those before it; null where the machine does not take it. */
function stepsOf(
  form: CompiledForm,
  index: number,
  list: readonly CompiledForm[],
  all: readonly (readonly Piece[])[],
): readonly Step[] | null {
  const pieces = all[index]!;
  if (TELLS[form.tells] === undefined || form.rival !== undefined) return null;
  const guards: Step[] = [];
  const starts = beginnings(pieces);
  for (let i = 0; i < index; i++) {
    if (list[i]!.tells === 'nothing' && form.tells === 'nothing') continue;
    const guard = guardAgainst(pieces, starts, all[i]!);
    if (guard === null) return null;
    guards.push(...guard);
  }
  const kinds = moduleKinds(pieces);
  const head: Step[] = kinds === 0 ? [] : [step(OPS.moduleKind, kinds)];
  const rest = kinds === 0 ? pieces : behindModule(pieces);
  const body: Step[] = [...head, ...guards];
  return write(rest, { isUserSeen: false, between: '' }, body) ? body : null;
}

function behindModule(pieces: readonly Piece[]): readonly Piece[] {
  const [, second, ...rest] = pieces;
  if (second?.kind !== 'text') return [{ kind: 'field', name: 'hostile' }];
  return [{ kind: 'text', text: second.text.slice(1) }, ...rest];
}

/** Steps that refuse every message of `other`; null where there are none. */
function guardAgainst(
  pieces: readonly Piece[],
  starts: readonly string[],
  other: readonly Piece[],
): readonly Step[] | null {
  const met = beginnings(other).filter((text) =>
    starts.some((start) => text.startsWith(start) || start.startsWith(text)),
  );
  if (met.length === 0 || !mayBeBoth(pieces, other)) return [];
  if (met.every((text) => !starts.some((start) => start.startsWith(text))))
    return met.flatMap((text) => {
      const parts = chunks(text).map((bytes) => step(OPS.literal, bytes.length, bytes));
      return [step(OPS.not, parts.length), ...parts];
    });
  const own = certainTexts(pieces);
  const foreign = certainTexts(other)
    .filter((text) => text.length > 3 && !own.some((mine) => mine.includes(text.slice(0, VECTOR))))
    .sort((a, b) => b.length - a.length)[0];
  if (foreign === undefined) return null;
  const bytes = ascii(foreign.slice(0, VECTOR));
  return [step(OPS.absent, bytes.length, bytes)];
}

function step(op: number, n = 0, bytes: Uint8Array | null = null): Step {
  return { op, n, bytes, otherwise: 0 };
}

function chunks(text: string): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let i = 0; i < text.length; i += VECTOR) found.push(ascii(text.slice(i, i + VECTOR)));
  return found;
}

interface Seen {
  readonly isUserSeen: boolean;
  /** The longest text of the server's own behind the user. */
  readonly between: string;
}

/** Appends the steps of `pieces` and the end to `steps`; false (and nothing appended) where it cannot. */
function write(pieces: readonly Piece[], seen: Seen, steps: Step[]): boolean {
  const length = steps.length;
  if (writeAll(pieces, seen, steps)) return true;
  steps.length = length;
  return false;
}

function writeAll(pieces: readonly Piece[], seen: Seen, steps: Step[]): boolean {
  const [head, ...rest] = pieces;
  if (head === undefined) {
    steps.push(step(OPS.end));
    return true;
  }
  switch (head.kind) {
    case 'text': {
      if (!/^[ -~]*$/.test(head.text)) return false;
      for (const bytes of chunks(head.text)) steps.push(step(OPS.literal, bytes.length, bytes));
      const isLonger = seen.isUserSeen && head.text.length > seen.between.length;
      return write(rest, isLonger ? { ...seen, between: head.text } : seen, steps);
    }
    case 'choice':
      return writeChoice(head, rest, seen, steps);
    case 'field':
      return writeField(head.name, rest, seen, steps);
  }
}

function writeChoice(
  choice: Extract<Piece, { kind: 'choice' }>,
  rest: readonly Piece[],
  seen: Seen,
  steps: Step[],
): boolean {
  const texts = choice.options.map((option) =>
    option.length === 1 && option[0]!.kind === 'text' ? option[0]!.text : null,
  );
  if (texts.every((text) => text !== null && text.length <= VECTOR && /^[ -~]*$/.test(text))) {
    const sorted = (texts as string[]).sort((a, b) => b.length - a.length);
    if (choice.isOptional) sorted.push('');
    steps.push(step(OPS.either, sorted.length));
    for (const text of sorted) steps.push(step(OPS.literal, text.length, ascii(text)));
    return write(rest, seen, steps);
  }
  // each way to the end by itself, the first that fits is taken
  const ways = choice.options.map((option) => [...option, ...rest]);
  if (choice.isOptional) ways.push([...rest]);
  const written: Step[][] = [];
  for (const way of ways) {
    const own: Step[] = [];
    if (write(way, seen, own)) written.push(own);
  }
  if (written.length === 0) return false;
  written.forEach((own, i) => {
    const isLast = i === written.length - 1;
    if (!isLast) {
      const option = step(OPS.option);
      option.otherwise = steps.length + 1 + own.length;
      steps.push(option);
    }
    const from = steps.length;
    for (const each of own) if (each.op === OPS.option) each.otherwise += from;
    steps.push(...own);
  });
  return true;
}

const SIMPLE_FIELDS: Readonly<Record<string, number>> = {
  port: OPS.port,
  method: OPS.method,
  count: OPS.count,
  'invalid?': OPS.invalid,
  state: OPS.state,
  word: OPS.word,
  number: OPS.number,
  key: OPS.key,
  'pam-error': OPS.pamError,
};

function writeField(name: string, rest: readonly Piece[], seen: Seen, steps: Step[]): boolean {
  const simple = SIMPLE_FIELDS[name];
  if (simple !== undefined) {
    steps.push(step(simple));
    return write(rest, seen, steps);
  }
  switch (name) {
    case 'user': {
      const next = rest[0];
      // what blanks may follow belong to the name, which takes as much as it can
      const isAtEnd =
        next === undefined || (rest.length === 1 && next.kind === 'field' && next.name === 'blanks?');
      const stop = next?.kind === 'text' ? next.text.charCodeAt(0) : 32;
      if (!isAtEnd && next.kind === 'field' && next.name !== 'blanks') return false;
      if (!isAtEnd && next.kind === 'choice') return false;
      steps.push(step(OPS.user, stop));
      return write(isAtEnd ? [] : rest, { isUserSeen: true, between: '' }, steps);
    }
    case 'source':
    case 'address':
      steps.push(step(name === 'source' ? OPS.source : OPS.address));
      return write(rest, seen, steps);
    case 'blanks':
    case 'blanks?':
      steps.push(step(OPS.blanks, name === 'blanks' ? 1 : 0));
      return write(rest, seen, steps);
    case 'text': {
      const next = rest[0];
      if (next === undefined) {
        if (seen.isUserSeen) {
          if (seen.between.length < 4) return false;
          const bytes = ascii(seen.between.slice(0, VECTOR));
          steps.push(step(OPS.without, bytes.length, bytes));
        }
        steps.push(step(OPS.any));
        return true;
      }
      if (next.kind !== 'text' || seen.isUserSeen) return false;
      const bytes = ascii(next.text.slice(0, VECTOR));
      steps.push(step(OPS.last, bytes.length, bytes));
      return write(rest, seen, steps);
    }
    default:
      return false;
  }
}
