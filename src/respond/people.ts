/**
 * Sources from which somebody has logged in: nobody blocks them. Bounded: beyond {@link MOST_PEOPLE} the one whose
 * login lies longest back is forgotten.
 */
import { isAddress, type Network, networkAt, networkText, parseNetwork } from './network.ts';

/** A site with more places to log in from than this needs an allow-list; at 100 bytes each they take 20 MB. */
const MOST_PEOPLE = 200_000;

/** Prefixes under which people are counted, so that a network with any of them is told at once. */
const COUNTED = { 4: [24], 6: [48, 64] } as const;

export class People {
  /** Source to its last login, the one that lies longest back first. */
  readonly #lastLogin = new Map<string, number>();
  readonly #byNetwork = new Map<string, number>();

  get size(): number {
    return this.#lastLogin.size;
  }

  has(source: string): boolean {
    return this.#lastLogin.has(source);
  }

  learn(source: string, time: number): void {
    const before = this.#lastLogin.get(source);
    if (before !== undefined) this.#lastLogin.delete(source);
    else this.#count(source, 1);
    this.#lastLogin.set(source, Math.max(time, before ?? time));
    if (this.#lastLogin.size > MOST_PEOPLE) this.forget(this.#lastLogin.keys().next().value!);
  }

  forget(source: string): void {
    if (this.#lastLogin.delete(source)) this.#count(source, -1);
  }

  /** Whether anybody logged in from within `network`. Quick for a /24, /48, /64 and a single address. */
  anyIn(network: Network): boolean {
    if (isAddress(network)) return this.has(networkText(network));
    if ((COUNTED[network.family] as readonly number[]).includes(network.prefix))
      return this.#byNetwork.has(key(network));
    for (const source of this.#lastLogin.keys()) {
      const person = parseNetwork(source);
      if (
        person !== null &&
        person.family === network.family &&
        network.first <= person.first &&
        person.last <= network.last
      )
        return true;
    }
    return false;
  }

  #count(source: string, change: 1 | -1): void {
    const address = parseNetwork(source);
    if (address === null || !isAddress(address)) return;
    for (const prefix of COUNTED[address.family]) {
      const network = key(networkAt(address.family, address.first, prefix));
      const count = (this.#byNetwork.get(network) ?? 0) + change;
      if (count > 0) this.#byNetwork.set(network, count);
      else this.#byNetwork.delete(network);
    }
  }
}

function key(network: Network): string {
  return `${network.prefix} ${network.first}`;
}
