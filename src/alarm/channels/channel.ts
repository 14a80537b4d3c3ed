/**
 * What every way to a person must do. One message, one try: the outbox (../outbox.ts) sees to order, time limits,
 * retries and what survives a restart, so a channel keeps nothing and knows nothing of other messages.
 *
 * - `send` resolves when the other side has taken the message over, as far as its protocol says so.
 * - It rejects with {@link Undelivered}: what happened, whether another try makes sense. It never rejects otherwise.
 * - It ends soon after its signal is aborted, and leaves no process, socket or timer behind.
 * - No secret and no address that is one (a hook's) is in what it says of itself or of a failure.
 * - Texts of the log reach a program or a protocol as data only: never an argument, a header, a command, a mention.
 */

import { Trouble } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { Message } from '../schema.ts';

export interface Channel {
  /** As messages and the log call it, unique in one configuration: `email`, `ntfy`. */
  readonly name: string;
  send(message: Message, signal: AbortSignal): Promise<Delivered>;
}

export interface Delivered {
  /** What went wrong all the same, e.g. one of several recipients was refused; null: nothing. */
  readonly remark: string | null;
}

export const DELIVERED: Delivered = { remark: null };

/** One message did not get through. */
export class Undelivered extends Trouble {
  /** Whether the same message may get through later; false: the other side refused it for what it is. */
  readonly mayRetry: boolean;
  /** The other side asked for so many seconds; null: it did not. */
  readonly afterSeconds: number | null;

  constructor(
    message: string,
    remedy: string,
    { mayRetry = true, afterSeconds = null }: { mayRetry?: boolean; afterSeconds?: number | null } = {},
  ) {
    super('alarm-failed', printable(message, 400), remedy);
    this.mayRetry = mayRetry;
    this.afterSeconds = afterSeconds;
  }
}

/** Any error as one that the outbox knows; what is none of ours may be tried again. */
export function asUndelivered(error: unknown, doing: string, remedy: string): Undelivered {
  if (error instanceof Undelivered) return error;
  if (error instanceof Trouble) return new Undelivered(`${doing}: ${error.message}`, error.remedy);
  return new Undelivered(`${doing}: ${wordsOf(error)}`, remedy);
}

/** `connect ECONNREFUSED 192.0.2.1:25`: an error of Node in its own words, the cause where the error says nothing. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0)
    return wordsOf(error.errors[0]);
  return error.cause instanceof Error && error.message === 'fetch failed'
    ? wordsOf(error.cause)
    : error.message;
}
