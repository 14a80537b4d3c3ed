/**
 * The trail of one log through its pieces: the piece that is open, the one before it to which somebody may still write, what is to
 * be read again in the order of before; and the position behind what was handed on. Each step is one look: it reads what
 * is there, or turns to the next piece, or finds that there is nothing now.
 */
import { Chain } from './chain.ts';
import type { FollowFileOptions } from './file.ts';
import type { Batch, FollowEffects, Tally } from './follower.ts';
import { CHUNK_BYTES, endOfLines, type OpenPiece, type PlainPiece } from './open-piece.ts';
import { idAt, stateAt } from './path-state.ts';
import { linesOf } from './piece-lines.ts';
import type { Candidate } from './pieces.ts';
import { type Plan, planOf, until } from './plan.ts';
import {
  type FilePosition,
  MOST_TURNS,
  type PieceMark,
  readPosition,
  type Turn,
  writePosition,
} from './position.ts';

/**
 * One second: a syslogd is told to reopen its log within milliseconds of the renaming, and what it writes to the new file
 * waits so long. At a tenth of it a slow one would write to the old file while the new one is read already, which costs
 * nothing but a turn back; at ten times it each rotation delays what is seen.
 */
const QUIET_SECONDS = 1;
/** A renamed file is looked at for so long after it was last written to. A program that does not reopen its log writes on. */
const LATE_SECONDS = 600;
/** A file from before 1995 has no time, but a clock that was not set, or a tool that wrote none. */
const LEAST_TIME = Date.UTC(1995, 0) / 1000;

/** Where nothing was read yet. */
const UNREAD: FilePosition = { v: 1, line: 0, piece: null, late: null, past: [], turns: [] };

export class Trail {
  /** Whether everything that was there at the last look was handed on. */
  isAtEnd = false;
  readonly #input: string;
  readonly #path: string;
  readonly #options: FollowFileOptions;
  readonly #effects: FollowEffects;
  readonly #tally: Tally;
  readonly #lookAgain: () => void;
  readonly #chain: Chain;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #line = 0;
  #piece: OpenPiece | null = null;
  /** The piece before it, to which somebody may still write; and when it last had something. */
  #late: OpenPiece | null = null;
  #lateGrew = 0;
  /** To be opened again before anything else. */
  #wanted: PieceMark | null = null;
  /** What was read last, where no piece is open. */
  #before: PieceMark | null = null;
  #turns: readonly Turn[] = [];
  /** The piece that the last lines came from. */
  #source: OpenPiece | null = null;
  #plan: Plan | null = null;
  #quietSince: number | null = null;
  #stopped = false;

  /** `lookAgain` is called where something was in between two states: nobody should wait for the next look. */
  constructor(
    input: string,
    path: string,
    options: FollowFileOptions,
    effects: FollowEffects,
    tally: Tally,
    lookAgain: () => void,
  ) {
    this.#input = input;
    this.#path = path;
    this.#options = options;
    this.#effects = effects;
    this.#tally = tally;
    this.#lookAgain = lookAgain;
    this.#chain = new Chain(path, options.rotatedIn ?? [], effects);
  }

  /** Bytes that the current file has beyond what was read, as of the last look; null where an older piece is read. */
  get behindBytes(): number | null {
    const piece = this.#piece;
    // all was read of the piece before an empty one, to which nobody writes yet
    if (this.isAtEnd && piece !== null && piece.path !== this.#path) return 0;
    const isCurrent = piece?.kind === 'plain' && piece.path === this.#path;
    return isCurrent ? Math.max(0, piece.bytes - piece.cursor.readAt) : null;
  }

  /** Bytes of the open piece before the position. */
  get bytesBefore(): number {
    return this.#piece?.cursor.at ?? 0;
  }

  /** How long at most until the next look, where that is sooner than usual. */
  get waitSeconds(): number | undefined {
    return this.#quietSince === null ? undefined : this.#quiet;
  }

  /** No more steps. */
  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.#piece?.close();
    this.#late?.close();
    this.#piece = this.#late = null;
  }

  get #quiet(): number {
    return this.#options.once === true ? 0 : (this.#options.quietSeconds ?? QUIET_SECONDS);
  }

  // ---- beginning

  /** `from`: a position; null: see {@link FollowFileOptions.from}. To be called once, before anything else. */
  async begin(from: string | null): Promise<void> {
    const known = readPosition(this.#options.known ?? '');
    const position = from === null ? (known === null ? null : UNREAD) : readPosition(from);
    if (position !== null) {
      this.#plan = planOf(position, known);
      await this.#resume(position);
      return;
    }
    if (from !== null) this.#tally.gap('changed', this.#path, 0);
    if (this.#options.from === 'oldest') return;
    const current = await this.#chain.passRotated();
    if (current === null || this.#options.from === 'start') return;
    const at = endOfLines(current.path);
    if (at > 0) await this.#open(current, at, false);
  }

  async #resume(position: FilePosition): Promise<void> {
    this.#line = position.line;
    this.#chain.past = position.past;
    this.#turns = position.turns;
    const { piece, late } = position;
    this.#before = piece;
    // where nothing of it was handed on, it is just the next one after what was
    this.#wanted = piece === null || piece.at === 0 ? null : piece;
    if (late === null) return;
    const found = await this.#chain.find(late);
    if (typeof found === 'string') return;
    const opened = await this.#chain.open(found, late.at, late.skipping);
    if (opened.kind !== 'open') return;
    this.#late = opened.piece;
    this.#lateGrew = performance.now();
  }

  /** Opens the wanted piece under whatever name it has now; where it is gone, what comes after it is next. False: not now. */
  async #reopen(mark: PieceMark): Promise<boolean> {
    const found = await this.#chain.find(mark);
    if (found === 'nothing-there') {
      this.#tally.become(stateAt(this.#path)); // a disk that is not mounted yet
      return false;
    }
    this.#wanted = null;
    if (found === 'gone') {
      if (this.#plan !== null) await this.#leavePlan(this.#plan);
      else this.#tally.gap('vanished', mark.path, this.#line);
      return true;
    }
    const outcome = await this.#open(found, mark.at, mark.skipping);
    if (outcome === 'not-now') this.#wanted = mark;
    const piece = this.#piece;
    if (outcome !== 'open' || piece === null) return outcome === 'passed';
    this.#source ??= piece;
    if (piece.kind === 'plain' && !piece.check(mark)) this.#tally.gap('changed', piece.path, this.#line);
    return true;
  }

  // ---- reading

  /** The next lines; null: there are none now. */
  async next(): Promise<Batch | null> {
    return (await this.#next()) ?? (await this.#lastOfAll());
  }

  async #next(): Promise<Batch | null> {
    while (!this.#stopped) {
      if (this.#plan !== null && this.#line >= until(this.#plan)) {
        await this.#jump(this.#plan);
        continue;
      }
      if (this.#wanted !== null && !(await this.#reopen(this.#wanted))) return null;
      if (this.#piece === null && this.#plan !== null) {
        this.#line = until(this.#plan); // what came in between is gone; it was handed on before
        continue;
      }
      if (this.#piece === null && !(await this.#openNext())) return null;
      const piece = this.#piece!;
      const { at } = piece.cursor;
      const lines = await this.#read(piece);
      if (lines === 'failed') return null;
      if (lines === 'emptied') {
        await this.#emptied(piece as PlainPiece);
        continue;
      }
      if (lines !== null) {
        this.isAtEnd = false;
        this.#quietSince = null;
        if (lines.length > 0) return await this.#batch(piece, at, lines);
        continue;
      }
      const step = await this.#end(piece, at);
      if (step === 'wait') {
        this.isAtEnd = true;
        return await this.#readLate();
      }
      if (step !== 'turned') return step;
    }
    return null;
  }

  /** The next lines (none where no line is complete); null at the end of the piece. */
  async #read(piece: OpenPiece): Promise<readonly string[] | 'emptied' | 'failed' | null> {
    const read = await linesOf(piece, this.#buffer, this.#tally);
    switch (read.kind) {
      case 'lines':
        return read.lines;
      case 'emptied':
        return 'emptied';
      case 'damaged':
        this.#tally.gap('damaged', piece.path, this.#line);
        return null;
      case 'end':
        return null;
      case 'failed':
        if (piece === this.#late) return 'failed';
        // the disk, or the server of a network file system: opened again, at the same place
        this.#tally.become(read.state);
        this.#wanted = this.#before = piece.mark();
        piece.close();
        this.#piece = null;
        return 'failed';
    }
  }

  async #batch(piece: OpenPiece, at: number, all: readonly string[]): Promise<Batch> {
    const lines = this.#plan === null ? all : all.slice(0, until(this.#plan) - this.#line);
    const firstLine = this.#line + 1;
    if (piece !== this.#source) {
      const { id, head } = piece.mark();
      this.#turns = [...this.#turns, { line: this.#line, id, head, at }].slice(-MOST_TURNS);
      this.#source = piece;
    }
    this.#line += lines.length;
    const arrived = this.#effects.now();
    const written = piece.changed / 1000 > LEAST_TIME ? Math.min(arrived, piece.changed / 1000) : arrived;
    this.#tally.has(lines.length, arrived);
    // what follows the last line of a plan is in another file: the position must say so
    while (this.#plan !== null && this.#line >= until(this.#plan)) await this.#jump(this.#plan);
    return { input: this.#input, lines, firstLine, position: this.position(), arrived, written };
  }

  position(): string {
    return writePosition({
      v: 1,
      line: this.#line,
      piece: this.#piece?.mark() ?? this.#before,
      late: this.#late?.mark() ?? null,
      past: this.#chain.past,
      turns: this.#turns,
    });
  }

  // ---- from one piece to the next

  /** The open piece has no more now. `turned`: there is another one; else its last line, which had no newline, or late ones. */
  async #end(piece: OpenPiece, at: number): Promise<'wait' | 'turned' | Batch> {
    if (this.#plan !== null) return await this.#endInPlan(piece, at, this.#plan);
    const there = piece.kind === 'plain' ? idAt(this.#path) : '';
    if (there === piece.id) this.#quietSince = null;
    const next =
      there === piece.id || there === null ? null : await this.#chain.after(piece.mark(), piece.id);
    if (next === null) {
      this.#tally.become(stateAt(this.#path));
      return 'wait';
    }
    if (piece.kind === 'plain') {
      // whoever writes has not opened the new file yet, or has just done so
      if (next.isCurrent && next.bytes === 0) return 'wait';
      if (!this.#isQuiet(piece)) return 'wait';
    }
    const late = await this.#readLate();
    if (late !== null) return late;
    const rest = piece.cursor.end();
    if (rest.length > 0) return await this.#batch(piece, at, rest);
    return (await this.#turn(piece, next)) ? 'turned' : 'wait';
  }

  #isQuiet(piece: PlainPiece): boolean {
    const now = performance.now();
    this.#quietSince ??= now;
    const age = this.#effects.now() - piece.changed / 1000;
    return age > this.#quiet || now - this.#quietSince >= this.#quiet * 1000;
  }

  async #turn(piece: OpenPiece, next: Candidate): Promise<boolean> {
    const mark = piece.mark();
    const outcome = await this.#open(next, 0, false);
    if (outcome !== 'open') return outcome === 'passed';
    this.#tally.turns++;
    this.#quietSince = null;
    this.#before = mark;
    this.#chain.finished(mark);
    this.#late?.close();
    this.#late = null;
    if (piece.kind === 'plain' && next.isCurrent) {
      this.#late = piece;
      this.#lateGrew = performance.now();
    } else piece.close();
    const input = this.#input;
    this.#effects.onNotice({ kind: 'turned', input, from: mark.path, to: next.path, line: this.#line });
    return true;
  }

  async #openNext(): Promise<boolean> {
    const next = await this.#chain.after(this.#before, null);
    if (next !== null) return (await this.#open(next, 0, false)) === 'open';
    this.isAtEnd = true;
    this.#tally.become(stateAt(this.#path));
    return false;
  }

  /** Opens a piece in place of the one that is open, which is not closed. */
  async #open(candidate: Candidate, at: number, skipping: boolean): Promise<'open' | 'not-now' | 'passed'> {
    const opened = await this.#chain.open(candidate, at, skipping);
    switch (opened.kind) {
      case 'open':
        this.#piece = opened.piece;
        return 'open';
      case 'moved':
        this.#lookAgain();
        return 'not-now';
      case 'not-now':
        this.#tally.become(opened.state);
        return 'not-now';
      case 'passed':
        this.#tally.gap('unreadable', opened.path, this.#line);
        return 'passed';
    }
  }

  /** The file was emptied under the reader: what it had is in its copy, if there is one. */
  async #emptied(piece: PlainPiece): Promise<void> {
    if (piece.wasShortened()) {
      this.#tally.gap('changed', piece.path, this.#line);
      return;
    }
    const mark = piece.mark();
    piece.close();
    this.#piece = null;
    this.#before = mark;
    this.#quietSince = null;
    if (mark.at === 0) return; // what comes next begins with it
    const copy = await this.#chain.find(mark);
    if (typeof copy !== 'string' && (await this.#open(copy, mark.at, mark.skipping)) === 'open') {
      if (this.#source === piece) this.#source = this.#piece;
      return;
    }
    this.#tally.gap('emptied', mark.path, this.#line);
    this.#chain.finished(mark);
  }

  /** Lines that somebody still writes to the file before this one. */
  async #readLate(): Promise<Batch | null> {
    const late = this.#late;
    while (late !== null) {
      const { at } = late.cursor;
      const lines = await this.#read(late);
      if (!Array.isArray(lines)) {
        const isOver = late.kind === 'packed' || lines !== null;
        if (isOver || performance.now() - this.#lateGrew > LATE_SECONDS * 1000) {
          late.close();
          this.#late = null;
        }
        break;
      }
      this.#lateGrew = performance.now();
      this.#chain.grew(late.mark(), late.cursor.readAt);
      if (lines.length > 0) return await this.#batch(late, at, lines);
    }
    return null;
  }

  /** With `once`: the last line, though it has no newline. */
  async #lastOfAll(): Promise<Batch | null> {
    const piece = this.#piece;
    if (this.#options.once !== true || !this.isAtEnd || piece === null) return null;
    const { at } = piece.cursor;
    const rest = piece.cursor.end();
    return rest.length > 0 ? await this.#batch(piece, at, rest) : null;
  }

  // ---- reading again in the order of before

  /** The line at which the plan turns has been handed on. */
  async #jump(plan: Plan): Promise<void> {
    this.#piece?.close();
    this.#piece = this.#wanted = null;
    const turn = plan.turns.shift();
    if (turn === undefined) return await this.#leavePlan(plan);
    this.#turns = [...this.#turns, turn].slice(-MOST_TURNS);
    const found = await this.#chain.find(turn);
    if (typeof found !== 'string' && (await this.#open(found, turn.at, false)) === 'open') {
      this.#source = this.#piece;
      return;
    }
    await this.#leavePlan(plan);
  }

  /** What was read before cannot be read again in the same order: nothing that was stored is missing, so it goes on behind that. */
  async #leavePlan(plan: Plan): Promise<void> {
    this.#piece?.close();
    this.#late?.close();
    this.#piece = this.#late = null;
    this.#plan = null;
    await this.#resume(plan.known);
  }

  async #endInPlan(piece: OpenPiece, at: number, plan: Plan): Promise<Batch | 'turned'> {
    const rest = piece.cursor.end();
    if (rest.length > 0) return await this.#batch(piece, at, rest);
    await this.#leavePlan(plan);
    return 'turned';
  }
}
