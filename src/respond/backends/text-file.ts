/**
 * A text file, one target a line, for whatever reads such files (a proxy, another firewall, `ipset restore` by way of
 * awk). Written beside and renamed, so a reader sees the old list or the new one. It cannot end entries by itself: the
 * file is written again when a block ends, as long as this program runs.
 */
import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Trouble } from '../../model/error.ts';
import { parseTarget } from '../network.ts';
import { type Backend, checkedTarget, UNBOUNDED } from './backend.ts';

export interface TextFileOptions {
  readonly path: string;
}

export function textFile({ path }: TextFileOptions): Backend {
  let held: Set<string> | null = null;
  const read = async () => {
    try {
      const text = await readFile(path, 'utf8');
      return new Set(text.split('\n').filter((line) => parseTarget(line) !== null));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set<string>();
      throw fileTrouble(path, error);
    }
  };
  const write = (targets: ReadonlySet<string>) =>
    replaceFile(path, [...targets].map((target) => `${checkedTarget(target)}\n`).join(''), 0o644);
  return {
    ...UNBOUNDED,
    timed: false,
    name: 'file',
    isDry: false,
    async check() {
      await write(await read());
    },
    async apply(change) {
      const targets = change.kind === 'replace' ? new Set<string>() : new Set(held ?? (await read()));
      held = null;
      if (change.kind === 'update') for (const target of change.remove) targets.delete(target);
      for (const { target } of change.kind === 'replace' ? change.entries : change.add)
        targets.add(checkedTarget(target));
      await write(targets);
      held = targets;
    },
    list: async () => [...(await read())].map((target) => ({ target, seconds: null })),
    async flush() {
      held = null;
      await rm(path, { force: true }).catch((error: unknown) => {
        throw fileTrouble(path, error);
      });
    },
  };
}

/**
 * Writes `text` to a file beside `path` and renames it, with the rights of the file that is there, `mode` where there
 * is none. Errors: `Trouble` with `not-writable`.
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const before = await stat(path).catch(() => null);
    const wanted = before === null ? mode : before.mode & 0o777;
    await writeFile(part, text, { mode: wanted, flush: true });
    // whoever reads a list of blocks is not to suffer from the daemon's umask
    await chmod(part, wanted);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw fileTrouble(path, error);
  }
}

export function fileTrouble(path: string, error: unknown): Trouble {
  const code = (error as NodeJS.ErrnoException).code ?? 'it failed';
  return new Trouble(
    'not-writable',
    `${path} cannot be written (${code})`,
    'Its folder must exist and this user must be able to write there.',
  );
}
