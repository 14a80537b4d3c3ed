/**
 * Attempts as evidence for somebody else, a line each: when, which service, what became of it, from where. Not the lines of the log
 * themselves: those tell of the reporter's hosts and users, and what could be a password stands in them.
 */
import { reportTime } from '../../explain/values.ts';
import { userText } from '../../explain/wording.ts';
import { printable } from '../../model/printable.ts';
import type { HandedParticipant } from './handover.ts';
import { NAME_NOT_SHOWN } from './handover.ts';

/** `2008-11-19T15:04:22Z sshd: login failed for alias from 203.0.113.9`, in the order of time. */
export function evidenceLines({ samples, source }: Pick<HandedParticipant, 'samples' | 'source'>): string[] {
  const from = printable(source, 255);
  return samples.map(({ time, service, success, user }) => {
    const name =
      user === undefined ? ` for ${NAME_NOT_SHOWN}` : user === null ? '' : ` for ${userText(user)}`;
    return `${reportTime(time)} ${printable(service, 40)}: login ${success ? 'SUCCEEDED' : 'failed'}${name} from ${from}`;
  });
}
