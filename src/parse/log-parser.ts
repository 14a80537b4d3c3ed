/**
 * Lines of a log to rows of the attempt table: envelope, time, message, connection. Files of a group come oldest
 * first and are one timeline; what a line tells depends on nothing after the group's end.
 */
import type { AttemptTableBuilder } from '../model/table.ts';
import { DAY } from '../model/time.ts';
import { Connections } from './connections.ts';
import { type LineHandler, type LineOptions, LogLines } from './log-lines.ts';
import type { MessageReading } from './message.ts';
import { Replays } from './replays.ts';
import { Sessions } from './sessions.ts';
import { type Mark, NO_MARK } from './sink.ts';
import { NO_STAMP, STAMP_EPOCH, STAMP_IMPOSSIBLE, STAMP_YEARLESS, Stamp } from './stamp.ts';
import { TableSink } from './table-sink.ts';
import { dateInName, Timeline } from './timeline.ts';
import { QUARTER } from './timeline-run.ts';
import { Unread, type UnreadSample } from './unread.ts';
import { zoneOf } from './zone.ts';

export type { UnreadSample } from './unread.ts';

export interface ParseOptions extends LineOptions {
  /** IANA name or ±HH:MM, for stamps without a zone. */
  readonly timezone: string;
  /** The year of each group's first line; null infers it. */
  readonly year: number | null;
  /** Epoch seconds; a yearless log's last line is never after this (and a day, for zones). */
  readonly reference: number;
  /** Whether each row keeps the number of the line that told of it (the builder must, too); left out: no. */
  readonly lines?: boolean;
}

export interface ParseCounts {
  readonly lines: number;
  /** Lines of a login service that were not read. */
  readonly unreadLines: number;
  readonly unreadByReason: Readonly<Record<string, number>>;
  /** The first 20. */
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

/** A parser that appends to `builder`. Throws `Trouble` for an unknown time zone. */
export function createLogParser(options: ParseOptions, builder: AttemptTableBuilder): LogParser {
  return new GroupParser(options, builder);
}

/** What joins lines to attempts: {@link Connections}, or the byte machine's own (fast/). */
export interface Joiner {
  tell(sensor: string, pid: number, time: number, reading: MessageReading, mark?: Mark): void;
  /** Counts every connection as over. Rows told so far are in the builder afterwards. */
  finish(): void;
  /** Lines that were told before, and were dropped (replays.ts). */
  readonly replayedLines: number;
}

/** The readable path: one line at a time. */
export class GroupParser implements LogParser, LineHandler {
  readonly #options: ParseOptions;
  readonly #builder: AttemptTableBuilder;
  readonly #lines: LogLines;
  readonly #sink: TableSink;
  readonly #connections: Joiner;
  /** What joins the lines of every service but sshd. */
  readonly #sessions: Sessions<number>;
  /** What of every service but sshd was told before. */
  readonly #replays = new Replays();
  readonly #timeline: Timeline;
  readonly #unread = new Unread();
  #file = '';
  /** Lines of the files before. */
  #linesBefore = 0;
  /** First row whose year is not settled. */
  #unsettledRow = 0;
  #nameDate: number | null = null;
  #anchoredByStamp = false;
  #group: string | null = null;
  #stamped = false;
  #wrongClock = 0;
  readonly #windowStamp = new Stamp();

  /** `connections`: what joins sshd's lines; left out: {@link Connections}. */
  constructor(options: ParseOptions, builder: AttemptTableBuilder, connections?: Joiner) {
    this.#options = options;
    this.#builder = builder;
    this.#sink = new TableSink(builder);
    this.#connections = connections ?? new Connections(this.#sink);
    this.#sessions = new Sessions(this.#sink);
    this.#lines = new LogLines(options, this);
    this.#timeline = new Timeline(zoneOf(options.timezone));
    this.#unsettledRow = builder.length;
  }

  beginFile(file: { readonly name: string; readonly group: string }): void {
    if (this.#group !== null && this.#group !== file.group) this.endGroup();
    this.#group = file.group;
    this.#file = file.name;
    this.#linesBefore = this.#lines.lines;
    this.#nameDate = dateInName(file.name);
    this.#lines.beginFile();
  }

  line(text: string): void {
    this.#lines.line(text);
  }

  /** Hands what a line tells to what joins the lines of its service. */
  tell(sensor: string, pid: number, time: number, reading: MessageReading): void {
    const join = this.#lines.services.joinOf(reading.form.service);
    const mark = this.#options.lines === true ? { line: this.#lines.lines, text: '' } : NO_MARK;
    if (join === 'connection') this.#connections.tell(sensor, pid, time, reading, mark);
    else if (!this.#replays.isReplay(sensor, pid, time, reading))
      this.#sessions.tell(sensor, pid, time, reading, join, mark);
  }

  unread(text: string, reason: string): void {
    this.#unread.add(this.#file, this.#lines.lines - this.#linesBefore, text, reason);
  }

  get serviceLines(): number {
    return this.#lines.serviceLines;
  }

  /** See {@link LogLines.passOver}. */
  passOver(lines: number, serviceLines: number, sensor: string | null): void {
    this.#lines.passOver(lines, serviceLines, sensor);
  }

  /**
   * Takes the stamp that a line begins with, `length` characters long. Its time is seconds since 1970 (or provisional,
   * see timeline.ts) if every other stamp of the same quarter of an hour, by the wall, is as far from it in time as on
   * the wall; else NaN. `second` is that of the day.
   */
  beginWindow(text: string, length: number): { readonly time: number; readonly second: number } {
    const { envelope } = this.#lines;
    const { stamp } = envelope;
    envelope.read(text);
    if (stamp.kind === NO_STAMP || stamp.kind === STAMP_EPOCH || envelope.stampEnd !== length)
      return { time: Number.NaN, second: 0 };
    const time = this.#lines.time();
    this.#windowStamp.assign(stamp);
    return { time: this.#timeline.isSteady(stamp) ? time : Number.NaN, second: stamp.second };
  }

  /** Takes another stamp of the window: `second` is that of the day. */
  seeSecond(second: number): void {
    this.#windowStamp.second = second;
    this.#lines.envelope.stamp.assign(this.#windowStamp);
    this.#lines.time();
  }

  /** See {@link LogLines.isPlain}. */
  get isPlain(): boolean {
    return this.#lines.isPlain;
  }

  /** See {@link LogLines.recall}. */
  recall(text: string): void {
    this.#lines.recall(text);
  }

  endGroup(): void {
    this.#connections.finish();
    this.#sessions.finish();
    this.#lines.endGroup();
    this.#settle(this.#options.reference + DAY);
    this.#timeline.reset();
    this.#replays.forget();
    this.#anchoredByStamp = false;
    this.#stamped = false;
    this.#nameDate = null;
    this.#group = null;
  }

  finish(): ParseCounts {
    this.endGroup();
    this.#sink.settle();
    for (const [, count] of this.#sessions.sourceless) this.#unread.count('no-source', count);
    this.#sessions.sourceless.clear();
    const { lines, serviceLines } = this.#lines;
    return {
      lines,
      unreadLines: this.#unread.lines,
      unreadByReason: this.#unread.byReason,
      unreadSamples: this.#unread.samples,
      otherLines: lines - serviceLines,
      serviceLines,
      wrongClockAttempts: this.#wrongClock,
      replayedLines: this.#replays.lines + this.#connections.replayedLines,
    };
  }

  time(stamp: Stamp): number {
    const timeline = this.#timeline;
    if (stamp.kind === STAMP_IMPOSSIBLE) return Number.NaN;
    if (stamp.kind === STAMP_YEARLESS) {
      if (!this.#stamped && this.#options.year !== null) timeline.anchorYear(this.#options.year);
      else if (this.#nameDate !== null && !this.#anchoredByStamp && this.#options.year === null)
        timeline.anchorBefore(stamp, this.#nameDate);
    } else this.#anchoredByStamp = true;
    this.#stamped = true;
    this.#nameDate = null;
    return timeline.time(stamp);
  }

  /** Turns the group's provisional times into UTC, none later than `limit`. */
  #settle(limit: number): void {
    const timeline = this.#timeline;
    if (timeline.settle(limit) && this.#unsettledRow < this.#builder.length) {
      this.#builder.retime(
        this.#unsettledRow,
        (time) => {
          if (timeline.isWrong(time)) this.#wrongClock++;
          return timeline.settled(time);
        },
        { seconds: QUARTER, shift: (time) => timeline.shift(time) },
      );
    }
    this.#unsettledRow = this.#builder.length;
  }
}
