/**
 * The systemd journal through journalctl(1), as Vector and CrowdSec read it: run with an argument vector, never a
 * shell, printing one JSON object a line (systemd.journal-fields(7)), which the parser knows as one more form of a
 * log line.
 */
import { spawn } from 'node:child_process';
import { Trouble } from '../model/error.ts';

/** Programs whose entries tell of a login. `sshd-session` and `sshd-auth` are OpenSSH's since 9.8 and 10.0. */
const PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth'];

const ARGUMENTS = [
  '--output=json',
  '--no-pager',
  '--quiet',
  '--all', // do not replace long or unprintable fields by null
  '--output-fields=_SOURCE_REALTIME_TIMESTAMP,_HOSTNAME,_COMM,SYSLOG_IDENTIFIER,_PID,SYSLOG_PID,MESSAGE',
  ...PROGRAMS.map((program) => `--identifier=${program}`),
];

const REMEDY =
  'Run it as root or as a member of the group systemd-journal, or name a log: slowbrute scan PATH.';

/** What journalctl prints. Throws {@link Trouble} where it cannot be run, fails, or printed nothing but an error. */
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
  let bytes = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
  } finally {
    child.kill(); // nothing where it has ended
  }
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
  if (bytes === 0 && reason !== '')
    throw new Trouble('no-journal', `${command} shows no entry: ${reason}`, REMEDY);
}
