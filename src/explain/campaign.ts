/**
 * One campaign of the detection as the report has it: indexes become texts, rows become counts for each day, the
 * names' walk through the alphabet, the known users it tries and how its participants come back.
 */
import { ACCOUNT_KNOWN, type AttemptTable, FAILURE, METHODS, NO_USER, SUCCESS } from '../model/attempt.ts';
import { countedOf } from '../model/counted.ts';
import type { Campaign } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import { campaignParagraphs, campaignTitle, certainty } from './narrative.ts';
import type { CampaignReport, CompromisedReport } from './schema.ts';
import { evidenceSentence } from './sentences.ts';
import { extent, type Rows, servicesOf, summarise, validRows } from './tally.ts';
import {
  byText,
  decimals,
  median,
  reportConfidence,
  reportDate,
  reportFalseAlarm,
  reportSeconds,
  reportTime,
  wellFormed,
  wholeCount,
  wholeSeconds,
} from './values.ts';
import { type FirstTry, walkReport } from './walk.ts';

/** Names shown of a campaign: enough to recognise the list, few enough for one line. */
const SAMPLE = 12;
const TOP_KNOWN_USERS = 10;
/**
 * A campaign is still going on when its last attempt is at most a day before the log's end, or 20 of its own gaps
 * where it is slower than that; one that lasted less than a day is given no longer a pause than that. At half of it a
 * campaign that pauses for a night counts as over; at twice, one that ended the day before yesterday counts as going on.
 */
const ONGOING_SECONDS = DAY;
const ONGOING_GAPS = 20;

/** The texts of sources, users and sensors by index; an index that the table does not have is an empty text. */
export const sourceText = (table: AttemptTable, source: number) => wellFormed(table.sources[source] ?? '');
export const userName = (table: AttemptTable, user: number) => wellFormed(table.users[user] ?? '');
export const sensorText = (table: AttemptTable, sensor: number) => wellFormed(table.sensors[sensor] ?? '');

/** `number`: 1 for the campaign with the earliest first attempt. Pure and total. */
export function campaignReport(
  campaign: Campaign,
  number: number,
  table: AttemptTable,
  returnOf: CampaignReport['returnOf'] = null,
): CampaignReport {
  const rows = validRows(campaign.rows, table);
  const counted = campaign.participants.reduce((sum, { source }) => sum + countedOf(table, source), 0);
  const reach = extent(table, rows);
  const ongoing = isOngoing(campaign, table);
  const tries = firstTries(table, rows);
  const walk =
    campaign.order === 'alphabetical' || campaign.order === 'reverse-alphabetical'
      ? walkReport(tries, campaign.order, ongoing, campaign.lastSeen)
      : null;
  const last = lastName(table, rows);
  const returns = returnGaps(table, rows);
  const days = (wholeSeconds(campaign.lastSeen) - wholeSeconds(campaign.firstSeen)) / DAY;
  const facts = {
    id: `c${number}`,
    firstSeen: reportTime(campaign.firstSeen),
    lastSeen: reportTime(campaign.lastSeen),
    ongoing,
    attempts: rows.length + counted,
    falseAlarm: reportFalseAlarm(campaign.falseAlarm),
    usernames: {
      count: reach.usernames,
      order: campaign.order,
      sample: sampled(tries, SAMPLE).map((one) => wellFormed(one.name)),
      first: tries[0] === undefined ? null : wellFormed(tries[0].name),
      last,
      current: ongoing ? (walk?.current ?? last) : null,
      mostTried: mostTried(table, rows),
      walk,
      known: knownUsers(table, rows),
    },
    pace: {
      medianGapSeconds: reportSeconds(campaign.medianGapSeconds),
      attemptsPerDay: Math.max(0, decimals((rows.length + counted) / Math.max(1, days), 1)),
      returnSeconds: returns.median === undefined ? null : reportSeconds(returns.median),
      returningSources: returns.sources,
    },
    perDay: perDay(table, rows),
    sensors: reach.sensors.map((sensor) => sensorText(table, sensor)).sort(byText),
    services: servicesOf(table, rows),
    summary: summarise(table, rows),
    loud: campaign.participants.filter((one) => one.loud).length,
    participants: campaign.participants.map((one) => ({
      source: sourceText(table, one.source),
      attempts: wholeCount(one.attempts),
      firstSeen: reportTime(one.firstSeen),
      lastSeen: reportTime(one.lastSeen),
      confidence: reportConfidence(one.confidence),
      loud: one.loud,
    })),
    compromised: compromisedReports(campaign, table),
    evidence: campaign.evidence.map((one) => ({
      kind: one.kind,
      bits: decimals(one.bits, 1),
      says: evidenceSentence(one, table),
    })),
    returnOf,
  };
  return {
    ...facts,
    title: campaignTitle(facts),
    says: campaignParagraphs(facts),
    certainty: certainty(facts),
  };
}

function isOngoing(campaign: Campaign, table: AttemptTable): boolean {
  const end = table.time[table.length - 1];
  if (end === undefined) return false;
  const gaps = Number.isFinite(campaign.medianGapSeconds) ? campaign.medianGapSeconds * ONGOING_GAPS : 0;
  const pause = Math.min(ONGOING_SECONDS, campaign.lastSeen - campaign.firstSeen);
  return end - campaign.lastSeen <= Math.max(pause, gaps);
}

/** Each name that a line told, with the time of its first attempt, in order of time. */
function firstTries(table: AttemptTable, rows: Rows): FirstTry[] {
  const seen = new Uint8Array(table.users.length);
  const tries: FirstTry[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    const user = table.user[row]!;
    if (user === NO_USER || seen[user] === 1) continue;
    seen[user] = 1;
    tries.push({ name: table.users[user] ?? '', time: table.time[row]! });
  }
  return tries;
}

/** The name with most attempts, failed or not; of equals the first in plain order. */
function mostTried(table: AttemptTable, rows: Rows): CampaignReport['usernames']['mostTried'] {
  const counts = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) {
    const user = table.user[rows.at(i)]!;
    if (user !== NO_USER) counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  let most: { user: number; attempts: number } | null = null;
  for (const [user, attempts] of counts) {
    const isMore = most === null || attempts > most.attempts;
    if (isMore || (attempts === most!.attempts && table.users[user]! < table.users[most!.user]!))
      most = { user, attempts };
  }
  if (most === null) return null;
  const sources = new Set<number>();
  for (let i = 0; i < rows.length; i++)
    if (table.user[rows.at(i)] === most.user) sources.add(table.source[rows.at(i)]!);
  return { user: userName(table, most.user), attempts: most.attempts, sources: sources.size };
}

function lastName(table: AttemptTable, rows: Rows): string | null {
  for (let i = rows.length - 1; i >= 0; i--) {
    const user = table.user[rows.at(i)]!;
    if (user !== NO_USER) return userName(table, user);
  }
  return null;
}

/** At most `most` of the items, evenly spread, the first and the last among them. */
function sampled<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

function perDay(table: AttemptTable, rows: Rows): { date: string; attempts: number }[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) {
    const day = Math.floor(wholeSeconds(table.time[rows.at(i)]!) / DAY);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([day, attempts]) => ({ date: reportDate(day * DAY), attempts }));
}

/** Median of the times after which a source came back, over all returns, and how many sources did. */
function returnGaps(table: AttemptTable, rows: Rows): { median: number | undefined; sources: number } {
  const last = new Map<number, number>();
  const returned = new Set<number>();
  const gaps: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    const source = table.source[row]!;
    const time = table.time[row]!;
    const before = last.get(source);
    if (before !== undefined) {
      gaps.push(time - before);
      returned.add(source);
    }
    last.set(source, time);
  }
  return { median: median(gaps), sources: returned.size };
}

function knownUsers(table: AttemptTable, rows: Rows): CampaignReport['usernames']['known'] {
  const tried = new Map<number, { attempts: number; sources: Set<number> }>();
  let attempts = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows.at(i);
    const user = table.user[row]!;
    if (user === NO_USER || table.account[row] !== ACCOUNT_KNOWN || table.outcome[row] !== FAILURE) continue;
    attempts++;
    const entry = tried.get(user);
    if (entry === undefined) tried.set(user, { attempts: 1, sources: new Set([table.source[row]!]) });
    else {
      entry.attempts++;
      entry.sources.add(table.source[row]!);
    }
  }
  const top = [...tried]
    .map(([user, entry]) => ({
      user: userName(table, user),
      attempts: entry.attempts,
      sources: entry.sources.size,
    }))
    .sort((a, b) => b.attempts - a.attempts || byText(a.user, b.user))
    .slice(0, TOP_KNOWN_USERS);
  return { count: tried.size, attempts, top };
}

/** Adds to each success how it authenticated and how often its source had failed before, in one pass of the table. */
function compromisedReports(campaign: Campaign, table: AttemptTable): CompromisedReport[] {
  if (campaign.compromised.length === 0) return [];
  const failures = new Map<number, number>(campaign.compromised.map((one) => [one.source, 0]));
  const found = campaign.compromised.map((one) => ({
    one,
    method: null as string | null,
    failuresBefore: 0,
  }));
  for (let row = 0; row < table.length; row++) {
    const source = table.source[row]!;
    const before = failures.get(source);
    if (before === undefined) continue;
    if (table.outcome[row] === FAILURE) {
      failures.set(source, before + 1);
      continue;
    }
    for (const entry of found) {
      const { one } = entry;
      const same = one.source === source && one.user === table.user[row] && one.time === table.time[row];
      if (!same || table.outcome[row] !== SUCCESS) continue;
      entry.failuresBefore = before;
      const method = table.method[row]!;
      entry.method = method === 0 ? null : (METHODS[method] ?? null);
    }
  }
  return found.map(({ one, method, failuresBefore }) => ({
    source: sourceText(table, one.source),
    user: userName(table, one.user),
    time: reportTime(one.time),
    sensor: sensorText(table, one.sensor),
    method,
    failuresBefore,
  }));
}
