/** Detection as attempts come in: the same evidence after every attempt, from the past alone. */
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';

export interface Live {
  /** Takes the next attempt (never earlier than the last by more than a clock's wobble); says what it changed. */
  push(attempt: AttemptRow): readonly LiveEvent[];
  /** What is remembered now, for those who watch its size. */
  size(): { readonly attempts: number; readonly sources: number; readonly users: number };
}

export function createLive(_options: LiveOptions = DEFAULT_LIVE_OPTIONS): Live {
  return {
    push: () => [],
    size: () => ({ attempts: 0, sources: 0, users: 0 }),
  };
}
