/**
 * Lines that come twice. A forwarder that gets no answer sends its last block again (at-least-once delivery, as RELP,
 * Filebeat and Fluentd promise no more), and a rotated piece may begin with the end of the one before. Such lines
 * must count once, but equal lines are not always replays: a process that refuses three passwords within a second writes three.
 *
 * What tells them apart is time. Within one telling the stamps of a host go forwards. A replay begins where they go
 * back and the line there was told before, and lasts as long as the lines were; within it, each line may come as often as it
 * was told at first. So three equal lines of a second count three times, and three more times when six of them come;
 * after the stamps have gone back they count no more. A late line, which was not told before, ends the replay.
 *
 * A line here is what it tells: host, time, process, form, user, source, port, count. The last 65,536 to 131,072 of a
 * group are remembered (5 MB), what a forwarder holds back; a whole file that is there twice is found by its bytes
 * (read/copies.ts). A block that begins and ends within one second looks like quick guesses, and counts as them.
 */
import type { MessageReading } from './message.ts';

/** Lines of one generation: with two of them, between one and two are remembered. */
const GENERATION = 65_536;
const SLOTS = 2 * GENERATION;

/** What is known of a host's lines. */
export interface HostLines {
  /** Of the last line, seconds. */
  latest: number;
  /** Within a replay: how often each line was told in it, by key; null: in none. */
  again: Map<number, number> | null;
  readonly hash: number;
}

export class Replays {
  /** Lines that were told before. */
  lines = 0;
  readonly #hosts = new Map<string, HostLines>();
  #now = new Generation();
  #before = new Generation();

  /** What is known of a host; the caller may keep it until {@link forget}. */
  host(name: string): HostLines {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { latest: Number.NEGATIVE_INFINITY, again: null, hash: hashOf(name) };
      this.#hosts.set(name, host);
    }
    return host;
  }

  /** Forgets everything, for the next group. */
  forget(): void {
    this.#hosts.clear();
    this.#now.clear();
    this.#before.clear();
  }

  /** Whether a line was told before. `key` is {@link lineKey}'s; lines of a host come in the order of the log. */
  isReplay(host: HostLines, time: number, key: number): boolean {
    const goesBack = time < host.latest;
    host.latest = time;
    const line = mix(mix(key, host.hash), time | 0);
    if (goesBack || host.again !== null) {
      const told = this.#now.count(line) + this.#before.count(line);
      if (told > 0) {
        if (goesBack || host.again === null) host.again = new Map();
        const times = (host.again.get(line) ?? 0) + 1;
        host.again.set(line, times);
        if (times <= told) {
          this.lines++;
          return true;
        }
      } else host.again = null;
    }
    if (this.#now.size === GENERATION) {
      const oldest = this.#before;
      this.#before = this.#now;
      oldest.clear();
      this.#now = oldest;
    }
    this.#now.add(line);
    return false;
  }
}

/** What a line tells, as 52 bits: two lines of one key are one, but for one in a billion. */
export function lineKey(
  formHash: number,
  sourceHash: number,
  userHash: number,
  port: number,
  pid: number,
  count: number,
): number {
  return mix(mix(mix(mix(mix(mix(formHash, sourceHash), userHash), port), pid), count), 0x5bd1);
}

/** The same of a line that was read; null fields are told apart from every value. */
export function keyOfReading(pid: number, reading: MessageReading): number {
  return lineKey(
    hashOf(reading.form.id),
    hashOf(reading.source?.text ?? '\0'),
    hashOf(reading.user ?? '\0'),
    reading.port ?? -1,
    pid,
    reading.count,
  );
}

/** FNV-1a over UTF-16 units, spread over 52 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash >>> 0, text.length);
}

/** Two 26-bit halves, each stirred by the other; whole numbers below 2^52 in and out. */
function mix(hash: number, value: number): number {
  const high = Math.floor(hash / 0x4000000);
  const low = hash % 0x4000000;
  const other = Math.floor(value / 0x4000000);
  const a = Math.imul(low ^ value, 0x9e3779b1);
  const b = Math.imul(high ^ other ^ (a >>> 15), 0x85ebca6b);
  const c = Math.imul(a ^ (b >>> 13), 0xc2b2ae35);
  return ((b ^ (c >>> 16)) >>> 6) * 0x4000000 + ((c ^ (b << 7)) >>> 6);
}

/** A hash table of numbers and how often each was added, with a fixed number of slots. */
class Generation {
  size = 0;
  readonly #keys = new Float64Array(SLOTS).fill(-1);
  readonly #counts = new Uint16Array(SLOTS);

  count(key: number): number {
    const slot = this.#slot(key);
    return this.#keys[slot] === key ? this.#counts[slot]! : 0;
  }

  add(key: number): void {
    const slot = this.#slot(key);
    if (this.#keys[slot] !== key) {
      this.#keys[slot] = key;
      this.#counts[slot] = 0;
      this.size++;
    }
    if (this.#counts[slot]! < 0xffff) this.#counts[slot] = this.#counts[slot]! + 1;
  }

  clear(): void {
    if (this.size === 0) return;
    this.#keys.fill(-1);
    this.size = 0;
  }

  /** Where the key is, or would be. At most half of the slots are taken. */
  #slot(key: number): number {
    let slot = key % SLOTS;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) % SLOTS;
    return slot;
  }
}
