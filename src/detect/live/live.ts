/**
 * Detection as attempts come in: the same evidence after every attempt, from the past alone. Two watchers see every
 * attempt, names in turn (turns.ts) and rates (rates.ts); what either of them thinks more than chance is fitted over all
 * that is remembered, by the very code that searches a finished log (finding.ts, campaign.ts); what comes after is
 * judged attempt by attempt with the model of that fit (affair.ts), which is fitted again as it grows.
 */
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import type { Campaign } from '../../model/detection.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { DAY } from '../../model/time.ts';
import { toCampaigns } from '../campaign.ts';
import { FEWEST_PARTICIPANTS, type Finding, SPOKEN_FOR } from '../finding.ts';
import { Affair, type Beginning, type LiveCampaign, NAMED_BY_CLASS, SURE } from './affair.ts';
import { FIT_DAYS, fitTo, type Past, pastOf, placedElsewhere, stands, strangersOf, takenBy } from './fits.ts';
import { Looks, type Seen } from './looks.ts';
import { Memory, mayBelong, type NameState, type SourceState, type Visit } from './memory.ts';
import { onsetNow } from './onset-now.ts';
import { arrivalClass, Rates, type Rise } from './rates.ts';
import { Roster } from './roster.ts';
import { looksLikeSlip } from './slips.ts';
import { type Excursion, Turns } from './turns.ts';

export interface Live {
  /**
   * Takes the next attempt; says what it changed. Times go forward: an attempt that comes late counts now, and a clock
   * that was set back goes on from here.
   */
  push(attempt: AttemptRow): readonly LiveEvent[];
  /** What is remembered now, for those who watch its size. */
  size(): { readonly attempts: number; readonly sources: number; readonly users: number };
}

export function createLive(options: LiveOptions = DEFAULT_LIVE_OPTIONS): Live {
  return new LiveDetector(options);
}

/** Share of the accepted false campaigns that names in turn may make; the rest is for rates. */
const TURNS_SHARE = 0.8;
/** Looks a year at a rate, all windows together: hours, and as many again. */
const RATE_LOOKS = 2 * 365 * 24;
/** A hint that was no campaign when it was looked at is looked at again when it has grown by so many bits ... */
const GROWN_BITS = 3;
/** ... and a rise in any case after so long. */
const RISE_AGAIN = DAY / 4;
/** An affair is fitted again when so many visits, and this share of all (more of many), have come since. */
const REFIT_VISITS = 4;
const REFIT_SHARE = 0.15;
const REFIT_MANY = 0.25;
const MANY_VISITS = 400;
/** Who is this sure is named, between two fits as well as by one. */
const NAMED_AT_ONCE = 0.98;
/** Nothing came for so long: it is over. */
const OVER_DAYS = 3;
const OVER_GAPS = 40;
/** Hindsight looks again when there are so many times as many visits. */
const HINDSIGHT_AGAIN = 4;
/** Those whose meeting began it are this likely to belong until a fit says more. */
const YOUNG = 0.6;
/** A clock that goes back further than this has been set; less is a wobble. */
const CLOCK_SET = DAY;
/** One attempt further ahead than this is not believed before the next agrees. */
const CLOCK_AHEAD = 14 * DAY;
/** A rise that has gone on for so long is no rise any more: that is how it is here now. */
const LEVEL_DAYS = 30;

class LiveDetector implements Live {
  readonly #options: LiveOptions;
  readonly #memory: Memory;
  readonly #turns = new Turns();
  readonly #rates = new Rates();
  readonly #looks: Looks;
  readonly #roster: Roster;
  readonly #affairs: Affair[] = [];
  /** Campaigns that are found by looking at everything now and then. */
  readonly #standing: LiveCampaign[] = [];
  #now = Number.NaN;
  /** A time that was far ahead of all others. */
  #ahead = Number.NaN;
  /** What a clock that was set back is behind. */
  #behind = 0;
  /** While a new level is being learnt, rates say nothing. */
  #levelUntil = Number.NEGATIVE_INFINITY;
  /** The last hint that was looked at in vain. */
  #vain = { turns: 0, rates: 0, until: 0 };

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#memory = new Memory(options);
    this.#looks = new Looks(options);
    this.#roster = new Roster(this.#memory);
  }

  size() {
    const { length, sources, names } = this.#memory;
    return { attempts: length, sources: sources.size, users: names.size };
  }

  push(attempt: AttemptRow): readonly LiveEvent[] {
    if (!Number.isFinite(attempt.time)) return [];
    if (Number.isNaN(this.#now)) this.#now = attempt.time;
    const time = this.#clock(attempt.time);
    this.#rates.tick(time);
    const wasLoud = this.#memory.sources.get(attempt.source)?.loud ?? false;
    const { source, name } = this.#memory.take(time === attempt.time ? attempt : { ...attempt, time });
    this.#endWhatIsOver(time);
    if (name !== null) {
      if (attempt.success) this.#success(source, name, attempt, time);
      else this.#failure(source, name, time);
    }
    const turnedLoud = !wasLoud && source.loud;
    const taken = (all: readonly SourceState[]) => takenBy(this.#affairs, all, null);
    for (const seen of this.#looks.look(this.#memory, time, turnedLoud, taken)) this.#lookedAt(seen, time);
    return this.#roster.events();
  }

  #clock(said: number): number {
    if (said > this.#now + CLOCK_AHEAD && Math.abs(said - this.#ahead) > CLOCK_SET) {
      // far ahead of all others: a wrong clock, unless the next attempt agrees with it
      this.#ahead = said;
      return this.#now;
    }
    if (said >= this.#now) this.#behind = 0;
    else if (said + this.#behind < this.#now - CLOCK_SET) this.#behind = this.#now - said;
    this.#now = Math.max(this.#now, said + this.#behind);
    return this.#now;
  }

  #success(source: SourceState, name: NameState, attempt: AttemptRow, time: number): void {
    const campaign = this.#roster.campaignOf(source);
    if (campaign !== undefined && name.loginSources > 1 && !campaign.names.has(name.text)) {
      // into an account that people use from elsewhere and the campaign is not after: a person, named by mistake
      this.#roster.release(source, time);
      for (const affair of this.#affairs) affair.probability.delete(source);
      return;
    }
    if (this.#roster.login(source, name.text, attempt.sensor, time)) return;
    // it may be a member that nothing has named yet, or a right guess at the first try: the fit tells
    if (source.successes > 1 || attempt.method === 'publickey') return;
    for (const affair of [...this.#affairs]) {
      if (affair.weight(source) >= SPOKEN_FOR || affair.membersOn(name) >= 2) this.#refit(affair, time);
    }
  }

  #failure(source: SourceState, name: NameState, time: number): void {
    const campaign = this.#roster.campaignOf(source);
    if (campaign !== undefined) {
      campaign.attempts++;
      campaign.lastSeen = time;
    }
    if (campaign !== undefined && isOwnAccount(name)) {
      campaign.names.add(name.text);
      for (const affair of this.#affairs) if (affair.weight(source) >= SURE) affair.remember(source, name);
    }
    if (source.successes > 0 || isOwnAccount(name)) return;
    if (source.loud && campaign === undefined) return;
    const newcomer = source.visits.length === 0;
    const visit = this.#turns.visit(source, name, time, this.#counts);
    let spoken = false;
    for (const affair of [...this.#affairs]) {
      if (this.#considered(affair, visit, source, name, time)) spoken = true;
    }
    const counted = newcomer && this.#roster.campaignOf(source) === undefined;
    const rise = counted ? this.#rates.arrive(arrivalClass(name.text), spoken) : null;
    if (visit === null) return;
    if (spoken) {
      this.#turns.disown(visit);
      return;
    }
    this.#turns.add(visit, this.#counts);
    this.#lookForTurns(time);
    if (rise !== null) this.#lookAtRise(rise, time);
  }

  /** Whether a visit may be evidence for something new: by a quiet stranger that nothing else explains. */
  readonly #counts = (visit: Visit): boolean => mayBelong(visit.source) && !this.#isSpokenFor(visit.source);

  #isSpokenFor(source: SourceState): boolean {
    return (
      this.#roster.campaignOf(source) !== undefined ||
      this.#affairs.some((a) => a.weight(source) >= SPOKEN_FOR)
    );
  }

  // --- something new? ---

  #lookForTurns(time: number): void {
    const excursion = this.#turns.excursion();
    const enough = this.#turns.enough(time, this.#options.falseCampaignsPerYear * TURNS_SHARE);
    if (excursion.bits < this.#vain.turns - GROWN_BITS) this.#vain.turns = 0;
    if (excursion.bits <= Math.max(enough, this.#vain.turns + GROWN_BITS)) return;
    const bits = this.#turns.recount(excursion, this.#counts);
    if (bits <= enough) this.#turns.correct(bits);
    else if (!this.#openByTurns({ ...excursion, bits }, enough, time)) this.#vain.turns = excursion.bits;
  }

  #lookAtRise(rise: Rise, time: number): void {
    const accepted = this.#options.falseCampaignsPerYear * (1 - TURNS_SHARE);
    if (rise.bits < Math.log2(RATE_LOOKS / accepted) || time < this.#levelUntil) return;
    const known = this.#affairs.find(({ onset }) => onset !== null && sameClass(onset.what, rise.what));
    if (known !== undefined) {
      if (rise.count < (1 + REFIT_SHARE) * known.risen) return;
      known.risen = rise.count;
      this.#refit(known, time);
      return;
    }
    if (time > this.#vain.until) this.#vain.rates = 0;
    if (rise.bits < this.#vain.rates + GROWN_BITS) return;
    if (this.#openByRate(rise, time)) return;
    this.#vain.rates = rise.bits;
    this.#vain.until = time + RISE_AGAIN;
  }

  #openByTurns(excursion: Excursion, enough: number, time: number): boolean {
    const visits = this.#turns.since(excursion.from);
    const from = visits[0]!.time;
    const past = pastOf(this.#memory, from, this.#options);
    const strangers = strangersOf(past);
    const counts = (visit: Visit) => this.#counts(visit) && strangers.has(visit.source);
    const bits = this.#turns.recount(excursion, counts);
    if (bits <= enough) {
      this.#turns.correct(bits);
      return false;
    }
    const strength = new Map<number, number>();
    for (const visit of visits) {
      if (!counts(visit)) continue;
      const ratio = this.#turns.ratio(this.#turns.surprise(visit, counts));
      const other = visit.links.find(counts);
      if (ratio <= 0 || other === undefined) continue;
      for (const { index } of [visit.source, other.source]) {
        strength.set(index, (strength.get(index) ?? 0) + ratio);
      }
    }
    const { falseCampaignsPerYear } = this.#options;
    const falseAlarm = 2 ** -(bits - enough) * falseCampaignsPerYear;
    const beginning: Beginning = { from, bits, by: 'names-in-turn', share: excursion.share, falseAlarm };
    const taken = takenBy(this.#affairs, past.sources, null);
    const finding = fitTo(past, beginning, strength, null, taken, 'first');
    const linked = new Set([...strength.keys()].map((s) => past.sources[s]!));
    return this.#open(beginning, finding, past, linked, time);
  }

  #openByRate(rise: Rise, time: number): boolean {
    const past = pastOf(this.#memory, rise.from, this.#options);
    const taken = takenBy(this.#affairs, past.sources, null);
    const onset = onsetNow(rise, this.#rates, past.table, past.visitors, taken);
    const falseAlarm = 2 ** -rise.bits * RATE_LOOKS;
    const beginning: Beginning = {
      from: onset.from,
      bits: rise.bits,
      by: 'rate-change',
      share: 0,
      falseAlarm,
    };
    const finding = fitTo(past, beginning, new Map(), onset, taken, 'first');
    return this.#open(beginning, finding, past, new Set(), time);
  }

  #open(
    beginning: Beginning,
    finding: Finding,
    past: Past,
    linked: ReadonlySet<SourceState>,
    time: number,
  ): boolean {
    const placed = placedElsewhere(this.#roster.named(), past.sources, []);
    const campaigns = toCampaigns(past.table, past.visitors, finding, placed);
    if (campaigns.length === 0 && linked.size < FEWEST_PARTICIPANTS) return false;
    const affair = new Affair(beginning, finding.model!, time);
    affair.onset = finding.onset;
    affair.risen = finding.onset === null ? 0 : finding.onset.whatOf.size;
    this.#affairs.push(affair);
    if (campaigns.length > 0) this.#settle(affair, finding, campaigns, past, time);
    else this.#begin(affair, linked, time);
    this.#turns.reset();
    this.#vain = { turns: 0, rates: 0, until: 0 };
    return true;
  }

  /** Something is going on, and who belongs is not certain yet: those who met on names are looked at first. */
  #begin(affair: Affair, linked: ReadonlySet<SourceState>, time: number): void {
    const { from } = affair.beginning;
    for (const source of linked) {
      affair.probability.set(source, YOUNG);
      affair.visits += source.visits.length;
      for (const visit of source.visits) affair.remember(source, visit.name);
    }
    const times = [...linked].flatMap((s) => s.visits.map((v) => v.time)).filter((t) => t >= from);
    const medianGapSeconds = (time - from) / Math.max(1, times.length - 1);
    const firstSeen = times.reduce((a, b) => Math.min(a, b), time);
    this.#newCampaign(affair, { firstSeen, lastSeen: time, medianGapSeconds, attempts: times.length }, time);
    for (const source of linked) this.#judge(affair, source, time);
  }

  // --- who belongs ---

  #refit(affair: Affair, time: number): void {
    const { beginning } = affair;
    const from = Math.max(beginning.from, time - FIT_DAYS * DAY);
    const past = pastOf(this.#memory, from, this.#options);
    const { table, sources, visitors } = past;
    const strength = new Map<number, number>();
    for (const [source, p] of affair.probability) {
      if (sources[source.index] !== source) continue;
      strength.set(source.index, Math.max(-20, Math.min(20, Math.log2(p / (1 - p)) + 3)));
    }
    const taken = takenBy(this.#affairs, sources, affair);
    let { onset } = affair;
    if (onset !== null) {
      const { what, perDay, perDayBefore } = onset;
      const rise = { bits: beginning.bits, what, from: beginning.from, count: 0, perDay, perDayBefore };
      onset = onsetNow(rise, this.#rates, table, visitors, taken);
    }
    const finding = fitTo(past, beginning, strength, onset, taken, 'again');
    affair.onset = finding.onset;
    const placed = placedElsewhere(this.#roster.named(), sources, affair.campaigns);
    const campaigns = toCampaigns(table, visitors, finding, placed);
    affair.fresh = 0;
    if (affair.visits >= affair.hindsightAt) {
      affair.hindsightAt = affair.visits * HINDSIGHT_AGAIN;
      if (onset === null && !stands(past, beginning.from, taken)) {
        this.#dissolve(affair, time);
        return;
      }
    }
    if (campaigns.length === 0) return;
    affair.model = finding.model!;
    this.#settle(affair, finding, campaigns, past, time);
  }

  #dissolve(affair: Affair, time: number): void {
    for (const campaign of affair.campaigns) {
      this.#roster.releaseAll(campaign, time);
      this.#roster.end(campaign, time);
    }
    for (const [source, p] of affair.probability) {
      if (p >= SPOKEN_FOR) for (const visit of source.visits) this.#turns.own(visit);
    }
    this.#affairs.splice(this.#affairs.indexOf(affair), 1);
  }

  /** Takes over what a fit says: probabilities, campaigns, names; tells what is new. */
  #settle(
    affair: Affair,
    finding: Finding,
    campaigns: readonly Campaign[],
    { table, sources }: Past,
    time: number,
  ): void {
    for (const source of sources) affair.probability.delete(source);
    for (const [s, p] of finding.probability) {
      const source = sources[s]!;
      affair.believe(source, p);
      if (p >= SPOKEN_FOR) this.#disown(source);
    }
    affair.recall();
    affair.learnClasses(finding, sources);
    const used = new Set<LiveCampaign>();
    let split: ReadonlySet<SourceState> = new Set();
    for (const campaign of [...campaigns].sort((a, b) => b.participants.length - a.participants.length)) {
      const members = campaign.participants.map((p) => sources[p.source]!);
      let live = this.#mostly(affair, members);
      if (live !== undefined && used.has(live)) {
        // a part of what was one campaign: it is another if two fits agree
        const again = members.filter((source) => affair.split.has(source)).length;
        if (again * 2 > affair.split.size && again > 0) live = undefined;
        else if (members.length > split.size) split = new Set(members);
      }
      live ??= affair.campaigns.find((c) => c.named.size === 0 && !used.has(c));
      live ??= this.#newCampaign(affair, { ...campaign, attempts: failuresOf(campaign, table) }, time);
      used.add(live);
      for (const participant of campaign.participants) {
        const source = sources[participant.source]!;
        const confidence = Math.min(participant.confidence, affair.limit(source));
        if (confidence < (finding.onset === null ? NAMED_AT_ONCE : NAMED_BY_CLASS)) continue;
        if (source.successes > 0 && !campaign.compromised.some((hit) => sources[hit.source] === source))
          continue;
        this.#name(live, source, confidence, time);
      }
      this.#roster.update(live, campaign, table, time);
    }
    affair.split = split;
  }

  /** The campaign of an affair that most of these sources are named for. */
  #mostly(affair: Affair, members: readonly SourceState[]): LiveCampaign | undefined {
    const votes = new Map<LiveCampaign, number>();
    for (const source of members) {
      const at = this.#roster.campaignOf(source);
      if (at !== undefined && affair.campaigns.includes(at)) votes.set(at, (votes.get(at) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  /** Takes over what a look at everything has found. */
  #lookedAt({ table, visitors, sources, findings }: Seen, time: number): void {
    this.#roster.forget();
    for (const affair of this.#affairs) affair.forget((source) => this.#memory.knows(source));
    const placed = placedElsewhere(this.#roster.named(), sources, this.#standing);
    for (const { finding, by } of findings) {
      for (const campaign of toCampaigns(table, visitors, finding, placed)) {
        const members = campaign.participants.map((p) => sources[p.source]!);
        let live = members
          .map((source) => this.#roster.campaignOf(source))
          .find((at) => at !== undefined && this.#standing.includes(at));
        // what is over is found again and again, as long as it is remembered
        if (live === undefined && isOver(time, campaign)) continue;
        if (live === undefined) {
          const bits = campaign.evidence.find((e) => e.kind === by)?.bits ?? -Math.log2(finding.falseAlarm);
          live = this.#roster.open({ ...campaign, attempts: failuresOf(campaign, table) }, by, bits, time);
          this.#standing.push(live);
        }
        for (const { source, confidence } of campaign.participants) {
          this.#name(live, sources[source]!, confidence, time);
        }
        this.#roster.update(live, campaign, table, time);
      }
    }
  }

  #newCampaign(affair: Affair, facts: Parameters<Roster['open']>[0], time: number): LiveCampaign {
    const { by, bits } = affair.beginning;
    const live = this.#roster.open(facts, by, bits, time);
    affair.campaigns.push(live);
    return live;
  }

  #name(campaign: LiveCampaign, source: SourceState, confidence: number, time: number): void {
    const elsewhere = this.#roster.campaignOf(source) !== undefined;
    if (!this.#roster.name(campaign, source, confidence, time) || elsewhere) return;
    this.#disown(source);
    const first = source.visits[0];
    if (first !== undefined) this.#rates.disown(arrivalClass(first.name.text), time - first.time);
  }

  #disown(source: SourceState): void {
    for (const visit of source.visits) this.#turns.disown(visit);
  }

  /** Judges the source of a visit, and those whom it meets; names them where that is due. Says whether it is spoken for. */
  #considered(
    affair: Affair,
    visit: Visit | null,
    source: SourceState,
    name: NameState,
    time: number,
  ): boolean {
    const at = this.#roster.campaignOf(source);
    const mine = at !== undefined && affair.campaigns.includes(at);
    if (visit !== null && at === undefined) this.#judge(affair, source, time);
    const weight = affair.weight(source);
    // what keeps it going is its members: of those who may be some, there is always one
    if (mine || weight >= SURE) affair.lastSeen = time;
    if (visit !== null && (mine || weight > 0.5)) {
      affair.remember(source, name);
      affair.fresh++;
      affair.visits++;
      // who tried that name just before may be linked by it now
      for (const link of name.visits) {
        if (link.tick < visit.tick - affair.reach || link.source === source) continue;
        if (this.#roster.campaignOf(link.source) === undefined) this.#judge(affair, link.source, time);
      }
    }
    const share = affair.visits > MANY_VISITS ? REFIT_MANY : REFIT_SHARE;
    if (affair.fresh >= Math.max(REFIT_VISITS, share * affair.visits)) this.#refit(affair, time);
    return mine || affair.weight(source) >= SPOKEN_FOR;
  }

  #judge(affair: Affair, source: SourceState, time: number): void {
    if (!mayBelong(source)) return;
    const { probability, by } = affair.judge(source, this.#turns);
    affair.believe(source, probability);
    if (probability < (by === null ? NAMED_BY_CLASS : NAMED_AT_ONCE)) return;
    if (looksLikeSlip(affair, source, this.#memory)) return;
    const campaign = (by === null ? undefined : this.#roster.campaignOf(by)) ?? affair.latest();
    if (campaign === undefined || !affair.campaigns.includes(campaign)) return;
    this.#name(campaign, source, Math.min(0.999, probability), time);
    campaign.attempts += source.failures;
    campaign.lastSeen = time;
  }

  // --- what is over ---

  #endWhatIsOver(time: number): void {
    for (let i = this.#affairs.length - 1; i >= 0; i--) {
      const { lastSeen, campaigns, onset, beginning } = this.#affairs[i]!;
      const medianGapSeconds = Math.max(0, ...campaigns.map((c) => c.medianGapSeconds));
      const level = beginning.by === 'rate-change' && time - beginning.from > LEVEL_DAYS * DAY;
      if (!level && !isOver(time, { lastSeen, medianGapSeconds })) continue;
      if (level) this.#levelUntil = time + 2 * LEVEL_DAYS * DAY;
      for (const campaign of campaigns) this.#roster.end(campaign, time);
      if (onset !== null) this.#rates.explain(lastSeen - beginning.from + OVER_DAYS * DAY);
      this.#affairs.splice(i, 1);
    }
    for (let i = this.#standing.length - 1; i >= 0; i--) {
      const campaign = this.#standing[i]!;
      if (!isOver(time, campaign)) continue;
      this.#roster.end(campaign, time);
      this.#standing.splice(i, 1);
    }
  }
}

/** Nothing has come of it for days, and for many of its gaps. */
function isOver(
  time: number,
  { lastSeen, medianGapSeconds }: Pick<LiveCampaign, 'lastSeen' | 'medianGapSeconds'>,
): boolean {
  return time - lastSeen >= Math.max(OVER_DAYS * DAY, OVER_GAPS * medianGapSeconds);
}

/** An account that somebody logs in to here is nobody's evidence, unless everybody guesses at it anyway. */
function isOwnAccount(name: NameState): boolean {
  return name.loginSources > 0 && name.text !== 'root';
}

function failuresOf(campaign: Campaign, table: AttemptTable): number {
  return campaign.rows.filter((row) => table.outcome[row] !== SUCCESS).length;
}

/** Two classes of newcomers that one rise may explain: 'all' holds every class. */
function sameClass(a: string, b: string): boolean {
  return a === b || a === 'all' || b === 'all';
}
