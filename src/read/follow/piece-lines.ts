/** One read of a piece: bytes to lines, with everything that can be wrong with it as a value. */
import { Trouble } from '../../model/error.ts';
import { Damage } from '../decode/damage.ts';
import type { FollowerState, Tally } from './follower.ts';
import type { OpenPiece } from './open-piece.ts';
import { stateOf } from './path-state.ts';

export type PieceRead =
  /** Those that the bytes completed; none where a line goes on. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** There is no more now. */
  | { readonly kind: 'end' }
  /** A plain file was emptied or written anew; nothing was taken. */
  | { readonly kind: 'emptied' }
  /** A compressed piece ends before its end. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'failed'; readonly state: FollowerState };

/** Reads on, `buffer` at most; counts bytes and cut lines. Throws bugs only. */
export async function linesOf(piece: OpenPiece, buffer: Buffer, tally: Tally): Promise<PieceRead> {
  try {
    const chunk = await piece.read(buffer);
    if (piece.kind === 'plain') {
      piece.look();
      if (piece.wasEmptied()) return { kind: 'emptied' }; // what was read may be of the new text
    }
    if (chunk === null) return { kind: 'end' };
    const cut = piece.cursor.cutLines;
    const lines = piece.cursor.push(chunk);
    tally.bytes += chunk.length;
    tally.cutLines += piece.cursor.cutLines - cut;
    return { kind: 'lines', lines };
  } catch (error) {
    if (error instanceof Damage || error instanceof Trouble) return { kind: 'damaged' };
    return { kind: 'failed', state: stateOf(error, piece.path) };
  }
}
