// Every decoder of every compression gives the bytes that went in: whatever the chunks, however many members, and up to the
// damage. The fixtures hold two members in a row each; what the programs make is tested where they are installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bzip2ByProgram, bzip2ByScript } from './bzip2.ts';
import { Damage } from './damage.ts';
import { gunzipped } from './gzip.ts';
import { lz4Decoded } from './lz4.ts';
import { lzwDecoded } from './lzw.ts';
import { commandIn } from './program.ts';
import { xzByProgram, xzByScript } from './xz.ts';
import { zstdByProgram, zstdByScript, zstdByZlib, zstdOfZlib } from './zstd.ts';
import { ZstdFrames } from './zstd-frames.ts';

type Decode = (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>;

const FIXTURES = join(import.meta.dirname, '../../../tests/fixtures/compressed');
const fixture = (name: string) => readFileSync(join(FIXTURES, name));
const PLAIN = fixture('plain.log');

const program = (
  name: string,
  decode: (command: string, chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>,
) => {
  const command = commandIn(process.env.PATH, name);
  return command === null ? null : (chunks: AsyncIterable<Buffer>) => decode(command, chunks);
};

/** Name, decoder (null: not here), fixture, how to pack (null: not here). */
const DECODERS: readonly (readonly [string, Decode | null, string, string])[] = [
  ['gzip', gunzipped, 'two-members.gz', 'gzip'],
  [
    'zstd by zlib',
    zstdOfZlib === null ? null : (chunks) => zstdByZlib(zstdOfZlib!, chunks),
    'two-frames.zst',
    'zstd',
  ],
  ['zstd by zstd', program('zstd', zstdByProgram), 'two-frames.zst', 'zstd'],
  ['zstd by fzstd', zstdByScript, 'two-frames.zst', 'zstd'],
  ['xz by xz', program('xz', xzByProgram), 'two-streams.xz', 'xz'],
  ['xz by XZ Embedded', xzByScript, 'two-streams.xz', 'xz'],
  ['bzip2 by bzip2', program('bzip2', bzip2ByProgram), 'two-streams.bz2', 'bzip2'],
  ['bzip2 here', bzip2ByScript, 'two-streams.bz2', 'bzip2'],
  ['lz4', lz4Decoded, 'two-frames.lz4', 'lz4'],
  ['compress', lzwDecoded, 'one.Z', 'compress'],
];
const HERE = DECODERS.filter(([, decode]) => decode !== null) as [string, Decode, string, string][];

/** Chunks in one buffer that is used again, as files are read. */
async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(buffer, 0, at, at + size);
    yield buffer.subarray(0, length);
    buffer.fill('x');
  }
}

async function decode(decoder: Decode, bytes: Buffer, size = 1000) {
  const plain: Buffer[] = [];
  try {
    for await (const chunk of decoder(chunksOf(bytes, size))) plain.push(Buffer.from(chunk));
    return { plain: Buffer.concat(plain), damage: null };
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return { plain: Buffer.concat(plain), damage: error };
  }
}

/** What the program makes of the bytes; null where it is not installed. */
function pack(command: string, plain: Buffer, ...args: readonly string[]): Buffer | null {
  const { stdout, status } = spawnSync(command, ['-c', ...args], { input: plain, maxBuffer: 1 << 28 });
  return status === 0 ? stdout : null;
}

const LARGE = Buffer.from(
  Array.from(
    { length: 30_000 },
    (_, i) =>
      `Nov 19 15:04:${String(i % 60).padStart(2, '0')} host sshd[${(i * 7919) % 32_768}]: Invalid user u${i * i} from 192.0.2.${i % 250} port ${40_000 + (i % 999)}\n`,
  ).join(''),
);

describe.each(HERE)('%s', (name, decoder, file, packer) => {
  it.each([1, 7, 1000, 1 << 20])(
    'gives every byte of two members in a row, in chunks of %i',
    async (size) => {
      const { plain, damage } = await decode(decoder, fixture(file), size);
      expect(damage).toBe(null);
      expect(plain.equals(PLAIN)).toBe(true);
    },
  );

  it('gives nothing of nothing', async () => {
    const empty = name === 'gzip' ? gzipSync('') : pack(packer, Buffer.alloc(0));
    if (empty === null) return; // the program is not here
    expect(await decode(decoder, empty)).toEqual({ plain: Buffer.alloc(0), damage: null });
  });

  it('gives every byte of a large log, of one block or many', async () => {
    for (const args of [['-1'], ['-9']]) {
      const packed =
        name === 'gzip' ? gzipSync(LARGE) : pack(packer, LARGE, ...(packer === 'compress' ? [] : args));
      if (packed === null) return; // the program is not here
      const { plain, damage } = await decode(decoder, packed, 65_536);
      expect(damage).toBe(null);
      expect(plain.equals(LARGE)).toBe(true);
    }
  });

  it('gives the good part of what ends too early, and then says so', async () => {
    const packed = name === 'gzip' ? gzipSync(LARGE, { level: 1 }) : pack(packer, LARGE);
    if (packed === null || packer === 'compress') return; // compress has no end that could be missed
    const { plain, damage } = await decode(
      decoder,
      packed.subarray(0, Math.floor(packed.length * 0.8)),
      65_536,
    );
    expect(damage?.reason).toBe('end-too-early');
    expect(plain.equals(LARGE.subarray(0, plain.length))).toBe(true);
    // bzip2 has blocks of 900 kB, lz4 of 4 MB; the others lose a quarter at most
    if (name !== 'lz4') expect(plain.length).toBeGreaterThan(LARGE.length * 0.4);
  });

  it('never gives other bytes than went in for long, nor hangs, whatever is changed', async () => {
    const packed = fixture(file);
    const quick = !name.includes(' by ') || name.endsWith('fzstd') || name.endsWith('Embedded');
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = Buffer.from(packed);
        bad[at] = bad[at]! ^ change;
        const { plain } = await decode(decoder, bad, 300);
        expect(plain.length).toBeLessThan(64 * 1024 * 1024);
      }),
      { numRuns: quick ? 150 : 10 },
    );
  });
});

describe('decoders that are not on this machine', () => {
  it('are named', () => {
    const missing = DECODERS.filter(([, decoder]) => decoder === null).map(([name]) => name);
    if (missing.length > 0)
      process.stderr.write(`not tested, because it is not here: ${missing.join(', ')}\n`);
    expect(HERE.length).toBeGreaterThanOrEqual(6);
  });
});

describe('bombs', () => {
  it('of gzip come a piece at a time', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: constants.Z_BEST_SPEED });
    let largest = 0;
    let total = 0;
    for await (const chunk of gunzipped(chunksOf(bomb, 1 << 20))) {
      largest = Math.max(largest, chunk.length);
      total += chunk.length;
    }
    expect(total).toBe(256 * 1024 * 1024);
    expect(largest).toBeLessThanOrEqual(1 << 20);
  });

  it.each([
    ['zstd by fzstd', zstdByScript] as const,
    ...HERE.filter(([name]) => name === 'zstd by zstd').map(([name, decoder]) => [name, decoder] as const),
  ])('%s: a window of 2 GiB is refused', async (_, decoder) => {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (31 - 10) << 3, 0x01, 0x00, 0x00]);
    const { damage } = await decode(decoder, Buffer.concat([header, Buffer.alloc(50)]));
    expect(damage?.reason).toBe('too-much-memory');
  });

  it.each(HERE.filter(([name]) => name.startsWith('xz')).map(([name, decoder]) => [name, decoder] as const))(
    '%s: a dictionary of 1 GiB is refused',
    async (_, decoder) => {
      const packed = pack('xz', PLAIN, '--lzma2=preset=0,dict=1GiB');
      if (packed === null) return; // xz is not here
      const { plain, damage } = await decode(decoder, packed);
      expect(plain.length).toBe(0);
      expect(damage?.reason).toBe('too-much-memory');
    },
  );
});

describe('frames of zstd', () => {
  it('are cut where they end, skippable ones left out, wherever the chunks end', () => {
    const two = fixture('two-frames.zst');
    const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const all = Buffer.concat([skippable, two, skippable]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
        const frames = new ZstdFrames();
        const pieces: Buffer[] = [];
        let ends = 0;
        for (let at = 0, i = 0; at < all.length; i++) {
          const size = sizes[i % sizes.length]!;
          for (const piece of frames.push(all.subarray(at, at + size))) {
            pieces.push(Buffer.from(piece.bytes));
            if (piece.ends) ends++;
          }
          at += size;
        }
        expect(Buffer.concat(pieces).equals(two)).toBe(true);
        expect(ends).toBe(2);
        expect(frames.isBetween).toBe(true);
      }),
    );
  });
});
