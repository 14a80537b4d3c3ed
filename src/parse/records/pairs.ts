/**
 * `key=value` text: logfmt (`time="2026-11-22T07:01:02Z" level=error msg="a \"b\""`, as Go programs write it) and lists
 * with commas (`type="LOGIN_ERROR", ipAddress="192.0.2.7"`, Keycloak). A key that is there twice makes the whole text
 * unreadable: one of the two may be a stranger's.
 */

export type Pairs = Readonly<Record<string, string>>;

/** More pairs than any program writes; the rest is not looked at. */
const MOST_PAIRS = 200;

/** Pairs with blanks between, no blank in a value without quotes; null where the text is anything else. */
export function readLogfmt(text: string): Pairs | null {
  return readPairs(text, ' ');
}

/** Pairs with a comma and a blank between. */
export function readList(text: string): Pairs | null {
  return readPairs(text, ', ');
}

function readPairs(text: string, separator: ' ' | ', '): Pairs | null {
  const pairs: Record<string, string> = Object.create(null) as Record<string, string>;
  let i = 0;
  for (let count = 0; i < text.length && count < MOST_PAIRS; count++) {
    const equals = text.indexOf('=', i);
    if (equals <= i || equals - i > 100) return null;
    const key = text.slice(i, equals);
    if (!/^[A-Za-z_@][\w.@-]*$/.test(key) || Object.hasOwn(pairs, key)) return null;
    i = equals + 1;
    let value: string;
    if (text.charCodeAt(i) === QUOTE) {
      const end = quoteEnd(text, i + 1);
      if (end < 0) return null;
      value = unescaped(text.slice(i + 1, end));
      i = end + 1;
    } else {
      const end = text.indexOf(separator, i);
      value = text.slice(i, end < 0 ? text.length : end);
      i += value.length;
    }
    // defined, not assigned: a key called __proto__ is a key
    Object.defineProperty(pairs, key, { value, enumerable: true, configurable: true, writable: true });
    if (i >= text.length) break;
    if (!text.startsWith(separator, i)) return null;
    i += separator.length;
    while (text.charCodeAt(i) === 32) i++;
  }
  return pairs;
}

const QUOTE = 34;

/** The closing quote; -1 where there is none. */
function quoteEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === QUOTE) return i;
  }
  return -1;
}

/** Go's strconv.Quote, as far as logs have it. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs,
    (_, x?: string, u?: string, c?: string) => {
      const code = x ?? u;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return c === 'n' ? '\n' : c === 't' ? '\t' : c === 'r' ? '\r' : c!;
    },
  );
}
