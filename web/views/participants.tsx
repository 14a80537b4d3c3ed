/** Participants as a table that can be sorted and narrowed down; a page of them at a time, as there may be thousands. */
import { useMemo, useState } from 'preact/hooks';
import type { ParticipantView } from '../../src/view/site.ts';
import { counted, minute, percent, thousands } from '../words/format.ts';
import { Scroll } from '../words/scroll.tsx';
import { Raw, SourceLink } from '../words/text.tsx';

type Column = 'source' | 'attempts' | 'confidence' | 'firstSeen' | 'lastSeen' | 'place';
const PAGE = 25;

export function Participants({ participants }: { readonly participants: readonly ParticipantView[] }) {
  const [column, setColumn] = useState<Column>('attempts');
  const [isUp, setUp] = useState(false);
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState(PAGE);
  const hasPlaces = participants.some(({ place }) => place !== null);
  const rows = useMemo(() => {
    const word = wanted.trim().toLowerCase();
    const found =
      word === ''
        ? [...participants]
        : participants.filter((one) => textOf(one).toLowerCase().includes(word));
    return found.sort((a, b) => (isUp ? 1 : -1) * compare(a, b, column));
  }, [participants, column, isUp, wanted]);
  const head = (name: Column, says: string, isNumber = false) => (
    <th
      scope="col"
      class={isNumber ? 'num' : undefined}
      aria-sort={column === name ? (isUp ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        class="sort"
        onClick={() => {
          setUp(column === name ? !isUp : name === 'source' || name === 'place');
          setColumn(name);
        }}
      >
        {says}
        <span aria-hidden="true">{column === name ? (isUp ? ' ▲' : ' ▼') : ''}</span>
      </button>
    </th>
  );
  return (
    <>
      {hasPlaces && <Countries participants={participants} />}
      <p>
        <label for="participant">Narrow down </label>
        <input
          id="participant"
          type="search"
          value={wanted}
          maxLength={200}
          spellcheck={false}
          autocomplete="off"
          placeholder={hasPlaces ? 'address, network, country' : 'address'}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setShown(PAGE);
          }}
        />
      </p>
      <Scroll label="Participants">
        <table>
          <thead>
            <tr>
              {head('source', 'source')}
              {hasPlaces && head('place', 'network')}
              {head('attempts', 'attempts', true)}
              {head('confidence', 'belongs to it', true)}
              {head('firstSeen', 'first (UTC)')}
              {head('lastSeen', 'last')}
              <th scope="col">state</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((one) => (
              <tr key={one.source}>
                <th scope="row">
                  <SourceLink source={one.source} />
                </th>
                {hasPlaces && <td>{one.place === null ? '' : <PlaceText place={one.place} />}</td>}
                <td class="num">{thousands(one.attempts)}</td>
                <td class="num">{sureness(one.confidence)}</td>
                <td class="nowrap">{minute(one.firstSeen)}</td>
                <td class="nowrap">{minute(one.lastSeen)}</td>
                <td class="nowrap">
                  {one.released !== null && <span class="badge">released</span>}
                  {one.isBlocked && <span class="badge badge-on">blocked</span>}
                  {one.isLoud && <span class="badge">loud</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="small">
        {counted(rows.length, 'source')}
        {rows.length > shown && (
          <>
            , {thousands(shown)} shown{' '}
            <button type="button" onClick={() => setShown(shown + 10 * PAGE)}>
              More
            </button>
          </>
        )}
      </p>
    </>
  );
}

/** Nothing is ever certain. */
export function sureness(confidence: number): string {
  return confidence > 0.9995 ? '99.9 %' : `${(confidence * 100).toFixed(1)} %`;
}

export function PlaceText({ place }: { readonly place: NonNullable<ParticipantView['place']> }) {
  return (
    <>
      {place.country !== null && <span title="country, ISO 3166">{place.country} </span>}
      {place.asn !== null && <span class="faint">AS{place.asn} </span>}
      {place.network !== null && <Raw text={place.network} limit={30} />}
    </>
  );
}

function Countries({ participants }: { readonly participants: readonly ParticipantView[] }) {
  const countries = new Map<string, number>();
  const networks = new Set<number>();
  for (const { place } of participants) {
    if (place === null) continue;
    countries.set(place.country ?? 'not told', (countries.get(place.country ?? 'not told') ?? 0) + 1);
    if (place.asn !== null) networks.add(place.asn);
  }
  const most = [...countries].sort((a, b) => b[1] - a[1]);
  const top = most[0]?.[1] ?? 1;
  return (
    <div class="countries">
      <p>
        From {counted(countries.size, 'country', 'countries')}
        {networks.size > 0 && ` and ${counted(networks.size, 'network')}`}:
      </p>
      <ul>
        {most.slice(0, 8).map(([country, count]) => (
          <li key={country}>
            <span>{country}</span>
            <span class="country-bar">
              <i style={{ width: `${(count / top) * 100}%` }} />
            </span>
            <span class="num">
              {thousands(count)} <span class="faint">{percent(count / participants.length)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function textOf(one: ParticipantView): string {
  const { place } = one;
  return `${one.source} ${place?.country ?? ''} ${place?.asn == null ? '' : `AS${place.asn}`} ${place?.network ?? ''}`;
}

function compare(a: ParticipantView, b: ParticipantView, column: Column): number {
  switch (column) {
    case 'source':
      return a.source < b.source ? -1 : a.source > b.source ? 1 : 0;
    case 'place': {
      const x = a.place === null ? '~' : `${a.place.country ?? '~'} ${a.place.network ?? ''}`;
      const y = b.place === null ? '~' : `${b.place.country ?? '~'} ${b.place.network ?? ''}`;
      return x < y ? -1 : x > y ? 1 : 0;
    }
    default:
      return a[column] - b[column];
  }
}
