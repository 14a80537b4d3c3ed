/** What of a history may be asked without owning it: of the history itself, or of the daemon that has it. */
import type { History } from './history.ts';

export type Questions = Pick<
  History,
  | 'attempts'
  | 'columns'
  | 'sharedNames'
  | 'countAttempts'
  | 'source'
  | 'sources'
  | 'campaigns'
  | 'blocks'
  | 'events'
  | 'size'
>;
