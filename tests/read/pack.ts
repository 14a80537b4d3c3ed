// Archives and compressed files for tests, made in memory: tar and zip by their formats, compression by node:zlib and, where it is
// installed, by the program.
import { spawnSync } from 'node:child_process';
import { deflateRawSync, gzipSync } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly bytes?: Buffer | string;
  /** tar's type flag; '0', a file, where it is left out. */
  readonly type?: string;
  readonly linkName?: string;
  readonly prefix?: string;
}

/** One header of tar with its bytes, as ustar writes it. */
export function tarEntry({ name, bytes = '', type = '0', linkName = '', prefix = '' }: Entry): Buffer {
  const body = Buffer.from(bytes as string);
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(linkName, 157);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  checksum(header);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** Writes the checksum of a header that was changed. */
export function checksum(header: Buffer): void {
  header.write('        ', 148);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

export const tar = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);

/** zip, deflated; `behind`: sizes behind the bytes, as programs write that pack a stream. */
export function zip(entries: readonly Entry[], behind = false): Buffer {
  const parts = entries.flatMap(({ name, bytes = '' }) => {
    const plain = Buffer.from(bytes as string);
    const packed = deflateRawSync(plain);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(behind ? 8 : 0, 6);
    header.writeUInt16LE(8, 8);
    if (!behind) {
      header.writeUInt32LE(packed.length, 18);
      header.writeUInt32LE(plain.length, 22);
    }
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const descriptor = Buffer.alloc(behind ? 16 : 0);
    if (behind) {
      descriptor.writeUInt32LE(0x08074b50, 0);
      descriptor.writeUInt32LE(packed.length, 8);
      descriptor.writeUInt32LE(plain.length, 12);
    }
    return [header, Buffer.from(name), packed, descriptor];
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([...parts, end]);
}

/** Ways to compress that this machine has, with the ending of their names. */
export const COMPRESSIONS: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['', (bytes) => bytes],
  ['.gz', (bytes) => gzipSync(bytes)],
  ...(['zstd', 'xz', 'bzip2', 'lz4'] as const).flatMap((program) => {
    const compress = (bytes: Buffer) =>
      spawnSync(program, ['-c'], { input: bytes, maxBuffer: 1 << 28 }).stdout;
    const isHere = spawnSync(program, ['--version']).status === 0;
    const ending = { zstd: '.zst', xz: '.xz', bzip2: '.bz2', lz4: '.lz4' }[program];
    return isHere ? [[ending, compress] as const] : [];
  }),
];
