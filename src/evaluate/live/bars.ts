/**
 * Each figure beside its bar: what must be reached, as the project set it for itself, with what the published detector
 * reaches (Javed & Paxson, CCS 2013) where it says so. A figure that was not measured in this run has no verdict.
 */
import { hoursText, shareText } from '../table.ts';
import { ratio, worstOf } from './figures.ts';
import {
  FEBRUARY,
  isWave,
  type MeasureName,
  PREVENTED,
  RATES,
  rateScenario,
  THREE_MINUTES,
} from './measures.ts';
import { shareFrom } from './reliability.ts';
import { type AlarmSummary, type LiveSummary, type Spread, waveAlarms } from './summary.ts';

export interface Bar {
  /** The measure that it takes to know the figure; null: every measure tells of it. */
  readonly of: MeasureName | null;
  readonly what: string;
  /** What was measured; `-` where nothing was. */
  readonly figure: string;
  readonly must: string;
  /** Null where it was not measured, or not enough of it to tell. */
  readonly met: boolean | null;
}

/** From one every hour and a half to one every quarter of an hour: `15 to 100 a day`. */
const PAPER_RATES = RATES.filter((rate) => rate >= 15 && rate <= 100);
const DELAYS: readonly (readonly [number, number])[] = [
  [10, 24],
  [5, 96],
  [50, 4],
];
/** Of what could be prevented, in the order of {@link PREVENTED}. */
const SHARES = [0.98, 0.92, 0.92, 0.95, 0.85];
const WAVE_HOURS = 6;

export function bars(summary: LiveSummary): readonly Bar[] {
  const alarm = (scenario: string) => summary.alarms.find((one) => one.scenario === scenario);
  const of = (measure: MeasureName | null, figures: readonly Figure[]): Bar[] =>
    figures.map((figure) => ({ of: measure, ...figure }));
  return [
    ...of('alarms', [
      ...threeMinutes(alarm(THREE_MINUTES)),
      ...rates(PAPER_RATES.map(rateScenario).map(alarm)),
      ...DELAYS.map(([perDay, most]) => delay(perDay, most, alarm(rateScenario(perDay)))),
      worstRate(RATES.map(rateScenario).map(alarm)),
    ]),
    ...of(
      'prevented',
      PREVENTED.map((scenario, i) => prevented(summary, scenario, SHARES[i]!)),
    ),
    ...of(null, [people(summary), scanners(summary)]),
    ...of('waves', [waves(summary)]),
    ...of(
      'february',
      FEBRUARY.map((scenario) => february(summary, scenario)),
    ),
    ...of('participants', participants(summary)),
    ...of('false-campaigns', [falseCampaigns(summary)]),
    ...of('reliability', confidence(summary)),
  ];
}

type Figure = Omit<Bar, 'of'>;

const missing = (what: string, must: string): Figure => ({ what, figure: '-', must, met: null });

/** A number of attempts, or that it never came. */
const attemptsText = (value: number | null) =>
  value === null ? 'missed' : String(Math.round(value * 10) / 10);
const reached = (value: number | null, most: number) => value !== null && value <= most;

function threeMinutes(one: AlarmSummary | undefined): Figure[] {
  const bar = (which: keyof Spread, most: number): Figure => {
    const what = `attempts before the alarm, 3 minutes apart: ${which}`;
    if (one === undefined) return missing(what, `${most}`);
    const value = one.attempts[which];
    return { what, figure: attemptsText(value), must: `${most}`, met: reached(value, most) };
  };
  return [bar('median', 10), bar('worst', 31)];
}

function rates(all: readonly (AlarmSummary | undefined)[]): Figure[] {
  const what = 'attempts before the alarm at 15, 25, 50, 100 a day';
  const must = '20 (paper: 32 to 48)';
  const there = all.filter((one) => one !== undefined);
  if (there.length === 0) return [missing(what, must)];
  return [
    {
      what,
      figure: there.map((one) => attemptsText(one.attempts.median)).join(' '),
      must,
      met: there.every((one) => reached(one.attempts.median, 20)),
    },
  ];
}

function delay(perDay: number, most: number, one: AlarmSummary | undefined): Figure {
  const what = `hours before the alarm at ${perDay} attempts a day`;
  const paper = { 10: 175, 5: 984, 50: 16 }[perDay];
  const must = `${most} (paper: ${paper})`;
  if (one === undefined) return missing(what, must);
  const value = one.hours.median;
  return {
    what,
    figure: value === null ? 'missed' : hoursText(value),
    must,
    met: reached(value, most),
  };
}

function worstRate(all: readonly (AlarmSummary | undefined)[]): Figure {
  const what = 'attempts before the alarm, worst rate: median; any run';
  const must = '150 (paper: 470)';
  const there = all.filter((one) => one !== undefined);
  if (there.length === 0) return missing(what, must);
  const worst = (which: keyof Spread) =>
    worstOf(there.map((one) => one.attempts[which] ?? Number.POSITIVE_INFINITY));
  return {
    what,
    figure: `${attemptsText(worst('median'))}; ${attemptsText(worst('worst'))}`,
    must,
    met: reached(worst('median'), 150),
  };
}

function prevented(summary: LiveSummary, scenario: string, least: number): Figure {
  const what = `prevented, ${scenario}: open loop; closed`;
  const one = summary.prevented.find((other) => other.scenario === scenario);
  const must = shareText(least, 2);
  if (one === undefined) return missing(what, must);
  return {
    what,
    figure: `${shareText(one.open.pooled, 3)}; ${shareText(one.closed.pooled, 3)}`,
    must,
    met: (one.open.pooled ?? 0) >= least,
  };
}

function people(summary: LiveSummary): Figure {
  const what = "people's sources ever blocked, in all of this";
  if (summary.pooled === null && summary.falseCampaigns.length === 0) return missing(what, '0');
  const years = summary.falseCampaigns.at(-1)?.peopleEver ?? 0;
  const ever = (summary.pooled?.peopleEver ?? 0) + years;
  return { what, figure: String(ever), must: '0', met: ever === 0 };
}

/** Of the scenarios of the bar for participants; then of everything, where a flood of junk that is blocked shows. */
function scanners({ groups, pooled }: LiveSummary): Figure {
  const what = 'independent scanners among the blocked; hostile too';
  if (pooled === null || pooled.ever === 0) return missing(what, '.01');
  const shares = [groups.standard ?? pooled, pooled].map((one) => ratio(one.scannersEver, one.ever) ?? 0);
  return {
    what,
    figure: shares.map((share) => share.toFixed(4).replace(/^0/, '')).join('; '),
    must: '.01',
    met: shares.every((share) => share <= 0.01),
  };
}

function waves(summary: LiveSummary): Figure {
  const what = `rounds of 2008 to 2012 within ${WAVE_HOURS} h: median; every run`;
  const all = waveAlarms(summary);
  if (all.length === 0) return missing(what, '8 of 8');
  const within = (which: keyof Spread) => all.filter(({ hours }) => reached(hours[which], WAVE_HOURS)).length;
  return {
    what,
    figure: `${within('median')}; ${within('worst')} of ${all.length}`,
    must: '8 of 8',
    met: within('median') === all.length && all.every(({ scenario }) => isWave(scenario)),
  };
}

function february(summary: LiveSummary, scenario: string): Figure {
  const what = `${scenario}: day of the alarm; alarms before`;
  const must = '16 or 17; 0';
  const one = summary.february.find((other) => other.scenario === scenario);
  if (one === undefined) return missing(what, must);
  const days = [...new Set(one.days)].sort((a, b) => (a ?? 99) - (b ?? 99));
  return {
    what,
    figure: `${days.map((day) => day ?? 'never').join(' ')}; ${one.before}`,
    must,
    met: one.before === 0 && days.every((day) => day === 16 || day === 17),
  };
}

/** The bar is for campaigns that names in turn can tell of; the same figure over everything stands beside it. */
function participants({ groups, pooled }: LiveSummary): Figure[] {
  const bar = (which: 'precision' | 'recall', least: number): Figure => {
    const what = `participants, live: ${which}; slow corner, hostile too`;
    const value = groups.standard?.[which].pooled ?? null;
    if (value === null) return missing(what, shareText(least, 2));
    return {
      what,
      figure: `${shareText(value, 3)}; ${shareText(pooled?.[which].pooled ?? null, 3)}`,
      must: shareText(least, 2),
      met: value >= least,
    };
  };
  return [bar('precision', 0.99), bar('recall', 0.95)];
}

function falseCampaigns(summary: LiveSummary): Figure {
  const what = 'false campaigns a year (95 % interval)';
  const all = summary.falseCampaigns.at(-1);
  if (all?.perYear == null) return missing(what, 'factor of 2');
  const { stated, perYear, low, high } = all;
  const isWithin = perYear >= stated / 2 && perYear <= stated * 2;
  // too few years to tell is no verdict
  const couldBe = (low ?? 0) <= stated * 2 && (high ?? 0) >= stated / 2;
  return {
    what,
    figure: `${rateText(perYear)} (${rateText(low)} to ${rateText(high)})`,
    must: `${rateText(stated / 2)} to ${rateText(stated * 2)}`,
    met: isWithin ? true : couldBe ? null : false,
  };
}

/** `0.48`, `12`: two digits. */
export function rateText(value: number | null): string {
  if (value === null) return '-';
  return value >= 10 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 2);
}

function confidence(summary: LiveSummary): Figure[] {
  return (['live', 'scan'] as const).map((which) => {
    const what = `of those named with 0.9 and more, how many belong: ${which}`;
    const share = shareFrom(summary.reliability[which], 0.9);
    if (share === null) return missing(what, '.90');
    return { what, figure: shareText(share, 3), must: '.90', met: share >= 0.9 };
  });
}
