/**
 * Bytes that come in chunks, asked for by number: for the decoders that are written here, which take a header, a block
 * or a member at a time. Holds no more than what was asked for and one chunk.
 */

export class Feed {
  /** What is held and not taken yet; good until the next {@link ensure}. */
  bytes: Buffer = Buffer.alloc(0);
  /** Bytes taken since the beginning. */
  taken = 0;
  readonly #chunks: AsyncIterator<Buffer>;
  #ended = false;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether at least `count` bytes are held; reads on until they are, or until the input ends. */
  async ensure(count: number): Promise<boolean> {
    if (this.bytes.length >= count) return true;
    const held: Buffer[] = [Buffer.from(this.bytes)];
    let length = this.bytes.length;
    while (length < count && !this.#ended) {
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else {
        held.push(Buffer.from(next.value)); // the chunk is only good until the next one
        length += next.value.length;
      }
    }
    this.bytes = held.length === 1 ? held[0]! : Buffer.concat(held, length);
    return length >= count;
  }

  /** Takes `count` of the bytes held. */
  take(count: number): Buffer {
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(count);
    this.taken += taken.length;
    return taken;
  }

  /** Passes over `count` bytes without holding them; false where the input ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0) {
      if (!(await this.ensure(1))) return false;
      left -= this.take(Math.min(left, this.bytes.length)).length;
    }
    return true;
  }

  /** No more is wanted. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
