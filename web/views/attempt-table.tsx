/** Attempts as a table, with the line that told of each where it is kept. */
import type { AttemptRow } from '../../src/view/site.ts';
import { Scroll } from '../words/scroll.tsx';
import { Raw, SourceLink, Time, UserName } from '../words/text.tsx';

export function AttemptTable({
  rows,
  label,
  showsSource = true,
}: {
  readonly rows: readonly AttemptRow[];
  readonly label: string;
  readonly showsSource?: boolean;
}) {
  return (
    <Scroll label={label}>
      <table class="attempts">
        <thead>
          <tr>
            <th scope="col">when (UTC)</th>
            <th scope="col">user</th>
            {showsSource && <th scope="col">from</th>}
            <th scope="col">on</th>
            <th scope="col">outcome</th>
            <th scope="col">campaign</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <AttemptLines key={row.seq} row={row} showsSource={showsSource} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function AttemptLines({ row, showsSource }: { readonly row: AttemptRow; readonly showsSource: boolean }) {
  return (
    <>
      <tr class={row.success ? 'login' : undefined}>
        <td class="nowrap">
          <Time at={row.time} />
        </td>
        <td>
          <UserName name={row.user} limit={28} />
          {row.known === false && <span class="faint"> unknown</span>}
        </td>
        {showsSource && (
          <td>
            <SourceLink source={row.source} />
          </td>
        )}
        <td>
          <Raw text={row.sensor} limit={24} /> <span class="faint">{row.service}</span>
        </td>
        <td>{row.success ? <strong>logged in</strong> : 'failed'}</td>
        <td>
          {row.campaign === null ? (
            ''
          ) : (
            <a href={`#/campaign/${encodeURIComponent(row.campaign)}`}>{row.campaign}</a>
          )}
        </td>
      </tr>
      {row.text !== '' && (
        <tr class="line">
          <td colSpan={showsSource ? 6 : 5}>
            <code>
              <Raw text={row.text} limit={400} />
            </code>
            {row.input !== '' && (
              <span class="faint small">
                {' '}
                <Raw text={row.input} limit={60} />
                {row.line > 0 && `:${row.line}`}
              </span>
            )}
          </td>
        </tr>
      )}
    </>
  );
}
