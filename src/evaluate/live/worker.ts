/** A thread of `pool.ts`: takes one unit at a time from its parent and answers with what came of it. */
import { parentPort } from 'node:worker_threads';
import { runUnit, type Unit } from './unit.ts';

parentPort?.on('message', (unit: Unit) => {
  parentPort?.postMessage(runUnit(unit));
});
