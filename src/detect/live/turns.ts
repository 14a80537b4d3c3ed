/**
 * Names in turn, as they come. Each first visit of a source to a name is a tick. Its surprise is how unlikely it is that
 * so many other sources have been on that name within so short a time, by all that came before; its class of surprise
 * has a likelihood ratio, campaign against chance; a cumulative sum of the ratios (CUSUM, Page 1954), one for each
 * presumed share of the campaign, says when chance is no explanation any more.
 *
 * The null model is a gamma mixture of Poissons, a negative binomial: the rate of a name is not known but learnt, from
 * what the internet at large tries (popularity/) and from what this site has seen. That is what makes the first day of
 * a log usable, and what makes a name that has been seen once much less surprising than one that has never been seen.
 */
import { DAY } from '../../model/time.ts';
import { FASHION } from '../links.ts';
import { CLASS_ENDS, CLASSES, classOf, SHARES } from '../segments.ts';
import { appended } from './few.ts';
import { MOST_VISITS } from './memory.ts';
import { priorOf } from './prior.ts';
import { type NameState, NO_VISITS, type SourceState, type Visit } from './remembered.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';

/** First visits remembered of one name: what lies further back than these is in its weight only. */
const NAME_VISITS = 64;
/** Popularity is forgotten to the half in so many days. */
const HALF_LIFE = 45 * DAY;
/** Of a name that has been seen and half forgotten, some shape is left. */
const LEAST_SHAPE = 0.05;
/** So many meetings of one source are evidence. */
const MOST_WITNESSED = 3;
/** Links that are remembered of one visit: the latest may turn out to be no evidence. */
const MOST_LINKS = 8;
/** The links of so many past ticks are remembered. */
const LINKED_TICKS = 5000;
/** So many past ticks are remembered. */
const TICKS = 32_768;

/** A site has at least so many ticks a day, as far as false alarms are concerned: fewer are too few to learn from. */
const LEAST_TICKS = 20;

/** Ticks' worth of the presumed classes of chance, until the site's own have their say. */
const PRESUMED_TICKS = 2000;

/**
 * Peaks of the sums, between a fall of PEAK_FALL bits and the next, that reach PEAK_BITS: how many chance makes a tick, and
 * how much rarer each further bit makes them. Of 48 simulated site-years without a campaign (seeds 1 to 16, 20 to 500
 * logins a day, 1.7 million ticks) 169 peaks reached 8 bits, 35 reached 10, 3 reached 12.
 */
const PEAK_BITS = 8;
const PEAK_FALL = 3;
const PEAKS_PER_TICK = 1e-4;
const PEAK_SLOPE = 1.25;
/** Ticks' worth of that, until the site's own peaks have their say. */
const PEAKS_PRESUMED = 5000;

export interface Excursion {
  readonly bits: number;
  /** Tick at which it began, and the share of the ticks that it presumes. */
  readonly from: number;
  readonly share: number;
}

/** Visits and sources by their numbers (states.ts). */
export interface SavedTurns {
  readonly ticks: number;
  /** Those that are remembered, the oldest first. */
  readonly recent: Uint32Array;
  readonly total: number;
  readonly unit: number;
  readonly unitTime: number;
  readonly firstTime: number;
  readonly witnesses: Uint32Array;
  readonly witnessed: readonly number[];
  readonly chance: Float64Array;
  readonly ratio: Float64Array;
  readonly gainsAt: number;
  readonly peak: number;
  readonly peaks: number;
  readonly runs: Float64Array;
  readonly sums: Float64Array;
  readonly starts: Int32Array;
}

export class Turns {
  /** Ticks so far. */
  ticks = 0;
  readonly recent: (Visit | null)[] = new Array(TICKS).fill(null);
  /** All weight given out, in the unit of the present (see #scale). */
  #total = 0;
  #unit = 1;
  #unitTime = Number.NaN;
  #firstTime = Number.NaN;
  /** How often each source has met another since the sums last stood at nothing. */
  readonly #witness = new Map<SourceState, number>();
  readonly #chance: Float64Array;
  #ratio: Float64Array = new Float64Array(CLASSES);
  #gainsAt = 0;
  /** The peak that is going on, and the number of those that were high enough. */
  #peak = 0;
  #peaks = 0;
  /** By tick: bits, campaign against chance, of the run that it ends; each visit of a run met the one before on their name. */
  readonly #runs = new Float64Array(TICKS);
  readonly #sums = new Float64Array(SHARES.length);
  readonly #starts = new Int32Array(SHARES.length);

  constructor() {
    this.#chance = presumedChance().map((share) => share * PRESUMED_TICKS);
    this.#fit();
  }

  save(numbers: StateNumbers): SavedTurns {
    return {
      ticks: this.ticks,
      recent: numbers.visits(this.since(0)),
      total: this.#total,
      unit: this.#unit,
      unitTime: this.#unitTime,
      firstTime: this.#firstTime,
      witnesses: numbers.sources(this.#witness),
      witnessed: [...this.#witness.values()],
      chance: this.#chance.slice(),
      ratio: this.#ratio,
      gainsAt: this.#gainsAt,
      peak: this.#peak,
      peaks: this.#peaks,
      runs: this.#runs.slice(0, this.ticks),
      sums: this.#sums.slice(),
      starts: this.#starts.slice(),
    };
  }

  /** Takes over what was saved; to be called before the first visit. */
  restore(saved: SavedTurns, { sources, visits }: States): void {
    this.ticks = saved.ticks;
    for (const v of saved.recent) this.recent[visits[v]!.tick % TICKS] = visits[v]!;
    this.#total = saved.total;
    this.#unit = saved.unit;
    this.#unitTime = saved.unitTime;
    this.#firstTime = saved.firstTime;
    saved.witnesses.forEach((s, i) => {
      this.#witness.set(sources[s]!, saved.witnessed[i]!);
    });
    this.#chance.set(saved.chance);
    // copies: what was read from a file is a view of all of its bytes
    this.#ratio = saved.ratio.slice();
    this.#gainsAt = saved.gainsAt;
    this.#peak = saved.peak;
    this.#peaks = saved.peaks;
    this.#runs.set(saved.runs);
    this.#sums.set(saved.sums);
    this.#starts.set(saved.starts);
  }

  /** Ticks a day, by the log so far. */
  perDay(now: number): number {
    const days = Math.max(1, (now - this.#firstTime) / DAY);
    return this.ticks / days;
  }

  /**
   * The first visit of `source` to `name`, unless it is no first one. `counts`: whether it may be evidence (its source is
   * quiet, and nobody's that we know).
   */
  visit(source: SourceState, name: NameState, time: number, counts: (other: Visit) => boolean): Visit | null {
    if (source.visits.length >= MOST_VISITS) return null;
    for (const visit of source.visits) if (visit.name === name) return null;
    if (Number.isNaN(this.#firstTime)) {
      this.#firstTime = time;
      this.#unitTime = time;
    }
    this.#scale(time);
    const tick = this.ticks++;
    const links: Visit[] = [];
    for (let j = name.visits.length - 1; j >= 0; j--) {
      const other = name.visits[j]!;
      if (!counts(other) || source.met.includes(other.source.id)) continue;
      links.push(other);
      if (links.length === MOST_LINKS) break;
    }
    for (const { source: other } of links) {
      if (source.met.length >= MOST_VISITS) break;
      if (!source.met.includes(other.id)) source.met = appended(source.met, other.id, MOST_VISITS);
    }
    const visit: Visit = {
      time,
      tick,
      source,
      name,
      weight: this.#unit,
      seen: name.weight,
      // a copy has no room for more
      links: links.length === 0 ? NO_VISITS : links.slice(),
      index: 0,
    };
    this.recent[tick % TICKS] = visit;
    this.#runs[tick % TICKS] = 0;
    // links lead from visit to visit into the past: they end here, or nothing would ever be forgotten
    const old = tick >= LINKED_TICKS ? this.recent[(tick - LINKED_TICKS) % TICKS] : null;
    if (old) old.links = NO_VISITS;
    source.visits = appended(source.visits, visit, MOST_VISITS);
    name.visits = appended(name.visits, visit, NAME_VISITS);
    name.weight += visit.weight;
    this.#total += visit.weight;
    return visit;
  }

  /** The visit was nobody's but its source's, after all. */
  own(visit: Visit): void {
    if (visit.weight > 0) return;
    visit.weight = this.#unit;
    visit.name.weight += visit.weight;
    this.#total += visit.weight;
  }

  /** The visit is evidence: nothing that is known explains it. */
  add(visit: Visit, counts: (other: Visit) => boolean): void {
    const { c, other } = this.#witnessed(visit, counts, this.#witness);
    this.#runs[visit.tick % TICKS] = this.#run(c, other === undefined ? 0 : this.#runTo(other));
    this.#add(c, other);
  }

  /** Bits of the run that ended with an earlier visit. */
  #runTo({ tick }: Visit): number {
    return this.ticks - tick > TICKS ? 0 : this.#runs[tick % TICKS]!;
  }

  /** Bits of the run that a visit of class `c` ends: it goes on with that of the visit it met, or begins. */
  #run(c: number, before: number): number {
    return this.#ratio[c]! + (c < LINKED ? 0 : before);
  }

  /**
   * Class of a visit's surprise; 0 where one of the two that met has been a witness often enough: a single source that
   * repeats what others try would make them look coordinated.
   */
  #witnessed(
    visit: Visit,
    counts: (other: Visit) => boolean,
    witness: Map<SourceState, number>,
  ): { readonly c: number; readonly other: Visit | undefined } {
    const c = classOf(this.surprise(visit, counts));
    const other = visit.links.find(counts);
    if (c < LINKED || other === undefined) return { c, other };
    const pair = [visit.source, other.source];
    if (pair.some((source) => (witness.get(source) ?? 0) >= MOST_WITNESSED))
      return { c: 0, other: undefined };
    for (const source of pair) witness.set(source, (witness.get(source) ?? 0) + 1);
    return { c, other };
  }

  /** Share of all ticks that a name has, here and, as far as little has been seen here, elsewhere. */
  shareOf(name: NameState, without?: Visit): number {
    const prior = priorOf(name.text);
    const own = without === undefined ? 0 : without.weight;
    const seen = Math.max(0, name.weight - own) / this.#unit;
    const total = Math.max(0, this.#total - own) / this.#unit;
    const share = (Math.max(0, prior.shape) + seen) / (prior.visits + total);
    return Math.max(prior.share * (prior.visits / (prior.visits + total)), share);
  }

  /** The visit was a campaign's: it says nothing about how popular its name is. */
  disown(visit: Visit): void {
    if (visit.weight === 0) return;
    visit.name.weight = Math.max(0, visit.name.weight - visit.weight);
    this.#total = Math.max(0, this.#total - visit.weight);
    visit.weight = 0;
  }

  /**
   * Surprise of a visit in bits, >= 0: -log2 P(the name is tried again so soon), by the latest of its links that `counts`
   * lets in. The rate of a name is a gamma variable; the visits up to that link have been learnt from, so that every
   * coincidence counts once: the third visitor is compared with what two have made of the name.
   */
  surprise(visit: Visit, counts: (other: Visit) => boolean): number {
    const { name, tick, time } = visit;
    const other = visit.links.find(counts);
    if (other === undefined) return 0;
    const prior = priorOf(name.text);
    const seen = visit.seen / this.#unit;
    const shape = Math.max(LEAST_SHAPE, prior.shape + seen);
    const total = prior.visits + this.#total / this.#unit;
    // by the clock, too: where other visitors stay away, the ticks of a worm grow dense, but not in time
    const perSecond = tick / Math.max(1, time - this.#firstTime);
    const ticks = Math.max(tick - other.tick, (time - other.time) * perSecond);
    const mean = (FASHION * shape * ticks) / total;
    const soon = -Math.expm1(-shape * Math.log1p(mean / shape));
    // given that it is tried again at all: where visitors share a list that nobody knows of yet, names come back, but
    // no sooner than chance has it
    const past = Math.max(
      (tick - other.tick) / Math.max(1, tick),
      (time - other.time) / Math.max(1, time - this.#firstTime),
    );
    return -Math.log2(Math.max(soon, Math.min(1, past)));
  }

  /**
   * Bits that are reached by chance only so many times a year: peaks over a threshold (Pickands 1975) with an exponential
   * tail, at the rate that this site has shown, drawn towards what sites usually show.
   */
  enough(now: number, perYear: number): number {
    const rate = (PEAKS_PRESUMED * PEAKS_PER_TICK + this.#peaks) / (PEAKS_PRESUMED + this.ticks);
    const peaksPerYear = rate * 365 * Math.max(LEAST_TICKS, this.perDay(now));
    return PEAK_BITS + Math.max(0, Math.log2(peaksPerYear / perYear)) / PEAK_SLOPE;
  }

  /** The strongest sum there is now. */
  excursion(): Excursion {
    let best = 0;
    for (let s = 1; s < SHARES.length; s++) if (this.#sums[s]! > this.#sums[best]!) best = s;
    return { bits: this.#sums[best]!, from: this.#starts[best]!, share: SHARES[best]! };
  }

  /** The excursion summed again over the visits that `counts` still lets in. */
  recount(excursion: Excursion, counts: (visit: Visit) => boolean): number {
    const witness = new Map<SourceState, number>();
    const runs = new Map<Visit, number>();
    let sum = 0;
    for (const visit of this.since(excursion.from)) {
      if (!counts(visit)) continue;
      const { c, other } = this.#witnessed(visit, counts, witness);
      const before = other === undefined ? undefined : runs.get(other);
      runs.set(visit, this.#run(c, before ?? 0));
      sum = Math.max(0, sum + this.#gain(c, excursion.share, before));
    }
    return sum;
  }

  /**
   * The source that has met the most others in the excursion, two at least, and how many: without it, what is said of the
   * others must still hold.
   */
  hub(
    excursion: Excursion,
    counts: (visit: Visit) => boolean,
  ): { readonly source: SourceState; readonly met: number } | null {
    const partners = new Map<SourceState, Set<SourceState>>();
    const meet = (a: SourceState, b: SourceState) => {
      const own = partners.get(a);
      if (own) own.add(b);
      else partners.set(a, new Set([b]));
    };
    for (const visit of this.since(excursion.from)) {
      if (!counts(visit) || classOf(this.surprise(visit, counts)) < LINKED) continue;
      const other = visit.links.find(counts)!.source;
      meet(visit.source, other);
      meet(other, visit.source);
    }
    let hub: SourceState | null = null;
    let most = 1;
    for (const [source, met] of partners) {
      if (met.size <= most) continue;
      most = met.size;
      hub = source;
    }
    return hub === null ? null : { source: hub, met: most };
  }

  /** log2 likelihood ratio, campaign against chance, of a surprise. */
  ratio(bits: number): number {
    return this.#ratio[classOf(bits)]!;
  }

  /** Visits since a tick, oldest first. */
  since(tick: number): readonly Visit[] {
    return this.between(tick, this.ticks - 1);
  }

  /** The oldest tick that is remembered. */
  get oldest(): number {
    return Math.max(0, this.ticks - TICKS);
  }

  /** The visit of a tick from {@link oldest} on. */
  at(tick: number): Visit {
    return this.recent[tick % TICKS]!;
  }

  /** Visits from one tick to another, both included, as far as they are remembered. */
  between(from: number, to: number): readonly Visit[] {
    const visits: Visit[] = [];
    const last = Math.min(to, this.ticks - 1);
    for (let tick = Math.max(from, this.oldest); tick <= last; tick++) visits.push(this.at(tick));
    return visits;
  }

  /** What the strongest sum is worth by what is known now; nothing else is worth more. */
  correct(bits: number): void {
    for (let s = 0; s < SHARES.length; s++) this.#sums[s] = Math.min(this.#sums[s]!, bits);
    this.#peak = Math.min(this.#peak, bits);
  }

  /** Starts all sums anew: what they held has been told, or has turned out to be nothing. */
  reset(): void {
    this.#sums.fill(0);
    this.#peak = 0;
  }

  #scale(time: number): void {
    this.#unit = 2 ** ((time - this.#unitTime) / HALF_LIFE);
  }

  /**
   * What a visit of class `c` adds to the sum for a share of the campaign. Who meets a visit that is likely the campaign's is
   * likelier the campaign's than any other: the share is the prior odds of a run, and `before` are the bits of the run that
   * it may go on with (undefined: it meets nobody). So a run pays for the share once, and not with each of its visits.
   */
  #gain(c: number, share: number, before: number | undefined): number {
    const odds = (share / (1 - share)) * 2 ** (before ?? 0);
    const weight = odds / (1 + odds);
    return Math.log2(1 - weight + weight * 2 ** this.#ratio[c]!);
  }

  #add(c: number, other: Visit | undefined): void {
    for (let s = 0; s < SHARES.length; s++) {
      const known = other !== undefined && this.#sums[s]! > 0 && other.tick >= this.#starts[s]!;
      const gain = this.#gain(c, SHARES[s]!, known ? this.#runTo(other) : undefined);
      if (this.#sums[s]! <= 0) {
        this.#sums[s] = Math.max(0, gain);
        this.#starts[s] = this.ticks - 1;
      } else this.#sums[s] = Math.max(0, this.#sums[s]! + gain);
    }
    const now = this.excursion().bits;
    if (now <= 0) this.#witness.clear();
    if (now > this.#peak) this.#peak = now;
    else if (now < this.#peak - PEAK_FALL) {
      if (this.#peak >= PEAK_BITS) this.#peaks++;
      this.#peak = now;
    }
    this.#chance[c]!++;
    if (this.ticks - this.#gainsAt >= 64) this.#fit();
  }

  #fit(): void {
    this.#gainsAt = this.ticks;
    const total = this.#chance.reduce((a, b) => a + b, 0);
    // no name comes back sooner than at the next tick: that is as surprising as it gets here
    const highest = Math.max(LINKED + 2, classOf(Math.log2(this.ticks + 1)));
    let low = 0;
    for (let c = 0; c < LINKED; c++) low += this.#chance[c]! / total;
    const linked = (1 - CAMPAIGN_UNLINKED) / (highest - LINKED + 1);
    const ratio = new Float64Array(CLASSES);
    for (let c = 0; c < CLASSES; c++) {
      ratio[c] = Math.log2(c < LINKED ? CAMPAIGN_UNLINKED / low : (linked * total) / this.#chance[c]!);
      if (c > 0) ratio[c] = Math.max(ratio[c]!, ratio[c - 1]!);
    }
    this.#ratio = ratio;
  }
}

/** Classes from this one on (more than three bits) are links; below, nothing is made of which class it is. */
const LINKED = 4;
/** Of a campaign's first visits half are unlinked when they come: the first to a name, names tried once, root. */
const CAMPAIGN_UNLINKED = 0.5;

/** Among independent visitors a surprise of x bits is as rare as 2^-x makes it. */
const CHANCE_LINKED = 1;

function presumedChance(): Float64Array {
  const shares = new Float64Array(CLASSES);
  let rest = 1;
  for (let c = CLASSES - 1; c > 0; c--) {
    const low = CLASS_ENDS[c - 1]!;
    const high = c < CLASS_ENDS.length ? CLASS_ENDS[c]! : 60;
    shares[c] = CHANCE_LINKED * (2 ** -low - 2 ** -high);
    rest -= shares[c]!;
  }
  shares[0] = rest;
  return shares;
}
