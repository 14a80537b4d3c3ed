/** The summaries of the peers as one table for a terminal of 100 columns, and what each peer is. Pure. */
import { shareText, textTable } from '../table.ts';
import type { Peer } from './peer.ts';
import type { BlockedShare } from './score.ts';
import type { PeerSummary, PeersSummary } from './summary.ts';

const HEAD = [
  '',
  '',
  'found',
  'prevented',
  'if for good',
  'first',
  'loud',
  'scanners',
  'people',
  'stopped',
  'CPU',
];

/** The peers in a line each, a blank line, the table; ends in a line feed. */
export function peersTable(summaries: readonly PeersSummary[], peers: readonly Peer[]): string {
  const titles = new Map(peers.map(({ name, title }) => [name, title]));
  const rows = summaries.flatMap(({ scenario, peers: summariesOfPeers }) =>
    summariesOfPeers.map((summary, i) => [
      i === 0 ? scenario : '',
      titles.get(summary.peer) ?? summary.peer,
      ...cells(summary),
    ]),
  );
  return `${legend(summaries, peers)}\n${leftSecond(rows)}`;
}

/** `textTable` aligns all but the first column to the right; names of peers read better to the left. */
function leftSecond(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([, title = '']) => title.length));
  return textTable(
    HEAD,
    rows.map(([scenario = '', title = '', ...rest]) => [scenario, title.padEnd(width), ...rest]),
  );
}

function legend(summaries: readonly PeersSummary[], peers: readonly Peer[]): string {
  const width = Math.max(...peers.map(({ title }) => title.length)) + 2;
  return peers
    .map(({ name, title, describes }) => {
      const absent = summaries
        .flatMap((one) => one.peers)
        .find((one) => one.peer === name && one.absent !== null);
      const note =
        absent === undefined
          ? ''
          : ` (not measured${absent.logs > 0 ? ' on all logs' : ''}: ${absent.absent})`;
      return `${title.padEnd(width)}${describes}${note}\n`;
    })
    .join('');
}

function cells(summary: PeerSummary): readonly string[] {
  if (summary.logs === 0) return HEAD.slice(2).map(() => 'absent');
  return [
    share(summary.participants),
    shareText(summary.preventedShare, 3),
    shareText(summary.preventedForGoodShare, 3),
    first(summary),
    share(summary.loud),
    share(summary.scanners),
    String(summary.people.blocked),
    String(summary.peopleStopped),
    summary.cpuRatio === null ? '-' : times(summary.cpuRatio),
  ];
}

function share({ sources, blocked }: BlockedShare): string {
  return shareText(sources === 0 ? null : blocked / sources, 3);
}

/** Median of attack attempts before the first block; in how many logs there was none: `12`, `12 -1`, `never`, `-`. */
function first({ attemptsBeforeFirst, campaignLogs, blindLogs }: PeerSummary): string {
  if (campaignLogs === 0) return '-';
  if (attemptsBeforeFirst === null) return 'never';
  const median = String(Math.round(attemptsBeforeFirst));
  return blindLogs === 0 ? median : `${median} -${blindLogs}`;
}

/** Two digits: `0.41`, `3.2`, `18`. */
function times(ratio: number): string {
  if (ratio < 0.995) return ratio.toFixed(2);
  return ratio < 9.95 ? ratio.toFixed(1) : ratio.toFixed(0);
}
