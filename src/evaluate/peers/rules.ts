/**
 * The peers that run in this process: slowbrute's own live detection, and the rules of papers as re-implemented
 * (src/evaluate/baselines). They read the same text as the programs do, by slowbrute's parser, which is part of what
 * they cost.
 */
import { createLive } from '../../detect/live/live.ts';
import { replay } from '../../detect/live/replay.ts';
import type { AttemptTable } from '../../model/attempt.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import { createLogParser } from '../../parse/log-parser.ts';
import type { Baseline } from '../baselines/baseline.ts';
import { DICTIONARY_BLOCKING } from '../baselines/dictionary-blocking.ts';
import { FIRST_UNKNOWN_USER } from '../baselines/first-unknown-user.ts';
import { GFI_CUSUM, gfiCusum } from '../baselines/gfi-cusum.ts';
import { blocksOf, type ToldBlock } from './blocks.ts';
import type { Blocks, Peer, PeerLog } from './peer.ts';

/** Processor time of this process so far, seconds. */
type CpuClock = () => number;
const realCpuClock: CpuClock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Live detection with what it names blocked at once and until it is released; what is blocked it does not see. */
export function slowbruteLive(
  options: LiveOptions = DEFAULT_LIVE_OPTIONS,
  cpu: CpuClock = realCpuClock,
): Peer {
  return {
    name: 'slowbrute',
    title: 'slowbrute',
    describes: `slowbrute's live detection, ${options.falseCampaignsPerYear} false campaigns a year accepted; blocks until released`,
    run: async (log) => {
      const begin = cpu();
      const table = tableOf(log);
      const { events } = replay(table, createLive(options), () => {}, { closed: true });
      return { kind: 'ran', blocks: blocksOfEvents(events), cpuSeconds: cpu() - begin };
    },
  };
}

/** A source is blocked while the campaign that named it last has not released it. */
export function blocksOfEvents(events: readonly LiveEvent[]): Blocks {
  const open = new Map<string, { readonly from: number; campaign: string }>();
  const told: ToldBlock[] = [];
  for (const event of events) {
    if (event.kind === 'participant:named') {
      const block = open.get(event.source);
      if (block === undefined) open.set(event.source, { from: event.time, campaign: event.campaign });
      else block.campaign = event.campaign;
    } else if (event.kind === 'participant:released') {
      const block = open.get(event.source);
      if (block?.campaign !== event.campaign) continue;
      open.delete(event.source);
      told.push({ source: event.source, from: block.from, until: event.time });
    }
  }
  for (const [source, { from }] of open) told.push({ source, from, until: Number.POSITIVE_INFINITY });
  return blocksOf(told);
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [GFI_CUSUM.name]:
    'GFI-CUSUM, Javed & Paxson, CCS 2013, as re-implemented; blocks whom it names after each 100 logins, for good',
  [DICTIONARY_BLOCKING.name]:
    'user name dictionaries, Singh et al., NSDI 2024, as re-implemented; blocks for good',
  [FIRST_UNKNOWN_USER.name]: 'blocks at the first attempt for a user that does not exist, for good',
};

/** A baseline as a peer: whom it names is blocked for good. It goes on reading what a block would have stopped. */
export function rule(baseline: Baseline, cpu: CpuClock = realCpuClock): Peer {
  return {
    name: baseline.name,
    title: baseline.title,
    describes: DESCRIPTIONS[baseline.name] ?? `${baseline.title}; blocks for good`,
    run: async (log) => {
      const begin = cpu();
      const table = tableOf(log);
      const attacks = log.truth.campaigns.map(({ firstSeen, lastSeen }) => ({
        from: Date.parse(firstSeen) / 1000,
        to: Date.parse(lastSeen) / 1000,
      }));
      const told = [...baseline.run(table, attacks).named].map(([source, from]) => ({
        source: table.sources[source]!,
        from,
        until: Number.POSITIVE_INFINITY,
      }));
      return { kind: 'ran', blocks: blocksOf(told), cpuSeconds: cpu() - begin };
    },
  };
}

/** The re-implemented rules that block or name sources, in the order of tables. */
export const RULES: readonly Baseline[] = [
  // whoever blocks cannot wait until an attack is over
  { ...GFI_CUSUM, run: (table, attacks) => gfiCusum(table, attacks, true) },
  DICTIONARY_BLOCKING,
  FIRST_UNKNOWN_USER,
];

function tableOf({ lines }: PeerLog): AttemptTable {
  const builder = new AttemptTableBuilder();
  const reference = (lines.at(-1)?.time ?? 0) + 1;
  const parser = createLogParser({ timezone: 'UTC', year: null, reference }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const { text } of lines) parser.line(text);
  parser.finish();
  return builder.finish();
}
