/** For programs that take their input from a file only: one that nobody else can read or replace, gone afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrouble } from './text-file.ts';

/** Errors: those of `work`; `Trouble` with `not-writable` where no file can be made. */
export async function withFile<T>(
  name: string,
  text: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slowbrute-')).catch((error: unknown) => {
    throw fileTrouble(tmpdir(), error);
  });
  try {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 }).catch((error: unknown) => {
      throw fileTrouble(path, error);
    });
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
