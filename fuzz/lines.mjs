// Logs that are made to be read wrongly: every form rendered with names made of the forms' own pieces, in every envelope,
// broken here and there, with clocks that jump. The same log for the same seed. src/parse/fast/differential.test.ts and
// fuzz/run.mjs hold the two paths of the parser against each other on them.

/** What forms are made of, so that names look like the ends and beginnings of messages. */
export const PIECES = [
  ' from 198.51.100.1 port 22 ssh2',
  ' from 198.51.100.1',
  ' from ',
  ' port 22',
  ' 198.51.100.1 port 22',
  ' ssh2: RSA SHA256:abc',
  ': ',
  ' ',
  'invalid user ',
  'illegal user ',
  ' for ',
  ' not allowed because listed in DenyUsers',
  ' [preauth]',
  ' uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.1',
  ' rhost=198.51.100.1  user=root',
  ' user=',
  '(uid=0) by (uid=0)',
  ': Too many authentication failures',
  ': Change of username or service not allowed: (a,b) -> (c,d)',
  "' from `198.51.100.1'",
  ' by PAM account configuration',
  'error: ',
  'message repeated 2 times: [ ',
  'Authentication tried for ',
  ']',
  '\u0000',
  '\ufffd',
  '\u202e',
  'é',
  '%',
  'authenticating',
  'root',
  'x',
];
const USERS = [
  'root',
  'admin',
  'test',
  'a',
  '',
  'deploy',
  'from',
  'invalid',
  'user',
  'oracle1234567890123456',
  'WORK\\bob',
  'a(b',
  "o'neil",
];
const SOURCES = [
  '192.0.2.1',
  '192.0.2.2',
  '203.0.113.255',
  '198.51.100.77',
  '2001:db8::1',
  '2001:db8:0:1:1:1:1:1',
  '2001:DB8::2',
  '2001:db8:0:0:1::1',
  '::ffff:192.0.2.1',
  'fe80::1%eth0',
  'UNKNOWN',
  'host.example',
  'Host.Example.',
  '192.0.2.300',
  '010.0.0.1',
  '192.0.2.1.example',
  'a-b.example',
  '-x.example',
  '::1',
  '::',
  '1::',
];
const METHODS = [
  'password',
  'publickey',
  'none',
  'keyboard-interactive/pam',
  'hostbased',
  'gssapi-with-mic',
  'x',
];
const MODULES = [
  'pam_unix(sshd:auth):',
  'pam_unix(sshd:session):',
  'pam_unix[12]:',
  'pam_sss(sshd:auth):',
  'pam_unix2:',
  'pam_unix_auth:',
  'pam_krb5:',
];
const WORDS = ['', 'x', 'ssh', '0', 'SHA256:abcdefghijklmnopqrstuvwxyz', 'a=b'];
const PREFIXES = ['', '', '', '', 'error: ', 'fatal: ', 'info: ', 'error: fatal: ', 'fatal: error: '];
const SUFFIXES = ['', '', '', ' [preauth]', ' [postauth]', ' [preauth] [preauth]', ' '];
const OTHERS = [
  'CRON[12]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
  'CRON[12]: pam_unix(cron:auth): authentication failure; logname= uid=0 euid=0 tty=cron ruser= rhost=192.0.2.3  user=root',
  'sudo:     anna : TTY=pts/1 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/ls',
  'sudo: pam_unix(sudo:auth): authentication failure; logname=anna uid=1 euid=0 tty=/dev/pts/1 ruser=anna rhost=  user=anna',
  'kernel: [12.34] eth0: link is up',
  'systemd-logind[612]: New session 5 of user deploy.',
  'last message repeated 2 times',
  'sshd[300]: last message repeated 3 times',
  'foo: last message repeated 2 times',
  'auth.info sshd[301]: Invalid user x from 192.0.2.9',
  'sshd(pam_unix)[302]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.9  user=root',
  'sshd: Invalid user x from 192.0.2.9',
  'sshd[303] Invalid user x from 192.0.2.9',
  'sshd[304]:Invalid user x from 192.0.2.9',
  'sshd[]: Invalid user x from 192.0.2.9',
  'sshd[99999999999]: Invalid user x from 192.0.2.9',
  'sshd[4294967295]: Invalid user x from 192.0.2.9',
  '/usr/sbin/sshd[305]: Invalid user x from 192.0.2.9 port 5',
  'sshd-session[306]: Failed password for root from 192.0.2.9 port 5 ssh2',
  'sshd@1-192.0.2.1:22-192.0.2.9:4000.service[307]: Invalid user x from 192.0.2.9',
  "dropbear[308]: Bad password attempt for 'root' from 192.0.2.4:5000",
  'dovecot: imap-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=192.0.2.5, lip=192.0.2.6',
  'sshd[309]: ',
  'sshd[310]:',
  'sshd[311]: [ID 800047 auth.info] Invalid user x from 192.0.2.9',
  'nginx: 192.0.2.7 - bob [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 401 5',
];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** mulberry32: whole numbers below n, the same sequence for the same seed. */
export function seeded(seed) {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * n);
  };
}

/**
 * A log of `count` lines without newlines at their ends. `templates` are those of the forms, `corpus` lines of which
 * some are taken and changed.
 */
export function makeLines(seed, count, templates, corpus = []) {
  const below = seeded(seed);
  const one = (list) => list[below(list.length)];
  const style = below(7);
  const hosts = below(3) === 0 ? ['h1', 'h2.example', 'a-long-host-name-of-one.example', '-'] : ['host'];
  let time = 1_700_000_000 + below(90_000_000);
  const lines = [];
  const recent = [];
  while (lines.length < count) {
    const step = below(40);
    time +=
      step < 30
        ? below(4)
        : step < 37
          ? below(200)
          : step === 37
            ? -below(5_000)
            : below(100) === 0
              ? below(9_000_000)
              : below(4_000);
    const stamp = stampOf(below(200) === 0 ? below(7) : style, time, below);
    const host = one(hosts);
    const kind = below(20);
    let text;
    if (kind < 3) text = `${stamp} ${host} ${one(OTHERS)}`;
    else if (kind === 3 && corpus.length > 0)
      text = below(2) === 0 ? one(corpus) : mutated(one(corpus), below);
    else if (kind === 4 && recent.length > 0) text = `${stamp} ${host} ${one(recent)}`;
    else {
      const message = `${one(PREFIXES)}${rendered(one(templates), below)}${one(SUFFIXES)}`;
      const pid = below(3) === 0 ? 100 + below(40) : 1000 + below(40_000);
      const repeated = below(30) === 0 ? `message repeated ${below(12)} times: [ ${message}]` : message;
      const tagged = below(40) === 0 ? `sshd: ${repeated}` : `sshd[${pid}]: ${repeated}`;
      text = `${stamp} ${host} ${tagged}`;
      // what follows of the same connection
      recent.push(tagged);
      if (recent.length > 8) recent.shift();
    }
    if (below(60) === 0) text = mutated(text, below);
    if (below(200) === 0) text += '\r';
    if (below(3_000) === 0) text = text.repeat(1 + below(3_000));
    lines.push(text.replaceAll('\n', ''));
  }
  return lines;
}

function stampOf(style, time, below) {
  const iso = new Date(time * 1000).toISOString();
  const day = String(Number(iso.slice(8, 10))).padStart(2);
  const named = `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${day} ${iso.slice(11, 19)}`;
  switch (style) {
    case 1:
      return `${iso.slice(0, 19)}+00:00`;
    case 2:
      return `${iso.slice(0, 19)}.${String(below(1_000_000)).padStart(6, '0')}+01:00`;
    case 3:
      return `${iso.slice(0, 19)}Z`;
    case 4:
      return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
    case 5:
      return below(50) === 0 ? `<38>${named}` : named;
    default:
      return named;
  }
}

/**
 * A message of the template, its fields filled and its choices made by chance. `isServers`: text that is the server's
 * own is what a server writes, so that only names are hostile.
 */
export function rendered(template, below, isServers = false) {
  let out = '';
  const one = (list) => list[below(list.length)];
  const walk = (text) => {
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c === '<') {
        const end = text.indexOf('>', i);
        const name = text.slice(i + 1, end);
        out +=
          name === 'text' && isServers
            ? one(['Broken pipe', 'x', 'not listed in AllowUsers'])
            : field(name, below, isServers);
        i = end;
      } else if (c === '{' || c === '[') {
        const end = closing(text, i);
        const options = split(text.slice(i + 1, end));
        if (c === '[' || below(2) === 0) walk(one(options));
        i = end;
      } else out += c === '\\' ? text[++i] : c;
    }
  };
  walk(template);
  return out;
}

function closing(text, start) {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{' || text[i] === '[') depth++;
    else if (text[i] === '}' || text[i] === ']') {
      depth--;
      if (depth === 0) return i;
    }
  }
  return text.length;
}

function split(text) {
  const parts = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') parts[parts.length - 1] += c + text[++i];
    else if (c === '|' && depth === 0) parts.push('');
    else {
      if (c === '{' || c === '[') depth++;
      if (c === '}' || c === ']') depth--;
      parts[parts.length - 1] += c;
    }
  }
  return parts;
}

function field(name, below, isServers) {
  const one = (list) => list[below(list.length)];
  switch (name) {
    case 'user':
    case 'hostile':
    case 'name':
      return below(6) === 0 ? hostile(below) : one(USERS);
    case 'source':
    case 'address':
      return below(4) === 0 ? one(SOURCES) : `192.0.2.${below(20)}`;
    case 'port':
      // the server itself writes none that there is not
      return below(30) === 0 && !isServers ? String(below(200_000)) : String(1 + below(65_535));
    case 'method':
      return one(METHODS);
    case 'count':
      return String(below(below(20) === 0 ? 2_000 : 6));
    case 'pam':
      return one(MODULES);
    case 'pam-unix':
    case 'pam-other':
      // now and then the wrong one
      return below(20) === 0 && !isServers
        ? one(MODULES)
        : one(MODULES.filter((module) => (name === 'pam-unix') === /^pam_unix2?[([:]/.test(module)));
    case 'invalid?':
      return one(['', 'invalid user ', 'illegal user ']);
    case 'state':
      return one(['authenticating user', 'invalid user']);
    case 'pam-error':
      return one(['authentication error', 'Authentication failure', 'No account present for user', '']);
    case 'key':
      return one(['RSA SHA256:abc', 'x', 'ED25519 ', 'RSA 0a:1b ruser']);
    case 'number':
      return String(below(5_000) - 10);
    case 'blanks':
      return one([' ', '  ', '\u00a0']);
    case 'blanks?':
      return one(['', '', ' ', '  ']);
    case 'text':
      return below(8) === 0
        ? hostile(below)
        : one(['x', '', 'Broken pipe', '192.0.2.9 port 5', 'a from 192.0.2.9']);
    default:
      return one(WORDS);
  }
}

function hostile(below) {
  let name = '';
  for (let n = 1 + below(5); n > 0; n--) name += PIECES[below(PIECES.length)];
  return name;
}

/** A character or two taken out, put in, doubled or changed. */
export function mutated(text, below) {
  let out = text;
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(out.length + 1);
    const kind = below(5);
    if (kind === 0) out = out.slice(0, at) + out.slice(at + 1 + below(4));
    else if (kind === 1) out = out.slice(0, at) + String.fromCharCode(32 + below(95)) + out.slice(at);
    else if (kind === 2) out = out.slice(0, at) + PIECES[below(PIECES.length)] + out.slice(at);
    else if (kind === 3) out = out.slice(0, at) + String.fromCharCode(below(256)) + out.slice(at + 1);
    else out = out.slice(0, at);
  }
  return out;
}
