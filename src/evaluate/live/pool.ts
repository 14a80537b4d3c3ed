/**
 * Units of work over threads. The results come in the order of the units, whichever thread was first, so a run on one
 * core prints what a run on sixteen does. Logs are made in the threads: only the unit goes out and only counts come
 * back.
 */
import { hasThread, startThread } from '../../built/parts.ts';
import { runUnit, type Scored, type Unit, type UnitResult, unitText } from './unit.ts';

export interface UnitStep {
  readonly unit: Unit;
  readonly done: number;
  readonly total: number;
}

/** Runs all units on at most `threads` threads; `before` hears of each as it is handed out. Rejects with the first error. */
export type Pool = (
  units: readonly Unit[],
  threads: number,
  before: (step: UnitStep) => void,
) => Promise<readonly Scored[]>;

/**
 * Threads of the built program; one thread of the sources, and one where one is asked for, is this one. The oldest
 * generation of the heap is given room for a year of a busy site (2.2 million attempts, some 600 MB while made).
 */
export const runUnits: Pool = async (units, threads, before) => {
  if (threads <= 1 || !hasThread('measuring')) return runHere(units, before);
  return runInThreads(units, Math.min(threads, units.length), before);
};

/** The same in this thread. */
export const runHere = async (
  units: readonly Unit[],
  before: (step: UnitStep) => void,
): Promise<readonly Scored[]> => {
  const scored: Scored[] = [];
  for (const unit of units) {
    before({ unit, done: scored.length, total: units.length });
    await breathe();
    scored.push({ unit, result: runUnit(unit) });
  }
  return scored;
};

/** Lets the event loop turn: a progress line, an interrupt. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function runInThreads(
  units: readonly Unit[],
  threads: number,
  before: (step: UnitStep) => void,
): Promise<readonly Scored[]> {
  return new Promise((resolve, reject) => {
    const results: (UnitResult | undefined)[] = units.map(() => undefined);
    const workers = Array.from({ length: threads }, () =>
      startThread('measuring', { resourceLimits: { maxOldGenerationSizeMb: 4096 } }),
    );
    let next = 0;
    let done = 0;
    const stop = () => {
      for (const worker of workers) void worker.terminate();
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    for (const worker of workers) {
      let current = -1;
      const take = () => {
        if (next === units.length) return;
        current = next++;
        before({ unit: units[current]!, done, total: units.length });
        worker.postMessage(units[current]!);
      };
      worker.on('message', (result: UnitResult) => {
        results[current] = result;
        done++;
        if (done < units.length) return take();
        stop();
        resolve(units.map((unit, i) => ({ unit, result: results[i]! })));
      });
      worker.on('error', (error) => {
        fail(
          new Error(`${current < 0 ? 'a thread' : unitText(units[current]!)}: ${String(error)}`, {
            cause: error,
          }),
        );
      });
      worker.on('exit', (code) => {
        if (done < units.length && code !== 0) fail(new Error(`a thread ended with ${code}`));
      });
      take();
    }
  });
}
