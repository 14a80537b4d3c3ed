/**
 * A template of template.ts taken apart, and whether a message that the byte machine takes for one form could be one of
 * another form that the readable path tries before it.
 *
 * The machine reads a field as one word; the forms' own expressions are wider. So each form is held against those
 * before it, word by word, with the other's fields as wide as they are: only what cannot be the other's is surely its.
 */
import { FIELD_TYPES } from '../template.ts';

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | {
      readonly kind: 'choice';
      readonly options: readonly (readonly Piece[])[];
      readonly isOptional: boolean;
    };

/** The pieces of a template that template.ts compiles. */
export function piecesOf(template: string): readonly Piece[] {
  const stack: { options: Piece[][]; isOptional: boolean }[] = [];
  let current: Piece[] = [];
  const outer: Piece[][] = [];
  const addText = (c: string) => {
    const last = current.at(-1);
    if (last?.kind === 'text') current[current.length - 1] = { kind: 'text', text: last.text + c };
    else current.push({ kind: 'text', text: c });
  };
  for (let i = 0; i < template.length; i++) {
    const c = template[i]!;
    if (c === '<') {
      const end = template.indexOf('>', i);
      current.push({ kind: 'field', name: template.slice(i + 1, end) });
      i = end;
    } else if (c === '{' || c === '[') {
      stack.push({ options: [], isOptional: c === '{' });
      outer.push(current);
      current = [];
    } else if (c === '|') {
      stack.at(-1)!.options.push(current);
      current = [];
    } else if (c === '}' || c === ']') {
      const choice = stack.pop()!;
      choice.options.push(current);
      current = outer.pop()!;
      current.push({ kind: 'choice', options: choice.options, isOptional: choice.isOptional });
    } else addText(c === '\\' ? template[++i]! : c);
  }
  return current;
}

/** Fields that are a choice of words. */
const WORDY: Readonly<Record<string, readonly string[]>> = {
  'invalid?': ['invalid user ', 'illegal user ', ''],
  state: ['authenticating user', 'invalid user'],
};

/** Fields that may hold blanks: from there on nothing is known of a message by its words. */
const OPEN: ReadonlySet<string> = new Set([
  'user',
  'text',
  'hostile',
  'pam-error',
  'key',
  'clause',
  'exim-facts',
]);

const MODULE_FIELDS: ReadonlySet<string> = new Set(['pam', 'pam-unix', 'pam-other']);

const MOST_VARIANTS = 600;

/** Every way through the choices, as texts and fields; null where there are too many. */
function variants(pieces: readonly Piece[]): (readonly Piece[])[] | null {
  let found: Piece[][] = [[]];
  for (const piece of pieces) {
    let options: (readonly Piece[])[];
    const words = piece.kind === 'field' ? WORDY[piece.name] : undefined;
    if (words !== undefined) options = words.map((text) => [{ kind: 'text', text }]);
    else if (piece.kind === 'choice') {
      options = [];
      for (const option of piece.options) {
        const inner = variants(option);
        if (inner === null) return null;
        options.push(...inner);
      }
      if (piece.isOptional) options.push([]);
    } else options = [[piece]];
    if (found.length * options.length > MOST_VARIANTS) return null;
    found = found.flatMap((before) => options.map((option) => [...before, ...option]));
  }
  return found;
}

/** A word of a message: its pieces, and whether one of them may hold blanks. */
interface Word {
  readonly pieces: readonly Piece[];
  readonly isOpen: boolean;
}

function wordsOf(pieces: readonly Piece[]): readonly Word[] {
  const words: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      piece.text.split(' ').forEach((text, i) => {
        if (i > 0) words.push([]);
        if (text !== '') words.at(-1)!.push({ kind: 'text', text });
      });
    } else if (piece.kind === 'field' && piece.name.startsWith('blanks')) words.push([]);
    else if (!(piece.kind === 'field' && MODULE_FIELDS.has(piece.name))) words.at(-1)!.push(piece);
  }
  return words
    .filter((word) => word.length > 0)
    .map((word) => ({
      pieces: word,
      isOpen: word.some((piece) => piece.kind === 'field' && OPEN.has(piece.name)),
    }));
}

/** Which modules speak: bit 1 pam_unix, bit 2 another, bit 3 neither; 0 for messages of none. */
export function moduleKinds(pieces: readonly Piece[]): number {
  const first = pieces[0];
  if (first?.kind !== 'field') return 0;
  return first.name === 'pam' ? 14 : first.name === 'pam-unix' ? 2 : first.name === 'pam-other' ? 4 : 0;
}

const spelled = new WeakMap<readonly Piece[], readonly (readonly Word[])[] | null>();

/** The words of every variant; null where there are too many. */
function spellings(pieces: readonly Piece[]): readonly (readonly Word[])[] | null {
  let words = spelled.get(pieces);
  if (words === undefined) {
    words = variants(pieces)?.map(wordsOf) ?? null;
    spelled.set(pieces, words);
  }
  return words;
}

/** Whether a message of the form may have `word` for its first one (behind the module's name); true where in doubt. */
export function mayBeginWith(word: string, pieces: readonly Piece[]): boolean {
  const own: Word = { pieces: [{ kind: 'text', text: word }], isOpen: false };
  return (
    spellings(pieces)?.some(([first]) => first === undefined || first.isOpen || mayEqual(own, first)) ?? true
  );
}

/** Whether a message that the machine reads as `one` might also be one of the form `other`; true where in doubt. */
export function mayBeBoth(one: readonly Piece[], other: readonly Piece[]): boolean {
  if ((moduleKinds(one) & moduleKinds(other)) === 0 && moduleKinds(one) !== 0) return false;
  const ours = spellings(one);
  const theirs = spellings(other);
  if (ours === null || theirs === null) return true;
  return ours.some((a) => theirs.some((b) => mayMeet(a, b)));
}

/** For the machine a user is one word without a bracket; `text` and `key` may be any number of words. */
function mayMeet(ours: readonly Word[], theirs: readonly Word[]): boolean {
  for (let i = 0; ; i++) {
    const a = ours[i];
    const b = theirs[i];
    if (a === undefined && b === undefined) return true;
    if (b?.isOpen === true) {
      // a word that begins with a text of its own, though what follows may hold blanks
      const head = b.pieces[0]!;
      if (head.kind === 'text') {
        if (a === undefined) return false;
        const own = a.pieces[0]!;
        if (
          own.kind === 'text' &&
          !isLoose(a) &&
          !own.text.startsWith(head.text) &&
          !(a.pieces.length > 1 && head.text.startsWith(own.text))
        )
          return false;
      }
      break;
    }
    if (a !== undefined && isLoose(a)) return true;
    if (a === undefined || b === undefined) return false;
    if (!mayEqual(a, b)) return false;
  }
  // theirs may hold anything from here on: from the end, as far back as its words are certain
  for (let i = 1; ; i++) {
    const a = ours.at(-i);
    const b = theirs.at(-i);
    if (a === undefined || b === undefined) return true;
    if (isLoose(a)) return true;
    if (b.isOpen)
      return !(isUser(a) && b.pieces.some((piece) => piece.kind === 'text' && piece.text.includes('(')));
    if (!mayEqual(a, b)) return false;
  }
}

/** Whether the machine takes more than one word for it. */
function isLoose(word: Word): boolean {
  return word.pieces.some((piece) => piece.kind === 'field' && OPEN.has(piece.name) && piece.name !== 'user');
}

function isUser(word: Word): boolean {
  return word.pieces.length === 1 && word.pieces[0]!.kind === 'field' && word.pieces[0]!.name === 'user';
}

function mayEqual(a: Word, b: Word): boolean {
  const textA = textOf(a);
  const textB = textOf(b);
  if (textA !== null && textB !== null) return textA === textB;
  if (textA !== null) return expressionOf(b).test(textA);
  if (textB !== null) return expressionOf(a).test(textB);
  const headA = a.pieces[0]!;
  const headB = b.pieces[0]!;
  if (headA.kind === 'text' && headB.kind === 'text')
    return headA.text.startsWith(headB.text) || headB.text.startsWith(headA.text);
  return true;
}

function textOf(word: Word): string | null {
  const only = word.pieces[0];
  return word.pieces.length === 1 && only!.kind === 'text' ? only!.text : null;
}

const expressions = new WeakMap<Word, RegExp>();

function expressionOf(word: Word): RegExp {
  let expression = expressions.get(word);
  if (expression === undefined) {
    expression = expressionFor(word);
    expressions.set(word, expression);
  }
  return expression;
}

function expressionFor(word: Word): RegExp {
  const source = word.pieces.map((piece) =>
    piece.kind === 'text'
      ? piece.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      : piece.kind === 'field'
        ? `(?:${FIELD_TYPES[piece.name]!.pattern})`
        : '.*',
  );
  return new RegExp(`^${source.join('')}$`, 's');
}

/** Every text that a message of the form may begin with, up to its first field; behind the module's name and blank. */
export function beginnings(pieces: readonly Piece[]): readonly string[] {
  const rest = moduleKinds(pieces) === 0 ? pieces : pieces.slice(1);
  const found = new Set<string>();
  for (const variant of variants(rest) ?? [[]]) {
    let text = '';
    for (const piece of variant) {
      if (piece.kind !== 'text') break;
      text += piece.text;
    }
    found.add(moduleKinds(pieces) === 0 ? text : text.replace(/^ /, ''));
  }
  // of two of which one begins the other, the shorter one says it all
  return [...found].filter((text) => ![...found].some((other) => other !== text && text.startsWith(other)));
}

/** Texts that every message of the form contains. */
export function certainTexts(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
}
