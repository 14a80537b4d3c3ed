/**
 * What a record's success is worth in a table of attempts.
 *
 * A password that goes with every request (basic authentication, a share of Windows) is one login for an hour: what the
 * same source does in the same name within {@link SESSION_SECONDS} of the time before is more of it. And what a
 * honeypot lets in is a guess, nobody's login.
 */
import type { MessageReading } from '../message.ts';
import type { RecordLineForm } from './form.ts';

/**
 * People come back to a page within the hour; at half of it a long read makes another login of it, at twice a login in
 * the morning hides that of noon. Only the number of logins is at stake.
 */
const SESSION_SECONDS = 3600;
/** State is bounded: beyond this many the oldest are forgotten, and their next request is a login again. */
const MOST_SESSIONS = 100_000;
/** The way to a Map's first entry leads past all that were deleted before it. */
const FORGOTTEN_AT_ONCE = 1000;

/** Plain data, oldest first. */
export type SavedLogins = readonly (readonly [login: string, time: number])[];

export class Logins {
  /** Time of the last request, by sensor, service, source and user; oldest first. */
  readonly #last = new Map<string, number>();

  /** The reading as it counts; null where it is more of a login that was counted. */
  keep(reading: MessageReading, sensor: string, time: number): MessageReading | null {
    if (reading.tells !== 'success') return reading;
    const form = reading.form as Partial<RecordLineForm>;
    if (form.isHoneypot === true) return { ...reading, tells: 'failure', known: null };
    if (form.isSession !== true || reading.source === null) return reading;
    const key = `${sensor}\n${reading.form.service}\n${reading.source.text}\n${reading.user ?? ''}`;
    const last = this.#last.get(key);
    this.#last.delete(key);
    this.#last.set(key, last === undefined ? time : Math.max(last, time));
    if (this.#last.size > MOST_SESSIONS) this.#forget(FORGOTTEN_AT_ONCE);
    return last === undefined || Math.abs(time - last) > SESSION_SECONDS ? reading : null;
  }

  /** The end of a group of files, or a point where its clock changes. */
  finish(): void {
    this.#last.clear();
  }

  /** A copy of what is remembered, for {@link restore}. */
  save(): SavedLogins {
    return [...this.#last];
  }

  restore(saved: SavedLogins): void {
    for (const [login, time] of saved) this.#last.set(login, time);
  }

  #forget(logins: number): void {
    let left = logins;
    for (const oldest of this.#last.keys()) {
      if (left-- === 0) return;
      this.#last.delete(oldest);
    }
  }
}
