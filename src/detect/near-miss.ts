/**
 * Whether one user name is a slip of the finger away from another: other case, a domain left on, or an optimal string
 * alignment distance (Damerau 1964: insert, delete, replace, swap neighbours) of one, of two for names of six letters
 * and more. Damerau found that 80 % of misspellings are a single such slip.
 */
export function isNearMiss(typed: string, meant: string): boolean {
  // two slips make a name that much longer at most, but for the domain
  if (typed.length + 2 < meant.length) return false;
  return new NearMisses([typed, meant]).is(0, 1);
}

const LONGEST = 64;

/** The same for numbered names of which many are compared with many: each is made plain once. */
export class NearMisses {
  readonly #names: readonly string[];
  readonly #plain: (string | undefined)[] = [];
  /** How long each name is when plain; NOT_READ before anybody asked. */
  readonly #length: Int32Array;
  /** The letters of each name as bits: a slip changes two of them at most. */
  readonly #letters: Int32Array;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#length = new Int32Array(names.length).fill(NOT_READ);
    this.#letters = new Int32Array(names.length);
  }

  /** Whether the name of number `typed` is a near miss of the one of number `meant`. */
  is(typed: number, meant: number): boolean {
    const a = this.#lengthOf(typed);
    const b = this.#lengthOf(meant);
    if (a < 0 || b < 0 || this.#names[meant] === '') return false;
    if (typed === meant) return true;
    const allowed = b >= 6 ? 2 : b >= 3 ? 1 : 0;
    if (Math.abs(a - b) > allowed) return false;
    if (bitsIn(this.#letters[typed]! ^ this.#letters[meant]!) > 2 * allowed) return false;
    const [x, y] = [this.#of(typed), this.#of(meant)];
    return x === y || alignmentDistance(x, y) <= allowed;
  }

  /** TOO_LONG where the name is. Most names are told apart by this and their letters, and never made plain. */
  #lengthOf(number: number): number {
    const known = this.#length[number]!;
    if (known !== NOT_READ) return known;
    const name = this.#names[number]!;
    let length = name.length > LONGEST ? TOO_LONG : name.length;
    let letters = 0;
    for (let i = 0; i < length; i++) {
      const c = name.charCodeAt(i);
      if (c <= SPACE || c === AT || c >= NOT_ASCII) {
        const own = this.#of(number);
        length = own.length;
        letters = 0;
        for (let k = 0; k < length; k++) letters |= 1 << (own.charCodeAt(k) & 31);
        break;
      }
      // a capital has the same bit as its small letter
      letters |= 1 << (c & 31);
    }
    this.#length[number] = length;
    this.#letters[number] = letters;
    return length;
  }

  #of(name: number): string {
    let own = this.#plain[name];
    if (own === undefined) {
      own = plain(this.#names[name]!);
      this.#plain[name] = own;
    }
    return own;
  }
}

const NOT_READ = -2;
const TOO_LONG = -1;
const SPACE = 32;
const AT = 64;
const NOT_ASCII = 127;

function bitsIn(x: number): number {
  let n = 0;
  for (let rest = x; rest !== 0; rest &= rest - 1) n++;
  return n;
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
