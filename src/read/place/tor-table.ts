/**
 * The tables of countries that come with tor (Debian: tor-geoipdb; format: doc/man/tor.1, GeoIPFile and GeoIPv6File): lines of
 * `FIRST,LAST,CC`, in `geoip` as numbers, in `geoip6` as addresses, in order. Who made the data, when, and under which licence
 * stands in comments at its head.
 *
 * A table is read when the first address is looked up: 270,000 lines of addresses take half a second.
 */
import { readFileSync, statSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { Trouble } from '../../model/error.ts';
import { badPlaceFile, LARGEST_FILE, type PlaceFile } from './place-file.ts';

/** Four 32-bit words of an address, the last of IPv4 alone. */
type Words = readonly [number, number, number, number];

interface Table {
  readonly isIpv6: boolean;
  readonly length: number;
  /** Four words a row; of IPv4 the last counts. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Two letters as one number. */
  readonly country: Uint16Array;
}

/** Whether the beginning of a file looks like such a table. */
export function isTorTable(head: string): boolean {
  return /^(?:#[^\n]*\n|\s*\n)*(?:\d{1,10},\d{1,10}|[0-9a-f:]{2,39},[0-9a-f:]{2,39}),(?:[A-Z]{2}|\?\?)\r?(?:\n|$)/.test(
    head,
  );
}

/**
 * `head`: its first kilobytes. Errors, at the first look-up: `Trouble` `not-readable` where it cannot be read, or its lines are no
 * such table.
 */
export function openTorTable(path: string, head: string): PlaceFile {
  const of = (field: string) => new RegExp(`^# ${field}: *(\\S[^\\n]*?)\\s*$`, 'm').exec(head)?.[1] ?? null;
  const vendor = of('Vendor');
  const licence = of('License');
  const generated = of('Generated');
  const made = generated === null ? Number.NaN : Date.parse(generated) / 1000;
  const whose = vendor ?? /^# .*\b(IPFire|MaxMind)\b/m.exec(head)?.[1] ?? null;
  const from = /IPFire/i.test(whose ?? '') ? 'IPFire Location database, https://location.ipfire.org' : whose;
  let table: Table | null = null;
  return {
    path,
    title: 'tor-geoipdb',
    made: Number.isFinite(made) ? made : null,
    attribution: from === null ? null : `${from}${licence === null ? '' : ` (${licence})`}.`,
    placeOf: (address) => {
      table ??= readTable(path);
      const country = lookUp(table, address);
      return country === null ? null : { country, asn: null, network: null };
    },
  };
}

function readWhole(path: string): string {
  try {
    if (statSync(path).size > LARGEST_FILE) throw badPlaceFile(path, 'is too long for data on addresses');
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw badPlaceFile(path, `cannot be read: ${(error as Error).message}`);
  }
}

function readTable(path: string): Table {
  const lines = readWhole(path).split('\n');
  const isIpv6 = lines.find((line) => line !== '' && !line.startsWith('#'))?.includes(':') === true;
  const first = new Uint32Array(lines.length * 4);
  const last = new Uint32Array(lines.length * 4);
  const country = new Uint16Array(lines.length);
  let length = 0;
  let bad = 0;
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    const [from = '', to = '', letters = ''] = line.trimEnd().split(',');
    const a = isIpv6 ? wordsOfIpv6(from) : wordsOfNumber(from);
    const b = isIpv6 ? wordsOfIpv6(to) : wordsOfNumber(to);
    const code = /^[A-Z]{2}$/.test(letters) ? (letters.charCodeAt(0) << 8) | letters.charCodeAt(1) : 0;
    const isInOrder =
      a !== null &&
      b !== null &&
      compared(a, b) <= 0 &&
      (length === 0 || comparedAt(last, length - 1, a) < 0);
    if (!isInOrder || (code === 0 && letters !== '??')) {
      bad++;
      continue;
    }
    first.set(a, length * 4);
    last.set(b, length * 4);
    country[length++] = code;
  }
  // one line of a hundred that is none is damage, or another format
  if (length === 0 || bad * 100 > length)
    throw badPlaceFile(path, 'is damaged, or no table of FIRST,LAST,COUNTRY in order');
  return { isIpv6, length, first, last, country };
}

function lookUp(table: Table, address: string): string | null {
  const words = table.isIpv6
    ? isIPv6(address)
      ? wordsOfIpv6(address)
      : null
    : isIPv4(address)
      ? wordsOfIpv4(address)
      : null;
  if (words === null) return null;
  let low = 0;
  let high = table.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (comparedAt(table.last, middle, words) < 0) low = middle + 1;
    else high = middle - 1;
  }
  if (low >= table.length || comparedAt(table.first, low, words) > 0) return null;
  const code = table.country[low]!;
  return code === 0 ? null : String.fromCharCode(code >> 8, code & 0xff);
}

function wordsOfNumber(text: string): Words | null {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value < 2 ** 32 ? [0, 0, 0, value] : null;
}

function wordsOfIpv4(text: string): Words {
  let value = 0;
  for (const part of text.split('.')) value = value * 256 + Number(part);
  return [0, 0, 0, value];
}

/** RFC 4291 section 2.2 without a dotted part or a zone, which neither tables nor canonical sources have; null otherwise. */
function wordsOfIpv6(text: string): Words | null {
  const groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gap = -1;
  let value = -1;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) | 0x20 : 0x3a;
    if (c === 0x3a) {
      if (value >= 0) {
        if (count === 8) return null;
        groups[count++] = value;
        value = -1;
      }
      if (i + 1 < text.length && text.charCodeAt(i + 1) === 0x3a) {
        if (gap >= 0) return null;
        gap = count;
        i++;
      }
      continue;
    }
    const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : c >= 0x61 && c <= 0x66 ? c - 0x57 : -1;
    value = (value < 0 ? 0 : value * 16) + digit;
    if (digit < 0 || value > 0xffff) return null;
  }
  if (gap < 0 ? count !== 8 : count === 8) return null;
  if (gap >= 0) {
    groups.copyWithin(8 - count + gap, gap, count);
    groups.fill(0, gap, 8 - count + gap);
  }
  const word = (at: number) => groups[at]! * 65_536 + groups[at + 1]!;
  return [word(0), word(2), word(4), word(6)];
}

function compared(a: Words, b: Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

function comparedAt(words: Uint32Array, row: number, b: Words): number {
  const at = row * 4;
  return words[at]! - b[0] || words[at + 1]! - b[1] || words[at + 2]! - b[2] || words[at + 3]! - b[3];
}
