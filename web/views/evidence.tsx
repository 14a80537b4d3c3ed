/** Evidence as bars of bits, with its sentence; and what chance shows beside what was seen. */
import type { CampaignReport } from '../../src/explain/schema.ts';
import type { Chance } from '../../src/view/site.ts';
import { hueOf } from '../chart/palette.ts';
import { countTicks } from '../chart/ticks.ts';
import { figure, oneIn, percent, thousands } from '../words/format.ts';
import { Mark } from '../words/text.tsx';

const KINDS: Readonly<Record<CampaignReport['evidence'][number]['kind'], string>> = {
  'names-in-turn': 'names in turn',
  'rate-change': 'change of rate',
  order: 'order of the names',
  pace: 'even pace',
  'division-of-labour': 'division of labour',
  'shared-list': 'a shared list',
  'one-clock': 'one clock',
  'one-network': 'one network',
  'root-share': 'share of root',
  'across-sensors': 'across sensors',
};

export function EvidenceBars({ report }: { readonly report: CampaignReport }) {
  const most = Math.max(1, ...report.evidence.map(({ bits }) => Math.abs(bits)));
  return (
    <>
      <p>
        Independent visitors of this very log would look like this with a chance of {oneIn(report.falseAlarm)}
        .{' '}
        <span class="faint" title="10 bits: a thousand times; 20 bits: a million times">
          A bit doubles how much likelier it is in a campaign than by chance.
        </span>
      </p>
      <ul class="evidence">
        {report.evidence.map((one) => (
          <li key={one.kind + one.says}>
            <div class="evidence-kind">{KINDS[one.kind]}</div>
            <div class="evidence-bar" aria-hidden="true">
              <span
                class={one.bits < 0 ? 'against' : 'for'}
                style={{ width: `${Math.max(1, (Math.abs(one.bits) / most) * 100)}%` }}
              />
            </div>
            <div class="evidence-bits num">
              {figure(Math.abs(one.bits))} {Math.abs(one.bits) === 1 ? 'bit' : 'bits'}
              {one.bits < 0 && ' against'}
            </div>
            <p>{one.says}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Each surrogate a tick, the campaign a mark of its own: far from them, where it is no coincidence. */
export function ChanceStrip({ chance, hue }: { readonly chance: Chance; readonly hue: number }) {
  const { seen, shuffled, what } = chance;
  const isShare = seen <= 1 && shuffled.every((value) => value <= 1);
  const top = Math.max(seen, ...shuffled) || 1;
  const marks = isShare ? shareTicks(top) : countTicks(top, 5);
  const end = marks.at(-1)! || 1;
  const at = (value: number) => `${Math.max(0, Math.min(100, (value / end) * 100))}%`;
  const says = (value: number) => (isShare ? percent(value) : figure(value));
  const reach = shuffled.filter((value) => value >= seen).length;
  const largest = shuffled.length === 0 ? 0 : Math.max(...shuffled);
  const smallest = shuffled.length === 0 ? 0 : Math.min(...shuffled);
  return (
    <div class="chance">
      <h3>How chance compares</h3>
      <p>
        Counted: {what}. The same attempts were shuffled {thousands(shuffled.length)} times, so that nothing
        but chance links times and names.
      </p>
      <div class="chance-strip" aria-hidden="true">
        {shuffled.map((value, i) => (
          <i key={i} style={{ left: at(value) }} />
        ))}
        <b class={`hue-text-${hueOf(hue)}`} style={{ left: at(seen) }}>
          <Mark n={hue} />
        </b>
        <div class="chance-axis">
          {marks.map((mark) => (
            <span key={mark} style={{ left: at(mark) }}>
              {isShare ? `${Math.round(mark * 100)} %` : thousands(mark)}
            </span>
          ))}
        </div>
      </div>
      <p class="small">
        <Mark n={hue} /> the campaign: <strong>{says(seen)}</strong>; <span class="shuffle-key" /> shuffled:{' '}
        {says(smallest)} to {says(largest)}.{' '}
        {reach === 0 ? 'No shuffle came near.' : `${thousands(reach)} of them reach it.`}
      </p>
    </div>
  );
}

function shareTicks(top: number): number[] {
  const step = top > 0.5 ? 0.25 : top > 0.2 ? 0.1 : top > 0.1 ? 0.05 : 0.02;
  const out: number[] = [];
  for (let at = 0; at < top + step; at += step) out.push(Math.min(1, at));
  return out;
}
