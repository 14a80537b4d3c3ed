/**
 * Attempts that are counted and not kept. A table of more than a million rows is that long because some sources fail
 * thousands of times: of each of these so many failures are kept that their manner and their names show, and of the
 * rest only what a report sums up. Sources that fail seldom, which is where campaigns are, lose nothing.
 */
import { ACCOUNT_KNOWN, type AttemptTable } from './attempt.ts';

/** What the failures that were not kept add to those that were. */
export interface Counted {
  /** Failures of each source, and the time of the last (seconds since 1970; 0 where there is none). */
  readonly attempts: Uint32Array;
  readonly last: Float64Array;
  /** Failures by what the server told of the account: the codes ACCOUNT_NOT_TOLD, ACCOUNT_UNKNOWN, ACCOUNT_KNOWN. */
  readonly byAccount: readonly number[];
  readonly byService: Uint32Array;
  /** The same codes as bits, for each user and each source that one of them was about. */
  readonly ofUser: Uint8Array;
  readonly ofSource: Uint8Array;
  /** 1 for each sensor that told of one. */
  readonly ofSensor: Uint8Array;
}

/** From what size of the table on failures are only counted, and how many of one source are kept then. */
export interface CountingLimits {
  /** Rows that are kept of everybody. */
  readonly keepAll: number;
  /**
   * Failures of one source that are kept, powers of two, while the table has less than so many rows; the last one has
   * no end.
   */
  readonly keptOfOne: readonly { readonly rows: number; readonly kept: number }[];
}

/**
 * A million rows are kept whatever they are: logs of ordinary size have less. Then 256 failures of one source (a quiet
 * participant has a few dozen), and fewer of each where 200,000 busy sources would fill the memory all the same.
 */
export const COUNTING_LIMITS: CountingLimits = {
  keepAll: 1_000_000,
  keptOfOne: [
    { rows: 4_000_000, kept: 256 },
    { rows: 8_000_000, kept: 64 },
    { rows: Number.POSITIVE_INFINITY, kept: 16 },
  ],
};

/** Says which failures are kept, and counts the others. */
export class Counting {
  readonly #limits: CountingLimits;
  #failures = new Uint32Array(1024);
  #attempts = new Uint32Array(1024);
  #last = new Float64Array(1024);
  #lastRow = new Float64Array(1024);
  #ofSource = new Uint8Array(1024);
  #ofUser = new Uint8Array(1024);
  readonly #ofSensor = new Uint8Array(0x1_00_00);
  readonly #byService = new Uint32Array(256);
  readonly #byAccount = new Array<number>(ACCOUNT_KNOWN + 1).fill(0);
  #total = 0;

  constructor(limits: CountingLimits = COUNTING_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Whether the next failure of `source` is kept in a table of `rows`. All of its first ones are; beyond, each time that
   * their number has doubled, half as many in a row: what comes by the clock still does so in what is kept.
   */
  keeps(source: number, rows: number): boolean {
    if (source >= this.#failures.length) this.#failures = larger(this.#failures, source);
    const failures = this.#failures[source]!++;
    if (rows < this.#limits.keepAll) return true;
    const kept = this.#keptOfOne(rows);
    if (failures < kept) return true;
    const octave = kept << (Math.clz32(kept) - Math.clz32(failures));
    return failures - octave < kept / 2;
  }

  #keptOfOne(rows: number): number {
    const { keptOfOne } = this.#limits;
    let i = 0;
    while (i + 1 < keptOfOne.length && rows >= keptOfOne[i]!.rows) i++;
    return keptOfOne[i]!.kept;
  }

  /** Counts a failure that is not kept; `row` is the number that it would have, the rest as in the table's columns. */
  count(
    row: number,
    time: number,
    source: number,
    user: number,
    sensor: number,
    account: number,
    service: number,
  ): void {
    if (source >= this.#attempts.length) {
      this.#attempts = larger(this.#attempts, source);
      this.#last = larger(this.#last, source);
      this.#lastRow = larger(this.#lastRow, source);
      this.#ofSource = larger(this.#ofSource, source);
    }
    if (user >= this.#ofUser.length) this.#ofUser = larger(this.#ofUser, user);
    this.#total++;
    this.#attempts[source]!++;
    this.#last[source] = time;
    this.#lastRow[source] = row;
    this.#byAccount[account]!++;
    this.#byService[service]!++;
    this.#ofSource[source]! |= 1 << account;
    this.#ofUser[user]! |= 1 << account;
    this.#ofSensor[sensor] = 1;
  }

  /** Replaces the times of all that came from row `from` on. */
  retime(from: number, time: (seconds: number) => number): void {
    for (let s = 0; s < this.#attempts.length; s++) {
      if (this.#attempts[s]! > 0 && this.#lastRow[s]! >= from) this.#last[s] = time(this.#last[s]!);
    }
  }

  /** What was counted, for a table of so many sources, users, sensors and services; null where all was kept. */
  finish(sources: number, users: number, sensors: number, services: number): Counted | null {
    if (this.#total === 0) return null;
    return {
      attempts: larger(this.#attempts, sources).slice(0, sources),
      last: larger(this.#last, sources).slice(0, sources),
      byAccount: this.#byAccount,
      byService: this.#byService.slice(0, services),
      ofUser: larger(this.#ofUser, users).slice(0, users),
      ofSource: larger(this.#ofSource, sources).slice(0, sources),
      ofSensor: this.#ofSensor.slice(0, sensors),
    };
  }
}

/** Failures of a source that its table only counts. */
export function countedOf(table: AttemptTable, source: number): number {
  return table.counted?.attempts[source] ?? 0;
}

type Column = Float64Array | Uint32Array | Uint8Array;

/** The column, with room for index `at`. */
function larger<C extends Column>(column: C, at: number): C {
  if (at < column.length) return column;
  const more = new (column.constructor as new (n: number) => C)(Math.max(2 * column.length, at + 1));
  more.set(column as never);
  return more;
}
