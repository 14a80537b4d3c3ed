/** What the log itself says of a campaign: logins of participants, its first attempts and its last ones, with their lines. */
import { Await, useLoad } from '../data/load.tsx';
import type { SiteContext } from '../shell/app.tsx';
import { AttemptTable } from './attempt-table.tsx';

/** As many as the report to hand on has (src/show/html.ts). */
const LOGINS = 4;
const ENDS = 3;

export function LinesOfLog({ id, site }: { readonly id: string; readonly site: SiteContext }) {
  const loaded = useLoad(() => rowsOf(site, id), [site.gateway, id]);
  return (
    <section class="card" aria-labelledby="lines">
      <h2 id="lines">What the log says</h2>
      <Await of={loaded} what="lines">
        {(parts) => (
          <>
            {parts.every(({ rows }) => rows.every(({ text }) => text === '')) && (
              <p class="faint">
                The lines that told of these attempts are not kept, or cannot be read again.
              </p>
            )}
            {parts.map(({ label, rows }) => (
              <div key={label}>
                <h3>{label}</h3>
                <AttemptTable rows={rows} label={label} />
              </div>
            ))}
          </>
        )}
      </Await>
    </section>
  );
}

async function rowsOf({ gateway }: SiteContext, campaign: string) {
  const [logins, first, last] = await Promise.all([
    gateway.attempts({ campaign, outcome: 'success', newestFirst: true, limit: LOGINS }),
    gateway.attempts({ campaign, outcome: 'failure', limit: ENDS }),
    gateway.attempts({ campaign, outcome: 'failure', newestFirst: true, limit: ENDS }),
  ]);
  const seen = new Set(first.attempts.map(({ seq }) => seq));
  const parts = [
    { label: 'Logins of participants', rows: logins.attempts },
    { label: 'Its first attempts', rows: first.attempts },
    { label: 'Its last attempts', rows: last.attempts.filter(({ seq }) => !seen.has(seq)).reverse() },
  ];
  return parts.filter(({ rows }) => rows.length > 0);
}
