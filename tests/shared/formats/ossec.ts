/**
 * OSSEC and Wazuh: sections of their rule tests, `log N pass = LINE` and `rule = N`. Which rules mean a refused and which
 * an accepted login is in their groups `authentication_failed`, `invalid_login` and `authentication_success`
 * (etc/rules/*_rules.xml). A line marked `fail` must not raise the section's rule: of it nothing is said. For Wazuh's
 * log-entries, lines of rules without a verdict, the words of the servers themselves are taken.
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

/** pam, sshd, dovecot, vsftpd, proftpd, exim (OSSEC, Wazuh), postfix, msauth. */
const FAILED = new Set([
  2501, 2502, 5503, 5504, 5710, 5716, 5718, 5726, 5733, 5758, 9702, 9705, 9771, 11403, 11203, 11204, 13006,
  87506, 3332, 18130,
]);
const ACCEPTED = new Set([5501, 5715, 9701, 11205, 11402, 18262]);

function iniSet(project: string, ...path: string[]): LineSet {
  const lines: ExpectedLine[] = [];
  let waiting: { text: string; isPass: boolean }[] = [];
  let title = '';
  const close = (rule: number) => {
    const outcome =
      FAILED.has(rule) || /authentication failure/.test(title)
        ? 'failure'
        : ACCEPTED.has(rule)
          ? 'success'
          : null;
    for (const { text, isPass } of waiting)
      lines.push({ text, expected: isPass && outcome !== null ? { outcome } : null });
    waiting = [];
  };
  for (const line of linesOf(...path)) {
    const section = /^\[(.*)\]$/.exec(line);
    const log = /^log \d+ (pass|fail) = (.*)$/.exec(line);
    const rule = /^rule = (\d+)/.exec(line);
    if (section !== null) title = section[1]!;
    else if (log !== null) waiting.push({ text: log[2]!, isPass: log[1] === 'pass' });
    else if (rule !== null) close(Number(rule[1]));
  }
  return { project, name: path.slice(1).join('/').replace('.ini', ''), lines };
}

const WORDS: readonly Pattern[] = [
  {
    pattern: /vchkpw-\S+: .*(?:password fail|not found) .*?(?<user>\S+):(?<source>[\d.]+)$/,
    outcome: 'failure',
  },
  { pattern: /vchkpw-\S+: .*login success (?<user>\S+):(?<source>[\d.]+)$/, outcome: 'success' },
  {
    pattern:
      /(?:Login failed|Login failure|Login disabled) user=(?<user>.*?) auth=.* host=(?:\S+ )?\[(?<source>[\d.]+)\]/,
    outcome: 'failure',
  },
  {
    pattern: /(?:Authenticated|Login) user=(?<user>\S+) host=(?:\S+ )?\[(?<source>[\d.]+)\]/,
    outcome: 'success',
  },
  { pattern: /(?:Authenticated|Login) user=(?<user>\S+) host=(?<source>[\w.-]+)\s*$/, outcome: 'success' },
  {
    pattern: /\[(?<source>[\d.]+)\]\).* USER (?<user>\S+)(?:: no such user| \(Login failed\))/,
    outcome: 'failure',
  },
  { pattern: /\[(?<source>[\d.]+)\]\).* USER (?<user>\S+): Login successful/, outcome: 'success' },
  { pattern: /FTP LOGIN FROM (?<source>\S+), (?<user>\S+)/, outcome: 'success' },
  ...SSHD_PATTERNS,
];

export function ossecSets(): LineSet[] {
  const sets: LineSet[] = [];
  for (const [project, folder] of [
    ['OSSEC', 'ossec'],
    ['Wazuh', 'wazuh'],
  ] as const)
    for (const file of filesIn(folder)) {
      if (file.endsWith('.ini') && !file.includes('/')) sets.push(iniSet(project, folder, file));
      else if (file.startsWith('rules/') && !file.endsWith('.ini'))
        sets.push({
          project,
          name: file.replace('rules/log-entries/', 'log-entries '),
          lines: linesOf(folder, file).map((text): ExpectedLine => ({ text, expected: expectedOf(text) })),
        });
    }
  return sets;
}

function expectedOf(text: string): Expected | null {
  return byPatterns(text, WORDS);
}
