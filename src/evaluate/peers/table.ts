/** The summaries of the peers as one table for a terminal of 100 columns, and what each peer is. Pure. */
import { printable } from '../../model/printable.ts';
import { shareText, textTable } from '../table.ts';
import type { Peer } from './peer.ts';
import type { BlockedShare } from './score.ts';
import type { PeerSummary, PeersSummary } from './summary.ts';

const WIDTH = 100;
const HEAD = [
  '',
  'found',
  'prevented',
  'had none ended',
  'first',
  'loud',
  'scanners',
  'people',
  'stopped',
  'CPU',
];

/** The peers in a paragraph each, a blank line, the table; ends in a line feed. */
export function peersTable(
  summaries: readonly PeersSummary[],
  peers: readonly Pick<Peer, 'name' | 'title' | 'describes'>[],
): string {
  const titles = new Map(peers.map(({ name, title }) => [name, title]));
  const rows = summaries.flatMap(({ scenario, logs, lines, peers: summariesOfPeers }) => [
    [`${scenario} (${logs === 1 ? '1 log' : `${logs} logs`}, ${lines.toLocaleString('en')} lines)`],
    ...summariesOfPeers.map((summary) => [
      `  ${titles.get(summary.peer) ?? summary.peer}`,
      ...cells(summary),
    ]),
  ]);
  return `${legend(summaries, peers)}\n${withHeadings(rows)}`;
}

/** Rows of one cell are headings over the rows that follow; they widen no column. */
function withHeadings(rows: readonly (readonly string[])[]): string {
  const lines = textTable(
    HEAD,
    rows.filter(({ length }) => length > 1),
  ).split('\n');
  const out = [lines.shift() ?? ''];
  for (const row of rows) out.push(row.length > 1 ? (lines.shift() ?? '') : `${row[0]}`);
  return `${out.join('\n')}\n`;
}

function legend(
  summaries: readonly PeersSummary[],
  peers: readonly Pick<Peer, 'name' | 'title' | 'describes'>[],
): string {
  const indent = Math.max(...peers.map(({ title }) => title.length)) + 2;
  return peers
    .map(({ name, title, describes }) => {
      const all = summaries.flatMap((one) => one.peers).filter((one) => one.peer === name);
      const absent = all.find((one) => one.absent !== null)?.absent;
      const some = all.some((one) => one.logs > 0);
      const note =
        absent === undefined
          ? ''
          : `; NOT MEASURED${some ? ' on every log' : ''}: ${printable(absent ?? '')}`;
      return `${title.padEnd(indent)}${wrapped(describes + note, WIDTH - indent).join(`\n${' '.repeat(indent)}`)}\n`;
    })
    .join('');
}

/** Lines of at most `width` characters, broken at blanks. */
function wrapped(content: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of content.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function cells(summary: PeerSummary): readonly string[] {
  if (summary.logs === 0) return HEAD.slice(1).map(() => 'absent');
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
