/**
 * What a report on the last weeks of a history would say beside its campaigns: notices and advice. Detection tells events as they
 * happen and keeps no such words; so the newest attempts are looked at as a finished log, on a thread of their own
 * (evidence-thread.ts), now and then. Nobody waits for it: until it is done there are none.
 */

import { detect } from '../detect/detect.ts';
import { buildReport } from '../explain/report.ts';
import type { AdviceReport, NoticeReport } from '../explain/schema.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { DAY, MINUTE } from '../model/time.ts';
import type { Questions } from '../store/questions.ts';

/** Days that are looked at: what is advised is of now. */
const DAYS = 28;
/** Attempts that are looked at; with more the newest. A detection of so many takes a second, and 60 MB for as long. */
const MOST_ATTEMPTS = 100_000;
/** Seconds until it is looked again, if somebody asks. */
const AGAIN_AFTER = 15 * MINUTE;

export interface WeeksSay {
  readonly notices: readonly NoticeReport[];
  readonly advice: readonly AdviceReport[];
}

export interface WeeksQuestion {
  readonly kind: 'weeks';
  readonly table: AttemptTable;
}

export const NOTHING: WeeksSay = { notices: [], advice: [] };

/** Looks at a table of attempts, and says when it is done. */
export type LookAtWeeks = (question: WeeksQuestion) => Promise<WeeksSay | null>;

export class Weeks {
  readonly #questions: Questions;
  readonly #now: () => number;
  readonly #look: LookAtWeeks;
  #said: WeeksSay = NOTHING;
  #at: number | null = null;
  #looking: Promise<void> | null = null;

  constructor(questions: Questions, now: () => number, look: LookAtWeeks) {
    this.#questions = questions;
    this.#now = now;
    this.#look = look;
  }

  /** What was said last; looks again where that is long ago. */
  get(): WeeksSay {
    const now = this.#now();
    if (this.#looking === null && (this.#at === null || Math.abs(now - this.#at) >= AGAIN_AFTER)) {
      this.#at = now;
      this.#looking = this.#again(now)
        .catch(() => undefined) // what does not work is told where it is asked for
        .finally(() => {
          this.#looking = null;
        });
    }
    return this.#said;
  }

  /** Resolves when nothing is looked at any more. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async #again(now: number): Promise<void> {
    const builder = new AttemptTableBuilder();
    const since = Math.floor(now - DAYS * DAY);
    let oldest: number | null = null;
    const query = { since, newestFirst: true, limit: MOST_ATTEMPTS };
    const { failures, successes } = await this.#questions.countAttempts({ since });
    if (failures + successes > MOST_ATTEMPTS)
      for await (const { seq } of this.#questions.attempts(query)) oldest = seq;
    const after = oldest === null ? {} : { after: oldest - 1 };
    for await (const attempt of this.#questions.attempts({ since, ...after })) builder.append(attempt);
    const said = await this.#look({ kind: 'weeks', table: builder.finish() });
    if (said !== null) this.#said = said;
  }
}

/** What the thread does; pure. */
export function weeksIn({ table }: WeeksQuestion): WeeksSay {
  const detection = detect(table, DEFAULT_DETECT_OPTIONS);
  const input = { paths: [], bytes: 0, lines: table.length, unreadLines: 0, unreadSamples: [] };
  const { notices, advice } = buildReport({ table, input }, detection);
  return { notices, advice };
}
