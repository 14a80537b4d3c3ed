/**
 * The lines that told of the attempts of a finished log, for whoever looks at one (`slowbrute serve LOG`, the report to hand on). The
 * log was read by the fast path, which keeps no line numbers; so when the first line is wanted, it is read a second time by the
 * readable one, in a thread of its own (log-lines-thread.ts), and each row remembers its line. Where that stands is read again.
 */
import type { Worker } from 'node:worker_threads';
import { hasThread, startThread } from '../built/parts.ts';
import type { LineOfRow, RowToFind } from '../view/log-attempts.ts';
import type { CommandEffects } from './effects.ts';
import type { TimeOptions } from './load-log.ts';

export interface LinesInput {
  readonly paths: readonly string[];
  readonly options: TimeOptions;
  readonly now: number;
  readonly machineZone: string;
  readonly logFolder: string;
  readonly journal: string;
  readonly programPath: string | undefined;
}

export interface LogLinesOf {
  /** A line, or null, for each of `rows`; null where it has not been found after so many milliseconds. */
  find(rows: readonly RowToFind[], milliseconds: number): Promise<readonly (LineOfRow | null)[]>;
  stop(): void;
}

export type LinesAsked = { readonly id: number; readonly rows: readonly RowToFind[] };
export type LinesTold = { readonly id: number; readonly lines: readonly (LineOfRow | null)[] };

/** `paths` and `options`: as the log was read. Nothing is done before the first question. */
export function logLines(
  paths: readonly string[],
  options: TimeOptions,
  effects: CommandEffects,
  now: number,
): LogLinesOf {
  const { machineZone, logFolder, journal, programPath } = effects;
  const { since, until, year, timezone, followRotations, fields, forms } = options;
  const input: LinesInput = {
    paths,
    options: {
      since,
      until,
      year,
      timezone,
      ...(followRotations === undefined ? {} : { followRotations }),
      ...(fields === undefined ? {} : { fields }),
      ...(forms === undefined ? {} : { forms }),
    },
    now,
    machineZone,
    logFolder,
    journal,
    programPath,
  };
  return hasThread('lines') ? new InThread(input) : inThisThread(input);
}

class InThread implements LogLinesOf {
  readonly #input: LinesInput;
  readonly #waiting = new Map<number, (lines: LinesTold['lines']) => void>();
  #worker: Worker | null = null;
  #isOver = false;
  #id = 0;

  constructor(input: LinesInput) {
    this.#input = input;
  }

  find(rows: readonly RowToFind[], milliseconds: number): Promise<LinesTold['lines']> {
    const none = rows.map(() => null);
    const worker = this.#running();
    if (worker === null || rows.length === 0) return Promise.resolve(none);
    const id = ++this.#id;
    return new Promise((resolve) => {
      const timer = setTimeout(() => over(none), milliseconds);
      const over = (lines: LinesTold['lines']) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(lines);
      };
      this.#waiting.set(id, over);
      worker.postMessage({ id, rows } satisfies LinesAsked);
    });
  }

  stop(): void {
    this.#isOver = true;
    void this.#worker?.terminate();
    this.#worker = null;
    for (const over of [...this.#waiting.values()]) over([]);
  }

  #running(): Worker | null {
    if (this.#worker !== null || this.#isOver) return this.#worker;
    try {
      const worker = startThread('lines', { workerData: this.#input, execArgv: [] });
      worker.unref();
      worker.on('message', ({ id, lines }: LinesTold) => this.#waiting.get(id)?.(lines));
      // whoever waits is told at once that there is none
      worker.on('error', () => {
        this.stop();
      });
      this.#worker = worker;
    } catch {
      this.#isOver = true;
    }
    return this.#worker;
  }
}

function inThisThread(input: LinesInput): LogLinesOf {
  let found: Promise<(rows: readonly RowToFind[]) => Promise<LinesTold['lines']>> | null = null;
  return {
    find: async (rows) => {
      found ??= import('./line-book.ts').then(({ openLines }) => openLines(input));
      return (await found)(rows);
    },
    stop: () => {},
  };
}
