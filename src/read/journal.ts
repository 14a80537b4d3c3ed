/**
 * The systemd journal through journalctl(1), as Vector and CrowdSec read it: run with an argument vector, never a
 * shell, printing one JSON object a line (systemd.journal-fields(7)), which the parser knows as one more form of a
 * log line.
 */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Trouble } from '../model/error.ts';

/** sshd alone, where nobody says which programs are meant. `sshd-session` and `sshd-auth` are OpenSSH's since 9.8 and 10.0. */
export const SSHD_PROGRAMS: readonly string[] = ['sshd', 'sshd-session', 'sshd-auth'];

const ARGUMENTS = [
  '--output=json',
  '--no-pager',
  '--quiet',
  '--all', // do not replace long or unprintable fields by null
];
const FIELDS =
  '--output-fields=_SOURCE_REALTIME_TIMESTAMP,_HOSTNAME,_COMM,SYSLOG_IDENTIFIER,_PID,SYSLOG_PID,MESSAGE';

const REMEDY =
  'Run it as root or as a member of the group systemd-journal, or name a log: slowbrute scan PATH.';

/** Arguments that print the entries of these programs, oldest first. `identifiers`: no patterns (see {@link identifiersOf}). */
export function journalArguments(identifiers: readonly string[], more: readonly string[]): string[] {
  return [...ARGUMENTS, FIELDS, ...identifiers.map((name) => `--identifier=${name}`), ...more];
}

/**
 * What to ask the journal for, given the programs that the parser knows, `*` in them standing for any text: journalctl takes
 * no patterns, so those are held against the identifiers that the journal has. Where it does not say which (it cannot
 * be run), the patterns are left out.
 */
export async function identifiersOf(command: string, programs: readonly string[]): Promise<string[]> {
  const names = programs.filter((program) => !/\.(?:service|socket)$/.test(program)); // units have other fields
  const plain = names.filter((program) => !program.includes('*'));
  const patterns = names.filter((program) => program.includes('*')).map(patternOf);
  if (patterns.length === 0) return plain;
  let there: string[] = [];
  try {
    const options = { maxBuffer: 16 * 1024 * 1024, encoding: 'utf8' } as const;
    const { stdout } = await promisify(execFile)(
      command,
      ['--field=SYSLOG_IDENTIFIER', '--no-pager', '--quiet'],
      options,
    );
    there = stdout.split('\n');
  } catch {
    // told when the entries themselves are asked for
  }
  const matching = there.filter((name) => patterns.some((pattern) => pattern.test(name)));
  return [...new Set([...plain, ...matching])];
}

function patternOf(program: string): RegExp {
  const pieces = program.split('*').map((piece) => piece.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's');
}

/**
 * What journalctl prints of these programs. Throws {@link Trouble} where it cannot be run, fails, or printed nothing but an
 * error.
 */
export async function* journalChunks(command: string, programs: readonly string[]): AsyncGenerator<Buffer> {
  const identifiers = await identifiersOf(command, programs);
  const child = spawn(command, journalArguments(identifiers, []), { stdio: ['ignore', 'pipe', 'pipe'] });
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
