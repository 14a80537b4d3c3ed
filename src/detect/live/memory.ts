/**
 * What live detection remembers: the attempts of the last weeks, with a state for each of their sources and names. All
 * of it ages out by days and by number, so memory does not grow with the log. Two kinds of attempts are counted and
 * not kept: what a loud source tries beyond its first few hundred, and logins of one account from one source beyond
 * the first of a day. Logins and failures have room of their own: whoever floods a log with junk makes it forget junk,
 * not who works there.
 */
import {
  ACCOUNT_KNOWN,
  ACCOUNT_NOT_TOLD,
  ACCOUNT_UNKNOWN,
  type AttemptTable,
  FAILURE,
  SSHD_SERVICE,
  SUCCESS,
} from '../../model/attempt.ts';
import type { LiveOptions } from '../../model/live.ts';
import { type AttemptRow, methodCode } from '../../model/table.ts';
import { DAY } from '../../model/time.ts';

/** One source, as long as an attempt of it is remembered. */
export interface SourceState {
  readonly text: string;
  /** A number of its own: others remember it by that, so that they do not keep it alive. */
  readonly id: number;
  readonly firstSeen: number;
  lastSeen: number;
  /** Failures and successes since it is remembered, kept or only counted. */
  failures: number;
  successes: number;
  /** Seen by a per-source threshold, lately or often. */
  loud: boolean;
  loudAt: number;
  /** Attempts of it that are remembered. */
  kept: number;
  /** Its first visits to names, oldest first, `MOST_VISITS` at most. */
  readonly visits: Visit[];
  /** Sources that it has met on some name: a pair proves nothing by meeting again. */
  readonly met: Set<number>;
  /** Times of the last failures on each sensor. */
  readonly recent: Map<string, number[]>;
  /** Day of the last kept login of each account. */
  readonly logins: Map<NameState, number>;
  /** Number in the table that is being made. */
  index: number;
  table: number;
}

export interface NameState {
  readonly text: string;
  kept: number;
  /** Whether the server has said that the account exists, and from how many sources somebody has logged in to it. */
  known: boolean;
  loginSources: number;
  /** First visits to the name by different sources, oldest first. */
  readonly visits: Visit[];
  /** Sum of what all first visits weigh (see Popularity). */
  weight: number;
  index: number;
  table: number;
}

/** The first time that a source tries a name: one tick of operational time. */
export interface Visit {
  readonly time: number;
  readonly tick: number;
  readonly source: SourceState;
  readonly name: NameState;
  /** What it added to its name's weight. */
  weight: number;
  /** The weight that its name had before it. */
  readonly seen: number;
  /** Visits of others to the name before, the latest first, by sources that this one had not met before. */
  links: readonly Visit[];
}

/** Whether a source may be a participant by what is known of it alone: it is quiet and has never logged in. */
export function mayBelong(source: SourceState): boolean {
  return !source.loud && source.successes === 0;
}

interface Row {
  /** Its place among all that were kept. */
  readonly order: number;
  readonly time: number;
  readonly source: SourceState;
  readonly name: NameState | null;
  readonly sensor: string;
  readonly outcome: number;
  readonly account: number;
  readonly method: number;
}

/** Rows in the order of their times; the oldest are let go. */
class Rows {
  #rows: Row[] = [];
  /** Rows before this one are forgotten. */
  #from = 0;

  get length(): number {
    return this.#rows.length - this.#from;
  }

  push(row: Row): void {
    this.#rows.push(row);
  }

  /** Those of `from` (seconds) and later. */
  since(from: number): readonly Row[] {
    let first = this.#from;
    let high = this.#rows.length;
    if (from === Number.NEGATIVE_INFINITY) high = first;
    while (first < high) {
      const middle = (first + high) >> 1;
      if (this.#rows[middle]!.time < from) first = middle + 1;
      else high = middle;
    }
    return this.#rows.slice(first);
  }

  /** Lets go of what is older than `oldest` (seconds), and of what is more than `most` rows. */
  *age(oldest: number, most: number): Generator<Row> {
    while (this.length > 0 && (this.#rows[this.#from]!.time < oldest || this.length > most)) {
      yield this.#rows[this.#from++]!;
    }
    if (this.#from > 4096 && this.#from * 2 > this.#rows.length) {
      this.#rows = this.#rows.slice(this.#from);
      this.#from = 0;
    }
  }
}

/** First visits that are remembered of one source. */
export const MOST_VISITS = 64;
/**
 * A source that was loud once, with this many failures at most, is quiet again a day later: or five quick failures would
 * make it invisible for good.
 */
const MODEST = 40;
const LOUD_SECONDS = DAY;
/** Attempts of one source that are kept: the longest lists that lockstep looks at have 200 names. */
const MOST_KEPT = 400;

export class Memory {
  readonly sources = new Map<string, SourceState>();
  readonly names = new Map<string, NameState>();
  /** Accounts that somebody has logged in to. */
  readonly accounts = new Set<NameState>();
  readonly #options: LiveOptions;
  readonly #failures = new Rows();
  readonly #successes = new Rows();
  #order = 0;
  #tables = 0;
  #ids = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#failures.length + this.#successes.length;
  }

  /** Whether a source is still remembered. */
  knows(source: SourceState): boolean {
    return this.sources.get(source.text) === source;
  }

  /** Takes one attempt; returns its source and name (null where no line told it). */
  take(attempt: AttemptRow): { source: SourceState; name: NameState | null } {
    const { time, success } = attempt;
    const source = this.#source(attempt.source, time);
    const name = attempt.user === null ? null : this.#name(attempt.user);
    source.lastSeen = time;
    if (name !== null && attempt.known === true) name.known = true;
    if (success) source.successes++;
    else {
      source.failures++;
      if (this.#isLoud(source, attempt.sensor, time)) {
        source.loud = true;
        source.loudAt = time;
      } else if (source.loud && source.failures <= MODEST && time - source.loudAt > LOUD_SECONDS) {
        source.loud = false;
      }
    }
    if (success && name !== null) {
      const day = Math.floor(time / DAY);
      const last = source.logins.get(name);
      if (last === undefined) {
        name.loginSources++;
        this.accounts.add(name);
      }
      source.logins.set(name, day);
      if (last !== day) this.#keep(attempt, source, name);
    } else if (source.kept < MOST_KEPT) this.#keep(attempt, source, name);
    // a name that only what is not kept has tried is not remembered either
    if (name !== null && name.kept === 0) this.names.delete(name.text);
    this.#age(time);
    return { source, name };
  }

  /** The remembered attempts from `from` (seconds) on as a table, and the source of each of its indexes. */
  table(from = Number.NEGATIVE_INFINITY): { table: AttemptTable; sources: readonly SourceState[] } {
    const mark = ++this.#tables;
    const failures = this.#failures.since(from);
    const successes = this.#successes.since(from);
    const n = failures.length + successes.length;
    const time = new Float64Array(n);
    const source = new Uint32Array(n);
    const user = new Uint32Array(n);
    const sensor = new Uint16Array(n);
    const outcome = new Uint8Array(n);
    const account = new Uint8Array(n);
    const method = new Uint8Array(n);
    const sources: SourceState[] = [];
    const users = [''];
    const sensors: string[] = [];
    const sensorIds = new Map<string, number>();
    let f = 0;
    for (let i = 0; i < n; i++) {
      const failure = failures[f];
      const success = successes[i - f];
      const isFailure = success === undefined || (failure !== undefined && failure.order < success.order);
      const row = isFailure ? failure! : success;
      if (isFailure) f++;
      if (row.source.table !== mark) {
        row.source.table = mark;
        row.source.index = sources.length;
        sources.push(row.source);
      }
      if (row.name !== null && row.name.table !== mark) {
        row.name.table = mark;
        row.name.index = users.length;
        users.push(row.name.text);
      }
      let where = sensorIds.get(row.sensor);
      if (where === undefined) {
        where = Math.min(sensors.length, 0xffff);
        sensorIds.set(row.sensor, where);
        if (where === sensors.length) sensors.push(row.sensor);
      }
      time[i] = row.time;
      source[i] = row.source.index;
      user[i] = row.name === null ? 0 : row.name.index;
      sensor[i] = where;
      outcome[i] = row.outcome;
      account[i] = row.account;
      method[i] = row.method;
    }
    const table = {
      length: n,
      time,
      source,
      user,
      sensor,
      outcome,
      account,
      method,
      // detection does not tell services apart, and rows in memory have none
      service: new Uint8Array(n),
      sources: sources.map((s) => s.text),
      users,
      sensors,
      services: [SSHD_SERVICE],
    };
    return { table, sources };
  }

  #source(text: string, time: number): SourceState {
    let source = this.sources.get(text);
    if (source === undefined) {
      source = {
        text,
        id: ++this.#ids,
        firstSeen: time,
        lastSeen: time,
        failures: 0,
        successes: 0,
        loud: false,
        loudAt: Number.NEGATIVE_INFINITY,
        kept: 0,
        visits: [],
        met: new Set(),
        recent: new Map(),
        logins: new Map(),
        index: 0,
        table: 0,
      };
      this.sources.set(text, source);
    }
    return source;
  }

  #name(text: string): NameState {
    let name = this.names.get(text);
    if (name === undefined) {
      name = { text, kept: 0, known: false, loginSources: 0, visits: [], weight: 0, index: 0, table: 0 };
      this.names.set(text, name);
    }
    return name;
  }

  /** fail2ban's rule, as visitors.ts has it, attempt by attempt. */
  #isLoud(source: SourceState, sensor: string, time: number): boolean {
    const { loudFailures, loudSeconds } = this.#options;
    let times = source.recent.get(sensor);
    if (times === undefined) {
      times = [];
      source.recent.set(sensor, times);
    }
    times.push(time);
    if (times.length > loudFailures) times.shift();
    return times.length === loudFailures && time - times[0]! <= loudSeconds;
  }

  #keep(attempt: AttemptRow, source: SourceState, name: NameState | null): void {
    const account =
      attempt.known === null ? ACCOUNT_NOT_TOLD : attempt.known ? ACCOUNT_KNOWN : ACCOUNT_UNKNOWN;
    source.kept++;
    if (name !== null) name.kept++;
    (attempt.success ? this.#successes : this.#failures).push({
      order: this.#order++,
      time: attempt.time,
      source,
      name,
      sensor: attempt.sensor,
      outcome: attempt.success ? SUCCESS : FAILURE,
      account,
      method: methodCode(attempt.method),
    });
  }

  #age(now: number): void {
    const { memoryDays, memoryAttempts } = this.#options;
    for (const rows of [this.#failures, this.#successes]) {
      for (const row of rows.age(now - memoryDays * DAY, memoryAttempts)) this.#forget(row);
    }
  }

  #forget(row: Row): void {
    const { source, name } = row;
    if (name !== null && --name.kept === 0) {
      this.names.delete(name.text);
      this.accounts.delete(name);
    }
    if (--source.kept === 0) this.sources.delete(source.text);
  }
}
