/**
 * Numbers, durations and names as a person reads them. All by hand: `Intl` gives other texts with another ICU, and
 * a report must be the same on every machine.
 */
import { printable } from '../model/printable.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';

const WEEK = 7 * DAY;
const YEAR = 365 * DAY;

/** `16,727`; rounds to a whole number. */
export function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 source`, `2 sources`, `16,727 attempts`; `plural` where an s does not do. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${thousands(n)} ${n === 1 ? noun : plural}`;
}

/** A measured figure: whole from 10 on, one decimal from 0.1, else words. `0.3`, `12`, `next to none`. */
export function figure(value: number): string {
  if (value >= 10) return thousands(value);
  if (value >= 0.1) return value.toFixed(1).replace(/\.0$/, '');
  if (value >= 0.001) return String(Number(value.toPrecision(1)));
  return value > 0 ? 'next to none' : 'none';
}

/** `71 %`, from a share between 0 and 1. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return 'less than 1 %';
  if (value < 100 && value > 99) return 'more than 99 %';
  return `${Math.round(value)} %`;
}

/** `119 s`, `3 min`, `39 h`, `13 days`, `6 weeks`, `2 years`: two digits at most in what a person can picture. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 3 * DAY) return `${Math.round(seconds / HOUR)} h`;
  if (seconds < 3 * WEEK) return `${Math.round(seconds / DAY)} days`;
  if (seconds < 2 * YEAR) return `${Math.round(seconds / WEEK)} weeks`;
  return `${Math.round(seconds / YEAR)} years`;
}

/** `2008-11-19 15:04 UTC` from `2008-11-19T15:04:22Z`. */
export function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** `from 2008-11-19 15:04 to 2008-12-02 12:19 UTC`; within one day `on 2008-11-19 from 15:04 to 15:31 UTC`. */
export function interval(from: string, to: string): string {
  const day = from.slice(0, 10);
  const start = from.slice(11, 16);
  if (day !== to.slice(0, 10)) return `from ${day} ${start} to ${clock(to)}`;
  const end = to.slice(11, 16);
  return start === end ? `on ${clock(from)}` : `on ${day} from ${start} to ${end} UTC`;
}

/** `all 3 sources`, `2 of 3 sources`, `none of 3 sources`; of one, `the source`. */
export function shareOf(part: number, whole: number, noun: string): string {
  if (whole === 1 && part === 1) return `the ${noun}`;
  if (part >= whole && whole > 0) return whole === 2 ? `both ${noun}s` : `all ${counted(whole, noun)}`;
  return `${part === 0 ? 'none' : thousands(part)} of ${counted(whole, noun)}`;
}

/** With a capital letter, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const MILLION_MILLION = 1e12;
const BILLION = 1e9;
const MILLION = 1e6;

/** A small chance in words: `one in 40`, `one in 3 million`, `less than one in a million million`. */
export function oneIn(chance: number): string {
  if (chance > 0.5) return 'more than one in two';
  const odds = Number((1 / chance).toPrecision(2));
  // the report claims no less (LEAST_FALSE_ALARM), so its least value stands for all below it
  if (odds >= MILLION_MILLION) return 'less than one in a million million';
  if (odds >= BILLION) return `one in ${large(odds / BILLION, 'billion')}`;
  if (odds >= MILLION) return `one in ${large(odds / MILLION, 'million')}`;
  return `one in ${thousands(odds)}`;
}

function large(value: number, word: string): string {
  return value === 1 ? `a ${word}` : `${figure(value)} ${word}`;
}

/** Names that need no quotes in a sentence: letters, digits and what user and host names are made of. */
const PLAIN = /^[\p{L}\p{N}._@$:%/-]+$/u;

/** A user name for a sentence: made printable, in quotes where it could be taken for the sentence's own words. */
export function userText(name: string): string {
  return quoted(printable(name, 40));
}

/** A source or sensor for a sentence. */
export function hostText(name: string): string {
  return quoted(printable(name, 255));
}

/** A quote inside is escaped, so that a name cannot end its own quotes and go on as the sentence. */
function quoted(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}

/**
 * `a`, `a and b`, `a, b and 3 more`: at most `most` of the texts, then how many are left out, where there are `of` of
 * them (default: the texts).
 */
export function listed(texts: readonly string[], most: number, of = texts.length): string {
  const shown = texts.length > most ? texts.slice(0, most) : texts;
  const rest = of - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${thousands(rest)} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]!}`;
}
