/**
 * Which participants want which target blocked, and how many neighbours are blocked: an IPv6 /64 is blocked for all of
 * its participants and opens with the last of them, and a network is dense by the targets that are blocked in it.
 */
import type { Block } from '../model/block.ts';
import { isAddress, type Network, networkText, parseTarget, widened } from './network.ts';

export class Claims {
  readonly #byTarget = new Map<string, Set<string>>();
  readonly #bySource = new Map<string, Set<string>>();
  /** Network to the participants' targets that are blocked in it, each block by its number. */
  readonly #dense = new Map<string, Set<number>>();
  readonly #blocks = new Map<number, { readonly target: string; readonly network: string | null }>();

  /** `source` is a reason for the block of `target`. */
  claim(target: string, source: string): void {
    add(this.#byTarget, target, source);
    add(this.#bySource, source, target);
  }

  /** `source` is no reason any more; says which targets nobody claims now. */
  withdraw(source: string): readonly string[] {
    const free: string[] = [];
    for (const target of this.#bySource.get(source) ?? []) {
      const sources = this.#byTarget.get(target);
      sources?.delete(source);
      if (sources?.size === 0) {
        this.#byTarget.delete(target);
        free.push(target);
      }
    }
    this.#bySource.delete(source);
    return free;
  }

  claimants(target: string): readonly string[] {
    return [...(this.#byTarget.get(target) ?? [])];
  }

  blocked(block: Block): void {
    const isParticipant = block.reason.kind === 'participant';
    const around = isParticipant ? neighbourhood(parseTarget(block.target)!) : null;
    const network = around === null ? null : networkText(around);
    this.#blocks.set(block.id, { target: block.target, network });
    if (network !== null) add(this.#dense, network, block.id);
    if (isParticipant && block.source !== null) this.claim(block.target, block.source);
  }

  /** The block has ended; says what its target was. */
  ended(id: number): void {
    const block = this.#blocks.get(id);
    if (block === undefined) return;
    this.#blocks.delete(id);
    for (const source of this.#byTarget.get(block.target) ?? []) {
      const targets = this.#bySource.get(source);
      targets?.delete(block.target);
      if (targets?.size === 0) this.#bySource.delete(source);
    }
    this.#byTarget.delete(block.target);
    if (block.network === null) return;
    const neighbours = this.#dense.get(block.network);
    neighbours?.delete(id);
    if (neighbours?.size === 0) this.#dense.delete(block.network);
  }

  /** How many targets of participants are blocked in `network`, which is a {@link neighbourhood}. */
  density(network: Network): number {
    return this.#dense.get(networkText(network))?.size ?? 0;
  }
}

/**
 * The network whose density counts for `target`: the /24 of an IPv4 address, the /48 of an IPv6 /64 or longer (what
 * one customer site has at most, RFC 6177); null where the target is as wide itself.
 */
export function neighbourhood(target: Network): Network | null {
  if (target.family === 4) return isAddress(target) ? widened(target, 24) : null;
  return target.prefix >= 64 ? widened(target, 48) : null;
}

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
