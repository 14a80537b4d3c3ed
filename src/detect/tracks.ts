/**
 * Tracks: several walks through the alphabet at once. The longest ordered run would hop from one to the other; but at any
 * time each walk is at one place, and its next name is close after its last.
 */

/** The next name of a walk lies within this share of all names after its last one. */
const STEP = 0.03;
/** A track of fewer names than this is forgotten when it has not moved for as many turns as STALE. */
const YOUNG = 10;
const STALE = 60;

/**
 * For each name, in the order in which the names were taken, the number of the walk that it belongs to, or -1; the largest
 * walk is 0. Walks of less than `least` names are none. Both directions are tried by the caller (reverse the ranks).
 */
export function tracksOf(ranks: readonly number[], names: number, least: number): Int32Array {
  const step = Math.max(2, STEP * names);
  const open: { id: number; rank: number; at: number; size: number }[] = [];
  const sizes: number[] = [];
  const track = new Int32Array(ranks.length).fill(-1);
  ranks.forEach((rank, t) => {
    let best: (typeof open)[number] | null = null;
    let nearest = step;
    for (let k = open.length - 1; k >= 0; k--) {
      const one = open[k]!;
      if (one.size < YOUNG && t - one.at > STALE) {
        open.splice(k, 1);
        continue;
      }
      const ahead = rank - one.rank;
      // a little back is allowed: hosts of one name overlap those of the next
      const distance = ahead < 0 ? -2 * ahead : ahead;
      // of two at the same distance the one that has been walking longer
      if (distance < nearest || (distance === nearest && best !== null && one.size > best.size)) {
        nearest = distance;
        best = one;
      }
    }
    if (best === null) {
      best = { id: sizes.length, rank, at: t, size: 0 };
      open.push(best);
      sizes.push(0);
    }
    best.rank = Math.max(best.rank, rank);
    best.at = t;
    best.size++;
    sizes[best.id]!++;
    track[t] = best.id;
  });
  const large = sizes
    .map((size, id) => ({ size, id }))
    .filter((one) => one.size >= least)
    .sort((a, b) => b.size - a.size || a.id - b.id);
  const number = new Map(large.map((one, k) => [one.id, k]));
  return track.map((id) => number.get(id) ?? -1);
}
