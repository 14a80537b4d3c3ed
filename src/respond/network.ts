/**
 * Addresses and networks as numbers: what contains what, what overlaps. A text is an address only in the strict forms
 * of parse/source.ts (no `010.1.1.1`, no `0x7f.1`), because two readers of a lax form block two different hosts; an
 * IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is the IPv4 address, and a zone (RFC 4007) is refused, since it
 * means nothing outside this machine.
 */
import { sourceOf } from '../parse/source.ts';

/** An address (the longest prefix there is) or a network. */
export interface Network {
  readonly family: 4 | 6;
  /** First and last address in it. */
  readonly first: bigint;
  readonly last: bigint;
  /** Bits of the prefix: 0 to 32, or 0 to 128. */
  readonly prefix: number;
}

export const WIDTH = { 4: 32, 6: 128 } as const;

/** ::ffff:0:0/96, the place of IPv4 within IPv6. */
const MAPPED = 0xffffn << 32n;

/** The address or network that `text` names, host bits cut off; null where it names none. */
export function parseNetwork(text: string): Network | null {
  return parse(text)?.network ?? null;
}

/** As {@link parseNetwork}, but only where `text` is how this program writes it: what a firewall may be told. */
export function parseTarget(text: string): Network | null {
  const parsed = parse(text);
  return parsed?.isCanonical ? parsed.network : null;
}

function parse(text: string): { readonly network: Network; readonly isCanonical: boolean } | null {
  const slash = text.indexOf('/');
  const written = slash < 0 ? text : text.slice(0, slash);
  if (written.includes('%') || written.endsWith('.')) return null;
  const source = sourceOf(written);
  if (source === null || !source.isAddress) return null;
  const family = source.text.includes(':') ? 6 : 4;
  const value = family === 4 ? valueOfQuad(source.text) : valueOfGroups(source.text);
  const isSame = source.text === written;
  if (slash < 0)
    return { network: { family, first: value, last: value, prefix: WIDTH[family] }, isCanonical: isSame };
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return null;
  const prefix = Number(bits) - (family === 4 && written.includes(':') ? 96 : 0);
  if (prefix < 0 || prefix > WIDTH[family]) return null;
  const network = networkAt(family, value, prefix);
  return { network, isCanonical: isSame && prefix < WIDTH[family] && network.first === value };
}

/** The network of `prefix` bits around an address. */
export function networkAt(family: 4 | 6, address: bigint, prefix: number): Network {
  const host = (1n << BigInt(WIDTH[family] - prefix)) - 1n;
  const first = address & ~host;
  return { family, first, last: first | host, prefix };
}

/** `network` widened to `prefix` bits; itself where it is as wide already. */
export function widened(network: Network, prefix: number): Network {
  return network.prefix <= prefix ? network : networkAt(network.family, network.first, prefix);
}

/** Canonical text: RFC 5952 for IPv6, without a prefix where it is one address. */
export function networkText(network: Network): string {
  const text = network.family === 4 ? quad(network.first) : groups(network.first);
  return network.prefix === WIDTH[network.family] ? text : `${text}/${network.prefix}`;
}

export function isAddress(network: Network): boolean {
  return network.prefix === WIDTH[network.family];
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Disjoint ranges of both families, sorted: asks in a few steps whether anything in them is touched. */
export class Ranges {
  readonly #starts: Readonly<Record<4 | 6, readonly bigint[]>>;
  readonly #ends: Readonly<Record<4 | 6, readonly bigint[]>>;

  constructor(networks: Iterable<Network>) {
    const starts = { 4: [] as bigint[], 6: [] as bigint[] };
    const ends = { 4: [] as bigint[], 6: [] as bigint[] };
    const sorted = [...networks].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
    for (const { family, first, last } of sorted) {
      const end = ends[family].at(-1);
      if (end !== undefined && first <= end + 1n) {
        if (last > end) ends[family][ends[family].length - 1] = last;
        continue;
      }
      starts[family].push(first);
      ends[family].push(last);
    }
    this.#starts = starts;
    this.#ends = ends;
  }

  /** Whether `network` and the ranges have an address in common. */
  overlaps(network: Network): boolean {
    const starts = this.#starts[network.family];
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= network.last) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.#ends[network.family][low - 1]! >= network.first;
  }
}

function valueOfQuad(text: string): bigint {
  return BigInt(text.split('.').reduce((value, part) => value * 256 + Number(part), 0));
}

function valueOfGroups(canonical: string): bigint {
  const [head = '', tail = ''] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const hex = (groups: readonly string[]) => groups.map((group) => group.padStart(4, '0')).join('');
  return BigInt(`0x${hex(before)}${'0000'.repeat(8 - before.length - after.length)}${hex(after)}`);
}

function quad(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function groups(value: bigint): string {
  const parts: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) parts.push(((value >> shift) & 0xffffn).toString(16));
  // a network such as ::/8 lies around the mapped addresses; its text must not become an IPv4 address
  if (value >> 32n === MAPPED >> 32n) return `::ffff:${parts[6]}:${parts[7]}`;
  return sourceOf(parts.join(':'))!.text;
}
