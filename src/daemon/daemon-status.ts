/** How the daemon is, put together when somebody asks: for `slowbrute status` (serve/status.ts) and for Prometheus. */
import type { InputStatus, Status } from '../serve/status.ts';
import type { History } from '../store/history.ts';
import type { Problem } from './happening.ts';
import type { Metrics } from './metrics.ts';

export interface StatusParts {
  readonly version: string;
  readonly startedAt: number;
  readonly state: Status['state'];
  readonly problems: readonly Problem[];
  readonly inputs: readonly InputStatus[];
  readonly attempts: number;
  readonly blocks: Status['blocks'];
  readonly history: History;
}

export async function daemonStatus({ history, ...parts }: StatusParts): Promise<Status> {
  const open = (await history.campaigns({})).filter(({ ended }) => ended === null);
  const participants = open.flatMap((one) => one.participants.filter(({ released }) => released === null));
  return {
    ...parts,
    pid: process.pid,
    state: parts.state === 'watching' && parts.problems.length > 0 ? 'troubled' : parts.state,
    campaigns: { open: open.length, participants: participants.length },
    engine: history.engine,
    history: await history.size(),
  };
}

export function measure(status: Status, metrics: Metrics): void {
  const { gauges } = metrics;
  gauges.blocks(status.blocks.standing);
  gauges.campaigns(status.campaigns.open);
  gauges.participants(status.campaigns.participants);
  for (const { input, lagBytes } of status.inputs) if (lagBytes !== null) gauges.lag(input, lagBytes);
}
