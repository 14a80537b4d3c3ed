/**
 * What blocking would have prevented in a finished log, as `slowbrute replay` counts it: the log through live detection, each
 * participant blocked from the moment it is named. A large log takes seconds, so it is done in slices beside whatever else is to do.
 */
import { createLive } from '../detect/live/live.ts';
import { replaying } from '../detect/live/replay.ts';
import { buildReplayReport } from '../explain/replay.ts';
import type { ReportInput } from '../explain/report.ts';
import { DEFAULT_LIVE_OPTIONS } from '../model/live.ts';

export interface Prevented {
  readonly prevented: number;
  /** The limit: every source must be seen once. */
  readonly limit: number;
  /** Whether all was counted; before that both are 0. */
  readonly isAll: boolean;
}

/** Milliseconds of work, and of rest in which others have their turn: whoever opens the page at once must not wait for this. */
const WORK_MS = 4;
const REST_MS = 12;

export interface Counting {
  now(): Prevented;
  readonly done: Promise<void>;
  stop(): void;
}

/** Begins to count; `pause` gives others their turn. */
export function countPrevented(
  log: ReportInput,
  pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, REST_MS)),
): Counting {
  let known: Prevented = { prevented: 0, limit: 0, isAll: false };
  let isStopped = false;
  const count = async () => {
    const live = createLive(DEFAULT_LIVE_OPTIONS);
    const steps = replaying(log.table, live);
    for (;;) {
      const end = performance.now() + WORK_MS;
      while (performance.now() < end) {
        const step = steps.next();
        if (step.done !== true) continue;
        const options = { live: DEFAULT_LIVE_OPTIONS, closed: false };
        const { prevented, limit } = buildReplayReport(log, step.value, options).total;
        known = { prevented, limit, isAll: true };
        return;
      }
      await pause();
      if (isStopped) return;
    }
  };
  return {
    now: () => known,
    done: count(),
    stop: () => {
      isStopped = true;
    },
  };
}
