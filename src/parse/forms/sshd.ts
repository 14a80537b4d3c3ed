/**
 * Every form of sshd, in the order in which they are tried: those of one first word from the most particular to the
 * most general. OpenSSH 3 to 10 on Linux, the BSDs, macOS, Solaris and AIX, and PAM modules inside sshd.
 */
import type { Form } from '../form.ts';
import { SSHD_CONNECTIONS } from './sshd-connections.ts';
import { SSHD_CREDENTIALS } from './sshd-credentials.ts';
import { SSHD_NOISE } from './sshd-noise.ts';
import { SSHD_PAM } from './sshd-pam.ts';
import { SSHD_REMARKS } from './sshd-remarks.ts';

export const SSHD_FORMS: readonly Form[] = [
  ...SSHD_CREDENTIALS,
  ...SSHD_CONNECTIONS,
  ...SSHD_PAM,
  ...SSHD_NOISE,
  ...SSHD_REMARKS,
];
