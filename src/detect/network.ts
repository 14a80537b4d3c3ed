/**
 * One network's addresses in turn: sources of one /24 (IPv6: /48), few tries each, that come in one stretch of time or
 * in the order of their addresses. That a network sends many sources is no evidence by itself: hosting ranges and access
 * networks hold many independent visitors; nor is it that each makes its tries in one go.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import type { Finding } from './finding.ts';
import { walkBits } from './order.ts';
import { binomialTailBits } from './tails.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** Fewer sources than this are neighbours by accident. */
const FEWEST_SOURCES = 6;
/** So few sources are believed only where chance does it less than once in a million logs. */
const LEAST_BITS = 20;
/** A /24 has no more hosts; larger networks (a /48) are not looked through pair by pair. */
const MOST_NEIGHBOURS = 256;
/** More tries than this by one source are its own affair, not a hand-off. */
const MOST_TRIES = 20;

/** `198.51.100.0/24`, `2001:db8:1::/48`, or undefined for a host name. */
export function networkOf(source: string): string | undefined {
  const colon = source.indexOf(':');
  if (colon < 0) return isQuad(source) ? `${source.slice(0, source.lastIndexOf('.'))}.0/24` : undefined;
  // the first three groups, or as many as stand before `::`
  const gap = source.indexOf('::');
  const second = source.indexOf(':', colon + 1);
  const third = second < 0 ? -1 : source.indexOf(':', second + 1);
  const end = gap < 0 ? third : third < 0 ? gap : Math.min(gap, third);
  return `${end < 0 ? source : source.slice(0, end)}::/48`;
}

/** Four numbers and three dots: no regular expression, since there may be hundreds of thousands of sources. */
function isQuad(source: string): boolean {
  let dots = 0;
  let before = DOT;
  for (let i = 0; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === DOT) {
      if (before === DOT) return false;
      dots++;
    } else if (c < ZERO || c > NINE) return false;
    before = c;
  }
  return dots === 3 && before !== DOT;
}

const [DOT, ZERO, NINE] = [46, 48, 57];

/** {@link networkOf} as a number where the source is an address of version 4 as everybody writes it: no text is made. */
function networkKeyOf(source: string): number | string | undefined {
  if (source.length > 15) return networkOf(source);
  let key = 0;
  let number = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === DOT && digits > 0 && dots < 3) {
      key = key * 1000 + number;
      dots++;
      number = 0;
      digits = 0;
    } else if (c >= ZERO && c <= NINE && digits < 3 && (digits === 0 || number > 0)) {
      number = number * 10 + c - ZERO;
      digits++;
    } else return networkOf(source);
  }
  return dots === 3 && digits > 0 ? key : networkOf(source);
}

export function findNetworks(
  table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
  options: DetectOptions,
): readonly Finding[] {
  const members = new Map<string | number, number[]>();
  const logSeconds = table.length === 0 ? 0 : table.time[table.length - 1]! - table.time[0]! + 1;
  for (let s = 0; s < visitors.kind.length; s++) {
    const kind = visitors.kind[s]!;
    if ((kind !== 'quiet' && kind !== 'loud') || taken.has(s) || visitors.house[s]) continue;
    const network = networkKeyOf(table.sources[s]!);
    if (network === undefined) continue;
    const list = members.get(network);
    if (list) list.push(s);
    else members.set(network, [s]);
  }
  const findings: Finding[] = [];
  for (const all of members.values()) {
    const own = all.filter((s) => visitors.failures[s]! <= MOST_TRIES && visitors.kind[s] === 'quiet');
    if (own.length < FEWEST_SOURCES) continue;
    const network = networkOf(table.sources[own[0]!]!)!;
    const inTime = byFirstTry(visitors, own);
    const stretch = densestStretch(visitors, inTime, logSeconds);
    const bits = stretch.bits + addressOrderBits(table, network, inTime) - Math.log2(members.size);
    if (bits < LEAST_BITS || 2 ** -bits > options.falseCampaigns || onlyOwnAccount(table, visitors, own))
      continue;
    const times = own.flatMap((s) => [...rowsOf(visitors, s)].map((row) => table.time[row]!));
    findings.push({
      from: times.reduce((a, b) => Math.min(a, b)),
      to: times.reduce((a, b) => Math.max(a, b)),
      probability: new Map(own.map((s) => [s, 0.97])),
      namedFrom: 0.9,
      falseAlarm: Math.max(1e-300, 2 ** -bits),
      onset: null,
      turnBits: 0,
      whole: true,
      evidence: [
        { kind: 'one-network', bits, network, sources: own.length, sourcesExpected: stretch.expected },
      ],
    });
  }
  return findings;
}

/** The sources in the order of their first tries, equal ones by number. */
function byFirstTry({ start, columns: { time } }: Visitors, own: readonly number[]): readonly number[] {
  const first = (s: number) => time[start[s]!]!;
  // sources are numbered as they come, so mostly they are in order
  const isSorted = own.every((s, i) => i === 0 || first(own[i - 1]!) <= first(s));
  return isSorted ? own : [...own].sort((a, b) => first(a) - first(b) || a - b);
}

/**
 * The stretch that holds the most sources for its length, with all they ever did: -log2 of the chance that so many of n
 * visits, at any times of the log, fall within one stretch as short (the scan statistic's first-order bound: Naus 1965).
 * Sources that come back over weeks are no hand-off, and crowd at the beginning of a log by their first visits only.
 */
function densestStretch(
  { start, columns: { time } }: Visitors,
  inTime: readonly number[],
  logSeconds: number,
): { bits: number; expected: number } {
  const n = inTime.length;
  let best = { bits: 0, expected: n };
  if (n > MOST_NEIGHBOURS) return best;
  // from the last beginning to the first, so that the ends of those who came later stay in order
  const ends = new Float64Array(n);
  for (let i = n - 1, size = 0; i >= 0; i--) {
    const first = time[start[inTime[i]!]!]!;
    const last = time[start[inTime[i]! + 1]! - 1]!;
    let at = size++;
    for (; at > 0 && ends[at - 1]! > last; at--) ends[at] = ends[at - 1]!;
    ends[at] = last;
    let own = { bits: 0, expected: n };
    for (let k = FEWEST_SOURCES; k <= size; k++) {
      const share = Math.max(600, ends[k - 1]! - first) / Math.max(1, logSeconds);
      if (share >= 0.5) break;
      if (k - 2 <= (n - 2) * share) continue; // no more than usual
      // n starting points, and the stretch was chosen: two of its visits are its ends
      const bits = -binomialTailBits(k - 2, n - 2, share) - 2 * Math.log2(n);
      if (bits > own.bits) own = { bits, expected: n * share };
    }
    // of equals the one that begins first
    if (own.bits > 0 && own.bits >= best.bits) best = own;
  }
  return best;
}

/** Whether the addresses come in ascending (or descending) order: the longest run, as for names. */
function addressOrderBits(table: AttemptTable, network: string, inTime: readonly number[]): number {
  const sources = inTime.map((s) => table.sources[s]!);
  if (network.endsWith('/24')) return walkBits(Float64Array.from(sources, lastNumber));
  // one behind the other in the last of several groups, as neighbours are: the text in front is the same
  const front = sources[0]!.slice(0, sources[0]!.lastIndexOf(':') + 1);
  const isLast = (source: string) =>
    source.startsWith(front) && source.lastIndexOf(':') < front.length && source.length <= front.length + 4;
  if (sources.every(isLast))
    return walkBits(
      Float64Array.from(sources, (source) => Number.parseInt(`0${source.slice(front.length)}`, 16)),
    );
  const keys = sources.map(sortKey);
  const rankOf = new Map([...keys].sort().map((key, rank) => [key, rank]));
  return walkBits(Float64Array.from(keys, (key) => rankOf.get(key)!));
}

/** The number behind the last dot. */
function lastNumber(source: string): number {
  let number = 0;
  for (let i = source.lastIndexOf('.') + 1; i < source.length; i++)
    number = number * 10 + source.charCodeAt(i) - ZERO;
  return number;
}

/** Text that sorts as the IPv6 address does. */
function sortKey(source: string): string {
  const [head, tail] = source.split('::');
  const left = head!.split(':').filter((g) => g !== '');
  const right = (tail ?? '').split(':').filter((g) => g !== '');
  const zeros =
    tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].map((g) => g.padStart(4, '0')).join(':');
}

/** All on one account that exists and is not everybody's first guess: machines of the house, not an attack. */
function onlyOwnAccount(table: AttemptTable, visitors: Visitors, own: readonly number[]): boolean {
  const users = new Set<number>();
  for (const s of own) for (const row of rowsOf(visitors, s)) users.add(table.user[row]!);
  return users.size === 1 && [...users].every((u) => visitors.userSuccessSources[u]! > 0);
}
