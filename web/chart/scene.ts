/**
 * What is drawn of a picture: which attempts (by what they belong to), and in which row each name or source stands. Pure; some tens
 * of milliseconds for a million attempts, once for each change of a switch and not for each frame.
 */
import { HIDDEN } from '../../src/view/redact.ts';
import { IS_LOUD, IS_SUCCESS, NO_INDEX, type Picture } from '../../src/view/site.ts';
import { hueOf, type Palette, packed, placeOf } from './palette.ts';
import type { Ink, Layer } from './raster.ts';

/** What stands in the rows. */
export type Rows = 'user' | 'source';
/** In which order: first tried first; by the alphabet (addresses by number); each campaign's in turn; most attempts first. */
export type Order = 'appearance' | 'alphabet' | 'campaign' | 'attempts';

/** Which attempts are drawn. */
export interface Choice {
  /** Of no campaign, below every threshold. */
  readonly quiet: boolean;
  readonly loud: boolean;
  /** Logins of those who take part in nothing. */
  readonly logins: boolean;
  /** Numbers (as in `picture.campaign`) of campaigns that are left out. */
  readonly without: ReadonlySet<number>;
  /** Only these attempts of one sensor; null: of all. */
  readonly sensor: number | null;
}

export interface Scene {
  readonly rows: Rows;
  readonly layers: readonly Layer[];
  /** For each row which text it is: index into `picture.users` or `picture.sources`. */
  readonly textOf: Uint32Array;
  readonly inkOf: Uint8Array;
  /** Attempts drawn. */
  readonly count: number;
  /** Left out because no line told a name. */
  readonly nameless: number;
}

const INK_QUIET = 0;
const INK_LOUD = 1;
const INK_LOGIN = 2;
const INK_INTRUSION = 3;
const INK_CAMPAIGN = 4;

/** The inks that {@link Scene.inkOf} means. */
export function inksOf(palette: Palette): readonly Ink[] {
  const plain = (colour: string): Ink => ({
    colour: packed(colour),
    shape: 0,
    isRing: false,
    isAbove: false,
  });
  return [
    plain(palette.other),
    plain(palette.loud),
    { ...plain(palette.login), shape: 6 },
    { ...plain(palette.login), isRing: true, isAbove: true },
    ...palette.campaigns.map((colour, shape) => ({
      colour: packed(colour),
      shape,
      isRing: false,
      isAbove: true,
    })),
  ];
}

/** What each attempt is, as {@link inksOf} numbers it. The same for all orders and choices. */
export function inksOfAttempts(picture: Picture): Uint8Array {
  const inks = new Uint8Array(picture.length);
  const hues = picture.campaigns.map((id) => hueOf(placeOf(id)));
  for (let i = 0; i < inks.length; i++) {
    const campaign = picture.campaign[i]!;
    const flags = picture.flags[i]!;
    if ((flags & IS_SUCCESS) !== 0) inks[i] = campaign > 0 ? INK_INTRUSION : INK_LOGIN;
    else if (campaign > 0) inks[i] = INK_CAMPAIGN + (hues[campaign - 1] ?? 0);
    else inks[i] = (flags & IS_LOUD) !== 0 ? INK_LOUD : INK_QUIET;
  }
  return inks;
}

/** The scene of `picture`. `ranks`: as {@link ranksOf} gives it for these rows and this order. */
export function sceneOf(
  picture: Picture,
  rows: Rows,
  ranks: Uint32Array,
  inkOf: Uint8Array,
  choice: Choice,
): Scene {
  const texts = rows === 'user' ? picture.user : picture.source;
  const below = new Uint32Array(picture.length);
  const above = new Uint32Array(picture.length);
  const present = new Uint8Array(ranks.length);
  const oneOf = rows === 'user' ? hiddenAsOne(picture.users) : (text: number) => text;
  let plain = 0;
  let marked = 0;
  let nameless = 0;
  const { campaign, sensor } = picture;
  const isWithout = choice.without.size > 0;
  for (let i = 0; i < picture.length; i++) {
    const ink = inkOf[i]!;
    if (
      ink === INK_QUIET
        ? !choice.quiet
        : ink === INK_LOUD
          ? !choice.loud
          : ink === INK_LOGIN && !choice.logins
    )
      continue;
    if (isWithout && choice.without.has(campaign[i]!)) continue;
    if (choice.sensor !== null && sensor[i] !== choice.sensor) continue;
    if (texts[i] === NO_INDEX) {
      nameless++;
      continue;
    }
    present[oneOf(texts[i]!)] = 1;
    if (ink >= INK_INTRUSION) above[marked++] = i;
    else below[plain++] = i;
  }
  const { rowOf, textOf } = packRows(ranks, present);
  const layer = (index: Uint32Array): Layer => {
    const time = new Uint32Array(index.length);
    const row = new Uint32Array(index.length);
    for (let k = 0; k < index.length; k++) {
      const i = index[k]!;
      time[k] = picture.time[i]!;
      row[k] = rowOf[oneOf(texts[i]!)]!;
    }
    return { index, time, row };
  };
  return {
    rows,
    layers: [layer(below.slice(0, plain)), layer(above.slice(0, marked))],
    textOf,
    inkOf,
    count: plain + marked,
    nameless,
  };
}

/**
 * Hidden names share one row: in rows of their own, one after the other as they came, they would draw a campaign that goes through a
 * list where there is none.
 */
function hiddenAsOne(users: readonly string[]): (text: number) => number {
  const first = users.indexOf(HIDDEN);
  return first < 0 ? (text) => text : (text) => (users[text] === HIDDEN ? first : text);
}

/** Rows for the texts that are present, in the order of their ranks, without gaps. */
function packRows(ranks: Uint32Array, present: Uint8Array) {
  const byRank = new Uint32Array(ranks.length);
  for (let text = 0; text < ranks.length; text++) byRank[ranks[text]!] = text;
  const rowOf = new Uint32Array(ranks.length);
  const textOf = new Uint32Array(ranks.length);
  let row = 0;
  for (const text of byRank) {
    if (present[text] === 0) continue;
    rowOf[text] = row;
    textOf[row++] = text;
  }
  return { rowOf, textOf: textOf.slice(0, row) };
}

/** The rank of each text in `order`, all ranks different, from 0. */
export function ranksOf(picture: Picture, rows: Rows, order: Order): Uint32Array {
  const names = rows === 'user' ? picture.users : picture.sources;
  const texts = rows === 'user' ? picture.user : picture.source;
  const n = names.length;
  const index = Uint32Array.from({ length: n }, (_, i) => i);
  if (order === 'alphabet') {
    const keys = rows === 'user' ? names.map((name) => name.toLowerCase()) : names.map(addressKey);
    index.sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
  } else if (order === 'attempts') {
    const counts = new Uint32Array(n);
    for (let i = 0; i < picture.length; i++) if (texts[i] !== NO_INDEX) counts[texts[i]!]!++;
    index.sort((a, b) => counts[b]! - counts[a]! || a - b);
  } else if (order === 'campaign') {
    const key = campaignKeys(picture, texts, n);
    index.sort((a, b) => key[a]! - key[b]! || a - b);
  }
  // hidden names come last in any order: nobody can tell where they belong
  const isHidden = (text: number) => rows === 'user' && names[text] === HIDDEN;
  const sorted = [...index.filter((text) => !isHidden(text)), ...index.filter(isHidden)];
  const ranks = new Uint32Array(n);
  for (let rank = 0; rank < n; rank++) ranks[sorted[rank]!] = rank;
  return ranks;
}

/**
 * For each text a number that puts campaigns one after the other and, within each, what it tried first first; what no campaign
 * tried comes last.
 */
function campaignKeys(picture: Picture, texts: Uint32Array, n: number): Float64Array {
  const keys = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < picture.length; i++) {
    const campaign = picture.campaign[i]!;
    const text = texts[i]!;
    if (campaign === 0 || text === NO_INDEX) continue;
    // an attempt's number is below 2^32, a campaign's below 2^16: together exact in a double
    if (keys[text] === Number.POSITIVE_INFINITY) keys[text] = campaign * 2 ** 32 + i;
  }
  for (let text = 0; text < n; text++) if (!Number.isFinite(keys[text]!)) keys[text] = 2 ** 49 + text;
  return keys;
}

/** A key that sorts addresses by number and host names by domain after them. */
function addressKey(source: string): string {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(source))
    return `0${source
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.')}`;
  if (source.includes(':'))
    return `1${source
      .split(':')
      .map((part) => part.padStart(4, '0'))
      .join(':')}`;
  return `2${source.split('.').reverse().join('.')}`;
}
