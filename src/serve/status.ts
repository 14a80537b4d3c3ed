/** How a daemon is, in one object: for `slowbrute status`, for health checks, for a page. Times are seconds since 1970 UTC. */
import type { HistorySize } from '../store/history.ts';

export interface InputStatus {
  readonly input: string;
  /** `following`, or why it is not: `waiting`, `no rights`, .. */
  readonly state: string;
  readonly lines: number;
  readonly attempts: number;
  readonly unreadLines: number;
  /** Bytes that were not read yet; null where nobody can know. */
  readonly lagBytes: number | null;
  readonly lastLineAt: number | null;
}

export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  /** `watching`; `troubled` where something that it needs does not work; `starting`, `stopping`. */
  readonly state: 'starting' | 'watching' | 'troubled' | 'stopping';
  /** What does not work now. */
  readonly problems: readonly { readonly message: string; readonly remedy: string }[];
  readonly inputs: readonly InputStatus[];
  readonly attempts: number;
  readonly campaigns: { readonly open: number; readonly participants: number };
  readonly blocks: {
    readonly standing: number;
    readonly isDryRun: boolean;
    readonly backends: readonly string[];
  };
  readonly engine: string;
  readonly history: HistorySize;
}
