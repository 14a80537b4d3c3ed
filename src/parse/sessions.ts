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
 * What modules told (PAM, dovecot's databases) is not joined but settled at the end: see second-voices.ts.
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
import type { MessageReading } from './message.ts';
import { SecondVoices } from './second-voices.ts';
import type { Join } from './service-forms.ts';
import type { Source } from './source.ts';

/**
 * A session of which nothing was heard for so long is over. Servers wait 60 s (postgres, authentication_timeout) to
 * 300 s (proftpd, TimeoutLogin; vsftpd, idle_session_timeout) for a login. At half of it the end of a slow session
 * is counted as another; at twice, process numbers of busy machines have come round.
 */
const SESSION_SECONDS = 300;

/** State is bounded: beyond this many sessions the oldest is counted as over. 30 MB. */
const MOST_SESSIONS = 100_000;

interface Session {
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
  /** Times and outcomes of what waits for a source. */
  waiting: { readonly time: number; readonly outcome: number }[] | null;
  lastRow: number;
  succeeded: boolean;
  lastHeard: number;
}

export class Sessions {
  readonly #builder: AttemptTableBuilder;
  readonly #voices: SecondVoices;
  /** Oldest first, as far as when they were last heard of goes. */
  readonly #live = new Map<string, Session>();
  #lastSweep = Number.NaN;
  /** Failures of which no line told the source, by service. */
  readonly sourceless = new Map<string, number>();

  constructor(builder: AttemptTableBuilder) {
    this.#builder = builder;
    this.#voices = new SecondVoices(builder);
  }

  /** Takes what a line tells. `time` is the caller's clock in seconds; `pid` is -1 where the line has none. */
  tell(sensor: string, pid: number, time: number, reading: MessageReading, join: Join): void {
    const { tells, source } = reading;
    // no credential was asked for, so none was guessed
    if (tells === 'nothing' || tells === 'guest') return;
    if (tells === 'module-failure') {
      this.#tellModule(sensor, time, reading);
      return;
    }
    this.#sweep(time);
    const key = keyOf(sensor, pid, reading, join);
    if (key === null) {
      this.#tellAlone(sensor, time, reading);
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
      if (!session.succeeded) this.#append(session, time, SUCCESS, reading.method);
      session.succeeded = true;
    } else if (tells !== 'context') {
      if (tells === 'visit' || tells === 'quiet-visit') session.visits = 1;
      else if (tells !== 'total') session.judged += reading.count;
      const sure = Math.max(session.visits, session.judged, tells === 'total' ? reading.count : 0);
      while (session.told < sure) {
        session.told++;
        this.#append(session, time, FAILURE, reading.method);
      }
    }
    if (session.lastRow >= 0) {
      const user = session.user === null ? NO_USER : this.#builder.userId(session.user);
      this.#builder.amend(session.lastRow, user, session.account, session.method);
    }
    if (tells === 'total') this.#close(session);
  }

  /** Counts every session as over: the end of a group of files, or a point where its clock changes. */
  finish(): void {
    for (const session of this.#live.values()) this.#close(session);
    this.#live.clear();
    this.#lastSweep = Number.NaN;
  }

  /** Takes out what two voices told of, in all that was appended. Once, when every time is settled. */
  settle(): void {
    this.#voices.settle();
  }

  #tellAlone(sensor: string, time: number, reading: MessageReading): void {
    const { tells, source } = reading;
    if (tells === 'context' || tells === 'end') return;
    if (source === null) {
      if (tells !== 'success') this.#countSourceless(reading.form.service, reading.count);
      return;
    }
    for (let i = 0; i < reading.count; i++) this.#appendReading(sensor, source, time, reading);
  }

  #tellModule(sensor: string, time: number, reading: MessageReading): void {
    const { source } = reading;
    // a module without a remote host speaks of somebody at the machine itself
    if (source === null) return;
    for (let i = 0; i < reading.count; i++) {
      const row = this.#appendReading(sensor, source, time, reading);
      this.#voices.add(row, `${reading.form.service} ${reading.module ?? ''}`, reading);
    }
  }

  #appendReading(sensor: string, source: Source, time: number, reading: MessageReading): number {
    const builder = this.#builder;
    const isLogin = reading.tells === 'success';
    return builder.appendCodes(
      time,
      builder.sources.id(source.text),
      reading.user === null ? NO_USER : builder.userId(reading.user),
      builder.sensorId(sensor),
      isLogin ? SUCCESS : FAILURE,
      isLogin ? ACCOUNT_KNOWN : accountOf(reading.known),
      methodCode(reading.method),
      builder.serviceId(serviceNameOf(reading)),
    );
  }

  #begin(key: string, sensor: string, service: string): Session {
    if (this.#live.size >= MOST_SESSIONS) {
      const [oldest] = this.#live.values();
      if (oldest !== undefined) this.#close(oldest);
    }
    const session: Session = {
      key,
      sensor,
      service,
      source: null,
      user: null,
      account: ACCOUNT_NOT_TOLD,
      method: 0,
      judged: 0,
      visits: 0,
      told: 0,
      waiting: null,
      lastRow: -1,
      succeeded: false,
      lastHeard: Number.NaN,
    };
    this.#live.set(key, session);
    return session;
  }

  #learn(session: Session, reading: MessageReading): void {
    const { source, user, known, method } = reading;
    // another name in the same session is another attempt's
    if (user !== null && user !== session.user) {
      session.user = user;
      session.account = ACCOUNT_NOT_TOLD;
      if (session.told > 0) session.lastRow = -1;
    }
    if (known !== null) session.account = Math.max(session.account, accountOf(known));
    if (method !== null && session.method === 0) session.method = methodCode(method);
    if (source !== null && (session.source === null || (source.isAddress && !session.source.isAddress))) {
      session.source = source;
      const { waiting } = session;
      session.waiting = null;
      for (const one of waiting ?? []) this.#append(session, one.time, one.outcome, null);
    }
  }

  #append(session: Session, time: number, outcome: number, method: string | null): void {
    const { source, user } = session;
    if (source === null) {
      session.waiting ??= [];
      session.waiting.push({ time, outcome });
      return;
    }
    const builder = this.#builder;
    session.lastRow = builder.appendCodes(
      time,
      builder.sources.id(source.text),
      user === null ? NO_USER : builder.userId(user),
      builder.sensorId(session.sensor),
      outcome,
      outcome === SUCCESS ? ACCOUNT_KNOWN : session.account,
      method === null ? session.method : methodCode(method),
      builder.serviceId(session.service),
    );
    if (outcome === SUCCESS) session.lastRow = -1;
  }

  #close(session: Session): void {
    this.#live.delete(session.key);
    const failures = session.waiting?.filter(({ outcome }) => outcome === FAILURE).length ?? 0;
    if (failures > 0) this.#countSourceless(session.service, failures);
  }

  #countSourceless(service: string, count: number): void {
    this.sourceless.set(service, (this.sourceless.get(service) ?? 0) + count);
  }

  /** Ends what nothing was heard of, once a minute of the log. */
  #sweep(time: number): void {
    if (Math.abs(time - this.#lastSweep) < 60) return;
    this.#lastSweep = time;
    for (const session of this.#live.values())
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
function isOne(session: Session, source: Source | null, time: number): boolean {
  if (Math.abs(time - session.lastHeard) > SESSION_SECONDS) return false;
  if (source === null || session.source === null) return true;
  return !source.isAddress || !session.source.isAddress || source.text === session.source.text;
}

function accountOf(known: boolean | null): number {
  return known === null ? ACCOUNT_NOT_TOLD : known ? ACCOUNT_KNOWN : ACCOUNT_UNKNOWN;
}
