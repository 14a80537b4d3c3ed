/**
 * The systemd journal through journalctl(1), as Vector and CrowdSec read it: run with an argument vector, never a
 * shell, printing JSON (systemd.journal-fields(7)). Each entry becomes one line of text in the form of rsyslog's
 * RSYSLOG_FileFormat, `TIME HOST PROGRAM[PID]: MESSAGE`, so that there is one parser.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Trouble } from '../model/error.ts';

/** Programs whose entries tell of a login. `sshd-session` and `sshd-auth` are OpenSSH's since 9.8 and 10.0. */
const PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth'];

const ARGUMENTS = [
  '--output=json',
  '--no-pager',
  '--quiet',
  '--all', // do not replace long or unprintable fields by null
  '--output-fields=__REALTIME_TIMESTAMP,_HOSTNAME,SYSLOG_IDENTIFIER,_PID,SYSLOG_PID,MESSAGE',
  ...PROGRAMS.map((program) => `--identifier=${program}`),
];

const REMEDY =
  'Run it as root or as a member of the group systemd-journal, or name a log: slowbrute scan PATH.';

/** The journal's entries as lines. Throws {@link Trouble} where it cannot be run or printed nothing but an error. */
export async function* journalChunks(command: string): AsyncGenerator<Buffer> {
  const child = spawn(command, ARGUMENTS, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = new Promise<{ status: number | null; error: Error | null }>((resolve) => {
    child.on('error', (error) => resolve({ status: null, error }));
    child.on('close', (status) => resolve({ status, error: null }));
  });
  let entries = 0;
  let pending: string[] = [];
  for await (const entry of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = journalLine(entry);
    if (line === null) continue;
    entries++;
    pending.push(line);
    if (pending.length < 4096) continue;
    yield Buffer.from(`${pending.join('\n')}\n`);
    pending = [];
  }
  if (pending.length > 0) yield Buffer.from(`${pending.join('\n')}\n`);
  const { status, error } = await ended;
  if (error !== null)
    throw new Trouble(
      'no-journal',
      `${command} cannot be run: ${error.message}`,
      'Name a log: slowbrute scan PATH.',
    );
  const reason = said.trim().split('\n')[0] ?? '';
  if (status !== 0)
    throw new Trouble('no-journal', `${command} ended with status ${status}: ${reason}`, REMEDY);
  if (entries === 0 && reason !== '')
    throw new Trouble('no-journal', `${command} shows no entry: ${reason}`, REMEDY);
}

/** One entry of `journalctl --output=json` as a line of text; null where it is none or has no time. */
export function journalLine(json: string): string | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
  const micros = Number(entry.__REALTIME_TIMESTAMP);
  if (!Number.isFinite(micros) || micros <= 0 || micros > 8.64e18) return null;
  const time = new Date(micros / 1000).toISOString();
  const host = field(entry._HOSTNAME).replace(/\s+/g, '') || 'localhost';
  const program = field(entry.SYSLOG_IDENTIFIER).replace(/[\s[\]:]+/g, '') || 'unknown';
  const pid = field(entry.SYSLOG_PID) || field(entry._PID);
  const tag = /^\d+$/.test(pid) ? `${program}[${pid}]` : program;
  return `${time} ${host} ${tag}: ${field(entry.MESSAGE).replace(/[\r\n]+/g, ' ')}`;
}

/** A field is text, or its bytes where it is not UTF-8, or a list where it was given more than once. */
function field(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  if (value.every((byte) => typeof byte === 'number')) return Buffer.from(value).toString('utf8');
  return field(value[0]);
}
