/**
 * The settings of one sshd as they hold for one connection, whatever they were read from: the output of `sshd -T`
 * (sshd(8)), or an sshd_config(5) with its first-value-wins, Include and Match, completed by the defaults of the release.
 * Pure: files that Include names are asked for from outside.
 */

/** Release of OpenSSH, e.g. `9.2`; compared by number. */
export type Release = string;

export interface SshdSettings {
  /** Values by keyword in lower case; of those that may stand several times each, in order. Defaults are among them. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Keywords that the file itself gives; all of them where `sshd -T` said so. */
  readonly given: ReadonlySet<string>;
  readonly release: Release | null;
  /** Match blocks of a file that were left out because no connection was given, or what they ask for is not known. */
  readonly undecided: readonly string[];
  /** Lines that are none of sshd's: where, and what. */
  readonly unknown: readonly { readonly where: string; readonly text: string }[];
}

/** What `sshd -T -C` is told of a connection (sshd(8)). */
export interface Connection {
  readonly user?: string;
  readonly host?: string;
  readonly addr?: string;
  readonly laddr?: string;
  readonly lport?: string;
  readonly rdomain?: string;
}

/** The newest release whose defaults are known here. */
export const NEWEST_KNOWN: Release = '10.0';

interface Default {
  readonly keyword: string;
  /** From that release on; null: ever since 6.0. */
  readonly from: Release | null;
  readonly value: string;
}

/** servconf.c, fill_default_server_options, and the release notes (https://www.openssh.com/releasenotes.html). */
const DEFAULTS: readonly Default[] = [
  { keyword: 'port', from: null, value: '22' },
  { keyword: 'usepam', from: null, value: 'no' },
  { keyword: 'passwordauthentication', from: null, value: 'yes' },
  { keyword: 'kbdinteractiveauthentication', from: null, value: 'yes' },
  { keyword: 'pubkeyauthentication', from: null, value: 'yes' },
  { keyword: 'permitemptypasswords', from: null, value: 'no' },
  { keyword: 'permitrootlogin', from: null, value: 'yes' },
  { keyword: 'permitrootlogin', from: '7.0', value: 'prohibit-password' },
  { keyword: 'maxauthtries', from: null, value: '6' },
  { keyword: 'logingracetime', from: null, value: '120' },
  { keyword: 'maxstartups', from: null, value: '10' },
  { keyword: 'maxstartups', from: '6.2', value: '10:30:100' },
  { keyword: 'persourcemaxstartups', from: '8.5', value: 'none' },
  {
    keyword: 'persourcepenalties',
    from: '9.8',
    value:
      'crash:90 authfail:5 noauth:1 grace-exceeded:10 max:600 min:15 max-sources4:65536 max-sources6:65536',
  },
  { keyword: 'usedns', from: null, value: 'yes' },
  { keyword: 'usedns', from: '6.8', value: 'no' },
  { keyword: 'loglevel', from: null, value: 'INFO' },
  { keyword: 'authenticationmethods', from: '6.2', value: 'any' },
];

/** Keywords that mean another: servconf.c, keywords[]. */
const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
};
/** Before this release ChallengeResponseAuthentication was an option of its own, and switched the other on. */
const ALIASED_SINCE: Release = '8.7';

/** Keywords that may stand several times, each time with more: all of them count. */
const CUMULATIVE = new Set([
  'port',
  'listenaddress',
  'hostkey',
  'acceptenv',
  'allowusers',
  'denyusers',
  'allowgroups',
  'denygroups',
  'subsystem',
  'setenv',
  'logverbose',
]);

/** All that sshd_config(5) of OpenSSH 10 knows, and what older ones knew: a line with another word is told. */
const KEYWORDS = new Set(
  (
    'acceptenv addressfamily allowagentforwarding allowgroups allowstreamlocalforwarding allowtcpforwarding allowusers ' +
    'authenticationmethods authorizedkeyscommand authorizedkeyscommanduser authorizedkeysfile authorizedprincipalscommand ' +
    'authorizedprincipalscommanduser authorizedprincipalsfile banner casignaturealgorithms challengeresponseauthentication ' +
    'channeltimeout chrootdirectory ciphers clientalivecountmax clientaliveinterval compression denygroups denyusers ' +
    'disableforwarding exposeauthinfo fingerprinthash forcecommand gatewayports gssapiauthentication gssapicleanupcredentials ' +
    'gssapikeyexchange gssapistorecredentialsonrekey gssapistrictacceptorcheck gssapikexalgorithms gssapidelegatecredentials hostbasedacceptedalgorithms ' +
    'hostbasedacceptedkeytypes hostbasedauthentication hostbasedusesnamefrompacketonly hostcertificate hostkey hostkeyagent ' +
    'hostkeyalgorithms ignorerhosts ignoreuserknownhosts include ipqos kbdinteractiveauthentication kerberosauthentication ' +
    'kerberosgetafstoken kerberosorlocalpasswd kerberosticketcleanup kexalgorithms listenaddress logingracetime loglevel ' +
    'logverbose macs match maxauthtries maxsessions maxstartups modulifile passwordauthentication permitemptypasswords ' +
    'permitlisten permitopen permitrootlogin permittty permittunnel permituserenvironment permituserrc persourcemaxstartups ' +
    'persourcenetblocksize persourcepenalties persourcepenaltyexemptlist pidfile port printlastlog printmotd pubkeyacceptedalgorithms ' +
    'pubkeyacceptedkeytypes pubkeyauthentication pubkeyauthoptions refuseconnection rekeylimit requiredrsasize revokedkeys ' +
    'rdomain routingdomain securitykeyprovider setenv sshdauthpath sshdsessionpath streamlocalbindmask streamlocalbindunlink strictmodes subsystem ' +
    'syslogfacility tcpkeepalive trustedusercakeys unusedconnectiontimeout usedns uselogin usepam useprivilegeseparation ' +
    'versionaddendum x11displayoffset x11forwarding x11uselocalhost xauthlocation ' +
    // gone, or of distributions
    'protocol serverkeybits keyregenerationinterval rsaauthentication rhostsrsaauthentication rhostsauthentication ' +
    'skeyauthentication dsaauthentication afstokenpassing kerberostgtpassing keepalive debianbanner checkmail verifyreversemapping ' +
    'reversemappingcheck pamauthenticationviakbdint authorizedkeysfile2 dsaauthentication printmotd'
  ).split(' '),
);

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

/** Whether release `a` is not before release `b`. */
export function isFrom(a: Release, b: Release): boolean {
  const [x = 0, y = 0] = a.split('.').map(Number);
  const [u = 0, v = 0] = b.split('.').map(Number);
  return x > u || (x === u && y >= v);
}

/** `9.2` from what `sshd -V` or a banner says: `OpenSSH_9.2p1 Debian-2`; null where it does not say. */
export function releaseIn(text: string): Release | null {
  return /OpenSSH_(?:for_Windows_)?(\d{1,2}\.\d{1,2})/.exec(text)?.[1] ?? null;
}

/** Whether a text is what `sshd -T` prints: a keyword a line, dozens of them, no comment, no Include, no Match. */
export function isDump(text: string): boolean {
  const words = new Set<string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const word = /^([A-Za-z0-9]+)(?: |$)/.exec(line)?.[1]?.toLowerCase();
    if (word === undefined || word === 'include' || word === 'match') return false;
    words.add(word);
  }
  return words.size >= 40;
}

/** Settings as `sshd -T` prints them; every release writes the keywords in lower case but the newest. */
export function settingsOfDump(text: string, release: Release | null): SshdSettings {
  const values = new Map<string, string[]>();
  const unknown: { where: string; text: string }[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const [word = '', value = ''] = split(line);
    if (word === '') continue;
    if (!isKeyword(word)) unknown.push({ where: `line ${i + 1}`, text: line });
    const keyword = word.toLowerCase();
    const list = values.get(keyword);
    if (list === undefined) values.set(keyword, [value]);
    else list.push(value);
  }
  const given = new Set(values.keys());
  return { values: joined(values, release), given, release, undecided: [], unknown: unknown.slice(0, 20) };
}

/** The two names of keyboard-interactive as one. */
function joined(
  values: Map<string, string[]>,
  release: Release | null,
): ReadonlyMap<string, readonly string[]> {
  const old = values.get('challengeresponseauthentication')?.[0];
  if (old === undefined) return values;
  const now = values.get('kbdinteractiveauthentication')?.[0];
  const isSeparate = release !== null && !isFrom(release, ALIASED_SINCE);
  // sshd.c before 8.7: challenge_response_authentication switches kbd_interactive_authentication on
  const isOn = isSeparate ? old === 'yes' || now === 'yes' : (now ?? old) === 'yes';
  values.set('kbdinteractiveauthentication', [isOn ? 'yes' : 'no']);
  return values;
}

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

/** Defaults of a release: the last one that had begun by then. */
function defaultsOf(release: Release): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const { keyword, from, value } of DEFAULTS)
    if (from === null || isFrom(release, from)) defaults.set(keyword, value);
  return defaults;
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
      const [word, rest] = split(line);
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
      values.set(keyword, isCumulative ? wordsOf(keyword, rest) : [valueOf(keyword, rest)]);
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

export function matchesPattern(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source.replace(/(?:\.\*)+/g, '.*')}$`, 's').test(value);
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

/** The keyword and the rest of a line: `Keyword value`, `Keyword=value`, `Keyword = value`. */
function split(line: string): readonly [word: string, rest: string] {
  const found = /^\s*([^\s=]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(line.replace(/\r$/, ''));
  return found === null ? ['', ''] : [found[1] ?? '', (found[2] ?? '').trim()];
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

function valueOf(keyword: string, rest: string): string {
  const value = words(rest).join(' ');
  return keyword === 'loglevel' || keyword === 'authenticationmethods' ? value : value.toLowerCase();
}
