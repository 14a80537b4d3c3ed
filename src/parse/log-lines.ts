/**
 * One line after the other to what it tells, and of which host and process: what a finished log (log-parser.ts) and one
 * that is still being written (stream/stream-parser.ts) have in common. They differ in what time a stamp is and in who
 * joins what is told, and say so by a {@link LineHandler}.
 */
import { ownCopy } from '../model/interner.ts';
import { Envelope } from './envelope.ts';
import type { MessageReading, UnreadReason } from './message.ts';
import type { FieldNames } from './records/containers.ts';
import { type RecordForms, shippedRecordForms } from './records/forms.ts';
import { Logins, type SavedLogins } from './records/logins.ts';
import { hostOf, RecordReader, type SavedRecordReader } from './records/reader.ts';
import { type Services, shipped } from './services.ts';
import { NO_STAMP, STAMP_IMPOSSIBLE, type Stamp } from './stamp.ts';

export interface LineOptions {
  /** Left out: those that come with the program. */
  readonly services?: Services;
  /** Fields of structured records by name (`--fields`); left out: well-known names. */
  readonly fields?: FieldNames | null;
  /** Left out: those that come with the program. */
  readonly recordForms?: RecordForms;
}

export interface LineHandler {
  /** The time of a stamp, in seconds by whatever clock; NaN where it is none. */
  time(stamp: Stamp): number;
  /** A line tells of something, or repeats one that did. */
  tell(sensor: string, pid: number, time: number, reading: MessageReading): void;
  unread(text: string, reason: UnreadReason): void;
}

export interface SavedLines {
  readonly lines: number;
  readonly serviceLines: number;
  readonly lastTime: number;
  readonly lastSensor: string;
  readonly lastPid: number;
  /** What the last line told, its form by id. */
  readonly lastReading: (Omit<MessageReading, 'form'> & { readonly form: string }) | null;
  readonly records: SavedRecordReader;
  readonly logins: SavedLogins;
}

/** What a row says of its sensor where the log has no host name: RFC 5424's NILVALUE. */
const NO_SENSOR = '-';
/** As many as a syslogd that joins for an hour could count of one connection's lines; more is a broken line. */
const MOST_REPEATS = 1000;

export class LogLines {
  readonly envelope = new Envelope();
  lines = 0;
  /** Lines of a login service. */
  serviceLines = 0;
  readonly #handler: LineHandler;
  readonly #services: Services;
  readonly #recordForms: RecordForms;
  readonly #records: RecordReader;
  readonly #logins = new Logins();
  #lastTime = Number.NaN;
  #lastSensor = NO_SENSOR;
  #lastReading: MessageReading | null = null;
  #lastPid = -1;

  constructor(options: LineOptions, handler: LineHandler) {
    this.#handler = handler;
    this.#services = options.services ?? shipped();
    this.#recordForms = options.recordForms ?? shippedRecordForms();
    this.#records = new RecordReader(this.#recordForms, options.fields ?? null);
  }

  get services(): Services {
    return this.#services;
  }

  /** The lines that come are of another file: its columns may be others. */
  beginFile(): void {
    this.#lastReading = null;
    this.#records.beginFile();
  }

  /** What lines before told holds no longer: the end of a group of files. */
  endGroup(): void {
    this.#logins.finish();
    this.#lastTime = Number.NaN;
    this.#lastSensor = NO_SENSOR;
    this.#lastReading = null;
  }

  /** One line without its newline. */
  line(text: string): void {
    this.lines++;
    const envelope = this.envelope;
    const last = text.charCodeAt(text.length - 1);
    const whole = last === 13 ? text.slice(0, -1) : text;
    // a crash leaves them, or whoever empties a log while its writer goes on where it was
    const clean = whole.charCodeAt(0) === 0 ? whole.replace(/^\0+/, '') : whole;
    const reading = this.#records.take(clean, envelope, this.#services);
    const time = envelope.stamp.kind === NO_STAMP ? this.#lastTime : this.time();
    if (envelope.repeated > 0) {
      this.#repeat(time);
      return;
    }
    this.#lastReading = null;
    if (reading === null) return;
    this.serviceLines++;
    if (typeof reading === 'string') {
      this.#handler.unread(text, reading);
      return;
    }
    if (Number.isNaN(time)) {
      if (reading.tells !== 'nothing')
        this.#handler.unread(text, envelope.stamp.kind === NO_STAMP ? 'no-time' : 'bad-time');
      else if (envelope.stamp.kind === STAMP_IMPOSSIBLE) this.#handler.unread(text, 'bad-time');
      return;
    }
    if (reading.tells === 'nothing') return;
    const sensor = this.#records.isRecord ? (hostOf(envelope) ?? NO_SENSOR) : this.#sensor();
    const counted = this.#logins.keep(reading, sensor, time);
    if (counted === null) return;
    this.#lastReading = counted;
    this.#lastPid = envelope.pid;
    this.#handler.tell(sensor, envelope.pid, time, counted);
  }

  /** The time of the stamp in {@link envelope}, which is then that of lines without one. */
  time(): number {
    const time = this.#handler.time(this.envelope.stamp);
    if (!Number.isNaN(time)) this.#lastTime = time;
    return time;
  }

  /**
   * For the fast path, which reads most lines by itself: so many lines were, so many of them of a login service;
   * the last sensor that one of them told of, null where none did.
   */
  passOver(lines: number, serviceLines: number, sensor: string | null): void {
    this.lines += lines;
    this.#records.passOver(lines);
    this.serviceLines += serviceLines;
    if (lines > 0) this.#lastReading = null;
    if (sensor !== null) this.#lastSensor = sensor;
  }

  /** Whether lines of this file stand for themselves: false behind the header of a table. */
  get isPlain(): boolean {
    return this.#records.isPlain;
  }

  /** What `text`, the line before, told, for a line that repeats it. */
  recall(text: string): void {
    const envelope = this.envelope;
    envelope.read(text);
    const reading = this.#services.read(envelope);
    this.#lastReading =
      reading === null || typeof reading === 'string' || reading.tells === 'nothing' ? null : reading;
    this.#lastPid = envelope.pid;
  }

  /** A copy of what lines before say of those to come, for {@link restore}; plain data. */
  save(): SavedLines {
    const reading = this.#lastReading;
    return {
      lines: this.lines,
      serviceLines: this.serviceLines,
      lastTime: this.#lastTime,
      lastSensor: this.#lastSensor,
      lastPid: this.#lastPid,
      lastReading: reading === null ? null : { ...reading, form: reading.form.id },
      records: this.#records.save(),
      logins: this.#logins.save(),
    };
  }

  restore(saved: SavedLines): void {
    this.lines = saved.lines;
    this.serviceLines = saved.serviceLines;
    this.#lastTime = saved.lastTime;
    this.#lastSensor = saved.lastSensor;
    this.#lastPid = saved.lastPid;
    this.#lastReading = this.#readingOf(saved.lastReading);
    this.#records.restore(saved.records);
    this.#logins.restore(saved.logins);
  }

  /** Null too where the form is not there any more: a user has changed his own. */
  #readingOf(saved: SavedLines['lastReading']): MessageReading | null {
    if (saved === null) return null;
    const form =
      this.#services.all.flatMap(({ forms }) => forms).find(({ id }) => id === saved.form) ??
      this.#recordForms.all.find(({ id }) => id === saved.form)?.line;
    return form === undefined ? null : { ...saved, form };
  }

  #sensor(): string {
    const { envelope } = this;
    if (envelope.host !== null) this.#lastSensor = envelope.host;
    else if (envelope.hostEnd > envelope.hostStart) {
      const length = envelope.hostEnd - envelope.hostStart;
      // the same host nearly always: compare before cutting
      if (
        this.#lastSensor.length !== length ||
        !envelope.text.startsWith(this.#lastSensor, envelope.hostStart)
      ) {
        this.#lastSensor = ownCopy(envelope.text.slice(envelope.hostStart, envelope.hostEnd));
      }
    }
    return this.#lastSensor;
  }

  /** `last message repeated 3 times`: the line before it, so many times more. */
  #repeat(time: number): void {
    const reading = this.#lastReading;
    if (reading === null || Number.isNaN(time)) return;
    this.serviceLines++;
    const sensor = this.#sensor();
    const count = Math.min(this.envelope.repeated, MOST_REPEATS);
    this.#handler.tell(sensor, this.#lastPid, time, { ...reading, count: reading.count * count });
  }
}
