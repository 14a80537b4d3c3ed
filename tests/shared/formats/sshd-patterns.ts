/** What fail2ban's, CrowdSec's and OSSEC's filters all look for in lines of sshd. */
import type { Pattern } from './line-set.ts';

const SOURCE = '(?<source>\\S+)';

export const SSHD_PATTERNS: readonly Pattern[] = [
  { pattern: /totobad user/, outcome: null },
  { pattern: new RegExp(`Accepted \\S+ for (?<user>.*) from ${SOURCE} port`), outcome: 'success' },
  {
    pattern: new RegExp(
      `Failed \\S+ for (?:(?:invalid|illegal) user )?(?<user>.*) from ${SOURCE}(?: port|$)`,
    ),
    outcome: 'failure',
  },
  { pattern: new RegExp(`(?:Invalid|Illegal) user (?<user>.*) from ${SOURCE}`), outcome: 'failure' },
  { pattern: new RegExp(`User (?<user>.*) from ${SOURCE} not allowed`), outcome: 'failure' },
  {
    pattern: new RegExp(
      `maximum authentication attempts exceeded for (?:invalid user )?(?<user>.*) from ${SOURCE}`,
    ),
    outcome: 'failure',
  },
  { pattern: new RegExp(`PAM: .*? for (?:illegal user )?(?<user>.*) from ${SOURCE}`), outcome: 'failure' },
  {
    pattern: /(?:authenticating|invalid) user (?<user>.*?) (?<source>[0-9A-Fa-f:.]+) port/,
    outcome: 'failure',
  },
  {
    pattern: /authentication failure;.*rhost=(?<source>[\w.:-]+)\s*(?:user=(?<user>.*))?$/,
    outcome: 'failure',
  },
  { pattern: new RegExp(`ROOT LOGIN REFUSED FROM ${SOURCE}`), outcome: 'failure' },
];
