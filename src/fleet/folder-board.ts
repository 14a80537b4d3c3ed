/**
 * A board in a folder, for workers of one machine or of several that share a file system. Parcels are renamed into place,
 * so half of one is never seen. A claim is a file that only one can create (O_EXCL); its time of change is its owner's last
 * sign of life, compared with that of a file written just now: whose clock is wrong does not matter.
 */
import { mkdir, open, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Board, LEASE_SECONDS, type Lease } from './board.ts';

export class FolderBoard implements Board {
  readonly #folder: string;
  readonly #leaseSeconds: number;
  #written = 0;

  constructor(folder: string, leaseSeconds = LEASE_SECONDS) {
    this.#folder = folder;
    this.#leaseSeconds = leaseSeconds;
  }

  async put(name: string, parcel: Uint8Array): Promise<void> {
    const path = this.#path(name);
    if (await exists(path)) return;
    await mkdir(dirname(path), { recursive: true });
    const own = `${path}.${process.pid}-${process.hrtime.bigint()}-${this.#written++}`;
    await writeFile(own, parcel);
    await rename(own, path);
  }

  async get(name: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#path(name));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  has(name: string): Promise<boolean> {
    return exists(this.#path(name));
  }

  async claim(task: string, owner: string): Promise<Lease | null> {
    const path = this.#path(`claims/${task.replaceAll('/', '-')}`);
    await mkdir(dirname(path), { recursive: true });
    for (let epoch = 0; ; epoch++) {
      const own = `${path}.${epoch}`;
      try {
        const file = await open(own, 'wx');
        await file.writeFile(owner);
        await file.close();
        return { epoch, renew: () => this.#renew(own) };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      if (await exists(`${path}.${epoch + 1}`)) continue;
      const last = (await stat(own)).mtimeMs;
      if ((await this.#now(path)) - last < this.#leaseSeconds * 1000) return null;
    }
  }

  async #renew(path: string): Promise<void> {
    // the file system's clock, not this machine's
    const now = (await this.#now(path)) / 1000;
    await utimes(path, now, now);
  }

  async #now(path: string): Promise<number> {
    const probe = `${path}.now-${process.pid}`;
    await writeFile(probe, String(this.#written++));
    return (await stat(probe)).mtimeMs;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
