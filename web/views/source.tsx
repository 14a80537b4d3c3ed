/** Everything that is known of one source: what it did, why it is blocked or is not, what people did about it, and doing so. */
import { useState } from 'preact/hooks';
import type { BlockEnd, BlockReason } from '../../src/model/block.ts';
import type { SourceView } from '../../src/view/site.ts';
import { placeOf } from '../chart/palette.ts';
import { Await, useLoad } from '../data/load.tsx';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { counted, duration, minute, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Mark, Raw, SourceLink, Time, UserName } from '../words/text.tsx';
import { ActButtons } from './act.tsx';
import { ActionTable } from './actions.tsx';
import { Pages } from './lines.tsx';
import { Tile } from './overview.tsx';
import { PlaceText, sureness } from './participants.tsx';

/** Shared names that are shown: those that most others tried come first. */
const MOST_NAMES = 20;

export function SourcePage({ source, site }: { readonly source: string; readonly site: SiteContext }) {
  const [turn, setTurn] = useState(0);
  const loaded = useLoad(() => site.gateway.source(source), [site.gateway, source, turn]);
  return (
    <Await of={loaded} what="such source here">
      {(view) => (
        <Ready
          view={view}
          site={site}
          onActed={() => {
            setTurn(turn + 1);
            site.refresh();
          }}
        />
      )}
    </Await>
  );
}

function Ready({
  view,
  site,
  onActed,
}: {
  readonly view: SourceView;
  readonly site: SiteContext;
  readonly onActed: () => void;
}) {
  return (
    <>
      <p class="faint">source</p>
      <Heading
        aside={
          site.gateway.act === null ? undefined : (
            <ActButtons
              act={site.gateway.act}
              target={view.source}
              isBlocked={view.block !== null}
              onActed={onActed}
            />
          )
        }
      >
        <Raw text={view.source} limit={80} />
      </Heading>
      {view.place !== null && (
        <p>
          <PlaceText place={view.place} />
        </p>
      )}
      <section class={`card why ${view.block === null ? '' : 'why-blocked'}`} aria-labelledby="why">
        <h2 id="why">{view.block === null ? 'Not blocked' : 'Blocked'}</h2>
        <p>{view.why}</p>
        {view.block !== null && (
          <p class="faint">
            Since {minute(view.block.from)}
            {view.block.until === null ? ', until somebody ends it' : `, until ${minute(view.block.until)}`}:{' '}
            {reasonText(view.block.reason)}.
          </p>
        )}
      </section>
      <dl class="tiles tiles-small">
        <Tile
          name="failed"
          value={thousands(view.failures)}
          note={`${thousands(view.unknownUserFailures)} for unknown users`}
        />
        <Tile
          name="logins"
          value={thousands(view.successes)}
          note={view.successUsers.length === 0 ? 'never got in' : <Users names={view.successUsers} />}
        />
        <Tile
          name="first seen"
          value={<Time at={view.firstSeen} />}
          note={view.isLoud ? 'a loud source' : 'a quiet source'}
        />
        <Tile
          name="last seen"
          value={<Time at={view.lastSeen} />}
          note={
            view.firstSeen !== null && view.lastSeen !== null && view.lastSeen > view.firstSeen
              ? `after ${duration(view.lastSeen - view.firstSeen)}`
              : ''
          }
        />
      </dl>
      {view.memberships.map((membership) => (
        <section
          class="card"
          key={membership.campaign}
          aria-label={`Part in campaign ${membership.campaign}`}
        >
          <h2>
            <Mark n={placeOf(membership.campaign)} /> Takes part in{' '}
            <a href={`#/campaign/${encodeURIComponent(membership.campaign)}`}>
              campaign {membership.campaign}
            </a>
          </h2>
          <p>
            With a probability of {sureness(membership.confidence)}
            {membership.named !== null && `; named ${minute(membership.named)}`}
            {membership.released !== null && `; released ${minute(membership.released)}`}.
          </p>
          {membership.names.length > 0 && <SharedNames names={membership.names} />}
        </section>
      ))}
      {view.pastBlocks.length > 0 && (
        <section class="card" aria-labelledby="past">
          <h2 id="past">Earlier blocks</h2>
          <ul>
            {view.pastBlocks.map(({ block, ended, why }) => (
              <li key={block.id}>
                {minute(block.from)} to {ended === null ? 'now' : minute(ended)}: {reasonText(block.reason)}
                {why !== null && <span class="faint"> ({ENDS[why as BlockEnd] ?? why})</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {site.gateway.kind === 'server' && (
        <section class="card" aria-labelledby="trail">
          <h2 id="trail">What people did about it</h2>
          <ActionTable actions={view.actions} />
        </section>
      )}
      <section class="card" aria-labelledby="attempts">
        <h2 id="attempts">Its attempts</h2>
        <Pages
          site={site}
          filter={{ source: view.source, newestFirst: true }}
          label="Attempts of this source"
          showsSource={false}
        />
      </section>
    </>
  );
}

function Users({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      as{' '}
      {names.slice(0, 4).map((name, i) => (
        <>
          {i > 0 && ', '}
          <UserName key={name} name={name} limit={16} />
        </>
      ))}
      {names.length > 4 && ` and ${thousands(names.length - 4)} more`}
    </>
  );
}

function SharedNames({ names }: { readonly names: SourceView['memberships'][number]['names'] }) {
  return (
    <Scroll label="Names it shares with other participants">
      <table>
        <thead>
          <tr>
            <th scope="col">name it tried</th>
            <th scope="col">when (UTC)</th>
            <th scope="col" class="num">
              other participants
            </th>
            <th scope="col">the one before it</th>
          </tr>
        </thead>
        <tbody>
          {names.slice(0, MOST_NAMES).map((one) => (
            <tr key={one.user}>
              <th scope="row">
                <UserName name={one.user} />
              </th>
              <td class="nowrap">
                <Time at={one.time} />
              </td>
              <td class="num">{thousands(one.others)}</td>
              <td>
                {one.before === null ? (
                  <span class="faint">it was the first</span>
                ) : (
                  <>
                    <SourceLink source={one.before.source} />{' '}
                    <span class="faint">{duration(one.before.seconds)} before</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {names.length > MOST_NAMES && (
        <p class="faint small">and {counted(names.length - MOST_NAMES, 'more name')}</p>
      )}
    </Scroll>
  );
}

const ENDS: Readonly<Record<BlockEnd, string>> = {
  expired: 'its time was over',
  released: 'released by the detector',
  displaced: 'there were too many',
  superseded: 'a better founded one took its place',
  'by-hand': 'ended by hand',
  'allow-listed': 'on the list of those never to block',
};

/** Why a block stands, in words. */
export function reasonText(reason: BlockReason) {
  switch (reason.kind) {
    case 'participant':
      return `participant of campaign ${reason.campaign}, ${sureness(reason.confidence)}`;
    case 'unknown-user':
      return 'it tried a user that does not exist';
    case 'loud':
      return 'a loud source';
    case 'network':
      return `${counted(reason.sources, 'blocked source')} of this network`;
    case 'told':
      return (
        <>
          told by <Raw text={reason.by} limit={60} />
        </>
      );
    case 'by-hand':
      return (
        <>
          by <Raw text={reason.by} limit={40} />: <Raw text={reason.why} limit={200} />
        </>
      );
  }
}
