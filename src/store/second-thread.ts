/**
 * The thread that scans blocks while this one tells of them (parse/fast/ring.ts). It is started when a log has turned out
 * long enough and used when it is ready; where it cannot be started, or not in time, this thread goes on alone, to the
 * same table.
 */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { hasThread, startThread } from '../built/parts.ts';
import { LONGEST_LINE } from '../parse/fast/block-feed.ts';
import type { SecondThread } from '../parse/fast/fast-parser.ts';
import { type MachineModule, machineMemory } from '../parse/fast/machine.ts';
import {
  createRing,
  type Elsewhere,
  FAILED,
  READY,
  type Ring,
  STARTING,
  STATUS,
} from '../parse/fast/ring.ts';
import type { ThreadInput } from './scanning-thread.ts';

/**
 * Bytes from which on a second thread is worth the start of one, some 0.06 s of processor: with a quarter of this what it
 * saves costs as much again, with four times it a log of 60 MB takes half as long again.
 */
const WORTHWHILE_BYTES = 16_000_000;
/** Seconds after which whoever waits sees whether the other thread has failed. */
const LOOK_AGAIN = 1;
/** Seconds that whoever wants two threads waits for the second. */
const MOST_STARTING = 10;
/** Slots of the machine, at most. */
const SLOTS = 16;

/**
 * A second thread for a parser of inputs that are so long together (null: nobody knows). `threads` 1: none; 2: from the
 * first byte on; null: if it is worth it. Null also where there is but one processor, or where the program is not built.
 */
export function secondThread(threads: 1 | 2 | null, totalBytes: number | null): SecondThread | null {
  if (threads === 1 || availableParallelism() < 2 || !hasThread('scanning')) return null;
  const isLong = totalBytes !== null && totalBytes >= WORTHWHILE_BYTES;
  return new ScanningThread(isLong || threads === 2 ? 0 : WORTHWHILE_BYTES, threads === 2);
}

class ScanningThread implements SecondThread {
  readonly fromBytes: number;
  /** Whether nothing is done before it is ready; else this thread begins alone. */
  readonly #isWaitedFor: boolean;
  #worker: Worker | null = null;
  #input: ThreadInput | null = null;
  #isOver = false;

  constructor(fromBytes: number, isWaitedFor: boolean) {
    this.fromBytes = fromBytes;
    this.#isWaitedFor = isWaitedFor;
  }

  ready(module: MachineModule): Elsewhere | null {
    if (this.#isOver) return null;
    if (this.#input === null) this.#start(module);
    if (this.#input === null) return null;
    const { ring, memory } = this.#input;
    if (this.#isWaitedFor) Atomics.wait(ring.words, STATUS, STARTING, MOST_STARTING * 1000);
    if (Atomics.load(ring.words, STATUS) !== READY) return null;
    return {
      ...ring,
      memory,
      wait: (word: number, value: number, seconds: number) => waitFor(ring, word, value, seconds),
      notify: (word: number) => void Atomics.notify(ring.words, word),
    };
  }

  stop(): void {
    this.#isOver = true;
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #start(module: MachineModule): void {
    try {
      const input = { module, memory: machineMemory(), ring: createRing(SLOTS, LONGEST_LINE) };
      this.#worker = startThread('scanning', { workerData: input, execArgv: [] });
      this.#worker.on('error', () => {}); // it was never ready, or its words say so
      this.#worker.unref();
      this.#input = input;
    } catch {
      this.#isOver = true; // no memory, no thread: alone
    }
  }
}

function waitFor({ words }: Ring, word: number, value: number, seconds: number): void {
  for (let waited = 0; waited < seconds; waited += LOOK_AGAIN) {
    if (Atomics.load(words, STATUS) === FAILED) throw new Error('the scanning thread has failed');
    if (Atomics.wait(words, word, value, LOOK_AGAIN * 1000) !== 'timed-out') return;
  }
  throw new Error('the scanning thread does not answer');
}
