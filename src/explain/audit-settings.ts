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
  { keyword: 'challengeresponseauthentication', from: null, value: 'yes' },
  { keyword: 'kbdinteractiveauthentication', from: null, value: 'no' },
  { keyword: 'kbdinteractiveauthentication', from: '8.7', value: 'yes' },
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
export const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
};
/** Before this release ChallengeResponseAuthentication was an option of its own, and switched the other on. */
export const ALIASED_SINCE: Release = '8.7';

/** Keywords that may stand several times, each time with more: all of them count. */
export const CUMULATIVE = new Set([
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
    'agentsocketpath pamservicename warnweakcrypto ' +
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
    const [word, value] = splitLine(line);
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
export function joined(
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

/** Defaults of a release: the last one that had begun by then. */
export function defaultsOf(release: Release): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const { keyword, from, value } of DEFAULTS)
    if (from === null || isFrom(release, from)) defaults.set(keyword, value);
  if (isFrom(release, ALIASED_SINCE)) defaults.delete('challengeresponseauthentication');
  return defaults;
}

/** The keyword and the rest of a line: `Keyword value`, `Keyword=value`, `Keyword = value`. */
export function splitLine(line: string): readonly [word: string, rest: string] {
  const found = /^\s*([^\s=]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(line.replace(/\r$/, ''));
  return found === null ? ['', ''] : [found[1] ?? '', (found[2] ?? '').trim()];
}
