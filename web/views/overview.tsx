/** Is anything going on, since when, did anyone get in: the first thing that is seen, so it asks for one small document only. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { BlockSummary, Compromise, Overview } from '../../src/view/site.ts';
import { Timeline } from '../chart/timeline.tsx';
import { Await } from '../data/load.tsx';
import type { SiteContext } from '../shell/app.tsx';
import { goTo } from '../shell/route.ts';
import { counted, minute, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Raw, SourceLink, Time, UserName } from '../words/text.tsx';
import { CampaignCard } from './campaign-card.tsx';
import { Preview } from './preview.tsx';

const STATES: Readonly<Record<Overview['state'], { readonly headline: string; readonly glyph: string }>> = {
  compromised: { headline: 'A participant got in', glyph: '!' },
  ongoing: { headline: 'A campaign is going on', glyph: '≋' },
  over: { headline: 'There was a campaign; it is over', glyph: '◷' },
  quiet: { headline: 'No campaign', glyph: '✓' },
};

export function OverviewView({ site }: { readonly site: SiteContext }) {
  return (
    <Await of={site.overview} what="the overview">
      {(overview) => <Ready overview={overview} site={site} />}
    </Await>
  );
}

function Ready({ overview, site }: { readonly overview: Overview; readonly site: SiteContext }) {
  const showsLoud = useSignal(false);
  const { totals, campaigns, blocks, series } = overview;
  const { headline, glyph } = STATES[overview.state];
  // what is measured by bench/page.mjs: the overview stands on the screen
  useEffect(() => {
    requestAnimationFrame(() => performance.mark('slowbrute:overview'));
  }, []);
  const hasLoud = series.loud.some((n) => n > 0);
  return (
    <>
      <section class={`state state-${overview.state}`} aria-labelledby="state">
        <span class="state-glyph" aria-hidden="true">
          {glyph}
        </span>
        <div>
          <h1 id="state">{headline}</h1>
          {overview.says.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </section>
      {overview.problems.map((problem) => (
        <div class="card trouble" role="alert" key={problem.message}>
          <p>
            <strong>{problem.message}</strong>
          </p>
          <p>{problem.remedy}</p>
        </div>
      ))}
      <Intrusions compromised={overview.compromised} />
      <dl class="tiles">
        <Tile
          name="attempts"
          value={thousands(totals.attempts)}
          note={`${thousands(totals.failures)} failed`}
        />
        <Tile
          name="sources"
          value={thousands(totals.sources)}
          note={
            totals.loudSources > 0 ? `${thousands(totals.loudSources)} of them loud` : 'none of them loud'
          }
        />
        <Tile name="user names" value={thousands(totals.users)} note="tried" />
        <Tile
          name="participants"
          value={thousands(totals.participants)}
          note={campaigns.length === 0 ? 'of no campaign' : `of ${counted(campaigns.length, 'campaign')}`}
        />
        <BlockTile blocks={blocks} isHistory={overview.site.kind === 'history'} />
      </dl>
      <section class="card" aria-labelledby="over-time">
        <div class="card-head">
          <h2 id="over-time">Failed attempts over time</h2>
          {hasLoud && (
            <label class="check">
              <input
                type="checkbox"
                checked={showsLoud.value}
                onChange={(event) => {
                  showsLoud.value = event.currentTarget.checked;
                }}
              />{' '}
              with loud sources
            </label>
          )}
        </div>
        <Timeline
          series={series}
          showsLoud={showsLoud.value}
          label="Failed attempts over time, by campaign"
          onPick={(from, to) => goTo(`#/picture?from=${from}&to=${to}`)}
        />
      </section>
      <section class="card" aria-labelledby="picture">
        <div class="card-head">
          <h2 id="picture">Who tried which name when</h2>
          <a href="#/picture">The whole picture</a>
        </div>
        <Preview
          site={site}
          campaign={null}
          label="Quiet attempts: time against user name in the order of the alphabet"
        />
      </section>
      {campaigns.length > 0 && (
        <section aria-labelledby="campaigns">
          <h2 id="campaigns">{counted(campaigns.length, 'campaign')}</h2>
          <div class="cards">
            {campaigns.slice(0, 12).map((row) => (
              <CampaignCard key={row.id} row={row} />
            ))}
          </div>
          {campaigns.length > 12 && (
            <p>
              <a href="#/campaigns">All {thousands(campaigns.length)} campaigns</a>
            </p>
          )}
        </section>
      )}
      <div class="columns">
        {overview.advice.length > 0 && (
          <section class="card" aria-labelledby="advice">
            <h2 id="advice">What to do</h2>
            <ol class="advice">
              {overview.advice.map((one) => (
                <li key={one.says}>
                  <p>{one.says}</p>
                  {one.steps.length > 0 && (
                    <pre>
                      <code>{one.steps.join('\n')}</code>
                    </pre>
                  )}
                </li>
              ))}
            </ol>
          </section>
        )}
        {overview.notices.length > 0 && (
          <section class="card" aria-labelledby="notices">
            <h2 id="notices">No attack, but worth a word</h2>
            <ul class="notices">
              {overview.notices.map((notice) => (
                <li key={notice.says}>
                  <p>{notice.says}</p>
                  {notice.sources.length > 0 && (
                    <p class="faint small">
                      {notice.sources.slice(0, 6).map((source, i) => (
                        <>
                          {i > 0 && ', '}
                          <SourceLink key={source} source={source} />
                        </>
                      ))}
                      {notice.sources.length > 6 && ` and ${thousands(notice.sources.length - 6)} more`}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <SiteFacts overview={overview} />
    </>
  );
}

export function Intrusions({ compromised }: { readonly compromised: readonly Compromise[] }) {
  if (compromised.length === 0) return null;
  return (
    <section class="card intrusions" aria-labelledby="got-in">
      <h2 id="got-in">{counted(compromised.length, 'login')} by participants</h2>
      <Scroll label="Logins by participants">
        <table>
          <thead>
            <tr>
              <th scope="col">when (UTC)</th>
              <th scope="col">user</th>
              <th scope="col">from</th>
              <th scope="col">on</th>
              <th scope="col">campaign</th>
            </tr>
          </thead>
          <tbody>
            {compromised.slice(0, 50).map((one) => (
              <tr key={`${one.time} ${one.source} ${one.user} ${one.sensor}`}>
                <td class="nowrap">
                  <Time at={one.time} />
                </td>
                <td>
                  <strong>
                    <UserName name={one.user} />
                  </strong>
                </td>
                <td>
                  <SourceLink source={one.source} />
                </td>
                <td>
                  <Raw text={one.sensor} />
                </td>
                <td>
                  <a href={`#/campaign/${one.campaign}`}>{one.campaign}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {compromised.length > 50 && <p class="faint">and {thousands(compromised.length - 50)} earlier ones</p>}
    </section>
  );
}

export function Tile({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note: ComponentChildren;
}) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="tile-value">{value}</dd>
      <dd class="tile-note">{note}</dd>
    </div>
  );
}

function BlockTile({ blocks, isHistory }: { readonly blocks: BlockSummary; readonly isHistory: boolean }) {
  const ofLimit = `of ${thousands(blocks.limit)} at most: every source must be seen once`;
  if (blocks.limit === 0) return null;
  if (!isHistory || blocks.isDryRun)
    return (
      <Tile
        name="blocking would have prevented"
        value={`${blocks.isEstimate ? '≈ ' : ''}${thousands(blocks.prevented)}`}
        note={<span title="Attempts of participants after each was named">{ofLimit}</span>}
      />
    );
  return (
    <Tile
      name="blocked now"
      value={<a href="#/blocks">{thousands(blocks.standing)}</a>}
      note={`${blocks.isEstimate ? 'about ' : ''}${thousands(blocks.prevented)} attempts prevented`}
    />
  );
}

function SiteFacts({ overview }: { readonly overview: Overview }) {
  const { site } = overview;
  return (
    <p class="faint small">
      {site.firstSeen === null || site.lastSeen === null ? (
        'No attempt has been seen yet.'
      ) : (
        <>
          Attempts from {minute(site.firstSeen)} to {minute(site.lastSeen)} on{' '}
          {site.sensors.slice(0, 5).map((sensor, i) => (
            <>
              {i > 0 && ', '}
              <Raw key={sensor} text={sensor} />
            </>
          ))}
          {site.sensors.length > 5 && ` and ${thousands(site.sensors.length - 5)} more`}.
        </>
      )}
    </p>
  );
}
