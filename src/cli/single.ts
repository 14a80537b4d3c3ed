#!/usr/bin/env node
/**
 * The whole program as one file (scripts/single.mjs): the command, and each of its threads, told by the word that
 * src/built/parts.ts starts a thread with.
 */
import { isMainThread } from 'node:worker_threads';
import { THREAD_WORD, type ThreadName } from '../built/parts.ts';

const PROGRAMS: Readonly<Record<ThreadName, () => Promise<unknown>>> = {
  scanning: () => import('../store/scanning-thread.ts'),
  evidence: () => import('../view/evidence-thread.ts'),
  lines: () => import('./log-lines-thread.ts'),
  fleet: () => import('../fleet/fleet-thread.ts'),
  measuring: () => import('../evaluate/live/worker.ts'),
};

const [word, name] = process.argv.slice(2);
const isThread = !isMainThread && word === THREAD_WORD;
await (isThread ? PROGRAMS[name as ThreadName]() : import('./main.ts'));
