/**
 * What sshd says when a credential was judged: the lines of auth_log() in auth.c (auth1.c before OpenSSH 3), of the
 * monitor, and of the checks around it. The format since OpenSSH 2.5 is
 * `"%s %s%s%s for %s%.100s from %.200s port %d ssh2%s%s"`: verdict, method, `/`, submethod, `invalid user ` or
 * nothing (`illegal user ` before 3.9), user, address, port, `: ` and details of the key. Protocol 1 has no `ssh2`.
 */
import type { Form } from '../form.ts';

const ENDING = '<user> from <source> port <port>{ ssh2| ssh1| ssh}{: <key>}{ ruser <word>}';
/**
 * Details that a stranger writes part of, between words of the server: a certificate's identity (auth2-pubkey.c:
 * `"%s ID %s (serial %llu) CA %s %s"`, with the fingerprint since 6.8), a client's own name for its user
 * (auth2-hostbased.c). Were the end the stranger's too, nothing could be said of such a line.
 */
const HOSTILE_ENDING =
  '<user> from <source> port <port> ssh2: [<word> ID <hostile> (serial <number>) CA <key>|' +
  '<word> <word> ID <hostile> (serial <number>) CA <key>|' +
  '<word> <word> client user "<hostile>", client host "<text>"]';

export const SSHD_CREDENTIALS: readonly Form[] = [
  {
    id: 'sshd.none',
    template: `Failed none for <invalid?>${ENDING}`,
    tells: 'quiet-visit',
    known: 'told',
    method: 'none',
    since: '2.5, auth.c auth_log; auth2-none.c',
    means: 'A client asked which methods there are, in the name of this user; no credential was offered yet.',
    samples: [
      {
        message: 'Failed none for invalid user oracle from 192.0.2.14 port 38412 ssh2',
        user: 'oracle',
        source: '192.0.2.14',
        port: 38412,
        known: false,
      },
      {
        message: 'Failed none for root from 2001:db8::1 port 36942 ssh2',
        user: 'root',
        source: '2001:db8::1',
        port: 36942,
        known: true,
      },
      {
        message: 'Failed none for illegal user  from ::ffff:192.0.2.3 port 4711 ssh2',
        user: '',
        source: '192.0.2.3',
        port: 4711,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.failed',
    template: `Failed <method> for <invalid?>${ENDING}`,
    tells: 'failure',
    known: 'told',
    since: '2.5, auth.c auth_log',
    means: 'This user was tried with this credential, and it was refused.',
    samples: [
      {
        message: 'Failed password for root from 192.0.2.7 port 51022 ssh2',
        user: 'root',
        source: '192.0.2.7',
        port: 51022,
        method: 'password',
        known: true,
      },
      {
        message: 'Failed password for invalid user amanda from 198.51.100.20 port 4022 ssh2',
        user: 'amanda',
        source: '198.51.100.20',
        port: 4022,
        method: 'password',
        known: false,
      },
      {
        message: 'Failed password for illegal user test from ::ffff:203.0.113.9 port 33001 ssh2',
        user: 'test',
        source: '203.0.113.9',
        port: 33001,
        method: 'password',
        known: false,
      },
      {
        message: 'Failed keyboard-interactive/pam for invalid user a b from 2001:DB8:0:0::7 port 5 ssh2',
        user: 'a b',
        source: '2001:db8::7',
        port: 5,
        method: 'keyboard-interactive/pam',
        known: false,
      },
      {
        message: 'Failed publickey for git from 192.0.2.8 port 40112 ssh2: ED25519 SHA256:a0b1c2d3e4f5',
        user: 'git',
        source: '192.0.2.8',
        port: 40112,
        method: 'publickey',
        known: true,
      },
      {
        message: 'Failed publickey for git from 192.0.2.8 port 40112 ssh2: RSA 0a:1b:2c:3d:4e:5f',
        user: 'git',
        source: '192.0.2.8',
        port: 40112,
        method: 'publickey',
        known: true,
      },
      {
        message:
          'Failed password for invalid user x from 192.0.2.1 port 22 ssh2 from 198.51.100.7 port 40000 ssh2',
        user: 'x from 192.0.2.1 port 22 ssh2',
        source: '198.51.100.7',
        port: 40000,
        method: 'password',
        known: false,
      },
      {
        message: 'Failed gssapi-with-mic for alice from fe80::1%eth0 port 50000 ssh2',
        user: 'alice',
        source: 'fe80::1',
        port: 50000,
        method: 'gssapi-with-mic',
        known: true,
      },
      {
        message: 'Failed rhosts-rsa for bob from gate.example port 1022 ruser bob',
        user: 'bob',
        source: 'gate.example',
        port: 1022,
        method: 'rhosts-rsa',
        known: true,
      },
      {
        message: 'Failed password for root from 192.0.2.9 port 1044',
        user: 'root',
        source: '192.0.2.9',
        port: 1044,
        method: 'password',
        known: true,
      },
    ],
  },
  {
    id: 'sshd.failed-with-details',
    template: `Failed <method> for <invalid?>${HOSTILE_ENDING}`,
    tells: 'failure',
    known: 'told',
    since: '5.6, auth2-pubkey.c; hostbased 6.3, auth2-hostbased.c',
    means: 'This user was tried with a certificate or a host key, and it was refused.',
    samples: [
      {
        message:
          'Failed publickey for carol from 192.0.2.30 port 60001 ssh2: RSA-CERT ID carol@site (serial 7) CA ED25519 SHA256:ffee',
        user: 'carol',
        source: '192.0.2.30',
        port: 60001,
        method: 'publickey',
        known: true,
      },
      {
        message:
          'Failed hostbased for dave from 192.0.2.31 port 60002 ssh2: RSA SHA256:ab, client user "dave", client host "ws.example"',
        user: 'dave',
        source: '192.0.2.31',
        port: 60002,
        method: 'hostbased',
        known: true,
      },
    ],
  },
  {
    id: 'sshd.accepted',
    template: `Accepted <method> for ${ENDING}`,
    tells: 'success',
    known: true,
    since: '2.5, auth.c auth_log',
    means: 'This user logged in.',
    samples: [
      {
        message: 'Accepted password for alice from 192.0.2.50 port 43124 ssh2',
        user: 'alice',
        source: '192.0.2.50',
        port: 43124,
        method: 'password',
      },
      {
        message: 'Accepted publickey for bob from 2001:db8::50 port 56296 ssh2: RSA SHA256:AbCd/+09',
        user: 'bob',
        source: '2001:db8::50',
        port: 56296,
        method: 'publickey',
      },
      {
        message: 'Accepted publickey for bob from 192.0.2.51 port 1025 ssh2: RSA ',
        user: 'bob',
        source: '192.0.2.51',
        port: 1025,
        method: 'publickey',
      },
      {
        message: 'Accepted gssapi-with-mic for carol from 192.0.2.30 port 60003 ssh2: carol@REALM.EXAMPLE',
        user: 'carol',
        source: '192.0.2.30',
        port: 60003,
        method: 'gssapi-with-mic',
      },
      {
        message: 'Accepted rsa for eve from 192.0.2.52 port 1023',
        user: 'eve',
        source: '192.0.2.52',
        port: 1023,
        method: 'rsa',
      },
    ],
  },
  {
    id: 'sshd.accepted-with-details',
    template: `Accepted <method> for ${HOSTILE_ENDING}`,
    tells: 'success',
    known: true,
    since: '5.6, auth2-pubkey.c; hostbased 6.3, auth2-hostbased.c',
    means: 'This user logged in with a certificate or a host key.',
    samples: [
      {
        message:
          'Accepted publickey for carol from 192.0.2.30 port 60001 ssh2: ED25519-CERT SHA256:aa ID carol@site (serial 0) CA RSA SHA256:bb',
        user: 'carol',
        source: '192.0.2.30',
        port: 60001,
        method: 'publickey',
      },
    ],
  },
  {
    id: 'sshd.partial',
    template: `Partial <method> for <invalid?>${ENDING}`,
    tells: 'quiet-visit',
    known: 'told',
    since: '6.2, auth.c auth_log',
    means: 'The first of several required credentials was right; this alone is no login.',
    samples: [
      {
        message: 'Partial publickey for alice from 192.0.2.60 port 50100 ssh2: RSA SHA256:aabb',
        user: 'alice',
        source: '192.0.2.60',
        port: 50100,
        method: 'publickey',
        known: true,
      },
    ],
  },
  {
    id: 'sshd.partial-with-details',
    template: `Partial <method> for <invalid?>${HOSTILE_ENDING}`,
    tells: 'quiet-visit',
    known: 'told',
    since: '6.2, auth.c auth_log',
    means: 'The first of several required credentials was right; this alone is no login.',
    samples: [
      {
        message:
          'Partial publickey for alice from 192.0.2.60 port 50100 ssh2: RSA-CERT SHA256:aa ID alice (serial 1) CA RSA SHA256:bb',
        user: 'alice',
        source: '192.0.2.60',
        port: 50100,
        method: 'publickey',
        known: true,
      },
    ],
  },
  {
    id: 'sshd.postponed',
    template: 'Postponed <text> from <source> port <port>{ ssh2}',
    tells: 'context',
    known: null,
    since: '2.9, auth.c auth_log',
    means: 'The method needs another exchange (a prompt, a signature); nothing has been judged.',
    samples: [
      {
        message: 'Postponed keyboard-interactive for invalid user warez from 192.0.2.61 port 54197 ssh2',
        source: '192.0.2.61',
        port: 54197,
      },
    ],
  },
  {
    id: 'sshd.max-tries',
    template:
      'maximum authentication attempts exceeded for <invalid?><user> from <source> port <port>{ ssh2| ssh}',
    tells: 'visit',
    known: 'told',
    since: '6.7, auth.c auth_maxtries_exceeded',
    means:
      'The connection used up its tries (MaxAuthTries); each of them was told before, or counts once here.',
    samples: [
      {
        message: 'maximum authentication attempts exceeded for root from 192.0.2.62 port 4919 ssh2',
        user: 'root',
        source: '192.0.2.62',
        port: 4919,
        known: true,
      },
      {
        message:
          'maximum authentication attempts exceeded for invalid user badguy from 192.0.2.62 port 55146 ssh2',
        user: 'badguy',
        source: '192.0.2.62',
        port: 55146,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.root-refused',
    template: 'ROOT LOGIN REFUSED FROM <source>{ port <port>}',
    tells: 'visit',
    known: true,
    user: 'root',
    since: '1.2, auth.c auth_root_allowed; port since 7.2',
    means: "root's credential was right, but root may not log in this way (PermitRootLogin).",
    samples: [
      {
        message: 'ROOT LOGIN REFUSED FROM 192.0.2.63 port 14423',
        user: 'root',
        source: '192.0.2.63',
        port: 14423,
      },
      { message: 'ROOT LOGIN REFUSED FROM 2001:db8::63', user: 'root', source: '2001:db8::63' },
    ],
  },
  {
    id: 'sshd.not-permitted-host',
    template:
      '{<word>: }Authentication tried for <user> with correct key but not from a permitted host (host=<word>, ip=<source>{, required=<text>}).',
    tells: 'quiet-visit',
    known: true,
    method: 'publickey',
    since: '2.3, auth-options.c; since 7.7 auth2-pubkeyfile.c, behind file and line of the key',
    means: 'The key was right, but its from= option does not let it in from there.',
    samples: [
      {
        message:
          '/home/backup/.ssh/authorized_keys:3: Authentication tried for backup with correct key but not from a permitted host (host=192.0.2.64, ip=192.0.2.64, required=198.51.100.0/24).',
        user: 'backup',
        source: '192.0.2.64',
      },
      {
        message:
          'Authentication tried for backup with correct key but not from a permitted host (host=h.example, ip=192.0.2.64, required=198.51.100.0/24).',
        user: 'backup',
        source: '192.0.2.64',
      },
    ],
  },
  {
    id: 'sshd.account-refused',
    template: 'Access denied for user <user> by PAM account configuration',
    tells: 'visit',
    known: true,
    since: '3.6, auth2.c userauth_finish',
    means: 'The credential was right, but PAM does not let the account in.',
    samples: [{ message: 'Access denied for user frank by PAM account configuration', user: 'frank' }],
  },
  {
    id: 'sshd.login-restricted',
    template: 'Login restricted for <user>: <text>',
    tells: 'visit',
    known: true,
    since: '3.7, openbsd-compat/port-aix.c',
    means: 'AIX does not let this account in.',
    samples: [
      { message: 'Login restricted for grace: 3004-303 There have been too many tries.', user: 'grace' },
    ],
  },
];
