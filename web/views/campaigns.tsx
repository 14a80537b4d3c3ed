/** All campaigns as a table. */
import { placeOf } from '../chart/palette.ts';
import { Await } from '../data/load.tsx';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { counted, minute, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Mark } from '../words/text.tsx';
import { CampaignState } from './campaign-card.tsx';

export function CampaignsView({ site }: { readonly site: SiteContext }) {
  return (
    <Await of={site.overview} what="campaigns">
      {({ campaigns }) => (
        <>
          <Heading>{campaigns.length === 0 ? 'No campaign' : counted(campaigns.length, 'campaign')}</Heading>
          {campaigns.length === 0 ? (
            <div class="card empty">
              <p>
                Nothing here looks as if several sources worked together. That is the usual state of a site.
              </p>
            </div>
          ) : (
            <Scroll label="Campaigns" class="card">
              <table>
                <thead>
                  <tr>
                    <th scope="col">campaign</th>
                    <th scope="col">what</th>
                    <th scope="col">from (UTC)</th>
                    <th scope="col">to</th>
                    <th scope="col" class="num">
                      attempts
                    </th>
                    <th scope="col" class="num">
                      participants
                    </th>
                    <th scope="col" class="num">
                      names
                    </th>
                    <th scope="col">state</th>
                  </tr>
                </thead>
                <tbody>
                  {campaigns.map((row) => (
                    <tr key={row.id}>
                      <th scope="row" class="nowrap">
                        <Mark n={placeOf(row.id)} /> {row.id}
                      </th>
                      <td class="wide">
                        <a href={`#/campaign/${encodeURIComponent(row.id)}`}>{row.title}</a>
                      </td>
                      <td class="nowrap">{minute(row.firstSeen)}</td>
                      <td class="nowrap">{minute(row.lastSeen)}</td>
                      <td class="num">{thousands(row.attempts)}</td>
                      <td class="num">{thousands(row.participants)}</td>
                      <td class="num">{thousands(row.users)}</td>
                      <td class="nowrap">
                        <CampaignState row={row} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </>
      )}
    </Await>
  );
}
