/**
 * sshguard's parser tests (src/parser/tests.txt): a line, and below it `service address kind danger`, or `*` where it is
 * no attack. Danger 10 is an attack, 2 a client that went away. For sshguard a line need not tell of a login to be an
 * attack; differing.ts names those that are none here.
 */
import { type ExpectedLine, type LineSet, textOf } from './line-set.ts';

/** src/common/attack.h. */
const SERVICES: Readonly<Record<number, string>> = {
  100: 'sshd',
  101: 'dropbear',
  110: 'sshguard',
  120: 'BIND',
  200: 'UW imap',
  210: 'dovecot',
  220: 'cyrus',
  230: 'cucipop',
  240: 'exim',
  250: 'sendmail',
  260: 'postfix',
  270: 'OpenSMTPD',
  280: 'courier',
  300: 'ftpd',
  310: 'proftpd',
  320: 'pure-ftpd',
  330: 'vsftpd',
  340: 'cockpit',
  350: 'HTTP 401',
  360: 'web probes',
  370: 'web logins',
  380: 'pfSense',
  400: 'OpenVPN',
  410: 'OpenVPN port share',
  500: 'Gitea',
  600: 'MSSQL',
  601: 'MySQL',
  700: 'Proxmox',
};

export function sshguardSets(): LineSet[] {
  const sets = new Map<string, ExpectedLine[]>();
  const lines = textOf('sshguard', 'tests.txt').split('\n');
  let last = 'sshd';
  for (let i = 0; i + 1 < lines.length; i++) {
    const verdict = /^(?:(?<code>\d+) (?<source>\S+) [46] (?<danger>\d+)|\*)$/.exec(lines[i + 1]!);
    if (verdict === null) continue;
    const { code, source, danger } = verdict.groups ?? {};
    const name = code === undefined ? last : (SERVICES[Number(code)] ?? code);
    last = name;
    const set = sets.get(name) ?? [];
    sets.set(name, set);
    set.push({
      text: lines[i]!,
      expected: source === undefined || danger !== '10' ? null : { outcome: 'failure', source },
    });
  }
  return [...sets].map(([name, set]) => ({ project: 'sshguard', name, lines: set }));
}
