/**
 * The states of sources, names, visits and campaigns as columns of numbers: what is saved of them, and made of it again.
 * They refer to each other in circles, so each has a number, and refers to the others by theirs. Whatever is still
 * referred to is saved, also what memory itself has forgotten: a visit of weeks ago still says whose name it was.
 *
 * Columns, because 400,000 attempts lead to as many objects: v8.serialize takes five times as long for objects as for
 * the columns, and reads them back into a heap twice the size.
 */
import type { LiveCampaign } from './affair.ts';
import { Few } from './few.ts';
import { type NameState, NO_VISITS, type SourceState, type Visit } from './memory.ts';

/** Lists one behind the other: list i has `length[i]` items. */
interface Lists<C> {
  readonly length: Uint32Array;
  readonly items: C;
}

export interface SavedStates {
  readonly sources: {
    readonly text: readonly string[];
    readonly id: Float64Array;
    readonly firstSeen: Float64Array;
    readonly lastSeen: Float64Array;
    readonly failures: Float64Array;
    readonly successes: Float64Array;
    readonly loud: Uint8Array;
    readonly loudAt: Float64Array;
    readonly kept: Uint32Array;
    readonly visits: Lists<Uint32Array>;
    readonly met: Lists<Float64Array>;
    /** Of each source its sensors (indexes into `sensors`), and of each of these the times. */
    readonly recent: Lists<Uint32Array>;
    readonly recentTimes: Lists<Float64Array>;
    readonly sensors: readonly string[];
    readonly logins: Lists<Uint32Array>;
    /** Day of each login. */
    readonly loginDays: Float64Array;
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
    readonly time: Float64Array;
    readonly tick: Float64Array;
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
  readonly #sources: SourceState[] = [];
  readonly #names: NameState[] = [];
  readonly #visits: Visit[] = [];
  readonly #campaigns: LiveCampaign[] = [];
  /** Number of each visit, by its tick: no two have the same. */
  readonly #visitAt = new Map<number, number>();
  readonly #campaignAt = new Map<LiveCampaign, number>();
  readonly #mark: number;

  /** `mark`: of a table that nobody makes (Memory.mark); `index` of sources and names is the number until the next. */
  constructor(mark: number) {
    this.#mark = mark;
  }

  source(source: SourceState): number {
    if (source.table !== this.#mark) {
      source.table = this.#mark;
      source.index = this.#sources.length;
      this.#sources.push(source);
    }
    return source.index;
  }

  name(name: NameState): number {
    if (name.table !== this.#mark) {
      name.table = this.#mark;
      name.index = this.#names.length;
      this.#names.push(name);
    }
    return name.index;
  }

  visit(visit: Visit): number {
    let at = this.#visitAt.get(visit.tick);
    if (at === undefined) {
      at = this.#visits.length;
      this.#visitAt.set(visit.tick, at);
      this.#visits.push(visit);
    }
    return at;
  }

  campaign(campaign: LiveCampaign): number {
    let at = this.#campaignAt.get(campaign);
    if (at === undefined) {
      at = this.#campaigns.length;
      this.#campaignAt.set(campaign, at);
      this.#campaigns.push(campaign);
    }
    return at;
  }

  /** Numbers of many sources, in their order. */
  sources(sources: Iterable<SourceState>): Uint32Array {
    return Uint32Array.from(Array.from(sources, (source) => this.source(source)));
  }

  visits(visits: readonly Visit[]): Uint32Array {
    const numbers = new Uint32Array(visits.length);
    for (let i = 0; i < visits.length; i++) numbers[i] = this.visit(visits[i]!);
    return numbers;
  }

  /** All that have a number, and whatever they lead to. */
  save(): SavedStates {
    for (const { named } of this.#campaigns) for (const source of named.keys()) this.source(source);
    this.#reach();
    return {
      sources: this.#savedSources(),
      names: this.#savedNames(),
      visits: this.#savedVisits(),
      campaigns: this.#campaigns.map(({ named, names, returnOf, ...facts }) => ({
        ...facts,
        named: this.sources(named.keys()),
        confidence: Float64Array.from([...named.values()]),
        names: [...names],
        returnOf: [...returnOf],
      })),
    };
  }

  /** Gives numbers to all that the numbered lead to. */
  #reach(): void {
    let source = 0;
    let name = 0;
    let visit = 0;
    while (source < this.#sources.length || name < this.#names.length || visit < this.#visits.length) {
      for (; source < this.#sources.length; source++) {
        const { visits, logins } = this.#sources[source]!;
        for (const own of visits) this.visit(own);
        if (logins !== null) for (const [account] of logins) this.name(account);
      }
      for (; name < this.#names.length; name++) for (const own of this.#names[name]!.visits) this.visit(own);
      for (; visit < this.#visits.length; visit++) {
        const one = this.#visits[visit]!;
        this.source(one.source);
        this.name(one.name);
        for (const link of one.links) this.visit(link);
      }
    }
  }

  #savedSources(): SavedStates['sources'] {
    const all = this.#sources;
    const sensorAt = new Map<string, number>();
    const recent: number[] = [];
    const recentLength = new Uint32Array(all.length);
    const times: number[] = [];
    const timesLength: number[] = [];
    const logins: number[] = [];
    const loginsLength = new Uint32Array(all.length);
    const days: number[] = [];
    for (let i = 0; i < all.length; i++) {
      const source = all[i]!;
      if (source.recent !== null) {
        recentLength[i] = source.recent.size;
        for (const [sensor, last] of source.recent) {
          let at = sensorAt.get(sensor);
          if (at === undefined) {
            at = sensorAt.size;
            sensorAt.set(sensor, at);
          }
          recent.push(at);
          timesLength.push(last.length);
          for (const time of last) times.push(time);
        }
      }
      if (source.logins !== null) {
        loginsLength[i] = source.logins.size;
        for (const [name, day] of source.logins) {
          logins.push(this.name(name));
          days.push(day);
        }
      }
    }
    return {
      text: all.map(({ text }) => text),
      id: column(all, ({ id }) => id),
      firstSeen: column(all, ({ firstSeen }) => firstSeen),
      lastSeen: column(all, ({ lastSeen }) => lastSeen),
      failures: column(all, ({ failures }) => failures),
      successes: column(all, ({ successes }) => successes),
      loud: bits(all, ({ loud }) => loud),
      loudAt: column(all, ({ loudAt }) => loudAt),
      kept: counts(all, ({ kept }) => kept),
      visits: this.#visitLists(all.map(({ visits }) => visits)),
      met: {
        length: counts(all, ({ met }) => met.length),
        items: Float64Array.from(all.flatMap(({ met }) => met as number[])),
      },
      recent: { length: recentLength, items: Uint32Array.from(recent) },
      recentTimes: { length: Uint32Array.from(timesLength), items: Float64Array.from(times) },
      sensors: [...sensorAt.keys()],
      logins: { length: loginsLength, items: Uint32Array.from(logins) },
      loginDays: Float64Array.from(days),
    };
  }

  #savedNames(): SavedStates['names'] {
    const all = this.#names;
    return {
      text: all.map(({ text }) => text),
      kept: counts(all, ({ kept }) => kept),
      known: bits(all, ({ known }) => known),
      loginSources: counts(all, ({ loginSources }) => loginSources),
      visits: this.#visitLists(all.map(({ visits }) => visits)),
      weight: column(all, ({ weight }) => weight),
    };
  }

  #savedVisits(): SavedStates['visits'] {
    const all = this.#visits;
    return {
      time: column(all, ({ time }) => time),
      tick: column(all, ({ tick }) => tick),
      source: counts(all, ({ source }) => source.index),
      name: counts(all, ({ name }) => name.index),
      weight: column(all, ({ weight }) => weight),
      seen: column(all, ({ seen }) => seen),
      links: this.#visitLists(all.map(({ links }) => links)),
    };
  }

  #visitLists(lists: readonly (readonly Visit[])[]): Lists<Uint32Array> {
    const length = new Uint32Array(lists.length);
    let total = 0;
    for (let i = 0; i < lists.length; i++) {
      length[i] = lists[i]!.length;
      total += lists[i]!.length;
    }
    const items = new Uint32Array(total);
    let at = 0;
    for (const list of lists) for (const visit of list) items[at++] = this.visit(visit);
    return { length, items };
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
  deal(saved.sources.visits, (i, list) => {
    sources[i]!.visits = list.map((v) => visits[v]!);
  });
  deal(saved.names.visits, (i, list) => {
    names[i]!.visits = list.map((v) => visits[v]!);
  });
  for (let i = 0; i < visits.length; i++) {
    const visit = visits[i]!;
    visit.source = sources[saved.visits.source[i]!]!;
    visit.name = names[saved.visits.name[i]!]!;
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
    });
  }
  deal(links, (i, list) => {
    visits[i]!.links = list.map((v) => visits[v]!);
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
      index: 0,
      table: 0,
    }),
  );
  deal(saved.met, (i, list) => {
    sources[i]!.met = list.map(small);
  });
  const times: number[][] = [];
  deal(saved.recentTimes, (i, list) => {
    times[i] = list.slice(-loudFailures).map(small);
  });
  let last = 0;
  deal(saved.recent, (i, list) => {
    for (const sensor of list) {
      const source = sources[i]!;
      const text = saved.sensors[sensor]!;
      if (source.recent === null) source.recent = new Few(text, times[last++]!);
      else source.recent.set(text, times[last++]!);
    }
  });
  let login = 0;
  deal(saved.logins, (i, list) => {
    for (const n of list) {
      const source = sources[i]!;
      const day = small(saved.loginDays[login++]!);
      if (source.logins === null) source.logins = new Few(names[n]!, day);
      else source.logins.set(names[n]!, day);
    }
  });
  return sources;
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
  index: 0,
  table: 0,
};

/** Each list that is not empty, with its number. */
function deal(
  { length, items }: Lists<Uint32Array | Float64Array>,
  take: (i: number, list: number[]) => void,
): void {
  let at = 0;
  for (let i = 0; i < length.length; i++) {
    const n = length[i]!;
    if (n === 0) continue;
    const list = new Array<number>(n);
    for (let j = 0; j < n; j++) list[j] = items[at++]!;
    take(i, list);
  }
}

/** The same number, in the form that V8 keeps without an object of its own where it is a small whole one. */
function small(x: number): number {
  const whole = x | 0;
  return whole === x ? whole : x;
}

function column<T>(all: readonly T[], of: (one: T) => number): Float64Array {
  const values = new Float64Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!);
  return values;
}

function counts<T>(all: readonly T[], of: (one: T) => number): Uint32Array {
  const values = new Uint32Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!);
  return values;
}

function bits<T>(all: readonly T[], of: (one: T) => boolean): Uint8Array {
  const values = new Uint8Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = of(all[i]!) ? 1 : 0;
  return values;
}
