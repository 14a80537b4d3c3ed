/**
 * Something that is going on: the sources that belong to it as far as has been fitted, and what an attempt that comes
 * now says of its source. Between two fits (see finding.ts) an attempt is judged by the model of the last one and by what
 * the members have tried just before it.
 */
import type { Evidence } from '../../model/detection.ts';
import { DAY } from '../../model/time.ts';
import type { Finding } from '../finding.ts';
import { Groups } from '../groups.ts';
import { attemptBits, type Model } from '../membership.ts';
import type { Onset } from '../onset.ts';
import { Beliefs, LEAST_WEIGHT } from './beliefs.ts';
import { priorOf } from './prior.ts';
import { arrivalClass } from './rates.ts';
import { mayBelong, type NameState, type SourceState, type Visit } from './remembered.ts';
import { type SavedSplit, Split } from './split.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';
import type { Turns } from './turns.ts';

/** What began it: kept, so that every fit starts from the same hint. */
export interface Beginning {
  /** Seconds since 1970. */
  readonly from: number;
  readonly bits: number;
  readonly by: Evidence['kind'];
  /** Share of the ticks that it was seen with; 0 where a rate speaks. */
  readonly share: number;
  readonly falseAlarm: number;
}

/** One campaign of an affair: an affair may turn out to be several. */
export interface LiveCampaign {
  readonly id: string;
  readonly named: Map<SourceState, number>;
  /** Participants beyond those, who were forgotten because there were so many (roster.ts). */
  unremembered: number;
  readonly names: Set<string>;
  firstSeen: number;
  lastSeen: number;
  attempts: number;
  medianGapSeconds: number;
  /** Earlier campaigns that it has been said to be the return of. */
  readonly returnOf: Set<string>;
}

/** Sources, names and campaigns by their numbers (states.ts). */
export interface SavedAffair {
  readonly beginning: Beginning;
  readonly since: number;
  readonly campaigns: readonly number[];
  readonly judged: Uint32Array;
  readonly probability: Float64Array;
  readonly model: Model;
  readonly voice: number;
  readonly onset: Onset | null;
  readonly risen: number;
  readonly byClass: ReadonlyMap<string, number>;
  readonly limits: ReadonlyMap<string, number>;
  readonly usual: ReadonlyMap<string, number>;
  readonly arrived: ReadonlyMap<string, readonly number[]>;
  readonly risenUntil: ReadonlyMap<string, number>;
  readonly counted: number;
  readonly split: SavedSplit | null;
  readonly hindsightAt: number;
  readonly fresh: number;
  readonly visits: number;
  readonly lastSeen: number;
  readonly company: { readonly sources: Uint32Array; readonly size: Uint32Array };
  /** Members on a name. */
  readonly list: readonly { readonly name: number; readonly members: Uint32Array }[];
}

/** Nothing is certain (see campaign.ts). */
const SUREST = 0.999;
/** Nothing but what it tries speaks for a newcomer: nine in ten of those named so belong. */
export const NAMED_BY_CLASS = 0.9;
/** With fewer newcomers of a class their share says nothing. */
const FEWEST_OF_CLASS = 5;
/** A sure member links another to the campaign; of those who are this likely it takes two, as any two strangers may meet. */
export const SURE = 0.9;
const LINKING = 0.3;
/** A member speaks for as many visits as this, or three times as many as members usually make. */
const LEAST_VOICE = 4;
const VOICE = 3;
/** The most that can be said of two strangers who have met each other and nobody else. */
const PAIR = 0.9;
/** Unless it was on a name that strangers hardly ever try. */
const RARE = 2e-5;
/** A name that is tried this often everywhere brings nobody together. */
const EVERYBODYS = 0.03;
/** Odds of a newcomer when no more come than usual. */
const LEAST_ODDS = 1 / 16;
/** A rise goes on as long as a day brings so many times as many of the class as newcomers usually are. */
const STILL_RISEN = 3;
/** Ticks looked back at most for what is in turn. */
const MOST_BACK = 512;

export class Affair {
  readonly beginning: Beginning;
  readonly campaigns: LiveCampaign[] = [];
  /** Probability of everybody that has been judged. */
  readonly probability = new Beliefs();
  model: Model;
  /** A source with more visits than this counts for no more than one with so many. */
  voice = LEAST_VOICE;
  onset: Onset | null = null;
  /** Newcomers that the rise counted when it was last fitted. */
  risen = 0;
  /** Probability of a newcomer by class of what it tries, where the rate (or their number) speaks for it. */
  readonly byClass = new Map<string, number>();
  /** The most that can be said of a source of a class which nothing else links, where a rate speaks. */
  readonly limits = new Map<string, number>();
  /** Newcomers of each class that are usual a day, and the times at which newcomers and participants came in the last. */
  readonly #usual = new Map<string, number>();
  readonly #arrived = new Map<string, number[]>();
  readonly #risenUntil = new Map<string, number>();
  readonly #since: number;
  /** Seconds over which they have been counted. */
  #counted = 0;
  /** The guess of a fit that it is two campaigns: it is told as such when what comes later bears it out. */
  split: Split | null = null;
  /** Hindsight is asked when its members have made so many visits. */
  hindsightAt = 256;
  /** Visits of members since the last fit, and in all. */
  fresh = 0;
  visits = 0;
  lastSeen: number;

  constructor(beginning: Beginning, model: Model, now: number) {
    this.beginning = beginning;
    this.model = model;
    this.lastSeen = now;
    this.#since = now;
  }

  save(numbers: StateNumbers): SavedAffair {
    return {
      beginning: this.beginning,
      since: this.#since,
      campaigns: this.campaigns.map((campaign) => numbers.campaign(campaign)),
      judged: numbers.sources(this.probability),
      probability: Float64Array.from([...this.probability.values()]),
      model: this.model,
      voice: this.voice,
      onset: this.onset,
      risen: this.risen,
      byClass: new Map(this.byClass),
      limits: new Map(this.limits),
      usual: new Map(this.#usual),
      arrived: new Map(Array.from(this.#arrived, ([what, times]) => [what, [...times]])),
      risenUntil: new Map(this.#risenUntil),
      counted: this.#counted,
      split: this.split?.save(numbers) ?? null,
      hindsightAt: this.hindsightAt,
      fresh: this.fresh,
      visits: this.visits,
      lastSeen: this.lastSeen,
      company: {
        sources: numbers.sources(this.#company),
        size: Uint32Array.from([...this.#company.values()]),
      },
      list: Array.from(this.#list, ([name, members]) => ({
        name: numbers.name(name),
        members: numbers.sources(members),
      })),
    };
  }

  static restored(saved: SavedAffair, states: States, others: readonly Affair[]): Affair {
    const { sources, names, campaigns } = states;
    const affair = new Affair(saved.beginning, saved.model, saved.since);
    affair.probability.takeBit(others.map(({ probability }) => probability));
    for (const c of saved.campaigns) affair.campaigns.push(campaigns[c]!);
    saved.judged.forEach((s, i) => {
      affair.probability.set(sources[s]!, saved.probability[i]!);
    });
    affair.voice = saved.voice;
    affair.onset = saved.onset;
    affair.risen = saved.risen;
    for (const [what, p] of saved.byClass) affair.byClass.set(what, p);
    for (const [what, p] of saved.limits) affair.limits.set(what, p);
    for (const [what, perDay] of saved.usual) affair.#usual.set(what, perDay);
    for (const [what, times] of saved.arrived) affair.#arrived.set(what, [...times]);
    for (const [what, time] of saved.risenUntil) affair.#risenUntil.set(what, time);
    affair.#counted = saved.counted;
    affair.split = saved.split === null ? null : Split.restored(saved.split, states);
    affair.hindsightAt = saved.hindsightAt;
    affair.fresh = saved.fresh;
    affair.visits = saved.visits;
    affair.lastSeen = saved.lastSeen;
    saved.company.sources.forEach((s, i) => {
      affair.#company.set(sources[s]!, saved.company.size[i]!);
    });
    for (const { name, members } of saved.list)
      affair.#list.set(names[name]!, new Set(Array.from(members, (s) => sources[s]!)));
    return affair;
  }

  /** How many members are linked with a source by names, directly or through others; 1 for one that met nobody. */
  readonly #company = new Map<SourceState, number>();

  /** The most that can be said of a source: two strangers that met are linked to nobody else, and who tries root and nothing else is as likely a member as the rate says. */
  limit(source: SourceState): number {
    const only = source.visits.length === 1 ? source.visits[0]!.name.text : null;
    if (only === 'root' && source.failures === 1) return this.limits.get('root') ?? 1;
    if (this.isLinked(source)) return 1;
    const first = source.visits[0];
    if (this.limits.size > 0 && first !== undefined)
      return this.limits.get(arrivalClass(first.name.text)) ?? PAIR;
    return source.visits.some((v) => this.membersOn(v.name) > 1 && priorOf(v.name.text).share < RARE)
      ? 1
      : PAIR;
  }

  /** Ticks to either side within which names are in turn. */
  get reach(): number {
    return Math.min(MOST_BACK, this.model.halfWindow);
  }

  /** The campaign that was heard of last. */
  latest(): LiveCampaign | undefined {
    return [...this.campaigns].sort((a, b) => b.lastSeen - a.lastSeen)[0];
  }

  believe(source: SourceState, probability: number): void {
    this.probability.set(source, Math.min(SUREST, Math.max(1 - SUREST, probability)));
  }

  /** Forgets the sources that `knows` does not know any more. */
  forget(knows: (source: SourceState) => boolean): void {
    for (const source of this.probability.keys()) if (!knows(source)) this.probability.delete(source);
    this.split?.forget(knows);
  }

  /**
   * Newcomers whom no name links are told by class of what they try: where a rate speaks, by its excess; where names do,
   * root is the one name that everybody tries, and as likely a member's as the last fit has it.
   */
  learnClasses({ onset, from }: Finding, sources: readonly SourceState[], time: number): void {
    this.byClass.clear();
    this.limits.clear();
    this.#usual.clear();
    if (onset !== null) {
      const seen = new Map<string, number>();
      // who is linked by names needs no rate: it speaks for the others, as far as they are more than usual
      for (const [s, what] of onset.whatOf) {
        if (!this.isLinked(sources[s]!)) seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      for (const [what, expected] of onset.expected) {
        const n = seen.get(what) ?? 0;
        // the base rate may be two standard errors higher than it was seen
        const p = 1 - (expected + 2 * Math.sqrt(expected)) / (n + 1);
        if (n >= FEWEST_OF_CLASS && p >= NAMED_BY_CLASS) this.byClass.set(what, p);
        this.limits.set(what, 1 - expected / (n + 1));
        this.#usual.set(what, (expected * DAY) / Math.max(DAY, time - onset.from));
      }
      return;
    }
    let sum = 0;
    let n = 0;
    for (const source of sources) {
      if (source.visits.length !== 1 || source.firstSeen < from || !mayBelong(source)) continue;
      if (source.visits[0]!.name.text !== 'root') continue;
      sum += this.weight(source);
      n++;
    }
    const p = sum / (n + 1);
    if (n >= FEWEST_OF_CLASS && p >= NAMED_BY_CLASS) this.byClass.set('root', p);
  }

  /** A newcomer of a class has come, or a participant again: a campaign of few sources runs out of new ones. */
  arrive(what: string, time: number): void {
    this.#counted = time - this.#since;
    const times = this.#arrived.get(what);
    if (times === undefined) this.#arrived.set(what, [time]);
    else {
      times.push(time);
      if (times[0]! < time - DAY)
        times.splice(
          0,
          times.findIndex((t) => t >= time - DAY),
        );
    }
    if (this.isRising(what, time)) this.#risenUntil.set(what, time);
  }

  /** Whether a class still came as it does in the rise at some time. */
  wasRising(what: string, time: number): boolean {
    return time <= (this.#risenUntil.get(what) ?? Number.POSITIVE_INFINITY);
  }

  /** Whether a class still comes as it does in the rise: what is usual again is no member any more. */
  isRising(what: string, time: number): boolean {
    const usual = this.#usual.get(what);
    // the first day is not counted to its end
    if (usual === undefined || this.#counted < DAY) return true;
    return this.#lately(what, time) >= STILL_RISEN * usual;
  }

  /** Newcomers of a class, and participants again, that the last day has brought. */
  #lately(what: string, time: number): number {
    const times = this.#arrived.get(what) ?? [];
    let first = 0;
    for (let high = times.length; first < high; ) {
      const middle = (first + high) >> 1;
      if (times[middle]! < time - DAY) first = middle + 1;
      else high = middle;
    }
    return times.length - first;
  }

  /**
   * Prior odds of a newcomer in bits. Where a rate speaks they are those of the last day and not those of the fit: when a
   * flood has run out, whoever comes is as unlikely a part of it as anybody before it.
   */
  #prior(source: SourceState, time: number): number {
    const { prior } = this.model;
    const first = source.visits[0];
    if (this.speaks === 'name' || first === undefined || this.#counted < DAY) return prior;
    const what = arrivalClass(first.name.text);
    const usual = this.#usual.get(what);
    if (usual === undefined) return prior;
    const more = this.#lately(what, time) / usual - 1;
    return Math.min(prior, Math.log2(Math.max(LEAST_ODDS, more)));
  }

  /** What began it: names, or a rate. */
  get speaks(): 'name' | 'rate' {
    return this.beginning.by === 'rate-change' ? 'rate' : 'name';
  }

  weight(source: SourceState): number {
    return this.probability.get(source) ?? 0;
  }

  /**
   * Probability that a source belongs, by all its visits that are remembered; and the member that one of them met, if any:
   * who meets nobody is linked by nothing but its class.
   */
  judge(source: SourceState, turns: Turns, time: number): { probability: number; by: SourceState | null } {
    let odds = this.#prior(source, time);
    let by: SourceState | null = null;
    let classes = 1;
    for (const visit of source.visits) {
      if (visit.time < this.beginning.from) {
        odds -= 2;
        continue;
      }
      const met = this.#met(visit, turns);
      const usual = turns.shareOf(visit.name, visit);
      odds += attemptBits(this.model, met.inTurn, this.#inList(visit.name, source), usual);
      by = met.by ?? by;
      const what = arrivalClass(visit.name.text);
      classes = Math.min(classes, this.isRising(what, time) ? (this.byClass.get(what) ?? 0) : 0);
    }
    const named = 1 / (1 + 2 ** -Math.max(-60, Math.min(60, odds)));
    if (by !== null) return { probability: Math.max(named, classes), by };
    return { probability: Math.max(Math.min(named, 0.5), classes), by: null };
  }

  /** Visits of other members to the name, in all. */
  readonly #list = new Map<NameState, Set<SourceState>>();

  remember(source: SourceState, name: NameState): void {
    const members = this.#list.get(name);
    if (members) members.add(source);
    else this.#list.set(name, new Set([source]));
  }

  /** Starts the lists of names anew from the members. */
  recall(): void {
    this.#list.clear();
    this.visits = 0;
    const counts: number[] = [];
    for (const [source, p] of this.probability) {
      if (p < 0.5) continue;
      counts.push(source.visits.length);
      this.visits += source.visits.length;
      for (const visit of source.visits) this.remember(source, visit.name);
    }
    counts.sort((a, b) => a - b);
    this.#meet();
    this.voice = Math.max(LEAST_VOICE, VOICE * (counts[counts.length >> 1] ?? 0));
  }

  /** Whether names link a source with more than one other member. */
  isLinked(source: SourceState): boolean {
    return (this.#company.get(source) ?? 1) > 2;
  }

  /** Groups of members that names link. */
  #meet(): void {
    const groups = new Groups<SourceState>();
    const everyone = new Set<SourceState>();
    for (const [name, members] of this.#list) {
      const [first] = members;
      for (const source of members) {
        everyone.add(source);
        // who meets nobody is a group of one
        groups.join(priorOf(name.text).share < EVERYBODYS ? first! : source, source);
      }
    }
    this.#company.clear();
    for (const members of groups.all(everyone).values())
      for (const source of members) this.#company.set(source, members.length);
  }

  membersOn(name: NameState): number {
    return this.#list.get(name)?.size ?? 0;
  }

  #inList(name: NameState, source: SourceState): number {
    const members = this.#list.get(name);
    if (members === undefined) return 0;
    return (members.size - (members.has(source) ? 1 : 0)) / Math.max(1, this.visits);
  }

  #met(visit: Visit, turns: Turns): { inTurn: number; by: SourceState | null } {
    const half = this.reach;
    let all = 0;
    let same = 0;
    let by: SourceState | null = null;
    const young: SourceState[] = [];
    const rare = priorOf(visit.name.text).share < RARE;
    const last = Math.min(visit.tick + half, turns.ticks - 1);
    for (let tick = Math.max(visit.tick - half, turns.oldest); tick <= last; tick++) {
      const other = turns.at(tick);
      if (!this.probability.mayMatter(other.source) || other.source === visit.source) continue;
      // who tries far more than members usually do may repeat what others try: he speaks for few
      const w = this.weight(other.source) * Math.min(1, this.voice / other.source.visits.length);
      if (w < LEAST_WEIGHT) continue;
      all += w;
      if (other.name === visit.name) {
        same += w;
        if (w >= SURE) by = other.source;
        else if (w >= LINKING) {
          young.push(other.source);
          if (rare) by = other.source;
        }
      }
    }
    if (by === null && young.length >= 2) by = young[0]!;
    return { inTurn: same / Math.max(1, all), by };
  }
}
