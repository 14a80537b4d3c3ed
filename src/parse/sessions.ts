/**
 * One attempt counts once, for the services that are not sshd. A service's file says which of its lines are of one
 * session (`join`):
 *
 *   none       each line stands for itself
 *   process    those of one process number (postgres, dropbear); without one, those of one source and port
 *   endpoint   those of one source and port (OpenVPN)
 *   session    those whose <session> is the same (OpenSMTPD)
 *
 * A session has made max(visits, judged, total) attempts: at most one visit, as many judged as lines told of a refused
 * credential, and what a line at its end says of them all. Whenever a line raises that number by k, k rows are
 * appended at its time. Attempts of a session whose source no line has told yet wait for it; where it never comes they
 * are counted as sourceless, for they are no row of the table. A session is over at its `end` or `total` line, when
 * nothing was heard of it for {@link SESSION_SECONDS}, or when the log ends.
 *
 * What modules told (PAM, dovecot's databases) is not joined but settled by time: see second-voices.ts.
 */
import { ACCOUNT_KNOWN, ACCOUNT_NOT_TOLD, ACCOUNT_UNKNOWN, FAILURE, SUCCESS } from '../model/attempt.ts';
import { ownCopy } from '../model/interner.ts';
import { ownFields, type RecordColumns, recordColumns, recordsOf } from '../model/record-columns.ts';
import { methodCode } from '../model/table.ts';
import type { MessageReading } from './message.ts';
import { OldestFirst } from './oldest-first.ts';
import type { Join } from './service-forms.ts';
import { type AttemptSink, type Mark, NO_MARK, type Waiting } from './sink.ts';
import type { Source } from './source.ts';

/**
 * A session of which nothing was heard for so long is over. Servers wait 60 s (postgres, authentication_timeout) to
 * 300 s (proftpd, TimeoutLogin; vsftpd, idle_session_timeout) for a login. At half of it the end of a slow session
 * is counted as another; at twice, process numbers of busy machines have come round.
 */
const SESSION_SECONDS = 300;

/** State is bounded: beyond this many sessions the oldest is counted as over. 30 MB. */
const MOST_SESSIONS = 100_000;

/** Attempts that wait for their source, in a log without end; more come of forged lines only. */
const MOST_WAITING = 2000;

interface Session<Row> {
  readonly key: string;
  readonly sensor: string;
  readonly service: string;
  source: Source | null;
  user: string | null;
  account: number;
  method: number;
  judged: number;
  visits: number;
  told: number;
  /** What waits for a source. */
  waiting: (Waiting & { readonly outcome: number })[] | null;
  lastRow: Row | null;
  succeeded: boolean;
  lastHeard: number;
  isOver: boolean;
}

/** Sessions as plain data. */
export interface SavedSessions {
  /** Of sessions, oldest first. */
  readonly live: RecordColumns;
  readonly lastSweep: number;
  readonly linesSinceSweep: number;
  readonly sourceless: readonly (readonly [service: string, count: number])[];
}

export class Sessions<Row> {
  readonly #sink: AttemptSink<Row>;
  /** Whether the log has no end, so that nothing may wait for it. */
  readonly #isEndless: boolean;
  readonly #live = new Map<string, Session<Row>>();
  readonly #oldestFirst = new OldestFirst<Session<Row>>();
  #lastSweep = Number.NaN;
  #linesSinceSweep = 0;
  /** Failures of which no line told the source, by service. */
  readonly sourceless = new Map<string, number>();

  constructor(sink: AttemptSink<Row>, isEndless = false) {
    this.#sink = sink;
    this.#isEndless = isEndless;
  }

  /**
   * Takes what a line tells. `time` is the caller's clock in seconds; `pid` is -1 where the line has none; `mark` names
   * the line to the sink.
   */
  tell(
    sensor: string,
    pid: number,
    time: number,
    reading: MessageReading,
    join: Join,
    mark: Mark = NO_MARK,
  ): void {
    const { tells, source } = reading;
    // no credential was asked for, so none was guessed
    if (tells === 'nothing' || tells === 'guest') return;
    if (tells === 'module-failure') {
      this.#tellModule(sensor, time, reading, mark);
      return;
    }
    this.#sweep(time);
    const key = keyOf(sensor, pid, reading, join);
    if (key === null) {
      this.#tellAlone(sensor, time, reading, mark);
      return;
    }
    let session = this.#live.get(key);
    if (session !== undefined && !isOne(session, source, time)) {
      this.#close(session);
      session = undefined;
    }
    if (tells === 'end') {
      if (session !== undefined) this.#close(session);
      return;
    }
    session ??= this.#begin(key, sensor, reading.form.service);
    session.lastHeard = time;
    this.#learn(session, reading);
    if (tells === 'success') {
      if (!session.succeeded) this.#append(session, time, SUCCESS, reading.method, mark, 0);
      session.succeeded = true;
    } else if (tells !== 'context') {
      if (tells === 'visit' || tells === 'quiet-visit') session.visits = 1;
      else if (tells !== 'total') session.judged += reading.count;
      const sure = Math.max(session.visits, session.judged, tells === 'total' ? reading.count : 0);
      for (let nth = 0; session.told < sure; nth++) {
        session.told++;
        this.#append(session, time, FAILURE, reading.method, mark, nth);
      }
    }
    if (session.lastRow !== null)
      this.#sink.amend(session.lastRow, session.user, session.account, session.method);
    const isFull = this.#isEndless && (session.waiting?.length ?? 0) > MOST_WAITING;
    if (tells === 'total' || isFull) this.#close(session);
  }

  /** Counts every session as over: the end of a group of files, or a point where its clock changes. */
  finish(): void {
    this.finishSessions();
    this.#lastSweep = Number.NaN;
  }

  /** Counts every session as over, because nothing has come for {@link SESSION_SECONDS}. */
  finishSessions(): void {
    for (const session of this.#oldestFirst.list()) this.#close(session);
  }

  /** A copy of the state, for {@link restore}; plain data if `Row` is. */
  save(): SavedSessions {
    const live = this.#oldestFirst.list().map(copyOf);
    return {
      live: recordColumns(live, ownFields(live)),
      lastSweep: this.#lastSweep,
      linesSinceSweep: this.#linesSinceSweep,
      sourceless: [...this.sourceless],
    };
  }

  /** Goes on where another one was saved. */
  restore(saved: SavedSessions): void {
    for (const session of recordsOf(saved.live)) this.#add(copyOf(session as unknown as Session<Row>));
    this.#lastSweep = saved.lastSweep;
    this.#linesSinceSweep = saved.linesSinceSweep;
    for (const [service, count] of saved.sourceless) this.sourceless.set(service, count);
  }

  #tellAlone(sensor: string, time: number, reading: MessageReading, mark: Mark): void {
    const { tells, source } = reading;
    if (tells === 'context' || tells === 'end') return;
    if (source === null) {
      if (tells !== 'success') this.#countSourceless(reading.form.service, reading.count);
      return;
    }
    for (let nth = 0; nth < reading.count; nth++)
      this.#appendReading(sensor, source, time, reading, mark, nth);
  }

  #tellModule(sensor: string, time: number, reading: MessageReading, mark: Mark): void {
    const { source } = reading;
    // a module without a remote host speaks of somebody at the machine itself
    if (source === null) return;
    const module = `${reading.form.service} ${reading.module ?? ''}`;
    for (let nth = 0; nth < reading.count; nth++) {
      const row = this.#appendReading(sensor, source, time, reading, mark, nth);
      this.#sink.isModules(row, module, reading.user, reading.known);
    }
  }

  #appendReading(
    sensor: string,
    source: Source,
    time: number,
    reading: MessageReading,
    mark: Mark,
    nth: number,
  ): Row {
    const isLogin = reading.tells === 'success';
    return this.#sink.append(
      time,
      source.text,
      reading.user,
      sensor,
      isLogin ? SUCCESS : FAILURE,
      isLogin ? ACCOUNT_KNOWN : accountOf(reading.known),
      methodCode(reading.method),
      serviceNameOf(reading),
      mark,
      nth,
    );
  }

  #begin(key: string, sensor: string, service: string): Session<Row> {
    if (this.#live.size >= MOST_SESSIONS) this.#close(this.#oldestFirst.oldest!);
    const session: Session<Row> = {
      key,
      sensor: ownCopy(sensor),
      service,
      source: null,
      user: null,
      account: ACCOUNT_NOT_TOLD,
      method: 0,
      judged: 0,
      visits: 0,
      told: 0,
      waiting: null,
      lastRow: null,
      succeeded: false,
      lastHeard: Number.NaN,
      isOver: false,
    };
    this.#add(session);
    return session;
  }

  #add(session: Session<Row>): void {
    this.#live.set(session.key, session);
    this.#oldestFirst.add(session);
  }

  #learn(session: Session<Row>, reading: MessageReading): void {
    const { source, user, known, method } = reading;
    // another name in the same session is another attempt's
    if (user !== null && user !== session.user) {
      session.user = ownCopy(user);
      session.account = ACCOUNT_NOT_TOLD;
      if (session.told > 0) session.lastRow = null;
    }
    if (known !== null) session.account = Math.max(session.account, accountOf(known));
    if (method !== null && session.method === 0) session.method = methodCode(method);
    if (source !== null && (session.source === null || (source.isAddress && !session.source.isAddress))) {
      session.source = source;
      const { waiting } = session;
      session.waiting = null;
      for (const { time, outcome, mark, nth } of waiting ?? [])
        this.#append(session, time, outcome, null, mark, nth);
    }
  }

  #append(
    session: Session<Row>,
    time: number,
    outcome: number,
    method: string | null,
    mark: Mark,
    nth: number,
  ): void {
    const { source, user } = session;
    if (source === null) {
      session.waiting ??= [];
      session.waiting.push({ time, outcome, mark, nth });
      return;
    }
    session.lastRow = this.#sink.append(
      time,
      source.text,
      user,
      session.sensor,
      outcome,
      outcome === SUCCESS ? ACCOUNT_KNOWN : session.account,
      method === null ? session.method : methodCode(method),
      session.service,
      mark,
      nth,
    );
    if (outcome === SUCCESS) session.lastRow = null;
  }

  #close(session: Session<Row>): void {
    this.#live.delete(session.key);
    session.isOver = true;
    this.#oldestFirst.drop();
    const failures = session.waiting?.filter(({ outcome }) => outcome === FAILURE).length ?? 0;
    if (failures > 0) this.#countSourceless(session.service, failures);
  }

  #countSourceless(service: string, count: number): void {
    this.sourceless.set(service, (this.sourceless.get(service) ?? 0) + count);
  }

  /** Ends what nothing was heard of. Runs once a minute of the log and once for as many lines as there are to look at. */
  #sweep(time: number): void {
    this.#linesSinceSweep++;
    if (Math.abs(time - this.#lastSweep) < 60 || this.#linesSinceSweep < this.#live.size / 4) return;
    this.#lastSweep = time;
    this.#linesSinceSweep = 0;
    for (const session of this.#oldestFirst.list())
      if (Math.abs(time - session.lastHeard) > SESSION_SECONDS) this.#close(session);
  }
}

/**
 * The service that a reading is of: PAM's modules speak for the one in parentheses, `pam_unix(vsftpd:auth)`.
 */
export function serviceNameOf(reading: MessageReading): string {
  if (reading.module === null || reading.form.service !== 'pam') return reading.form.service;
  return /^pam_\w{1,40}\(([a-z][\w.+-]{0,30})[:)]/.exec(reading.text)?.[1] ?? reading.form.service;
}

/** Under what the line's session is found; null where the line stands for itself. */
function keyOf(sensor: string, pid: number, reading: MessageReading, join: Join): string | null {
  const { source, port, form } = reading;
  if (join === 'process' && pid >= 0) return `${form.service} ${sensor} ${pid}`;
  if ((join === 'process' || join === 'endpoint') && source !== null && port !== null)
    return `${form.service} ${sensor} ${source.text} ${port}`;
  if (join === 'session' && reading.session !== undefined)
    return `${form.service} ${sensor} ${reading.session}`;
  return null;
}

/** Whether a line of this source can be of the session. */
function isOne(session: Session<unknown>, source: Source | null, time: number): boolean {
  if (Math.abs(time - session.lastHeard) > SESSION_SECONDS) return false;
  if (source === null || session.source === null) return true;
  return !source.isAddress || !session.source.isAddress || source.text === session.source.text;
}

function accountOf(known: boolean | null): number {
  return known === null ? ACCOUNT_NOT_TOLD : known ? ACCOUNT_KNOWN : ACCOUNT_UNKNOWN;
}

/** What waits grows, and what the sink calls an attempt learns: both are copied. */
function copyOf<Row>(session: Session<Row>): Session<Row> {
  const { waiting, lastRow } = session;
  return {
    ...session,
    waiting: waiting === null ? null : [...waiting],
    lastRow: typeof lastRow === 'object' && lastRow !== null ? { ...lastRow } : lastRow,
  };
}
