/**
 * What the daemon knows of itself that people must be told: the other half of what alarms are made from, beside the
 * detector's events (model/live.ts). Each says how things stand, as often as the daemon likes: what is told of it, and
 * when, is decided in alarms.ts. Times are seconds since 1970 UTC.
 */
import type { Part } from './schema.ts';

export type Condition =
  /** Something does not work, since now; said again while it lasts, or once. */
  | {
      readonly kind: 'trouble';
      readonly part: Part;
      /** Which one: a backend, an input, a channel of alarms. */
      readonly name: string;
      /** As `Trouble` has them: what is wrong, and what to do about it. */
      readonly message: string;
      readonly remedy: string;
    }
  /** It works (again). */
  | { readonly kind: 'well'; readonly part: Part; readonly name: string }
  /** An input that usually has lines has had none, longer than chance allows (silence.ts). */
  | {
      readonly kind: 'log:silent';
      readonly input: string;
      readonly lastLine: number;
      /** Minutes with a line that such a stretch of the week usually has. */
      readonly usual: number;
    }
  | { readonly kind: 'log:back'; readonly input: string; readonly lastLine: number }
  /** Too many lines of a login service that no form understands (unread.ts), in a day. */
  | {
      readonly kind: 'unread:above';
      readonly input: string;
      readonly lines: number;
      readonly unread: number;
    }
  /** Blocks left because there were too many: so many more. */
  | { readonly kind: 'blocks:displaced'; readonly count: number; readonly limit: number };
