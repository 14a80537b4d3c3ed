/** Who did what, when, to what and why. */
import type { Action } from '../../src/view/site.ts';
import { Scroll } from '../words/scroll.tsx';
import { Raw, Time } from '../words/text.tsx';

const DOES: Readonly<Record<Action['does'], string>> = {
  block: 'blocked',
  unblock: 'released',
  allow: 'never to be blocked',
  disallow: 'may be blocked again',
  flush: 'ended all blocks',
  'token-made': 'made a token',
  'token-revoked': 'revoked a token',
  'session-begun': 'signed in',
};

export function ActionTable({ actions }: { readonly actions: readonly Action[] }) {
  if (actions.length === 0) return <p class="faint">Nothing so far.</p>;
  return (
    <Scroll label="What people did">
      <table>
        <thead>
          <tr>
            <th scope="col">when (UTC)</th>
            <th scope="col">who</th>
            <th scope="col">what</th>
            <th scope="col">to</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {actions.map((action) => (
            <tr key={`${action.time} ${action.by} ${action.does} ${action.target}`}>
              <td class="nowrap">
                <Time at={action.time} />
              </td>
              <td>
                <Raw text={action.by} limit={40} />
              </td>
              <td class="nowrap">{DOES[action.does] ?? action.does}</td>
              <td>
                <Raw text={action.target} limit={45} />
              </td>
              <td>
                <Raw text={action.why} limit={200} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
