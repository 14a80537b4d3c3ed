/** A campaign in a few words, which leads to all of it. */
import type { CampaignRow } from '../../src/view/site.ts';
import { placeOf } from '../chart/palette.ts';
import { counted, duration, minute, thousands } from '../words/format.ts';
import { Mark } from '../words/text.tsx';

export function CampaignCard({ row }: { readonly row: CampaignRow }) {
  return (
    <article class="card campaign-card">
      <p class="campaign-id">
        <Mark n={placeOf(row.id)} /> <strong>{row.id}</strong>
        <CampaignState row={row} />
      </p>
      <h3>
        <a href={`#/campaign/${encodeURIComponent(row.id)}`}>{row.title}</a>
      </h3>
      <p class="small">
        {minute(row.firstSeen)} to {minute(row.lastSeen)}, {duration(row.lastSeen - row.firstSeen)}
      </p>
      <p class="small">
        {counted(row.attempts, 'attempt')} from {counted(row.participants, 'participant')} under{' '}
        {counted(row.users, 'name')}
        {row.returnOf.length > 0 && `; the actor of ${row.returnOf.join(', ')} again`}
      </p>
    </article>
  );
}

export function CampaignState({ row }: { readonly row: CampaignRow }) {
  return (
    <>
      {row.compromised > 0 && (
        <span class="badge badge-bad">
          got in {row.compromised === 1 ? 'once' : `${thousands(row.compromised)} times`}
        </span>
      )}
      {row.isOngoing ? <span class="badge badge-on">going on</span> : <span class="badge">over</span>}
    </>
  );
}
