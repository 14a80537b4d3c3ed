/**
 * The states of sources, names, visits and campaigns again, from the columns that states.ts has saved: first each by
 * itself, then what they refer to.
 */

import { type Lists, small } from '../../model/columns.ts';
import type { LiveCampaign } from './affair.ts';
import { Few } from './few.ts';
import { type NameState, NO_VISITS, NOBODY_MET, type SourceState, type Visit } from './remembered.ts';
import type { SavedStates } from './states.ts';

/** What was saved, made again: each number leads to one object. */
export interface States {
  readonly sources: readonly SourceState[];
  readonly names: readonly NameState[];
  readonly visits: readonly Visit[];
  readonly campaigns: readonly LiveCampaign[];
}

/** The states again, `loudFailures` times of last failures of each at most: the rule may have changed since. */
export function statesOf(saved: SavedStates, loudFailures: number): States {
  const visits = visitsOf(saved.visits);
  const names = saved.names.text.map((text, i): NameState => {
    const { kept, known, loginSources, weight } = saved.names;
    return {
      text,
      kept: kept[i]!,
      known: known[i] === 1,
      loginSources: loginSources[i]!,
      visits: NO_VISITS,
      weight: weight[i]!,
      index: 0,
      table: 0,
    };
  });
  const sources = sourcesOf(saved.sources, names, loudFailures);
  const visit = (v: number): Visit => visits[v]!;
  deal(saved.sources.visits, visit, (i, list) => {
    sources[i]!.visits = list;
  });
  deal(saved.names.visits, visit, (i, list) => {
    names[i]!.visits = list;
  });
  for (let i = 0; i < visits.length; i++) {
    visits[i]!.source = sources[saved.visits.source[i]!]!;
    visits[i]!.name = names[saved.visits.name[i]!]!;
  }
  const campaigns = saved.campaigns.map(({ named, confidence, names: tried, returnOf, ...facts }) => ({
    ...facts,
    named: new Map(Array.from(named, (s, i) => [sources[s]!, confidence[i]!])),
    names: new Set(tried),
    returnOf: new Set(returnOf),
  }));
  return { sources, names, visits, campaigns };
}

type Unplaced = { -readonly [K in keyof Visit]: Visit[K] };

function visitsOf({ time, tick, weight, seen, links }: SavedStates['visits']): Unplaced[] {
  const visits: Unplaced[] = [];
  for (let i = 0; i < time.length; i++) {
    visits.push({
      time: small(time[i]!),
      tick: small(tick[i]!),
      source: NOBODY,
      name: NO_NAME,
      weight: weight[i]!,
      seen: seen[i]!,
      links: NO_VISITS,
      index: 0,
    });
  }
  const visit = (v: number): Visit => visits[v]!;
  deal(links, visit, (i, list) => {
    visits[i]!.links = list;
  });
  return visits;
}

function sourcesOf(
  saved: SavedStates['sources'],
  names: readonly NameState[],
  loudFailures: number,
): SourceState[] {
  const sources = saved.text.map(
    (text, i): SourceState => ({
      text,
      id: small(saved.id[i]!),
      firstSeen: small(saved.firstSeen[i]!),
      lastSeen: small(saved.lastSeen[i]!),
      failures: small(saved.failures[i]!),
      successes: small(saved.successes[i]!),
      loud: saved.loud[i] === 1,
      loudAt: small(saved.loudAt[i]!),
      kept: saved.kept[i]!,
      visits: NO_VISITS,
      met: NOBODY_MET,
      recent: null,
      logins: null,
      suspected: 0,
      index: 0,
      table: 0,
    }),
  );
  deal(saved.met, small, (i, list) => {
    sources[i]!.met = list;
  });
  const times: number[][] = [];
  deal(saved.recentTimes, small, (i, list) => {
    times[i] = list.length <= loudFailures ? list : list.slice(-loudFailures);
  });
  let last = 0;
  eachOf(saved.recent, (i, sensor) => {
    sources[i]!.recent = withOne(sources[i]!.recent, saved.sensors[sensor]!, times[last++]!);
  });
  let login = 0;
  eachOf(saved.logins, (i, n) => {
    sources[i]!.logins = withOne(sources[i]!.logins, names[n]!, small(saved.loginDays[login++]!));
  });
  return sources;
}

function withOne<K, V>(few: Few<K, V> | null, key: K, value: V): Few<K, V> {
  if (few === null) return new Few(key, value);
  few.set(key, value);
  return few;
}

/** What a visit refers to until everybody is there. */
const NO_NAME: NameState = {
  text: '',
  kept: 0,
  known: false,
  loginSources: 0,
  visits: NO_VISITS,
  weight: 0,
  index: 0,
  table: 0,
};
const NOBODY: SourceState = {
  text: '',
  id: 0,
  firstSeen: 0,
  lastSeen: 0,
  failures: 0,
  successes: 0,
  loud: false,
  loudAt: 0,
  kept: 0,
  visits: NO_VISITS,
  met: NOBODY_MET,
  recent: null,
  logins: null,
  suspected: 0,
  index: 0,
  table: 0,
};

/** Each list that is not empty, with its number, and what its items stand for. */
function deal<T>(
  { length, items }: Lists,
  of: (item: number) => T,
  take: (i: number, list: T[]) => void,
): void {
  let at = 0;
  for (let i = 0; i < length.length; i++) {
    const n = length[i]!;
    if (n === 0) continue;
    const list = new Array<T>(n);
    for (let j = 0; j < n; j++) list[j] = of(items[at++]!);
    take(i, list);
  }
}

/** Each item of each list, with the number of its list. */
function eachOf({ length, items }: Lists, take: (i: number, item: number) => void): void {
  let at = 0;
  for (let i = 0; i < length.length; i++) for (let j = 0; j < length[i]!; j++) take(i, items[at++]!);
}
