/** A finished log as a {@link Site}: its table, what was detected in it, and its report. Nothing of it changes. */
import { inOrder } from '../explain/report.ts';
import type { Report } from '../explain/schema.ts';
import { ACCOUNT_KNOWN, type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Campaign, Detection } from '../model/detection.ts';
import type { Places } from '../model/place.ts';
import { chanceOf } from './chance.ts';
import { draw } from './drawing.ts';
import { type FindLines, firstFrom, rowAt, rowsOf, withLines } from './log-attempts.ts';
import { logColumns } from './log-columns.ts';
import { logSource } from './log-source.ts';
import { NO_SERIES, SeriesCounter, stepsOf } from './series.ts';
import type {
  AttemptFilter,
  AttemptRow,
  BlockSummary,
  CampaignRow,
  CampaignView,
  Chance,
  Compromise,
  Interval,
  Overview,
  ParticipantView,
  Place,
  Series,
  Site,
} from './site.ts';
import { IS_LOUD, NO_INDEX } from './site.ts';
import { stateOf, stateSays } from './state.ts';

export interface FinishedLog {
  /** For a heading: the files. */
  readonly name: string;
  readonly version: string;
  readonly table: AttemptTable;
  readonly detection: Detection;
  /** Made from the two above. */
  readonly report: Report;
}

export interface FinishedLogOptions {
  /** What blocking would have prevented, as far as it is known now (prevented.ts); left out: nothing is known. */
  readonly prevented?: () => { readonly prevented: number; readonly limit: number; readonly isAll: boolean };
  /** Where an address is; left out: nobody knows. */
  readonly places?: Places;
  /** Finds the lines that told of attempts; left out: they have none. */
  readonly lines?: FindLines;
}

/** Attempts of one question whose lines are read: a page. Whoever asks for all of them gets them without. */
const MOST_LINES = 1000;
/** Milliseconds that somebody who asks for one attempt waits for its line: a gigabyte is read for the first of them. */
const PATIENCE_MS = 18_000;

export function ofLog(log: FinishedLog, options: FinishedLogOptions = {}): Site {
  return new LogSite(log, options);
}

class LogSite implements Site {
  readonly #log: FinishedLog;
  readonly #options: FinishedLogOptions;
  readonly #campaigns: readonly Campaign[];
  readonly #ids: readonly string[];
  readonly #columns: ReturnType<typeof logColumns>;
  readonly #rows: readonly CampaignRow[];
  readonly #compromised: readonly Compromise[];
  #shared: ReadonlySet<string> | null = null;
  readonly #chances = new Map<string, Chance | null>();

  constructor(log: FinishedLog, options: FinishedLogOptions) {
    this.#log = log;
    this.#options = options;
    this.#campaigns = inOrder(log.detection).map(({ campaign }) => campaign);
    this.#ids = this.#campaigns.map((_, i) => `c${i + 1}`);
    this.#columns = logColumns(log.table, log.detection, this.#campaigns);
    this.#rows = this.#campaigns.map((campaign, i) => rowOfCampaign(campaign, log.report.campaigns[i]!));
    this.#compromised = this.#campaigns
      .flatMap((campaign, i) => compromisesOf(log.table, campaign, this.#ids[i]!))
      .sort((a, b) => b.time - a.time);
  }

  async overview(interval: Interval): Promise<Overview> {
    const { table, report, detection, name, version } = this.#log;
    const { from, to } = this.#rowsIn(interval);
    const now = table.time[table.length - 1] ?? 0;
    const isWhole = from === 0 && to === table.length;
    const campaigns = this.#rows.filter((one) => touches(one, interval));
    const ids = new Set(campaigns.map(({ id }) => id));
    const compromised = this.#compromised.filter(({ campaign }) => ids.has(campaign));
    const totals = isWhole ? this.#totals() : this.#totalsOf(from, to, campaigns);
    const state = stateOf(campaigns, now);
    return {
      site: {
        kind: 'log',
        name,
        sensors: report.input.sensors,
        now,
        firstSeen: table.time[0] ?? null,
        lastSeen: table.length === 0 ? null : now,
        version,
        attributions: this.#options.places?.attributions ?? [],
      },
      state,
      says: stateSays({ state, campaigns, compromised, totals }),
      problems: [],
      totals: { ...totals, loudSources: isWhole ? detection.loudSources.length : totals.loudSources },
      campaigns: [...campaigns].reverse(),
      compromised,
      blocks: this.#blocks(),
      series: this.#series(from, to, interval),
      notices: report.notices,
      advice: report.advice,
    };
  }

  async campaigns(interval: Interval): Promise<readonly CampaignRow[]> {
    return this.#rows.filter((one) => touches(one, interval)).reverse();
  }

  async picture(asked: Interval & { readonly limit: number; readonly campaign?: string }) {
    const { table } = this.#log;
    const { from, to } = this.#rowsIn(asked);
    const columns = this.#columns;
    const only = asked.campaign === undefined ? 0 : this.#ids.indexOf(asked.campaign) + 1 || -1;
    const isWhole = from === 0 && to === table.length && only === 0;
    const counted = isWhole ? (table.counted?.attempts.reduce((sum, n) => sum + n, 0) ?? 0) : 0;
    const texts = {
      user: (index: number) => table.users[index] ?? '',
      source: (index: number) => table.sources[index] ?? '',
      sensor: (index: number) => table.sensors[index] ?? '',
      campaigns: this.#ids,
    };
    return draw(columns, texts, {
      limit: asked.limit,
      notKept: counted,
      ...(isWhole
        ? {}
        : {
            filter: (row: number) =>
              row >= from && row < to && (only === 0 || columns.campaign[row] === only),
          }),
    });
  }

  async campaign(id: string): Promise<CampaignView | null> {
    const at = this.#ids.indexOf(id);
    const campaign = this.#campaigns[at];
    if (campaign === undefined) return null;
    return {
      row: this.#rows[at]!,
      report: this.#log.report.campaigns[at]!,
      participants: campaign.participants.map((one) => this.#participant(one)),
      compromised: this.#compromised.filter((one) => one.campaign === id),
      chance: this.#chance(id, campaign),
      series: this.#seriesOf(campaign, id),
    };
  }

  async source(source: string) {
    const { table, detection } = this.#log;
    const place = (text: string) => this.#place(text);
    return logSource({ table, detection, campaigns: this.#campaigns, place }, source);
  }

  async *attempts(filter: AttemptFilter): AsyncIterable<AttemptRow> {
    const { table } = this.#log;
    const rows = rowsOf(table, this.#columns, this.#ids, filter);
    const { lines } = this.#options;
    if (lines === undefined || (filter.limit ?? Number.POSITIVE_INFINITY) > MOST_LINES) {
      for (const row of rows) yield rowAt(table, this.#columns, this.#ids, row);
      return;
    }
    const page = [...rows].map((row) => rowAt(table, this.#columns, this.#ids, row));
    yield* await withLines(page, lines, PATIENCE_MS);
  }

  async attempt(seq: number): Promise<AttemptRow | null> {
    const { table } = this.#log;
    if (!Number.isInteger(seq) || seq < 1 || seq > table.length) return null;
    const row = rowAt(table, this.#columns, this.#ids, seq - 1);
    const { lines } = this.#options;
    return lines === undefined ? row : (await withLines([row], lines, PATIENCE_MS))[0]!;
  }

  async participants(query: { readonly since?: number; readonly confidence?: number }) {
    return this.#campaigns
      .flatMap((campaign, i) =>
        campaign.participants
          .filter((one) => one.lastSeen >= (query.since ?? Number.NEGATIVE_INFINITY))
          .filter((one) => one.confidence >= (query.confidence ?? 0))
          .map((one) => ({ ...this.#participant(one), campaign: this.#ids[i]! })),
      )
      .sort((a, b) => b.confidence - a.confidence || (a.source < b.source ? -1 : 1));
  }

  async standingBlocks() {
    return [];
  }

  async actions() {
    return [];
  }

  async sharedNames(names: readonly string[]): Promise<ReadonlySet<string>> {
    this.#shared ??= sharedUsers(this.#log.table);
    return new Set(names.filter((name) => this.#shared!.has(name)));
  }

  async *events() {}

  async news() {
    return [];
  }

  #place(source: string): Place | null {
    return this.#options.places?.placeOf(source) ?? null;
  }

  #participant(one: Campaign['participants'][number]): ParticipantView {
    const source = this.#log.table.sources[one.source] ?? '';
    return {
      source,
      confidence: one.confidence,
      attempts: one.attempts,
      firstSeen: one.firstSeen,
      lastSeen: one.lastSeen,
      isLoud: one.loud,
      released: null,
      isBlocked: false,
      place: this.#place(source),
    };
  }

  #blocks(): BlockSummary {
    const known = this.#options.prevented?.();
    return {
      standing: 0,
      isDryRun: true,
      prevented: known?.prevented ?? 0,
      isEstimate: known?.isAll !== true,
      limit: known?.limit ?? 0,
    };
  }

  #totals(): Overview['totals'] {
    const { report, detection } = this.#log;
    const { attempts, failures, successes, sources, usernames } = report.input;
    const participants = this.#campaigns.reduce((sum, one) => sum + one.participants.length, 0);
    const loudSources = detection.loudSources.length;
    return { attempts, failures, successes, sources, users: usernames, participants, loudSources };
  }

  #totalsOf(from: number, to: number, campaigns: readonly CampaignRow[]): Overview['totals'] {
    const { table } = this.#log;
    const sources = new Set<number>();
    const users = new Set<number>();
    const loud = new Set<number>();
    let successes = 0;
    for (let row = from; row < to; row++) {
      const source = table.source[row]!;
      sources.add(source);
      if (table.user[row] !== NO_USER) users.add(table.user[row]!);
      if (table.outcome[row] === SUCCESS) successes++;
      if ((this.#columns.flags[row]! & IS_LOUD) !== 0) loud.add(source);
    }
    return {
      attempts: to - from,
      failures: to - from - successes,
      successes,
      sources: sources.size,
      users: users.size,
      participants: campaigns.reduce((sum, one) => sum + one.participants, 0),
      loudSources: loud.size,
    };
  }

  /** Rows of the interval: from the first on, before the second. */
  #rowsIn({ since, until }: Interval): { readonly from: number; readonly to: number } {
    const { time } = this.#log.table;
    const from = since === undefined ? 0 : firstFrom(time, since);
    const to = until === undefined ? time.length : firstFrom(time, until);
    return { from, to: Math.max(from, to) };
  }

  #series(from: number, to: number, interval: Interval): Series {
    const { table } = this.#log;
    if (to <= from) return NO_SERIES;
    const steps = stepsOf(table.time[from]!, table.time[to - 1]!, interval);
    const counter = new SeriesCounter(steps, this.#ids);
    for (let row = from; row < to; row++)
      counter.add(table.time[row]!, this.#kind(row), this.#columns.campaign[row]!);
    return counter.series();
  }

  #seriesOf(campaign: Campaign, id: string): Series {
    const { table } = this.#log;
    const counter = new SeriesCounter(stepsOf(campaign.firstSeen, campaign.lastSeen), [id]);
    for (const row of campaign.rows)
      counter.add(table.time[row]!, table.outcome[row] === SUCCESS ? 'success' : 'quiet', 1);
    return counter.series();
  }

  #kind(row: number): 'success' | 'loud' | 'quiet' {
    if (this.#log.table.outcome[row] === SUCCESS) return 'success';
    return (this.#columns.flags[row]! & IS_LOUD) !== 0 ? 'loud' : 'quiet';
  }

  #chance(id: string, campaign: Campaign): Chance | null {
    const known = this.#chances.get(id);
    if (known !== undefined) return known;
    const chance = chanceOf(this.#log.table, this.#columns.flags, campaign);
    this.#chances.set(id, chance);
    return chance;
  }
}

function touches(one: CampaignRow, { since, until }: Interval): boolean {
  return one.lastSeen >= (since ?? one.lastSeen) && one.firstSeen < (until ?? Number.POSITIVE_INFINITY);
}

function rowOfCampaign(campaign: Campaign, report: Report['campaigns'][number]): CampaignRow {
  return {
    id: report.id,
    title: report.title,
    firstSeen: campaign.firstSeen,
    lastSeen: campaign.lastSeen,
    opened: null,
    isOngoing: report.ongoing,
    attempts: report.attempts,
    participants: campaign.participants.length,
    users: report.usernames.count,
    compromised: campaign.compromised.length,
    returnOf: report.returnOf === null ? [] : [report.returnOf.campaign],
  };
}

/** Names that several sources tried, or that the server has. */
function sharedUsers(table: AttemptTable): ReadonlySet<string> {
  const firstSource = new Uint32Array(table.users.length).fill(NO_INDEX);
  const isShared = new Uint8Array(table.users.length);
  for (let row = 0; row < table.length; row++) {
    const user = table.user[row]!;
    const first = firstSource[user]!;
    if (first === NO_INDEX) firstSource[user] = table.source[row]!;
    else if (first !== table.source[row]) isShared[user] = 1;
    if (table.account[row] === ACCOUNT_KNOWN || table.outcome[row] === SUCCESS) isShared[user] = 1;
  }
  return new Set(table.users.filter((_, user) => isShared[user] === 1));
}

function compromisesOf(table: AttemptTable, campaign: Campaign, id: string): readonly Compromise[] {
  return campaign.compromised.map(({ source, user, sensor, time }) => ({
    campaign: id,
    source: table.sources[source] ?? '',
    user: table.users[user] ?? '',
    sensor: table.sensors[sensor] ?? '',
    time,
  }));
}
