/**
 * Detection as attempts come in: the same evidence after every attempt, from the past alone. Two watchers see every
 * attempt, names in turn (turns.ts) and rates (rates.ts); what either of them thinks more than chance is fitted over all
 * that is remembered, by the very code that searches a finished log (finding.ts, campaign.ts); what comes after is
 * judged attempt by attempt with the model of that fit (affair.ts), which is fitted again as it grows.
 */
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import type { Campaign, DetectOptions, EvidenceKind } from '../../model/detection.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { DAY } from '../../model/time.ts';
import { toCampaigns } from '../campaign.ts';
import {
  candidatesOf,
  FEWEST_PARTICIPANTS,
  type Finding,
  fitted,
  type Hint,
  SPOKEN_FOR,
} from '../finding.ts';
import { isNearMiss } from '../near-miss.ts';
import { findSegments } from '../segments.ts';
import { quietSequence } from '../sequence.ts';
import { classifyVisitors, type Visitors } from '../visitors.ts';
import { Affair, type Beginning, type LiveCampaign } from './affair.ts';
import { Looks, type Seen } from './looks.ts';
import { Memory, type NameState, type SourceState, type Visit } from './memory.ts';
import { onsetNow } from './onset-now.ts';
import { PastCampaigns } from './past-campaigns.ts';
import { arrivalClass, Rates, type Rise } from './rates.ts';
import { type Excursion, Turns } from './turns.ts';

export interface Live {
  /** Takes the next attempt (never earlier than the last by more than a clock's wobble); says what it changed. */
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
/** A hint that was no campaign when it was looked at is looked at again when it has grown by so many bits. */
const GROWN_BITS = 3;
/** An affair is fitted again when so many visits, and this share of all (more of many), have come since. */
const REFIT_VISITS = 4;
const REFIT_SHARE = 0.15;
const REFIT_MANY = 0.25;
const MANY_VISITS = 400;
/** A fit looks back so far before the beginning of what it fits, and at no more attempts than this. */
const FIT_DAYS = 21;
const FIT_ATTEMPTS = 40_000;
/** Named between two fits: only who is this sure. */
const NAMED_AT_ONCE = 0.98;
/** Nothing but what it tries speaks for a newcomer: nine in ten of those named so belong. */
const NAMED_BY_CLASS = 0.9;
/** Nothing came for so long: it is over. */
const OVER_DAYS = 3;
const OVER_GAPS = 40;

/** Intrusions that have been told are remembered, so that each is told once. */
const MOST_TOLD = 10_000;
/** With so many visits of its members hindsight sees enough; it looks again when there are four times as many. */
const HINDSIGHT_AGAIN = 4;
/** Not even one chance in two: what hindsight doubts stays, what it does not see at all goes. */
const HINDSIGHT_ACCEPT = 0.5;
/** Those whose meeting began it are this likely to belong until a fit says more. */
const YOUNG = 0.6;

type CampaignFacts = Pick<LiveCampaign, 'firstSeen' | 'lastSeen' | 'medianGapSeconds' | 'attempts'>;

class LiveDetector implements Live {
  readonly #options: LiveOptions;
  readonly #memory: Memory;
  readonly #turns = new Turns();
  readonly #rates = new Rates();
  readonly #looks: Looks;
  readonly #affairs: Affair[] = [];
  /** Campaigns that are found by looking at everything now and then. */
  readonly #standing: LiveCampaign[] = [];
  readonly #told = new Set<string>();
  readonly #over = new PastCampaigns();
  readonly #campaignOf = new Map<SourceState, LiveCampaign>();
  #campaigns = 0;
  #events: LiveEvent[] = [];
  #now = Number.NEGATIVE_INFINITY;
  /** The last hint that was looked at in vain. */
  #vain = { turns: 0, rates: 0, until: 0 };

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#memory = new Memory(options);
    this.#looks = new Looks(options);
  }

  size() {
    const { length, sources, names } = this.#memory;
    return { attempts: length, sources: sources.size, users: names.size };
  }

  push(attempt: AttemptRow): readonly LiveEvent[] {
    this.#events = [];
    const time = Math.max(attempt.time, this.#now);
    this.#now = time;
    this.#rates.tick(time);
    const wasLoud = this.#memory.sources.get(attempt.source)?.loud ?? false;
    const { source, name } = this.#memory.take(time === attempt.time ? attempt : { ...attempt, time });
    this.#endAffairs(time);
    if (attempt.success) this.#success(source, name, attempt, time);
    else if (name !== null) this.#failure(source, name, time);
    const seen = this.#looks.look(this.#memory, time, !wasLoud && source.loud, (all) =>
      this.#taken(all, null),
    );
    if (seen !== null) this.#lookedAt(seen, time);
    return this.#events;
  }

  #success(source: SourceState, name: NameState | null, attempt: AttemptRow, time: number): void {
    if (name === null) return;
    const campaign = this.#campaignOf.get(source);
    if (campaign !== undefined) {
      this.#compromised(campaign, source.text, name.text, attempt.sensor, time);
      return;
    }
    // it may be a member that nothing has named yet, or a right guess at the first try: the fit tells
    if (source.successes > 1 || attempt.method === 'publickey') return;
    for (const affair of this.#affairs) {
      if (affair.weight(source) >= SPOKEN_FOR || affair.membersOn(name) >= 2) this.#refit(affair, time);
    }
  }

  #compromised(campaign: LiveCampaign, source: string, user: string, sensor: string, time: number): void {
    const key = JSON.stringify([source, user, sensor]);
    if (this.#told.has(key)) return;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.add(key);
    this.#events.push({ kind: 'account:compromised', time, campaign: campaign.id, source, user, sensor });
  }

  #failure(source: SourceState, name: NameState, time: number): void {
    const campaign = this.#campaignOf.get(source);
    if (campaign !== undefined) {
      campaign.attempts++;
      campaign.lastSeen = time;
    }
    if (source.successes > 0 || this.#isOwnAccount(name)) return;
    if (source.loud && campaign === undefined) return;
    const newcomer = source.visits.length === 0;
    const visit = this.#turns.visit(source, name, time, this.#counts);
    let spoken = false;
    for (const affair of this.#affairs) {
      if (affair.weight(source) >= SPOKEN_FOR || campaign !== undefined) affair.lastSeen = time;
      if (this.#considered(affair, visit, source, name, time)) spoken = true;
    }
    const counted = newcomer && !this.#campaignOf.has(source);
    const rise = counted ? this.#rates.arrive(arrivalClass(name.text), spoken) : null;
    if (visit === null) return;
    if (spoken) {
      this.#turns.disown(visit);
      return;
    }
    this.#turns.add(visit, this.#counts);
    this.#look(rise, time);
  }

  /** Whether a visit may be evidence for something new: by a quiet stranger that nothing else explains. */
  readonly #counts = (visit: Visit): boolean =>
    !visit.source.loud && visit.source.successes === 0 && !this.#isSpokenFor(visit.source);

  #isSpokenFor(source: SourceState): boolean {
    return this.#campaignOf.has(source) || this.#affairs.some((a) => a.weight(source) >= SPOKEN_FOR);
  }

  /** An account that somebody logs in to here is nobody's evidence, unless everybody guesses at it anyway. */
  #isOwnAccount(name: NameState): boolean {
    return name.loginSources > 0 && name.text !== 'root';
  }

  // --- something new? ---

  #look(rise: Rise | null, time: number): void {
    const excursion = this.#turns.excursion();
    const accepted = this.#options.falseCampaignsPerYear;
    const enough = this.#turns.enough(time, accepted * TURNS_SHARE);
    if (excursion.bits < this.#vain.turns - GROWN_BITS) this.#vain.turns = 0;
    if (excursion.bits > Math.max(enough, this.#vain.turns + GROWN_BITS)) {
      const bits = this.#turns.recount(excursion, this.#counts);
      if (bits <= enough) this.#turns.correct(bits);
      else if (!this.#openByTurns({ ...excursion, bits }, enough, time)) this.#vain.turns = excursion.bits;
    }
    const rare = Math.log2(RATE_LOOKS / (accepted * (1 - TURNS_SHARE)));
    if (rise === null || rise.bits < rare) return;
    const known = this.#affairs.find(({ onset }) => onset !== null && sameClass(onset.what, rise.what));
    if (known !== undefined) {
      if (rise.count >= (1 + REFIT_SHARE) * known.risen) {
        known.risen = rise.count;
        this.#refit(known, time);
      }
      return;
    }
    if (time > this.#vain.until) this.#vain.rates = 0;
    if (rise.bits < this.#vain.rates + GROWN_BITS) return;
    if (this.#openByRate(rise, time)) return;
    this.#vain.rates = rise.bits;
    this.#vain.until = time + DAY / 4;
  }

  #openByTurns(excursion: Excursion, enough: number, time: number): boolean {
    const visits = this.#turns.since(excursion.from);
    const from = visits[0]!.time;
    const { table, sources } = this.#past(from);
    const visitors = this.#visitors(table);
    const eligible = this.#eligible(sources, visitors);
    const counts = (visit: Visit) => this.#counts(visit) && eligible.has(visit.source);
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
      for (const one of [visit.source, other.source]) {
        strength.set(one.index, (strength.get(one.index) ?? 0) + ratio);
      }
    }
    const beginning: Beginning = {
      from,
      bits,
      by: 'names-in-turn',
      share: excursion.share,
      falseAlarm: 2 ** -(bits - enough) * this.#options.falseCampaignsPerYear,
    };
    const finding = this.#fit(table, visitors, beginning, strength, null, null, sources);
    const linked = new Set([...strength.keys()].map((s) => sources[s]!));
    return this.#open(beginning, finding, table, visitors, sources, linked, time);
  }

  #openByRate(rise: Rise, time: number): boolean {
    const { table, sources } = this.#past(rise.from);
    const visitors = this.#visitors(table);
    const onset = onsetNow(rise, this.#rates, table, visitors, this.#taken(sources, null));
    const beginning: Beginning = {
      from: onset.from,
      bits: rise.bits,
      by: 'rate-change',
      share: 0,
      falseAlarm: 2 ** -rise.bits * RATE_LOOKS,
    };
    const finding = this.#fit(table, visitors, beginning, new Map(), onset, null, sources);
    return this.#open(beginning, finding, table, visitors, sources, new Set(), time);
  }

  #open(
    beginning: Beginning,
    finding: Finding,
    table: AttemptTable,
    visitors: Visitors,
    sources: readonly SourceState[],
    linked: ReadonlySet<SourceState>,
    time: number,
  ): boolean {
    const campaigns = toCampaigns(table, visitors, finding, this.#placed(sources, null));
    if (campaigns.length === 0 && linked.size < FEWEST_PARTICIPANTS) return false;
    const affair = new Affair(beginning, finding.model!, finding.namedFrom, time);
    affair.onset = finding.onset;
    affair.risen = finding.onset === null ? 0 : finding.onset.whatOf.size;
    this.#affairs.push(affair);
    if (campaigns.length > 0) this.#settle(affair, finding, campaigns, table, sources, time);
    else this.#begin(affair, linked, time);
    this.#turns.reset();
    this.#vain = { turns: 0, rates: 0, until: 0 };
    return true;
  }

  /** Something is going on, and who belongs is not certain yet: those who met on names are looked at first. */
  #begin(affair: Affair, linked: ReadonlySet<SourceState>, time: number): void {
    for (const source of linked) {
      affair.probability.set(source, YOUNG);
      affair.visits += source.visits.length;
      for (const visit of source.visits) affair.remember(source, visit.name);
    }
    const times = [...linked]
      .flatMap((s) => s.visits.map((v) => v.time))
      .filter((t) => t >= affair.beginning.from);
    const gap = (time - affair.beginning.from) / Math.max(1, times.length - 1);
    this.#newCampaign(
      affair,
      { firstSeen: Math.min(...times), lastSeen: time, medianGapSeconds: gap, attempts: times.length },
      time,
    );
    for (const source of linked) this.#judge(affair, source, time);
  }

  // --- who belongs ---

  /** What is remembered, from some weeks before `from` on. */
  #past(from: number) {
    const { table, sources } = this.#memory.table(from - FIT_DAYS * DAY);
    if (table.length <= FIT_ATTEMPTS) return { table, sources };
    return this.#memory.table(table.time[table.length - FIT_ATTEMPTS]!);
  }

  #visitors(table: AttemptTable): Visitors {
    const { loudFailures, loudSeconds } = this.#options;
    const options: DetectOptions = { falseCampaigns: 0.001, loudFailures, loudSeconds };
    return classifyVisitors(table, options);
  }

  #eligible(sources: readonly SourceState[], visitors: Visitors): ReadonlySet<SourceState> {
    return new Set(sources.filter((_, s) => visitors.kind[s] === 'quiet' && !visitors.house[s]));
  }

  /** Indexes of the sources that belong to other affairs. */
  #taken(sources: readonly SourceState[], own: Affair | null): ReadonlySet<number> {
    const taken = new Set<number>();
    for (const affair of this.#affairs) {
      if (affair === own) continue;
      for (const [source, p] of affair.probability) {
        if (p >= SPOKEN_FOR && sources[source.index] === source) taken.add(source.index);
      }
    }
    return taken;
  }

  /** Indexes of the sources that are named for other affairs. */
  #placed(sources: readonly SourceState[], own: Affair | null): Set<number> {
    const placed = new Set<number>();
    for (const [source, campaign] of this.#campaignOf) {
      if (own?.campaigns.includes(campaign)) continue;
      if (sources[source.index] === source) placed.add(source.index);
    }
    return placed;
  }

  #fit(
    table: AttemptTable,
    visitors: Visitors,
    beginning: Beginning,
    strength: ReadonlyMap<number, number>,
    onset: Finding['onset'],
    own: Affair | null,
    sources: readonly SourceState[],
  ): Finding {
    const { sequence } = candidatesOf(table, visitors, this.#taken(sources, own));
    const to = table.time[table.length - 1]!;
    // who has just come has had no time to show a manner: it would only tell newcomers from old hands
    const habit = new Uint8Array(sequence.sources);
    const candidates = { sequence, habit };
    const { falseAlarm } = beginning;
    const hints: Hint[] = [];
    if (onset !== null) hints.push({ from: onset.from, to, bits: onset.bits, onset, segment: null });
    if (beginning.share > 0 || own !== null) {
      const segment = { bits: beginning.bits, share: beginning.share || 0.5, falseAlarm };
      hints.push({
        from: Math.max(beginning.from, table.time[0]!),
        to,
        bits: beginning.bits,
        onset: null,
        segment,
      });
    }
    return fitted(table, candidates, hints, strength);
  }

  #refit(affair: Affair, time: number): void {
    const { table, sources } = this.#past(Math.max(affair.beginning.from, time - FIT_DAYS * DAY));
    const visitors = this.#visitors(table);
    const strength = new Map<number, number>();
    for (const [source, p] of affair.probability) {
      if (sources[source.index] !== source) continue;
      strength.set(source.index, Math.max(-20, Math.min(20, Math.log2(p / (1 - p)) + 3)));
    }
    const { beginning } = affair;
    let onset = affair.onset;
    if (onset !== null) {
      const rise = {
        bits: beginning.bits,
        what: onset.what,
        from: beginning.from,
        count: 0,
        perDay: onset.perDay,
        perDayBefore: onset.perDayBefore,
      };
      onset = onsetNow(rise, this.#rates, table, visitors, this.#taken(sources, affair));
    }
    const finding = this.#fit(table, visitors, beginning, strength, onset, affair, sources);
    affair.onset = finding.onset;
    const campaigns = toCampaigns(table, visitors, finding, this.#placed(sources, affair));
    affair.fittedAt = time;
    affair.fresh = 0;
    if (affair.visits >= affair.hindsightAt) {
      affair.hindsightAt = affair.visits * HINDSIGHT_AGAIN;
      if (onset === null && !this.#stands(affair, table, visitors, sources)) {
        this.#dissolve(affair, time);
        return;
      }
    }
    if (campaigns.length === 0) return;
    affair.model = finding.model!;
    affair.namedFrom = finding.namedFrom;
    this.#settle(affair, finding, campaigns, table, sources, time);
  }

  /**
   * Whether hindsight still sees it: names in turn that surrogates of this very log do not show (see segments.ts). What
   * began by a coincidence, and has since taken in everybody who tries the same public list, does not stand.
   */
  #stands(affair: Affair, table: AttemptTable, visitors: Visitors, sources: readonly SourceState[]): boolean {
    const taken = this.#taken(sources, affair);
    const quiet = quietSequence(
      table,
      visitors,
      (s) => visitors.kind[s] === 'quiet' && !visitors.house[s] && !taken.has(s),
    );
    const { segments } = findSegments(quiet, HINDSIGHT_ACCEPT);
    return segments.some((segment) => quiet.time[segment.to]! >= affair.beginning.from);
  }

  #dissolve(affair: Affair, time: number): void {
    for (const campaign of affair.campaigns) {
      for (const source of campaign.named.keys()) {
        if (this.#campaignOf.get(source) !== campaign) continue;
        this.#campaignOf.delete(source);
        this.#events.push({ kind: 'participant:released', time, campaign: campaign.id, source: source.text });
      }
      campaign.named.clear();
      this.#end(campaign, time);
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
    table: AttemptTable,
    sources: readonly SourceState[],
    time: number,
  ): void {
    for (const source of sources) affair.probability.delete(source);
    for (const [s, p] of finding.probability) {
      const source = sources[s]!;
      affair.probability.set(source, Math.min(0.999, Math.max(0.001, p)));
      if (p >= SPOKEN_FOR) this.#disown(source);
    }
    affair.recall();
    this.#learnClasses(affair, finding, sources);
    const used = new Set<LiveCampaign>();
    let split: ReadonlySet<SourceState> = new Set();
    for (const campaign of [...campaigns].sort((a, b) => b.participants.length - a.participants.length)) {
      const members = campaign.participants.map((p) => sources[p.source]!);
      const votes = new Map<LiveCampaign, number>();
      for (const source of members) {
        const at = this.#campaignOf.get(source);
        if (at !== undefined && affair.campaigns.includes(at)) votes.set(at, (votes.get(at) ?? 0) + 1);
      }
      let live = [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
      if (live !== undefined && used.has(live)) {
        // a part of what was one campaign: it is another if two fits agree
        const again = members.filter((source) => affair.split.has(source)).length;
        if (again * 2 <= affair.split.size || again === 0) {
          if (members.length > split.size) split = new Set(members);
        } else {
          for (const source of members) {
            if (this.#campaignOf.get(source) !== live) continue;
            this.#campaignOf.delete(source);
            live.named.delete(source);
          }
          live = undefined;
        }
      }
      live ??= affair.campaigns.find((c) => c.named.size === 0 && !used.has(c));
      if (live === undefined) {
        const attempts = campaign.rows.filter((row) => table.outcome[row] !== SUCCESS).length;
        live = this.#newCampaign(affair, { ...campaign, attempts }, time);
      }
      used.add(live);
      live.lastSeen = Math.max(live.lastSeen, campaign.lastSeen);
      live.medianGapSeconds = campaign.medianGapSeconds;
      for (const row of campaign.rows) live.names.add(table.users[table.user[row]!]!);
      for (const participant of campaign.participants) {
        const source = sources[participant.source]!;
        const confidence = Math.min(participant.confidence, affair.limit(source));
        if (confidence < (finding.onset === null ? NAMED_AT_ONCE : NAMED_BY_CLASS)) continue;
        this.#name(live, source, confidence, time);
      }
      this.#tellHits(live, campaign, table, time);
      this.#tellReturns(live, time);
    }
    affair.split = split;
  }

  #tellHits(live: LiveCampaign, campaign: Campaign, table: AttemptTable, time: number): void {
    for (const hit of campaign.compromised) {
      const [source, user, sensor] = [
        table.sources[hit.source]!,
        table.users[hit.user]!,
        table.sensors[hit.sensor]!,
      ];
      this.#compromised(live, source, user, sensor, time);
    }
  }

  #tellReturns(live: LiveCampaign, time: number): void {
    if (live.named.size < FEWEST_PARTICIPANTS) return;
    for (const { earlier, found } of this.#over.returnsOf(live, this.#memory, time)) {
      live.returnOf.add(earlier);
      this.#events.push({
        kind: 'campaign:returned',
        time,
        campaign: live.id,
        earlier,
        sharedSources: found.sharedSources,
        sources: live.named.size,
        sharedUsers: found.sharedUsernames,
        users: live.names.size,
        bits: found.bits,
      });
    }
  }

  /** Takes over what a look at everything has found. */
  #lookedAt({ table, visitors, sources, findings }: Seen, time: number): void {
    const placed = this.#placed(sources, null);
    const own = new Set(this.#standing);
    for (const [source, at] of this.#campaignOf) {
      if (own.has(at) && sources[source.index] === source) placed.delete(source.index);
    }
    for (const { finding, by } of findings) {
      for (const campaign of toCampaigns(table, visitors, finding, placed)) {
        const members = campaign.participants.map((p) => sources[p.source]!);
        let live = members.map((s) => this.#campaignOf.get(s)).find((c) => c !== undefined && own.has(c));
        if (live === undefined) {
          const attempts = campaign.rows.filter((row) => table.outcome[row] !== SUCCESS).length;
          const bits = campaign.evidence.find((e) => e.kind === by)?.bits ?? -Math.log2(finding.falseAlarm);
          live = this.#announce({ ...campaign, attempts }, by, bits, time);
          this.#standing.push(live);
        }
        live.lastSeen = Math.max(live.lastSeen, campaign.lastSeen);
        live.medianGapSeconds = campaign.medianGapSeconds;
        for (const row of campaign.rows) live.names.add(table.users[table.user[row]!]!);
        for (const { source, confidence } of campaign.participants) {
          this.#name(live, sources[source]!, confidence, time);
        }
        this.#tellHits(live, campaign, table, time);
        this.#tellReturns(live, time);
      }
    }
  }

  #newCampaign(affair: Affair, facts: CampaignFacts, time: number): LiveCampaign {
    const live = this.#announce(facts, affair.beginning.by, affair.beginning.bits, time);
    affair.campaigns.push(live);
    return live;
  }

  #announce(facts: CampaignFacts, by: EvidenceKind, bits: number, time: number): LiveCampaign {
    const { firstSeen, lastSeen, medianGapSeconds, attempts } = facts;
    const live: LiveCampaign = {
      id: `c${++this.#campaigns}`,
      named: new Map(),
      names: new Set(),
      firstSeen,
      lastSeen,
      attempts,
      medianGapSeconds,
      ended: false,
      returnOf: new Set(),
    };
    this.#events.push({ kind: 'campaign:opened', time, campaign: live.id, by, bits, attempts, firstSeen });
    return live;
  }

  #name(campaign: LiveCampaign, source: SourceState, confidence: number, time: number): void {
    const before = this.#campaignOf.get(source);
    if (before === campaign) {
      before.named.set(source, confidence);
      return;
    }
    if (before !== undefined) {
      // told apart by now: it goes over to the campaign that it belongs to
      before.named.delete(source);
      this.#events.push({ kind: 'participant:released', time, campaign: before.id, source: source.text });
    }
    campaign.named.set(source, confidence);
    this.#campaignOf.set(source, campaign);
    this.#disown(source);
    const first = source.visits[0];
    if (first !== undefined) this.#rates.disown(arrivalClass(first.name.text), time - first.time);
    this.#events.push({
      kind: 'participant:named',
      time,
      campaign: campaign.id,
      source: source.text,
      confidence,
      firstSeen: source.firstSeen,
      attempts: source.failures,
    });
  }

  #disown(source: SourceState): void {
    for (const visit of source.visits) this.#turns.disown(visit);
  }

  /**
   * Newcomers whom no name links are told by class of what they try: where a rate speaks, by its excess; where names do,
   * root is the one name that everybody tries, and as likely a member's as the last fit has it.
   */
  #learnClasses(affair: Affair, finding: Finding, sources: readonly SourceState[]): void {
    affair.byClass.clear();
    affair.limits.clear();
    const { onset } = finding;
    if (onset !== null) {
      const seen = new Map<string, number>();
      // who is linked by names needs no rate: it speaks for the others, as far as they are more than usual
      for (const [s, what] of onset.whatOf) {
        if (!affair.isLinked(sources[s]!)) seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      for (const [what, expected] of onset.expected) {
        const n = seen.get(what) ?? 0;
        // the base rate may be two standard errors higher than it was seen
        const p = 1 - (expected + 2 * Math.sqrt(expected)) / (n + 1);
        if (n >= 5 && p >= NAMED_BY_CLASS) affair.byClass.set(what, p);
        affair.limits.set(what, 1 - expected / (n + 1));
      }
      return;
    }
    let sum = 0;
    let n = 0;
    for (const source of sources) {
      if (source.visits.length !== 1 || source.firstSeen < finding.from || !this.#mayBe(source)) continue;
      if (source.visits[0]!.name.text !== 'root') continue;
      sum += affair.probability.get(source) ?? 0;
      n++;
    }
    const p = sum / (n + 1);
    if (n >= 5 && p >= NAMED_BY_CLASS) affair.byClass.set('root', p);
  }

  /** Judges the source of a visit, and those whom it meets; names them where that is due. Says whether it is spoken for. */
  #considered(
    affair: Affair,
    visit: Visit | null,
    source: SourceState,
    name: NameState,
    time: number,
  ): boolean {
    const at = this.#campaignOf.get(source);
    const mine = at !== undefined && affair.campaigns.includes(at);
    if (visit !== null && at === undefined) this.#judge(affair, source, time);
    const weight = affair.weight(source);
    if (visit !== null && (mine || weight > 0.5)) {
      affair.remember(source, name);
      affair.fresh++;
      affair.visits++;
      affair.lastSeen = time;
      // who tried that name just before may be linked by it now
      const back = Math.min(512, affair.model.halfWindow);
      for (const link of name.visits) {
        if (link.tick < visit.tick - back || link.source === source) continue;
        if (this.#campaignOf.has(link.source) || !this.#mayBe(link.source)) continue;
        this.#judge(affair, link.source, time);
      }
    }
    const share = affair.visits > MANY_VISITS ? REFIT_MANY : REFIT_SHARE;
    if (affair.fresh >= Math.max(REFIT_VISITS, share * affair.visits)) this.#refit(affair, time);
    return mine || affair.weight(source) >= SPOKEN_FOR;
  }

  #mayBe(source: SourceState): boolean {
    return !source.loud && source.successes === 0;
  }

  #judge(affair: Affair, source: SourceState, time: number): void {
    if (!this.#mayBe(source)) return;
    const { probability, by } = affair.judge(source, this.#turns, affair.visits);
    affair.probability.set(source, Math.min(0.999, Math.max(0.001, probability)));
    if (probability < (by === null ? NAMED_BY_CLASS : NAMED_AT_ONCE)) return;
    if (this.#looksLikeSlip(affair, source)) return;
    const campaign =
      (by === null ? undefined : this.#campaignOf.get(by)) ??
      [...affair.campaigns].sort((a, b) => b.lastSeen - a.lastSeen)[0];
    if (campaign === undefined || !affair.campaigns.includes(campaign)) return;
    this.#name(campaign, source, Math.min(0.999, probability), time);
    campaign.attempts += source.failures;
    campaign.lastSeen = time;
  }

  /** A person's slip of the finger: a name that is nearly an account which somebody logs in to, and nobody's turn. */
  #looksLikeSlip(affair: Affair, source: SourceState): boolean {
    if (source.visits.length > 2) return false;
    return source.visits.every((visit) => {
      if (affair.membersOn(visit.name) >= FEWEST_PARTICIPANTS) return false;
      for (const account of this.#memory.accounts) {
        if (account.text.length >= 4 && isNearMiss(visit.name.text, account.text)) return true;
      }
      return false;
    });
  }

  // --- what is over ---

  #endAffairs(time: number): void {
    for (let i = this.#affairs.length - 1; i >= 0; i--) {
      const affair = this.#affairs[i]!;
      const gap = Math.max(0, ...affair.campaigns.map((c) => c.medianGapSeconds));
      if (time - affair.lastSeen < Math.max(OVER_DAYS * DAY, OVER_GAPS * gap)) continue;
      for (const campaign of affair.campaigns) this.#end(campaign, time);
      this.#affairs.splice(i, 1);
    }
    for (let i = this.#standing.length - 1; i >= 0; i--) {
      const campaign = this.#standing[i]!;
      if (time - campaign.lastSeen < Math.max(OVER_DAYS * DAY, OVER_GAPS * campaign.medianGapSeconds))
        continue;
      this.#end(campaign, time);
      this.#standing.splice(i, 1);
    }
  }

  #end(campaign: LiveCampaign, time: number): void {
    campaign.ended = true;
    this.#over.remember(campaign, this.#memory);
    const { id, lastSeen, attempts, named } = campaign;
    this.#events.push({
      kind: 'campaign:ended',
      time,
      campaign: id,
      lastSeen,
      attempts,
      participants: named.size,
    });
  }
}

/** Two classes of newcomers that one rise may explain: 'all' holds every class. */
function sameClass(a: string, b: string): boolean {
  return a === b || a === 'all' || b === 'all';
}
