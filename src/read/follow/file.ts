/**
 * Following a log file through whatever happens to it: rotation by rename and by copytruncate, recreation, deletion, a link that
 * is switched, a path that is not there yet; and going on after a restart where it stopped, in whichever rotated or
 * compressed piece that is by now.
 *
 * One procedure for all of it. The log is a chain of pieces. The open one is read to its end; when it is no longer what the path
 * names, and quiet, the next younger piece is opened, from its start, and so on to the one that is written now. A file
 * that was emptied under the reader is a piece that moved: its copy is looked for and read on, then the emptied file
 * is the next one. A restart opens the piece of the position again, under whatever name, and goes on alike.
 *
 * Lines of one input have numbers, by which attempts are named, so they must come in the same order when they are read
 * again. Turns from one file to another are remembered with the number of the line at which they were made; after a
 * crash, `known` (the latest position that was stored) makes reading from an older position turn at the same lines.
 *
 * Why not a library: @logdna/tail-file follows a file as well, but a restart knows a byte offset only, to be applied to
 * whatever has the name by then; it has no end of whole lines, does not look for a truncated file's copy, and pushes.
 */
import { statSync } from 'node:fs';
import { Trouble } from '../../model/error.ts';
import { Damage } from '../decode/damage.ts';
import {
  type Batch,
  type FollowEffects,
  type Follower,
  type FollowerState,
  type FollowerStatus,
  Tally,
} from './follower.ts';
import { CHUNK_BYTES, endOfLines, NotAFile, type OpenPiece, PackedPiece, PlainPiece } from './open-piece.ts';
import { type Candidate, findPiece, headOf, steadyPiecesOf } from './pieces.ts';
import {
  type FilePosition,
  fingerprint,
  HEAD_BYTES,
  MOST_PAST,
  MOST_TURNS,
  type PieceIdentity,
  type PieceMark,
  readPosition,
  type Turn,
  writePosition,
} from './position.ts';
import { Wake } from './wake.ts';

export interface FollowFileOptions {
  /** The name of the input; the path where it is left out. */
  readonly input?: string;
  /**
   * Where to begin without a position: at the `end` of what is there, at the `start` of the current file, or at the start of
   * the `oldest` rotated piece.
   */
  readonly from: 'oldest' | 'start' | 'end';
  /** The latest position that was stored, where `from` is an older one: what was read since is read again in the same order. */
  readonly known?: string | null;
  /** Folders, besides its own, where rotated pieces are (`olddir` of logrotate). */
  readonly rotatedIn?: readonly string[];
  /** Seconds that a renamed file must have been quiet before its successor is read. */
  readonly quietSeconds?: number;
}

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

/** What is to be read again in the order it was read in before. */
interface Plan {
  readonly turns: Turn[];
  readonly known: FilePosition;
}

/**
 * Follows the log at `path`, which need not be there yet. `from`: a position that an earlier follower of it gave; null: see
 * {@link FollowFileOptions.from}.
 */
export function followFile(
  path: string,
  from: string | null,
  options: FollowFileOptions,
  effects: FollowEffects,
): Follower {
  return new FileFollower(path, from, options, effects);
}

/**
 * The position behind the last whole line that the log has at this moment, and how many bytes of the current file are before it (0:
 * there is none). What follows from there was not there yet.
 */
export async function endPosition(
  path: string,
  options: Pick<FollowFileOptions, 'input' | 'rotatedIn'>,
  effects: FollowEffects,
): Promise<{ readonly position: string; readonly bytes: number }> {
  return await new FileFollower(path, null, { ...options, from: 'end' }, effects).begin();
}

class FileFollower implements Follower {
  readonly input: string;
  readonly #path: string;
  readonly #from: string | null;
  readonly #options: FollowFileOptions;
  readonly #effects: FollowEffects;
  readonly #tally: Tally;
  readonly #wake: Wake;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #line = 0;
  #piece: OpenPiece | null = null;
  #late: PlainPiece | null = null;
  #lateGrew = 0;
  /** To be opened again before anything else. */
  #wanted: PieceMark | null = null;
  /** What was read last, where no piece is open. */
  #before: PieceMark | null = null;
  #past: PieceIdentity[] = [];
  #turns: Turn[] = [];
  /** The piece that the last lines came from. */
  #source: OpenPiece | null = null;
  #plan: Plan | null = null;
  /** Pieces that cannot be read and are passed over, by id. */
  readonly #unreadable = new Set<string>();
  #quietSince: number | null = null;
  #atEnd = false;
  #stopped = false;
  #isWorking = false;

  constructor(path: string, from: string | null, options: FollowFileOptions, effects: FollowEffects) {
    this.#path = path;
    this.#from = from;
    this.input = options.input ?? path;
    this.#options = options;
    this.#effects = effects;
    this.#tally = new Tally(this.input, (notice) => effects.onNotice(notice));
    this.#wake = new Wake(path, (folder, code) =>
      effects.onNotice({ kind: 'unwatched', input: this.input, path: folder, code }),
    );
  }

  async *batches(): AsyncGenerator<Batch> {
    this.#isWorking = true;
    try {
      await this.#begin();
      while (!this.#stopped) {
        const batch = await this.#next();
        if (batch === null) {
          if (!this.#stopped) await this.#wake.wait(this.#quietSince === null ? undefined : this.#quiet());
          continue;
        }
        this.#wake.read();
        this.#isWorking = false;
        yield batch;
        this.#isWorking = true;
      }
    } finally {
      this.#isWorking = false;
      this.#close();
    }
  }

  /** Where it stands before any batch, instead of batches. */
  async begin(): Promise<{ readonly position: string; readonly bytes: number }> {
    try {
      await this.#begin();
      return { position: this.#position(), bytes: this.#piece?.cursor.at ?? 0 };
    } finally {
      this.#close();
    }
  }

  status(): FollowerStatus {
    const piece = this.#piece;
    const isCurrent = piece?.kind === 'plain' && this.#atEnd;
    return this.#tally.status(
      piece === null ? null : isCurrent ? Math.max(0, piece.bytes - piece.cursor.readAt) : null,
    );
  }

  caughtUp(): boolean {
    return this.#atEnd;
  }

  // oxlint-disable-next-line require-await -- the contract of all followers
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.close();
    if (!this.#isWorking) this.#close();
  }

  #close(): void {
    this.#wake.close();
    this.#piece?.close();
    this.#late?.close();
    this.#piece = this.#late = null;
    this.#tally.become({ kind: 'ended' });
  }

  #quiet(): number {
    return this.#options.quietSeconds ?? QUIET_SECONDS;
  }

  // ---- beginning

  async #begin(): Promise<void> {
    const from = this.#from;
    const known = readPosition(this.#options.known ?? '');
    const position = from === null ? (known === null ? null : UNREAD) : readPosition(from);
    if (position === null) {
      if (from !== null) this.#tally.gap('changed', this.#path, 0);
      await this.#beginAnew();
      return;
    }
    if (known !== null && known.line > position.line) {
      const whole = known.turns.length < MOST_TURNS || known.turns[0]!.line <= position.line;
      if (whole) this.#plan = { known, turns: known.turns.filter((turn) => turn.line >= position.line) };
    }
    await this.#resume(position);
  }

  async #beginAnew(): Promise<void> {
    if (this.#options.from === 'oldest') return;
    const pieces = await this.#pieces();
    const current = pieces.at(-1)?.isCurrent === true ? pieces.pop()! : null;
    // the youngest that has anything in it is what was read before
    for (const piece of pieces.reverse()) {
      const mark = await this.#wholeMark(piece);
      if (mark === null) continue;
      this.#past = [mark];
      break;
    }
    if (current === null || this.#options.from === 'start') return;
    const at = endOfLines(current.path);
    if (at > 0) await this.#tryOpen(current, at, false);
  }

  async #wholeMark(piece: Candidate): Promise<PieceIdentity | null> {
    const { bytes } = await headOf(piece, HEAD_BYTES, this.#effects);
    return bytes.length === 0 ? null : { id: piece.id, head: fingerprint(bytes) };
  }

  async #resume(position: FilePosition): Promise<void> {
    this.#line = position.line;
    this.#past = [...position.past];
    this.#turns = [...position.turns];
    const mark = position.piece;
    this.#before = mark;
    // where nothing of it was handed on, it is just the next one after what was
    this.#wanted = mark === null || mark.at === 0 ? null : mark;
    if (position.late !== null) await this.#reopenLate(position.late);
  }

  /** Opens the wanted piece under whatever name it has now; where it is gone, what comes after it is next. False: not now. */
  async #reopen(mark: PieceMark): Promise<boolean> {
    const pieces = await this.#pieces();
    const found = await findPiece(pieces, mark, this.#effects);
    if (found === null && pieces.length === 0) {
      this.#tally.become(stateAt(this.#path)); // a disk that is not mounted yet
      return false;
    }
    this.#wanted = null;
    if (found === null) {
      this.#tally.gap('vanished', mark.path, this.#line);
      return true;
    }
    if (!(await this.#tryOpen(found, mark.at, mark.skipping))) {
      if (!this.#unreadable.has(found.id)) this.#wanted = mark;
      return this.#wanted === null;
    }
    const piece = this.#piece;
    this.#source ??= piece;
    if (piece?.kind === 'plain' && !piece.check(mark)) this.#tally.gap('changed', piece.path, this.#line);
    return true;
  }

  async #reopenLate(mark: PieceMark): Promise<void> {
    const found = await findPiece(await this.#pieces(), mark, this.#effects);
    if (found === null || found.id !== mark.id) return;
    try {
      this.#late = PlainPiece.open(found.path, mark.at, mark.skipping);
      this.#lateGrew = performance.now();
    } catch {
      // renamed, compressed or deleted since it was found
    }
  }

  #pieces(): Promise<Candidate[]> {
    return steadyPiecesOf(this.#path, this.#options.rotatedIn ?? []);
  }

  // ---- reading

  async #next(): Promise<Batch | null> {
    while (!this.#stopped) {
      if (this.#plan !== null && this.#line >= until(this.#plan)) {
        await this.#jump(this.#plan);
        continue;
      }
      if (this.#wanted !== null && !(await this.#reopen(this.#wanted))) return null;
      if (this.#piece === null && !(await this.#openNext()))
        return this.#plan === null ? null : this.#lostPlan(this.#plan);
      const piece = this.#piece!;
      const at = piece.cursor.at;
      const lines = await this.#read(piece);
      if (lines === 'failed') return null;
      if (lines === 'emptied') {
        await this.#emptied(piece as PlainPiece);
        continue;
      }
      if (lines !== null) {
        this.#atEnd = false;
        this.#quietSince = null;
        if (lines.length > 0) return await this.#batch(piece, at, lines);
        continue;
      }
      const step = await this.#end(piece);
      if (step === 'wait') {
        this.#atEnd = true;
        return await this.#readLate();
      }
      if (step !== 'turned') return await this.#batch(piece, at, step);
    }
    return null;
  }

  /** The next lines (none where no line is complete); null at the end of the piece. */
  async #read(piece: OpenPiece): Promise<string[] | 'emptied' | 'failed' | null> {
    if (piece.kind === 'packed') {
      try {
        const chunk = await piece.read();
        return chunk === null ? null : this.#push(piece, chunk);
      } catch (error) {
        if (!(error instanceof Damage) && !(error instanceof Trouble)) throw error;
        this.#tally.gap('damaged', piece.path, this.#line);
        return null;
      }
    }
    let chunk: Buffer | null;
    try {
      chunk = piece.read(this.#buffer);
      piece.look();
      if (piece.wasEmptied()) return 'emptied'; // what was read may be of the new text
    } catch (error) {
      // the disk, or the server of a network file system: opened again, at the same place
      this.#tally.become(stateOf(error, piece.path));
      this.#wanted = piece.mark();
      this.#before = this.#wanted;
      piece.close();
      this.#piece = null;
      return 'failed';
    }
    return chunk === null ? null : this.#push(piece, chunk);
  }

  #push(piece: OpenPiece, chunk: Buffer): string[] {
    const cut = piece.cursor.cutLines;
    const lines = piece.cursor.push(chunk);
    this.#tally.bytes += chunk.length;
    this.#tally.cutLines += piece.cursor.cutLines - cut;
    return lines;
  }

  async #batch(piece: OpenPiece, at: number, all: string[]): Promise<Batch> {
    const lines = this.#plan === null ? all : all.slice(0, until(this.#plan) - this.#line);
    const firstLine = this.#line + 1;
    if (piece !== this.#source) {
      const { id, head } = piece.mark();
      this.#turns = [...this.#turns, { line: this.#line, id, head, at }].slice(-MOST_TURNS);
      this.#source = piece;
    }
    this.#line += lines.length;
    this.#tally.become({ kind: 'following' });
    this.#tally.lines += lines.length;
    const arrived = this.#effects.now();
    const written = piece.changed / 1000 > LEAST_TIME ? Math.min(arrived, piece.changed / 1000) : arrived;
    this.#tally.lastLine = arrived;
    // what follows the last line of a plan is in another file: the position must say so
    while (this.#plan !== null && this.#line >= until(this.#plan)) await this.#jump(this.#plan);
    return { input: this.input, lines, firstLine, position: this.#position(), arrived, written };
  }

  #position(): string {
    return writePosition({
      v: 1,
      line: this.#line,
      piece: this.#piece?.mark() ?? this.#before,
      late: this.#late?.mark() ?? null,
      past: this.#past,
      turns: this.#turns,
    });
  }

  // ---- the end of a piece

  /** The open piece has no more now. `turned`: there is another one; lines: its last one had no newline. */
  async #end(piece: OpenPiece): Promise<'wait' | 'turned' | string[]> {
    if (this.#plan !== null) return this.#endInPlan(piece, this.#plan);
    if (piece.kind === 'plain') {
      const there = idAt(this.#path);
      if (there === piece.id) {
        this.#quietSince = null;
        this.#tally.become({ kind: 'following' });
        return 'wait';
      }
      if (there === null) {
        this.#tally.become(stateAt(this.#path));
        return 'wait';
      }
    }
    const next = await this.#nextAfter(piece.mark(), piece.id);
    if (next === null) {
      this.#tally.become(stateAt(this.#path));
      return 'wait';
    }
    // whoever writes has not opened the new file yet
    if (next.isCurrent && next.bytes === 0 && piece.kind === 'plain') return 'wait';
    if (piece.kind === 'plain' && !this.#isQuiet(piece)) return 'wait';
    const rest = piece.cursor.end();
    if (rest.length > 0) return rest;
    return (await this.#turn(piece, next)) ? 'turned' : 'wait';
  }

  #isQuiet(piece: PlainPiece): boolean {
    const now = performance.now();
    this.#quietSince ??= now;
    const age = this.#effects.now() - piece.changed / 1000;
    return age > this.#quiet() || now - this.#quietSince >= this.#quiet() * 1000;
  }

  async #turn(piece: OpenPiece, next: Candidate): Promise<boolean> {
    const mark = piece.mark();
    if (!(await this.#tryOpen(next, 0, false))) return false;
    this.#tally.turns++;
    this.#quietSince = null;
    this.#finished(mark);
    this.#late?.close();
    this.#late = null;
    if (piece.kind === 'plain' && next.isCurrent) {
      this.#late = piece;
      this.#lateGrew = performance.now();
    } else piece.close();
    this.#effects.onNotice({
      kind: 'turned',
      input: this.input,
      from: mark.path,
      to: next.path,
      line: this.#line,
    });
    return true;
  }

  #finished(mark: PieceMark): void {
    this.#before = mark;
    if (mark.head[0] === 0) return;
    this.#past = [identityOf(mark), ...this.#past].slice(0, MOST_PAST);
  }

  /** The piece after the one of the mark; null: there is none yet. `openId`: it is open, and so surely the one with this id. */
  async #nextAfter(mark: PieceMark | null, openId: string | null): Promise<Candidate | null> {
    const pieces = await this.#pieces();
    let last = openId === null ? -1 : pieces.findIndex((piece) => piece.id === openId);
    for (const done of [mark, ...this.#past]) {
      if (last >= 0) break;
      const found = done === null ? null : await findPiece(pieces, done, this.#effects);
      if (found !== null) last = pieces.indexOf(found);
    }
    const isFresh = (piece: Candidate): boolean => !this.#unreadable.has(piece.id);
    const isFirst = this.#past.length === 0 && (mark === null || mark.head[0] === 0);
    if (last >= 0 || isFirst) return pieces.slice(last + 1).find(isFresh) ?? null;
    // nothing of what was read is there any more: what was last written to before it, is older
    const since = mark?.changed ?? 0;
    return pieces.filter((piece) => piece.isCurrent || piece.changed >= since).find(isFresh) ?? null;
  }

  async #openNext(): Promise<boolean> {
    const next = await this.#nextAfter(this.#before, null);
    if (next === null) {
      this.#atEnd = true;
      this.#tally.become(stateAt(this.#path));
      return false;
    }
    return await this.#tryOpen(next, 0, false);
  }

  /** Opens a piece in place of the one that is open, which is not closed. False where that cannot be done now. */
  async #tryOpen(candidate: Candidate, at: number, skipping: boolean): Promise<boolean> {
    const { format } = await headOf(candidate, 1, this.#effects);
    if (format !== null) {
      this.#piece = new PackedPiece(candidate, format, at, skipping, this.#effects);
      return true;
    }
    try {
      const piece = PlainPiece.open(candidate.path, at, skipping);
      if (piece.id === candidate.id) {
        this.#piece = piece;
        return true;
      }
      piece.close(); // renamed in between
      this.#wake.now();
      return false;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' && !candidate.isCurrent) {
        this.#unreadable.add(candidate.id);
        this.#tally.gap('unreadable', candidate.path, this.#line);
      } else if (code === 'ENOENT') this.#wake.now();
      else this.#tally.become(stateOf(error, candidate.path));
      return false;
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
    const copy = mark.at === 0 ? null : await findPiece(await this.#pieces(), mark, this.#effects);
    if (copy !== null && (await this.#tryOpen(copy, mark.at, mark.skipping))) {
      this.#source = this.#source === piece ? this.#piece : this.#source;
      return;
    }
    this.#tally.gap('emptied', mark.path, this.#line);
    this.#finished(mark);
  }

  /** Lines that somebody still writes to the file before this one. */
  async #readLate(): Promise<Batch | null> {
    const late = this.#late;
    if (late === null) return null;
    late.look();
    if (late.bytes > late.cursor.readAt && !late.wasEmptied()) {
      const at = late.cursor.at;
      const chunk = late.read(this.#buffer);
      this.#lateGrew = performance.now();
      const lines = chunk === null ? [] : this.#push(late, chunk);
      const identity = { ...identityOf(late.mark()), bytes: late.cursor.readAt };
      this.#past = this.#past.map((past) => (past.id === late.id ? identity : past));
      return lines.length > 0 ? await this.#batch(late, at, lines) : null;
    }
    if (performance.now() - this.#lateGrew < LATE_SECONDS * 1000) return null;
    late.close();
    this.#late = null;
    return null;
  }

  // ---- reading again in the order of before

  /** The line at which the plan turns has been handed on. */
  async #jump(plan: Plan): Promise<void> {
    this.#piece?.close();
    this.#piece = this.#wanted = null;
    const turn = plan.turns.shift();
    if (turn === undefined) {
      this.#plan = null;
      this.#late?.close();
      this.#late = null;
      await this.#resume(plan.known);
      return;
    }
    const found = await findPiece(await this.#pieces(), turn, this.#effects);
    if (found !== null && (await this.#tryOpen(found, turn.at, false))) {
      this.#source = this.#piece;
      this.#turns = [...this.#turns, turn].slice(-MOST_TURNS);
      return;
    }
    this.#tally.gap('vanished', this.#path, this.#line);
    this.#line = until(plan);
  }

  #endInPlan(piece: OpenPiece, plan: Plan): string[] | 'turned' {
    const rest = piece.cursor.end();
    if (rest.length > 0) return rest;
    this.#tally.gap('changed', piece.path, this.#line);
    this.#line = until(plan);
    return 'turned';
  }

  /** There is nothing to read although the plan wants more. */
  #lostPlan(plan: Plan): null {
    this.#tally.gap('vanished', this.#path, this.#line);
    this.#line = until(plan);
    this.#wake.now();
    return null;
  }
}

function identityOf({ id, head, bytes }: PieceMark): PieceIdentity {
  return bytes === undefined ? { id, head } : { id, head, bytes };
}

function until({ turns, known }: Plan): number {
  return turns[0]?.line ?? known.line;
}

function idAt(path: string): string | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
  } catch {
    return null;
  }
}

/** Why there is nothing to read at the path. */
function stateAt(path: string): FollowerState {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return { kind: 'following' };
    const what = stats.isDirectory()
      ? 'folder'
      : stats.isFIFO()
        ? 'pipe'
        : stats.isSocket()
          ? 'socket'
          : 'device';
    return { kind: 'not-a-file', path, what };
  } catch (error) {
    return stateOf(error, path);
  }
}

function stateOf(error: unknown, path: string): FollowerState {
  if (error instanceof NotAFile) return { kind: 'not-a-file', path, what: error.what };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { kind: 'missing', path };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'no-rights', path };
  return { kind: 'failed', path, code };
}
