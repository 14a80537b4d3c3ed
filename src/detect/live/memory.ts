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
import { numbered } from '../../model/columns.ts';
import { ownCopy } from '../../model/interner.ts';
import type { LiveOptions } from '../../model/live.ts';
import { type AttemptRow, methodCode } from '../../model/table.ts';
import { DAY } from '../../model/time.ts';
import { appended, Few } from './few.ts';
import { type NameState, NO_VISITS, NOBODY_MET, type SourceState, thin } from './remembered.ts';
import { Rows, type SavedRows } from './rows.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';

/** All that is remembered; sources and names by their numbers (states.ts), in the order in which they came. */
export interface SavedMemory {
  readonly sources: Uint32Array;
  readonly names: Uint32Array;
  readonly accounts: Uint32Array;
  readonly failures: SavedRows;
  readonly successes: SavedRows;
  readonly services: readonly string[];
  readonly order: number;
  readonly ids: number;
  readonly forgotten: number;
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
/** A tenth of what is remembered: some 20 MB. Where so many do not come in a day, a look at everything forgets them. */
const MANY_FORGOTTEN = 20_000;
/** Services have a byte; the last code stands for all that there is no room for (as in model/table.ts). */
const LAST_SERVICE = 0xff;
const OTHERS = '(others)';
/** Names of sensors that are kept once for all their rows. */
const MOST_SENSORS = 10_000;

export class Memory {
  readonly sources = new Map<string, SourceState>();
  readonly names = new Map<string, NameState>();
  /** Accounts that somebody has logged in to. */
  readonly accounts = new Set<NameState>();
  readonly #options: LiveOptions;
  readonly #failures = new Rows();
  readonly #successes = new Rows();
  /** Services that were tried: what the code of a row's service means. */
  readonly #services = [SSHD_SERVICE];
  /** The names of sensors that have come lately, so that rows share one text. */
  readonly #sensors = new Map<string, string>();
  /** What the last attempt has made it forget. */
  #gone: { sources: SourceState[]; names: NameState[] } = { sources: [], names: [] };
  #order = 0;
  #tables = 0;
  #ids = 0;
  /** Sources forgotten since somebody has asked. */
  #forgotten = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#failures.length + this.#successes.length;
  }

  /** Whether so many sources have been forgotten since this was last said that it is time to forget them elsewhere. */
  hasForgottenMany(): boolean {
    if (this.#forgotten < MANY_FORGOTTEN) return false;
    this.#forgotten = 0;
    return true;
  }

  /** Whether a source is still remembered. */
  knows(source: SourceState): boolean {
    return this.sources.get(source.text) === source;
  }

  /** Takes one attempt; returns its source and name (null where no line told it). */
  take(attempt: AttemptRow): { source: SourceState; name: NameState | null } {
    this.#letGo();
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
      const last = source.logins?.get(name);
      if (last === undefined) {
        name.loginSources++;
        this.accounts.add(name);
      }
      if (source.logins === null) source.logins = new Few(name, day);
      else source.logins.set(name, day);
      if (last !== day) this.#keep(attempt, source, name);
    } else if (source.kept < MOST_KEPT) this.#keep(attempt, source, name);
    // a name that only what is not kept has tried is not remembered either
    if (name !== null && name.kept === 0) this.names.delete(name.text);
    this.#age(time);
    return { source, name };
  }

  /** Whether a login of the source before a time (seconds since 1970) is remembered. */
  hadLoggedIn(source: SourceState, before: number): boolean {
    if (source.logins === null) return false;
    const end = this.#successes.since(before);
    for (let i = 0; i < end; i++) if (this.#successes.source(this.#successes.at(i)) === source) return true;
    return false;
  }

  /**
   * The remembered attempts from `from` (seconds) on as a table, the last `most` failures and the last `most` logins of
   * them, and the source of each of its indexes. Failures before `since` are left out; of logins more may be there.
   */
  table(
    from = Number.NEGATIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
  ): { table: AttemptTable; sources: readonly SourceState[]; since: number } {
    const mark = ++this.#tables;
    const [failures, successes] = [this.#failures, this.#successes];
    let f = Math.max(failures.since(from), failures.length - most);
    let s = Math.max(successes.since(from), successes.length - most);
    const since = f < failures.length && f > 0 ? failures.time(failures.at(f)) : from;
    const n = failures.length - f + successes.length - s;
    const time = new Float64Array(n);
    const source = new Uint32Array(n);
    const user = new Uint32Array(n);
    const sensor = new Uint16Array(n);
    const outcome = new Uint8Array(n);
    const account = new Uint8Array(n);
    const method = new Uint8Array(n);
    const service = new Uint8Array(n);
    const sources: SourceState[] = [];
    const users = [''];
    const sensors: string[] = [];
    const sensorIds = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const isFailure =
        s === successes.length ||
        (f < failures.length && failures.order(failures.at(f)) < successes.order(successes.at(s)));
      const rows = isFailure ? failures : successes;
      const row = rows.row(rows.at(isFailure ? f++ : s++));
      const { source: own, name } = row;
      if (own.table !== mark) {
        own.table = mark;
        own.index = sources.length;
        sources.push(own);
      }
      if (name !== null && name.table !== mark) {
        name.table = mark;
        name.index = users.length;
        users.push(name.text);
      }
      let where = sensorIds.get(row.sensor);
      if (where === undefined) {
        where = Math.min(sensors.length, 0xffff);
        sensorIds.set(row.sensor, where);
        if (where === sensors.length) sensors.push(row.sensor);
      }
      time[i] = row.time;
      source[i] = own.index;
      user[i] = name === null ? 0 : name.index;
      sensor[i] = where;
      outcome[i] = isFailure ? FAILURE : SUCCESS;
      account[i] = row.account;
      method[i] = row.method;
      service[i] = row.service;
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
      service,
      sources: sources.map(({ text }) => text),
      users,
      sensors,
      services: [...this.#services],
    };
    return { table, sources, since };
  }

  save(numbers: StateNumbers): SavedMemory {
    this.#letGo();
    return {
      sources: numbered([...this.sources.values()], (source) => numbers.source(source)),
      names: numbered([...this.names.values()], (name) => numbers.name(name)),
      accounts: numbered([...this.accounts], (name) => numbers.name(name)),
      failures: this.#failures.save(numbers),
      successes: this.#successes.save(numbers),
      services: [...this.#services],
      order: this.#order,
      ids: this.#ids,
      forgotten: this.#forgotten,
    };
  }

  /** Takes over what was saved; to be called before anything was taken. */
  restore(saved: SavedMemory, states: States): void {
    for (const s of saved.sources) this.sources.set(states.sources[s]!.text, states.sources[s]!);
    for (const n of saved.names) this.names.set(states.names[n]!.text, states.names[n]!);
    for (const n of saved.accounts) this.accounts.add(states.names[n]!);
    this.#failures.restore(saved.failures, states);
    this.#successes.restore(saved.successes, states);
    this.#services.splice(0, Number.POSITIVE_INFINITY, ...saved.services);
    this.#order = saved.order;
    this.#ids = saved.ids;
    this.#forgotten = saved.forgotten;
  }

  #source(text: string, time: number): SourceState {
    let source = this.sources.get(text);
    if (source === undefined) {
      const own = ownCopy(text);
      source = {
        text: own,
        id: ++this.#ids,
        firstSeen: time,
        lastSeen: time,
        failures: 0,
        successes: 0,
        loud: false,
        loudAt: Number.NEGATIVE_INFINITY,
        kept: 0,
        visits: NO_VISITS,
        met: NOBODY_MET,
        recent: null,
        logins: null,
        suspected: 0,
        index: 0,
        table: 0,
      };
      this.sources.set(own, source);
    }
    return source;
  }

  #name(text: string): NameState {
    let name = this.names.get(text);
    if (name === undefined) {
      name = {
        text: ownCopy(text),
        kept: 0,
        known: false,
        loginSources: 0,
        visits: NO_VISITS,
        weight: 0,
        index: 0,
        table: 0,
      };
      this.names.set(name.text, name);
    }
    return name;
  }

  /** fail2ban's rule, as visitors.ts has it, attempt by attempt. */
  #isLoud(source: SourceState, sensor: string, time: number): boolean {
    const { loudFailures, loudSeconds } = this.#options;
    let times = source.recent?.get(sensor);
    if (times !== undefined && times.length === loudFailures) {
      times.copyWithin(0, 1);
      times[loudFailures - 1] = time;
    } else {
      times = times === undefined ? [time] : appended(times, time, loudFailures);
      if (source.recent === null) source.recent = new Few(this.#sensor(sensor), times);
      else source.recent.set(this.#sensor(sensor), times);
    }
    return times.length === loudFailures && time - times[0]! <= loudSeconds;
  }

  /** One text for all that are equal. */
  #sensor(text: string): string {
    let own = this.#sensors.get(text);
    if (own === undefined) {
      if (this.#sensors.size >= MOST_SENSORS) this.#sensors.clear();
      own = ownCopy(text);
      this.#sensors.set(own, own);
    }
    return own;
  }

  /** Code of a service; the last one stands for all that there is no room for. */
  #service(text: string): number {
    if (text === SSHD_SERVICE) return 0;
    const known = this.#services.indexOf(text);
    if (known >= 0) return known;
    if (this.#services.length >= LAST_SERVICE && text !== OTHERS) return this.#service(OTHERS);
    return this.#services.push(ownCopy(text)) - 1;
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
      sensor: this.#sensor(attempt.sensor),
      account,
      method: methodCode(attempt.method),
      service: attempt.service === undefined ? 0 : this.#service(attempt.service),
    });
  }

  /**
   * Of what is forgotten, and still there because others refer to it, what nobody asks for any more; visits to a name that
   * is forgotten would lead, from visit to source to name, back to the beginning of the log. Not before the next attempt:
   * the last one may have been by that source, on that name.
   */
  #letGo(): void {
    const { sources, names } = this.#gone;
    if (sources.length === 0 && names.length === 0) return;
    for (const name of names) name.visits = NO_VISITS;
    for (const source of sources) {
      source.met = NOBODY_MET;
      source.recent = null;
      source.logins = null;
    }
    this.#gone = { sources: [], names: [] };
  }

  #age(now: number): void {
    const { memoryDays, memoryAttempts } = this.#options;
    for (const rows of [this.#failures, this.#successes])
      rows.age(now - memoryDays * DAY, memoryAttempts, this.#forget);
  }

  readonly #forget = (source: SourceState, name: NameState | null, why: 'old' | 'too-many'): void => {
    if (name !== null && --name.kept === 0) {
      this.names.delete(name.text);
      this.accounts.delete(name);
      this.#gone.names.push(name);
    }
    if (--source.kept > 0) return;
    this.sources.delete(source.text);
    this.#gone.sources.push(source);
    this.#forgotten++;
    if (why === 'too-many') for (const visit of source.visits) thin(visit.name);
  };
}
