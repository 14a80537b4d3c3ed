/** What each colour and shape means, and switches for what is drawn. */
import { useMemo } from 'preact/hooks';
import type { Picture } from '../../src/view/site.ts';
import type { Choice } from '../chart/scene.ts';
import { shortText, thousands } from '../words/format.ts';
import { Mark } from '../words/text.tsx';

/** Campaigns that get a switch at once; the rest after a click. */
const MOST = 12;

export function Legend({
  picture,
  choice,
  inkOf,
  onChoice,
  placeOf,
}: {
  readonly picture: Picture;
  readonly choice: Choice;
  readonly inkOf: Uint8Array;
  readonly onChoice: (choice: Choice) => void;
  readonly placeOf: (campaign: string) => number;
}) {
  const counts = useMemo(() => countsOf(picture, inkOf), [picture, inkOf]);
  const campaigns = picture.campaigns
    .map((id, i) => ({ id, number: i + 1, count: counts.campaigns[i + 1]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const toggle = (number: number) => {
    const without = new Set(choice.without);
    if (!without.delete(number)) without.add(number);
    onChoice({ ...choice, without });
  };
  const row = (one: (typeof campaigns)[number]) => (
    <li key={one.id}>
      <label>
        <input
          type="checkbox"
          checked={!choice.without.has(one.number)}
          onChange={() => toggle(one.number)}
        />
        <Mark n={placeOf(one.id)} />
        <span>campaign {one.id}</span>
        <span class="num faint">{thousands(one.count)}</span>
      </label>
      <a class="small" href={`#/campaign/${encodeURIComponent(one.id)}`} aria-label={`Campaign ${one.id}`}>
        →
      </a>
    </li>
  );
  return (
    <section class="card legend" aria-labelledby="legend">
      <h2 id="legend">Drawn</h2>
      <ul>
        {campaigns.slice(0, MOST).map(row)}
        <Switch
          kind="other"
          says="of no campaign"
          count={counts.quiet}
          isOn={choice.quiet}
          onChange={(quiet) => onChoice({ ...choice, quiet })}
        />
        <Switch
          kind="loud"
          says="of loud sources"
          count={counts.loud}
          isOn={choice.loud}
          onChange={(loud) => onChoice({ ...choice, loud })}
        />
        <Switch
          kind="login"
          says="logins of others"
          count={counts.logins}
          isOn={choice.logins}
          onChange={(logins) => onChoice({ ...choice, logins })}
        />
        {counts.intrusions > 0 && (
          <li class="legend-login">
            <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
              <circle r="5" class="ring" />
            </svg>
            <span>a participant got in</span>
            <span class="num faint">{thousands(counts.intrusions)}</span>
          </li>
        )}
      </ul>
      {campaigns.length > MOST && (
        <details>
          <summary>{thousands(campaigns.length - MOST)} smaller campaigns</summary>
          <ul>{campaigns.slice(MOST).map(row)}</ul>
        </details>
      )}
      {picture.sensors.length > 1 && (
        <p>
          <label for="sensor">Sensor </label>
          <select
            id="sensor"
            value={choice.sensor === null ? '' : String(choice.sensor)}
            onChange={(event) => {
              const { value } = event.currentTarget;
              onChoice({ ...choice, sensor: value === '' ? null : Number(value) });
            }}
          >
            <option value="">all {thousands(picture.sensors.length)}</option>
            {picture.sensors.slice(0, 500).map((sensor, i) => (
              <option key={sensor} value={String(i)}>
                {shortText(sensor, 40)}
              </option>
            ))}
          </select>
        </p>
      )}
    </section>
  );
}

function Switch(props: {
  readonly kind: string;
  readonly says: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={props.isOn}
          disabled={props.count === 0}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <i class={`dab ${props.kind}`} />
        <span>{props.says}</span>
        <span class="num faint">{thousands(props.count)}</span>
      </label>
    </li>
  );
}

function countsOf(picture: Picture, inkOf: Uint8Array) {
  const campaigns = new Uint32Array(picture.campaigns.length + 1);
  const inks = new Uint32Array(256);
  for (let i = 0; i < picture.length; i++) {
    inks[inkOf[i]!]!++;
    campaigns[picture.campaign[i]!]!++;
  }
  return { campaigns, quiet: inks[0]!, loud: inks[1]!, logins: inks[2]!, intrusions: inks[3]! };
}
