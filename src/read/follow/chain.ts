/**
 * The log as a chain of pieces, and where in it reading is: which pieces were read to their end, where the one of a position is by
 * now, and which one comes after it. Asked at each turn from one file to another, never while one file is just read on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowEffects, FollowerState } from './follower.ts';
import { type OpenPiece, PackedPiece, PlainPiece } from './open-piece.ts';
import { stateOf } from './path-state.ts';
import { type Candidate, findPiece, headOf, steadyPiecesOf } from './pieces.ts';
import { fingerprint, HEAD_BYTES, MOST_PAST, type PieceIdentity, type PieceMark } from './position.ts';

/**
 * Between listing a folder and opening a file of it, logrotate may rename them all: what is not found is looked for again after so
 * many milliseconds. A hundred renames take less than the first; compressing leaves the old file there until it is done.
 */
const LOOK_AGAIN_MS = [50, 200, 500, 0];

export type Opened =
  | { readonly kind: 'open'; readonly piece: OpenPiece }
  /** It was renamed or deleted between finding and opening it: look again. */
  | { readonly kind: 'moved' }
  /** A rotated piece that this user may not read: passed over from now on. */
  | { readonly kind: 'passed'; readonly path: string }
  | { readonly kind: 'not-now'; readonly state: FollowerState };

export class Chain {
  /** Pieces that were read to their end, the latest first. */
  past: readonly PieceIdentity[] = [];
  readonly #path: string;
  readonly #folders: readonly string[];
  readonly #effects: FollowEffects;
  readonly #passed = new Set<string>();

  constructor(path: string, folders: readonly string[], effects: FollowEffects) {
    this.#path = path;
    this.#folders = folders;
    this.#effects = effects;
  }

  /** All that is there, oldest first, the current file last. */
  pieces(): Promise<Candidate[]> {
    return steadyPiecesOf(this.#path, this.#folders);
  }

  /** Counts all rotated pieces that are there as read; gives the current file, if it is there. */
  async passRotated(): Promise<Candidate | null> {
    const pieces = await this.pieces();
    const current = pieces.at(-1)?.isCurrent === true ? pieces.pop()! : null;
    // the youngest that has anything in it stands for all before it
    for (const piece of pieces.reverse()) {
      const { bytes } = await headOf(piece, HEAD_BYTES, this.#effects);
      if (bytes.length === 0) continue;
      this.past = [{ id: piece.id, head: fingerprint(bytes) }];
      break;
    }
    return current;
  }

  /** Where the piece is by now, under whatever name. `gone`: others are there, it is not. */
  async find(ref: PieceIdentity | PieceMark): Promise<Candidate | 'gone' | 'nothing-there'> {
    for (const pause of LOOK_AGAIN_MS) {
      const pieces = await this.pieces();
      if (pieces.length === 0) return 'nothing-there';
      const found = await findPiece(pieces, ref, this.#effects);
      if (found !== null) return found;
      await sleep(pause);
    }
    return 'gone';
  }

  /** The piece after the one of the mark; null: there is none yet. `openId`: it is open, and so surely the one with this id. */
  async after(mark: PieceMark | null, openId: string | null): Promise<Candidate | null> {
    const isFresh = (piece: Candidate): boolean => !this.#passed.has(piece.id);
    const isFirst = this.past.length === 0 && (mark === null || mark.head[0] === 0);
    let pieces: readonly Candidate[] = [];
    for (const pause of LOOK_AGAIN_MS) {
      pieces = await this.pieces();
      let last = openId === null ? -1 : pieces.findIndex((piece) => piece.id === openId);
      for (const done of [mark, ...this.past]) {
        if (last >= 0) break;
        const found = done === null ? null : await findPiece(pieces, done, this.#effects);
        if (found !== null) last = pieces.indexOf(found);
      }
      if (last >= 0 || isFirst) return pieces.slice(last + 1).find(isFresh) ?? null;
      if (pieces.length === 0) break;
      await sleep(pause);
    }
    // nothing of what was read is there any more: what was last written to before it, is older
    const since = mark?.changed ?? 0;
    return pieces.filter((piece) => piece.isCurrent || piece.changed >= since).find(isFresh) ?? null;
  }

  /** The piece was read to its end. */
  finished(mark: PieceMark): void {
    if (mark.head[0] > 0) this.past = [identityOf(mark), ...this.past].slice(0, MOST_PAST);
  }

  /** A piece that had been read to its end had some more. */
  grew(mark: PieceMark, bytes: number): void {
    this.past = this.past.map((past) => (past.id === mark.id ? { ...identityOf(mark), bytes } : past));
  }

  async open(candidate: Candidate, at: number, skipping: boolean): Promise<Opened> {
    const { format } = await headOf(candidate, 1, this.#effects);
    if (format !== null)
      return { kind: 'open', piece: new PackedPiece(candidate, format, at, skipping, this.#effects) };
    try {
      const piece = PlainPiece.open(candidate.path, at, skipping);
      if (piece.id === candidate.id) return { kind: 'open', piece };
      piece.close();
      return { kind: 'moved' };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { kind: 'moved' };
      if (code !== 'EACCES' || candidate.isCurrent)
        return { kind: 'not-now', state: stateOf(error, candidate.path) };
      this.#passed.add(candidate.id);
      return { kind: 'passed', path: candidate.path };
    }
  }
}

function identityOf({ id, head, bytes }: PieceMark): PieceIdentity {
  return bytes === undefined ? { id, head } : { id, head, bytes };
}
