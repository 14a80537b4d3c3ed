/**
 * Whether one user name is a slip of the finger away from another: other case, a domain left on, or an optimal string
 * alignment distance (Damerau 1964: insert, delete, replace, swap neighbours) of one, of two for names of six letters
 * and more. Damerau found that 80 % of misspellings are a single such slip.
 */
export function isNearMiss(typed: string, meant: string): boolean {
  if (typed.length > 64 || meant.length > 64 || meant.length === 0) return false;
  const a = plain(typed);
  const b = plain(meant);
  if (a === b) return true;
  const allowed = b.length >= 6 ? 2 : b.length >= 3 ? 1 : 0;
  if (Math.abs(a.length - b.length) > allowed) return false;
  return alignmentDistance(a, b) <= allowed;
}

function plain(name: string): string {
  const at = name.indexOf('@');
  return (at > 0 ? name.slice(0, at) : name).toLowerCase().trim();
}

function alignmentDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
