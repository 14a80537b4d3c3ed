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

/** RFC 1123, section 2.1: labels of letters, digits and hyphens; the last one no number, or it would be a mistyped address. */
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
    'must be a whole host name such as office.example.org',
  );

/** `127.0.0.1:9477`, `[::1]:9477`. */
export const hostAndPort = z
  .string()
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]|localhost):\d{1,5}$/,
    'must be ADDRESS:PORT such as 127.0.0.1:9477',
  );

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`: as dns.setServers takes them. */
export const nameServer = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/.test(text),
    'must be ADDRESS or ADDRESS:PORT of a name server',
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
