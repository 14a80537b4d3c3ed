/** Kinds of values that several parts of the configuration have. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Something to write down: not empty, no control characters, of a length that a line of a message can hold. */
export const shortText = z
  .string()
  .min(1, 'must not be empty')
  .max(4096, 'is too long')
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
export const addressOrNetwork = z
  .string()
  .refine(isAddressOrNetwork, 'must be an address or a network such as 192.0.2.7 or 2001:db8::/32');

/** `127.0.0.1:9477`, `[::1]:9477`. */
export const hostAndPort = z
  .string()
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]|localhost):\d{1,5}$/,
    'must be ADDRESS:PORT such as 127.0.0.1:9477',
  );

/** Strict, unlike the library's own parser: no octal, no hexadecimal, no missing parts. */
function isAddressOrNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return false;
  if (length === undefined) return true;
  if (!/^\d{1,3}$/.test(length)) return false;
  return ipaddr.isValidCIDR(text) && Number(length) <= (version === 4 ? 32 : 128);
}
