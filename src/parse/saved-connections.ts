/**
 * The state of live-connections.ts as plain data and back, so that a watch goes on where it was stopped. What is saved is what
 * later lines can still find: connections that are live, and attempts that no module has spoken for.
 */
import type { Connection, SensorState } from './connection.ts';
import type { OldestFirst } from './oldest-first.ts';
import { type SavedUnpaired, Unpaired } from './unpaired.ts';

export interface ConnectionsState<Row> {
  readonly sensors: Map<string, SensorState<Row>>;
  /** Oldest first. */
  readonly live: OldestFirst<Connection<Row>>;
  lastSweep: number;
  linesSinceSweep: number;
  /** Attempts in all sensors' `unpaired`, at most. */
  unpaired: number;
}

export interface SavedLiveConnections<Row> {
  readonly sensors: readonly {
    readonly name: string;
    /** Indexes into {@link live}. */
    readonly byProcess: readonly (readonly [pid: number, connection: number])[];
    readonly byEndpoint: readonly (readonly [endpoint: string, connection: number])[];
    readonly unpaired: SavedUnpaired;
  }[];
  readonly live: readonly SavedConnection<Row>[];
  readonly lastSweep: number;
  readonly linesSinceSweep: number;
  readonly unpaired: number;
}

/** `sensor` is its name. */
type SavedConnection<Row> = Omit<Connection<Row>, 'sensor'> & { readonly sensor: string };

/** `Row` must be plain data too. */
export function saveConnections<Row>(state: ConnectionsState<Row>): SavedLiveConnections<Row> {
  const numbers = new Map<Connection<Row>, number>();
  const live: SavedConnection<Row>[] = [];
  for (const connection of state.live.list())
    numbers.set(connection, live.push(copyOf({ ...connection, sensor: connection.sensor.name })) - 1);
  const entries = <K>(map: ReadonlyMap<K, Connection<Row>>) =>
    [...map].flatMap(([key, connection]): [K, number][] => {
      const number = numbers.get(connection);
      return number === undefined ? [] : [[key, number]];
    });
  return {
    sensors: [...state.sensors.values()].map(({ name, byProcess, byEndpoint, unpaired }) => ({
      name,
      byProcess: entries(byProcess),
      byEndpoint: entries(byEndpoint),
      unpaired: unpaired.save(),
    })),
    live,
    lastSweep: state.lastSweep,
    linesSinceSweep: state.linesSinceSweep,
    unpaired: state.unpaired,
  };
}

/** Puts into `state`, which is empty, what was saved. */
export function restoreConnections<Row>(
  state: ConnectionsState<Row>,
  saved: SavedLiveConnections<Row>,
): void {
  for (const { name, unpaired } of saved.sensors) {
    const sensor = newSensor<Row>(name);
    sensor.unpaired.restore(unpaired);
    state.sensors.set(name, sensor);
  }
  const live = saved.live.map((one): Connection<Row> => {
    // a sensor may have been forgotten while a connection was there that no line could find any more
    const sensor = state.sensors.get(one.sensor) ?? newSensor<Row>(one.sensor);
    return { ...copyOf(one), sensor };
  });
  for (const connection of live) state.live.add(connection);
  for (const { name, byProcess, byEndpoint } of saved.sensors) {
    const sensor = state.sensors.get(name)!;
    for (const [pid, number] of byProcess) sensor.byProcess.set(pid, live[number]!);
    for (const [endpoint, number] of byEndpoint) sensor.byEndpoint.set(endpoint, live[number]!);
  }
  state.lastSweep = saved.lastSweep;
  state.linesSinceSweep = saved.linesSinceSweep;
  state.unpaired = saved.unpaired;
}

/** Its lists grow, and what the sink calls an attempt learns: both are copied. */
function copyOf<Row>(one: SavedConnection<Row>): SavedConnection<Row> {
  return {
    ...one,
    otherPids: copied(one.otherPids),
    otherSources: copied(one.otherSources),
    moduleNames: copied(one.moduleNames),
    moduleCounts: copied(one.moduleCounts),
    waiting: copied(one.waiting),
    moduleTimes: copied(one.moduleTimes),
    keys: copied(one.keys),
    lastRow: typeof one.lastRow === 'object' && one.lastRow !== null ? { ...one.lastRow } : one.lastRow,
  };
}

function copied<Item>(list: readonly Item[] | null): Item[] | null {
  return list === null ? null : [...list];
}

/** A sensor of which nothing was heard yet. */
export function newSensor<Row>(name: string): SensorState<Row> {
  return { name, byProcess: new Map(), byEndpoint: new Map(), unpaired: new Unpaired() };
}
