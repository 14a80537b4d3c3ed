/**
 * Following the systemd journal through journalctl(1), restarted with growing pauses when it ends. The cursor of the entry that
 * was read last is the position; every entry carries its own (`__CURSOR`).
 *
 * Two things that journalctl does and its manual page does not say: since systemd 250 `--follow` shows this boot only, whatever
 * `--boot=all` says (systemd #36102), so what came before a reboot would never be seen; and `--after-cursor` leaves out one
 * entry too many when the entry of the cursor is not among those asked for, or was dropped (#38912). Therefore it is first run
 * without `--follow`, to the end of what there is, and always with `--cursor`, which begins with the entry of the cursor, or
 * the one after it: the first is left out here.
 *
 * A cursor that the journal does not understand any more (its files were removed, the machine was set up anew) is replaced by
 * the time of the entry that was read last.
 */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { identifiersOf, journalArguments } from '../journal.ts';
import { LineSplitter } from '../split.ts';
import { type Batch, type FollowEffects, type Follower, type FollowerStatus, Tally } from './follower.ts';

export interface FollowJournalOptions {
  /** Programs whose entries are read, `*` standing for any text. */
  readonly identifiers: readonly string[];
  /** Where to begin without a position: with the `oldest` entry, or with what comes after the latest. */
  readonly from: 'oldest' | 'end';
  /** Whether it ends when everything that is there has been read. */
  readonly once?: boolean;
}

/** Seconds until journalctl is started again: the first pause, doubled each time up to the longest while nothing comes of it. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 60;
/** Seconds until new identifiers are looked for, for patterns such as `pure-ftpd-*`: a service that was set up just now. */
const LOOK_AGAIN_SECONDS = 600;
/** Without a line for so long, everything that was there has been read: journalctl prints without a pause while it has something. */
const CAUGHT_UP_SECONDS = 0.5;

interface JournalPosition {
  readonly v: 1;
  readonly line: number;
  readonly cursor: string | null;
  /** Of the entry that was read last, microseconds since 1970. */
  readonly time: number;
}

const START: JournalPosition = { v: 1, line: 0, cursor: null, time: 0 };

/** `from`: a position of an earlier run. */
export function followJournal(
  from: string | null,
  options: FollowJournalOptions,
  effects: FollowEffects,
): Follower {
  return new JournalFollower(from, options, effects);
}

class JournalFollower implements Follower {
  readonly input = 'journal';
  readonly #options: FollowJournalOptions;
  readonly #effects: FollowEffects;
  readonly #tally: Tally;
  #position: JournalPosition;
  readonly #isNew: boolean;
  #child: { kill(): void } | null = null;
  #stopped = false;
  #wake: (() => void) | null = null;
  #lastChunk = Number.POSITIVE_INFINITY;

  constructor(from: string | null, options: FollowJournalOptions, effects: FollowEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#tally = new Tally(this.input, (notice) => effects.onNotice(notice));
    const position = from === null ? null : readJournalPosition(from);
    if (from !== null && position === null) this.#tally.gap('changed', 'journal', 0);
    this.#isNew = position === null;
    this.#position = position ?? START;
  }

  async *batches(): AsyncGenerator<Batch> {
    if (this.#isNew && this.#options.from === 'end') await this.#seekEnd();
    let pause = FIRST_PAUSE;
    let cursorIsGood = true;
    let follows = false;
    while (!this.#stopped) {
      const before = this.#position.line;
      const end = yield* this.#run(follows, cursorIsGood);
      if (this.#stopped) break;
      if (this.#position.line > before) pause = FIRST_PAUSE;
      if (end === 'look-again') continue;
      if (!follows && end.status === 0) {
        if (this.#options.once === true) break;
        this.#tally.become({ kind: 'following' });
        // one that the journal does not understand is of no more use
        if (!cursorIsGood) this.#position = { ...this.#position, cursor: null };
        follows = cursorIsGood = true;
        continue;
      }
      follows = false;
      if (/cursor/i.test(end.said) && this.#position.cursor !== null && cursorIsGood) {
        cursorIsGood = false;
        this.#tally.gap('journal-dropped', 'journal', this.#position.line);
        continue;
      }
      cursorIsGood = true;
      this.#tally.become({ kind: 'failed', path: 'journal', code: end.said });
      await this.#pause(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
    this.#tally.become({ kind: 'ended' });
  }

  status(): FollowerStatus {
    return this.#tally.status(null);
  }

  caughtUp(): boolean {
    return performance.now() - this.#lastChunk > CAUGHT_UP_SECONDS * 1000;
  }

  // oxlint-disable-next-line require-await -- the contract of all followers
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child?.kill();
    this.#wake?.();
  }

  /** The cursor of the latest entry: what comes after it is new. */
  async #seekEnd(): Promise<void> {
    const all = ['--output=json', '--no-pager', '--quiet', '--output-fields=_PID', '--lines=1'];
    let pause = FIRST_PAUSE;
    while (!this.#stopped) {
      try {
        const { stdout } = await promisify(execFile)(this.#effects.journal, all, { encoding: 'utf8' });
        const cursor = cursorOf(stdout);
        const time = Math.floor(this.#effects.now() * 1e6);
        this.#position = { ...START, cursor, time: timeOf(stdout) ?? time };
        return;
      } catch (error) {
        this.#tally.become({ kind: 'failed', path: 'journal', code: firstLine(String(error)) });
        await this.#pause(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  /** One run of journalctl, to its end. */
  async *#run(follows: boolean, cursorIsGood: boolean): AsyncGenerator<Batch, Ended | 'look-again'> {
    const command = this.#effects.journal;
    const identifiers = await identifiersOf(command, this.#options.identifiers);
    if (this.#stopped) return 'look-again';
    const { cursor, time } = this.#position;
    const place =
      cursor !== null && cursorIsGood
        ? [`--cursor=${cursor}`]
        : time > 0
          ? [`--since=@${Math.floor(time / 1e6)}`]
          : [];
    // the same second again: entries up to the one that was read last are passed over
    const passUpTo = cursor !== null && cursorIsGood ? 0 : time;
    const how = follows ? ['--follow', '--no-tail'] : ['--boot=all'];
    const child = spawn(command, journalArguments(identifiers, [...how, ...place]), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on('error', (error) => resolve({ status: null, said: error.message }));
      child.on('close', (status, signal) => {
        const end = `journalctl ended with ${signal ?? `status ${status}`}`;
        resolve({ status, said: firstLine(said) || end });
      });
    });
    let lookAgain = false;
    const timer = setInterval(() => {
      identifiersOf(command, this.#options.identifiers).then(
        (now) => {
          if (now.every((name) => identifiers.includes(name))) return;
          lookAgain = true;
          child.kill();
        },
        () => {},
      );
    }, LOOK_AGAIN_SECONDS * 1000);
    this.#lastChunk = follows ? performance.now() : Number.POSITIVE_INFINITY;
    let isFirst = true;
    let lines: string[] = [];
    const splitter = new LineSplitter((text) => lines.push(text));
    try {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        const cut = splitter.cutLines;
        splitter.push(chunk);
        this.#tally.bytes += chunk.length;
        this.#tally.cutLines += splitter.cutLines - cut;
        if (isFirst && lines.length > 0) {
          isFirst = false;
          if (cursor !== null && isSameEntry(cursorOf(lines[0]!), cursor)) lines.shift();
        }
        const batch = this.#batch(lines, passUpTo);
        lines = [];
        if (follows) this.#lastChunk = performance.now();
        if (batch === null) continue;
        this.#tally.become({ kind: 'following' });
        yield batch;
        if (this.#stopped || lookAgain) break;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    } finally {
      clearInterval(timer);
      child.kill(); // nothing where it has ended
      this.#child = null;
    }
    return lookAgain ? 'look-again' : await ended;
  }

  #batch(all: readonly string[], passUpTo: number): Batch | null {
    const lines = passUpTo === 0 ? all : all.filter((line) => (timeOf(line) ?? 0) > passUpTo);
    const last = lines.at(-1);
    if (last === undefined) return null;
    const firstLine = this.#position.line + 1;
    this.#position = {
      v: 1,
      line: this.#position.line + lines.length,
      cursor: cursorOf(last) ?? this.#position.cursor,
      time: timeOf(last) ?? this.#position.time,
    };
    this.#tally.lines += lines.length;
    const arrived = this.#effects.now();
    this.#tally.lastLine = arrived;
    return {
      input: this.input,
      lines,
      firstLine,
      position: JSON.stringify(this.#position),
      arrived,
      written: arrived,
    };
  }

  #pause(seconds: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** Boot, time and hash of the entry, without which of the journal's files it was found in (`s` and `i`). */
function isSameEntry(a: string | null, b: string): boolean {
  const entry = (cursor: string): string => (cursor.match(/(?:^|;)[bmtx]=[^;]*/g) ?? [cursor]).join('');
  return a !== null && entry(a) === entry(b);
}

/** `__CURSOR` is printed first, but its place is not promised; nothing in it needs escaping (hex digits, `=` and `;`). */
function cursorOf(line: string): string | null {
  return /"__CURSOR"\s*:\s*"([^"\\]+)"/.exec(line)?.[1] ?? null;
}

function timeOf(line: string): number | null {
  const time = /"__REALTIME_TIMESTAMP"\s*:\s*"(\d{1,16})"/.exec(line)?.[1];
  return time === undefined ? null : Number(time);
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 300);
}

function readJournalPosition(text: string): JournalPosition | null {
  try {
    const value = JSON.parse(text) as Partial<JournalPosition> | null;
    const isGood =
      value?.v === 1 &&
      Number.isSafeInteger(value.line) &&
      typeof value.time === 'number' &&
      (value.cursor === null || typeof value.cursor === 'string');
    return isGood ? (value as JournalPosition) : null;
  } catch {
    return null;
  }
}
