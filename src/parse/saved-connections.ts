/**
 * The state of live-connections.ts as plain data and back, so that a watch goes on where it was stopped. What is saved is what
 * later lines can still find: connections that are live, and attempts that no module has spoken for. In columns: a flood has 30,000
 * connections, and a snapshot of them is taken every few seconds.
 */
import {
  type Fields,
  leastOf,
  ownFields,
  type RecordColumns,
  recordColumns,
  recordReader,
  recordsOf,
} from '../model/record-columns.ts';
import { type Connection, newConnection, type SensorState } from './connection.ts';
import type { OldestFirst } from './oldest-first.ts';
import type { Waiting } from './sink.ts';
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

export interface SavedLiveConnections {
  readonly sensors: readonly {
    readonly name: string;
    /** `key`: the process or the endpoint; `connection`: an index into {@link live}. */
    readonly byProcess: RecordColumns;
    readonly byEndpoint: RecordColumns;
    readonly unpaired: SavedUnpaired;
  }[];
  /** Oldest first; `row` is an index into {@link rows}. */
  readonly live: RecordColumns;
  /** What the sink calls the attempts that later lines may tell more of. */
  readonly rows: RecordColumns;
  /** The least line of the log that a waiting attempt, or one that may be told more of, is named after; Infinity without any. */
  readonly oldestLine: number;
  readonly lastSweep: number;
  readonly linesSinceSweep: number;
  readonly unpaired: number;
}

/** Every field of a connection but those that refer to something else. */
type OwnField = Exclude<keyof Connection<unknown>, 'sensor' | 'source' | 'lastRow'>;

/** Its lists grow, so they are copied. The compiler sees that no field is forgotten. */
const OWN_FIELDS: { readonly [Name in OwnField]: (connection: Connection<unknown>) => unknown } = {
  isOver: ({ isOver }) => isOver,
  pid: ({ pid }) => pid,
  otherPids: ({ otherPids }) => copied(otherPids),
  otherSources: ({ otherSources }) => copied(otherSources),
  port: ({ port }) => port,
  user: ({ user }) => user,
  account: ({ account }) => account,
  method: ({ method }) => method,
  lastHeard: ({ lastHeard }) => lastHeard,
  judged: ({ judged }) => judged,
  prompted: ({ prompted }) => prompted,
  refused: ({ refused }) => refused,
  visits: ({ visits }) => visits,
  quiet: ({ quiet }) => quiet,
  modules: ({ modules }) => modules,
  moduleNames: ({ moduleNames }) => copied(moduleNames),
  moduleCounts: ({ moduleCounts }) => copied(moduleCounts),
  sure: ({ sure }) => sure,
  waiting: ({ waiting }) => copied(waiting),
  moduleTimes: ({ moduleTimes }) => copied(moduleTimes),
  modulesFrom: ({ modulesFrom }) => modulesFrom,
  keys: ({ keys }) => copied(keys),
  keyMethod: ({ keyMethod }) => keyMethod,
  told: ({ told }) => told,
  succeeded: ({ succeeded }) => succeeded,
  openedAt: ({ openedAt }) => openedAt,
};
const OWN_NAMES = Object.keys(OWN_FIELDS) as OwnField[];

/** `Row` must be a number, or a flat record of numbers, texts and booleans, all of one form. */
export function saveConnections<Row>(state: ConnectionsState<Row>): SavedLiveConnections {
  const live = state.live.list();
  const numbers = new Map(live.map((connection, number) => [connection, number]));
  const rows: Row[] = [];
  const fields: Fields<Connection<Row>> = {
    ...OWN_FIELDS,
    sensor: ({ sensor }) => sensor.name,
    source: ({ source }) => source?.text ?? null,
    isAddress: ({ source }) => source?.isAddress ?? false,
    row: ({ lastRow }) => (lastRow === null ? null : rows.push(lastRow) - 1),
  };
  const columns = recordColumns(live, fields);
  const rowColumns = columnsOfRows(rows);
  const led = <K>(map: ReadonlyMap<K, Connection<Row>>) => {
    const entries = [...map].filter(([, connection]) => numbers.has(connection));
    return recordColumns(entries, {
      key: ([key]) => key,
      connection: ([, connection]) => numbers.get(connection),
    });
  };
  return {
    sensors: [...state.sensors.values()].map(({ name, byProcess, byEndpoint, unpaired }) => ({
      name,
      byProcess: led(byProcess),
      byEndpoint: led(byEndpoint),
      unpaired: unpaired.save(),
    })),
    live: columns,
    rows: rowColumns,
    oldestLine: live.reduce(
      (least, connection) => Math.min(least, oldestWaiting(connection)),
      leastOf(rowColumns, 'line'),
    ),
    lastSweep: state.lastSweep,
    linesSinceSweep: state.linesSinceSweep,
    unpaired: state.unpaired,
  };
}

/** Puts into `state`, which is empty, what was saved. */
export function restoreConnections<Row>(state: ConnectionsState<Row>, saved: SavedLiveConnections): void {
  for (const { name, unpaired } of saved.sensors) {
    const sensor = newSensor<Row>(name);
    sensor.unpaired.restore(unpaired);
    state.sensors.set(name, sensor);
  }
  const rows = recordsOf(saved.rows).map((row) => ('itself' in row ? row.itself : row) as Row);
  const value = recordReader(saved.live);
  const live = Array.from({ length: saved.live.length }, (_, i): Connection<Row> => {
    const name = value('sensor', i) as string;
    // a sensor may have been forgotten while a connection was there that no line could find any more
    const connection = newConnection(state.sensors.get(name) ?? newSensor<Row>(name), -1, 0);
    for (const field of OWN_NAMES) Object.assign(connection, { [field]: ownValue(value(field, i)) });
    const source = value('source', i) as string | null;
    if (source !== null) connection.source = { text: source, isAddress: value('isAddress', i) as boolean };
    const row = value('row', i) as number | null;
    if (row !== null) connection.lastRow = rows[row]!;
    return connection;
  });
  for (const connection of live) state.live.add(connection);
  for (const { name, byProcess, byEndpoint } of saved.sensors) {
    const sensor = state.sensors.get(name)!;
    lead(byProcess, (pid: number, number) => sensor.byProcess.set(pid, live[number]!));
    lead(byEndpoint, (endpoint: string, number) => sensor.byEndpoint.set(endpoint, live[number]!));
  }
  state.lastSweep = saved.lastSweep;
  state.linesSinceSweep = saved.linesSinceSweep;
  state.unpaired = saved.unpaired;
}

function lead<Key>(columns: RecordColumns, set: (key: Key, connection: number) => void): void {
  const value = recordReader(columns);
  for (let i = 0; i < columns.length; i++) set(value('key', i) as Key, value('connection', i) as number);
}

/** A row that is no record is the field of one. */
function columnsOfRows(rows: readonly unknown[]): RecordColumns {
  const records = rows.filter((row) => typeof row === 'object' && row !== null);
  return records.length < rows.length
    ? recordColumns(rows, { itself: (row) => row })
    : recordColumns(records, ownFields(records));
}

/** The line of the oldest of its attempts that wait; Infinity without any. A line that has no number does not count. */
function oldestWaiting({ waiting, moduleTimes, keys, quiet }: Connection<unknown>): number {
  let least = Number.POSITIVE_INFINITY;
  const look = ({ mark }: Waiting): void => {
    if (mark.line > 0 && mark.line < least) least = mark.line;
  };
  waiting?.forEach(look);
  moduleTimes?.forEach(look);
  keys?.forEach(look);
  if (quiet !== null) look(quiet);
  return least;
}

function copied<Item>(list: readonly Item[] | null): Item[] | null {
  return list === null ? null : [...list];
}

/** Two parsers may be restored from the same. */
function ownValue(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])] : value;
}

/** A sensor of which nothing was heard yet. */
export function newSensor<Row>(name: string): SensorState<Row> {
  return { name, byProcess: new Map(), byEndpoint: new Map(), unpaired: new Unpaired() };
}
