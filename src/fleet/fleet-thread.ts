/** The program of a worker thread (threads.ts): works until the end of the detection. */
import { workerData } from 'node:worker_threads';
import { openPlace } from './place.ts';
import type { ThreadTask } from './threads.ts';
import { work } from './worker.ts';

const { place, owner } = workerData as ThreadTask;
const { attempts, board, close } = await openPlace(place);
await work(attempts, board, owner);
await close();
