/** The program of the scanning thread (second-thread.ts): blocks to events, until the thread is ended. */
import { readSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { MachineMemory, MachineModule } from '../parse/fast/machine.ts';
import { FAILED, READY, type Ring, STATUS } from '../parse/fast/ring.ts';
import { RingScanner } from '../parse/fast/ring-scanner.ts';

export interface ThreadInput {
  readonly module: MachineModule;
  /** Of the machine here; the other thread reads it. */
  readonly memory: MachineMemory;
  readonly ring: Ring;
}

const input = workerData as ThreadInput;
const { words } = input.ring;
try {
  const scanner = new RingScanner({
    ...input,
    seed: seeds(),
    read: (descriptor, into, position) => readSync(descriptor, into, 0, into.length, position),
    wait: (word, value) => void Atomics.wait(words, word, value),
  });
  Atomics.store(words, STATUS, READY);
  Atomics.notify(words, STATUS);
  for (;;) scanner.step();
} catch (error) {
  Atomics.store(words, STATUS, FAILED);
  Atomics.notify(words, STATUS);
  throw error;
}

/** The hash of texts is keyed, so that nobody can make it slow. */
function seeds(): readonly [bigint, bigint] {
  const seed = crypto.getRandomValues(new BigUint64Array(2));
  return [seed[0]!, seed[1]!];
}
