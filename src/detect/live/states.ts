/**
 * The states of sources, names, visits and campaigns as columns of numbers: what is saved of them, and made of it again.
 * They refer to each other in circles, so each has a number, and refers to the others by theirs. Whatever is still
 * referred to is saved, also what memory itself has forgotten: a visit of weeks ago still says whose name it was.
 *
 * Columns, because 400,000 attempts lead to as many objects: v8.serialize takes five times as long for objects as for
 * the columns, and reads them back into a heap twice the size.
 */

import { type Column, ColumnBuilder, type Lists, ListsBuilder, numbered, sum } from '../../model/columns.ts';
import type { LiveCampaign } from './affair.ts';
import type { NameState, SourceState, Visit } from './remembered.ts';

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
    readonly visits: Lists;
    readonly met: Lists;
    /** Of each source its sensors (indexes into `sensors`), and of each of these the times. */
    readonly recent: Lists;
    readonly recentTimes: Lists;
    readonly sensors: readonly string[];
    readonly logins: Lists;
    /** Day of each login. */
    readonly loginDays: Column;
  };
  readonly names: {
    readonly text: readonly string[];
    readonly kept: Uint32Array;
    readonly known: Uint8Array;
    readonly loginSources: Uint32Array;
    readonly visits: Lists;
    readonly weight: Float64Array;
  };
  readonly visits: {
    readonly time: Column;
    readonly tick: Column;
    readonly source: Uint32Array;
    readonly name: Uint32Array;
    readonly weight: Float64Array;
    readonly seen: Float64Array;
    readonly links: Lists;
  };
  readonly campaigns: readonly SavedCampaign[];
}

interface SavedCampaign extends Omit<LiveCampaign, 'named' | 'names' | 'returnOf'> {
  readonly named: Uint32Array;
  readonly confidence: Float64Array;
  readonly names: readonly string[];
  readonly returnOf: readonly string[];
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

  // each object is looked at once, for all of its columns: at this size they come from memory, not from a cache
  #savedSources(): SavedStates['sources'] {
    const all = this.#sources;
    const n = all.length;
    const text = new Array<string>(n);
    const id = new ColumnBuilder(n);
    const firstSeen = new ColumnBuilder(n);
    const lastSeen = new ColumnBuilder(n);
    const failures = new ColumnBuilder(n);
    const successes = new ColumnBuilder(n);
    const loud = new Uint8Array(n);
    const loudAt = new ColumnBuilder(n);
    const kept = new Uint32Array(n);
    const visits = new ListsBuilder(
      n,
      sum(all, (source) => source.visits.length),
    );
    const met = new ListsBuilder(
      n,
      sum(all, (source) => source.met.length),
    );
    const sensors = sum(all, (source) => source.recent?.size ?? 0);
    const recent = new ListsBuilder(n, sensors);
    const times = new ListsBuilder(sensors, 2 * sensors);
    const accounts = sum(all, (source) => source.logins?.size ?? 0);
    const logins = new ListsBuilder(n, accounts);
    const days = new ColumnBuilder(accounts);
    const sensorAt = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const source = all[i]!;
      text[i] = source.text;
      id.add(source.id);
      firstSeen.add(source.firstSeen);
      lastSeen.add(source.lastSeen);
      failures.add(source.failures);
      successes.add(source.successes);
      loud[i] = source.loud ? 1 : 0;
      loudAt.add(source.loudAt);
      kept[i] = source.kept;
      this.#addVisits(visits, source.visits);
      for (let j = 0; j < source.met.length; j++) met.add(source.met[j]!);
      met.end();
      source.recent?.forEach((sensor, last) => {
        let at = sensorAt.get(sensor);
        if (at === undefined) {
          at = sensorAt.size;
          sensorAt.set(sensor, at);
        }
        recent.add(at);
        for (let j = 0; j < last.length; j++) times.add(last[j]!);
        times.end();
      });
      recent.end();
      source.logins?.forEach((name, day) => {
        logins.add(name.index);
        days.add(day);
      });
      logins.end();
    }
    return {
      text,
      id: id.column(),
      firstSeen: firstSeen.column(),
      lastSeen: lastSeen.column(),
      failures: failures.column(),
      successes: successes.column(),
      loud,
      loudAt: loudAt.column(),
      kept,
      visits: visits.lists(),
      met: met.lists(),
      recent: recent.lists(),
      recentTimes: times.lists(),
      sensors: [...sensorAt.keys()],
      logins: logins.lists(),
      loginDays: days.column(),
    };
  }

  #savedNames(): SavedStates['names'] {
    const all = this.#names;
    const n = all.length;
    const text = new Array<string>(n);
    const kept = new Uint32Array(n);
    const known = new Uint8Array(n);
    const loginSources = new Uint32Array(n);
    const visits = new ListsBuilder(
      n,
      sum(all, (name) => name.visits.length),
    );
    const weight = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const name = all[i]!;
      text[i] = name.text;
      kept[i] = name.kept;
      known[i] = name.known ? 1 : 0;
      loginSources[i] = name.loginSources;
      this.#addVisits(visits, name.visits);
      weight[i] = name.weight;
    }
    return { text, kept, known, loginSources, visits: visits.lists(), weight };
  }

  #savedVisits(): SavedStates['visits'] {
    const all = this.#visits;
    const n = all.length;
    const time = new ColumnBuilder(n);
    const tick = new ColumnBuilder(n);
    const source = new Uint32Array(n);
    const name = new Uint32Array(n);
    const weight = new Float64Array(n);
    const seen = new Float64Array(n);
    const links = new ListsBuilder(
      n,
      sum(all, (visit) => visit.links.length),
    );
    for (let i = 0; i < n; i++) {
      const visit = all[i]!;
      time.add(visit.time);
      tick.add(visit.tick);
      source[i] = visit.source.index;
      name[i] = visit.name.index;
      weight[i] = visit.weight;
      seen[i] = visit.seen;
      this.#addVisits(links, visit.links);
    }
    return { time: time.column(), tick: tick.column(), source, name, weight, seen, links: links.lists() };
  }

  #addVisits(lists: ListsBuilder, visits: readonly Visit[]): void {
    for (let i = 0; i < visits.length; i++) lists.add(visits[i]!.index);
    lists.end();
  }
}
