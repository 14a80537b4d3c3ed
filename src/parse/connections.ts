/**
 * One attempt counts once. sshd, its PAM modules and its processes tell of one guess in up to five lines, and some
 * guesses in one line only, so lines are joined to connections and each connection keeps a counter per voice:
 *
 *   judged    Failed password ..                   every method but the two below; a repeated line counts its number
 *   prompted  Failed keyboard-interactive ..  |    two voices of one answer: the greater of the two
 *   refused   error: PAM: ..                  |
 *   modules   pam_unix .. authentication failure   a counter for each module; and N of `PAM N more ..`
 *   visits    Invalid user .., Disconnected from authenticating user ..    at most 1
 *   keys      Failed publickey ..                  only if nothing else was told: an agent offers all its keys first
 *
 * The connection has made max(visits, modules, judged + max(prompted, refused)) attempts. Whenever a line that names
 * user and address raises that number by k, k rows are appended at its time. What only the other voices told waits
 * until the connection is over, because the line that names the user and the address may still come, and because a
 * login may follow, which shows that a module or a key was refused on the way to it. A connection is over when
 * nothing was heard of it for {@link OVER_SECONDS}, another one has its process number, or the log ends.
 *
 * Lines are joined by sensor and process; where that is not known, by sensor, source and port. PAM's
 * keyboard-interactive runs in a process of its own on Linux, which logs `pam_unix` under its own number: what such a
 * process told is set off against what the same source was told to have done within {@link SAME_GUESS_SECONDS}.
 */
import {
  ACCOUNT_KNOWN,
  ACCOUNT_NOT_TOLD,
  ACCOUNT_UNKNOWN,
  FAILURE,
  NO_USER,
  SUCCESS,
} from '../model/attempt.ts';
import { type AttemptTableBuilder, methodCode } from '../model/table.ts';
import {
  belongs,
  CLOSED,
  type Connection,
  newConnection,
  OVER_SECONDS,
  type SensorState,
  sureCount,
} from './connection.ts';
import type { MessageReading } from './message.ts';
import { Replays } from './replays.ts';
import { SAME_GUESS_SECONDS, Unpaired } from './unpaired.ts';

/** State is bounded: beyond this many live connections the oldest is counted as over. 60 MB. */
const MOST_CONNECTIONS = 100_000;

export class Connections {
  readonly #builder: AttemptTableBuilder;
  readonly #sensors = new Map<string, SensorState>();
  readonly #live = new Set<Connection>();
  readonly #replays = new Replays();
  #lastSweep = Number.NaN;
  #linesSinceSweep = 0;

  constructor(builder: AttemptTableBuilder) {
    this.#builder = builder;
  }

  /**
   * Takes what a line tells. `time` is whatever clock the caller keeps, in seconds; `pid` is -1 where the line has
   * none.
   */
  tell(sensorName: string, pid: number, time: number, reading: MessageReading): void {
    const { tells } = reading;
    if (tells === 'nothing' || this.#replays.isReplay(sensorName, pid, time, reading)) return;
    this.#sweep(time);
    const sensor = this.#sensor(sensorName);
    const opening = tells === 'visit' && reading.form.id.startsWith('sshd.invalid');
    const connection = this.#find(sensor, pid, time, reading, opening);
    if (connection === null) return;
    this.#learn(connection, reading);
    switch (tells) {
      case 'context':
      case 'guest':
      case 'end':
      case 'total':
        return;
      case 'success':
        this.#succeed(connection, reading, time);
        return;
      case 'visit':
        if (opening) connection.openedAt = time;
        connection.visits = 1;
        this.#raise(connection, time, 0);
        return;
      case 'quiet-visit':
        connection.quietVisits = 1;
        if (reading.method !== null && isKey(reading.method))
          connection.keyMethod = methodCode(reading.method);
        return;
      case 'pam-error':
        connection.refused += reading.count;
        this.#raise(connection, time, methodCode(reading.method));
        return;
      case 'module-failure':
        this.#moduleFailed(connection, reading, time);
        return;
      case 'failure':
        if (reading.method !== null && isKey(reading.method)) {
          connection.keyTimes ??= [];
          connection.keyMethod = methodCode(reading.method);
          for (let i = 0; i < reading.count; i++) connection.keyTimes.push(time);
          return;
        }
        if (reading.method?.startsWith('keyboard-interactive') === true) connection.prompted += reading.count;
        else connection.judged += reading.count;
        this.#raise(connection, time, methodCode(reading.method));
    }
  }

  /** Lines that were told before and were dropped, since the beginning. */
  get replayedLines(): number {
    return this.#replays.lines;
  }

  /** Counts every connection as over: the input's end, or a point where its clock changes. */
  finish(): void {
    for (const connection of this.#live) this.#close(connection);
    this.#live.clear();
    this.#sensors.clear();
    this.#replays.forget();
    this.#lastSweep = Number.NaN;
  }

  #sensor(name: string): SensorState {
    let sensor = this.#sensors.get(name);
    if (sensor === undefined) {
      sensor = { name, byProcess: new Map(), byEndpoint: new Map(), unpaired: new Unpaired() };
      this.#sensors.set(name, sensor);
    }
    return sensor;
  }

  /** The connection that the line is about; null where there is none and the line alone begins none. */
  #find(
    sensor: SensorState,
    pid: number,
    time: number,
    reading: MessageReading,
    opening: boolean,
  ): Connection | null {
    const { source, port } = reading;
    let connection: Connection | undefined;
    if (pid >= 0) {
      connection = live(sensor.byProcess.get(pid));
      if (connection !== undefined && !belongs(connection, pid, time, reading, opening)) {
        this.#retire(connection);
        connection = undefined;
      }
    }
    const hasEndpoint = source !== null && port !== null;
    if (connection === undefined && hasEndpoint) {
      connection = live(sensor.byEndpoint.get(`${source.text} ${port}`));
      if (connection !== undefined && !belongs(connection, pid, time, reading, opening)) {
        this.#retire(connection);
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
      sensor.byProcess.set(pid, connection);
    }
    if (hasEndpoint && connection.port < 0) sensor.byEndpoint.set(`${source.text} ${port}`, connection);
    connection.lastHeard = time;
    return connection;
  }

  #begin(sensor: SensorState, pid: number, time: number): Connection {
    if (this.#live.size >= MOST_CONNECTIONS) {
      const [oldest] = this.#live;
      this.#retire(oldest!);
    }
    const connection = newConnection(sensor, pid, time);
    this.#live.add(connection);
    if (pid >= 0) sensor.byProcess.set(pid, connection);
    return connection;
  }

  #learn(connection: Connection, reading: MessageReading): void {
    const { source, port, user, known, method } = reading;
    const heard = connection.source;
    if (source !== null && heard !== null && source.isAddress !== heard.isAddress) {
      if (source.isAddress) connection.sensor.unpaired.alias(heard.text, source.text);
      else connection.sensor.unpaired.alias(source.text, heard.text);
    }
    if (
      source !== null &&
      (connection.source === null || (source.isAddress && !connection.source.isAddress))
    ) {
      connection.source = source;
    }
    if (port !== null && connection.port < 0) connection.port = port;
    if (user !== null && (connection.user === null || connection.user === '')) connection.user = user;
    if (known === true) connection.account = ACCOUNT_KNOWN;
    else if (known === false && connection.account === ACCOUNT_NOT_TOLD) connection.account = ACCOUNT_UNKNOWN;
    if (
      connection.method === 0 &&
      method !== null &&
      (reading.tells === 'failure' || reading.tells === 'pam-error')
    ) {
      if (!isKey(method)) connection.method = methodCode(method);
    }
  }

  #moduleFailed(connection: Connection, reading: MessageReading, time: number): void {
    const name = reading.module ?? 'pam_unix';
    connection.moduleNames ??= [];
    connection.moduleCounts ??= [];
    let i = connection.moduleNames.indexOf(name);
    if (i < 0) {
      i = connection.moduleNames.push(name) - 1;
      connection.moduleCounts.push(0);
    }
    const count = connection.moduleCounts[i]! + reading.count;
    connection.moduleCounts[i] = count;
    connection.moduleTimes ??= [];
    while (connection.modules < count) {
      connection.modules++;
      connection.moduleTimes.push(time);
    }
  }

  /** Appends what is sure and not told yet, if the source is an address; a host name waits for one. */
  #raise(connection: Connection, time: number, method: number): void {
    const sure = sureCount(connection);
    connection.sureTimes ??= [];
    connection.sureMethods ??= [];
    while (connection.sureTimes.length < sure) {
      connection.sureTimes.push(time);
      connection.sureMethods.push(method);
      if (connection.modules < connection.sureTimes.length) unpair(connection, time);
    }
    if (connection.source?.isAddress === true) this.#tellSure(connection);
    if (connection.lastRow >= 0) {
      const user = connection.user === null ? NO_USER : this.#builder.userId(connection.user);
      this.#builder.amend(connection.lastRow, user, connection.account, connection.method);
    }
  }

  #tellSure(connection: Connection): void {
    const { sureTimes: times, sureMethods: methods } = connection;
    if (times === null || methods === null) return;
    while (connection.told < times.length) {
      const i = connection.told;
      this.#append(connection, times[i]!, FAILURE, methods[i] === 0 ? connection.method : methods[i]!);
    }
  }

  #succeed(connection: Connection, reading: MessageReading, time: number): void {
    if (reading.source === null && connection.source === null) return;
    if (connection.succeeded) return;
    // what only modules and keys told was on the way to this login
    connection.quietVisits = 0;
    connection.keyTimes = null;
    connection.keyMethod = 0;
    connection.moduleTimes = null;
    connection.modules = 0;
    connection.moduleCounts = connection.moduleNames = null;
    if (connection.source !== null) this.#tellSure(connection);
    connection.succeeded = true;
    unpair(connection, time);
    if (reading.user !== null) connection.user = reading.user;
    this.#append(connection, time, SUCCESS, methodCode(reading.method));
    connection.told--;
    connection.lastRow = -1;
  }

  #append(connection: Connection, time: number, outcome: number, method: number): void {
    const builder = this.#builder;
    const { source, user } = connection;
    connection.told++;
    if (source === null) return;
    connection.lastRow = builder.appendCodes(
      time,
      builder.sources.id(source.text),
      user === null ? NO_USER : builder.userId(user),
      builder.sensorId(connection.sensor.name),
      outcome,
      outcome === SUCCESS ? ACCOUNT_KNOWN : connection.account,
      method,
    );
  }

  /** The connection is over: what waited is told. */
  #close(connection: Connection): void {
    connection.state = CLOSED;
    if (connection.source !== null) {
      this.#tellSure(connection);
      const { moduleTimes } = connection;
      if (moduleTimes !== null) {
        const alone = connection.sureTimes === null;
        while (connection.told < moduleTimes.length) {
          const time = moduleTimes[connection.told]!;
          if (alone && connection.sensor.unpaired.take(connection.source.text, time)) connection.told++;
          else
            this.#append(
              connection,
              time,
              FAILURE,
              connection.method === 0 ? methodCode('password') : connection.method,
            );
        }
      }
      if (connection.told === 0 && !connection.succeeded) {
        const { keyTimes } = connection;
        if (keyTimes !== null) {
          for (const time of keyTimes) this.#append(connection, time, FAILURE, connection.keyMethod);
        } else if (connection.quietVisits > 0) {
          const method = connection.method === 0 ? connection.keyMethod : connection.method;
          this.#append(connection, connection.lastHeard, FAILURE, method);
        }
      }
      // a visit that offered nothing but keys
      if (connection.lastRow >= 0 && connection.method === 0 && connection.keyMethod !== 0)
        this.#builder.amend(connection.lastRow, NO_USER, ACCOUNT_NOT_TOLD, connection.keyMethod);
    }
    const { byProcess, byEndpoint } = connection.sensor;
    if (byProcess.get(connection.pid) === connection) byProcess.delete(connection.pid);
    if (connection.source !== null) {
      const endpoint = `${connection.source.text} ${connection.port}`;
      if (byEndpoint.get(endpoint) === connection) byEndpoint.delete(endpoint);
      const anywhere = `${connection.source.text} -`;
      if (byEndpoint.get(anywhere) === connection) byEndpoint.delete(anywhere);
    }
  }

  #retire(connection: Connection): void {
    if (connection.state === CLOSED) return;
    this.#live.delete(connection);
    this.#close(connection);
  }

  /** Ends what nothing was heard of. Runs once a minute of the log and once for as many lines as there are to look at. */
  #sweep(time: number): void {
    this.#linesSinceSweep++;
    if (Math.abs(time - this.#lastSweep) < 60) return;
    if (Number.isNaN(this.#lastSweep)) {
      this.#lastSweep = time;
      return;
    }
    if (this.#linesSinceSweep < (this.#live.size + this.#sensors.size) / 4) return;
    this.#lastSweep = time;
    this.#linesSinceSweep = 0;
    for (const connection of this.#live) {
      if (Math.abs(time - connection.lastHeard) > OVER_SECONDS) this.#retire(connection);
    }
    for (const sensor of this.#sensors.values()) {
      sensor.unpaired.forget(time, OVER_SECONDS + 2 * SAME_GUESS_SECONDS);
    }
  }
}

/** A connection that is over is none, though another of its processes may still stand for it. */
function live(connection: Connection | undefined): Connection | undefined {
  return connection?.state === CLOSED ? undefined : connection;
}

/** Methods that clients try unasked, with every key they have. */
function isKey(method: string): boolean {
  return method === 'publickey' || method === 'hostbased';
}

function unpair(connection: Connection, time: number): void {
  if (connection.source !== null) connection.sensor.unpaired.add(connection.source.text, time);
}
