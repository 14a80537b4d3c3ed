/** Attempts as columns, and names that several sources tried, for engines that look at attempts one by one. */
import type { AttemptColumns, AttemptQuery, ColumnsQuery, StoredAttempt } from '../history.ts';
import { accountOf } from './sql-query.ts';
import { wellFormed } from './texts.ts';

/** Index of a user name that no line told. */
export const NO_NAME = 0xffff_ffff;
/** Sensors that two bytes can number; the rest are the last of them. */
const MOST_SENSORS = 0xffff;

/** The interval of a question alone. */
export function intervalOf({ since, until }: ColumnsQuery): AttemptQuery {
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** Takes attempts in any order and gives their columns in order of time (equal times: by number). */
export class ColumnsBuilder {
  #length = 0;
  #seq = new Float64Array(1024);
  #time = new Float64Array(1024);
  #source = new Uint32Array(1024);
  #user = new Uint32Array(1024);
  #sensor = new Uint16Array(1024);
  #flags = new Uint8Array(1024);
  #isSorted = true;

  /** `flags`: the account, and 4 for a success. Indexes as the caller numbers the texts. */
  add(seq: number, time: number, source: number, user: number, sensor: number, flags: number): void {
    const i = this.#length++;
    if (i === this.#seq.length) this.#grow();
    if (i > 0 && time < this.#time[i - 1]!) this.#isSorted = false;
    this.#seq[i] = seq;
    this.#time[i] = time;
    this.#source[i] = source;
    this.#user[i] = user;
    this.#sensor[i] = Math.min(sensor, MOST_SENSORS);
    this.#flags[i] = flags;
  }

  get length(): number {
    return this.#length;
  }

  columns(all: number, texts: Pick<AttemptColumns, 'sources' | 'users' | 'sensors'>): AttemptColumns {
    const n = this.#length;
    const order = this.#isSorted ? null : this.#order();
    const seq = taken(this.#seq, n, order);
    const flags = taken(this.#flags, n, order);
    const columns = {
      length: n,
      all,
      seq,
      time: taken(this.#time, n, order),
      source: taken(this.#source, n, order),
      user: taken(this.#user, n, order),
      sensor: taken(this.#sensor, n, order),
      account: flags.map((flag) => flag & 3),
      success: flags.map((flag) => flag >> 2),
      ...texts,
    };
    this.#length = 0;
    return columns;
  }

  #order(): Uint32Array {
    const time = this.#time;
    const seq = this.#seq;
    return Uint32Array.from({ length: this.#length }, (_, i) => i).sort(
      (a, b) => time[a]! - time[b]! || seq[a]! - seq[b]!,
    );
  }

  #grow(): void {
    const size = Math.ceil(this.#seq.length * 1.5);
    this.#seq = grown(this.#seq, new Float64Array(size));
    this.#time = grown(this.#time, new Float64Array(size));
    this.#source = grown(this.#source, new Uint32Array(size));
    this.#user = grown(this.#user, new Uint32Array(size));
    this.#sensor = grown(this.#sensor, new Uint16Array(size));
    this.#flags = grown(this.#flags, new Uint8Array(size));
  }
}

/** Columns of `attempts`, which are those of the interval of `query`, oldest first. Of the others than `whole` every n-th stays. */
export async function columnsOf(
  attempts: AsyncIterable<StoredAttempt>,
  { most, whole }: ColumnsQuery,
): Promise<AttemptColumns> {
  const builder = new ColumnsBuilder();
  const sources = new Texts();
  const users = new Texts();
  const sensors = new Texts();
  let all = 0;
  for await (const { seq, time, source, user, sensor, known, success } of attempts) {
    all++;
    // how many there are is not known yet: beyond the bound ever fewer are kept
    const every = Math.ceil(builder.length / Math.max(1, most));
    if (every > 1 && seq % every !== 0 && !whole.has(source)) continue;
    builder.add(
      seq,
      time,
      sources.of(source),
      user === null ? NO_NAME : users.of(user),
      sensors.of(sensor),
      accountOf(known) | (success ? 4 : 0),
    );
  }
  return builder.columns(all, { sources: sources.list, users: users.list, sensors: sensors.list });
}

/** Those of `names` that several sources tried, or under which somebody has an account. */
export async function sharedNamesOf(
  attempts: AsyncIterable<StoredAttempt>,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = new Map<string, string | null>(names.map((name) => [wellFormed(name), null]));
  const shared = new Set<string>();
  for await (const { user, source, known, success } of attempts) {
    if (user === null || !asked.has(user) || shared.has(user)) continue;
    const first = asked.get(user);
    if (known === true || success || (first !== null && first !== source)) shared.add(user);
    else asked.set(user, source);
  }
  return new Set(names.filter((name) => shared.has(wellFormed(name))));
}

class Texts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The first `n`, in `order`; no copy where there is none. */
function taken<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  column: T,
  n: number,
  order: Uint32Array | null,
): T {
  if (order === null) return column.subarray(0, n) as T;
  const sorted = column.slice(0, n) as T;
  for (let i = 0; i < n; i++) sorted[i] = column[order[i]!]!;
  return sorted;
}
