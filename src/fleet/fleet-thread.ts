/** The program of a worker thread (threads.ts): works until the end of the detection. */
import { workerData } from 'node:worker_threads';
import { openPlace } from './place.ts';
import type { ThreadTask } from './threads.ts';
import { work } from './worker.ts';

const { place: told, owner } = workerData as ThreadTask;
const place = await openPlace(told);
await work(place.attempts, place.board, owner);
await place.close();
