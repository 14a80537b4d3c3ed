/**
 * Lines that come twice. A forwarder that gets no answer sends its last block again (at-least-once delivery: RELP,
 * Filebeat and Fluentd promise no more), and a rotated piece may begin with the end of the one before. Such lines must
 * count once, but equal lines are not always replays: a process that refuses three passwords within a second writes
 * three.
 *
 * What tells them apart is time. Within one telling the stamps of a host go forwards. A replay begins where they go
 * back and the line there was told before, and lasts as long as the lines were; within it, each line may come as often
 * as it was told at first. So three equal lines of a second count three times, and six of them six times; after the
 * stamps have gone back they count no more. A late line, which was not told before, ends the replay.
 *
 * A line here is what it tells: host, time, process, source, port, user, outcome, method, count. The last 32,768 to
 * 65,536 of a group are remembered, more than any forwarder holds back; a whole file that is there twice is found by
 * its bytes (read/copies.ts). A block that begins and ends within one second looks like quick guesses, and counts as
 * them. machine/replays.ts does the same for the byte machine, with the same figures.
 *
 * Looking every line up would cost more than reading it, so lines are only written down, one after the other; they are
 * put into a table when the stamps of some host go back, which most logs' never do.
 */
import type { MessageReading } from './message.ts';

/** Lines of one generation: with two of them, between one and two are remembered. */
const GENERATION = 32_768;
const SLOTS = 2 * GENERATION;
/** Lines that may wait to be put into the tables. */
const RING = 2 * GENERATION;
const MOST_TOLD = 0xffff;

interface HostLines {
  /** Of the last line, seconds. */
  latest: number;
  /** The replay that it is in; 0: none. */
  replay: number;
  readonly hash: number;
}

export class Replays {
  /** Lines that were told before. */
  lines = 0;
  readonly #hosts = new Map<string, HostLines>();
  #replays = 0;
  /** The last lines, each at its number modulo {@link RING}. */
  readonly #ring = new Float64Array(RING);
  /** How many were written down, and how many of them are in the tables. */
  #written = 0;
  #tabled = 0;
  #now = new Generation();
  #before = new Generation();

  /** Forgets everything but {@link lines}, for the next group. */
  forget(): void {
    this.#hosts.clear();
    this.#written = this.#tabled = 0;
    this.#now.clear();
    this.#before.clear();
  }

  /** Whether a line was told before. Lines of a host come in the order of the log; `pid` is -1 where there is none. */
  isReplay(hostName: string, pid: number, time: number, reading: MessageReading): boolean {
    const host = this.#host(hostName);
    const goesBack = time < host.latest;
    host.latest = time;
    const line = mix(mix(keyOf(pid, reading), host.hash), time | 0);
    if (goesBack || host.replay !== 0) {
      this.#catchUp();
      const generation = this.#holding(line);
      if (generation === null) host.replay = 0;
      else {
        if (goesBack || host.replay === 0) host.replay = ++this.#replays;
        if (generation.again(line, host.replay)) {
          this.lines++;
          return true;
        }
      }
    }
    this.#ring[this.#written++ % RING] = line;
    return false;
  }

  /** Puts the lines into the tables that are not in them yet. */
  #catchUp(): void {
    if (this.#written - this.#tabled > RING) {
      this.#tabled = this.#written - RING;
      this.#now.clear();
      this.#before.clear();
    }
    for (; this.#tabled < this.#written; this.#tabled++) {
      const line = this.#ring[this.#tabled % RING]!;
      const generation = this.#holding(line);
      if (generation !== null) generation.tell(line);
      else this.#add(line);
    }
  }

  #holding(line: number): Generation | null {
    if (this.#now.has(line)) return this.#now;
    return this.#before.has(line) ? this.#before : null;
  }

  #host(name: string): HostLines {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { latest: Number.NEGATIVE_INFINITY, replay: 0, hash: hashOf(name) };
      this.#hosts.set(name, host);
    }
    return host;
  }

  #add(line: number): void {
    if (this.#now.size === GENERATION) {
      const oldest = this.#before;
      this.#before = this.#now;
      oldest.clear();
      this.#now = oldest;
    }
    this.#now.add(line);
  }
}

/** What a line tells, as 52 bits: two lines of one key are one, but for one in a billion. */
function keyOf(pid: number, reading: MessageReading): number {
  let key = hashOf(reading.source?.text ?? '\0');
  key = mix(key, hashOf(reading.user ?? '\0'));
  // the line that opens a visit is another one than the line that ends it (connections.ts)
  const opens = reading.tells === 'visit' && reading.form.id.startsWith('sshd.invalid');
  key = mix(
    key,
    hashOf(
      `${opens ? 'opens' : reading.tells} ${String(reading.known)} ${reading.method ?? ''} ${reading.module ?? ''}`,
    ),
  );
  return mix(mix(mix(key, reading.port ?? -1), pid), reading.count);
}

/** FNV-1a over UTF-16 units, spread over 52 bits. */
function hashOf(text: string): number {
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

/** A hash table of lines: how often each was told, and how often it came again in the replay that it came in last. */
class Generation {
  size = 0;
  readonly #keys = new Float64Array(SLOTS).fill(-1);
  readonly #told = new Uint16Array(SLOTS);
  readonly #again = new Uint16Array(SLOTS);
  readonly #replay = new Uint32Array(SLOTS);

  has(key: number): boolean {
    return this.#keys[this.#slot(key)] === key;
  }

  add(key: number): void {
    const slot = this.#slot(key);
    this.#keys[slot] = key;
    this.#told[slot] = 1;
    this.#replay[slot] = 0;
    this.size++;
  }

  /** A line that is here was told once more. */
  tell(key: number): void {
    const slot = this.#slot(key);
    if (this.#told[slot]! < MOST_TOLD) this.#told[slot] = this.#told[slot]! + 1;
  }

  /** A line that is here comes again in a replay; whether it was told as often before. */
  again(key: number, replay: number): boolean {
    const slot = this.#slot(key);
    if (this.#replay[slot] !== replay) {
      this.#replay[slot] = replay;
      this.#again[slot] = 0;
    }
    if (this.#again[slot]! < MOST_TOLD) this.#again[slot] = this.#again[slot]! + 1;
    return this.#again[slot]! <= this.#told[slot]!;
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
