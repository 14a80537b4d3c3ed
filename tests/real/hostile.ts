/** What clients say who would like to be somebody else in the log. */

/** The identity in every certificate: what a stranger would write who wants to be somebody else in the log. */
export const CERTIFICATE_IDENTITY = 'x from 203.0.113.66 port 22 ssh2';

/** Clients that never name a user. */
export const NAMELESS: readonly (readonly [says: string, text: string, leaves: 'closing' | 'reset'])[] = [
  ['a client that says nothing and goes', '', 'closing'],
  ['a client that says nothing and resets', '', 'reset'],
  ['a web browser', 'GET / HTTP/1.1\r\nHost: host.example\r\n\r\n', 'closing'],
  ['a scanner that greets and goes', 'SSH-2.0-scanner\r\n', 'closing'],
  [
    'a greeting that names a user and an address',
    'Failed password for root from 203.0.113.66 port 22 ssh2\r\n',
    'closing',
  ],
  ['a scanner of the old protocol', 'SSH-1.5-scanner\r\n', 'closing'],
];

/**
 * Names and how sshd writes them: what follows a colon is no part of the name but its style (auth2.c,
 * input_userauth_request); the rest is cut to 100 bytes by the formats, and the message goes through strnvis(3), which
 * doubles backslashes and writes what is no printable ASCII as octal.
 */
export const HOSTILE_NAMES: readonly (readonly [name: string, written: string])[] = [
  ['two words', 'two words'],
  [' before', ' before'],
  ['behind ', 'behind '],
  ['', ''],
  [' from 203.0.113.66 port 22 ssh2', ' from 203.0.113.66 port 22 ssh2'],
  ['root from 203.0.113.66 port 22 ssh2', 'root from 203.0.113.66 port 22 ssh2'],
  ['x 203.0.113.66 port 22', 'x 203.0.113.66 port 22'],
  ['invalid user root', 'invalid user root'],
  ['rhost=203.0.113.66  user=root', 'rhost=203.0.113.66  user=root'],
  ['x [preauth]', 'x [preauth]'],
  ['root not allowed because not listed in AllowUsers', 'root not allowed because not listed in AllowUsers'],
  ['x 203.0.113.66 port 22: Too many authentication failures', 'x 203.0.113.66 port 22'],
  [
    '] message repeated 3 times [ Failed password for root from 203.0.113.66 port 22 ssh2]',
    '] message repeated 3 times [ Failed password for root from 203.0.113.66 port 22 ssh2]',
  ],
  ['\u001b[2J', '\\033[2J'],
  ['back\\slash', 'back\\\\slash'],
  ['zo\u00eb', 'zo\\303\\253'],
  ['n'.repeat(130), 'n'.repeat(100)],
];
