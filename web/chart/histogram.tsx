/** Small bars, each with its own words: how many of what. SVG in shares, with a table for who does not see it. */
import { compact, counted } from '../words/format.ts';
import { countTicks } from './ticks.ts';

export interface Bar {
  /** Below the bar; empty: no room for it. */
  readonly mark: string;
  /** In full, for the table and the title. */
  readonly name: string;
  readonly parts: readonly { readonly kind: string; readonly count: number }[];
}

export function Histogram({
  bars,
  label,
  noun,
}: {
  readonly bars: readonly Bar[];
  readonly label: string;
  readonly noun: string;
}) {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0));
  const marks = countTicks(Math.max(1, ...sums), 2);
  const top = marks.at(-1)! || 1;
  return (
    <figure class="histogram" aria-label={label}>
      <div class="timeline-frame">
        <div class="timeline-marks" aria-hidden="true">
          {marks.map((mark) => (
            <span key={mark} style={{ bottom: `${(mark / top) * 100}%` }}>
              {compact(mark)}
            </span>
          ))}
        </div>
        <div class="timeline-plot">
          <svg viewBox={`0 0 ${bars.length} 100`} preserveAspectRatio="none" aria-hidden="true">
            {bars.map((bar, i) => {
              let y = 100;
              return (
                <g key={bar.name}>
                  <title>{`${bar.name}: ${counted(sums[i]!, noun)}`}</title>
                  <rect class="catch" x={i} y="0" width="1" height="100" />
                  {bar.parts.map(({ kind, count }) => {
                    const height = (count / top) * 100;
                    y -= height;
                    return <rect key={kind} class={kind} x={i + 0.08} y={y} width="0.84" height={height} />;
                  })}
                </g>
              );
            })}
          </svg>
        </div>
        <div class="timeline-times even" aria-hidden="true">
          {bars.map((bar, i) =>
            bar.mark === '' ? null : (
              <span key={bar.name} style={{ left: `${((i + 0.5) / bars.length) * 100}%` }}>
                {bar.mark}
              </span>
            ),
          )}
        </div>
      </div>
      <details class="as-table">
        <summary>The same as a table</summary>
        <table>
          <tbody>
            {bars.map((bar, i) => (
              <tr key={bar.name}>
                <th scope="row">{bar.name}</th>
                <td class="num">{counted(sums[i]!, noun)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
