/**
 * Rotated logs: which files are pieces of one log, and which piece is older.
 *
 * Names as logrotate(8) (`.1`, `.2.gz`, `dateext` as `-20210815` and `-20210815-1630014001`, `extension .log` as
 * `auth-20210815.log`), newsyslog(8) of the BSDs (`.0.gz`, `.1.bz2`) and home-made ones (`.2021-08-15.gz`, `.old`)
 * write them. A file that is named by an IPv4 address is a host's log, not the tenth piece of `192.0.2`.
 */
export interface Rotation {
  /** Name of the log without what rotation and compression added. */
  readonly base: string;
  /** Sorts the pieces of one log, oldest first, when compared as text. */
  readonly age: string;
}

const COMPRESSED = /\.(?:gz|bz2|xz|zst|zstd|lz4|lzma|Z)$/;
const EXTENSION = /\.(?:log|txt)$/;
/** `-20210815`, `.2021-08-15`, `-202108`; a time of day, or seconds since 1970, behind: `-2021081503`, `-20210815-1629000000`. */
const DATED =
  /^(.+?)[-._]((?:19|20)\d\d-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?)(?:[-._T]?(\d{2}(?:[-:.]?\d{2}){0,4})Z?)?$/;
/** Seconds since 1970 alone: `-1629000000`. */
const EPOCH = /^(.+?)[-._](1\d{9})$/;
const NUMBERED = /^(.+)\.(\d{1,3})$/;
const OLD = /^(.+)\.old$/;
const ADDRESS = /(?:^|[^\d.])(?:\d{1,3}\.){3}\d{1,3}$/;

/** What the name of a file, without its folder, says of rotation. The current file sorts last. */
export function rotationOf(fileName: string): Rotation {
  const plain = fileName.replace(COMPRESSED, '');
  const extension = EXTENSION.exec(plain)?.[0] ?? '';
  const stem = plain.slice(0, plain.length - extension.length);
  const dated = DATED.exec(stem);
  if (dated !== null) {
    const [, name = '', date = '', time = ''] = dated;
    return { base: name + extension, age: dateAge(date, time) };
  }
  const epoch = EPOCH.exec(stem);
  if (epoch !== null) {
    const [, name = '', seconds = ''] = epoch;
    const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
    return { base: name + extension, age: dateAge(date, seconds) };
  }
  const numbered = ADDRESS.test(stem) ? null : NUMBERED.exec(stem);
  if (numbered !== null) {
    const [, name = '', number = ''] = numbered;
    return { base: name + extension, age: `1 ${String(9999 - Number(number)).padStart(4, '0')}` };
  }
  const old = OLD.exec(stem);
  if (old !== null) return { base: old[1]! + extension, age: '1 9998' };
  return { base: plain, age: '2' };
}

function dateAge(date: string, time: string): string {
  const digits = time.replaceAll(/\D/g, '');
  return `0 ${date.replaceAll('-', '').padEnd(8, '0')} ${digits.length === 10 ? digits : digits.padEnd(9, '0').padStart(10, '0')}`;
}

/** Whether the name tells of rotation or compression: everything but the current file. */
export function isRotated(fileName: string): boolean {
  return rotationOf(fileName).age !== '2' || COMPRESSED.test(fileName);
}

/** Names under which systems keep the log that sshd writes to, rotation taken off. */
const LOGIN_LOG = /^(?:auth\.log|auth|authlog|secure|secure\.log|sshd?\.log|sshd|authpriv\.log)$/i;

/** Whether a file is named as a system names its login log: `auth.log.2.gz`, `secure-20210815`, `authlog.0.gz`. */
export function isLoginLogName(fileName: string): boolean {
  return LOGIN_LOG.test(rotationOf(fileName).base);
}
