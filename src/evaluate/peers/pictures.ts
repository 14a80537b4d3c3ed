/** The pictures of an evaluation of peers: file name to SVG. Pure. */

import { cumulativePicture } from './cumulative-picture.ts';
import { dotPicture } from './dot-picture.ts';
import type { Peer } from './peer.ts';
import type { SampleLog } from './run.ts';
import { attackAttempts } from './score.ts';
import type { PeersSummary } from './summary.ts';

/** Shares prevented by peer and scenario, and one log over time; each only where there is something to draw. */
export function picturesOf(
  summaries: readonly PeersSummary[],
  sample: SampleLog | null,
  peers: readonly Peer[],
): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  const titles = new Map(peers.map(({ name, title }) => [name, title]));
  const panels = summaries
    .filter(({ scenario, peers: of }) => scenario !== 'all' && of.some(({ limit }) => limit > 0))
    .map(({ scenario, peers: of }) => ({
      title: scenario,
      rows: of.map(({ peer, preventedShare, preventedForGoodShare, people }) => ({
        title: titles.get(peer) ?? peer,
        share: preventedShare,
        shareForGood: preventedForGoodShare,
        people: people.blocked,
      })),
    }));
  if (panels.length > 0) pictures.set('peers-prevented.svg', dotPicture(panels));
  if (sample !== null) {
    const { table, truth } = sample.log;
    const made = attackAttempts(table, truth, new Map());
    const curves = [...sample.blocks].map(([peer, blocks]) => ({
      title: titles.get(peer) ?? peer,
      times: attackAttempts(table, truth, blocks)
        .filter(({ stopped }) => stopped)
        .map(({ time }) => time),
    }));
    pictures.set(
      'peers-over-time.svg',
      cumulativePicture(`${sample.scenario}, seed ${sample.seed}`, made, curves),
    );
  }
  return pictures;
}
