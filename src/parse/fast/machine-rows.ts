/**
 * Rows of the byte machine into the table: its columns are copied as they stand, its numbers of texts made the builder's,
 * which are given in the order of the rows, so that the table does not depend on how the machine numbers.
 */
import type { AttemptTableBuilder } from '../../model/table.ts';
import type { ByteMachine } from './machine.ts';

export class MachineRows {
  readonly #machine: ByteMachine;
  readonly #builder: AttemptTableBuilder;
  // numbers of the builder by the machine's; 0: none yet, and but for users one more than the builder's
  #users: Uint32Array = new Uint32Array(1024);
  #addresses: Uint32Array = new Uint32Array(1024);
  #sourceTexts: Uint32Array = new Uint32Array(1024);
  #sensors: Uint32Array = new Uint32Array(64);
  /** Rows of the builder by the machine's: the machine's from `from` on are `by` further on. */
  readonly #shifts: { readonly from: number; readonly by: number }[] = [];
  #rows = 0;
  /** Whether the builder had no text before: then each of the machine's, which are all different, is new to it. */
  readonly #isFirst: boolean;

  constructor(machine: ByteMachine, builder: AttemptTableBuilder) {
    this.#machine = machine;
    this.#builder = builder;
    this.#isFirst = builder.length === 0 && builder.sources.strings.length === 0;
  }

  /** Rows, and changes of rows, that the machine has made since the last call, in the order in which they were told. */
  take(): void {
    const machine = this.#machine;
    const count = machine.exports.rowsReady();
    const amends = machine.exports.amendsReady();
    if (count === 0 && amends === 0) return;
    machine.refresh();
    const { buffer } = machine.bytes;
    let done = 0;
    if (amends > 0) {
      const records = new Uint32Array(buffer, machine.amendsAt, amends * 4);
      for (let i = 0; i < amends * 4; i += 4) {
        this.#append(done, records[i + 3]!);
        done = records[i + 3]!;
        const codes = records[i + 2]!;
        const user = this.#userOf(records[i + 1]!);
        this.#builder.amend(this.#rowOf(records[i]!), user, (codes >>> 8) & 255, (codes >>> 16) & 255);
      }
    }
    this.#append(done, count);
    machine.exports.rowsTaken();
  }

  /** Rows of the machine's columns, as the builder numbers what they say. */
  #append(from: number, to: number): void {
    const count = to - from;
    if (count === 0) return;
    const { rowsAt, mostRows, bytes } = this.#machine;
    const column = (i: number) =>
      new Uint32Array(bytes.buffer, rowsAt + mostRows * (8 + 4 * i) + 4 * from, count);
    const time = new Float64Array(bytes.buffer, rowsAt + 8 * from, count);
    const source = column(0);
    const user = column(1);
    const sensor = column(2);
    const users = this.#users;
    const addresses = this.#addresses;
    const texts = this.#sourceTexts;
    let lastSensor = -1;
    let sensorId = 0;
    for (let i = 0; i < count; i++) {
      const code = source[i]!;
      const number = code >>> 2;
      const ids = (code & 2) === 0 ? addresses : texts;
      const known = number < ids.length ? ids[number]! : 0;
      source[i] = known !== 0 ? known - 1 : this.#sourceOf(code);
      const name = user[i]!;
      const id = name < users.length ? users[name]! : 0;
      user[i] = id !== 0 ? id : this.#userOf(name);
      if (sensor[i] !== lastSensor) {
        lastSensor = sensor[i]!;
        sensorId = this.#sensorOf(lastSensor);
      }
      sensor[i] = sensorId;
    }
    const by = this.#builder.length - this.#rows;
    if (this.#shifts.at(-1)?.by !== by) this.#shifts.push({ from: this.#rows, by });
    this.#rows += count;
    this.#builder.appendColumns(time, source, user, sensor, column(3));
  }

  /** The builder's row for one of the machine's. */
  #rowOf(row: number): number {
    const shifts = this.#shifts;
    let low = 0;
    let high = shifts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (shifts[middle]!.from <= row) low = middle;
      else high = middle - 1;
    }
    return row + shifts[low]!.by;
  }

  #userOf(number: number): number {
    if (number === 0) return 0;
    if (number >= this.#users.length) this.#users = doubled(this.#users, number);
    const known = this.#users[number]!;
    if (known !== 0) return known;
    const name = this.#machine.userText(number);
    const id = this.#isFirst ? this.#builder.nextUser(name) : this.#builder.userId(name);
    this.#users[number] = id;
    return id;
  }

  #sourceOf(code: number): number {
    const number = code >>> 2;
    const isText = (code & 2) !== 0;
    let ids = isText ? this.#sourceTexts : this.#addresses;
    if (number >= ids.length) {
      ids = doubled(ids, number);
      if (isText) this.#sourceTexts = ids;
      else this.#addresses = ids;
    }
    const known = ids[number]!;
    if (known !== 0) return known - 1;
    const text = this.#machine.sourceTextOf(code);
    const { sources } = this.#builder;
    const id = this.#isFirst ? sources.next(text) : sources.id(text);
    ids[number] = id + 1;
    return id;
  }

  #sensorOf(number: number): number {
    if (number >= this.#sensors.length) this.#sensors = doubled(this.#sensors, number);
    const known = this.#sensors[number]!;
    if (known !== 0) return known - 1;
    const id = this.#builder.sensorId(this.#machine.sensorText(number));
    this.#sensors[number] = id + 1;
    return id;
  }
}

function doubled(numbers: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.max(numbers.length * 2, least + 1));
  larger.set(numbers);
  return larger;
}
