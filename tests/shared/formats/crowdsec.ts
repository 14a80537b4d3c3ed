/**
 * CrowdSec's hub, MIT: what its parsers (parsers/s01-parse/crowdsecurity/*.yaml) take from the lines of its tests. The
 * patterns are those of the parsers, in JavaScript: `%{IP}` is an address, `%{DATA}` a lazy dot.
 */
import {
  byPatterns,
  type Expected,
  type ExpectedLine,
  filesIn,
  type LineSet,
  linesOf,
  type Pattern,
} from './line-set.ts';
import { SSHD_PATTERNS } from './sshd-patterns.ts';

const IP = '(?<source>[0-9A-Fa-f:.]+)';
const of = (pattern: string, outcome: Pattern['outcome'] = 'failure'): Pattern => ({
  pattern: new RegExp(pattern),
  outcome,
});

/** dovecot-logs.yaml: a message that contains one of these is `auth_failed`. */
const DOVECOT_FAILED = '(?:Authentication failure|[Pp]assword mismatch|auth failed|unknown user)';

const PATTERNS: readonly (readonly [RegExp, readonly Pattern[]])[] = [
  [
    /^dovecot/,
    [
      of(`\\w+-login: [^<]*${DOVECOT_FAILED}.*?: user=<(?<user>.*?)>.*, rip=${IP}, lip=`),
      of(`\\w+-login: (?:Info: )?Login: user=<(?<user>.*?)>.*, rip=${IP}, lip=`, 'success'),
      of(`auth(?:-worker\\(\\d+\\))?: .*?[\\w-]+\\((?<user>[^(),]*),${IP}[^)]*\\): .*${DOVECOT_FAILED}`),
    ],
  ],
  [
    /^exim/,
    [
      of(
        `authenticator failed for [^:]*[^(]\\[${IP}\\](?::\\d+)?: \\d+ Incorrect authentication data \\(set_id=(?<user>[^)]+)\\)`,
      ),
      of(`H=\\S+ \\[${IP}\\]:\\d+ .*rejected RCPT .*: No Such User Here`),
    ],
  ],
  [
    /^postfix/,
    [of(`warning: \\S+\\[${IP}\\]: SASL (?:LOGIN|PLAIN|(?:CRAM|DIGEST)-MD5) authentication failed:`)],
  ],
  [
    /^proftpd/,
    [of(`\\([^[]*\\[${IP}\\]\\).*USER (?<user>\\S+)(?: \\(Login failed\\)|: no such user found)`)],
  ],
  [/^pureftpd/, [of(`\\(\\?@${IP}\\) \\[WARNING\\] Authentication failed for user \\[(?<user>.*)\\]`)]],
  [
    /^vsftpd/,
    [
      of(`\\[(?<user>[^\\]]*)\\] FAIL LOGIN: Client "(?:::ffff:)?${IP}"`),
      of(`FTP response: Client "${IP}", "530 Permission denied`),
    ],
  ],
  [
    /^dropbear/,
    [
      of(`Bad (?:PAM )?password attempt for '(?<user>.*)' from ${IP}:\\d+`),
      of(`Login attempt for nonexistent user from ${IP}:\\d+`),
      of(`Exit before auth from <${IP}:\\d+>`),
    ],
  ],
  [
    /^proxmox-backup/,
    [of(`authentication failure; rhost=\\[(?:::ffff:)?${IP}\\]:\\d+ user=(?<user>\\S+) msg=`)],
  ],
  [/^proxmox/, [of(`authentication failure; rhost=(?:::ffff:)?${IP} user=(?<user>\\S+) msg=`)]],
  [/^opnsense-gui/, [of(`authentication error for '(?<user>.*)' from ${IP}`)]],
  [/^pfsense-gui/, [of(`authentication error for user '(?<user>.*)' from: ${IP}`)]],
  [/^sshesame/, [of(`\\[${IP}:\\d+\\] authentication for user "(?<user>.*?)" with password`)]],
  [/^(?:ssh-|sshd|opnsense-sshd)/, SSHD_PATTERNS],
  [
    /^authelia/,
    [
      of(
        `Successful .* authentication attempt made by user '(?<user>.*?)'.*remote_ip"?[=:]"?${IP}`,
        'success',
      ),
      of(`Unsuccessful .* authentication attempt by user '(?<user>.*?)'.*remote_ip"?[=:]"?${IP}`),
      of(`username input '(?<user>.*?)' which usually.*remote_ip"?[=:]"?${IP}`),
    ],
  ],
  [
    /^authentik/,
    [
      of(`"action": "(?:login_failed|invalid_identifier)".*"client_ip": "${IP}"`),
      of(`"action": "login",.*"client_ip": "${IP}"`, 'success'),
    ],
  ],
  [/^sftpgo/, [of(`"sender":"connection_failed".*"client_ip":"${IP}".*"username":"(?<user>[^"]*)"`)]],
  [
    /^cowrie/,
    [
      of(`cowrie\\.login\\.failed.*"src_ip": ?"${IP}"`),
      of(`cowrie\\.login\\.success.*"src_ip": ?"${IP}"`, 'success'),
    ],
  ],
  [/^caddy/, [of(`"logger":"http\\.log\\.access.*"client_ip":"${IP}".*"status":401`)]],
  [/^windows/, [of(`<EventID>4625<.*Name=.TargetUserName.>(?<user>[^<]*)<.*Name=.IpAddress.>${IP}<`)]],
  [/^http-bf-wordpress/, [of(`(?:^|: )${IP} .*"POST /(?:wp-login|xmlrpc)\\.php`)]],
];

export function crowdsecSets(): LineSet[] {
  const sets = new Map<string, ExpectedLine[]>();
  for (const file of filesIn('crowdsec')) {
    const name = file.split('/')[0]!;
    const patterns = PATTERNS.find(([set]) => set.test(name))?.[1];
    const said = (line: string): Expected | null =>
      patterns === undefined ? null : byPatterns(line, patterns);
    sets.set(
      name,
      linesOf('crowdsec', file).map((text) => ({ text, expected: said(text) })),
    );
  }
  return [...sets].map(([name, lines]) => ({ project: 'CrowdSec', name, lines }));
}
