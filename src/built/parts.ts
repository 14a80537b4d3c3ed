/**
 * What the build puts beside the program and the program takes up while it runs: the page, the compiled byte machine, the programs
 * of its threads, its version. This is the one place that knows where they are, because there are two:
 *
 * - files beside the compiled modules in dist/ (and, of what src/ has, beside the sources);
 * - the one file of scripts/single.mjs, which holds them as texts and is itself the program of its threads.
 *
 * Every module of dist/ that others are joined into is two folders deep (scripts/bundle.mjs), as this one is.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** What scripts/single.mjs writes before the modules that it joins: parts in base64 by path. */
declare const ENCLOSED_PARTS: Readonly<Record<string, string>> | undefined;

const enclosed = typeof ENCLOSED_PARTS === 'undefined' ? null : ENCLOSED_PARTS;

/** A thread's program, by what it does. */
const THREADS = {
  scanning: 'store/scanning-thread.js',
  evidence: 'view/evidence-thread.js',
  lines: 'cli/log-lines-thread.js',
  fleet: 'fleet/fleet-thread.js',
  measuring: 'evaluate/live/worker.js',
} as const;

export type ThreadName = keyof typeof THREADS;

/** The word before a thread's name, by which the one file knows which program it is to be (src/cli/single.ts). */
export const THREAD_WORD = '--slowbrute-thread';

/** Bytes of a part such as `web/index.html`; null where it was not built. */
export function part(path: string): Uint8Array<ArrayBuffer> | null {
  if (enclosed !== null) {
    const text = enclosed[path];
    return text === undefined ? null : new Uint8Array(Buffer.from(text, 'base64'));
  }
  try {
    return new Uint8Array(readFileSync(beside(path)));
  } catch {
    return null;
  }
}

/** Paths of the parts in a folder, at any depth, in order; none where it was not built. */
export function partsIn(folder: string): readonly string[] {
  if (enclosed !== null) return Object.keys(enclosed).filter((path) => path.startsWith(`${folder}/`));
  const root = beside(folder);
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${folder}/${relative(root, `${entry.parentPath}${sep}${entry.name}`)}`)
      .map((path) => path.replaceAll(sep, '/'))
      .sort();
  } catch {
    return [];
  }
}

/** Whether threads can be started: they run JavaScript only, so the sources, which tests run, have none. */
export function hasThread(name: ThreadName): boolean {
  return enclosed !== null || existsSync(beside(THREADS[name]));
}

/** Starts a thread. Throws as `Worker` does, and where {@link hasThread} is false. */
export function startThread(name: ThreadName, options: Omit<WorkerOptions, 'argv'>): Worker {
  if (enclosed !== null)
    return new Worker(new URL(import.meta.url), { ...options, argv: [THREAD_WORD, name] });
  return new Worker(beside(THREADS[name]), options);
}

/** The version that the package has. */
export function version(): string {
  const text = enclosed === null ? readFileSync(beside('../package.json'), 'utf8') : packageText();
  return (JSON.parse(text) as { version: string }).version;
}

function packageText(): string {
  return Buffer.from(part('package.json') ?? []).toString('utf8');
}

function beside(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
