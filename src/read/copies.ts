/**
 * The same text under several names: `auth.log.1` beside `auth.log.1.gz` while logrotate compresses, a backup beside
 * the original, a snapshot of a log that has grown since, two machines made from one image whose logs begin alike.
 * Its lines must not count twice.
 *
 * Two inputs that begin with the same line are compared byte for byte, decompressed, from their beginnings; what they
 * have in common is read once. A line of a log has a time, a host and a process number in it, so that two different logs do
 * not begin alike; but some begin with a line that says nothing (`-- Logs begin at ..`), so that less than
 * {@link LEAST_COMMON} in common counts only where it is all of one of them.
 */

/** Forty lines of a log. */
const LEAST_COMMON = 4096;
/** Bytes of a first line that are looked at. */
const FIRST_LINE = 4096;
/** Inputs with one first line that are compared with each other; beyond it, a folder of stubs. */
const MOST_ALIKE = 16;

const NEWLINE = 10;

/** Opens an input again, decompressed; null where it can be read only once. */
export type Reopen = () => Promise<AsyncIterable<Buffer> | null>;

export interface Common {
  /** The name of the input read before. */
  readonly with: string;
  /** Bytes at the beginning that are the same, up to the end of a line. */
  readonly bytes: number;
  /** Whether there is nothing more in this input. */
  readonly whole: boolean;
}

export class Copies {
  readonly #byFirstLine = new Map<string, { readonly name: string; readonly reopen: Reopen }[]>();

  /**
   * What an input has in common with one that was told of before, and remembers it; null: nothing. `head` is its
   * first chunk. Never throws: what cannot be read again has nothing in common with anything.
   */
  async tell(name: string, head: Buffer, reopen: Reopen): Promise<Common | null> {
    const key = firstLine(head);
    if (key === null) return null;
    const alike = this.#byFirstLine.get(key) ?? [];
    this.#byFirstLine.set(key, alike);
    let most: Common | null = null;
    for (const other of alike) {
      const common = await compare(other.reopen, reopen).catch(() => null);
      if (common === null || (most !== null && common.bytes <= most.bytes)) continue;
      most = { with: other.name, bytes: common.bytes, whole: common.whole };
    }
    if (alike.length < MOST_ALIKE && most?.whole !== true) alike.push({ name, reopen });
    return most;
  }
}

/** The first line that is not empty, NUL bytes left out; null where there is none. */
function firstLine(head: Buffer): string | null {
  let from = 0;
  while (from < head.length && (head[from] === 0 || head[from] === NEWLINE || head[from] === 13)) from++;
  if (from === head.length) return null;
  const newline = head.indexOf(NEWLINE, from);
  const end = newline < 0 ? head.length : newline;
  return head.toString('latin1', from, Math.min(end, from + FIRST_LINE));
}

async function compare(
  reopenBefore: Reopen,
  reopenThis: Reopen,
): Promise<{ readonly bytes: number; readonly whole: boolean } | null> {
  const before = await reopenBefore();
  const now = before === null ? null : await reopenThis();
  if (before === null || now === null) return null;
  const a = new Cursor(before);
  const b = new Cursor(now);
  let bytes = 0;
  let wholeLines = 0;
  try {
    for (;;) {
      const [left, right] = [await a.held(), await b.held()];
      if (left.length === 0 || right.length === 0) {
        const whole = right.length === 0;
        if (whole) return { bytes, whole };
        // all of the other: its last line may have been cut short there
        return wholeLines === 0 ? null : { bytes: wholeLines, whole: false };
      }
      const most = Math.min(left.length, right.length);
      const same = sameBytes(left, right, most);
      const newline = left.subarray(0, same).lastIndexOf(NEWLINE);
      if (newline >= 0) wholeLines = bytes + newline + 1;
      bytes += same;
      if (same < most) return wholeLines < LEAST_COMMON ? null : { bytes: wholeLines, whole: false };
      a.take(same);
      b.take(same);
    }
  } finally {
    await a.close();
    await b.close();
  }
}

function sameBytes(left: Buffer, right: Buffer, most: number): number {
  if (left.compare(right, 0, most, 0, most) === 0) return most;
  let low = 0;
  let high = most; // the first `low` bytes are the same, the first `high` are not
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (left.compare(right, low, middle, low, middle) === 0) low = middle;
    else high = middle;
  }
  return low;
}

/** Chunks by what is left of the one at hand. An input that is damaged ends there. */
class Cursor {
  readonly #iterator: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Empty at the end. */
  async held(): Promise<Buffer> {
    while (this.#chunk.length === 0) {
      try {
        const next = await this.#iterator.next();
        if (next.done === true) break;
        this.#chunk = next.value;
      } catch {
        break;
      }
    }
    return this.#chunk;
  }

  take(count: number): void {
    this.#chunk = this.#chunk.subarray(count);
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** The chunks without their first `bytes` bytes. */
export async function* without(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left === 0 ? chunk : chunk.subarray(left);
      left = 0;
    }
  }
}

/** The first chunk, and all of them with it. */
export async function withFirst(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly first: Buffer; readonly all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let failure: { readonly error: unknown } | null = null;
  let first: Buffer = Buffer.alloc(0);
  try {
    const next = await iterator.next();
    if (next.done !== true) first = Buffer.from(next.value);
  } catch (error) {
    failure = { error };
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (failure !== null) throw failure.error;
      if (first.length > 0) yield first;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}
