/**
 * Addresses as texts whose order is the order of the addresses, so that a network is an interval in every engine: `4` and
 * eight hexadecimal digits, or `6` and thirty-two. Sources are canonical already (src/parse/source.ts); a source that is a
 * name has no key and lies in no network.
 */
import { isIP } from 'node:net';
import { Trouble } from '../../model/error.ts';
import { sourceOf } from '../../parse/source.ts';

/** The key of an address; null for a name. */
export function addressKey(source: string): string | null {
  const kind = isIP(source);
  if (kind === 4) return ofIPv4(source);
  if (kind !== 6 || source.includes('%')) return null;
  return `6${hex(groupsOf(source), 4)}`;
}

export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** The keys between which the addresses of `network` lie. Error: `Trouble` with `wrong-call` where it is no network. */
export function rangeOf(network: string): AddressRange {
  const [address, length, more] = network.trim().split('/');
  const key = addressKey(sourceOf(address ?? '')?.text ?? '');
  const bits = key === null ? 0 : (key.length - 1) * 4;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (key === null || more !== undefined || prefix < 0 || prefix > bits) {
    throw new Trouble(
      'wrong-call',
      `'${network.slice(0, 64)}' is no network`,
      'Write an address and the number of its fixed bits: 203.0.113.0/24 or 2001:db8::/32.',
    );
  }
  const digits = key.slice(1);
  const whole = prefix >> 2;
  const mask = 0xf >> (prefix & 3);
  const digit = Number.parseInt(digits[whole] ?? '0', 16);
  const ends = (low: number, fill: string) =>
    key[0] +
    (whole < digits.length
      ? digits.slice(0, whole) + low.toString(16) + fill.repeat(digits.length - whole - 1)
      : digits);
  return { first: ends(digit & ~mask, '0'), last: ends(digit | mask, 'f') };
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Of a dotted quad: every attempt that is stored has its source's. */
function ofIPv4(text: string): string {
  let key = '4';
  let byte = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit !== DOT) byte = byte * 10 + unit - ZERO;
    else {
      key += BYTES[byte]!;
      byte = 0;
    }
  }
  return key + BYTES[byte]!;
}

const DOT = 0x2e;
const ZERO = 0x30;

function hex(parts: readonly number[], digits: number): string {
  return parts.map((part) => part.toString(16).padStart(digits, '0')).join('');
}

/** The eight groups of an IPv6 address without a dotted quad (RFC 5952 has none but for ::ffff:0:0/96, which is IPv4). */
function groupsOf(text: string): number[] {
  const [left = '', right] = dottedAsGroups(text).split('::');
  const parse = (half: string) =>
    half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16));
  const head = parse(left);
  if (right === undefined) return head;
  const tail = parse(right);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function dottedAsGroups(text: string): string {
  const at = text.lastIndexOf(':') + 1;
  if (!text.includes('.', at)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = text.slice(at).split('.').map(Number);
  return `${text.slice(0, at)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
