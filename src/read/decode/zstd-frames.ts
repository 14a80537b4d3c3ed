/**
 * Where the frames of Zstandard data (RFC 8878) begin and end, and what memory each asks for, without decoding
 * anything: a frame's header tells its length, each of its blocks begins with three bytes that tell the block's.
 *
 * Needed because `zstd -c a >> x; zstd -c b >> x` is good Zstandard, as `cat` of two files is, and node:zlib stops after the first
 * frame (nodejs/node#64741); and because a header may ask for any amount of memory.
 */
import { Damage, MOST_WINDOW_BYTES } from './damage.ts';

const MAGIC = 0xfd2fb528;
/** Skippable frames have 16 magic numbers; pzstd(1) writes one before each frame, the seekable format one at the end. */
const SKIPPABLE = 0x184d2a50;

export interface Piece {
  /** Bytes of one frame; a part of the chunk given, good as long as it is. */
  readonly bytes: Buffer;
  /** Whether they are the last of their frame. */
  readonly ends: boolean;
}

type State = 'magic' | 'skipping' | 'block' | 'checksum';

/** Cuts chunks at the ends of frames. Skippable frames are left out. */
export class ZstdFrames {
  #state: State = 'magic';
  /** Bytes that go through before there is something to look at. */
  #through = 0;
  /** The beginning of a header that the last chunk ended in. */
  #held: Buffer = Buffer.alloc(0);
  #lastBlock = false;
  #checksum = false;

  /** Whether the data may end here: between frames. */
  get isBetween(): boolean {
    return this.#state === 'magic' && this.#held.length === 0;
  }

  /** Throws {@link Damage} for what is no frame, or one that asks for too much memory. */
  *push(chunk: Buffer): Generator<Piece> {
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    // everything up to `at` is looked at and, from `from` on, not handed on yet
    let from = 0;
    let at = 0;
    for (;;) {
      const step = Math.min(this.#through, bytes.length - at);
      this.#through -= step;
      at += step;
      if (this.#through > 0) break; // the chunk is used up
      if (this.#state === 'checksum' || (this.#state === 'block' && this.#lastBlock)) {
        if (this.#state === 'block' && this.#checksum) {
          this.#state = 'checksum';
          this.#through = 4;
          continue;
        }
        yield { bytes: bytes.subarray(from, at), ends: true };
        from = at;
        this.#state = 'magic';
      }
      if ((this.#state as State) === 'skipping') {
        from = at;
        this.#state = 'magic';
      }
      const used = this.#state === 'magic' ? this.#header(bytes, at) : this.#block(bytes, at);
      if (used === 0) break; // not all of the header is here
      at += used;
      if ((this.#state as State) === 'skipping') from = at;
    }
    if (this.#state !== 'skipping' && at > from) yield { bytes: bytes.subarray(from, at), ends: false };
    if (this.#through === 0 && at < bytes.length) {
      bytes = bytes.subarray(at);
      this.#held = Buffer.from(bytes);
    }
  }

  /** Length of the header at `at`, 0 where it is not all there. */
  #header(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    if (left < 4) return 0;
    const magic = bytes.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      if (left < 8) return 0;
      this.#through = bytes.readUInt32LE(at + 4);
      this.#state = 'skipping';
      return 8;
    }
    if (magic !== MAGIC) throw new Damage('zstd', 'damaged', 'no frame');
    if (left < 5) return 0;
    const descriptor = bytes[at + 4]!;
    const single = (descriptor & 32) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    const length = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    if (left < length) return 0;
    let window: number;
    if (single) {
      const sizeAt = at + 5 + dictionaryBytes;
      window =
        sizeBytes === 8
          ? Number(bytes.readBigUInt64LE(sizeAt))
          : bytes.readUIntLE(sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
    } else {
      const code = bytes[at + 5]!;
      const base = 2 ** (10 + (code >> 3));
      window = base + (base / 8) * (code & 7);
    }
    if (window > MOST_WINDOW_BYTES) throw new Damage('zstd', 'too-much-memory', `${window} bytes`);
    this.#checksum = (descriptor & 4) !== 0;
    this.#lastBlock = false;
    this.#state = 'block';
    return length;
  }

  #block(bytes: Buffer, at: number): number {
    if (bytes.length - at < 3) return 0;
    const header = bytes.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    if (type === 3) throw new Damage('zstd', 'damaged', 'no block');
    this.#lastBlock = (header & 1) !== 0;
    this.#through = type === 1 ? 1 : header >> 3; // one byte that is repeated, or as many as it says
    return 3;
  }
}
