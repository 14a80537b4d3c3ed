/** A commit before any engine touches it: texts made well-formed, numbers whole, and refused where it must not be stored. */
import type { AttemptName } from '../../model/stream.ts';
import type { Commit, StoredAttempt, StoredEvent } from '../history.ts';
import { wellFormed, wellFormedValue } from './texts.ts';

/** How far a history has come. */
export interface Progress {
  /** The greatest seq of an attempt; 0: none. */
  readonly lastSeq: number;
  /** The last event; 0 and -1: none. */
  readonly eventSeq: number;
  readonly eventNth: number;
}

export const NO_PROGRESS: Progress = { lastSeq: 0, eventSeq: 0, eventNth: -1 };

/** `commit` as every engine stores it. Events that are stored already are left out. Errors: see {@link Commit}. */
export function normalCommit(commit: Commit, progress: Progress): Commit {
  let { lastSeq, eventSeq, eventNth } = progress;
  const attempts = commit.attempts.map(normalAttempt);
  for (const { seq } of attempts) {
    if (!(Number.isSafeInteger(seq) && seq > lastSeq))
      throw new Error(`attempt ${seq} comes after ${lastSeq}`);
    lastSeq = seq;
  }
  refuseTwice(attempts);
  const events: StoredEvent[] = [];
  for (const event of commit.events) {
    if (event.seq < eventSeq || (event.seq === eventSeq && event.nth <= eventNth)) continue;
    ({ seq: eventSeq, nth: eventNth } = event);
    events.push(wellFormedValue({ seq: event.seq, nth: event.nth, event: event.event }));
  }
  return {
    attempts,
    amended: commit.amended.map(({ name, user, known, method }) => ({
      name: normalName(name),
      user: user === null ? null : wellFormed(user),
      known,
      method: method === null ? null : wellFormed(method),
    })),
    events,
    blocks: commit.blocks.map(wellFormedValue),
    states: Object.fromEntries(
      Object.entries(commit.states).map(([name, value]) => [
        wellFormed(name),
        value === null ? null : wellFormed(value),
      ]),
    ),
  };
}

/** The progress after a normal commit. */
export function progressAfter(commit: Commit, before: Progress): Progress {
  const event = commit.events.at(-1);
  return {
    lastSeq: commit.attempts.at(-1)?.seq ?? before.lastSeq,
    eventSeq: event?.seq ?? before.eventSeq,
    eventNth: event?.nth ?? before.eventNth,
  };
}

export type Step =
  | { readonly kind: 'attempt'; readonly attempt: StoredAttempt }
  | { readonly kind: 'event'; readonly event: StoredEvent };

/** Attempts and events in the order in which they happened: an event after the attempt that brought it about. */
export function* stepsOf({ attempts, events }: Commit): Generator<Step> {
  let next = 0;
  for (const attempt of attempts) {
    for (; next < events.length && events[next]!.seq < attempt.seq; next++)
      yield { kind: 'event', event: events[next]! };
    yield { kind: 'attempt', attempt };
  }
  for (; next < events.length; next++) yield { kind: 'event', event: events[next]! };
}

/** One text for each name; the input comes last, so no two names have the same. */
export function nameKey({ input, line, nth }: AttemptName): string {
  return `${line} ${nth} ${input}`;
}

export function twice(name: AttemptName): Error {
  return new Error(`attempt ${nameKey(name)} is there already`);
}

/** An attempt with its fields in the one order that every engine gives them. */
export function normalAttempt(attempt: StoredAttempt): StoredAttempt {
  return {
    seq: attempt.seq,
    time: Math.floor(attempt.time),
    source: wellFormed(attempt.source),
    user: attempt.user === null ? null : wellFormed(attempt.user),
    sensor: wellFormed(attempt.sensor),
    service: wellFormed(attempt.service),
    success: attempt.success,
    known: attempt.known,
    method: attempt.method === null ? null : wellFormed(attempt.method),
    name: normalName(attempt.name),
    text: wellFormed(attempt.text),
  };
}

function normalName({ input, line, nth }: AttemptName): AttemptName {
  return { input: wellFormed(input), line, nth };
}

function refuseTwice(attempts: readonly StoredAttempt[]): void {
  const seen = new Set<string>();
  for (const { name } of attempts) {
    const key = nameKey(name);
    if (seen.has(key)) throw twice(name);
    seen.add(key);
  }
}
