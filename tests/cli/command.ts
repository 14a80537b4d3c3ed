// The real command as a child process, and the same in this process with a quiet world.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandEffects, Output } from '../../src/cli/effects.ts';
import { run } from '../../src/cli/program.ts';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/cli/main.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Builds the package where a source is newer than what was built from it (`npm test` has built it already). One
 * test file does it while the others wait.
 */
export function buildWhenStale(): void {
  if (!isStale()) return;
  const lock = join(root, 'node_modules/.slowbrute-build');
  for (let waited = 0; !taken(lock); waited++) {
    if (waited === 600) throw new Error(`${lock} is in the way: remove it`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    if (!isStale()) return;
    const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`npm run build failed:\n${built.stdout}${built.stderr}`);
  } finally {
    rmdirSync(lock);
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function isStale(): boolean {
  const newest = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .reduce((time, path) => Math.max(time, statSync(join(root, 'src', path)).mtimeMs), 0);
  return !existsSync(main) || statSync(main).mtimeMs < newest;
}

/** `slowbrute ARGS` as a user runs it, without a terminal. */
export function slowbrute(
  args: readonly string[],
  { stdin = '', cwd = root }: { stdin?: string | Buffer; cwd?: string } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    input: stdin,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
  });
  return { status, stdout, stderr };
}

/** The same in this process. The clock stands at 2026-11-22T12:00:00Z and the machine is in Oslo. */
export async function quietly(args: readonly string[], changes: Partial<CommandEffects> = {}): Promise<Ran> {
  const stdout = collector();
  const stderr = collector();
  const status = await run(args, {
    stdout,
    stderr,
    stdin: Readable.from([]),
    environment: { LANG: 'C.UTF-8' },
    now: () => Date.UTC(2026, 10, 22, 12) / 1000,
    machineZone: 'Europe/Oslo',
    logFolder: '/nonexistent',
    journal: '/nonexistent/journalctl',
    ...changes,
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

/** An output that remembers what was written to it. */
export function collector(): Output & { text(): string } {
  const texts: string[] = [];
  return { write: (text: string) => texts.push(text), text: () => texts.join('') };
}
