/**
 * Attempts that are remembered, as columns in a ring: in the order in which they came, the oldest are let go. Some 34
 * bytes an attempt; an object each would take three times as much, and time at every collection of garbage.
 */
import { type Column, ColumnBuilder } from '../../model/columns.ts';
import type { NameState, SourceState } from './remembered.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';

/** What a row tells beside its source and name. */
export interface Row {
  /** Its place among all that were kept. */
  readonly order: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly source: SourceState;
  readonly name: NameState | null;
  readonly sensor: string;
  /** Codes of model/attempt.ts; of the service: an index into the memory's list. */
  readonly account: number;
  readonly method: number;
  readonly service: number;
}

/** The oldest row first; `name` is 1 more than the name's number, 0 where no line told it. */
export interface SavedRows {
  readonly order: Column;
  readonly time: Column;
  readonly source: Uint32Array;
  readonly name: Uint32Array;
  /** Index into `sensors`. */
  readonly sensor: Uint32Array;
  readonly sensors: readonly string[];
  readonly account: Uint8Array;
  readonly method: Uint8Array;
  readonly service: Uint8Array;
}

/** Rows of one outcome, in the order of their times. */
export class Rows {
  /** Of the ring, a power of two. */
  #capacity = 1024;
  #first = 0;
  length = 0;
  #order: Float64Array = new Float64Array(this.#capacity);
  #time: Float64Array = new Float64Array(this.#capacity);
  #source: (SourceState | null)[] = new Array(this.#capacity).fill(null);
  #name: (NameState | null)[] = new Array(this.#capacity).fill(null);
  #sensor: string[] = new Array(this.#capacity).fill('');
  #account: Uint8Array = new Uint8Array(this.#capacity);
  #method: Uint8Array = new Uint8Array(this.#capacity);
  #service: Uint8Array = new Uint8Array(this.#capacity);

  push(row: Row): void {
    if (this.length === this.#capacity) this.#grow();
    const at = (this.#first + this.length++) & (this.#capacity - 1);
    this.#order[at] = row.order;
    this.#time[at] = row.time;
    this.#source[at] = row.source;
    this.#name[at] = row.name;
    this.#sensor[at] = row.sensor;
    this.#account[at] = row.account;
    this.#method[at] = row.method;
    this.#service[at] = row.service;
  }

  /** The first row of `from` (seconds) or later, counted from the oldest; {@link length} where there is none. */
  since(from: number): number {
    let first = 0;
    let high = from === Number.NEGATIVE_INFINITY ? 0 : this.length;
    while (first < high) {
      const middle = (first + high) >> 1;
      if (this.#time[(this.#first + middle) & (this.#capacity - 1)]! < from) first = middle + 1;
      else high = middle;
    }
    return first;
  }

  /** Where row `i`, counted from the oldest, is in the columns. */
  at(i: number): number {
    return (this.#first + i) & (this.#capacity - 1);
  }

  order(at: number): number {
    return this.#order[at]!;
  }

  time(at: number): number {
    return this.#time[at]!;
  }

  source(at: number): SourceState {
    return this.#source[at]!;
  }

  /** All of the row in that place. */
  row(at: number): Row {
    return {
      order: this.#order[at]!,
      time: this.#time[at]!,
      source: this.#source[at]!,
      name: this.#name[at]!,
      sensor: this.#sensor[at]!,
      account: this.#account[at]!,
      method: this.#method[at]!,
      service: this.#service[at]!,
    };
  }

  /** Lets go of what is older than `oldest` (seconds), and of what is more than `most` rows; `forget` hears of each. */
  age(
    oldest: number,
    most: number,
    forget: (source: SourceState, name: NameState | null, why: 'old' | 'too-many') => void,
  ): void {
    while (this.length > 0) {
      const isOld = this.#time[this.#first]! < oldest;
      if (!isOld && this.length <= most) return;
      const source = this.#source[this.#first]!;
      const name = this.#name[this.#first]!;
      this.#source[this.#first] = null;
      this.#name[this.#first] = null;
      this.#first = (this.#first + 1) & (this.#capacity - 1);
      this.length--;
      forget(source, name, isOld ? 'old' : 'too-many');
    }
  }

  save(numbers: StateNumbers): SavedRows {
    const n = this.length;
    const source = new Uint32Array(n);
    const name = new Uint32Array(n);
    const sensor = new Uint32Array(n);
    const order = new ColumnBuilder(n);
    const time = new ColumnBuilder(n);
    const sensors = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const at = this.at(i);
      order.add(this.#order[at]!);
      time.add(this.#time[at]!);
      const own = this.#name[at]!;
      source[i] = numbers.source(this.#source[at]!);
      name[i] = own === null ? 0 : numbers.name(own) + 1;
      let where = sensors.get(this.#sensor[at]!);
      if (where === undefined) {
        where = sensors.size;
        sensors.set(this.#sensor[at]!, where);
      }
      sensor[i] = where;
    }
    return {
      order: order.column(),
      time: time.column(),
      source,
      name,
      sensor,
      sensors: [...sensors.keys()],
      account: this.#inOrder(this.#account),
      method: this.#inOrder(this.#method),
      service: this.#inOrder(this.#service),
    };
  }

  /** Takes over what was saved, in place of what is here. */
  restore(saved: SavedRows, { sources, names }: States): void {
    const n = saved.time.length;
    while (this.#capacity < n) this.#capacity *= 2;
    this.#first = 0;
    this.length = n;
    this.#order = withRoom(saved.order, new Float64Array(this.#capacity));
    this.#time = withRoom(saved.time, new Float64Array(this.#capacity));
    this.#account = withRoom(saved.account, new Uint8Array(this.#capacity));
    this.#method = withRoom(saved.method, new Uint8Array(this.#capacity));
    this.#service = withRoom(saved.service, new Uint8Array(this.#capacity));
    this.#source = new Array(this.#capacity).fill(null);
    this.#name = new Array(this.#capacity).fill(null);
    this.#sensor = new Array(this.#capacity).fill('');
    for (let i = 0; i < n; i++) {
      this.#source[i] = sources[saved.source[i]!]!;
      const name = saved.name[i]!;
      if (name > 0) this.#name[i] = names[name - 1]!;
      this.#sensor[i] = saved.sensors[saved.sensor[i]!]!;
    }
  }

  /** A copy of a column, the oldest row first. */
  #inOrder<C extends Float64Array | Uint8Array>(column: C): C {
    const head = column.slice(this.#first, this.#first + this.length) as C;
    if (head.length === this.length) return head;
    const all = new (column.constructor as new (n: number) => C)(this.length);
    all.set(head);
    all.set(column.subarray(0, this.length - head.length), head.length);
    return all;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    this.#order = withRoom(this.#inOrder(this.#order), new Float64Array(capacity));
    this.#time = withRoom(this.#inOrder(this.#time), new Float64Array(capacity));
    this.#account = withRoom(this.#inOrder(this.#account), new Uint8Array(capacity));
    this.#method = withRoom(this.#inOrder(this.#method), new Uint8Array(capacity));
    this.#service = withRoom(this.#inOrder(this.#service), new Uint8Array(capacity));
    this.#source = this.#listInOrder(this.#source, capacity, null);
    this.#name = this.#listInOrder(this.#name, capacity, null);
    this.#sensor = this.#listInOrder(this.#sensor, capacity, '');
    this.#first = 0;
    this.#capacity = capacity;
  }

  #listInOrder<T>(list: readonly T[], capacity: number, empty: T): T[] {
    const all = new Array<T>(capacity).fill(empty);
    for (let i = 0; i < this.length; i++) all[i] = list[this.at(i)]!;
    return all;
  }
}

function withRoom<C extends Float64Array | Uint8Array>(column: Column | Uint8Array, roomier: C): C {
  roomier.set(column);
  return roomier;
}
