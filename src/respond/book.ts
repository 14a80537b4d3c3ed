/**
 * Blocks as they are entered, prolonged and ended, with whatever must be kept in step with them: who claims a target,
 * how many neighbours are blocked, who has failed how often. What happened since is taken out in order.
 */
import type { Block, BlockChange, BlockEnd, BlockReason } from '../model/block.ts';
import { Claims, neighbourhood } from './claims.ts';
import { Ledger, type PastBlock } from './ledger.ts';
import { type Network, networkText, parseNetwork, widened } from './network.ts';
import { type BlockPolicy, blockSeconds, timeOf, weightOf } from './policy.ts';

/** An end that is put off by less than this share of the block's time is not worth a line in the history. */
const WORTH_EXTENDING = 0.05;

/** Seconds by which two ends must differ to be two: the same one is told again with every list, by clocks that wobble. */
const SAME_END_SECONDS = 60;

/** Who failed no more often than this before logging in is a person who mistyped a name. */
const MOST_SLIPS = 3;

/** For whom and why something is blocked. */
export interface Cause {
  readonly source: string;
  readonly reason: BlockReason;
  /** Of the attempt that brought it about, by its log's clock. */
  readonly time: number;
}

export class Book {
  #policy: BlockPolicy;
  readonly #ledger: Ledger;
  readonly #claims = new Claims();
  /** Failures of sources that are blocked for an unknown user, by the number of the block. */
  readonly #slips = new Map<number, number>();
  #changes: BlockChange[] = [];

  constructor(policy: BlockPolicy, blocks: Iterable<PastBlock>) {
    this.#policy = policy;
    this.#ledger = new Ledger(policy, blocks);
    for (const block of this.#ledger.standing()) this.#claims.blocked(block);
  }

  set policy(policy: BlockPolicy) {
    this.#policy = policy;
    this.#ledger.bounds = policy;
  }

  get nextEnd(): number {
    return this.#ledger.nextEnd;
  }

  standing(): readonly Block[] {
    return [...this.#ledger.standing()];
  }

  at(target: string): Block | undefined {
    return this.#ledger.at(target);
  }

  /** Blocks that decisions (and not a hand alone) may have made around `source`. */
  around(source: string): readonly Block[] {
    const address = parseNetwork(source);
    if (address === null) return [];
    const wider = address.family === 4 ? [24] : [this.#policy.ipv6Prefix, 48];
    const targets = new Set([address, ...wider.map((prefix) => widened(address, prefix))].map(networkText));
    return [...targets].map((target) => this.#ledger.at(target)).filter((block) => block !== undefined);
  }

  /** Sources of participants for which `target` is blocked. */
  claimants(target: string): readonly string[] {
    return this.#claims.claimants(target);
  }

  /** How many targets of participants are blocked in the neighbourhood of `target`. */
  density(target: Network): number {
    const network = neighbourhood(target);
    return network === null ? 0 : this.#claims.density(network);
  }

  /** Blocks `target`, or prolongs its block; says what prevents it. */
  block(target: Network, { source, reason, time }: Cause, now: number): 'over' | 'no-room' | null {
    const text = networkText(target);
    const standing = this.#ledger.at(text);
    const isAsGood =
      standing !== undefined && (standing.reason.kind === reason.kind || standing.weight >= weightOf(reason));
    if (isAsGood) {
      if (reason.kind === 'unknown-user')
        this.#slips.set(standing.id, (this.#slips.get(standing.id) ?? 1) + 1);
      this.extend(standing, time, now);
    } else {
      if (standing !== undefined) this.end(standing, 'superseded', now);
      const until = this.#untilOf(text, reason, time, now);
      if (until <= now) return 'over';
      if (!this.add(text, reason.kind === 'network' ? null : source, reason, until, now)) return 'no-room';
    }
    if (reason.kind === 'participant') this.#claims.claim(text, source);
    return null;
  }

  /** Blocks what others told of up to `until`, or moves its end there; what is blocked with better reason stays as it is. */
  heed(
    target: string,
    source: string | null,
    reason: Extract<BlockReason, { readonly kind: 'told' }>,
    until: number,
    now: number,
  ): 'no-room' | null {
    const standing = this.#ledger.at(target);
    if (standing?.reason.kind === 'told') {
      const before = standing.until ?? Number.POSITIVE_INFINITY;
      if (Math.abs(before - until) > SAME_END_SECONDS) this.#tell(this.#ledger.extend(standing, until, now));
      return null;
    }
    if (standing !== undefined && standing.weight >= reason.confidence) return null;
    if (standing !== undefined) this.end(standing, 'superseded', now);
    return this.add(target, source, reason, until, now) ? null : 'no-room';
  }

  /** Enters a block; false where there is no room for it. */
  add(
    target: string,
    source: string | null,
    reason: BlockReason,
    until: number | null,
    now: number,
  ): boolean {
    const changes = this.#ledger.add({ target, source, reason, from: now, until, weight: weightOf(reason) });
    this.#tell(changes);
    return changes.length > 0;
  }

  /** Prolongs a block after another attempt at `time`, where that is worth it. */
  extend(block: Block, time: number, now: number): void {
    const kind = timeOf(this.#policy, block.reason.kind);
    if (kind === null || block.until === null) return;
    const seconds = blockSeconds(kind, block.repetition);
    const until = Math.min(time, now) + seconds;
    if (until > block.until + WORTH_EXTENDING * seconds) this.#tell(this.#ledger.extend(block, until, now));
  }

  end(block: Block, why: BlockEnd, now: number): void {
    this.#tell(this.#ledger.end(block, why, now));
  }

  expire(now: number): void {
    this.#tell(this.#ledger.expire(now));
  }

  shrink(now: number): void {
    this.#tell(this.#ledger.shrink(now));
  }

  /** Ends what is blocked for `source` as a participant and for nobody else. */
  release(source: string, now: number): void {
    for (const target of this.#claims.withdraw(source)) {
      const block = this.#ledger.at(target);
      if (block?.reason.kind === 'participant') this.end(block, 'released', now);
    }
  }

  /** Whether `block` was made for one or a few wrong names, as a person's fingers type them. */
  isSlip(block: Block): boolean {
    return block.reason.kind === 'unknown-user' && (this.#slips.get(block.id) ?? 0) <= MOST_SLIPS;
  }

  /** What has changed since the last call. */
  take(): readonly BlockChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  #untilOf(target: string, reason: BlockReason, time: number, now: number): number {
    const kind = timeOf(this.#policy, reason.kind);
    if (kind === null) return now;
    return Math.min(time, now) + blockSeconds(kind, this.#ledger.repetition(target, now));
  }

  #tell(changes: readonly BlockChange[]): void {
    for (const change of changes) {
      if (change.kind === 'block:added') this.#claims.blocked(change.block);
      else if (change.kind === 'block:ended') {
        this.#claims.ended(change.id);
        this.#slips.delete(change.id);
      }
      this.#changes.push(change);
    }
  }
}
