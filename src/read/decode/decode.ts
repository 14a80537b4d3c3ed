/**
 * Which decoder reads which compression. Where several can, the fastest that is there: node:zlib, else the program
 * that made the data, else JavaScript or WebAssembly. They give the same bytes (decode.test.ts holds them to it), so
 * a report does not depend on what is installed.
 */
import { bzip2ByProgram, bzip2ByScript, bzip2Program } from './bzip2.ts';
import { gunzipped } from './gzip.ts';
import { lz4Decoded } from './lz4.ts';
import { lzwDecoded } from './lzw.ts';
import { commandIn, type Program } from './program.ts';
import { xzByProgram, xzByScript, xzProgram } from './xz.ts';
import { zstdByProgram, zstdByScript, zstdByZlib, zstdOfZlib, zstdProgram } from './zstd.ts';

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4' | 'compress';

/**
 * The plain bytes behind `chunks`, in order; a chunk is good as long as it is held. Throws `Damage` after the last
 * good byte. `programPath` is where programs are looked for, as in PATH; undefined: nowhere.
 */
export function decoded(
  format: Compression,
  chunks: AsyncIterable<Buffer>,
  programPath: string | undefined,
): AsyncGenerator<Buffer> {
  switch (format) {
    case 'gzip':
      return gunzipped(chunks);
    case 'zstd': {
      if (zstdOfZlib !== null) return zstdByZlib(zstdOfZlib, chunks);
      const zstd = commandIn(programPath, 'zstd');
      return zstd === null ? zstdByScript(chunks) : zstdByProgram(zstd, chunks);
    }
    case 'xz': {
      const xz = commandIn(programPath, 'xz');
      return xz === null ? xzByScript(chunks) : xzByProgram(xz, chunks);
    }
    case 'bzip2': {
      const bzip2 = commandIn(programPath, 'bzip2');
      return bzip2 === null ? bzip2ByScript(chunks) : bzip2ByProgram(bzip2, chunks);
    }
    case 'lz4':
      return lz4Decoded(chunks);
    case 'compress':
      return lzwDecoded(chunks);
  }
}

const PROGRAMS = { zstd: zstdProgram, xz: xzProgram, bzip2: bzip2Program } as const;

/**
 * The program by which {@link decoded} reads a compression; null where it reads it by itself. A whole file is better read
 * through its pipe (program-pipe.ts).
 */
export function programFor(format: Compression, programPath: string | undefined): Program | null {
  if (format !== 'zstd' && format !== 'xz' && format !== 'bzip2') return null;
  if (format === 'zstd' && zstdOfZlib !== null) return null;
  const command = commandIn(programPath, format);
  return command === null ? null : PROGRAMS[format](command);
}
