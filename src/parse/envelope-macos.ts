/**
 * What log(1) of macOS prints of the unified log as text (`log show`, default style and `--style compact`); its syslog
 * style is an envelope like others, its JSON a container (records/containers.ts).
 *
 *     2026-11-22 08:01:02.123456+0100 0x1a2b     Info        0x0     812    0    sshd: (libxpc) [com.x:y] Failed ..
 *     2026-11-22 08:01:02.123 I  sshd[812:1a2b] [com.openssh:sshd] Failed ..
 *
 * Library and subsystem stand before a message, where no stranger's text is yet.
 */
import type { Envelope } from './envelope.ts';

const DEFAULT =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d{4}) 0x[0-9a-f]{1,16} +[A-Z][a-z]{2,10} +0x[0-9a-f]{1,16} +(\d{1,10}) +\d{1,10} +([^\s:]{1,100}): /;
const COMPACT =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) [A-Z][a-z]? {1,3}([^\s[]{1,100})\[(\d{1,10}):[0-9a-f]{1,16}\] /;
const DECORATION = /^(?:\([\w.+-]{1,80}\) )?(?:\[[\w.+-]{1,80}:[\w. +-]{0,80}\] )?/;

/** Fills the envelope from such a line; false where it is none. A look at two characters comes first. */
export function readMacosLine(line: string, envelope: Envelope): boolean {
  const isDefault = line.charCodeAt(31) === SPACE && line.startsWith('0x', 32);
  if (!isDefault && line.charCodeAt(23) !== SPACE) return false;
  const match = (isDefault ? DEFAULT : COMPACT).exec(line);
  if (match === null) return false;
  const [start, stamp, second, third] = match;
  const [program, pid] = isDefault ? [third!, second!] : [second!, third!];
  envelope.read(`${stamp!} `);
  envelope.message = line.slice(start.length).replace(DECORATION, '');
  envelope.program = program;
  envelope.pid = Number(pid);
  return true;
}

const SPACE = 32;
