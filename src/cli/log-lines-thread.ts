/** The program of the thread that finds lines (log-lines.ts): questions by message, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { openLines } from './line-book.ts';
import type { LinesAsked, LinesInput, LinesTold } from './log-lines.ts';

const opened = openLines(workerData as LinesInput);
let before: Promise<unknown> = opened;
parentPort?.on('message', ({ id, rows }: LinesAsked) => {
  before = before.then(async () => {
    const lines = await (await opened)(rows);
    parentPort?.postMessage({ id, lines } satisfies LinesTold);
  });
});
