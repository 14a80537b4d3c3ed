/** A folder that a program of others may write to: nobody else can enter it, and it is gone when the run is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WorkFolder {
  /** Makes a folder (mode 0700) for the time of `work`; its path has no blanks unless the system's folder has. */
  use<T>(name: string, work: (folder: string) => Promise<T>): Promise<T>;
}

/** Folders below the system's folder for temporary files. */
export const temporaryFolders: WorkFolder = {
  use: async (name, work) => {
    const folder = mkdtempSync(join(tmpdir(), `slowbrute-${name}-`));
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
