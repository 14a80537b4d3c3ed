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
 * nothing was heard of it for `OVER_SECONDS`, another one has its process number, or the log ends.
 *
 * Lines are joined by sensor and process; where that is not known, by sensor, source and port. PAM's
 * keyboard-interactive runs in a process of its own on Linux, which logs `pam_unix` under its own number: what such a
 * process told is set off against what the same source was told to have done within `SAME_GUESS_SECONDS`.
 */
import {
  ACCOUNT_KNOWN,
  ACCOUNT_NOT_TOLD,
  ACCOUNT_UNKNOWN,
  FAILURE,
  SSHD_SERVICE,
  SUCCESS,
} from '../model/attempt.ts';
import { ownCopy } from '../model/interner.ts';
import { methodCode } from '../model/table.ts';
import { type Connection, isFull, sureCount } from './connection.ts';
import { knowsSource, LiveConnections } from './live-connections.ts';
import { isKey } from './manner.ts';
import type { MessageReading } from './message.ts';
import { Replays, type SavedReplays } from './replays.ts';
import type { SavedLiveConnections } from './saved-connections.ts';
import { type AttemptSink, type Mark, NO_MARK } from './sink.ts';

export interface SavedConnections {
  readonly live: SavedLiveConnections;
  readonly replays: SavedReplays;
}

export class Connections<Row> {
  readonly #sink: AttemptSink<Row>;
  /** Whether the log has no end, so that nothing may wait for it. */
  readonly #isEndless: boolean;
  readonly #live: LiveConnections<Row>;
  readonly #replays = new Replays();

  constructor(sink: AttemptSink<Row>, isEndless = false) {
    this.#sink = sink;
    this.#isEndless = isEndless;
    this.#live = new LiveConnections(isEndless, (connection) => this.#close(connection));
  }

  /**
   * Takes what a line tells. `time` is whatever clock the caller keeps, in seconds; `pid` is -1 where the line has
   * none; `mark` names the line to the sink.
   */
  tell(sensorName: string, pid: number, time: number, reading: MessageReading, mark: Mark = NO_MARK): void {
    const { tells } = reading;
    if (tells === 'nothing' || this.#replays.isReplay(sensorName, pid, time, reading)) return;
    this.#live.sweep(time);
    const opening = tells === 'visit' && reading.form.id.startsWith('sshd.invalid');
    const connection = this.#live.find(sensorName, pid, time, reading, opening);
    if (connection === null) return;
    this.#learn(connection, reading);
    this.#count(connection, time, reading, opening, mark);
    if (this.#isEndless && isFull(connection)) this.#live.end(connection);
  }

  #count(
    connection: Connection<Row>,
    time: number,
    reading: MessageReading,
    opening: boolean,
    mark: Mark,
  ): void {
    const { tells } = reading;
    switch (tells) {
      case 'context':
      case 'guest':
      case 'end':
      case 'total':
      case 'nothing':
        return;
      case 'success':
        this.#succeed(connection, reading, time, mark);
        return;
      case 'visit':
        if (opening) connection.openedAt = time;
        connection.visits = 1;
        this.#raise(connection, time, 0, mark);
        return;
      case 'quiet-visit':
        connection.quiet ??= { time, mark, nth: 0 };
        if (reading.method !== null && isKey(reading.method))
          connection.keyMethod = methodCode(reading.method);
        return;
      case 'pam-error':
        connection.refused += reading.count;
        this.#raise(connection, time, methodCode(reading.method), mark);
        return;
      case 'module-failure':
        this.#moduleFailed(connection, reading, time, mark);
        return;
      case 'failure':
        if (reading.method !== null && isKey(reading.method)) {
          this.#keyFailed(connection, reading, time, mark);
          return;
        }
        if (reading.method?.startsWith('keyboard-interactive') === true) connection.prompted += reading.count;
        else connection.judged += reading.count;
        this.#raise(connection, time, methodCode(reading.method), mark);
    }
  }

  /** Lines that were told before and were dropped, since the beginning. */
  get replayedLines(): number {
    return this.#replays.lines;
  }

  /** Counts every connection as over: the input's end, or a point where its clock changes. */
  finish(): void {
    this.finishConnections();
    this.#live.clear();
    this.#replays.forget();
  }

  /** Counts every connection as over, because nothing has come for `OVER_SECONDS`. */
  finishConnections(): void {
    this.#live.endAll();
  }

  /** A copy of the state, for {@link restore}; `Row` must be what {@link saveConnections} takes. */
  save(): SavedConnections {
    return { live: this.#live.save(), replays: this.#replays.save() };
  }

  /** Goes on where another one was saved. */
  restore(saved: SavedConnections): void {
    this.#live.restore(saved.live);
    this.#replays.restore(saved.replays);
  }

  #learn(connection: Connection<Row>, reading: MessageReading): void {
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
      if (heard !== null) knowsSource(connection, heard.text);
      connection.source = source;
    }
    if (port !== null && connection.port < 0) connection.port = port;
    if (user !== null && (connection.user === null || connection.user === ''))
      connection.user = ownCopy(user);
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

  #keyFailed(connection: Connection<Row>, reading: MessageReading, time: number, mark: Mark): void {
    connection.keyMethod = methodCode(reading.method);
    connection.keys ??= [];
    if (connection.told > 0 || connection.succeeded) return; // they will not count
    for (let nth = 0; nth < reading.count; nth++) connection.keys.push({ time, mark, nth });
  }

  #moduleFailed(connection: Connection<Row>, reading: MessageReading, time: number, mark: Mark): void {
    const name = reading.module ?? 'pam_unix';
    connection.moduleNames ??= [];
    connection.moduleCounts ??= [];
    let i = connection.moduleNames.indexOf(name);
    if (i < 0) {
      i = connection.moduleNames.push(ownCopy(name)) - 1;
      connection.moduleCounts.push(0);
    }
    const count = connection.moduleCounts[i]! + reading.count;
    connection.moduleCounts[i] = count;
    for (let nth = 0; connection.modules < count; nth++) {
      const index = connection.modules++;
      if (index < connection.told) {
        // appended already
        connection.moduleTimes = null;
        connection.modulesFrom = index + 1;
      } else {
        connection.moduleTimes ??= [];
        connection.moduleTimes.push({ time, mark, nth });
      }
    }
  }

  /** Appends what is sure and not told yet, if the source is an address; a host name waits for one. */
  #raise(connection: Connection<Row>, time: number, method: number, mark: Mark): void {
    const sure = sureCount(connection);
    const isAddress = connection.source?.isAddress === true;
    if (isAddress) this.#tellWaiting(connection);
    connection.sure ??= 0;
    for (let nth = 0; connection.sure < sure; nth++) {
      connection.sure++;
      if (connection.modules < connection.sure) this.#live.unpair(connection, time);
      if (isAddress) this.#fail(connection, time, method === 0 ? connection.method : method, mark, nth);
      else {
        connection.waiting ??= [];
        connection.waiting.push({ time, method, mark, nth });
      }
    }
    if (connection.lastRow !== null)
      this.#sink.amend(connection.lastRow, connection.user, connection.account, connection.method);
  }

  #tellWaiting(connection: Connection<Row>): void {
    const { waiting } = connection;
    if (waiting === null) return;
    connection.waiting = null;
    for (const { time, method, mark, nth } of waiting)
      this.#fail(connection, time, method === 0 ? connection.method : method, mark, nth);
  }

  #succeed(connection: Connection<Row>, reading: MessageReading, time: number, mark: Mark): void {
    if (reading.source === null && connection.source === null) return;
    if (connection.succeeded) return;
    // what only modules and keys told was on the way to this login
    connection.quiet = null;
    connection.keys = null;
    connection.keyMethod = 0;
    connection.moduleTimes = null;
    connection.modules = connection.modulesFrom = 0;
    connection.moduleCounts = connection.moduleNames = null;
    if (connection.source !== null) this.#tellWaiting(connection);
    connection.succeeded = true;
    this.#live.unpair(connection, time);
    if (reading.user !== null) connection.user = ownCopy(reading.user);
    this.#append(connection, time, SUCCESS, methodCode(reading.method), mark, 0);
    connection.lastRow = null;
  }

  #fail(connection: Connection<Row>, time: number, method: number, mark: Mark, nth: number): void {
    connection.told++;
    this.#append(connection, time, FAILURE, method, mark, nth);
  }

  #append(
    connection: Connection<Row>,
    time: number,
    outcome: number,
    method: number,
    mark: Mark,
    nth: number,
  ): void {
    const { source } = connection;
    if (source === null) return;
    connection.lastRow = this.#sink.append(
      time,
      source.text,
      connection.user,
      connection.sensor.name,
      outcome,
      outcome === SUCCESS ? ACCOUNT_KNOWN : connection.account,
      method,
      SSHD_SERVICE,
      mark,
      nth,
    );
  }

  /** The connection is over: what waited is told. */
  #close(connection: Connection<Row>): void {
    if (connection.source !== null) {
      this.#tellWaiting(connection);
      this.#tellModules(connection, connection.source.text);
      if (connection.told === 0 && !connection.succeeded) {
        const { keys, quiet } = connection;
        if (keys !== null) {
          for (const { time, mark, nth } of keys)
            this.#fail(connection, time, connection.keyMethod, mark, nth);
        } else if (quiet !== null) {
          const method = connection.method === 0 ? connection.keyMethod : connection.method;
          this.#fail(connection, connection.lastHeard, method, quiet.mark, 0);
        }
      }
      // a visit that offered nothing but keys
      if (connection.lastRow !== null && connection.method === 0 && connection.keyMethod !== 0)
        this.#sink.amend(connection.lastRow, null, ACCOUNT_NOT_TOLD, connection.keyMethod);
    }
  }

  #tellModules(connection: Connection<Row>, source: string): void {
    const { moduleTimes, modulesFrom } = connection;
    if (moduleTimes === null) return;
    const alone = connection.sure === null;
    const method = connection.method === 0 ? methodCode('password') : connection.method;
    while (connection.told < modulesFrom + moduleTimes.length) {
      const { time, mark, nth } = moduleTimes[connection.told - modulesFrom]!;
      if (alone && connection.sensor.unpaired.take(source, time)) connection.told++;
      else this.#fail(connection, time, method, mark, nth);
    }
  }
}
