/** Workers of one detection as threads of this process: as many as there are processors to spare. */
import type { Worker } from 'node:worker_threads';
import { hasThread, startThread } from '../built/parts.ts';
import type { FleetPlace } from './place.ts';

export interface ThreadTask {
  readonly place: FleetPlace;
  readonly owner: string;
}

/** Threads that work until the end of the detection; `count` more beside the caller's own. */
export class WorkerThreads {
  readonly #workers: readonly Worker[];
  #failure: unknown = null;

  constructor(place: FleetPlace, count: number) {
    this.#workers = Array.from({ length: hasThread('fleet') ? count : 0 }, (_, i) => {
      const task: ThreadTask = { place, owner: `${process.pid}-thread-${i + 1}` };
      const worker = startThread('fleet', { workerData: task, execArgv: [] });
      worker.on('error', (error) => {
        this.#failure ??= error;
      });
      return worker;
    });
  }

  get count(): number {
    return this.#workers.length;
  }

  /** Why one of them died, or null. The others go on, and so does the caller, with its share. */
  get failure(): unknown {
    return this.#failure;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
