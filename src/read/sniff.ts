/**
 * What kind of bytes a file begins with: a log, something compressed, or no text at all. Told by the first 4 KiB,
 * never by the name. Magic numbers are those of file(1).
 */
import { Trouble } from '../model/error.ts';

/** Bytes looked at: some forty lines of a log. */
export const HEAD_BYTES = 4096;

export type Head =
  | { readonly kind: 'log' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'refused'; readonly what: string; readonly remedy: (path: string) => string };

const piped = (command: string) => (path: string) => `Run: ${command} ${quoted(path)} | slowbrute scan -`;
const named = () => 'Name the text log that sshd writes to: auth.log, secure or authlog.';

const MAGIC: readonly (readonly [number, string, string, (path: string) => string])[] = [
  [0, '\xfd7zXZ\0', 'is compressed with xz', piped('xzcat')],
  [0, '\x28\xb5\x2f\xfd', 'is compressed with zstd', piped('zstdcat')],
  [0, 'BZh', 'is compressed with bzip2', piped('bzcat')],
  [0, '\x04\x22\x4d\x18', 'is compressed with lz4', piped('lz4cat')],
  [0, '\x1f\x9d', 'is compressed with compress', piped('zcat')],
  [0, 'PK\x03\x04', 'is a zip archive', piped('unzip -p')],
  [257, 'ustar', 'is a tar archive', piped('tar -xOf')],
  [0, 'LPKSHHRH', 'is a journal file', piped('journalctl -o json --file')],
  [0, 'SQLite format 3\0', 'is a SQLite database, not a text log', named],
  [0, '\x7fELF', 'is a program, not a text log', named],
  [0, '\xff\xfe', 'is UTF-16 text', piped('iconv -f UTF-16 -t UTF-8')],
  [0, '\xfe\xff', 'is UTF-16 text', piped('iconv -f UTF-16 -t UTF-8')],
];

/** A line that begins as syslog (RFC 3164, RFC 5424, ISO 8601) or JSON writes it: then NUL bytes are no objection. */
const LOG_LINE = /^\0*(?:<\d{1,3}>(?:1 )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:|\{")/m;

/** Judges the first {@link HEAD_BYTES} of a file (all of it where it is shorter). */
export function sniff(head: Buffer): Head {
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'gzip' };
  const text = head.toString('latin1', 0, HEAD_BYTES);
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
