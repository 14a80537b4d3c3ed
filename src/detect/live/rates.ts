/**
 * Rate change, as it comes: how many new sources the last hours or days have brought, by class of what they try first,
 * compared with what came before. It speaks where names cannot: root alone, names that are never tried twice.
 *
 * Null model: arrivals are Poisson at a rate that is learnt from all hours before the window (gamma, so that a short
 * past is an uncertain one) and that varies from day to day like a gamma of the shape that the days before show. It may
 * be FASHION times as high without any surprise.
 */
import { HOUR } from '../../model/time.ts';
import { FASHION } from '../links.ts';
import { NEWCOMERS } from '../popularity/popularity.ts';
import { betaBinomialTailBits, overdispersedTailBits } from '../tails.ts';
import { priorOf } from './prior.ts';

/** Hours that are remembered: two months. */
const HOURS = 1536;
/** Windows in hours. What four days do not show has come by degrees. */
const WINDOWS = [1, 2, 4, 8, 16, 24, 48, 96] as const;
/** A log that is silent for so long was not written; so much of the silence counts as time. */
const SILENCE = 12 * HOUR;
/** Fewer new sources than this are left to names and networks. */
const FEWEST_NEW = 12;

/**
 * Class of a newcomer by the name that it tries first: root, a name that is tried everywhere, or any other. It does not
 * depend on what this site has seen, or a name that becomes popular here would change the counts of two classes.
 */
export function arrivalClass(name: string): string {
  return name === 'root' ? 'root' : priorOf(name).share >= LISTED ? 'listed' : 'rare';
}

/** Share of independent visitors' ticks from which on a name is tried everywhere. */
const LISTED = 0.002;

/**
 * A rise of half a day and more whose first third has less than so much of the last third's arrivals (by two standard
 * errors) swells. A wave that doubles every three days has a fifth there; a botnet that is switched on as many.
 */
const SWELL_HOURS = 12;
const SWELL_RATIO = 0.5;
/** The fit goes back until it has lost so much from its best, in natural units. */
const SWELL_DROP = 30;

/**
 * What newcomers anywhere try first, as shares: the shipped prior's, summed by class. Where hardly anybody came before and
 * all classes rise together, as when a port is opened or a server becomes known, there are strangers now, and nothing says
 * that they belong together. Where this many came a day there were strangers all along: their number does not leap.
 */
const KNOWN_PER_DAY = 5;
const USUAL_MIX: Readonly<Record<string, number>> = { root: 0.25, listed: 0.28, rare: 0.47 };
/** The site's own mix of the time before is worth so many newcomers at most: it changes, too. */
const MIX_NEWCOMERS = 100;
/** Bits by which one class must have risen more than the others. */
const MIX_BITS = 10;

export interface Rise {
  readonly bits: number;
  readonly what: string;
  /** Seconds since 1970. */
  readonly from: number;
  readonly count: number;
  readonly perDay: number;
  readonly perDayBefore: number;
}

class Counts {
  /** Newcomers of each hour, by its number modulo HOURS: those that make the base rate ... */
  readonly hours = new Uint32Array(HOURS);
  /** ... and those of them that nothing else explains, which may be part of a rise. */
  readonly open = new Uint32Array(HOURS);
  /** Sum of `hours`. */
  total = 0;
}

export interface SavedRates {
  readonly classes: readonly {
    readonly what: string;
    readonly hours: Uint32Array;
    readonly open: Uint32Array;
    readonly total: number;
  }[];
  readonly exposed: number;
  readonly last: number;
  readonly hour: number;
}

export class Rates {
  readonly #classes = new Map<string, Counts>();
  /** Seconds in which the log was written, up to the last attempt. */
  #exposed = 0;
  #last = Number.NaN;
  #hour = 0;

  save(): SavedRates {
    const classes = Array.from(this.#classes, ([what, { hours, open, total }]) => ({
      what,
      hours: hours.slice(),
      open: open.slice(),
      total,
    }));
    return { classes, exposed: this.#exposed, last: this.#last, hour: this.#hour };
  }

  /** Takes over what was saved; to be called before anything was counted. */
  restore({ classes, exposed, last, hour }: SavedRates): void {
    for (const { what, hours, open, total } of classes) {
      const counts = new Counts();
      counts.hours.set(hours);
      counts.open.set(open);
      counts.total = total;
      this.#classes.set(what, counts);
    }
    this.#exposed = exposed;
    this.#last = last;
    this.#hour = hour;
  }

  /** The clock of exposed time goes on: every attempt, of whatever kind, shows that the log is being written. */
  tick(time: number): void {
    if (!Number.isNaN(this.#last)) this.#exposed += Math.max(0, Math.min(SILENCE, time - this.#last));
    this.#last = Math.max(time, Number.isNaN(this.#last) ? time : this.#last);
    const hour = Math.floor(this.#exposed / HOUR);
    for (; this.#hour < hour; this.#hour++) {
      const next = (this.#hour + 1) % HOURS;
      for (const counts of this.#classes.values()) {
        counts.total -= counts.hours[next]!;
        counts.hours[next] = 0;
        counts.open[next] = 0;
      }
    }
  }

  /**
   * A new source of a class; returns the strongest rise that ends with it, if there is any. `explained`: something that is
   * going on may explain it; it counts for the base rate until it is disowned.
   */
  arrive(what: string, explained: boolean): Rise | null {
    let best: Rise | null = null;
    for (const one of [what, 'all']) {
      let counts = this.#classes.get(one);
      if (counts === undefined) {
        counts = new Counts();
        this.#classes.set(one, counts);
      }
      counts.hours[this.#hour % HOURS]!++;
      counts.total++;
      if (explained) continue;
      counts.open[this.#hour % HOURS]!++;
      const rise = this.#rise(one, counts);
      if (rise !== null && (best === null || rise.bits > best.bits)) best = rise;
    }
    return best;
  }

  /** A newcomer, seen `ago` exposed seconds before now, belonged to a campaign: its arrival is no base rate. */
  disown(what: string, ago: number): void {
    const hour = Math.floor((this.#exposed - ago) / HOUR);
    if (hour <= this.#hour - HOURS || hour < 0) return;
    for (const one of [what, 'all']) {
      const counts = this.#classes.get(one);
      if (counts === undefined) continue;
      if (counts.hours[hour % HOURS]! > 0) {
        counts.hours[hour % HOURS]!--;
        counts.total--;
      }
      if (counts.open[hour % HOURS]! > counts.hours[hour % HOURS]!) counts.open[hour % HOURS]!--;
    }
  }

  /**
   * A rise that has been told is over: its hours, from so many seconds ago on, are no base rate for the next. What is left
   * of them is what was usual before, class by class: a campaign seldom has one class only.
   */
  explain(ago: number): void {
    const oldest = Math.max(0, this.#hour - HOURS + 1);
    const first = Math.max(oldest, Math.floor((this.#exposed - ago) / HOUR));
    for (const counts of this.#classes.values()) {
      let before = 0;
      for (let hour = oldest; hour < first; hour++) before += counts.hours[hour % HOURS]!;
      const usual = Math.ceil((FASHION * before) / Math.max(1, first - oldest));
      for (let hour = first; hour <= this.#hour; hour++) {
        const at = hour % HOURS;
        const more = Math.max(0, counts.hours[at]! - usual);
        counts.hours[at]! -= more;
        counts.total -= more;
        counts.open[at] = Math.min(counts.open[at]!, counts.hours[at]!);
      }
    }
  }

  /** Newcomers of a class a day, by all that is remembered from before the last `days` on. */
  perDayBefore(what: string, days: number): number {
    const counts = this.#classes.get(what);
    const size = Math.ceil(days * 24);
    const known = Math.min(this.#hour + 1, HOURS);
    // nothing is remembered from before: as if all of it were usual
    if (counts === undefined) return 0;
    if (known <= size) return (counts.total * 24) / Math.max(1, known);
    let earlier = 0;
    for (let h = size; h < known; h++) earlier += counts.hours[(this.#hour - h + HOURS * 2) % HOURS]!;
    return (earlier * 24) / (known - size);
  }

  #rise(what: string, counts: Counts): Rise | null {
    const known = Math.min(this.#hour + 1, HOURS);
    let inside = 0;
    let within = 0;
    let at = 0;
    let best: Rise | null = null;
    for (const size of WINDOWS) {
      for (; at < size && at < known; at++) {
        const hour = (this.#hour - at + HOURS) % HOURS;
        inside += counts.open[hour]!;
        within += counts.hours[hour]!;
      }
      const before = known - size;
      if (before < Math.min(24, size) || before < 6) break;
      if (inside < FEWEST_NEW) continue;
      const earlier = counts.total - within;
      // the hour that is running is not over; it counts as one
      const shape = earlier + 0.5;
      const rate = shape / before;
      const mean = FASHION * rate * size;
      if (inside < 2 * mean) continue;
      const varying = this.#inverseShape(counts, size, known) / Math.max(1, size / 24);
      const bits = -overdispersedTailBits(inside, mean, 1 + mean * (varying + 1 / shape));
      if (best === null || bits > best.bits) {
        best = {
          bits,
          what,
          from: this.#last - size * HOUR,
          count: inside,
          perDay: (inside * 24) / size,
          perDayBefore: rate * 24,
        };
      }
    }
    if (best === null || this.#swells(counts, best) || !this.#isOneSided(best)) return null;
    return best;
  }

  /** Whether some class makes more of a rise than it makes of newcomers elsewhere, where it has not been learnt here. */
  #isOneSided(rise: Rise): boolean {
    if (rise.perDayBefore >= KNOWN_PER_DAY) return true;
    const size = Math.round((this.#last - rise.from) / HOUR);
    const within = (counts: Counts, hours: Uint32Array) => {
      let sum = 0;
      for (let h = 0; h < size; h++) sum += hours[(this.#hour - h + HOURS * 2) % HOURS]!;
      return hours === counts.open ? sum : counts.total - sum;
    };
    const all = this.#classes.get('all')!;
    const newcomers = within(all, all.open);
    const before = within(all, all.hours);
    const worth = before === 0 ? 0 : Math.min(1, MIX_NEWCOMERS / before);
    const { strength } = NEWCOMERS.rootOnly;
    const classes = rise.what === 'all' ? Object.keys(USUAL_MIX) : [rise.what];
    return classes.some((what) => {
      const counts = this.#classes.get(what);
      if (counts === undefined) return false;
      const own = within(counts, counts.hours) * worth + USUAL_MIX[what]! * strength;
      const others = before * worth + strength - own;
      return -betaBinomialTailBits(within(counts, counts.open), newcomers, own, others) >= MIX_BITS;
    });
  }

  /**
   * Whether a rise has come by degrees, as a worm's does, and not at once: fitted to the hours in which arrivals are more
   * likely the rise's than usual (as fittedEnds in onset.ts), its first third stands far below its last.
   */
  #swells(counts: Counts, rise: Rise): boolean {
    const usual = rise.perDayBefore / 24;
    const risen = rise.perDay / 24;
    const gain = Math.log(risen / usual);
    const known = Math.min(this.#hour + 1, HOURS);
    let sum = 0;
    let most = 0;
    let length = 0;
    for (let h = 0; h < known && sum > most - SWELL_DROP; h++) {
      sum += counts.open[(this.#hour - h + HOURS) % HOURS]! * gain - (risen - usual);
      if (sum > most) {
        most = sum;
        length = h + 1;
      }
    }
    if (length < SWELL_HOURS) return false;
    const third = Math.floor(length / 3);
    let late = 0;
    let early = 0;
    for (let h = 0; h < third; h++) {
      late += counts.open[(this.#hour - h + HOURS) % HOURS]!;
      early += counts.open[(this.#hour - (length - 1 - h) + HOURS) % HOURS]!;
    }
    return early + 2 * Math.sqrt(early) < SWELL_RATIO * late;
  }

  /** 1 / shape of the gamma by which daily rates vary, from the whole days before the window, drawn towards 0.5. */
  #inverseShape(counts: Counts, size: number, known: number): number {
    let n = 0;
    let sum = 0;
    let squares = 0;
    for (let h = size; h + 24 <= known; h += 24) {
      let c = 0;
      for (let i = 0; i < 24; i++) c += counts.hours[(this.#hour - h - i + HOURS * 2) % HOURS]!;
      n++;
      sum += c;
      squares += c * c;
    }
    if (n < 4 || sum === 0) return 0.5;
    const mean = sum / n;
    const variance = (squares - n * mean * mean) / (n - 1);
    return (Math.max(0, (variance - mean) / (mean * mean)) * n + 1) / (n + 2);
  }
}
