/**
 * Builds an {@link AttemptTable}: strings are interned, rows appended to columns that double when full, and
 * sorted by time at the end (stable: equal seconds, common in syslog, stay in the order they came in).
 */
import {
  ACCOUNT_KNOWN,
  ACCOUNT_NOT_TOLD,
  ACCOUNT_UNKNOWN,
  type AttemptTable,
  FAILURE,
  METHODS,
  NO_USER,
  SSHD_SERVICE,
  SUCCESS,
} from './attempt.ts';
import { Counting, type CountingLimits } from './counted.ts';
import { Interner } from './interner.ts';
import { sortByTime } from './time-order.ts';

/** One attempt as a row to append. `known`, `user` and `method` are null where no line told them. */
export interface AttemptRow {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  readonly source: string;
  readonly user: string | null;
  readonly sensor: string;
  readonly success: boolean;
  readonly known: boolean | null;
  readonly method: string | null;
  /** Left out: sshd. */
  readonly service?: string;
}

/** The column of services has 8 bits; the last code stands for all that there is no room for. */
const LAST_SERVICE = 0xff;

/** The column of sensors has 16 bits; the last code stands for all that there is no room for. */
const LAST_SENSOR = 0xffff;

const METHOD_CODES = new Map<string, number>(METHODS.map((name, code) => [name, code]));

/** Code of a method's name as sshd writes it (`keyboard-interactive/pam` is `keyboard-interactive`). */
export function methodCode(method: string | null): number {
  if (method === null) return 0;
  const slash = method.indexOf('/');
  let base = slash < 0 ? method : method.slice(0, slash);
  if (base.startsWith('gssapi')) base = 'gssapi';
  return METHOD_CODES.get(base) ?? METHODS.length - 1;
}

/** Which times a retiming moves equally far, so that it need not be asked of each. */
export interface Alike {
  /** Stretches of so many seconds, from their multiples on. */
  readonly seconds: number;
  /** How far every whole second moves that is in the stretch of `time`; NaN where they do not move alike. */
  shift(time: number): number;
}

const NOTHING_ALIKE: Alike = { seconds: 1, shift: () => Number.NaN };

export class AttemptTableBuilder {
  readonly sources = new Interner();
  readonly users = new Interner();
  readonly sensors = new Interner();
  readonly services = new Interner();
  /** Rows so far, with those that were only counted. */
  length = 0;
  /** Rows that are kept: as many, unless some are only counted. */
  #kept = 0;
  readonly #counting: Counting | null;
  /** Number of each kept row, from the first time on that one was not kept. */
  #rowOf: Uint32Array | null = null;
  #capacity = 1024;
  #time = new Float64Array(this.#capacity);
  #source = new Uint32Array(this.#capacity);
  #user = new Uint32Array(this.#capacity);
  #sensor = new Uint16Array(this.#capacity);
  #outcome = new Uint8Array(this.#capacity);
  #account = new Uint8Array(this.#capacity);
  #method = new Uint8Array(this.#capacity);
  #service = new Uint8Array(this.#capacity);
  /** Rows that turned out to be told already, null where there are none. */
  #dropped: Set<number> | null = null;
  readonly #named = new Interner();
  /** Number of the line that told of each row; null: nobody asks. */
  #line: Uint32Array | null;

  /** `count`: from which size on most failures of busy sources are counted and not kept; null: all are kept. `lines`: whether rows keep the line that told of them. */
  constructor({
    count = null,
    lines = false,
  }: { readonly count?: CountingLimits | null; readonly lines?: boolean } = {}) {
    this.#line = lines ? new Uint32Array(this.#capacity) : null;
    this.#counting = count === null ? null : new Counting(count);
    // entry 0 is kept for 'not told'; a user whose name is the empty string gets an entry of its own
    this.users.strings.push('');
    this.services.id(SSHD_SERVICE);
  }

  /** Appends one attempt and returns its row number (before sorting). */
  append(row: AttemptRow): number {
    const account = row.known === null ? ACCOUNT_NOT_TOLD : row.known ? ACCOUNT_KNOWN : ACCOUNT_UNKNOWN;
    return this.appendCodes(
      row.time,
      this.sources.id(row.source),
      row.user === null ? NO_USER : this.userId(row.user),
      this.sensorId(row.sensor),
      row.success ? SUCCESS : FAILURE,
      account,
      methodCode(row.method),
      row.service === undefined ? 0 : this.serviceId(row.service),
    );
  }

  /** Code of a sensor. Beyond the 65,535th, as a forged log may have, all are the sensor `(others)`. */
  sensorId(name: string): number {
    if (this.sensors.strings.length < LAST_SENSOR) return this.sensors.id(name);
    return this.sensors.known(name) ?? this.sensors.id('(others)');
  }

  /** Code of a service. Beyond the 255th, as forms of a user's own could have, all are the service `(others)`. */
  serviceId(name: string): number {
    if (this.services.strings.length < LAST_SERVICE) return this.services.id(name);
    return this.services.known(name) ?? this.services.id('(others)');
  }

  userId(name: string): number {
    return this.#userOf(this.#named.id(name));
  }

  /** As {@link userId}, of a caller who gives no name twice. */
  nextUser(name: string): number {
    return this.#userOf(this.#named.next(name));
  }

  #userOf(named: number): number {
    const id = named + 1;
    if (id === this.users.strings.length) this.users.strings.push(this.#named.strings[id - 1]!);
    return id;
  }

  appendCodes(
    time: number,
    source: number,
    user: number,
    sensor: number,
    outcome: number,
    account: number,
    method: number,
    service = 0,
    line = 0,
  ): number {
    const row = this.length++;
    if (this.#counting !== null && outcome === FAILURE && !this.#counting.keeps(source, this.#kept)) {
      this.#skip(row, time, source, user, sensor, account, service);
      return row;
    }
    const i = this.#place(row);
    this.#time[i] = time;
    this.#source[i] = source;
    this.#user[i] = user;
    this.#sensor[i] = sensor;
    this.#outcome[i] = outcome;
    this.#account[i] = account;
    this.#method[i] = method;
    this.#service[i] = service;
    if (this.#line !== null) this.#line[i] = line;
    return row;
  }

  /** The place of the next kept row. */
  #place(row: number): number {
    if (this.#kept === this.#capacity) this.#grow();
    if (this.#rowOf !== null) this.#rowOf[this.#kept] = row;
    return this.#kept++;
  }

  #skip(
    row: number,
    time: number,
    source: number,
    user: number,
    sensor: number,
    account: number,
    service: number,
  ): void {
    if (this.#rowOf === null) {
      this.#rowOf = new Uint32Array(this.#capacity);
      for (let i = 0; i < this.#kept; i++) this.#rowOf[i] = i;
    }
    this.#counting!.count(row, time, source, user, sensor, account, service);
  }

  /** The place of the first kept row that is not before row `row`. */
  #placeFrom(row: number): number {
    if (this.#rowOf === null) return row;
    let low = 0;
    let high = this.#kept;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rowOf[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place of row `row`; -1 where it was only counted. */
  #placeOf(row: number): number {
    if (this.#rowOf === null) return row;
    const place = this.#placeFrom(row);
    return place < this.#kept && this.#rowOf[place] === row ? place : -1;
  }

  /**
   * Appends many attempts to sshd, column by column, each as {@link appendCodes} does; returns the first one's row.
   * `codes` hold the outcome, the account << 8 and the method << 16. The columns are copied.
   */
  appendColumns(
    time: Float64Array,
    source: Uint32Array,
    user: Uint32Array,
    sensor: Uint32Array,
    codes: Uint32Array,
  ): number {
    const count = time.length;
    if (this.#counting !== null) return this.#appendCounted(time, source, user, sensor, codes);
    const first = this.length;
    while (first + count > this.#capacity) this.#grow();
    this.length += count;
    this.#kept += count;
    this.#time.set(time, first);
    this.#source.set(source, first);
    this.#user.set(user, first);
    this.#sensor.set(sensor, first);
    const outcome = this.#outcome;
    const account = this.#account;
    const method = this.#method;
    for (let i = 0; i < count; i++) {
      const code = codes[i]!;
      outcome[first + i] = code & 255;
      account[first + i] = (code >>> 8) & 255;
      method[first + i] = code >>> 16;
    }
    return first;
  }

  #appendCounted(
    time: Float64Array,
    source: Uint32Array,
    user: Uint32Array,
    sensor: Uint32Array,
    codes: Uint32Array,
  ): number {
    const first = this.length;
    const counting = this.#counting!;
    const count = time.length;
    while (this.#kept + count > this.#capacity) this.#grow();
    const [times, sources, users] = [this.#time, this.#source, this.#user];
    const [sensors, outcomes, accounts, methods] = [this.#sensor, this.#outcome, this.#account, this.#method];
    let rowOf = this.#rowOf;
    let kept = this.#kept;
    for (let i = 0; i < count; i++) {
      const code = codes[i]!;
      const outcome = code & 255;
      const s = source[i]!;
      if (outcome === FAILURE && !counting.keeps(s, kept)) {
        this.#kept = kept;
        this.#skip(first + i, time[i]!, s, user[i]!, sensor[i]!, (code >>> 8) & 255, 0);
        rowOf = this.#rowOf;
        continue;
      }
      times[kept] = time[i]!;
      sources[kept] = s;
      users[kept] = user[i]!;
      sensors[kept] = sensor[i]!;
      outcomes[kept] = outcome;
      accounts[kept] = (code >>> 8) & 255;
      methods[kept] = code >>> 16;
      if (rowOf !== null) rowOf[kept] = first + i;
      kept++;
    }
    this.#kept = kept;
    this.length = first + count;
    return first;
  }

  /**
   * Adds to row `row` (before sorting) what a later line of the same attempt told: a field that is already told
   * stays, except that {@link ACCOUNT_KNOWN} overrides {@link ACCOUNT_UNKNOWN} (sshd says 'invalid user' of an
   * existing account that its configuration does not let in).
   */
  amend(row: number, user: number, account: number, method: number): void {
    const i = this.#placeOf(row);
    if (i < 0) return;
    if (this.#user[i] === NO_USER) this.#user[i] = user;
    if (account > this.#account[i]!) this.#account[i] = account;
    if (this.#method[i] === 0) this.#method[i] = method;
  }

  /** Time of row `row` (before sorting), seconds as it was appended or {@link retime}d; NaN where it was only counted. */
  timeOf(row: number): number {
    return this.#time[this.#placeOf(row)] ?? Number.NaN;
  }

  /** Source of row `row` (before sorting), an index into {@link sources}; -1 where it was only counted. */
  sourceOf(row: number): number {
    return this.#source[this.#placeOf(row)] ?? -1;
  }

  /** Service of row `row` (before sorting), an index into {@link services}; -1 where it was only counted. */
  serviceOf(row: number): number {
    return this.#service[this.#placeOf(row)] ?? -1;
  }

  /** Takes row `row` (before sorting) out again: another row tells of the same attempt. */
  drop(row: number): void {
    const place = this.#placeOf(row);
    if (place < 0) return;
    this.#dropped ??= new Set();
    this.#dropped.add(place);
  }

  /** Replaces the time of every row from `from` on (before sorting): a log's year is known at its end only. */
  retime(from: number, time: (seconds: number) => number, alike: Alike = NOTHING_ALIKE): void {
    const times = this.#time;
    const { seconds } = alike;
    let first = Number.NaN;
    let shift = 0;
    for (let i = this.#placeFrom(from); i < this.#kept; i++) {
      const old = times[i]!;
      const into = old - first;
      if (into >= 0 && into < seconds && into === Math.floor(into)) {
        times[i] = old + shift;
        continue;
      }
      const next = alike.shift(old);
      if (Number.isNaN(next)) times[i] = time(old);
      else {
        times[i] = old + next;
        shift = next;
        first = Math.floor(old / seconds) * seconds;
      }
    }
    this.#counting?.retime(from, time);
  }

  /** The finished table, rows in ascending time. `keep` says which rows stay (default: all that were not dropped). */
  finish(keep?: (time: number) => boolean): AttemptTable {
    const n = this.#kept;
    const time = this.#time;
    const dropped = this.#dropped;
    let sorted = true;
    for (let i = 1; i < n && sorted; i++) sorted = time[i]! >= time[i - 1]!;
    let index: Uint32Array | null = null; // null: all rows as they stand
    if (!sorted || keep !== undefined || dropped !== null) {
      const order = new Uint32Array(n);
      let kept = 0;
      for (let i = 0; i < n; i++)
        if ((keep === undefined || keep(time[i]!)) && dropped?.has(i) !== true) order[kept++] = i;
      index = order.subarray(0, kept);
      if (!sorted) sortByTime(index, time);
    }
    return {
      length: index === null ? n : index.length,
      time: pick(this.#time, index, n),
      source: pick(this.#source, index, n),
      user: pick(this.#user, index, n),
      sensor: pick(this.#sensor, index, n),
      outcome: pick(this.#outcome, index, n),
      account: pick(this.#account, index, n),
      method: pick(this.#method, index, n),
      service: pick(this.#service, index, n),
      ...(this.#line === null ? {} : { line: pick(this.#line, index, n) }),
      sources: this.sources.strings,
      users: this.users.strings,
      sensors: this.sensors.strings,
      services: this.services.strings,
      counted:
        this.#counting?.finish(
          this.sources.strings.length,
          this.users.strings.length,
          this.sensors.strings.length,
          this.services.strings.length,
        ) ?? null,
    };
  }

  #grow(): void {
    this.#capacity = capacityAfter(this.#capacity);
    this.#time = grown(this.#time, this.#capacity);
    this.#source = grown(this.#source, this.#capacity);
    this.#user = grown(this.#user, this.#capacity);
    this.#sensor = grown(this.#sensor, this.#capacity);
    this.#outcome = grown(this.#outcome, this.#capacity);
    this.#account = grown(this.#account, this.#capacity);
    this.#method = grown(this.#method, this.#capacity);
    this.#service = grown(this.#service, this.#capacity);
    if (this.#line !== null) this.#line = grown(this.#line, this.#capacity);
    if (this.#rowOf !== null) this.#rowOf = grown(this.#rowOf, this.#capacity);
  }
}

/**
 * Memory that nobody has written to yet takes no room: a table of a million rows gets room for sixteen at once, which costs
 * addresses only, where doubling would copy it four times and hold both copies for a while.
 */
function capacityAfter(capacity: number): number {
  if (capacity < 1 << 20) return capacity * 4;
  return capacity < 1 << 24 ? 1 << 24 : capacity * 2;
}

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

function grown<C extends Column>(column: C, capacity: number): C {
  const larger = new (column.constructor as new (n: number) => C)(capacity);
  larger.set(column as never);
  return larger;
}

function pick<C extends Column>(column: C, index: Uint32Array | null, n: number): C {
  if (index === null) return column.subarray(0, n) as C;
  const out = new (column.constructor as new (n: number) => C)(index.length);
  for (let i = 0; i < index.length; i++) out[i] = column[index[i]!]!;
  return out;
}
