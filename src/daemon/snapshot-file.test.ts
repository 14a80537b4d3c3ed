import * as realFiles from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot, type SnapshotFiles, writeSnapshot } from './snapshot-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slowbrute-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true }));

const head = { format: 3, version: '1.2.3' };
let made = 0;
const fresh = () => join(folder, `snapshot-${++made}`);

/** Two that refer to each other, and an array that both have. */
function knot() {
  const times = Float64Array.of(1, Number.NaN, -0, 2 ** -1074);
  const one: { times: Float64Array; other?: unknown } = { times };
  one.other = { times, one, names: new Map([['böse\ud800', new Set([1n])]]) };
  return one;
}

describe('a snapshot', () => {
  it('comes back as it was, with what is one thing still one thing', async () => {
    const path = fresh();
    const bytes = await writeSnapshot(path, [knot()], head);
    expect((await stat(path)).size).toBe(bytes);
    const read = await readSnapshot(path, 3);
    expect(read).toMatchObject({ kind: 'read', version: '1.2.3' });
    const snapshot = (read.kind === 'read' ? read.parts[0] : null) as ReturnType<typeof knot>;
    expect(snapshot).toEqual(knot());
    const other = snapshot.other as { one: unknown; times: unknown };
    expect(other.one).toBe(snapshot);
    expect(other.times).toBe(snapshot.times);
  });

  it('is of as many parts as it was, of whatever size', async () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.nat({ max: 300_000 }).map((n) => new Uint8Array(n).fill(n)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const path = fresh();
        await writeSnapshot(path, parts, head);
        const read = await readSnapshot(path, 3);
        expect(read.kind === 'read' && isDeepStrictEqual(read.parts, parts)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('a part that cannot be written is a bug, and the old snapshot stays', async () => {
    const path = fresh();
    await writeSnapshot(path, ['old'], head);
    await expect(writeSnapshot(path, ['new', () => 1], head)).rejects.toThrow(/could not be cloned/);
    expect(await readSnapshot(path, 3)).toMatchObject({ parts: ['old'] });
  });

  it('takes the place of the one before, readable by nobody else, and leaves nothing beside it', async () => {
    const path = fresh();
    await writeFile(`${path}.new`, 'left by a crash', { mode: 0o644 });
    await writeSnapshot(path, ['first'], head);
    await writeSnapshot(path, ['second'], head);
    expect(await readSnapshot(path, 3)).toMatchObject({ parts: ['second'] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

describe('what is no snapshot of ours', () => {
  it('is missing, or something else', async () => {
    expect(await readSnapshot(fresh(), 3)).toEqual({ kind: 'missing' });
    const path = fresh();
    await writeFile(path, 'Nov 19 15:04:22 host.example sshd[1]: something quite different\n');
    expect(await readSnapshot(path, 3)).toEqual({ kind: 'foreign' });
    expect(await readSnapshot(folder, 3)).toEqual({ kind: 'not-readable', why: 'EISDIR' });
  });

  it('is of another format, older or newer: not read, but said which', async () => {
    const path = fresh();
    await writeSnapshot(path, ['old'], { format: 2, version: '1.0.0' });
    expect(await readSnapshot(path, 3)).toEqual({ kind: 'other-format', format: 2, version: '1.0.0' });
  });

  it('is cut, at whatever byte', async () => {
    const path = fresh();
    await writeSnapshot(path, [knot()], head);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect((await readSnapshot(path, 3)).kind).toBe('cut');
    }
  });

  it('is damaged, in whatever bits: no damaged byte is ever taken for content', async () => {
    const path = fresh();
    await writeSnapshot(path, [knot()], head);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (flips) => {
          const bytes = Buffer.from(whole);
          for (const [at, bits] of flips) bytes[at] = bytes[at]! ^ bits;
          fc.pre(!bytes.equals(whole));
          await writeFile(path, bytes);
          expect(['damaged', 'foreign', 'cut']).toContain((await readSnapshot(path, 3)).kind);
        },
      ),
      { numRuns: 300 },
    );
    await writeFile(path, Buffer.concat([whole, Buffer.from('more')]));
    expect((await readSnapshot(path, 3)).kind).toBe('damaged');
  });
});

describe('what goes wrong while writing', () => {
  const failing = (step: 'write' | 'sync' | 'rename', code: string): SnapshotFiles => {
    const fail = () => Promise.reject(Object.assign(new Error(code), { code }));
    return {
      ...realFiles,
      rename: step === 'rename' ? fail : realFiles.rename,
      open: async (...args: Parameters<typeof realFiles.open>) => {
        const file = await realFiles.open(...args);
        if (step === 'write') file.writeFile = fail;
        if (step === 'sync') file.sync = fail;
        return file;
      },
    };
  };

  it.each([
    ['write', 'ENOSPC', 'store-full'],
    ['sync', 'EIO', 'not-writable'],
    ['rename', 'EACCES', 'not-writable'],
  ] as const)('%s: %s is told as %s, and the old snapshot stays', async (step, code, told) => {
    const path = fresh();
    await writeSnapshot(path, ['old'], head);
    await expect(writeSnapshot(path, ['new'], head, failing(step, code))).rejects.toMatchObject({
      code: told,
    });
    expect(await readSnapshot(path, 3)).toMatchObject({ parts: ['old'] });
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('a folder that is not there is told in words', async () => {
    await expect(writeSnapshot(join(folder, 'none', 'x'), [1], head)).rejects.toMatchObject({
      code: 'not-writable',
    });
  });
});
