/**
 * What kind of bytes a file begins with: a log, something compressed, an archive, or no text at all. Told by the first
 * 4 KiB, never by the name. Magic numbers are those of file(1).
 */
import { Trouble } from '../model/error.ts';
import { isTarHeader } from './archive/tar.ts';
import type { Compression } from './decode/decode.ts';

/** Bytes looked at: some forty lines of a log. */
export const HEAD_BYTES = 4096;

export type Head =
  | { readonly kind: 'log' }
  | { readonly kind: 'compressed'; readonly format: Compression }
  | { readonly kind: 'archive'; readonly format: 'tar' | 'zip' }
  | { readonly kind: 'refused'; readonly what: string; readonly remedy: (path: string) => string };

const piped = (command: string) => (path: string) => `Run: ${command} ${quoted(path)} | slowbrute scan -`;
const named = () => 'Name the text log that sshd writes to: auth.log, secure or authlog.';

const MAGIC: readonly (readonly [number, string, string, (path: string) => string])[] = [
  [0, '7z\xbc\xaf\x27\x1c', 'is a 7z archive', piped('7z x -so')],
  [0, 'Rar!\x1a\x07', 'is a RAR archive', piped('unrar p -inul')],
  [0, '\x5d\0\0', 'is compressed with lzma', piped('xzcat')],
  [0, 'LPKSHHRH', 'is a journal file', piped('journalctl -o json --file')],
  [0, 'SQLite format 3\0', 'is a SQLite database, not a text log', named],
  [0, '\x7fELF', 'is a program, not a text log', named],
  [0, '\xff\xfe', 'is UTF-16 text', piped('iconv -f UTF-16 -t UTF-8')],
  [0, '\xfe\xff', 'is UTF-16 text', piped('iconv -f UTF-16 -t UTF-8')],
];

const COMPRESSED: readonly (readonly [string, Compression])[] = [
  ['\x1f\x8b', 'gzip'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['\xfd7zXZ\0', 'xz'],
  ['BZh', 'bzip2'],
  ['\x04\x22\x4d\x18', 'lz4'],
  ['\x1f\x9d', 'compress'],
];
/** A skippable frame before the first one, as pzstd(1) writes it; lz4 shares the sixteen numbers. */
const SKIPPABLE = /^[\x50-\x5f]\x2a\x4d\x18/;
const BZIP2_LEVEL = /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/;

function compressionOf(text: string): Compression | null {
  for (const [magic, format] of COMPRESSED) {
    if (!text.startsWith(magic)) continue;
    return format === 'bzip2' && text.length >= 10 && !BZIP2_LEVEL.test(text) ? null : format;
  }
  return SKIPPABLE.test(text) ? 'zstd' : null;
}

/**
 * A tar archive begins with a header whose checksum is right and whose numbers end in NUL; `ustar` stands in it, too,
 * but a user of that name may stand in a log.
 */
function isTar(head: Buffer): boolean {
  return head.length >= 512 && head.subarray(100, 148).includes(0) && isTarHeader(head.subarray(0, 512));
}

/** A line that begins as syslog (RFC 3164, RFC 5424, ISO 8601) or JSON writes it: then NUL bytes are no objection. */
const LOG_LINE = /^\0*(?:<\d{1,3}>(?:1 )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:|\{")/m;

/** Judges the first {@link HEAD_BYTES} of a file (all of it where it is shorter). */
export function sniff(head: Buffer): Head {
  const text = head.toString('latin1', 0, HEAD_BYTES);
  const format = compressionOf(text);
  if (format !== null) return { kind: 'compressed', format };
  if (isTar(head)) return { kind: 'archive', format: 'tar' };
  if (/^PK(?:\x03\x04|\x05\x06)/.test(text)) return { kind: 'archive', format: 'zip' };
  for (const [at, magic, what, remedy] of MAGIC)
    if (text.startsWith(magic, at)) return { kind: 'refused', what, remedy };
  if (LOG_LINE.test(text)) return { kind: 'log' };
  if (halfNul(text))
    return { kind: 'refused', what: 'is UTF-16 text', remedy: piped('iconv -f UTF-16 -t UTF-8') };
  return isBinary(text) ? { kind: 'refused', what: 'is not a text log', remedy: named } : { kind: 'log' };
}

/**
 * A crash leaves one long run of NUL bytes in a log; a database (wtmp, btmp) has them between all its fields.
 * Ten: a short log with a hostile name or two stays below. Random bytes have 430 in 4 KiB, wtmp above 60.
 */
function isBinary(text: string): boolean {
  const controls = text.match(/\0+|[\x01-\x08\x0b\x0c\x0e-\x1f]/g)?.length ?? 0;
  const newlines = text.match(/\n/g)?.length ?? 0;
  return controls > 10 && controls > 2 * newlines;
}

/** ASCII text in UTF-16 without its mark has a NUL in every second place and hardly any in the others. */
function halfNul(text: string): boolean {
  if (text.length < 8) return false;
  const nuls: [number, number] = [0, 0];
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 0) nuls[(i % 2) as 0 | 1]++;
  const half = text.length / 2;
  return Math.max(...nuls) > 0.8 * half && Math.min(...nuls) < 0.1 * half;
}

function quoted(path: string): string {
  if (path === '-') return 'FILE';
  return /^[\w./:+@%-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The trouble of a file that {@link sniff} refused. */
export function refusal(path: string, head: Extract<Head, { kind: 'refused' }>): Trouble {
  return new Trouble(
    'not-a-log',
    `${path === '-' ? 'standard input' : path}: ${head.what}`,
    head.remedy(path),
  );
}
