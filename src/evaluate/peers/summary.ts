/** The logs of a scenario as one line a peer: counts are added over the logs on which it ran, then divided. Pure. */
import { ratio } from '../score.ts';
import type { Peer } from './peer.ts';
import type { LogResult } from './run.ts';
import type { BlockedShare, PeerScore } from './score.ts';

export interface PeerSummary {
  readonly peer: string;
  /** Logs on which it ran, and why it did not on the first of the others. */
  readonly logs: number;
  readonly absent: string | null;
  readonly participants: BlockedShare;
  readonly people: BlockedShare;
  readonly scanners: BlockedShare;
  readonly loud: BlockedShare;
  readonly attackAttempts: number;
  readonly limit: number;
  /** Shares of the limit; null where there is no campaign. */
  readonly preventedShare: number | null;
  readonly preventedForGoodShare: number | null;
  /** The least share of one log. */
  readonly preventedWorst: number | null;
  readonly loudPreventedShare: number | null;
  readonly peopleStopped: number;
  /** Median of attack attempts before the first block of a participant, over the logs that have one. */
  readonly attemptsBeforeFirst: number | null;
  /** Logs with a campaign, and those of them in which no participant was ever blocked. */
  readonly campaignLogs: number;
  readonly blindLogs: number;
  readonly cpuSecondsPer100kLines: number | null;
  /** The same over that of the peer `slowbrute`; null where one of both did not run. */
  readonly cpuRatio: number | null;
}

export interface PeersSummary {
  /** A scenario's name, or `all`. */
  readonly scenario: string;
  readonly logs: number;
  readonly lines: number;
  readonly peers: readonly PeerSummary[];
}

/** The peer that processor times are compared with. */
const YARDSTICK = 'slowbrute';

/** One summary a scenario in the order of the results, and one of all where there are several. */
export function summarisePeers(
  results: readonly LogResult[],
  peers: readonly Peer[],
): readonly PeersSummary[] {
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const groups = scenarios.map((scenario) => ({
    scenario,
    group: results.filter((result) => result.scenario === scenario),
  }));
  if (groups.length > 1) groups.push({ scenario: 'all', group: [...results] });
  return groups.map(({ scenario, group }) => {
    const cost = costOf(group, YARDSTICK);
    return {
      scenario,
      logs: group.length,
      lines: sum(group, ({ lines }) => lines),
      peers: peers.map(({ name }) => summarise(name, group, cost)),
    };
  });
}

function summarise(peer: string, group: readonly LogResult[], yardstick: number | null): PeerSummary {
  const runs = group.flatMap(({ peers }) => {
    const result = peers[peer];
    return result?.kind === 'ran' ? [result.score] : [];
  });
  const absent = group.map(({ peers }) => peers[peer]).find((result) => result?.kind === 'absent');
  const total = (of: (score: PeerScore) => number) => sum(runs, of);
  const pooled = (of: (score: PeerScore) => BlockedShare): BlockedShare => ({
    sources: total((score) => of(score).sources),
    blocked: total((score) => of(score).blocked),
  });
  const limit = total((score) => score.limit);
  const withCampaign = runs.filter(({ attackAttempts }) => attackAttempts > 0);
  const firsts = withCampaign.flatMap(({ attemptsBeforeFirst }) =>
    attemptsBeforeFirst === null ? [] : [attemptsBeforeFirst],
  );
  const shares = withCampaign.flatMap((score) => ratio(score.prevented, score.limit) ?? []);
  const cost = costOf(group, peer);
  return {
    peer,
    logs: runs.length,
    absent: absent?.kind === 'absent' ? absent.reason : null,
    participants: pooled((score) => score.participants),
    people: pooled((score) => score.people),
    scanners: pooled((score) => score.scanners),
    loud: pooled((score) => score.loud),
    attackAttempts: total((score) => score.attackAttempts),
    limit,
    preventedShare: ratio(
      total((score) => score.prevented),
      limit,
    ),
    preventedForGoodShare: ratio(
      total((score) => score.preventedForGood),
      limit,
    ),
    preventedWorst: shares.length === 0 ? null : Math.min(...shares),
    loudPreventedShare: ratio(
      total((score) => score.loudPrevented),
      total((score) => score.loudAttempts),
    ),
    peopleStopped: total((score) => score.peopleStopped),
    attemptsBeforeFirst: median(firsts),
    campaignLogs: withCampaign.length,
    blindLogs: withCampaign.length - firsts.length,
    cpuSecondsPer100kLines: cost,
    cpuRatio: cost === null || yardstick === null || yardstick === 0 ? null : cost / yardstick,
  };
}

/** Processor seconds for 100,000 lines, over the logs on which the peer ran. */
function costOf(group: readonly LogResult[], peer: string): number | null {
  let seconds = 0;
  let lines = 0;
  for (const log of group) {
    const result = log.peers[peer];
    if (result?.kind !== 'ran') continue;
    seconds += result.cpuSeconds;
    lines += log.lines;
  }
  return lines === 0 ? null : (seconds / lines) * 100_000;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
