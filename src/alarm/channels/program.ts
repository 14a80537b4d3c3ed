/**
 * A program with a message on its standard input: no shell, a bounded time, bounded output, its children ended with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { printable } from '../../model/printable.ts';
import { Undelivered, wordsOf } from './channel.ts';

export interface Program {
  /** The program and its arguments; nothing of a log is among them. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly input: string | Buffer;
  /** The whole environment of it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly remedy: string;
}

/** Of standard error so much is kept, bytes. */
const MOST_SAID = 2048;
/** So long after SIGTERM comes SIGKILL, ms. */
const GRACE = 2000;
/** So long after its end its last words are waited for, ms. */
const LAST_WORDS = 200;

/** Resolves when it has ended with status 0; rejects with {@link Undelivered} otherwise. */
export async function runProgram(
  { command, input, environment, remedy }: Program,
  signal: AbortSignal,
): Promise<void> {
  const [program, ...args] = command;
  // a group of its own, so that whatever it starts ends with it
  const child = spawn(program, args, {
    shell: false,
    detached: true,
    env: { ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const end = (how: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, how);
    } catch {
      // it has ended already
    }
  };
  let killing: NodeJS.Timeout | undefined;
  const abort = () => {
    end('SIGTERM');
    killing = setTimeout(() => end('SIGKILL'), GRACE);
  };
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < MOST_SAID) said += text.slice(0, MOST_SAID);
  });
  // whoever does not read its input to the end may do so
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    const ended = await endOf(child);
    if (ended.kind === 'not-run') throw new Undelivered(`${program} could not be run: ${ended.why}`, remedy);
    if (ended.status === 0) return;
    if (signal.aborted) throw new Undelivered(`${program} did not end in time and was stopped`, remedy);
    const how = ended.status === null ? `signal ${ended.signal ?? '?'}` : `status ${ended.status}`;
    const words = said.trim() === '' ? '' : `: ${printable(said.trim().replace(/\s+/g, ' '), 200)}`;
    throw new Undelivered(`${program} ended with ${how}${words}`, remedy);
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(killing);
    if (signal.aborted) end('SIGKILL');
    child.stderr.destroy();
  }
}

type Ended =
  | { readonly kind: 'not-run'; readonly why: string }
  | { readonly kind: 'ended'; readonly status: number | null; readonly signal: string | null };

/** Its end, and whatever it still says within {@link LAST_WORDS}: a grandchild may keep standard error open for ever. */
function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ kind: 'not-run', why: wordsOf(error) }));
    child.on('exit', (status, signal) => {
      const waiting = setTimeout(() => resolve({ kind: 'ended', status, signal }), LAST_WORDS);
      child.on('close', () => {
        clearTimeout(waiting);
        resolve({ kind: 'ended', status, signal });
      });
    });
  });
}
