/**
 * Whether a log that says nothing says something by that: whoever breaks in often stops the log first, and a syslog that
 * died is found weeks later. A log has its own week (nights, Sundays, backups), so each is measured against itself.
 *
 * Time is cut into minutes; each has lines or has none. For each hour of the week (UTC) is counted how often a minute
 * without lines was followed by another. Lines come in bursts, so 'how often is a minute silent' would call every pause
 * between two bursts a wonder; 'how often does silence go on for another minute' does not. The chance that the silence of
 * this moment has lasted so long is the product of those shares over its minutes, hour by hour.
 *
 * A log is called silent when that chance is so small that it would happen once a year to this log, when the silence is
 * as long as {@link SilenceOptions.leastSeconds}, and half as odd again (in the logarithm of that chance) as the oddest
 * that it is remembered to have had: hours of the week know nothing of Christmas. Nothing is said on the first day of an input, nor of one that has
 * hardly ever had lines; in the first week, which has not seen a Sunday yet, a silence must be seven times the longest.
 * Only such minutes count as the daemon has watched.
 */
import { MINUTE } from '../model/time.ts';
import type { Condition } from './condition.ts';

export interface SilenceOptions {
  /** No silence is told that is shorter than this, seconds. */
  readonly leastSeconds: number;
  /** How often a year one log may be called silent by chance. */
  readonly falseAlarmsPerYear: number;
}

/**
 * 15 minutes: a restart of the machine or of its syslog takes less. At half of it every such restart is told on a busy
 * host; at twice an hour of an intruder is lost.
 */
export const DEFAULT_SILENCE_OPTIONS: SilenceOptions = { leastSeconds: 15 * MINUTE, falseAlarmsPerYear: 1 };

const HOURS = 168;
const MINUTES_A_YEAR = 365 * 24 * 60;
/** Minutes watched before anything is said: a day. */
const LEAST_MINUTES = 24 * 60;
/** Minutes after which every hour of the week has been seen: until then nothing is known of Sundays. */
const WEEK_MINUTES = 8 * 24 * 60;
/** Minutes with lines before anything is said. */
const LEAST_BUSY = 50;
/**
 * A log's own share for all hours counts as so many minutes of each. At twelve times as many an office that is silent
 * from Friday to Monday is told of at each weekend of its first months.
 */
const SHARED_MINUTES = 5;
/** Each hour of the week keeps so many minutes; beyond, older ones count half: eight weeks. */
const MOST_MINUTES = 8 * 60;
/** The oddest silence is forgotten by half in so many minutes, a month: by then its hours of the week are better known. */
const ODDEST_HALF_LIFE = 30 * 24 * 60;
const ODDER_THAN_EVER = 1.5;
/** In the first week: an office is silent for ten hours a night and for 60 over the weekend. */
const LONGER_THAN_YET = 7;
/** More between two looks than this was not watched (the machine slept, the daemon was down), minutes. */
const MOST_BETWEEN = 3;
/** Inputs of one daemon; patterns such as /var/log/app/*.log may make many. */
const MOST_INPUTS = 1000;

interface Watched {
  /** For each hour of the week: silent minutes after a silent one, and any minutes after a silent one. */
  readonly stayed: number[];
  readonly after: number[];
  /** Sums of the two. */
  allStayed: number;
  allAfter: number;
  busy: number;
  minutes: number;
  /** Minutes of the longest silence that was not told. */
  longest: number;
  /** Surprise of the oddest silence that was not told, faded; and of the one that was told last. Nats. */
  oddest: number;
  lastTold: number;
  lastLine: number | null;
  /** The minute that is counted now, and whether it has lines. */
  minute: number | null;
  spoke: boolean;
  /** Silent minutes in a row, before the one that is counted now; and their surprise, nats. */
  silent: number;
  surprise: number;
  told: boolean;
}

export interface Silence {
  /** So many lines have come from an input; `now` is the wall clock, seconds since 1970 UTC. */
  lines(input: string, count: number, now: number): void;
  /** Called at least every minute; says of whom it is new that he is silent, or speaks again. */
  look(now: number): readonly Condition[];
  /** An input is followed no more. */
  forget(input: string): void;
  save(): string;
}

/** `saved`: what `save` gave; other text counts as nothing. */
export function createSilence(
  options: SilenceOptions = DEFAULT_SILENCE_OPTIONS,
  saved?: string | null,
): Silence {
  const inputs = readSaved(saved);
  const enough = Math.log(MINUTES_A_YEAR / options.falseAlarmsPerYear);
  const news: Condition[] = [];

  function watched(input: string): Watched | null {
    let one = inputs.get(input);
    if (one === undefined) {
      if (inputs.size >= MOST_INPUTS) return null;
      one = emptyWatch();
      inputs.set(input, one);
    }
    return one;
  }

  return {
    lines(input, count, now) {
      if (count <= 0) return;
      const one = watched(input);
      if (one === null) return;
      advance(one, now);
      one.spoke = true;
      one.lastLine = now;
      if (!one.told) return;
      one.told = false;
      // one that was told was no usual silence, unless the one that was told before was as odd
      one.oddest = Math.max(one.oddest, Math.min(one.surprise, one.lastTold));
      one.lastTold = one.surprise;
      one.silent = 0;
      one.surprise = 0;
      news.push({ kind: 'log:back', input, lastLine: now });
    },
    look(now) {
      for (const [input, one] of inputs) {
        advance(one, now);
        if (one.told || one.spoke || one.lastLine === null) continue;
        if (one.minutes < LEAST_MINUTES || one.busy < LEAST_BUSY) continue;
        const isYoung = one.minutes < WEEK_MINUTES;
        const isMore = isYoung
          ? one.silent > LONGER_THAN_YET * one.longest
          : one.surprise > ODDER_THAN_EVER * one.oddest;
        if (!isMore || one.silent * MINUTE < options.leastSeconds || one.surprise < enough) continue;
        one.told = true;
        const usual = usualMinutes(one, now);
        news.push({ kind: 'log:silent', input, lastLine: one.lastLine, usual });
      }
      return news.splice(0);
    },
    forget(input) {
      inputs.delete(input);
    },
    save: () => JSON.stringify({ version: 1, inputs: [...inputs] }),
  };
}

function emptyWatch(): Watched {
  return {
    stayed: new Array<number>(HOURS).fill(0),
    after: new Array<number>(HOURS).fill(0),
    allStayed: 0,
    allAfter: 0,
    busy: 0,
    minutes: 0,
    longest: 0,
    oddest: 0,
    lastTold: 0,
    lastLine: null,
    minute: null,
    spoke: false,
    silent: 0,
    surprise: 0,
    told: false,
  };
}

/** Closes the minutes that are over. */
function advance(one: Watched, now: number): void {
  const minute = Math.floor(now / MINUTE);
  if (one.minute === null) {
    one.minute = minute;
    return;
  }
  if (minute <= one.minute) {
    // a clock that was set back by hours: from here on
    if (one.minute - minute > MOST_BETWEEN) one.minute = minute;
    return;
  }
  if (minute - one.minute > MOST_BETWEEN) {
    // not watched: the silence, if it is one, is measured anew
    one.minute = minute;
    one.spoke = false;
    one.silent = 0;
    one.surprise = 0;
    return;
  }
  while (one.minute < minute) {
    close(one);
    one.minute++;
    one.spoke = false;
  }
}

function close(one: Watched): void {
  const hour = hourOf(one.minute!);
  const wasSilent = one.silent > 0;
  one.minutes++;
  one.oddest *= 2 ** (-1 / ODDEST_HALF_LIFE);
  if (wasSilent) {
    if (one.after[hour]! >= MOST_MINUTES) fade(one, hour);
    // the surprise first: a silence must not be judged by itself
    if (!one.spoke) one.surprise += -Math.log(stays(one, hour));
    one.after[hour]!++;
    one.allAfter++;
    if (!one.spoke) {
      one.stayed[hour]!++;
      one.allStayed++;
    }
  }
  if (!one.spoke) {
    one.silent++;
    return;
  }
  one.busy++;
  one.longest = Math.max(one.longest, one.silent);
  one.oddest = Math.max(one.oddest, one.surprise);
  one.silent = 0;
  one.surprise = 0;
}

/** An hour of the week forgets half. */
function fade(one: Watched, hour: number): void {
  const [stayed, after] = [one.stayed[hour]! / 2, one.after[hour]! / 2];
  one.stayed[hour] = stayed;
  one.after[hour] = after;
  one.allStayed -= stayed;
  one.allAfter -= after;
}

/** How likely another silent minute follows a silent one at this hour of the week. */
function stays(one: Watched, hour: number): number {
  const all = (one.allStayed + 0.5) / (one.allAfter + 1);
  return (one.stayed[hour]! + SHARED_MINUTES * all) / (one.after[hour]! + SHARED_MINUTES);
}

/** Minutes with lines in as long a stretch as the silence, by the log's own mean. */
function usualMinutes(one: Watched, now: number): number {
  const minutes = one.lastLine === null ? 0 : (now - one.lastLine) / MINUTE;
  return one.minutes === 0 ? 0 : (minutes * one.busy) / one.minutes;
}

/** 1970-01-01 was a Thursday; which hour is the first does not matter. */
function hourOf(minute: number): number {
  return (((Math.floor(minute / 60) % HOURS) + HOURS) % HOURS) | 0;
}

function readSaved(text: string | null | undefined): Map<string, Watched> {
  try {
    const saved = JSON.parse(text ?? '') as { version?: number; inputs?: [string, Watched][] } | null;
    if (saved?.version === 1 && Array.isArray(saved.inputs)) return new Map(saved.inputs);
  } catch {
    // nothing was saved, or nothing that can be read
  }
  return new Map();
}
