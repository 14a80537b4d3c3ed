/**
 * Which files of the plain-file engine hold: one small JSON file, replaced whole (written beside, synchronised, renamed,
 * the folder synchronised: rename(2) is atomic, and durable with its folder). A file that it does not name was being
 * written when the program ended, or is not needed any more, and goes at the next start.
 */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Trouble } from '../../model/error.ts';
import type { SegmentInfo } from './file-segment.ts';
import { newer } from './migrate.ts';
import { corrupt, full, notWritable } from './store-trouble.ts';

/** Version of the files. Another one wants a step in {@link readManifest} that reads the older. */
export const FILE_VERSION = 1;

export interface Manifest {
  readonly version: number;
  /** By seq. */
  readonly segments: readonly SegmentInfo[];
  /** Attempts up to this one are in segments, or were forgotten. */
  readonly sealedSeq: number;
  /** What the first of the logs goes on from; null: nothing. */
  readonly books: { readonly file: string; readonly hash: string; readonly bytes: number } | null;
  readonly log: string;
  /** Number of the next file. */
  readonly next: number;
}

export const NEW_MANIFEST: Manifest = {
  version: FILE_VERSION,
  segments: [],
  sealedSeq: 0,
  books: null,
  log: 'log-0',
  next: 1,
};

const NAME = 'manifest.json';

/** Errors: `Trouble` with `store-corrupt`, `store-newer`. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, NAME), 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const others = (await readdir(folder)).filter((file) => /^(?:segment|books)-/.test(file));
    if (others.length > 0) throw corrupt(folder, `${NAME} is not there`);
    return NEW_MANIFEST;
  }
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {
    throw corrupt(folder, `${NAME} is no JSON`);
  }
  if (!Number.isInteger(manifest.version)) throw corrupt(folder, `${NAME} has no version`);
  if (manifest.version > FILE_VERSION) throw newer(folder, manifest.version, FILE_VERSION);
  return manifest;
}

/** Durable when it resolves. Errors are the system's; the old one holds then. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, `${NAME}.new`);
  await writeDurably(path, Buffer.from(JSON.stringify(manifest)));
  await rename(path, join(folder, NAME));
  await syncFolder(folder);
}

export async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes what `manifest` does not name. */
export async function sweep(folder: string, manifest: Manifest): Promise<void> {
  const named = new Set([
    NAME,
    manifest.log,
    manifest.books?.file,
    ...manifest.segments.map(({ file }) => file),
  ]);
  for (const file of await readdir(folder))
    if (!named.has(file) && /^(?:segment-|books-|log-|manifest)/.test(file))
      await rm(join(folder, file), { force: true });
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An error of the system in our words; others as they are. */
export function systemTrouble(error: unknown, path: string): unknown {
  if (error instanceof Trouble) return error;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
    case 'EIO':
      return full(path);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ENOENT':
      return notWritable(path, String(error));
    default:
      return error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
