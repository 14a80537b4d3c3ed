/**
 * Lines of a log to rows of the attempt table: envelope, time, message, connection. Files of a group come oldest
 * first and are one timeline; what a line tells depends on nothing after the group's end.
 */
import type { AttemptTableBuilder } from '../model/table.ts';
import { DAY } from '../model/time.ts';
import { Connections } from './connections.ts';
import { Envelope } from './envelope.ts';
import type { MessageReading, UnreadReason } from './message.ts';
import type { FieldNames } from './records/containers.ts';
import { type RecordForms, shippedRecordForms } from './records/forms.ts';
import { Logins } from './records/logins.ts';
import { hostOf, RecordReader } from './records/reader.ts';
import { Replays } from './replays.ts';
import { type Services, shipped } from './services.ts';
import { Sessions } from './sessions.ts';
import { NO_STAMP, STAMP_EPOCH, STAMP_IMPOSSIBLE, STAMP_YEARLESS, Stamp } from './stamp.ts';
import { dateInName, Timeline } from './timeline.ts';
import { zoneOf } from './zone.ts';

export interface ParseOptions {
  /** IANA name or ±HH:MM, for stamps without a zone. */
  readonly timezone: string;
  /** The year of each group's first line; null infers it. */
  readonly year: number | null;
  /** Epoch seconds; a yearless log's last line is never after this (and a day, for zones). */
  readonly reference: number;
  /** Left out: those that come with the program. */
  readonly services?: Services;
  /** Fields of structured records by name (`--fields`); left out: well-known names. */
  readonly fields?: FieldNames | null;
  /** Left out: those that come with the program. */
  readonly recordForms?: RecordForms;
}

export interface UnreadSample {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Cut to 400 characters. */
  readonly text: string;
  readonly reason: string;
}

export interface ParseCounts {
  readonly lines: number;
  /** Lines of a login service that were not read. */
  readonly unreadLines: number;
  readonly unreadByReason: Readonly<Record<string, number>>;
  /** At most {@link MOST_SAMPLES}. */
  readonly unreadSamples: readonly UnreadSample[];
  /** Lines of other services, and text that is no log line. */
  readonly otherLines: number;
  readonly serviceLines: number;
  /** Attempts whose stamp a wrong clock made: they count at the time of the lines around them (timeline.ts). */
  readonly wrongClockAttempts: number;
  /** Lines that were told before and count once (replays.ts). */
  readonly replayedLines: number;
}

export interface LogParser {
  /** Files of a group (auth.log, auth.log.1, auth.log.2.gz) come oldest first and form one timeline. */
  beginFile(file: { readonly name: string; readonly group: string }): void;
  /** One line without its newline. */
  line(text: string): void;
  /** Lines of a login service so far: a caller sees from it which of its files hold any. */
  readonly serviceLines: number;
  /** Settles the years of the group's rows and tells what waited. */
  endGroup(): void;
  finish(): ParseCounts;
}

const MOST_SAMPLES = 20;
const SAMPLE_LENGTH = 400;
/** What a row says of its sensor where the log has no host name: RFC 5424's NILVALUE. */
const NO_SENSOR = '-';
/** As many as a syslogd that joins for an hour could count of one connection's lines; more is a broken line. */
const MOST_REPEATS = 1000;

/** A parser that appends to `builder`. Throws `Trouble` for an unknown time zone. */
export function createLogParser(options: ParseOptions, builder: AttemptTableBuilder): LogParser {
  return new GroupParser(options, builder);
}

/** What joins lines to attempts: {@link Connections}, or the byte machine's own (fast/). */
export interface Joiner {
  tell(sensor: string, pid: number, time: number, reading: MessageReading): void;
  /** Counts every connection as over. Rows told so far are in the builder afterwards. */
  finish(): void;
  /** Lines that were told before, and were dropped (replays.ts). */
  readonly replayedLines: number;
}

/** The readable path: one line at a time. */
export class GroupParser implements LogParser {
  readonly #options: ParseOptions;
  readonly #builder: AttemptTableBuilder;
  readonly #connections: Joiner;
  readonly #services: Services;
  /** What joins the lines of every service but sshd. */
  readonly #sessions: Sessions;
  readonly #records: RecordReader;
  readonly #logins = new Logins();
  /** What of every service but sshd was told before. */
  readonly #replays = new Replays();
  readonly #timeline: Timeline;
  readonly #envelope = new Envelope();
  readonly #reasons = new Map<string, number>();
  readonly #samples: UnreadSample[] = [];
  #file = '';
  #lineOfFile = 0;
  /** First row whose year is not settled. */
  #unsettledRow = 0;
  #nameDate: number | null = null;
  #anchoredByStamp = false;
  #group: string | null = null;
  #stamped = false;
  #lastTime = Number.NaN;
  #lastSensor = NO_SENSOR;
  #lastReading: MessageReading | null = null;
  #lastPid = -1;
  #lines = 0;
  #unread = 0;
  #wrongClock = 0;
  #service = 0;
  readonly #windowStamp = new Stamp();

  constructor(
    options: ParseOptions,
    builder: AttemptTableBuilder,
    connections: Joiner = new Connections(builder),
  ) {
    this.#options = options;
    this.#builder = builder;
    this.#connections = connections;
    this.#services = options.services ?? shipped();
    this.#sessions = new Sessions(builder);
    this.#records = new RecordReader(options.recordForms ?? shippedRecordForms(), options.fields ?? null);
    this.#timeline = new Timeline(zoneOf(options.timezone));
    this.#unsettledRow = builder.length;
  }

  beginFile(file: { readonly name: string; readonly group: string }): void {
    if (this.#group !== null && this.#group !== file.group) this.endGroup();
    this.#group = file.group;
    this.#file = file.name;
    this.#lineOfFile = 0;
    this.#nameDate = dateInName(file.name);
    this.#lastReading = null;
    this.#records.beginFile();
  }

  line(text: string): void {
    this.#lines++;
    this.#lineOfFile++;
    const envelope = this.#envelope;
    const last = text.charCodeAt(text.length - 1);
    const clean = last === 13 ? text.slice(0, -1) : text;
    const reading = this.#records.take(clean, envelope, this.#services);
    const time = envelope.stamp.kind === NO_STAMP ? this.#lastTime : this.#time();
    if (envelope.repeated > 0) {
      this.#repeat(envelope, time);
      return;
    }
    this.#lastReading = null;
    if (reading === null) return;
    this.#service++;
    if (typeof reading === 'string') {
      this.#countUnread(text, reading);
      return;
    }
    if (Number.isNaN(time)) {
      if (reading.tells !== 'nothing')
        this.#countUnread(text, envelope.stamp.kind === NO_STAMP ? 'no-time' : 'bad-time');
      else if (envelope.stamp.kind === STAMP_IMPOSSIBLE) this.#countUnread(text, 'bad-time');
      return;
    }
    if (reading.tells === 'nothing') return;
    const sensor = this.#records.isRecord ? (hostOf(envelope) ?? NO_SENSOR) : this.#sensor(envelope);
    const counted = this.#logins.keep(reading, sensor, time);
    if (counted === null) return;
    this.#lastReading = counted;
    this.#lastPid = envelope.pid;
    this.#tell(sensor, envelope.pid, time, counted);
  }

  /** Hands what a line tells to what joins the lines of its service. */
  #tell(sensor: string, pid: number, time: number, reading: MessageReading): void {
    const join = this.#services.joinOf(reading.form.service);
    if (join === 'connection') this.#connections.tell(sensor, pid, time, reading);
    else if (!this.#replays.isReplay(sensor, pid, time, reading))
      this.#sessions.tell(sensor, pid, time, reading, join);
  }

  get serviceLines(): number {
    return this.#service;
  }

  /**
   * For the fast path, which reads most lines by itself: so many lines were, so many of them of a login service;
   * the last sensor that one of them told of, null where none did.
   */
  passOver(lines: number, serviceLines: number, sensor: string | null): void {
    this.#lines += lines;
    this.#lineOfFile += lines;
    this.#records.passOver(lines);
    this.#service += serviceLines;
    if (lines > 0) this.#lastReading = null;
    if (sensor !== null) this.#lastSensor = sensor;
  }

  /**
   * Takes the stamp that a line begins with, `length` characters long. Its time is seconds since 1970 (or provisional,
   * see timeline.ts) if every other stamp of the same quarter of an hour, by the wall, is as far from it in time as on
   * the wall; else NaN. `second` is that of the day.
   */
  beginWindow(text: string, length: number): { readonly time: number; readonly second: number } {
    const { stamp } = this.#envelope;
    this.#envelope.read(text);
    if (stamp.kind === NO_STAMP || stamp.kind === STAMP_EPOCH || this.#envelope.stampEnd !== length)
      return { time: Number.NaN, second: 0 };
    const time = this.#time();
    this.#windowStamp.assign(stamp);
    return { time: this.#timeline.isSteady(stamp) ? time : Number.NaN, second: stamp.second };
  }

  /** Takes another stamp of the window: `second` is that of the day. */
  seeSecond(second: number): void {
    this.#windowStamp.second = second;
    this.#envelope.stamp.assign(this.#windowStamp);
    this.#time();
  }

  /** Whether lines of this file stand for themselves: false behind the header of a table. */
  get isPlain(): boolean {
    return this.#records.isPlain;
  }

  /** What `text`, the line before, told, for a line that repeats it. */
  recall(text: string): void {
    const envelope = this.#envelope;
    envelope.read(text);
    const reading = this.#services.read(envelope);
    this.#lastReading =
      reading === null || typeof reading === 'string' || reading.tells === 'nothing' ? null : reading;
    this.#lastPid = envelope.pid;
  }

  endGroup(): void {
    this.#connections.finish();
    this.#sessions.finish();
    this.#logins.finish();
    this.#settle(this.#options.reference + DAY);
    this.#timeline.reset();
    this.#replays.forget();
    this.#anchoredByStamp = false;
    this.#stamped = false;
    this.#lastTime = Number.NaN;
    this.#lastSensor = NO_SENSOR;
    this.#lastReading = null;
    this.#nameDate = null;
    this.#group = null;
  }

  finish(): ParseCounts {
    this.endGroup();
    this.#sessions.settle();
    for (const [, count] of this.#sessions.sourceless) {
      this.#unread += count;
      this.#reasons.set('no-source', (this.#reasons.get('no-source') ?? 0) + count);
    }
    this.#sessions.sourceless.clear();
    return {
      lines: this.#lines,
      unreadLines: this.#unread,
      unreadByReason: Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
      unreadSamples: this.#samples,
      otherLines: this.#lines - this.#service,
      serviceLines: this.#service,
      wrongClockAttempts: this.#wrongClock,
      replayedLines: this.#replays.lines + this.#connections.replayedLines,
    };
  }

  #time(): number {
    const { stamp } = this.#envelope;
    const timeline = this.#timeline;
    if (stamp.kind === STAMP_IMPOSSIBLE) return Number.NaN;
    if (stamp.kind === STAMP_YEARLESS) {
      if (!this.#stamped && this.#options.year !== null) timeline.anchorYear(this.#options.year);
      else if (this.#nameDate !== null && !this.#anchoredByStamp && this.#options.year === null)
        timeline.anchorBefore(stamp, this.#nameDate);
    } else this.#anchoredByStamp = true;
    this.#stamped = true;
    this.#nameDate = null;
    const time = timeline.time(stamp);
    if (!Number.isNaN(time)) this.#lastTime = time;
    return time;
  }

  /** Turns the group's provisional times into UTC, none later than `limit`. */
  #settle(limit: number): void {
    const timeline = this.#timeline;
    if (timeline.settle(limit) && this.#unsettledRow < this.#builder.length) {
      this.#builder.retime(this.#unsettledRow, (time) => {
        if (timeline.isWrong(time)) this.#wrongClock++;
        return timeline.settled(time);
      });
    }
    this.#unsettledRow = this.#builder.length;
  }

  #sensor(envelope: Envelope): string {
    if (envelope.host !== null) this.#lastSensor = envelope.host;
    else if (envelope.hostEnd > envelope.hostStart) {
      const length = envelope.hostEnd - envelope.hostStart;
      // the same host nearly always: compare before cutting
      if (
        this.#lastSensor.length !== length ||
        !envelope.text.startsWith(this.#lastSensor, envelope.hostStart)
      ) {
        this.#lastSensor = envelope.text.slice(envelope.hostStart, envelope.hostEnd);
      }
    }
    return this.#lastSensor;
  }

  /** `last message repeated 3 times`: the line before it, so many times more. */
  #repeat(envelope: Envelope, time: number): void {
    const reading = this.#lastReading;
    if (reading === null || Number.isNaN(time)) return;
    this.#service++;
    const sensor = this.#sensor(envelope);
    const count = Math.min(envelope.repeated, MOST_REPEATS);
    this.#tell(sensor, this.#lastPid, time, { ...reading, count: reading.count * count });
  }

  #countUnread(text: string, reason: UnreadReason): void {
    this.#unread++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#samples.length < MOST_SAMPLES) {
      const cut = text.length > SAMPLE_LENGTH ? text.slice(0, SAMPLE_LENGTH) : text;
      this.#samples.push({ file: this.#file, line: this.#lineOfFile, text: ` ${cut}`.slice(1), reason });
    }
  }
}
