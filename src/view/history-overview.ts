/** The overview of a history: how the site is now, and its failures over time by what they belong to. */
import { DAY } from '../model/time.ts';
import type { StoredBlock } from '../store/history.ts';
import { campaignAt, type HistoryFacts } from './history-facts.ts';
import { loudSources } from './loud.ts';
import type { HistorySiteOptions } from './of-history.ts';
import { NO_SERIES, SeriesCounter, stepsOf } from './series.ts';
import type { BlockSummary, CampaignRow, Interval, Overview, Series } from './site.ts';
import { stateOf, stateSays } from './state.ts';
import type { WeeksSay } from './weeks.ts';

/** Attempts that are counted for the series; of more every n-th, times n. */
const MOST_COUNTED = 500_000;

export async function historyOverview(
  facts: HistoryFacts,
  options: HistorySiteOptions,
  interval: Interval,
  { rows, weeks }: { readonly rows: readonly CampaignRow[]; readonly weeks: WeeksSay },
): Promise<Overview> {
  const { questions } = options;
  const now = options.now();
  const ids = new Set(rows.map(({ id }) => id));
  const compromised = facts.compromised.filter(({ campaign }) => ids.has(campaign));
  const figures = await figuresOf(facts, options, interval);
  const state = stateOf(rows, now);
  const size = await questions.size();
  const totals = {
    ...figures.totals,
    participants: new Set(
      facts.campaigns
        .filter(({ id }) => ids.has(id))
        .flatMap(({ participants }) =>
          participants.filter(({ released }) => released === null).map(({ source }) => source),
        ),
    ).size,
  };
  return {
    site: {
      kind: 'history',
      name: options.name,
      sensors: figures.sensors,
      now,
      firstSeen: size.oldest,
      lastSeen: await lastTime(options),
      version: options.version,
      attributions: options.places?.attributions ?? [],
    },
    state,
    says: stateSays({ state, campaigns: rows, compromised, totals }),
    problems: (await options.problems?.()) ?? [],
    totals,
    campaigns: rows,
    compromised,
    blocks: blockSummary(facts, await questions.blocks({}), options.isDryRun?.() ?? true, now),
    series: figures.series,
    notices: weeks.notices,
    advice: weeks.advice,
  };
}

async function lastTime({ questions }: HistorySiteOptions): Promise<number | null> {
  for await (const { time } of questions.attempts({ newestFirst: true, limit: 1 })) return time;
  return null;
}

interface Figures {
  readonly totals: Omit<Overview['totals'], 'participants'>;
  readonly sensors: readonly string[];
  readonly series: Series;
}

async function figuresOf(
  facts: HistoryFacts,
  { questions }: HistorySiteOptions,
  interval: Interval,
): Promise<Figures> {
  const whole = new Set(facts.members.keys());
  const columns = await questions.columns({ ...interval, most: MOST_COUNTED, whole });
  const { failures, successes } = await questions.countAttempts(interval);
  const n = columns.length;
  const members = columns.sources.map((source) => facts.members.get(source));
  const isLoud = loudSources(columns);
  let ofCampaigns = 0;
  const numbers = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    numbers[i] = campaignAt(members[columns.source[i]!], columns.time[i]!);
    if (numbers[i] !== 0) ofCampaigns++;
  }
  // attempts of campaigns are all there; the others stand for those that are not
  const weight = n > ofCampaigns ? (columns.all - ofCampaigns) / (n - ofCampaigns) : 1;
  let series = NO_SERIES;
  if (n > 0) {
    const counter = new SeriesCounter(stepsOf(columns.time[0]!, columns.time[n - 1]!, interval), facts.ids);
    for (let i = 0; i < n; i++) {
      const kind = columns.success[i] === 1 ? 'success' : isLoud[columns.source[i]!] === 1 ? 'loud' : 'quiet';
      counter.add(columns.time[i]!, kind, numbers[i]!, numbers[i] === 0 ? weight : 1);
    }
    series = counter.series();
  }
  return {
    totals: {
      attempts: failures + successes,
      failures,
      successes,
      sources: columns.sources.length,
      users: columns.users.length,
      loudSources: isLoud.reduce((sum, one) => sum + one, 0),
    },
    sensors: [...columns.sensors].sort(),
    series,
  };
}

/**
 * What blocks stopped. A firewall that drops counts nothing, so of blocks of participants it is estimated: at the pace at which each
 * came before it was blocked, it would have come again while the block stood and the campaign went on.
 */
function blockSummary(
  facts: HistoryFacts,
  blocks: readonly StoredBlock[],
  isDryRun: boolean,
  now: number,
): BlockSummary {
  const campaigns = new Map(facts.campaigns.map((one) => [one.id, one]));
  let prevented = 0;
  let limit = 0;
  for (const campaign of facts.campaigns)
    limit += Math.max(
      0,
      campaign.attempts - campaign.participants.filter((one) => one.released === null).length,
    );
  for (const { reason, source, from, ended } of blocks) {
    if (reason.kind !== 'participant' || source === null) continue;
    const campaign = campaigns.get(reason.campaign);
    const one = campaign?.participants.find((participant) => participant.source === source);
    if (campaign === undefined || one === undefined) continue;
    const end = Math.min(ended ?? now, campaign.ended === null ? now : campaign.lastSeen);
    const span = Math.max(DAY, from - one.firstSeen);
    prevented += (one.attempts * Math.max(0, end - from)) / span;
  }
  const estimate = Math.round(prevented);
  return {
    standing: blocks.filter(({ ended }) => ended === null).length,
    isDryRun,
    prevented: estimate,
    isEstimate: true,
    limit: limit + (isDryRun ? 0 : estimate),
  };
}
