/**
 * Every form of sshd (forms/sshd.toml), in the order in which they are tried: those of one first word from the most
 * particular to the most general. OpenSSH 3 to 10 on Linux, the BSDs, macOS, Solaris and AIX, and PAM modules inside
 * sshd.
 */
import type { Form } from '../form.ts';
import { serviceForms } from '../service-forms.ts';
import { SHIPPED } from './shipped.ts';

/** What the shipped file of sshd says. */
export const SSHD = serviceForms(SHIPPED[0]!, 'forms/sshd.toml');

export const SSHD_FORMS: readonly Form[] = SSHD.forms;
