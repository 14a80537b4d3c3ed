/** Lines of a login service that were not read: how many for which reason, and the first of them. */

export interface UnreadSample {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Cut to 400 characters. */
  readonly text: string;
  readonly reason: string;
}

export interface SavedUnread {
  readonly lines: number;
  readonly reasons: readonly (readonly [reason: string, lines: number])[];
  readonly samples: readonly UnreadSample[];
}

const MOST_SAMPLES = 20;
const SAMPLE_LENGTH = 400;

export class Unread {
  lines = 0;
  /** The first {@link MOST_SAMPLES}. */
  readonly samples: UnreadSample[] = [];
  readonly #reasons = new Map<string, number>();

  /** Counts a line, number `line` of `file`. */
  add(file: string, line: number, text: string, reason: string): void {
    this.count(reason, 1);
    if (this.samples.length < MOST_SAMPLES) {
      const cut = text.length > SAMPLE_LENGTH ? text.slice(0, SAMPLE_LENGTH) : text;
      this.samples.push({ file, line, text: ` ${cut}`.slice(1), reason });
    }
  }

  count(reason: string, lines: number): void {
    this.lines += lines;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + lines);
  }

  /** Lines by reason, in the order of the reasons' names. */
  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  save(): SavedUnread {
    return { lines: this.lines, reasons: [...this.#reasons], samples: [...this.samples] };
  }

  restore(saved: SavedUnread): void {
    this.lines = saved.lines;
    for (const [reason, lines] of saved.reasons) this.#reasons.set(reason, lines);
    this.samples.push(...saved.samples);
  }
}
