/**
 * Scenarios times seeds times peers: makes each log once, lets every peer read it, one after the other, and scores
 * what it blocked. One log is held at a time. All but processor times is the same on every machine.
 */
import type { Simulation } from '../../simulate/simulate.ts';
import type { Step } from '../run.ts';
import type { Blocks, Peer, PeerLog } from './peer.ts';
import { peerLog } from './peer-log.ts';
import { type PeerScore, scoreBlocks } from './score.ts';

/**
 * What is run unless scenarios are named: the shapes of campaign that a rule per source can and cannot see, and two
 * logs without one. People, loud sources and scanners are in all of them.
 */
export const PEER_SCENARIOS: readonly string[] = [
  'alphabetical',
  'word-list',
  'two-campaigns',
  'twenty-sensors',
  'slow',
  'every-source-once',
  'root-alone',
  'one-hit',
  'independent-scanners',
  'public-list',
];

export type PeerResult =
  | { readonly kind: 'ran'; readonly score: PeerScore; readonly cpuSeconds: number }
  | { readonly kind: 'absent'; readonly reason: string };

/** Everything measured on one log. */
export interface LogResult {
  readonly scenario: string;
  readonly seed: number;
  readonly lines: number;
  readonly attempts: number;
  readonly peers: Readonly<Record<string, PeerResult>>;
}

/** One log with what each peer blocked in it, for a picture: the first that has a campaign. */
export interface SampleLog {
  readonly scenario: string;
  readonly seed: number;
  readonly log: Pick<PeerLog, 'table' | 'truth'>;
  readonly blocks: ReadonlyMap<string, Blocks>;
}

export interface PeerStep extends Step {
  readonly peer: string;
}

export async function evaluatePeers(
  scenarios: readonly string[],
  seeds: readonly number[],
  peers: readonly Peer[],
  simulate: (scenario: string, seed: number) => Simulation,
  before: (step: PeerStep) => void,
): Promise<{ readonly results: readonly LogResult[]; readonly sample: SampleLog | null }> {
  const results: LogResult[] = [];
  let sample: SampleLog | null = null;
  const total = scenarios.length * seeds.length;
  for (const scenario of scenarios) {
    for (const seed of seeds) {
      const log = peerLog(simulate(scenario, seed));
      const blocks = new Map<string, Blocks>();
      const found: Record<string, PeerResult> = {};
      for (const peer of peers) {
        before({ scenario, seed, done: results.length, total, peer: peer.title });
        const run = await peer.run(log);
        if (run.kind === 'absent') found[peer.name] = run;
        else {
          blocks.set(peer.name, run.blocks);
          found[peer.name] = {
            kind: 'ran',
            score: scoreBlocks(log.table, log.truth, run.blocks),
            cpuSeconds: run.cpuSeconds,
          };
        }
      }
      if (sample === null && log.truth.campaigns.length > 0) {
        sample = { scenario, seed, log: { table: log.table, truth: log.truth }, blocks };
      }
      results.push({
        scenario,
        seed,
        lines: log.lines.length,
        attempts: log.table.length,
        peers: found,
      });
    }
  }
  return { results, sample };
}
