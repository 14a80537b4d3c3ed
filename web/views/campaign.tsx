/** One campaign: what it is in sentences, why it is no coincidence, who takes part, how far it has come, and lists to hand on. */
import { useSignal } from '@preact/signals';
import type { CampaignReport } from '../../src/explain/schema.ts';
import type { CampaignView } from '../../src/view/site.ts';
import { placeOf } from '../chart/palette.ts';
import { Timeline } from '../chart/timeline.tsx';
import { EXPORT_FORMATS, type ExportFormat } from '../data/gateway.ts';
import { Await, useLoad } from '../data/load.tsx';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { counted, duration, figure, minute, percent, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Mark, Raw, UserName } from '../words/text.tsx';
import { CampaignState } from './campaign-card.tsx';
import { ChanceStrip, EvidenceBars } from './evidence.tsx';
import { LinesOfLog } from './lines-of-log.tsx';
import { Intrusions, Tile } from './overview.tsx';
import { Participants } from './participants.tsx';
import { Preview } from './preview.tsx';

export function CampaignPage({ id, site }: { readonly id: string; readonly site: SiteContext }) {
  const loaded = useLoad(() => site.gateway.campaign(id), [site.gateway, id]);
  return (
    <Await of={loaded} what={`campaign ${id.slice(0, 40)}`}>
      {(view) => <Ready view={view} site={site} />}
    </Await>
  );
}

function Ready({ view, site }: { readonly view: CampaignView; readonly site: SiteContext }) {
  const { row, report } = view;
  const there = view.participants.filter(({ released }) => released === null).length;
  return (
    <>
      <p class="campaign-id">
        <Mark n={placeOf(row.id)} /> campaign <strong>{row.id}</strong> <CampaignState row={row} />
      </p>
      <Heading>{row.title}</Heading>
      <Intrusions compromised={view.compromised} />
      <div class="columns columns-wide">
        <section class="card prose" aria-labelledby="says">
          <h2 id="says">In words</h2>
          {report === null ? (
            <p>
              {counted(row.attempts, 'attempt')} from {minute(row.firstSeen)} to {minute(row.lastSeen)} by{' '}
              {counted(there, 'participant')}. Its evidence is not kept any more, or too little to tell.
            </p>
          ) : (
            <>
              {report.says.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
              <p>{report.certainty}</p>
            </>
          )}
          {row.returnOf.length > 0 && (
            <p>
              The same actor as in{' '}
              {row.returnOf.map((id, i) => (
                <>
                  {i > 0 && ', '}
                  <a key={id} href={`#/campaign/${encodeURIComponent(id)}`}>
                    {id}
                  </a>
                </>
              ))}
              .{report?.returnOf != null && ` ${report.returnOf.says}`}
            </p>
          )}
        </section>
        <dl class="tiles tiles-small">
          <Tile
            name="attempts"
            value={thousands(row.attempts)}
            note={report === null ? 'failed' : `${figure(report.pace.attemptsPerDay)} a day`}
          />
          <Tile
            name="participants"
            value={thousands(row.participants)}
            note={
              report === null ? '' : `${report.loud === 0 ? 'none' : thousands(report.loud)} of them loud`
            }
          />
          <Tile
            name="one attempt every"
            value={report === null ? '?' : duration(report.pace.medianGapSeconds)}
            note="half of the gaps are shorter"
          />
          <Tile
            name="a participant comes back after"
            value={report?.pace.returnSeconds == null ? 'never' : duration(report.pace.returnSeconds)}
            note={report === null ? '' : `${thousands(report.pace.returningSources)} came back`}
          />
          <Tile
            name="lasts"
            value={duration(row.lastSeen - row.firstSeen)}
            note={`${minute(row.firstSeen)} to ${minute(row.lastSeen)}`}
          />
          {row.opened !== null && (
            <Tile
              name="found out after"
              value={duration(Math.max(0, row.opened - row.firstSeen))}
              note={minute(row.opened)}
            />
          )}
        </dl>
      </div>
      {report !== null && <Progress report={report} />}
      <section class="card" aria-labelledby="shape">
        <div class="card-head">
          <h2 id="shape">Its attempts: time against user name</h2>
          <a href="#/picture?show=campaigns">In the whole picture</a>
        </div>
        <Preview
          site={site}
          campaign={row.id}
          label={`Attempts of campaign ${row.id}: time against user name`}
        />
      </section>
      <section class="card" aria-labelledby="over-time">
        <h2 id="over-time">Attempts over time</h2>
        <Timeline series={view.series} showsLoud={false} label={`Attempts of campaign ${row.id} over time`} />
      </section>
      {report !== null && (
        <section class="card" aria-labelledby="evidence">
          <h2 id="evidence">Why this is no coincidence</h2>
          <EvidenceBars report={report} />
          {view.chance !== null && <ChanceStrip chance={view.chance} hue={placeOf(row.id)} />}
        </section>
      )}
      {report !== null && <Names report={report} />}
      <LinesOfLog id={row.id} site={site} />
      <section class="card" aria-labelledby="participants">
        <h2 id="participants">{counted(there, 'participant')}</h2>
        <Participants participants={view.participants} />
      </section>
      <Exports id={row.id} site={site} />
    </>
  );
}

/** How far through the alphabet, and when it will be done. */
function Progress({ report }: { readonly report: CampaignReport }) {
  const walk = report.usernames.walk;
  if (walk === null) return null;
  const isReverse = report.usernames.order === 'reverse-alphabetical';
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  if (isReverse) letters.reverse();
  return (
    <section class="card" aria-labelledby="progress">
      <h2 id="progress">How far through its list</h2>
      <div
        class="progress"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(walk.position * 100)}
        aria-labelledby="progress"
      >
        <div class="progress-done" style={{ width: `${walk.position * 100}%` }} />
        <div class="progress-letters" aria-hidden="true">
          {letters.map((letter) => (
            <span key={letter}>{letter}</span>
          ))}
        </div>
      </div>
      <p>
        From <UserName name={walk.start} /> it has come to{' '}
        <strong>
          <UserName name={walk.current} />
        </strong>
        : {percent(walk.position)} of the alphabet is behind it, by how common names are spread.{' '}
        {walk.estimatedEnd === null
          ? report.ongoing
            ? 'When it will be done cannot be told.'
            : 'It is over.'
          : `At this speed it would be done about ${walk.estimatedEnd}.`}
      </p>
    </section>
  );
}

function Names({ report }: { readonly report: CampaignReport }) {
  const { usernames } = report;
  const orders = {
    alphabetical: 'in the order of the alphabet',
    'reverse-alphabetical': 'in the reverse order of the alphabet',
    'one-name': 'one name only',
    other: 'in an order of their own',
  } as const;
  return (
    <div class="columns">
      <section class="card" aria-labelledby="names">
        <h2 id="names">{counted(usernames.count, 'name')}</h2>
        <p class="faint">{orders[usernames.order]}; some, from the first to the last:</p>
        <p class="names">
          {usernames.sample.map((name, i) => (
            <>
              {i > 0 && ' · '}
              <UserName key={name} name={name} limit={24} />
            </>
          ))}
        </p>
      </section>
      <section class="card" aria-labelledby="known">
        <h2 id="known">Accounts that exist here</h2>
        {usernames.known.count === 0 ? (
          <p>None of its names is an account here, as far as the log tells.</p>
        ) : (
          <Scroll label="Existing accounts that were tried">
            <table>
              <thead>
                <tr>
                  <th scope="col">user</th>
                  <th scope="col" class="num">
                    attempts
                  </th>
                  <th scope="col" class="num">
                    sources
                  </th>
                </tr>
              </thead>
              <tbody>
                {usernames.known.top.map((one) => (
                  <tr key={one.user}>
                    <th scope="row">
                      <UserName name={one.user} />
                    </th>
                    <td class="num">{thousands(one.attempts)}</td>
                    <td class="num">{thousands(one.sources)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        <p class="faint small">
          on{' '}
          {report.sensors.slice(0, 6).map((sensor, i) => (
            <>
              {i > 0 && ', '}
              <Raw key={sensor} text={sensor} limit={30} />
            </>
          ))}
          {report.sensors.length > 6 && ` and ${thousands(report.sensors.length - 6)} more`};{' '}
          {report.services.map(({ service }) => service).join(', ')}
        </p>
      </section>
    </div>
  );
}

const EXPORTS: Readonly<Record<ExportFormat, { readonly name: string; readonly says: string }>> = {
  stix: { name: 'STIX 2.1', says: 'for threat intelligence platforms' },
  misp: { name: 'MISP', says: 'an event to import' },
  crowdsec: { name: 'CrowdSec', says: 'decisions to import' },
  xarf: { name: 'X-ARF', says: 'abuse reports, a network each' },
  csv: { name: 'CSV', says: 'participants for a spreadsheet' },
};

function Exports({ id, site }: { readonly id: string; readonly site: SiteContext }) {
  const showsNames = useSignal(false);
  const addressOf = (format: ExportFormat) => site.gateway.exportAddress(id, format, showsNames.value);
  if (addressOf('csv') === null) return null;
  return (
    <section class="card" aria-labelledby="exports">
      <h2 id="exports">To hand on</h2>
      <ul class="exports">
        {EXPORT_FORMATS.map((format) => (
          <li key={format}>
            <a href={addressOf(format) ?? ''} download>
              {EXPORTS[format].name}
            </a>{' '}
            <span class="faint">{EXPORTS[format].says}</span>
          </li>
        ))}
      </ul>
      <label class="check">
        <input
          type="checkbox"
          checked={showsNames.value}
          onChange={(event) => {
            showsNames.value = event.currentTarget.checked;
          }}
        />{' '}
        with user names that could be a password typed in the wrong field
      </label>
    </section>
  );
}
