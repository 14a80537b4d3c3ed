/**
 * The canonical text of a source, so that one machine is one source however a line writes it: IPv4 as dotted quad,
 * IPv6 as RFC 5952 has it (section 4: lower case, no leading zeros, the longest run of two or more zero groups as
 * `::`), `::ffff:192.0.2.1` as the IPv4 address it stands for, without a zone; host names in lower case.
 *
 * The gate is strict on purpose: inet_aton's forms (`010.1.1.1`, `0x7f.1`) are no addresses here, because readers
 * disagree about them; they stay the text they are.
 */

/** Host names as RFC 1123 section 2.1 has them, and the underscore that real ones contain; a dot may end it. */
const HOST_NAME =
  /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

/** The longest host name, RFC 1123. */
const LONGEST_NAME = 255;

export interface Source {
  readonly text: string;
  readonly isAddress: boolean;
}

/** The source that `text` names; null when it is neither an address nor a host name. */
export function sourceOf(text: string): Source | null {
  if (isDottedQuad(text)) return { text, isAddress: true };
  if (text.includes(':')) {
    const zone = text.indexOf('%');
    const groups = ipv6Groups(zone < 0 ? text : text.slice(0, zone));
    if (groups === null || zone === text.length - 1) return null;
    return { text: ipv6Text(groups), isAddress: true };
  }
  if (text.length > LONGEST_NAME || !HOST_NAME.test(text)) return null;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (isDottedQuad(name)) return { text: name, isAddress: true };
  return { text: name.toLowerCase(), isAddress: false };
}

/** Four decimal numbers of 0 to 255 without leading zeros. */
function isDottedQuad(text: string): boolean {
  const length = text.length;
  if (length < 7 || length > 15) return false;
  let dots = 0;
  let value = -1;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (value < 0 || ++dots > 3) return false;
      value = -1;
    } else {
      if (c < 48 || c > 57 || value === 0) return false;
      value = value < 0 ? c - 48 : value * 10 + c - 48;
      if (value > 255) return false;
    }
  }
  return dots === 3 && value >= 0;
}

/** The eight groups of an IPv6 address (RFC 4291 section 2.2, all three forms); null when it is none. */
function ipv6Groups(text: string): number[] | null {
  if (text.length < 2 || text.length > 45) return null;
  const gap = text.indexOf('::');
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) return null;
  const head = groupsOf(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const tail = gap < 0 ? [] : groupsOf(text.slice(gap + 2), true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groupsOf(text: string, atEnd: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (atEnd && i === parts.length - 1 && isDottedQuad(part)) {
      const [a, b, c, d] = part.split('.').map(Number);
      groups.push(a! * 256 + b!, c! * 256 + d!);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function ipv6Text(groups: readonly number[]): string {
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    const high = groups[6]!;
    const low = groups[7]!;
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    if (end > i) i = end;
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (start < 0) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}
