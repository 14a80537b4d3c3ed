/**
 * Which blocks stand: numbers, ends, repetitions, and the bound on how many there are. Every change goes through here
 * and is told as a {@link BlockChange}; nothing is judged here.
 */
import type { Block, BlockChange, BlockEnd } from '../model/block.ts';

/** What is remembered of a target whose blocks have ended. */
interface Past {
  readonly blocks: number;
  readonly ended: number;
}

/** A block as the history keeps it. */
export interface PastBlock extends Block {
  readonly ended: number | null;
  readonly why: BlockEnd | null;
}

export interface LedgerBounds {
  readonly mostBlocks: number;
  readonly repetitionSeconds: number;
}

/** Ended targets that are remembered for each block that may stand: a repetition is rarer than that. */
const PAST_FOR_EACH = 5;

/** What was wrong about a block makes the next one no repetition. */
const COUNTS_AGAIN: ReadonlySet<BlockEnd> = new Set<BlockEnd>(['expired', 'displaced']);

export class Ledger {
  #bounds: LedgerBounds;
  readonly #byTarget = new Map<string, Block>();
  readonly #byId = new Map<number, Block>();
  readonly #past = new Map<string, Past>();
  /** A binary heap, the weakest first; entries of blocks that have ended are skipped. */
  #weakest: Block[] = [];
  #lastId = 0;
  /** No block ends before this moment. */
  #nextEnd = Number.POSITIVE_INFINITY;

  constructor(bounds: LedgerBounds, blocks: Iterable<PastBlock>) {
    this.#bounds = bounds;
    for (const { ended, why, ...block } of blocks) {
      this.#lastId = Math.max(this.#lastId, block.id);
      if (ended === null) this.#put(block);
      else this.#remember(block, ended, why ?? 'expired');
    }
  }

  set bounds(bounds: LedgerBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#byId.size;
  }

  standing(): IterableIterator<Block> {
    return this.#byId.values();
  }

  at(target: string): Block | undefined {
    return this.#byTarget.get(target);
  }

  /** The first moment at which a block ends by itself; infinite where none does. */
  get nextEnd(): number {
    return this.#nextEnd;
  }

  /** How many blocks of `target` there were before, in memory. */
  repetition(target: string, now: number): number {
    const past = this.#past.get(target);
    return past === undefined || now - past.ended > this.#bounds.repetitionSeconds ? 0 : past.blocks;
  }

  /**
   * A new block, and the end of the weakest where there is no more room. Nothing where it would itself be the weakest,
   * or where its target is blocked already.
   */
  add(block: Omit<Block, 'id' | 'repetition'>): readonly BlockChange[] {
    if (this.#byTarget.has(block.target)) return [];
    const changes: BlockChange[] = [];
    if (this.size >= this.#bounds.mostBlocks) {
      const weakest = this.#popWeakest();
      if (weakest === undefined) return [];
      if (weakest.weight > block.weight && block.reason.kind !== 'by-hand') {
        this.#push(weakest);
        return [];
      }
      changes.push(...this.end(weakest, 'displaced', block.from));
    }
    const added: Block = {
      ...block,
      id: this.#lastId + 1,
      repetition: this.repetition(block.target, block.from),
    };
    this.#lastId++;
    this.#put(added);
    changes.push({ kind: 'block:added', time: block.from, block: added });
    return changes;
  }

  extend(block: Block, until: number | null, now: number): readonly BlockChange[] {
    const later: Block = { ...block, until };
    this.#byTarget.set(block.target, later);
    this.#byId.set(block.id, later);
    if (until !== null) this.#nextEnd = Math.min(this.#nextEnd, until);
    return [{ kind: 'block:extended', time: now, id: block.id, until }];
  }

  end(block: Block, why: BlockEnd, now: number): readonly BlockChange[] {
    if (!this.#byId.delete(block.id)) return [];
    this.#byTarget.delete(block.target);
    this.#remember(block, now, why);
    return [{ kind: 'block:ended', time: now, id: block.id, why }];
  }

  /** Ends whatever is over at `now`. */
  expire(now: number): readonly BlockChange[] {
    if (now < this.#nextEnd) return [];
    const changes: BlockChange[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const block of [...this.#byId.values()]) {
      if (block.until === null) continue;
      if (block.until <= now) changes.push(...this.end(block, 'expired', now));
      else next = Math.min(next, block.until);
    }
    this.#nextEnd = next;
    return changes;
  }

  /** Ends the weakest until the bound holds. */
  shrink(now: number): readonly BlockChange[] {
    const changes: BlockChange[] = [];
    while (this.size > this.#bounds.mostBlocks) {
      const weakest = this.#popWeakest();
      if (weakest === undefined) break;
      changes.push(...this.end(weakest, 'displaced', now));
    }
    return changes;
  }

  #put(block: Block): void {
    this.#byTarget.set(block.target, block);
    this.#byId.set(block.id, block);
    if (block.until !== null) this.#nextEnd = Math.min(this.#nextEnd, block.until);
    if (block.reason.kind !== 'by-hand') this.#push(block);
  }

  #remember(block: Block, ended: number, why: BlockEnd): void {
    const before = this.#past.get(block.target);
    this.#past.delete(block.target);
    if (COUNTS_AGAIN.has(why))
      this.#past.set(block.target, {
        blocks: Math.max(before?.blocks ?? 0, block.repetition) + 1,
        ended: Math.max(before?.ended ?? ended, ended),
      });
    else if (why === 'superseded' && before !== undefined) this.#past.set(block.target, before);
    if (this.#past.size > PAST_FOR_EACH * this.#bounds.mostBlocks)
      this.#past.delete(this.#past.keys().next().value!);
  }

  // a block by hand is never in the heap: it leaves by hand only

  #push(block: Block): void {
    const heap = this.#weakest;
    let at = heap.length;
    heap.push(block);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWeaker(block, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = block;
    if (heap.length > 2 * this.#byId.size + 64) this.#rebuild();
  }

  #popWeakest(): Block | undefined {
    for (;;) {
      const top = this.#weakest[0];
      if (top === undefined) return undefined;
      const last = this.#weakest.pop()!;
      if (last !== top) this.#sink(last);
      const standing = this.#byId.get(top.id);
      if (standing !== undefined) return standing;
    }
  }

  #sink(block: Block): void {
    const heap = this.#weakest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isWeaker(heap[child + 1]!, heap[child]!)) child++;
      if (!isWeaker(heap[child]!, block)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = block;
  }

  #rebuild(): void {
    this.#weakest = [...this.#byId.values()]
      .filter((block) => block.reason.kind !== 'by-hand')
      .sort((a, b) => (isWeaker(a, b) ? -1 : 1));
  }
}

function isWeaker(a: Block, b: Block): boolean {
  return a.weight !== b.weight ? a.weight < b.weight : a.from !== b.from ? a.from < b.from : a.id < b.id;
}
