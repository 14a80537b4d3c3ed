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
import { ownCopy } from '../model/interner.ts';
import { mannerOf } from './manner.ts';
import type { MessageReading } from './message.ts';

/** Lines of one generation: with two of them, between one and two are remembered. */
const GENERATION = 32_768;
const SLOTS = 2 * GENERATION;
/** Lines that may wait to be put into the tables. */
const RING = 2 * GENERATION;
const FIRST_RING = 1024;
const MOST_TOLD = 0xffff;
/** Hosts whose last stamp is remembered; beyond, as only a forged log has, those first seen are forgotten, many at once. */
const MOST_HOSTS = 0xffff;
const FORGOTTEN_AT_ONCE = 1000;

/** What is remembered, as plain data: 8 bytes a line, or 16 where stamps have gone back. */
export interface SavedReplays {
  readonly lines: number;
  readonly replays: number;
  readonly written: number;
  readonly tabled: number;
  readonly hosts: readonly (readonly [name: string, latest: number, replay: number])[];
  /** The last lines that are not in the tables. */
  readonly ring: Float64Array;
  readonly now: SavedGeneration | null;
  readonly before: SavedGeneration | null;
}

interface SavedGeneration {
  readonly keys: Float64Array;
  readonly told: Uint16Array;
  readonly again: Uint16Array;
  readonly replay: Uint32Array;
}

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
  /** The last lines, each at its number modulo the length, which grows to {@link RING}. */
  #ring = new Float64Array(FIRST_RING);
  /** How many were written down, and how many of them are in the tables. */
  #written = 0;
  #tabled = 0;
  /** Made when the stamps of a host go back for the first time. */
  #now: Generation | null = null;
  #before: Generation | null = null;

  /** Forgets everything but {@link lines}, for the next group. */
  forget(): void {
    this.#hosts.clear();
    this.#written = this.#tabled = 0;
    this.#now?.clear();
    this.#before?.clear();
  }

  /** A copy of what is remembered, for {@link restore}. */
  save(): SavedReplays {
    const first = Math.max(this.#tabled, this.#written - RING);
    const ring = new Float64Array(this.#written - first);
    for (let i = first; i < this.#written; i++) ring[i - first] = this.#ring[i % this.#ring.length]!;
    return {
      lines: this.lines,
      replays: this.#replays,
      written: this.#written,
      tabled: this.#tabled,
      hosts: [...this.#hosts].map(([name, { latest, replay }]) => [name, latest, replay]),
      ring,
      now: this.#now?.save() ?? null,
      before: this.#before?.save() ?? null,
    };
  }

  restore(saved: SavedReplays): void {
    this.lines = saved.lines;
    this.#replays = saved.replays;
    this.#written = saved.written;
    this.#tabled = saved.tabled;
    this.#hosts.clear();
    for (const [name, latest, replay] of saved.hosts)
      this.#hosts.set(name, { latest, replay, hash: hashOf(name) });
    const first = saved.written - saved.ring.length;
    let length = FIRST_RING;
    while (length < RING && length < saved.written) length *= 2;
    this.#ring = new Float64Array(length);
    saved.ring.forEach((line, i) => {
      this.#ring[(first + i) % length] = line;
    });
    this.#now = saved.now === null ? null : Generation.restored(saved.now);
    this.#before = saved.before === null ? null : Generation.restored(saved.before);
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
    if (this.#written === this.#ring.length && this.#written < RING) this.#growRing();
    this.#ring[this.#written++ % this.#ring.length] = line;
    return false;
  }

  #growRing(): void {
    const larger = new Float64Array(2 * this.#ring.length);
    larger.set(this.#ring);
    this.#ring = larger;
  }

  /** Puts the lines into the tables that are not in them yet. */
  #catchUp(): void {
    if (this.#written - this.#tabled > RING) {
      this.#tabled = this.#written - RING;
      this.#now?.clear();
      this.#before?.clear();
    }
    for (; this.#tabled < this.#written; this.#tabled++) {
      const line = this.#ring[this.#tabled % this.#ring.length]!;
      const generation = this.#holding(line);
      if (generation !== null) generation.tell(line);
      else this.#add(line);
    }
  }

  #holding(line: number): Generation | null {
    if (this.#now?.has(line) === true) return this.#now;
    return this.#before?.has(line) === true ? this.#before : null;
  }

  #host(name: string): HostLines {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { latest: Number.NEGATIVE_INFINITY, replay: 0, hash: hashOf(name) };
      if (this.#hosts.size >= MOST_HOSTS) this.#forgetHosts(FORGOTTEN_AT_ONCE);
      this.#hosts.set(ownCopy(name), host);
    }
    return host;
  }

  #forgetHosts(hosts: number): void {
    let left = hosts;
    for (const oldest of this.#hosts.keys()) {
      if (left-- === 0) return;
      this.#hosts.delete(oldest);
    }
  }

  #add(line: number): void {
    this.#now ??= new Generation();
    if (this.#now.size === GENERATION) {
      const oldest = this.#before ?? new Generation();
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
      `${opens ? 'opens' : reading.tells} ${String(reading.known)} ${mannerOf(reading.method)} ${reading.module ?? ''}`,
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

  save(): SavedGeneration {
    const taken = this.#keys.reduce<number[]>((slots, key, slot) => {
      if (key !== -1) slots.push(slot);
      return slots;
    }, []);
    return {
      keys: Float64Array.from(taken, (slot) => this.#keys[slot]!),
      told: Uint16Array.from(taken, (slot) => this.#told[slot]!),
      again: Uint16Array.from(taken, (slot) => this.#again[slot]!),
      replay: Uint32Array.from(taken, (slot) => this.#replay[slot]!),
    };
  }

  static restored({ keys, told, again, replay }: SavedGeneration): Generation {
    const generation = new Generation();
    keys.forEach((key, i) => {
      generation.add(key);
      const slot = generation.#slot(key);
      generation.#told[slot] = told[i]!;
      generation.#again[slot] = again[i]!;
      generation.#replay[slot] = replay[i]!;
    });
    return generation;
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
