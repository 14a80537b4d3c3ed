/**
 * Attempts and the detection made from them to the one report that every rendering is made from: text, JSON, HTML.
 * Pure, total and the same to the byte on every machine: numbers are rounded here and not in the renderings, no
 * clock is asked, nothing depends on the locale, and no detection, however odd, makes it throw.
 */
import type { AttemptTable } from '../model/attempt.ts';
import {
  type Campaign,
  DEFAULT_DETECT_OPTIONS,
  type Detection,
  type DetectOptions,
} from '../model/detection.ts';
import { adviceFor } from './advice.ts';
import { campaignReport, sensorText, sourceText } from './campaign.ts';
import { loginsOf } from './logins.ts';
import { noticeReport } from './notices.ts';
import { returnReport } from './returns.ts';
import type { Report } from './schema.ts';
import { allRows, extent, servicesOf, summarise } from './tally.ts';
import { byText, reportSeconds, reportTime, wellFormed, wholeCount } from './values.ts';

/** What was read, and the attempts in it. */
export interface ReportInput {
  readonly table: AttemptTable;
  readonly input: {
    readonly paths: readonly string[];
    readonly bytes: number;
    readonly lines: number;
    /** Lines of a login service that no rule understood, and some of them. */
    readonly unreadLines: number;
    readonly unreadSamples: readonly {
      readonly file: string;
      readonly line: number;
      readonly text: string;
      readonly reason: string;
    }[];
  };
  /** Attempts before `since` or from `until` on were left out, seconds since 1970; null or left out: none were. */
  readonly asked?: { readonly since: number | null; readonly until: number | null };
}

/** `options`: those that the detection was made with. Never throws. */
export function buildReport(
  log: ReportInput,
  detection: Detection,
  options: DetectOptions = DEFAULT_DETECT_OPTIONS,
): Report {
  const { table } = log;
  const summary = summarise(table, allRows(table));
  const ordered = inOrder(detection);
  const idOf = (at: number) => {
    const i = ordered.findIndex((one) => one.at === at);
    return i < 0 ? undefined : `c${i + 1}`;
  };
  const campaigns = ordered.map(({ campaign }, i) =>
    campaignReport(campaign, i + 1, table, returnReport(campaign, detection.campaigns, idOf)),
  );
  const notices = detection.notices.map((notice) => noticeReport(notice, table));
  const loudSources = detection.loudSources.map((one) => ({
    source: sourceText(table, one.source),
    attempts: wholeCount(one.attempts),
    firstSeen: reportTime(one.firstSeen),
    lastSeen: reportTime(one.lastSeen),
  }));
  const unreadLines = wholeCount(log.input.unreadLines);
  const lines = wholeCount(log.input.lines);
  return {
    schema: 'slowbrute.report/1',
    input: inputReport(log, summary),
    summary,
    judged: {
      quietFailures: wholeCount(detection.quietFailures),
      quietSources: wholeCount(detection.quietSources),
      peopleSources: detection.peopleSources.length,
      loudFailures: wholeCount(options.loudFailures),
      loudSeconds: reportSeconds(options.loudSeconds),
      falseCampaigns: Number(options.falseCampaigns.toPrecision(2)),
    },
    campaigns,
    loudSources,
    notices,
    advice: adviceFor({
      logins: loginsOf(table, detection),
      campaigns,
      notices,
      loudSources: loudSources.length,
      lines,
      unreadLines,
    }),
  };
}

/** By first attempt, so that the same log gives the same ids; equal times by the first row, then as they came. */
export function inOrder(detection: Detection): readonly { campaign: Campaign; at: number }[] {
  return detection.campaigns
    .map((campaign, at) => ({ campaign, at }))
    .sort(
      (a, b) =>
        a.campaign.firstSeen - b.campaign.firstSeen ||
        (a.campaign.rows[0] ?? 0) - (b.campaign.rows[0] ?? 0) ||
        a.at - b.at,
    );
}

function timeOrNull(seconds: number | null | undefined): string | null {
  return seconds === null || seconds === undefined ? null : reportTime(seconds);
}

/** What was read: the same part of every document. */
export function buildInput(log: ReportInput): Report['input'] {
  return inputReport(log, summarise(log.table, allRows(log.table)));
}

function inputReport(log: ReportInput, summary: Report['summary']): Report['input'] {
  const { table, input } = log;
  const reach = extent(table, allRows(table));
  const first = table.time[0];
  const last = table.time[table.length - 1];
  const lastCounted = table.counted?.last.reduce((a, b) => Math.max(a, b), 0) ?? 0;
  return {
    paths: input.paths.map(wellFormed),
    bytes: wholeCount(input.bytes),
    lines: wholeCount(input.lines),
    attempts: summary.all.attempts + reach.successes,
    failures: summary.all.attempts,
    successes: reach.successes,
    unknownUserFailures: summary.unknownUsers.attempts,
    knownUserFailures: summary.knownUsers.attempts,
    usernames: reach.usernames,
    sources: reach.sources,
    sensors: reach.sensors.map((sensor) => sensorText(table, sensor)).sort(byText),
    services: servicesOf(table, allRows(table)),
    unreadLines: wholeCount(input.unreadLines),
    unreadSamples: input.unreadSamples.map((one) => ({
      file: wellFormed(one.file),
      line: wholeCount(one.line),
      text: wellFormed(one.text),
      reason: wellFormed(one.reason),
    })),
    firstSeen: first === undefined ? null : reportTime(first),
    lastSeen: last === undefined ? null : reportTime(Math.max(last, lastCounted)),
    since: timeOrNull(log.asked?.since),
    until: timeOrNull(log.asked?.until),
  };
}
