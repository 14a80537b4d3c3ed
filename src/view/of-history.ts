/** A history that grows as a {@link Site}: questions to it, answered as a person wants them. */
import type { Places } from '../model/place.ts';
import type { CampaignHistory, StoredAttempt } from '../store/history.ts';
import type { Questions } from '../store/questions.ts';
import { CampaignUsers, columnsOfCampaign } from './campaign-users.ts';
import { draw } from './drawing.ts';
import { EvidenceBook, weeksOnThread } from './evidence.ts';
import { campaignAt, Facts, type HistoryFacts, touches } from './history-facts.ts';
import { historyOverview } from './history-overview.ts';
import { blockOf, historySource } from './history-source.ts';
import { loudSources } from './loud.ts';
import { SeriesCounter, stepsOf } from './series.ts';
import type {
  Action,
  AttemptFilter,
  AttemptRow,
  CampaignRow,
  CampaignView,
  Happened,
  Interval,
  Overview,
  ParticipantView,
  Picture,
  Series,
  Site,
  SourceView,
} from './site.ts';
import { IS_KNOWN, IS_LOUD, IS_SUCCESS, IS_UNKNOWN } from './site.ts';
import { type LookAtWeeks, Weeks } from './weeks.ts';

export interface HistorySiteOptions {
  /** For a heading: the folder of the history. */
  readonly name: string;
  readonly version: string;
  readonly questions: Questions;
  /** The clock, seconds since 1970 UTC. */
  readonly now: () => number;
  /** What does not work now; left out: nothing is known of a daemon. */
  readonly problems?: () => Promise<readonly { readonly message: string; readonly remedy: string }[]>;
  /** Whether what stands in the history as blocked is not blocked; left out: it is a dry run. */
  readonly isDryRun?: () => boolean;
  /** What people did by hand, the newest first; left out: nothing is known. */
  readonly actions?: (limit: number) => readonly Action[];
  readonly places?: Places;
  /** Left out: a thread of its own. */
  readonly lookAtWeeks?: LookAtWeeks;
}

/** Attempts told at once of those that have come; of more only how many. */
const MOST_NEWS = 200;
/**
 * Attempts of a picture at most, however many are asked for: a daemon has 250 MB for everything, and a picture takes 80 bytes an
 * attempt on its way. A part of it that is looked at closer is asked for again. At half of it a month of a busy server is thin.
 */
const MOST_DRAWN = 400_000;

export function ofHistory(options: HistorySiteOptions): Site {
  return new HistorySite(options);
}

class HistorySite implements Site {
  readonly #options: HistorySiteOptions;
  readonly #questions: Questions;
  readonly #facts: Facts;
  readonly #evidence: EvidenceBook;
  readonly #users: CampaignUsers;
  readonly #weeks: Weeks;

  constructor(options: HistorySiteOptions) {
    this.#options = options;
    this.#questions = options.questions;
    this.#facts = new Facts(options.questions, options.now);
    this.#evidence = new EvidenceBook(options.questions);
    this.#users = new CampaignUsers(options.questions, options.now);
    this.#weeks = new Weeks(options.questions, options.now, options.lookAtWeeks ?? weeksOnThread);
  }

  async overview(interval: Interval): Promise<Overview> {
    const rows = await this.campaigns(interval);
    const found = { rows, weeks: this.#weeks.get() };
    return historyOverview(await this.#facts.get(), this.#options, interval, found);
  }

  async campaigns(interval: Interval): Promise<readonly CampaignRow[]> {
    const facts = await this.#facts.get();
    const rows: CampaignRow[] = [];
    for (const [i, row] of facts.rows.entries())
      if (touches(row, interval)) rows.push({ ...row, users: await this.#users.of(facts.campaigns[i]!) });
    return rows;
  }

  async picture(asked: Interval & { readonly limit: number; readonly campaign?: string }): Promise<Picture> {
    const facts = await this.#facts.get();
    const { campaign, limit: wanted, ...interval } = asked;
    const limit = Math.min(wanted, MOST_DRAWN);
    const only = campaign === undefined ? 0 : facts.ids.indexOf(campaign) + 1 || -1;
    const whole = new Set(facts.members.keys());
    const span = only > 0 ? spanOf(facts, campaign!, interval) : interval;
    const columns = await this.#questions.columns({ ...span, most: only > 0 ? 1 : limit, whole });
    const numbers = new Uint16Array(columns.length);
    const flags = new Uint8Array(columns.length);
    const members = columns.sources.map((source) => facts.members.get(source));
    const isLoud = loudSources(columns);
    for (let i = 0; i < columns.length; i++) {
      numbers[i] = campaignAt(members[columns.source[i]!], columns.time[i]!);
      const account = columns.account[i];
      flags[i] =
        (columns.success[i] === 1 ? IS_SUCCESS : 0) |
        (account === 2 ? IS_KNOWN : 0) |
        (account === 1 ? IS_UNKNOWN : 0) |
        (isLoud[columns.source[i]!] === 1 ? IS_LOUD : 0);
    }
    const texts = {
      user: (index: number) => columns.users[index] ?? '',
      source: (index: number) => columns.sources[index] ?? '',
      sensor: (index: number) => columns.sensors[index] ?? '',
      campaigns: facts.ids,
    };
    return draw({ ...columns, campaign: numbers, flags }, texts, {
      limit,
      notKept: only === 0 ? columns.all - columns.length : 0,
      ...(only === 0 ? {} : { filter: (row: number) => numbers[row] === only }),
    });
  }

  async campaign(id: string): Promise<CampaignView | null> {
    const facts = await this.#facts.get();
    const at = facts.campaigns.findIndex((one) => one.id === id);
    const campaign = facts.campaigns[at];
    if (campaign === undefined) return null;
    const { report, chance } = await this.#evidence.of(campaign);
    const loud = new Set(report?.participants.filter(({ loud }) => loud).map(({ source }) => source));
    const blocked = await this.#blocked();
    return {
      row: { ...facts.rows[at]!, users: await this.#users.of(campaign) },
      report,
      participants: campaign.participants
        .map((one) => this.#participant(one, loud, blocked))
        .sort((a, b) => b.attempts - a.attempts || (a.source < b.source ? -1 : 1)),
      compromised: facts.compromised.filter((one) => one.campaign === id),
      chance,
      series: await this.#seriesOf(campaign),
    };
  }

  source(source: string): Promise<SourceView | null> {
    return historySource(this.#options, source);
  }

  async *attempts(filter: AttemptFilter): AsyncIterable<AttemptRow> {
    const { after, ...query } = filter;
    const bound = after === undefined ? {} : filter.newestFirst === true ? { before: after } : { after };
    const facts = await this.#facts.get();
    for await (const attempt of this.#questions.attempts({ ...query, ...bound }))
      yield this.#row(attempt, facts);
  }

  async attempt(seq: number): Promise<AttemptRow | null> {
    for await (const row of this.attempts({ after: seq - 1, limit: 1 })) return row.seq === seq ? row : null;
    return null;
  }

  async participants({ since, confidence = 0 }: { readonly since?: number; readonly confidence?: number }) {
    const { campaigns } = await this.#facts.get();
    const blocked = await this.#blocked();
    return campaigns
      .flatMap((campaign) =>
        campaign.participants
          .filter((one) => one.released === null && one.confidence >= confidence)
          .filter((one) => campaign.ended === null || (since !== undefined && one.lastSeen >= since))
          .map((one) => ({ ...this.#participant(one, new Set(), blocked), campaign: campaign.id })),
      )
      .sort((a, b) => b.confidence - a.confidence || (a.source < b.source ? -1 : 1));
  }

  async standingBlocks() {
    const blocks = await this.#questions.blocks({ standing: true });
    return blocks.map((block) => ({ block: blockOf(block), reason: block.reason }));
  }

  async actions(limit: number): Promise<readonly Action[]> {
    return this.#options.actions?.(limit) ?? [];
  }

  sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#questions.sharedNames(names);
  }

  async *events(
    query: Parameters<Site['events']>[0],
  ): ReturnType<Site['events']> extends AsyncIterable<infer E> ? AsyncGenerator<E> : never {
    for await (const { seq, nth, event } of this.#questions.events(query))
      yield { kind: 'event', seq, nth, event };
  }

  /** Events are of attempts that are told with them, so that the last of those is where it goes on. */
  async news({ seq }: { readonly seq: number }): Promise<readonly Happened[]> {
    const facts = await this.#facts.get();
    const rows: AttemptRow[] = [];
    for await (const one of this.#questions.attempts({ after: seq, newestFirst: true, limit: MOST_NEWS }))
      rows.push(this.#row(one, facts));
    const last = rows[0]?.seq;
    if (last === undefined) return [];
    rows.reverse();
    const skipped = rows.length < MOST_NEWS ? 0 : Math.max(0, rows[0]!.seq - 1 - seq);
    const news: Happened[] = [{ kind: 'attempts', attempts: rows, skipped }];
    for await (const one of this.events({ after: seq })) {
      if (one.seq > last) break;
      news.push(one);
    }
    return news;
  }

  #row(attempt: StoredAttempt, facts: HistoryFacts): AttemptRow {
    const { name, ...rest } = attempt;
    const number = campaignAt(facts.members.get(attempt.source), attempt.time);
    return {
      seq: rest.seq,
      time: rest.time,
      sensor: rest.sensor,
      service: rest.service,
      source: rest.source,
      user: rest.user,
      known: rest.known,
      success: rest.success,
      method: rest.method,
      campaign: facts.ids[number - 1] ?? null,
      text: rest.text,
      input: name.input,
      line: name.line,
    };
  }

  async #blocked(): Promise<ReadonlySet<string>> {
    const blocks = await this.#questions.blocks({ standing: true });
    return new Set(blocks.flatMap(({ source, target }) => (source === null ? [target] : [source, target])));
  }

  #participant(
    one: CampaignHistory['participants'][number],
    loud: ReadonlySet<string>,
    blocked: ReadonlySet<string>,
  ): ParticipantView {
    const { source, confidence, attempts, firstSeen, lastSeen, released } = one;
    return {
      source,
      confidence,
      attempts,
      firstSeen,
      lastSeen,
      isLoud: loud.has(source),
      released,
      isBlocked: blocked.has(source),
      place: this.#options.places?.placeOf(source) ?? null,
    };
  }

  async #seriesOf(campaign: CampaignHistory): Promise<Series> {
    const { firstSeen, lastSeen } = campaign;
    const counter = new SeriesCounter(stepsOf(firstSeen, lastSeen), [campaign.id]);
    const columns = await columnsOfCampaign(this.#questions, campaign);
    for (let i = 0; i < columns.length; i++) {
      if (!columns.isOwn(i)) continue;
      counter.add(columns.time[i]!, columns.success[i] === 1 ? 'success' : 'quiet', 1);
    }
    return counter.series();
  }
}

function spanOf(facts: HistoryFacts, id: string, { since, until }: Interval): Interval {
  const campaign = facts.campaigns.find((one) => one.id === id)!;
  const begin = { since: Math.max(campaign.firstSeen, since ?? campaign.firstSeen) };
  // while it goes on, a login may come after the last failure that is counted
  if (campaign.ended === null) return until === undefined ? begin : { ...begin, until };
  return { ...begin, until: Math.min(campaign.lastSeen + 1, until ?? Number.POSITIVE_INFINITY) };
}
