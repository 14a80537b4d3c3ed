/**
 * Which program a line is of. sshd has split itself: since OpenSSH 9.8 `sshd-session` serves a connection, since 10.0
 * `sshd-auth` its authentication; macOS starts it as `com.openssh.sshd`; journalctl -o with-unit writes the unit.
 */
import type { Envelope } from './envelope.ts';

const NAMES: ReadonlySet<string> = new Set(['sshd', 'sshd-session', 'sshd-auth', 'com.openssh.sshd']);
const UNIT = /^(?:ssh|sshd)(?:@[^\s]*)?\.(?:service|socket)$|^sshd-unix[^\s]*\.service$/;
/** Busybox and some `logger`s put facility and priority where the program should be. */
const PRIORITY = /^(?:auth|authpriv|daemon|user)\.\w+$/;

/** Whether the line is sshd's. */
export function isSshd(envelope: Envelope): boolean {
  let name: string;
  if (envelope.program !== null) name = envelope.program;
  else {
    const { text, programStart, programEnd } = envelope;
    const length = programEnd - programStart;
    // `sshd` by far the most, the others by far the rest: look before cutting
    if (length === 4) return text.startsWith('sshd', programStart);
    if (length < 4) return false;
    name = text.slice(programStart, programEnd);
    if (!name.includes('ssh')) return false;
  }
  const slash = name.lastIndexOf('/');
  if (slash >= 0) name = name.slice(slash + 1);
  return NAMES.has(name) || UNIT.test(name);
}

/** Whether the line does not say which program it is of, so that only its message can tell. */
export function isNameless(envelope: Envelope): boolean {
  if (envelope.program !== null) return envelope.program === '';
  const { text, programStart, programEnd } = envelope;
  return (
    programStart === programEnd ||
    PRIORITY.test(text.slice(programStart, Math.min(programEnd, programStart + 30)))
  );
}

/** The message, with the module of the old tag `sshd(pam_unix)[1]:` where newer ones have it. */
export function messageOf(envelope: Envelope): string {
  const message =
    envelope.message ??
    (envelope.messageStart === 0 ? envelope.text : envelope.text.slice(envelope.messageStart));
  return envelope.module === '' ? message : `${envelope.module}: ${message}`;
}
