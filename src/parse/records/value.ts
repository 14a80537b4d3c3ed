/**
 * Values of a structured record by name. A name is a path with dots (`winlog.event_data.IpAddress`); a key that itself
 * has dots (`id.orig_h`, `host.name` of a flattened export) is found too. Only a record's own keys count: whatever a
 * stranger calls `__proto__` or `constructor` is a value like any other.
 *
 * JSON is read by the engine's own parser. It keeps the last of two equal keys where others keep the first; in a record
 * with a name's text in it (a program that prints JSON without escaping) the second one may be the stranger's. So
 * {@link hasRepeatedKey} tells such records apart, and they are not read.
 */
import { readList } from './pairs.ts';

/** A list of paths, the first of which that the record has is meant: `source.ip|src_ip`. */
export type Path = readonly Step[];

/** One path, cut beforehand at each of its dots. */
interface Step {
  readonly text: string;
  /** `a.b.c` as `a.b` and `c`, `a` and `b.c`. */
  readonly cuts: readonly { readonly key: string; readonly rest: Step }[];
  /** `message` and `ip` of `message?ip`. */
  readonly pair: { readonly text: Step; readonly key: string } | null;
}

/** Deeper records are nobody's log; the engine's parser would take ten times as deep a one. */
const DEEPEST = 100;

export function pathOf(text: string): Path {
  return text.split('|').map((path) => stepOf(path.trim(), new Map()));
}

/** `made` are the ends of the path that were cut before: each is cut once. */
function stepOf(text: string, made: Map<string, Step>): Step {
  const before = made.get(text);
  if (before !== undefined) return before;
  const mark = text.indexOf('?');
  const cuts: { key: string; rest: Step }[] = [];
  const step: Step = {
    text,
    cuts,
    pair: mark > 0 ? { text: stepOf(text.slice(0, mark), new Map()), key: text.slice(mark + 1) } : null,
  };
  made.set(text, step);
  if (step.pair !== null) return step;
  for (let dot = text.lastIndexOf('.'); dot > 0; dot = text.lastIndexOf('.', dot - 1))
    cuts.push({ key: text.slice(0, dot), rest: stepOf(text.slice(dot + 1), made) });
  return step;
}

/** The value at the first path that the record has; undefined where it has none of them. */
export function valueAt(record: unknown, paths: Path): unknown {
  for (let i = 0; i < paths.length; i++) {
    const value = at(record, paths[i]!);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** The text at the first path that has one: a string, or a number or a truth value as JSON writes it. */
export function textAt(record: unknown, paths: Path): string | null {
  for (let i = 0; i < paths.length; i++) {
    const text = textOf(at(record, paths[i]!));
    if (text !== null) return text;
  }
  return null;
}

/** A value as text; null for what is none. A list of one is its element, a list of bytes the text they are. */
export function textOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      if (!Array.isArray(value) || value.length === 0) return null;
      return bytesOf(value) ?? (typeof value[0] === 'string' ? value[0] : null);
    default:
      return null;
  }
}

/** Journald writes what is no printable UTF-8 as a list of bytes (systemd, "Journal JSON Format"). */
function bytesOf(list: readonly unknown[]): string | null {
  const bytes = new Uint8Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const byte = list[i];
    if (typeof byte !== 'number' || byte < 0 || byte > 255 || !Number.isInteger(byte)) return null;
    bytes[i] = byte;
  }
  return new TextDecoder().decode(bytes);
}

function at(record: unknown, step: Step): unknown {
  // `message?ipAddress` is the value of a pair in the text at `message`: `type="LOGIN_ERROR", ipAddress="192.0.2.1"`
  if (step.pair !== null) {
    const text = textOf(at(record, step.pair.text));
    return text === null ? undefined : readList(text)?.[step.pair.key];
  }
  if (typeof record !== 'object' || record === null) return undefined;
  if (Object.hasOwn(record, step.text)) return (record as Readonly<Record<string, unknown>>)[step.text];
  for (let i = 0; i < step.cuts.length; i++) {
    const { key, rest } = step.cuts[i]!;
    if (!Object.hasOwn(record, key)) continue;
    const found = at((record as Readonly<Record<string, unknown>>)[key], rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object that a text is in JSON; null where it is something else, or no JSON. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** Whether an object of a JSON text has a key twice: the text has more keys than what was made of it. */
export function hasRepeatedKey(text: string, value: unknown): boolean {
  return keysWritten(text) !== keysKept(value, 0);
}

/** Strings with a colon behind them. The text is valid JSON. */
function keysWritten(text: string): number {
  let keys = 0;
  let i = text.indexOf('"');
  while (i >= 0) {
    let end = i + 1;
    for (;;) {
      end = text.indexOf('"', end);
      if (end < 0) return keys;
      let slashes = 0;
      while (text.charCodeAt(end - 1 - slashes) === 92) slashes++;
      end++;
      if (slashes % 2 === 0) break;
    }
    i = end;
    while (isJsonBlank(text.charCodeAt(i))) i++;
    if (text.charCodeAt(i) === 58) keys++;
    i = text.indexOf('"', i);
  }
  return keys;
}

function isJsonBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** NaN beyond {@link DEEPEST}: unequal to any number. */
function keysKept(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEEPEST) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const element of value) keys += keysKept(element, depth + 1);
    return keys;
  }
  for (const key of Object.keys(value)) {
    keys += 1 + keysKept((value as Readonly<Record<string, unknown>>)[key], depth + 1);
  }
  return keys;
}
