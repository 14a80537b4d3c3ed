/**
 * What happens in the life of the daemon, as typed facts named `noun:verb`. Its log, its metrics and its alarms are all made
 * from these and nothing else, so that none of them can say what another does not know. What the detector says of campaigns is
 * a `LiveEvent` and comes as `detection:told`.
 */
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';

export interface Problem {
  /** What, in one sentence; may hold text of a log, made printable by whoever shows it. */
  readonly message: string;
  /** What the operator can do about it. */
  readonly remedy: string;
}

export type Happening =
  | {
      readonly kind: 'daemon:started';
      readonly version: string;
      readonly pid: number;
      readonly seconds: number;
    }
  | { readonly kind: 'daemon:stopping'; readonly why: string }
  | { readonly kind: 'daemon:stopped'; readonly attempts: number }
  /** `later`: what of it takes effect at the next start only. */
  | {
      readonly kind: 'daemon:reloaded';
      readonly changed: readonly string[];
      readonly later: readonly string[];
      readonly inputs: {
        readonly added: readonly string[];
        readonly removed: readonly string[];
        readonly changed: readonly string[];
      };
    }
  | { readonly kind: 'daemon:troubled'; readonly problem: Problem }
  | { readonly kind: 'input:opened'; readonly input: string }
  /** It cannot be read now, and is tried again. */
  | { readonly kind: 'input:waiting'; readonly input: string; readonly problem: Problem }
  /** Lines between what was read and what is there now are gone. */
  | { readonly kind: 'input:gap'; readonly input: string; readonly problem: Problem }
  /** What should be known of it, though nothing is wrong. */
  | { readonly kind: 'input:remarked'; readonly input: string; readonly remark: string }
  /** Messages that a receiver did not take, since this was last told. */
  | {
      readonly kind: 'input:dropped';
      readonly input: string;
      readonly messages: number;
      readonly problem: Problem;
    }
  | { readonly kind: 'input:read'; readonly input: string; readonly lines: number; readonly attempts: number }
  | { readonly kind: 'history:learning'; readonly inputs: readonly string[] }
  | {
      readonly kind: 'history:learnt';
      readonly attempts: number;
      readonly since: number | null;
      readonly seconds: number;
    }
  | {
      readonly kind: 'history:recovered';
      readonly attempts: number;
      readonly from: 'snapshot' | 'history';
      readonly seconds: number;
    }
  | { readonly kind: 'history:committed'; readonly attempts: number; readonly seconds: number }
  | { readonly kind: 'history:failed'; readonly problem: Problem; readonly waiting: number }
  | { readonly kind: 'history:restored'; readonly attempts: number }
  | { readonly kind: 'history:aged'; readonly attempts: number }
  | { readonly kind: 'snapshot:written'; readonly bytes: number; readonly seconds: number }
  | { readonly kind: 'snapshot:failed'; readonly problem: Problem }
  | { readonly kind: 'detection:told'; readonly event: LiveEvent }
  | { readonly kind: 'block:changed'; readonly change: BlockChange; readonly isDryRun: boolean }
  | {
      readonly kind: 'firewall:applied';
      readonly backend: string;
      readonly added: number;
      readonly removed: number;
      readonly seconds: number;
    }
  | { readonly kind: 'firewall:failed'; readonly backend: string; readonly problem: Problem }
  /** Attempts went to the fleet; so many wait still. None: it takes none now. */
  | { readonly kind: 'fleet:sent'; readonly to: string; readonly attempts: number; readonly unsent: number }
  /** Attempts left the history before the fleet had them. */
  | { readonly kind: 'fleet:lost'; readonly to: string; readonly attempts: number }
  /** Others told whom to keep out. */
  | { readonly kind: 'fleet:heard'; readonly from: string; readonly add: number; readonly remove: number }
  | { readonly kind: 'alarm:sent'; readonly channel: string; readonly subject: string }
  | { readonly kind: 'alarm:failed'; readonly channel: string; readonly problem: Problem };

export type Tell = (happening: Happening) => void;
