/** What is kept out now, what never is, and the trail of who did what. */
import { useState } from 'preact/hooks';
import type { Gateway } from '../data/gateway.ts';
import { Await, useLoad } from '../data/load.tsx';
import { Heading, type SiteContext } from '../shell/app.tsx';
import { counted, minute, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Raw, SourceLink } from '../words/text.tsx';
import { ActDialog, type Deed } from './act.tsx';
import { ActionTable } from './actions.tsx';
import { reasonText } from './source.tsx';

const PAGE = 100;

export function BlocksView({ site }: { readonly site: SiteContext }) {
  const { gateway } = site;
  const [turn, setTurn] = useState(0);
  const [doing, setDoing] = useState<{ readonly deed: Deed; readonly target: string | null } | null>(null);
  const blocks = useLoad(() => gateway.blocks(), [gateway, turn]);
  const allowed = useLoad(() => gateway.allowed(), [gateway, turn]);
  const actions = useLoad(() => gateway.actions(), [gateway, turn]);
  const ask = gateway.act === null ? null : (deed: Deed, target: string | null) => setDoing({ deed, target });
  return (
    <>
      <Heading
        aside={
          ask !== null && (
            <button type="button" onClick={() => ask('block', null)}>
              Block …
            </button>
          )
        }
      >
        Blocks
      </Heading>
      {gateway.act === null && <p class="faint">Your token may look, but not block or release.</p>}
      <section class="card" aria-labelledby="standing">
        <h2 id="standing">Blocked now</h2>
        <Await of={blocks} what="blocks">
          {(rows) => <BlockTable rows={rows} ask={ask} />}
        </Await>
      </section>
      <section class="card" aria-labelledby="never">
        <div class="card-head">
          <h2 id="never">Never blocked</h2>
          {ask !== null && (
            <button type="button" onClick={() => ask('allow', null)}>
              Add …
            </button>
          )}
        </div>
        <Await of={allowed} what="list of those never to block">
          {(rows) =>
            rows.length === 0 ? (
              <p class="faint">Nobody is on the list. People who log in here are not blocked in any case.</p>
            ) : (
              <ul class="allowed">
                {rows.map((row) => (
                  <li key={row.target}>
                    <Raw text={row.target} limit={60} />{' '}
                    <span class="faint">
                      <Raw text={row.why} limit={120} />
                    </span>
                    {ask !== null && row.byHand && (
                      <button type="button" class="plain" onClick={() => ask('disallow', row.target)}>
                        Take off …
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Await>
      </section>
      <section class="card" aria-labelledby="trail">
        <h2 id="trail">Who did what</h2>
        <Await of={actions} what="trail of actions">
          {(rows) => <ActionTable actions={rows} />}
        </Await>
      </section>
      {doing !== null && gateway.act !== null && (
        <ActDialog
          act={gateway.act}
          deed={doing.deed}
          target={doing.target}
          onClose={() => setDoing(null)}
          onActed={() => {
            setTurn(turn + 1);
            site.refresh();
          }}
        />
      )}
    </>
  );
}

function BlockTable({
  rows,
  ask,
}: {
  readonly rows: Awaited<ReturnType<Gateway['blocks']>>;
  readonly ask: ((deed: Deed, target: string) => void) | null;
}) {
  const [shown, setShown] = useState(PAGE);
  if (rows.length === 0) return <p class="faint">Nobody.</p>;
  return (
    <>
      <p class="small">{counted(rows.length, 'block')}</p>
      <Scroll label="Blocks that stand">
        <table>
          <thead>
            <tr>
              <th scope="col">what</th>
              <th scope="col">since (UTC)</th>
              <th scope="col">until</th>
              <th scope="col">why</th>
              {ask !== null && <th scope="col">act</th>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map(({ block }) => (
              <tr key={block.id}>
                <th scope="row">
                  {block.target.includes('/') && block.source === null ? (
                    <Raw text={block.target} limit={50} />
                  ) : (
                    <SourceLink source={block.source ?? block.target} />
                  )}
                </th>
                <td class="nowrap">{minute(block.from)}</td>
                <td class="nowrap">{block.until === null ? 'ended by hand' : minute(block.until)}</td>
                <td>{reasonText(block.reason)}</td>
                {ask !== null && (
                  <td>
                    <button type="button" class="plain" onClick={() => ask('release', block.target)}>
                      Release …
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > shown && (
        <p>
          <button type="button" onClick={() => setShown(shown + 10 * PAGE)}>
            More of {thousands(rows.length)}
          </button>
        </p>
      )}
    </>
  );
}
