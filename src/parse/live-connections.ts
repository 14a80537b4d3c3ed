/**
 * Which connections are live, which of them a line is about, and when each is over: nothing was heard of it for
 * {@link OVER_SECONDS}, another one has its process number, or there are too many. See connections.ts for what they are
 * about.
 */
import { ownCopy } from '../model/interner.ts';
import {
  belongs,
  type Connection,
  hasWaitedTooLong,
  newConnection,
  OVER_SECONDS,
  type SensorState,
} from './connection.ts';
import type { MessageReading } from './message.ts';
import { OldestFirst } from './oldest-first.ts';
import {
  type ConnectionsState,
  newSensor,
  restoreConnections,
  type SavedLiveConnections,
  saveConnections,
} from './saved-connections.ts';
import { SAME_GUESS_SECONDS } from './unpaired.ts';

/** State is bounded: beyond this many live connections the oldest is counted as over. 60 MB. */
const MOST_CONNECTIONS = 100_000;

/**
 * Beyond this many sensors at a time in a log without end, as only a forged log has, all are the sensor `(others)`; as many as the table of
 * attempts tells apart (model/table.ts).
 */
const MOST_SENSORS = 0xffff;

/**
 * Beyond this many sources whose attempts no module told of, in a log without end, those of more than
 * {@link SAME_GUESS_SECONDS} ago are forgotten, and if that is not enough, all of them. 60 MB.
 */
const MOST_UNPAIRED = 200_000;

export class LiveConnections<Row> {
  /** Whether the log has no end, so that nothing may wait for it. */
  readonly #isEndless: boolean;
  /** Called when a connection is over, while lines still lead to it. */
  readonly #onOver: (connection: Connection<Row>) => void;
  readonly #state: ConnectionsState<Row> = {
    sensors: new Map(),
    live: new OldestFirst(),
    lastSweep: Number.NaN,
    linesSinceSweep: 0,
    unpaired: 0,
  };

  constructor(isEndless: boolean, onOver: (connection: Connection<Row>) => void) {
    this.#isEndless = isEndless;
    this.#onOver = onOver;
  }

  /**
   * The connection that a line is about, for which it is `lastHeard` of now; null where there is none and the line alone
   * begins none. `opening`: the line is one that opens a visit.
   */
  find(
    sensorName: string,
    pid: number,
    time: number,
    reading: MessageReading,
    opening: boolean,
  ): Connection<Row> | null {
    const sensor = this.#sensor(sensorName);
    const { source, port } = reading;
    let connection: Connection<Row> | undefined;
    if (pid >= 0) {
      connection = live(sensor.byProcess.get(pid));
      if (connection !== undefined && !belongs(connection, pid, time, reading, opening)) {
        this.end(connection);
        connection = undefined;
      }
    }
    const hasEndpoint = source !== null && port !== null;
    if (connection === undefined && hasEndpoint) {
      connection = live(sensor.byEndpoint.get(`${source.text} ${port}`));
      if (connection !== undefined && !belongs(connection, pid, time, reading, opening)) {
        this.end(connection);
        connection = undefined;
      }
    }
    // a line without process and port: the last one of this source that had neither, or has not told its own yet
    if (connection === undefined && pid < 0 && source !== null) {
      const key = `${source.text} -`;
      connection = live(sensor.byEndpoint.get(key));
      if (
        connection !== undefined &&
        (time - connection.lastHeard > SAME_GUESS_SECONDS ||
          (port !== null && connection.port >= 0 && connection.port !== port) ||
          !belongs(connection, pid, time, reading, opening))
      ) {
        connection = undefined;
      }
    }
    if (connection === undefined) {
      if (reading.tells === 'context' && source === null && reading.known === null) return null;
      connection = this.#begin(sensor, pid, time);
      if (pid < 0 && source !== null) sensor.byEndpoint.set(`${source.text} -`, connection);
    }
    if (pid >= 0 && connection.pid !== pid && sensor.byProcess.get(pid) !== connection) {
      if (connection.pid < 0) connection.pid = pid;
      else {
        connection.otherPids ??= [];
        connection.otherPids.push(pid);
      }
      sensor.byProcess.set(pid, connection);
    }
    if (hasEndpoint && connection.port < 0) {
      sensor.byEndpoint.set(`${source.text} ${port}`, connection);
      if (connection.source !== null && connection.source.text !== source.text)
        knowsSource(connection, source.text);
    }
    connection.lastHeard = time;
    return connection;
  }

  #begin(sensor: SensorState<Row>, pid: number, time: number): Connection<Row> {
    const { live } = this.#state;
    if (live.size >= MOST_CONNECTIONS) this.end(live.oldest!);
    const connection = newConnection(sensor, pid, time);
    live.add(connection);
    if (pid >= 0) sensor.byProcess.set(pid, connection);
    return connection;
  }

  #sensor(name: string): SensorState<Row> {
    const { sensors } = this.#state;
    let sensor = sensors.get(name);
    if (sensor === undefined && this.#isEndless && sensors.size >= MOST_SENSORS) {
      name = '(others)';
      sensor = sensors.get(name);
    }
    if (sensor === undefined) {
      sensor = newSensor(ownCopy(name));
      sensors.set(sensor.name, sensor);
    }
    return sensor;
  }

  /** The connection is over. */
  end(connection: Connection<Row>): void {
    if (connection.isOver) return;
    connection.isOver = true;
    this.#state.live.drop();
    this.#onOver(connection);
    this.#forget(connection);
  }

  /** All connections are over. */
  endAll(): void {
    for (const connection of this.#state.live.list()) this.end(connection);
  }

  /** Forgets everything. */
  clear(): void {
    this.#state.sensors.clear();
    this.#state.unpaired = 0;
    this.#state.lastSweep = Number.NaN;
  }

  save(): SavedLiveConnections {
    return saveConnections(this.#state);
  }

  restore(saved: SavedLiveConnections): void {
    restoreConnections(this.#state, saved);
  }

  /** Notes an attempt for which no module of its own process spoke. */
  unpair(connection: Connection<Row>, time: number): void {
    if (connection.source === null) return;
    connection.sensor.unpaired.add(connection.source.text, time);
    if (this.#isEndless && ++this.#state.unpaired > MOST_UNPAIRED) this.#forgetUnpaired(time);
  }

  #forgetUnpaired(time: number): void {
    const { sensors } = this.#state;
    for (const { unpaired } of sensors.values()) unpaired.forget(time, SAME_GUESS_SECONDS);
    if (sizeOf(sensors) > MOST_UNPAIRED / 2) for (const sensor of sensors.values()) sensor.unpaired.clear();
    this.#state.unpaired = sizeOf(sensors);
  }

  /** Nothing leads to the connection any more. */
  #forget(connection: Connection<Row>): void {
    const { byProcess, byEndpoint } = connection.sensor;
    const forgetProcess = (pid: number) => {
      if (byProcess.get(pid) === connection) byProcess.delete(pid);
    };
    const forgetEndpoint = (endpoint: string) => {
      if (byEndpoint.get(endpoint) === connection) byEndpoint.delete(endpoint);
    };
    forgetProcess(connection.pid);
    connection.otherPids?.forEach(forgetProcess);
    if (connection.source === null) return;
    for (const text of [connection.source.text, ...(connection.otherSources ?? [])]) {
      forgetEndpoint(`${text} ${connection.port}`);
      forgetEndpoint(`${text} -`);
    }
  }

  /** Ends what nothing was heard of. Runs once a minute of the log and once for as many lines as there are to look at. */
  sweep(time: number): void {
    const state = this.#state;
    state.linesSinceSweep++;
    if (Math.abs(time - state.lastSweep) < 60) return;
    if (Number.isNaN(state.lastSweep)) {
      state.lastSweep = time;
      return;
    }
    const { live, sensors } = state;
    if (state.linesSinceSweep < (live.size + sensors.size) / 4) return;
    state.lastSweep = time;
    state.linesSinceSweep = 0;
    for (const connection of live.list()) {
      if (
        Math.abs(time - connection.lastHeard) > OVER_SECONDS ||
        (this.#isEndless && hasWaitedTooLong(connection, time))
      )
        this.end(connection);
    }
    for (const sensor of sensors.values()) {
      sensor.unpaired.forget(time, OVER_SECONDS + 2 * SAME_GUESS_SECONDS);
      if (this.#isEndless && isEmpty(sensor)) sensors.delete(sensor.name);
    }
    state.unpaired = sizeOf(sensors);
  }
}

/** A connection that is over is none, though another of its processes may still stand for it. */
function live<Row>(connection: Connection<Row> | undefined): Connection<Row> | undefined {
  return connection?.isOver === true ? undefined : connection;
}

/** A line of it had this text for the source. */
export function knowsSource(connection: Connection<unknown>, text: string): void {
  connection.otherSources ??= [];
  if (!connection.otherSources.includes(text)) connection.otherSources.push(text);
}

/** Whether no line can find anything in it. */
function isEmpty({ byProcess, byEndpoint, unpaired }: SensorState<unknown>): boolean {
  return byProcess.size === 0 && byEndpoint.size === 0 && unpaired.isEmpty;
}

function sizeOf(sensors: ReadonlyMap<string, SensorState<unknown>>): number {
  let size = 0;
  for (const { unpaired } of sensors.values()) size += unpaired.size;
  return size;
}
