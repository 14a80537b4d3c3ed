/**
 * Addresses that are nobody's: 240.0.0.0/4 (reserved, RFC 1112), 198.18.0.0/15 (benchmarking, RFC 2544) and
 * 2001:db8::/32 (documentation, RFC 3849); host names end in `.example` (RFC 2606). Everybody, people, scanners
 * and campaigns, draws from the same providers, so that no prefix gives a visitor away. Providers differ in size
 * as they do on the internet: a few have many of the visitors, most have one.
 */
import type { Random } from '../model/random.ts';
import { chance, shuffled, whole, zipf } from './draws.ts';

const PROVIDERS = 900;
const byProvider = zipf(PROVIDERS, 0.9, 12);

export interface AddressBook {
  /** An address that nobody had before, of any provider; `ipv6Share` of them 2001:db8. */
  stranger(random: Random, ipv6Share?: number): string;
  /** A host name that nobody had before, as reverse resolution would give it. */
  hostName(random: Random): string;
  /** `count` different addresses of one /24, none given out before. */
  network24(random: Random, count: number): string[];
  /** `count` different addresses out of `blocks` /20s of one provider. */
  provider(random: Random, count: number, blocks: number): string[];
}

const HOST_WORDS = 'dsl cable dyn static pool adsl dialup cust dip ppp fiber res'.split(' ');
const SERVER_WORDS = 'mail ns www gate server vps web mx fw office'.split(' ');

export function createAddressBook(random: Random): AddressBook {
  const taken = new Set<string>();
  const providers: number[] = []; // the upper 16 bits of each provider's /16
  for (const seen = new Set<number>(); providers.length < PROVIDERS; ) {
    const prefix = 0xf000 + random.below(0xfff);
    if (seen.has(prefix)) continue;
    seen.add(prefix);
    providers.push(prefix);
  }
  const once = (make: () => string): string => {
    for (let tries = 0; tries < 1000; tries++) {
      const text = make();
      if (taken.has(text)) continue;
      taken.add(text);
      return text;
    }
    throw new Error('no address left that nobody has');
  };
  const address = (r: Random): string => {
    // one in fifty from the benchmarking network, so that no first octet is a class of its own
    if (chance(r, 0.02)) return dotted(0xc6120000 + r.below(0x20000));
    return dotted(providers[byProvider(r)]! * 0x10000 + whole(r, 1, 0xfffe));
  };
  return {
    stranger: (r, ipv6Share = 0) => once(() => (chance(r, ipv6Share) ? ipv6(r) : address(r))),
    hostName: (r) =>
      once(() => {
        const provider = byProvider(r);
        const number = providers[provider]! * 0x10000 + whole(r, 1, 0xfffe);
        return hostName(r, number, provider);
      }),
    network24: (r, count) => {
      if (count > 254) throw new Error(`a /24 has no ${count} hosts`);
      for (;;) {
        const network = providers[byProvider(r)]! * 0x10000 + r.below(256) * 256;
        const free = Array.from({ length: 254 }, (_, i) => dotted(network + i + 1)).filter(
          (one) => !taken.has(one),
        );
        if (free.length < count) continue; // a stranger lives there already: another network
        const chosen = shuffled(r, free).slice(0, count);
        for (const one of chosen) taken.add(one);
        return chosen;
      }
    },
    provider: (r, count, blocks) => {
      const prefix = providers[byProvider(r)]! * 0x10000;
      const starts = Array.from({ length: blocks }, () => r.below(16) * 4096);
      return Array.from({ length: count }, () =>
        once(() => dotted(prefix + starts[r.below(blocks)]! + whole(r, 1, 4094))),
      );
    },
  };
}

function dotted(number: number): string {
  return `${(number >>> 24) & 255}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** Canonical as RFC 5952 writes it: groups three and four and the last are not zero, the rest is. */
function ipv6(random: Random): string {
  const group = () => whole(random, 1, 0xffff).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
}

function hostName(random: Random, number: number, provider: number): string {
  const dashed = dotted(number).replaceAll('.', '-');
  const domain = `net${provider}.example`;
  switch (random.below(5)) {
    case 0:
      return `${dashed}.${HOST_WORDS[random.below(HOST_WORDS.length)]!}.${domain}`;
    case 1:
      return `${HOST_WORDS[random.below(HOST_WORDS.length)]!}-${dashed}.${domain}`;
    case 2:
      return `p${(number >>> 0).toString(16)}.${HOST_WORDS[random.below(HOST_WORDS.length)]!}.${domain}`;
    case 3:
      return `host${number & 255}-${(number >>> 8) & 255}.${domain}`;
    default:
      return `${SERVER_WORDS[random.below(SERVER_WORDS.length)]!}.site${(number & 0xffff).toString(36)}.${domain}`;
  }
}
