/**
 * A history whose process is killed, and one whose disk becomes full: a few of each engine here, a hundred with
 * `node tests/history/kill.mjs`. They run the built program, as the process that is killed must be one of its own.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Killing {
  readonly killOften: (
    engine: string,
    kills: number,
  ) => Promise<{ faults: string[]; attempts: number } | null>;
}
interface Filling {
  readonly fillDisk: (engine: string) => string[] | null;
}

const load = async (name: string): Promise<unknown> => import(new URL(name, import.meta.url).href);
const isBuilt = existsSync(new URL('../../dist/store/history/open.js', import.meta.url));

for (const engine of ['duckdb', 'sqlite', 'file']) {
  describe.skipIf(!isBuilt)(`a history in ${engine}`, () => {
    it('loses nothing that was acknowledged, and has nothing twice, after kill -9', async (test) => {
      const { killOften } = (await load('./kill.mjs')) as Killing;
      const result = await killOften(engine, 4);
      if (result === null) return test.skip(`there is no ${engine} here`);
      expect(result.faults).toEqual([]);
      expect(result.attempts).toBeGreaterThan(0);
    }, 120_000);

    it('says that the disk is full, and goes on when there is room', async (test) => {
      const { fillDisk } = (await load('./full-disk.mjs')) as Filling;
      const faults = fillDisk(engine);
      if (faults === null) return test.skip(`no ${engine}, or no disk of our own, here`);
      expect(faults).toEqual([]);
    }, 120_000);
  });
}
