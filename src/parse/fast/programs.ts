/** What the name of a program says of its lines, for the byte machine. */
import { Envelope } from '../envelope.ts';
import { mayHoldRecord } from '../records/programs.ts';
import { isNameless, isSshd } from '../service.ts';
import type { Services } from '../services.ts';

/** What lines of a program are for the machine: 0 of no service but PAM, 1 sshd's, 2 to be read by the other path. */
export function programClass(name: string, services: Services): number {
  const envelope = new Envelope();
  envelope.read(`Nov 11 11:11:11 h ${name}[1]: m`);
  if (envelope.text.slice(envelope.programStart, envelope.programEnd) !== name) return 2;
  if (isSshd(envelope)) return 1;
  if (isNameless(envelope) || mayHoldRecord(envelope) || services.isProgram(name)) return 2;
  return 0;
}
