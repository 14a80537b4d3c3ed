/**
 * The figures of live detection for a terminal of 100 columns: each figure beside its bar, and below it the tables that
 * they were taken from. A share before a slash is pooled over the runs, the one behind it is the worst run's; `missed`
 * is a run without an alarm; `-` is nothing to measure.
 */
import { hoursText, shareText, textTable } from '../table.ts';
import { type Bar, bars, rateText } from './bars.ts';
import { GROUP_NAMES, type Group, groupOf, type MeasureName } from './measures.ts';
import { reliabilityPoints } from './reliability.ts';
import type { LiveSummary, ParticipantSummary, Share, Spread } from './summary.ts';

/** All tables that have rows, blank lines between, ending in a line feed. Bars are those of the `measures` taken. */
export function liveTables(summary: LiveSummary, measures: readonly MeasureName[]): string {
  const tables = [
    barTable(bars(summary).filter(({ of }) => of === null || measures.includes(of))),
    alarmTable(summary),
    preventedTable(summary),
    participantTable(summary),
    separationTable(summary),
    falseCampaignTable(summary),
    reliabilityTable(summary),
  ];
  return tables.filter((table) => table !== '').join('\n');
}

const VERDICT = { true: 'yes', false: 'NO', null: '-' } as const;

function barTable(all: readonly Bar[]): string {
  return titled(
    'live detection',
    ['figure', 'must', 'met'],
    all.map(({ what, figure, must, met }) => [what, figure, must, VERDICT[`${met}`]]),
  );
}

/** A table with its title as the head of the first column; nothing where it has no rows. */
function titled(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : textTable([title, ...head], rows);
}

function alarmTable({ alarms }: LiveSummary): string {
  const attempts = (value: number | null) => (value === null ? 'missed' : String(value));
  const hours = (value: number | null) => (value === null ? 'missed' : hoursText(value));
  const both = (spread: Spread, text: (value: number | null) => string) => [
    text(spread.median),
    text(spread.worst),
  ];
  return titled(
    'before the alarm',
    ['campaigns', 'missed', 'attempts', 'worst', 'hours', 'worst'],
    alarms.map((one) => [
      one.scenario,
      String(one.campaigns),
      String(one.missed),
      ...both(one.attempts, attempts),
      ...both(one.hours, hours),
    ]),
  );
}

function preventedTable({ prevented }: LiveSummary): string {
  return titled(
    'prevented, of the limit',
    ['watched', 'blocked'],
    prevented.map(({ scenario, open, closed }) => [scenario, share(open), share(closed)]),
  );
}

function share({ pooled, worst }: Share): string {
  const first = shareText(pooled, 3);
  const second = shareText(worst, 3);
  return first === second ? first : `${first}/${second}`;
}

const TITLES: Readonly<Record<Group, string>> = {
  standard: 'ALL OF THESE',
  'slow-corner': 'THE SLOW CORNER',
  hostile: 'WHO KNOWS THE METHOD',
};

function participantTable({ participants, groups, pooled }: LiveSummary): string {
  const row = (one: ParticipantSummary) => [
    one.scenario,
    String(one.runs),
    share(one.precision),
    share(one.recall),
    `${one.opened}/${one.trueCampaigns}`,
    String(one.falseCampaigns),
    String(one.ever),
    String(one.peopleEver),
    String(one.scannersEver),
    String(one.loudEver),
    hits(one.compromises),
  ];
  const rows = GROUP_NAMES.flatMap((group) => {
    const members = participants.filter(({ scenario }) => groupOf(scenario) === group);
    const together = groups[group];
    const total =
      together !== undefined && members.length > 1 ? [row({ ...together, scenario: TITLES[group] })] : [];
    return [...members.map(row), ...total];
  });
  if (pooled !== null && Object.keys(groups).length > 1) rows.push(row({ ...pooled, scenario: 'ALL' }));
  return titled(
    'participants',
    ['runs', 'precision', 'recall', 'opened', 'false', 'ever', 'people', 'scan.', 'loud', 'hits'],
    rows,
  );
}

/** `19/20` logins of participants told of, of those there are; `+1` where one was told of that there is not. */
function hits({ found, missed, false: wrong }: ParticipantSummary['compromises']): string {
  if (found + missed + wrong === 0) return '-';
  return `${found}/${found + missed}${wrong > 0 ? `+${wrong}` : ''}`;
}

function separationTable({ separation }: LiveSummary): string {
  return titled(
    'told apart',
    ['campaigns', 'opened', 'purity', 'in one', 'return said'],
    separation.map((one) => [
      one.scenario,
      String(one.trueCampaigns),
      String(one.opened),
      share(one.purity),
      share(one.own),
      `${one.returnsSaid}/${one.runs}`,
    ]),
  );
}

function falseCampaignTable({ falseCampaigns }: LiveSummary): string {
  return titled(
    'false campaigns',
    ['site-years', 'seen', 'a year', '95 % from', 'to', 'stated', 'named', 'people'],
    falseCampaigns.map((one) => [
      one.loginsPerDay === null ? 'all' : `${one.loginsPerDay} logins a day`,
      one.siteYears.toFixed(0),
      String(one.observed),
      rateText(one.perYear),
      rateText(one.low),
      rateText(one.high),
      rateText(one.stated),
      String(one.named),
      String(one.peopleEver),
    ]),
  );
}

function reliabilityTable({ reliability }: LiveSummary): string {
  const rows = (['scan', 'live'] as const).flatMap((which) => [
    ...reliabilityPoints(reliability[which]).map((point) => [
      `${which}: ${point.from} to ${point.to}`,
      String(point.sources),
      String(point.belong),
      point.stated.toFixed(4),
      point.share.toFixed(4),
      `${point.interval.low.toFixed(4)} to ${point.interval.high.toFixed(4)}`,
    ]),
    ...unnamedRow(which, reliability[which].unnamed),
  ]);
  return titled('confidence', ['sources', 'belong', 'stated', 'share', '95 %'], rows);
}

function unnamedRow(which: string, { sources, belong }: { sources: number; belong: number }): string[][] {
  if (sources === 0) return [];
  return [[`${which}: not named`, String(sources), String(belong), '-', (belong / sources).toFixed(4), '-']];
}
