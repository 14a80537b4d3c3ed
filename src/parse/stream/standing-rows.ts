/**
 * Attempts that were told, as long as another voice may still tell of them (voices.ts): by source, in the order of
 * coming, and by name.
 */
import type { AttemptName, StreamedAttempt } from '../../model/stream.ts';
import { SAME_ATTEMPT_SECONDS } from '../second-voices.ts';
import { Queue } from './queue.ts';

/** Rows that stand at most; beyond, the oldest is forgotten. 20 MB. */
const MOST_STANDING = 50_000;
/** Twice the time that two voices may be apart: another input may be behind. */
const STANDING_SECONDS = 2 * SAME_ATTEMPT_SECONDS;

export interface Standing {
  readonly name: AttemptName;
  readonly time: number;
  readonly source: string;
  /** Null where the service itself told of it. */
  readonly module: string | null;
  /** When it was told, by the wall. */
  readonly told: number;
  /** Names of attempts that turned out to be this one. */
  readonly same: string[];
  user: string | null;
  known: boolean | null;
  method: string | null;
}

/** Plain data: the rows of all sources in the order of coming, and the number that each source's first one has. */
export interface SavedStanding {
  readonly rows: readonly Standing[];
  readonly first: readonly (readonly [source: string, number: number])[];
}

export class StandingRows {
  readonly #all = new Queue<Standing>();
  readonly #ofSource = new Map<string, Queue<Standing>>();
  readonly #byName = new Map<string, Standing>();

  constructor(saved?: SavedStanding) {
    if (saved === undefined) return;
    for (const [source, number] of saved.first) this.#ofSource.set(source, new Queue(number));
    for (const row of saved.rows) this.#put({ ...row, same: [...row.same] });
  }

  /** Those of a source; undefined where there is none. */
  of(source: string): Queue<Standing> | undefined {
    return this.#ofSource.get(source);
  }

  /** The row that has or had this name, see {@link nameText}. */
  named(name: string): Standing | undefined {
    return this.#byName.get(name);
  }

  /** Puts an attempt behind the others of its source; `number` is its number there. */
  add(
    { name, time, source, user, known, method }: StreamedAttempt,
    module: string | null,
    now: number,
  ): { readonly row: Standing; readonly number: number } {
    const row: Standing = { name, time, source, module, told: now, same: [], user, known, method };
    return { row, number: this.#put(row) };
  }

  /** The attempt `name` is the same as `row`. */
  isSame(name: AttemptName, row: Standing): void {
    const text = nameText(name);
    row.same.push(text);
    this.#byName.set(text, row);
  }

  /** Forgets rows whose time is over by the clock of their input or by the wall; says of which sources none is left. */
  *forget(now: number, clocks: ReadonlyMap<string, number>): Generator<string> {
    for (let row = this.#all.head; row !== undefined; row = this.#all.head) {
      const isOver =
        this.#all.size > MOST_STANDING ||
        now - row.told > STANDING_SECONDS ||
        (clocks.get(row.name.input) ?? now) > row.time + STANDING_SECONDS;
      if (!isOver) return;
      this.#all.shift();
      this.#byName.delete(nameText(row.name));
      for (const name of row.same) this.#byName.delete(name);
      const rows = this.#ofSource.get(row.source)!;
      rows.shift();
      if (rows.size > 0) continue;
      this.#ofSource.delete(row.source);
      yield row.source;
    }
  }

  save(): SavedStanding {
    return {
      rows: this.#all.list().map((row) => ({ ...row, same: [...row.same] })),
      first: [...this.#ofSource].map(([source, rows]) => [source, rows.first]),
    };
  }

  #put(row: Standing): number {
    this.#all.push(row);
    this.#byName.set(nameText(row.name), row);
    let rows = this.#ofSource.get(row.source);
    if (rows === undefined) {
      rows = new Queue();
      this.#ofSource.set(row.source, rows);
    }
    return rows.push(row);
  }
}

/** A name as the key of a table. */
export function nameText({ input, line, nth }: AttemptName): string {
  return `${line} ${nth} ${input}`;
}
