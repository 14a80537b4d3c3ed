/**
 * What is going on: the affairs that are open, from the fit that opens one to its end. Who belongs is what the fits of a
 * finished log's code say (fits.ts), and between two of them what affair.ts makes of each attempt.
 */
import type { Campaign } from '../../model/detection.ts';
import { DAY } from '../../model/time.ts';
import { toCampaigns } from '../campaign.ts';
import { FEWEST_PARTICIPANTS, type Finding, SPOKEN_FOR } from '../finding.ts';
import {
  Affair,
  type Beginning,
  type LiveCampaign,
  NAMED_BY_CLASS,
  type SavedAffair,
  SURE,
} from './affair.ts';
import { FIT_DAYS, fitTo, type Past, pastOf, placedElsewhere, stands, takenBy } from './fits.ts';
import { onsetNow } from './onset-now.ts';
import { arrivalClass } from './rates.ts';
import { mayBelong, type NameState, type SourceState, type Visit } from './remembered.ts';
import type { Roster } from './roster.ts';
import { looksLikeSlip } from './slips.ts';
import { Split } from './split.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';
import { failuresOf, isOver, OVER_DAYS, type Watch } from './watch.ts';

/** An affair is fitted again when so many visits, and this share of all (more of many), have come since. */
const REFIT_VISITS = 4;
export const REFIT_SHARE = 0.15;
const REFIT_MANY = 0.25;
const MANY_VISITS = 400;
/** Who is this sure is named, between two fits as well as by one. */
const NAMED_AT_ONCE = 0.98;
/** Hindsight looks again when there are so many times as many visits. */
const HINDSIGHT_AGAIN = 4;
/** Those whose meeting began it are this likely to belong until a fit says more. */
const YOUNG = 0.6;
/** A rise that has gone on for so long is no rise any more: that is how it is here now. */
export const LEVEL_DAYS = 30;

export class Affairs {
  readonly all: Affair[] = [];
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  save(numbers: StateNumbers): readonly SavedAffair[] {
    return this.all.map((affair) => affair.save(numbers));
  }

  restore(saved: readonly SavedAffair[], states: States): void {
    for (const one of saved) this.all.push(Affair.restored(one, states, this.all));
  }

  open(
    beginning: Beginning,
    finding: Finding,
    past: Past,
    linked: ReadonlySet<SourceState>,
    time: number,
  ): boolean {
    const placed = placedElsewhere(this.#watch.roster.named(), past.sources, []);
    const campaigns = toCampaigns(past.table, past.visitors, finding, placed);
    if (campaigns.length === 0 && linked.size < FEWEST_PARTICIPANTS) return false;
    const affair = new Affair(beginning, finding.model!, time);
    affair.probability.takeBit(this.all.map(({ probability }) => probability));
    affair.onset = finding.onset;
    affair.risen = finding.onset === null ? 0 : finding.onset.whatOf.size;
    this.all.push(affair);
    if (campaigns.length > 0) this.#settle(affair, finding, campaigns, past, time);
    else this.#begin(affair, linked, time);
    this.#watch.turns.reset();
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

  /**
   * Whether something that is going on already explains sources that have met: looked at as some who may belong to it, most
   * of them do. One campaign is told once, though it is seen in pieces.
   */
  explains(linked: ReadonlySet<SourceState>, time: number): boolean {
    for (const affair of [...this.all]) {
      if (affair.speaks === 'rate') continue;
      const before = new Map<SourceState, number | undefined>();
      for (const source of linked) {
        before.set(source, affair.probability.get(source));
        affair.believe(source, Math.max(YOUNG, affair.weight(source)));
      }
      this.refit(affair, time);
      let joined = 0;
      for (const source of linked) if (affair.weight(source) >= SPOKEN_FOR) joined++;
      if (this.all.includes(affair) && joined * 2 > linked.size) return true;
      for (const [source, p] of before) {
        if (p === undefined) affair.probability.delete(source);
        else affair.believe(source, p);
      }
    }
    return false;
  }

  refit(affair: Affair, time: number): void {
    const { beginning } = affair;
    const from = Math.max(beginning.from, time - FIT_DAYS * DAY);
    const past = pastOf(this.#watch.memory, from, this.#watch.options);
    const { table, sources, visitors, since } = past;
    const strength = new Map<number, number>();
    for (const [source, p] of affair.probability) {
      if (sources[source.index] !== source) continue;
      strength.set(source.index, Math.max(-20, Math.min(20, Math.log2(p / (1 - p)) + 3)));
    }
    const taken = takenBy(this.all, sources, affair, this.#watch.echoes.all());
    let { onset } = affair;
    if (onset !== null) {
      const { what, perDay, perDayBefore } = onset;
      const rise = { bits: beginning.bits, what, from: beginning.from, count: 0, perDay, perDayBefore };
      onset = onsetNow(rise, this.#watch.rates, table, visitors, taken, since);
    }
    const finding = fitTo(past, beginning, strength, onset, taken, 'again');
    affair.onset = finding.onset;
    const placed = placedElsewhere(this.#watch.roster.named(), sources, affair.campaigns);
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

  /** A source repeats what others try: what it has made them look like is looked at anew without it. */
  unmask(source: SourceState, time: number): void {
    const campaign = this.#watch.roster.campaignOf(source);
    this.#watch.roster.release(source, time);
    for (const affair of [...this.all]) {
      if (
        affair.weight(source) < SPOKEN_FOR &&
        (campaign === undefined || !affair.campaigns.includes(campaign))
      )
        continue;
      affair.probability.delete(source);
      this.refit(affair, time);
      if (!this.all.includes(affair)) continue;
      for (const { named } of affair.campaigns) {
        for (const other of [...named.keys()])
          if (affair.weight(other) < SPOKEN_FOR) this.#watch.roster.release(other, time);
      }
      if (affair.campaigns.every(({ named }) => named.size < FEWEST_PARTICIPANTS))
        this.#dissolve(affair, time);
    }
  }

  #dissolve(affair: Affair, time: number): void {
    for (const campaign of affair.campaigns) {
      this.#watch.roster.releaseAll(campaign, time);
      this.#watch.roster.end(campaign, time);
    }
    for (const [source, p] of affair.probability) {
      if (p >= SPOKEN_FOR) for (const visit of source.visits) this.#watch.turns.own(visit);
    }
    affair.probability.leaveBit();
    this.all.splice(this.all.indexOf(affair), 1);
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
      if (p >= SPOKEN_FOR) this.#watch.disown(source);
    }
    affair.recall();
    affair.learnClasses(finding, sources, time);
    const used = new Set<LiveCampaign>();
    const partOf = new Map<LiveCampaign, readonly SourceState[]>();
    let split: { readonly members: readonly SourceState[]; readonly of: LiveCampaign } | null = null;
    for (const campaign of [...campaigns].sort((a, b) => b.participants.length - a.participants.length)) {
      const members = campaign.participants.map((p) => sources[p.source]!);
      let live = this.#mostly(affair, members);
      if (live !== undefined && used.has(live)) {
        // a part of what was one campaign: it is another if what came since a fit first saw it says so
        if (affair.split?.isCertain && affair.split.isAgain(members)) live = undefined;
        else if (split === null) split = { members, of: live };
      } else if (live !== undefined) partOf.set(live, members);
      live ??= affair.campaigns.find((c) => c.named.size === 0 && !used.has(c));
      live ??= this.#newCampaign(affair, { ...campaign, attempts: failuresOf(campaign, table) }, time);
      used.add(live);
      for (const participant of campaign.participants) {
        const source = sources[participant.source]!;
        const confidence = Math.min(participant.confidence, affair.limit(source));
        if (confidence < (finding.onset === null ? NAMED_AT_ONCE : NAMED_BY_CLASS)) continue;
        // in a flood names meet by accident, too: who came when the rise was over is judged by what it tries (affair.ts)
        const byNames = affair.speaks === 'name' && affair.isLinked(source);
        if (finding.onset !== null && !byNames && !this.#isOfRise(affair, source)) continue;
        if (affair.speaks === 'rate' && looksLikeSlip(affair, source, this.#watch.memory, 'rate')) continue;
        if (source.successes > 0 && !campaign.compromised.some((hit) => sources[hit.source] === source))
          continue;
        this.#watch.name(live, source, confidence, time);
      }
      this.#watch.roster.update(live, campaign, table, time, affair.speaks);
    }
    if (split === null) affair.split = null;
    else {
      if (affair.split === null || affair.split.isRefuted || !affair.split.isAgain(split.members))
        affair.split = new Split(time);
      affair.split.guess(new Set(split.members), partOf.get(split.of)!);
    }
  }

  /** Whether a rise may speak for a source: it was named for it, or came when the rise went on. */
  #isOfRise(affair: Affair, source: SourceState): boolean {
    const first = source.visits[0];
    return (
      first === undefined ||
      this.#watch.roster.campaignOf(source) !== undefined ||
      affair.wasRising(arrivalClass(first.name.text), first.time)
    );
  }

  /** The campaign of an affair that most of these sources are named for. */
  #mostly(affair: Affair, members: readonly SourceState[]): LiveCampaign | undefined {
    const votes = new Map<LiveCampaign, number>();
    for (const source of members) {
      const at = this.#watch.roster.campaignOf(source);
      if (at !== undefined && affair.campaigns.includes(at)) votes.set(at, (votes.get(at) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  #newCampaign(affair: Affair, facts: Parameters<Roster['open']>[0], time: number): LiveCampaign {
    const { by, bits } = affair.beginning;
    const live = this.#watch.roster.open(facts, by, bits, time);
    affair.campaigns.push(live);
    return live;
  }

  /** Judges the source of a visit, and those whom it meets; names them where that is due. Says whether it is spoken for. */
  consider(affair: Affair, visit: Visit | null, source: SourceState, name: NameState, time: number): boolean {
    const at = this.#watch.roster.campaignOf(source);
    const mine = at !== undefined && affair.campaigns.includes(at);
    if (visit !== null && at === undefined) this.#judge(affair, source, time);
    const weight = affair.weight(source);
    // what keeps it going is its members: of those who may be some, there is always one
    if (mine || weight >= SURE) affair.lastSeen = time;
    if (visit !== null && (mine || weight > 0.5)) {
      affair.remember(source, name);
      affair.fresh++;
      affair.visits++;
      affair.split?.see(visit, affair.reach);
      // who tried that name just before may be linked by it now
      for (const link of name.visits) {
        if (link.tick < visit.tick - affair.reach || link.source === source) continue;
        if (this.#watch.roster.campaignOf(link.source) === undefined) this.#judge(affair, link.source, time);
      }
    }
    const share = affair.visits > MANY_VISITS ? REFIT_MANY : REFIT_SHARE;
    // it is told as soon as it is certain, if it is seen again
    const isTwo = affair.split?.isCertain && affair.fresh >= REFIT_VISITS;
    if (isTwo || affair.fresh >= Math.max(REFIT_VISITS, share * affair.visits)) this.refit(affair, time);
    return mine || affair.weight(source) >= SPOKEN_FOR;
  }

  #judge(affair: Affair, source: SourceState, time: number): void {
    if (!mayBelong(source) || this.#watch.echoes.has(source)) return;
    const { probability, by } = affair.judge(source, this.#watch.turns, time);
    affair.believe(source, probability);
    if (probability < (by === null ? NAMED_BY_CLASS : NAMED_AT_ONCE)) return;
    if (looksLikeSlip(affair, source, this.#watch.memory, by === null ? 'rate' : affair.speaks)) return;
    const campaign = (by === null ? undefined : this.#watch.roster.campaignOf(by)) ?? affair.latest();
    if (campaign === undefined || !affair.campaigns.includes(campaign)) return;
    this.#watch.name(campaign, source, Math.min(0.999, probability), time);
    campaign.attempts += source.failures;
    campaign.lastSeen = time;
  }

  /** Ends what nothing has come of for long, and what has gone on for so long that it is how it is here now. */
  end(time: number): { readonly level: boolean } {
    let level = false;
    for (let i = this.all.length - 1; i >= 0; i--) {
      const { lastSeen, campaigns, onset, beginning, probability } = this.all[i]!;
      const medianGapSeconds = Math.max(0, ...campaigns.map((c) => c.medianGapSeconds));
      const stays = beginning.by === 'rate-change' && time - beginning.from > LEVEL_DAYS * DAY;
      if (!stays && !isOver(time, { lastSeen, medianGapSeconds })) continue;
      if (stays) level = true;
      for (const campaign of campaigns) this.#watch.roster.end(campaign, time);
      if (onset !== null) this.#watch.rates.explain(lastSeen - beginning.from + OVER_DAYS * DAY);
      probability.leaveBit();
      this.all.splice(i, 1);
    }
    return { level };
  }
}
