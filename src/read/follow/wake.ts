/**
 * Waiting until a file may have changed: inotify (fs.watch) on its folder, which sees writing, renaming and making of files
 * alike and outlives each of them; and a look once a second in any case, as a network file system tells nothing, a folder
 * may be made, moved or mounted over, and watches are limited (fs.inotify.max_user_watches). A look costs three system calls.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { rotationOf } from '../rotation.ts';
import { realPathOf } from './pieces.ts';

/** Seconds between looks where nothing is told. Half of it would double what idling costs, twice it doubles the delay on NFS. */
export const LOOK_SECONDS = 1;
/** Only the folder itself is watched by the BSDs' kqueue, not what is written to its files: looked at more often. */
const LOOK_SECONDS_UNWATCHED = process.platform === 'linux' ? LOOK_SECONDS : 0.25;
/**
 * Seconds that reading rests after it has found something: lines that come one by one are gathered, 50 times a second at most.
 * At half of it a busy log costs twice the wakes; at ten times it, blocks come noticeably later.
 */
const GATHER_SECONDS = 0.02;
/** Looks after which a watch that failed is tried again. */
const TRY_AGAIN = 60;

export class Wake {
  readonly #path: string;
  readonly #onUnwatched: (folder: string, code: string) => void;
  readonly #watches = new Map<string, { readonly watcher: FSWatcher; readonly id: string }>();
  readonly #refused = new Map<string, number>();
  #resolve: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pending = false;
  #lastRead = 0;

  /** `onUnwatched` is told once of a folder whose changes cannot be watched. */
  constructor(path: string, onUnwatched: (folder: string, code: string) => void) {
    this.#path = path;
    this.#onUnwatched = onUnwatched;
  }

  /** Something was read just now: whoever waits next, waits a moment longer. */
  read(): void {
    this.#lastRead = performance.now();
  }

  /** Resolves when something may have changed, after `seconds` at most. */
  async wait(seconds = LOOK_SECONDS): Promise<void> {
    this.#watchFolders();
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        this.#timer = setTimeout(() => this.#done(), Math.min(seconds, this.#longest()) * 1000);
      });
    }
    this.#pending = false;
    const rest = this.#lastRead + GATHER_SECONDS * 1000 - performance.now();
    if (rest > 0) await new Promise<void>((resolve) => setTimeout(resolve, rest));
  }

  /** Whoever waits goes on. */
  now(): void {
    this.#pending = true;
    this.#done();
  }

  close(): void {
    for (const { watcher } of this.#watches.values()) watcher.close();
    this.#watches.clear();
    this.now();
  }

  #longest(): number {
    return this.#watches.size === 0 ? LOOK_SECONDS_UNWATCHED : LOOK_SECONDS;
  }

  #done(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const resolve = this.#resolve;
    this.#resolve = null;
    resolve?.();
  }

  /** Watches the folder of the path, and of the file that a link leads to; again, where it is another folder by now. */
  #watchFolders(): void {
    const real = realPathOf(this.#path);
    const wanted = new Set([dirname(this.#path), dirname(real)]);
    for (const [folder, { watcher, id }] of this.#watches) {
      if (wanted.has(folder) && idOf(folder) === id) continue;
      watcher.close();
      this.#watches.delete(folder);
    }
    const stems = [stemOf(this.#path), stemOf(real)];
    for (const folder of wanted) {
      if (this.#watches.has(folder)) continue;
      const id = idOf(folder);
      const refused = this.#refused.get(folder) ?? 0;
      if (refused > 0) this.#refused.set(folder, refused - 1);
      if (id === null || refused > 1) continue;
      try {
        const watcher = watch(folder, (_, name) => {
          if (name === null || stems.some((stem) => name.startsWith(stem))) this.now();
        });
        watcher.on('error', (error) => {
          watcher.close();
          this.#watches.delete(folder);
          this.#refuse(folder, error);
        });
        this.#watches.set(folder, { watcher, id });
        this.#refused.delete(folder);
        this.#pending = true; // what happened before it was watched
      } catch (error) {
        this.#refuse(folder, error);
      }
    }
  }

  #refuse(folder: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code !== 'ENOENT' && !this.#refused.has(folder)) this.#onUnwatched(folder, code);
    this.#refused.set(folder, TRY_AGAIN);
  }
}

/** What the names of a log and all its rotated pieces begin with. */
function stemOf(path: string): string {
  return rotationOf(basename(path)).base.replace(/\.(?:log|txt)$/, '');
}

function idOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
