/** From a dot to the lines of the log, and from what is seen to a table of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AttemptRow, Picture } from '../../src/view/site.ts';
import type { Refusal } from '../data/gateway.ts';
import { Await, Failure, refusalOf, useLoad } from '../data/load.tsx';
import type { SiteContext } from '../shell/app.tsx';
import { minute, thousands } from '../words/format.ts';
import { AttemptTable } from './attempt-table.tsx';

/** Attempts before and after the chosen one. */
const AROUND = 4;
const PAGE = 50;

export function Lines(props: {
  readonly site: SiteContext;
  readonly picture: Picture;
  readonly attempt: number;
  readonly onClose: () => void;
}) {
  const { site, picture, attempt, onClose } = props;
  const seq = picture.seq[attempt]!;
  const box = useRef<HTMLElement>(null);
  const loaded = useLoad(() => around(site, picture, attempt), [site.gateway, seq]);
  useEffect(() => box.current?.focus({ preventScroll: false }), [seq]);
  return (
    <section
      class="lines"
      ref={box}
      tabIndex={-1}
      aria-label="Log lines of the chosen attempt"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="card-head">
        <h3>The chosen attempt, and those around it</h3>
        <button type="button" class="plain" onClick={onClose} aria-label="Close the log lines">
          ×
        </button>
      </div>
      <Await of={loaded} what="attempt">
        {({ rows, chosen }) => (
          <>
            <AttemptTable rows={[chosen]} label="The chosen attempt" />
            {rows.length > 1 && (
              <details>
                <summary>Those just before and after</summary>
                <AttemptTable rows={rows} label="Attempts around the chosen one" />
              </details>
            )}
          </>
        )}
      </Await>
    </section>
  );
}

async function around(site: SiteContext, picture: Picture, attempt: number) {
  const chosen = await site.gateway.attempt(picture.seq[attempt]!);
  // neighbours in the picture: one before the first of them, so that `after` leaves none out
  const before = Math.max(0, attempt - AROUND - 1);
  const { attempts } = await site.gateway.attempts({
    since: picture.from + picture.time[before]!,
    ...(attempt > AROUND ? { after: picture.seq[before]! } : {}),
    limit: 2 * AROUND + 1,
  });
  return { chosen, rows: attempts as readonly AttemptRow[] };
}

/** The attempts of an interval as a table, a page at a time: what the picture shows, for who does not see it. */
export function InView({
  site,
  since,
  until,
}: {
  readonly site: SiteContext;
  readonly since: number;
  readonly until: number;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="card in-view" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>These attempts as a table</h2>{' '}
        <span class="faint small">
          {minute(since)} to {minute(until)}, whatever is drawn of them
        </span>
      </summary>
      {isOpen && (
        <Pages key={`${since} ${until}`} site={site} filter={{ since, until }} label="Attempts in view" />
      )}
    </details>
  );
}

/** Attempts page by page. */
export function Pages({
  site,
  filter,
  label,
  showsSource = true,
}: {
  readonly site: SiteContext;
  readonly filter: Parameters<SiteContext['gateway']['attempts']>[0];
  readonly label: string;
  readonly showsSource?: boolean;
}) {
  const [rows, setRows] = useState<readonly AttemptRow[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(true);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const fetchPage = async (after: number | null) => {
    setBusy(true);
    setRefusal(null);
    try {
      const page = await site.gateway.attempts({
        ...filter,
        limit: PAGE,
        ...(after === null ? {} : { after }),
      });
      setRows((before) => (after === null ? page.attempts : [...before, ...page.attempts]));
      setNext(page.next);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
    setBusy(false);
  };
  useEffect(() => {
    void fetchPage(null);
  }, []);
  return (
    <>
      {rows.length > 0 && <AttemptTable rows={rows} label={label} showsSource={showsSource} />}
      {rows.length === 0 && !isBusy && refusal === null && <p class="faint">None.</p>}
      {refusal !== null && <Failure refusal={refusal} what="attempts" />}
      {isBusy && (
        <p class="waiting" role="status">
          Reading …
        </p>
      )}
      {next !== null && !isBusy && (
        <p>
          <button type="button" onClick={() => void fetchPage(next)}>
            {PAGE} more
          </button>{' '}
          <span class="faint small">{thousands(rows.length)} are shown</span>
        </p>
      )}
    </>
  );
}
