/**
 * Sources and names as keyed hashes: HMAC-SHA-256 (RFC 2104) under a key that only the sites of a group have. Who does not have the key learns
 * nothing. **Who has it can try all 2^32 addresses of IPv4 in an hour, and every name of a word list**, so a group is those whom one would
 * tell the addresses of attackers anyway; that is why nothing of people goes in (export.ts), and of names only a fingerprint.
 *
 * An IPv6 source is its /64, as it would be blocked: whoever has a /64 has 2^64 addresses.
 */
import { createHmac } from 'node:crypto';
import { isAddress, networkText, parseNetwork, widened } from '../respond/network.ts';

/** Bytes of a hash that are kept: among a million sources two are alike once in 10^26 times. */
const HASH_BYTES = 16;
/** Numbers in a fingerprint: the share of names in common is right within 0.04 (standard error). */
export const FINGERPRINT_LENGTH = 128;

/** base64url; null: a source that is no address, which is nobody else's. */
export function sourceHash(key: Buffer, source: string): string | null {
  const network = parseNetwork(source);
  if (network === null || !isAddress(network)) return null;
  const text = networkText(network.family === 6 ? widened(network, 64) : network);
  return createHmac('sha256', key)
    .update(`source\0${text}`)
    .digest()
    .subarray(0, HASH_BYTES)
    .toString('base64url');
}

/**
 * What a set of names is like, without the names: for each of 128 orders of all names the one that comes first (MinHash, Broder 1997), and of that
 * one byte (b-bit minwise hashing, Li and König 2010). A byte fits every 256th name of any word list, so even who has the key cannot
 * tell which name it was. Two sets that share the part J of their names agree in the part J + (1 - J) / 256 of the bytes.
 */
export function fingerprint(key: Buffer, names: Iterable<string>): string {
  const least = new Array<number>(FINGERPRINT_LENGTH).fill(Number.POSITIVE_INFINITY);
  const bytes = Buffer.alloc(FINGERPRINT_LENGTH);
  for (const name of names) {
    let block = Buffer.alloc(0);
    for (let i = 0; i < FINGERPRINT_LENGTH; i++) {
      // eight bytes for each order: seven of them decide, one is told
      const at = (i % 4) * 8;
      if (at === 0)
        block = createHmac('sha256', key)
          .update(`name\0${i / 4}\0${name}`)
          .digest();
      const order = block.readUIntBE(at, 6);
      if (order >= least[i]!) continue;
      least[i] = order;
      bytes[i] = block[at + 7]!;
    }
  }
  return bytes.toString('base64url');
}

/** The part of names in common, 0 to 1, by two fingerprints; null where one is none. */
export function alikeness(one: string, other: string): number | null {
  const a = Buffer.from(one, 'base64url');
  const b = Buffer.from(other, 'base64url');
  if (a.length !== FINGERPRINT_LENGTH || b.length !== FINGERPRINT_LENGTH) return null;
  let same = 0;
  for (let i = 0; i < FINGERPRINT_LENGTH; i++) if (a[i] === b[i]) same++;
  const share = same / FINGERPRINT_LENGTH;
  return Math.max(0, (share - 1 / 256) / (1 - 1 / 256));
}
