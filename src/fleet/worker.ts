/**
 * A worker: takes what task of the present stage nobody has, does it, and takes the next. It may join at any time and be
 * killed at any time. Where all tasks are taken it waits, and takes those whose owners died.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Board, LEASE_SECONDS } from './board.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { perform, read, resultName, type Stage, stageName } from './tasks.ts';

export interface WorkerEffects {
  /** A task was done. */
  done(stage: Stage, task: number): void;
  wait(milliseconds: number): Promise<void>;
}

export const QUIET_WORKER: WorkerEffects = {
  done: () => undefined,
  wait: (milliseconds) => sleep(milliseconds).then(() => undefined),
};

/** How long a worker without a task waits before it looks again: a tenth of what the shortest stage takes. */
const LOOK_AGAIN_MS = 50;

/** Works until the end of the detection is on the board. */
export async function work(
  attempts: FleetAttempts,
  board: Board,
  owner: string,
  effects: WorkerEffects = QUIET_WORKER,
): Promise<void> {
  for (let index = 0; ; index++) {
    while (!(await board.has(stageName(index)))) await effects.wait(LOOK_AGAIN_MS);
    const stage = await read<Stage>(board, stageName(index));
    if (stage.kind === 'end') return;
    await workOn(attempts, board, index, stage, owner, effects);
  }
}

/** Works on one stage until all of its results are there. */
export async function workOn(
  attempts: FleetAttempts,
  board: Board,
  index: number,
  stage: Stage,
  owner: string,
  effects: WorkerEffects = QUIET_WORKER,
): Promise<void> {
  const open = new Set(Array.from({ length: stage.tasks }, (_, task) => task));
  while (open.size > 0) {
    let hasWorked = false;
    for (const task of [...open]) {
      if (await board.has(resultName(index, task))) {
        open.delete(task);
        continue;
      }
      const lease = await board.claim(`${stageName(index)}-${task}`, owner);
      if (lease === null) continue;
      const beat = setInterval(() => void lease.renew().catch(() => undefined), (LEASE_SECONDS * 1000) / 3);
      try {
        await perform(attempts, board, index, stage, task);
      } finally {
        clearInterval(beat);
      }
      effects.done(stage, task);
      open.delete(task);
      hasWorked = true;
    }
    if (!hasWorked && open.size > 0) await effects.wait(LOOK_AGAIN_MS);
  }
}
