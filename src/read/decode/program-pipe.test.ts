/** A whole file through the pipe of the program that made it: by the programs of this machine, where it has them. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chunksOf, openFileOf } from '../chunks.ts';
import type { ReadEffects } from '../effects.ts';
import type { Input } from '../inputs.ts';
import { Damage } from './damage.ts';
import { programFor } from './decode.ts';
import { commandIn } from './program.ts';
import { pipedProgram } from './program-pipe.ts';

const PATH = process.env.PATH;
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-piped-'));
afterAll(() => rmSync(folder, { recursive: true }));

// chance, so that a megabyte and more is left of it when it is compressed
let state = 1;
const noise = Buffer.from(
  Array.from({ length: 3_000_000 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return 32 + ((state >>> 16) % 90);
  }),
);

const FORMATS = (['zstd', 'xz', 'bzip2'] as const).filter((name) => programFor(name, PATH) !== null);

function packed(format: string): string {
  const path = join(folder, `${format}.packed`);
  writeFileSync(path, spawnSync(format, ['-c'], { input: noise, maxBuffer: 1e8 }).stdout);
  return path;
}

/** Reads it as text.ts does: the file is open, and its first chunk was read. */
async function through(format: 'zstd' | 'xz' | 'bzip2', path: string, programPath = PATH) {
  const input: Input = { kind: 'file', path, bytes: null, fromFolder: false } as unknown as Input;
  const file = openFileOf(input)!;
  const chunks = chunksOf(input, {} as ReadEffects, file)[Symbol.asyncIterator]();
  await chunks.next();
  const first = file.done;
  let told = 0;
  const piped = pipedProgram(programFor(format, PATH)!, file, programPath, (count) => {
    told += count;
  });
  await chunks.return?.();
  if (piped === null) return null;
  const plain: Buffer[] = [];
  let damage: unknown = null;
  try {
    for await (const chunk of piped.chunks) plain.push(Buffer.from(chunk));
  } catch (error) {
    damage = error;
  }
  return { plain: Buffer.concat(plain), damage, told: first + told, descriptor: piped.pipe.descriptor };
}

describe.skipIf(FORMATS.length === 0 || commandIn(PATH, 'mkfifo') === null)('the pipe of a program', () => {
  it.each(FORMATS)('%s gives every byte, and tells of every compressed one', async (format) => {
    const path = packed(format);
    const read = await through(format, path);
    expect(read?.damage).toBeNull();
    expect(read?.plain.equals(noise)).toBe(true);
    expect(read?.told).toBe(readFileSync(path).length);
    expect(read?.descriptor).toBe(-1);
  });

  it.each(FORMATS)(
    '%s gives what is before the end of a file that was cut short, and says so',
    async (format) => {
      const path = packed(format);
      truncateSync(path, 1_500_000);
      const read = await through(format, path);
      expect(read?.damage).toBeInstanceOf(Damage);
      expect((read!.damage as Damage).reason).toBe('end-too-early');
      expect(noise.subarray(0, read!.plain.length).equals(read!.plain)).toBe(true);
    },
  );

  it('says that there is something else behind the data', async () => {
    const path = packed(FORMATS[0]!);
    appendFileSync(path, 'this is no frame');
    const read = await through(FORMATS[0]!, path);
    expect(read?.damage).toBeInstanceOf(Damage);
    expect(read?.plain.equals(noise)).toBe(true);
  });

  it('is not made for a file that is soon read, nor where there is no mkfifo', async () => {
    const short = join(folder, 'short');
    writeFileSync(short, spawnSync(FORMATS[0]!, ['-c'], { input: 'short' }).stdout);
    expect(await through(FORMATS[0]!, short)).toBeNull();
    expect(await through(FORMATS[0]!, packed(FORMATS[0]!), '/nowhere')).toBeNull();
  });
});
