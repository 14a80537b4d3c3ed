/**
 * The members of an archive in the order in which they are wanted, which is rarely the one they are packed in:
 * `tar czf logs.tgz /var/log/auth.log*` puts the newest piece first, and a log is read oldest piece first.
 *
 * An archive is a stream and nothing is ever written to disk. So one pass lists the members and keeps those that may
 * be logs in memory, compressed (a log takes a tenth or less), up to {@link HELD_BYTES}; what has no room is read in
 * further passes, each of which keeps as many of those that come next as there is room for.
 */
import { basename } from 'node:path';
import { createGzip } from 'node:zlib';
import { Trouble } from '../../model/error.ts';
import { gunzipped } from '../decode/gzip.ts';
import { isLoginLogName } from '../rotation.ts';
import { HEAD_BYTES, sniff } from '../sniff.ts';
import { troubleBehind } from '../text.ts';
import type { Member } from './member.ts';
import { tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

/**
 * Bytes of members kept at once, 64 MiB: about a gigabyte of log. With twice as much, an archive of ten gigabytes takes
 * half as many passes and `scan` no longer keeps to 250 MB; with half of it, twice as many.
 */
export const HELD_BYTES = 64 * 1024 * 1024;

export type ArchiveFormat = 'tar' | 'zip';

/** A file of the archive that may be a log. */
export interface Listed {
  readonly index: number;
  readonly name: string;
}

interface Held {
  readonly pieces: readonly Buffer[];
  readonly bytes: number;
  /** Whether they were packed here. */
  readonly packed: boolean;
}

export interface Content {
  readonly index: number;
  /** Bytes of the member as it is in the archive, good until the next content is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
}

export class Archive {
  readonly #name: string;
  readonly #format: ArchiveFormat;
  readonly #reopen: (() => Promise<AsyncIterable<Buffer>>) | null;
  readonly #most: number;
  readonly #held = new Map<number, Held>();
  #heldBytes = 0;
  #listed: Listed[] = [];
  #others = 0;
  #trouble: Trouble | null = null;

  private constructor(
    name: string,
    format: ArchiveFormat,
    reopen: (() => Promise<AsyncIterable<Buffer>>) | null,
    most: number,
  ) {
    this.#name = name;
    this.#format = format;
    this.#reopen = reopen;
    this.#most = most;
  }

  /**
   * Lists the archive whose bytes are `chunks`. `reopen` gives them once more; null where that cannot be (standard
   * input). Damage ends the list and is in {@link trouble}.
   */
  static async list(
    name: string,
    format: ArchiveFormat,
    chunks: AsyncIterable<Buffer>,
    reopen: (() => Promise<AsyncIterable<Buffer>>) | null,
    most: number = HELD_BYTES,
  ): Promise<Archive> {
    const archive = new Archive(name, format, reopen, most);
    await archive.#list(chunks);
    return archive;
  }

  /** Members that are login logs by their name, or, where none is, all that may be text. */
  get members(): readonly Listed[] {
    return this.#listed;
  }

  /** Files that are neither text nor compressed. */
  get otherFiles(): number {
    return this.#others;
  }

  /** What cut the list short; null where the archive was read to its end. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** The members with these indexes, in this order. Throws {@link Trouble} where the archive can't be read again. */
  async *contents(order: readonly number[]): AsyncGenerator<Content> {
    for (let i = 0; i < order.length; i++) {
      const index = order[i]!;
      const held = this.#held.get(index);
      if (held !== undefined) {
        if (this.#reopen !== null) this.#drop(index);
        yield { index, chunks: unpacked(held) };
      } else yield* this.#pass(index, order.slice(i + 1));
    }
  }

  /** One member by itself, from a pass of its own where it is not held; null where it can't be read again. */
  async again(index: number): Promise<AsyncIterable<Buffer> | null> {
    const held = this.#held.get(index);
    if (held !== undefined) return unpacked(held);
    if (this.#reopen === null) return null;
    const members = membersOf(this.#format, await this.#reopen());
    for await (const member of members) if (member.index === index) return closing(member.body, members);
    return null;
  }

  async #list(chunks: AsyncIterable<Buffer>): Promise<void> {
    let hasLoginLog = false;
    try {
      for await (const member of membersOf(this.#format, chunks)) {
        const name = basename(member.name);
        if (name.startsWith('.')) continue;
        const isLoginLog = isLoginLogName(name);
        if (isLoginLog && !hasLoginLog) {
          hasLoginLog = true;
          for (const { index } of this.#listed) this.#drop(index);
          this.#listed = [];
        }
        if (hasLoginLog && !isLoginLog) continue;
        if (await this.#hold(member)) this.#listed.push({ index: member.index, name: member.name });
        else this.#others++;
      }
    } catch (error) {
      this.#trouble = troubleBehind(this.#name, error, 0);
      if (this.#trouble === null) throw error;
      this.#trouble = new Trouble(
        'truncated',
        this.#trouble.message.replace(
          '; nothing of it could be read',
          `; ${logs(this.#listed.length)} in it before that`,
        ),
        this.#trouble.remedy,
      );
    }
  }

  /** Keeps the member while there is room; false where it is neither text nor compressed. */
  async #hold(member: Member): Promise<boolean> {
    const iterator = member.body[Symbol.asyncIterator]();
    const first: Buffer[] = [];
    let length = 0;
    while (length < HEAD_BYTES) {
      const next = await iterator.next();
      if (next.done === true) break;
      first.push(Buffer.from(next.value));
      length += next.value.length;
    }
    const kind = sniff(Buffer.concat(first).subarray(0, HEAD_BYTES)).kind;
    if (kind === 'refused') return false;
    if (this.#heldBytes >= this.#most) return true; // it is a log, and there is no room
    const rest = (async function* () {
      yield* first;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    })();
    const room = this.#most - this.#heldBytes;
    const held = kind === 'log' ? await pack(rest, room) : await gather(rest, room);
    if (held !== null) this.#keep(member.index, held);
    return true;
  }

  async *#pass(wanted: number, next: readonly number[]): AsyncGenerator<Content> {
    if (this.#reopen === null)
      throw new Trouble(
        'not-readable',
        `${this.#name === '-' ? 'standard input' : this.#name}: more than ${Math.round(this.#most / 1024 / 1024)} MiB of logs in an archive that can be read only once`,
        'Save the archive to a file and name that.',
      );
    const soon = new Set(next.filter((index) => !this.#held.has(index)));
    for await (const member of membersOf(this.#format, await this.#reopen())) {
      if (member.index === wanted) {
        yield { index: wanted, chunks: member.body };
        if (soon.size === 0) return;
      } else if (soon.has(member.index) && this.#heldBytes < this.#most) await this.#hold(member);
    }
  }

  #keep(index: number, held: Held): void {
    this.#held.set(index, held);
    this.#heldBytes += held.bytes;
  }

  #drop(index: number): void {
    this.#heldBytes -= this.#held.get(index)?.bytes ?? 0;
    this.#held.delete(index);
  }
}

function logs(count: number): string {
  return count === 0 ? 'no log was' : count === 1 ? 'one log was' : `${count} logs were`;
}

function membersOf(format: ArchiveFormat, chunks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  return format === 'tar' ? tarMembers(chunks) : zipMembers(chunks);
}

async function* closing(
  body: AsyncIterable<Buffer>,
  members: AsyncGenerator<Member>,
): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } finally {
    await members.return(undefined);
  }
}

/** The chunks, as they are; null where they are more than `room`. */
async function gather(chunks: AsyncIterable<Buffer>, room: number): Promise<Held | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > room) return null;
    pieces.push(Buffer.from(chunk));
  }
  return { pieces, bytes, packed: false };
}

/** The chunks, packed by gzip at its fastest; null where that is more than `room`. */
async function pack(chunks: AsyncIterable<Buffer>, room: number): Promise<Held | null> {
  const gzip = createGzip({ level: 1 });
  const pieces: Buffer[] = [];
  let bytes = 0;
  gzip.on('data', (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
  });
  try {
    for await (const chunk of chunks) {
      const own = Buffer.from(chunk);
      await new Promise<void>((resolve) => gzip.write(own, () => resolve()));
      if (bytes > room) return null;
    }
    await new Promise<void>((resolve) => {
      gzip.once('end', resolve);
      gzip.end();
    });
  } finally {
    gzip.destroy();
  }
  return bytes > room ? null : { pieces, bytes, packed: true };
}

function unpacked(held: Held): AsyncIterable<Buffer> {
  // oxlint-disable-next-line require-await -- an async generator, so that all bytes are read alike
  const pieces = (async function* () {
    yield* held.pieces;
  })();
  return held.packed ? gunzipped(pieces) : pieces;
}
