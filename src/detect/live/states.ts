/**
 * The states of sources, names, visits and campaigns as columns of numbers: what is saved of them, and made of it again.
 * They refer to each other in circles, so each has a number, and refers to the others by theirs. Whatever is still
 * referred to is saved, also what memory itself has forgotten: a visit of weeks ago still says whose name it was.
 *
 * Columns, because 400,000 attempts lead to as many objects: v8.serialize takes five times as long for objects as for
 * the columns, and reads them back into a heap twice the size.
 */
import type { LiveCampaign } from './affair.ts';
import { bits, type Column, column, flat, numbered, small, smallest, total } from './columns.ts';
import { Few } from './few.ts';
import { type NameState, NO_VISITS, type SourceState, type Visit } from './memory.ts';

/** Lists one behind the other: list i has `length[i]` items. */
interface Lists<C extends Column> {
  readonly length: Uint32Array;
  readonly items: C;
}

export interface SavedStates {
  readonly sources: {
    readonly text: readonly string[];
    readonly id: Column;
    readonly firstSeen: Column;
    readonly lastSeen: Column;
    readonly failures: Column;
    readonly successes: Column;
    readonly loud: Uint8Array;
    readonly loudAt: Column;
    readonly kept: Uint32Array;
    readonly visits: Lists<Uint32Array>;
    readonly met: Lists<Column>;
    /** Of each source its sensors (indexes into `sensors`), and of each of these the times. */
    readonly recent: Lists<Uint32Array>;
    readonly recentTimes: Lists<Column>;
    readonly sensors: readonly string[];
    readonly logins: Lists<Uint32Array>;
    /** Day of each login. */
    readonly loginDays: Column;
  };
  readonly names: {
    readonly text: readonly string[];
    readonly kept: Uint32Array;
    readonly known: Uint8Array;
    readonly loginSources: Uint32Array;
    readonly visits: Lists<Uint32Array>;
    readonly weight: Float64Array;
  };
  readonly visits: {
    readonly time: Column;
    readonly tick: Column;
    readonly source: Uint32Array;
    readonly name: Uint32Array;
    readonly weight: Float64Array;
    readonly seen: Float64Array;
    readonly links: Lists<Uint32Array>;
  };
  readonly campaigns: readonly SavedCampaign[];
}

interface SavedCampaign extends Omit<LiveCampaign, 'named' | 'names' | 'returnOf'> {
  readonly named: Uint32Array;
  readonly confidence: Float64Array;
  readonly names: readonly string[];
  readonly returnOf: readonly string[];
}

/** What was saved, made again: each number leads to one object. */
export interface States {
  readonly sources: readonly SourceState[];
  readonly names: readonly NameState[];
  readonly visits: readonly Visit[];
  readonly campaigns: readonly LiveCampaign[];
}

/** Gives each state its number, in the order in which they are asked for; then all of them can be saved. */
export class StateNumbers {
  // `index` of a state is its number while the list has it at that place: until somebody makes a table, or saves again
  readonly #sources: SourceState[] = [];
  readonly #names: NameState[] = [];
  readonly #visits: Visit[] = [];
  readonly #campaigns: LiveCampaign[] = [];

  source(source: SourceState): number {
    if (this.#sources[source.index] !== source) source.index = this.#sources.push(source) - 1;
    return source.index;
  }

  name(name: NameState): number {
    if (this.#names[name.index] !== name) name.index = this.#names.push(name) - 1;
    return name.index;
  }

  visit(visit: Visit): number {
    if (this.#visits[visit.index] !== visit) visit.index = this.#visits.push(visit) - 1;
    return visit.index;
  }

  campaign(campaign: LiveCampaign): number {
    const at = this.#campaigns.indexOf(campaign);
    return at >= 0 ? at : this.#campaigns.push(campaign) - 1;
  }

  /** Numbers of all sources of a set, or of the keys of a map, in their order. */
  sources(all: ReadonlySet<SourceState> | ReadonlyMap<SourceState, unknown>): Uint32Array {
    const numbers = new Uint32Array(all.size);
    let i = 0;
    for (const source of all.keys()) numbers[i++] = this.source(source);
    return numbers;
  }

  visits(visits: readonly Visit[]): Uint32Array {
    return numbered(visits, (visit) => this.visit(visit));
  }

  /** All that have a number, and whatever they lead to. */
  save(): SavedStates {
    for (const { named } of this.#campaigns) this.sources(named);
    this.#reach();
    return {
      sources: this.#savedSources(),
      names: this.#savedNames(),
      visits: this.#savedVisits(),
      campaigns: this.#campaigns.map(({ named, names, returnOf, ...facts }) => ({
        ...facts,
        named: this.sources(named),
        confidence: Float64Array.from([...named.values()]),
        names: [...names],
        returnOf: [...returnOf],
      })),
    };
  }

  /** Gives numbers to all that the numbered lead to. */
  #reach(): void {
    const [sources, names, visits] = [this.#sources, this.#names, this.#visits];
    let [source, name, visit] = [0, 0, 0];
    while (source < sources.length || name < names.length || visit < visits.length) {
      for (; source < sources.length; source++) {
        const { visits: own, logins } = sources[source]!;
        for (let i = 0; i < own.length; i++) this.visit(own[i]!);
        logins?.forEach((account) => {
          this.name(account);
        });
      }
      for (; name < names.length; name++) {
        const own = names[name]!.visits;
        for (let i = 0; i < own.length; i++) this.visit(own[i]!);
      }
      for (; visit < visits.length; visit++) {
        const one = visits[visit]!;
        this.source(one.source);
        this.name(one.name);
        for (let i = 0; i < one.links.length; i++) this.visit(one.links[i]!);
      }
    }
  }

  #savedSources(): SavedStates['sources'] {
    const all = this.#sources;
    const sensorAt = new Map<string, number>();
    const recent = new Uint32Array(total(all, (source) => source.recent?.size ?? 0));
    const timesLength = new Uint32Array(recent.length);
    const times: number[] = [];
    const logins = new Uint32Array(total(all, (source) => source.logins?.size ?? 0));
    const days = new Float64Array(logins.length);
    let r = 0;
    let l = 0;
    for (const source of all) {
      source.recent?.forEach((sensor, last) => {
        let at = sensorAt.get(sensor);
        if (at === undefined) {
          at = sensorAt.size;
          sensorAt.set(sensor, at);
        }
        recent[r] = at;
        timesLength[r++] = last.length;
        for (let i = 0; i < last.length; i++) times.push(last[i]!);
      });
      source.logins?.forEach((name, day) => {
        logins[l] = this.name(name);
        days[l++] = day;
      });
    }
    return {
      text: all.map(({ text }) => text),
      id: smallest(column(all, ({ id }) => id)),
      firstSeen: smallest(column(all, ({ firstSeen }) => firstSeen)),
      lastSeen: smallest(column(all, ({ lastSeen }) => lastSeen)),
      failures: smallest(column(all, ({ failures }) => failures)),
      successes: smallest(column(all, ({ successes }) => successes)),
      loud: bits(all, ({ loud }) => loud),
      loudAt: smallest(column(all, ({ loudAt }) => loudAt)),
      kept: numbered(all, ({ kept }) => kept),
      visits: this.#visitLists(all.map(({ visits }) => visits)),
      met: {
        length: numbered(all, ({ met }) => met.length),
        items: smallest(flat(all.map(({ met }) => met))),
      },
      recent: { length: numbered(all, (source) => source.recent?.size ?? 0), items: recent },
      recentTimes: { length: timesLength, items: smallest(new Float64Array(times)) },
      sensors: [...sensorAt.keys()],
      logins: { length: numbered(all, (source) => source.logins?.size ?? 0), items: logins },
      loginDays: smallest(days),
    };
  }

  #savedNames(): SavedStates['names'] {
    const all = this.#names;
    return {
      text: all.map(({ text }) => text),
      kept: numbered(all, ({ kept }) => kept),
      known: bits(all, ({ known }) => known),
      loginSources: numbered(all, ({ loginSources }) => loginSources),
      visits: this.#visitLists(all.map(({ visits }) => visits)),
      weight: column(all, ({ weight }) => weight),
    };
  }

  #savedVisits(): SavedStates['visits'] {
    const all = this.#visits;
    return {
      time: smallest(column(all, ({ time }) => time)),
      tick: smallest(column(all, ({ tick }) => tick)),
      source: numbered(all, ({ source }) => source.index),
      name: numbered(all, ({ name }) => name.index),
      weight: column(all, ({ weight }) => weight),
      seen: column(all, ({ seen }) => seen),
      links: this.#visitLists(all.map(({ links }) => links)),
    };
  }

  #visitLists(lists: readonly (readonly Visit[])[]): Lists<Uint32Array> {
    const items = new Uint32Array(total(lists, ({ length }) => length));
    let at = 0;
    for (const list of lists) for (let i = 0; i < list.length; i++) items[at++] = this.visit(list[i]!);
    return { length: numbered(lists, ({ length }) => length), items };
  }
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

const NOBODY_MET: readonly number[] = [];
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
  { length, items }: Lists<Column>,
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
function eachOf({ length, items }: Lists<Column>, take: (i: number, item: number) => void): void {
  let at = 0;
  for (let i = 0; i < length.length; i++) for (let j = 0; j < length[i]!; j++) take(i, items[at++]!);
}
