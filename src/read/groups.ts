/** Files to groups: the pieces of one rotated log, oldest first. See rotation.ts for how names tell. */
import { basename, dirname, join } from 'node:path';
import { rotationOf } from './rotation.ts';

export interface Group<Piece> {
  /** Folder and name of the log without what rotation added. */
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/**
 * Groups what stands at `path` of each; groups in the order of their first piece. Pieces of one age (`auth.log.2` and
 * `auth.log.2.gz`, as a compression leaves them that was cut short) follow each other, the shorter name first.
 */
export function grouped<Piece>(
  pieces: readonly Piece[],
  path: (piece: Piece) => string,
): readonly Group<Piece>[] {
  const groups = new Map<string, { readonly age: string; readonly path: string; readonly piece: Piece }[]>();
  for (const piece of pieces) {
    const at = path(piece);
    const { base, age } = rotationOf(basename(at));
    const name = join(dirname(at), base);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push({ age, path: at, piece });
  }
  return [...groups].map(([name, found]) => ({
    name,
    pieces: found
      .sort((a, b) => compare(a.age, b.age) || a.path.length - b.path.length || compare(a.path, b.path))
      .map(({ piece }) => piece),
  }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
