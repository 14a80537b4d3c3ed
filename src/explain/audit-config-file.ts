/**
 * An sshd_config(5) as sshd reads it: the first value of an option holds, Include reads other files in between, and what
 * a Match block says overrides the rest where the connection is one that it asks for. Pure: files that Include names are
 * asked for from outside. What groups a user is in is for the machine to say, so `Match Group` is left undecided.
 */
import {
  ALIASED_SINCE,
  ALIASES,
  type Connection,
  CUMULATIVE,
  defaultsOf,
  isFrom,
  isKeyword,
  joined,
  NEWEST_KNOWN,
  type Release,
  type SshdSettings,
  splitLine,
} from './audit-settings.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface FileOptions {
  readonly release: Release | null;
  /** Null: none is given, and Match blocks are left out. */
  readonly connection: Connection | null;
  /** Files of an Include, in the order of their names; `pattern` as it stands, relative ones are under /etc/ssh. */
  readonly include: (pattern: string) => readonly ConfigFile[];
}

/** servconf.c: SERVCONF_MAX_DEPTH. */
const MOST_DEPTH = 16;
/** Lines of all files together: a configuration that includes a folder of logs is not read to its end. */
const MOST_LINES = 100_000;

/** Settings of an sshd_config: the first value of a keyword holds, and what Match adds comes after (sshd_config(5)). */
export function settingsOfFile(file: ConfigFile, options: FileOptions): SshdSettings {
  const reader = new FileReader(options);
  reader.read(file, 'yes', false, 0);
  const values = reader.values();
  const given = new Set(values.keys());
  for (const [keyword, value] of defaultsOf(options.release ?? NEWEST_KNOWN))
    if (!values.has(keyword)) values.set(keyword, [value]);
  return {
    values: joined(values, options.release ?? NEWEST_KNOWN),
    given,
    release: options.release,
    undecided: reader.undecided,
    unknown: reader.unknown.slice(0, 20),
  };
}

/** Whether lines count: `no` in a Match block that does not hold, `unknown` where that cannot be said. */
type Counts = 'yes' | 'no' | 'unknown';

class FileReader {
  readonly #global = new Map<string, string[]>();
  /** What Match blocks set, the first of them that does; it overrides what stands outside (sshd_config(5), Match). */
  readonly #matched = new Map<string, string[]>();
  readonly undecided: string[] = [];
  readonly unknown: { where: string; text: string }[] = [];
  readonly #options: FileOptions;
  #lines = 0;

  constructor(options: FileOptions) {
    this.#options = options;
  }

  values(): Map<string, string[]> {
    return new Map([...this.#global, ...this.#matched]);
  }

  read({ path, text }: ConfigFile, outer: Counts, isMatch: boolean, depth: number): void {
    let counts = outer;
    let isInside = isMatch;
    for (const [i, line] of text.split('\n').entries()) {
      if (++this.#lines > MOST_LINES) return;
      const [word, rest] = splitLine(line);
      if (word === '' || word.startsWith('#')) continue;
      const written = word.toLowerCase();
      const where = `${path}, line ${i + 1}`;
      if (!isKeyword(written)) {
        this.unknown.push({ where, text: line.trim() });
        continue;
      }
      if (written === 'match') {
        isInside = true;
        counts = outer === 'yes' ? this.#matches(rest) : outer;
        if (counts === 'unknown') this.undecided.push(`Match ${rest}`);
        continue;
      }
      if (written === 'include') {
        if (counts === 'no' || depth >= MOST_DEPTH) continue;
        for (const pattern of words(rest))
          for (const file of this.#options.include(pattern)) this.read(file, counts, isInside, depth + 1);
        continue;
      }
      if (counts === 'yes') this.#set(isInside ? this.#matched : this.#global, written, rest);
    }
  }

  #set(values: Map<string, string[]>, written: string, rest: string): void {
    const release = this.#options.release ?? NEWEST_KNOWN;
    const isAlias = isFrom(release, ALIASED_SINCE) || written !== 'challengeresponseauthentication';
    const keyword = isAlias ? (ALIASES[written] ?? written) : written;
    const before = values.get(keyword);
    const isCumulative = CUMULATIVE.has(keyword);
    if (before === undefined)
      values.set(keyword, isCumulative ? wordsOf(keyword, rest) : [writtenValue(keyword, rest)]);
    else if (isCumulative) before.push(...wordsOf(keyword, rest));
  }

  #matches(rest: string): Counts {
    const { connection } = this.#options;
    const asked = words(rest);
    if (asked.length === 1 && asked[0]?.toLowerCase() === 'all') return 'yes';
    if (connection === null) return 'unknown';
    let answer: Counts = 'yes';
    for (let i = 0; i < asked.length; i++) {
      const [criterion = '', after] = asked[i]!.toLowerCase().split('=', 2);
      const pattern = after === undefined ? asked[++i] : asked[i]!.slice(criterion.length + 1);
      const one = holds(criterion, pattern ?? '', connection);
      if (one === 'no') return 'no';
      if (one === 'unknown') answer = 'unknown';
    }
    return answer;
  }
}

function holds(criterion: string, pattern: string, connection: Connection): Counts {
  const value = {
    user: connection.user,
    host: connection.host,
    address: connection.addr,
    localaddress: connection.laddr,
    localport: connection.lport,
    rdomain: connection.rdomain,
  }[criterion];
  // what a group holds is for the machine to say, and other criteria are of releases to come
  if (value === undefined) return 'unknown';
  return matchesList(value, pattern, criterion.endsWith('address')) ? 'yes' : 'no';
}

/** A list of patterns with `*`, `?` and `!` (ssh_config(5), PATTERNS); addresses also as networks. */
export function matchesList(value: string, list: string, isAddress = false): boolean {
  let found = false;
  for (const entry of list.split(',')) {
    const isNegated = entry.startsWith('!');
    const pattern = isNegated ? entry.slice(1) : entry;
    const one =
      isAddress && pattern.includes('/') ? isWithin(value, pattern) : matchesPattern(value, pattern);
    if (one && isNegated) return false;
    found ||= one;
  }
  return found;
}

/** `*` is any text and `?` any character; never more steps than the lengths multiplied, whatever the pattern. */
export function matchesPattern(value: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < value.length) {
    const sign = pattern[next];
    if (sign === '*') {
      star = next++;
      resume = at;
    } else if (sign === '?' || (sign !== undefined && sign === value[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[next] === '*') next++;
  return next === pattern.length;
}

function isWithin(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/');
  const [a, b] = [bits(address), bits(base)];
  return (
    a !== null &&
    b !== null &&
    a.length === b.length &&
    a.slice(0, Number(length)) === b.slice(0, Number(length))
  );
}

/** The bits of an address as text; null where it is none. */
function bits(address: string): string | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  if (!/^[0-9a-fA-F:]+$/.test(address) || !address.includes(':')) return null;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...new Array<string>(gap).fill('0'), ...right]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0'))
    .join('');
}

/** Words of a line, quotes taken off, up to a comment. */
function words(rest: string): string[] {
  return [...rest.matchAll(/"([^"]*)"|'([^']*)'|(#.*$)|(\S+)/g)]
    .filter((found) => found[3] === undefined)
    .map((found) => found[1] ?? found[2] ?? found[4] ?? '');
}

/** Those of a keyword that may stand several times: lists of names are one each, as `sshd -T` prints them. */
function wordsOf(keyword: string, rest: string): string[] {
  return /^(?:allow|deny)(?:users|groups)$/.test(keyword) ? words(rest) : [words(rest).join(' ')];
}

function writtenValue(keyword: string, rest: string): string {
  const value = words(rest).join(' ');
  return keyword === 'loglevel' || keyword === 'authenticationmethods' ? value : value.toLowerCase();
}
