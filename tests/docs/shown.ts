// What a document shows below a command, held against what was printed.

/**
 * What a document shows and the command did not print. `...` or `..` alone on a line stands for lines that are left out, ` ..` at
 * an end for the rest of the line.
 */
export function missing(shown: string, printed: string): readonly string[] {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  const chunks: string[][] = [[]];
  for (const line of shown.split('\n').map((one) => one.trimEnd()))
    if (/^\.{2,3}$/.test(line)) chunks.push([]);
    else chunks.at(-1)!.push(line);
  const same = (want: string, got: string | undefined) =>
    got !== undefined && (want.endsWith(' ..') ? got.startsWith(want.slice(0, -2)) : want === got);
  let from = 0;
  for (const chunk of chunks.filter((one) => one.length > 0)) {
    const at = lines.findIndex((_, i) => i >= from && chunk.every((want, j) => same(want, lines[i + j])));
    if (at < 0) return chunk;
    from = at + chunk.length;
  }
  return [];
}
