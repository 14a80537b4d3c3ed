/** Things that pairs join to groups: disjoint sets with path halving (Tarjan & van Leeuwen, J. ACM 31, 1984). */
export class Groups<T> {
  readonly #parent = new Map<T, T>();

  /** Puts the two into one group; both are in some group from now on. */
  join(a: T, b: T): void {
    const [at, bt] = [this.of(a), this.of(b)];
    this.#parent.set(at, at);
    this.#parent.set(bt, at);
  }

  /** The one that stands for the group of `one`; for itself where nothing has joined it. */
  of(one: T): T {
    let at = one;
    for (let up = this.#parent.get(at); up !== undefined && up !== at; up = this.#parent.get(at)) {
      const above = this.#parent.get(up)!;
      this.#parent.set(at, above);
      at = above;
    }
    return at;
  }

  /** Members by the one that stands for them, those `among` that have been joined, in their order. */
  all(among: Iterable<T>): ReadonlyMap<T, readonly T[]> {
    const groups = new Map<T, T[]>();
    for (const one of among) {
      if (!this.#parent.has(one)) continue;
      const at = this.of(one);
      const group = groups.get(at);
      if (group) group.push(one);
      else groups.set(at, [one]);
    }
    return groups;
  }
}
