/**
 * The lines of one input as they come in, for ever: each is read as in a finished log (log-lines.ts), joined by the same
 * rules (connections.ts, sessions.ts), and what it tells is told at once. What only a module, a key or a closed connection
 * told comes when no better line can come any more: after {@link OVER_SECONDS} by the log's clock, or, where no more lines come, by
 * the wall's. What a module told of another service than sshd goes through {@link Voices} (voices.ts) behind all
 * parsers.
 *
 * Everything that is remembered has a bound: connections, sessions, sensors, hosts, logins by number (each at its constant),
 * what waits by number and by time. No text is kept for ever.
 */
import { ownCopy } from '../../model/interner.ts';
import { OVER_SECONDS } from '../connection.ts';
import { Connections, type SavedConnections } from '../connections.ts';
import { type LineHandler, type LineOptions, LogLines, type SavedLines } from '../log-lines.ts';
import type { MessageReading } from '../message.ts';
import { Replays, type SavedReplays } from '../replays.ts';
import { type SavedSessions, Sessions } from '../sessions.ts';
import type { Mark } from '../sink.ts';
import type { Stamp } from '../stamp.ts';
import { type SavedUnread, Unread, type UnreadSample } from '../unread.ts';
import { zoneOf } from '../zone.ts';
import { type SavedClock, StreamClock } from './stream-clock.ts';
import { type Spoken, type StreamRow, StreamSink } from './stream-sink.ts';

export interface StreamParserOptions extends LineOptions {
  /** The input's name, for ever: part of the name of each attempt (model/stream.ts). */
  readonly input: string;
  /** IANA name or ±HH:MM, for stamps without a zone. */
  readonly timezone: string;
}

/** Since the input was first read. */
export interface StreamCounts {
  readonly lines: number;
  readonly serviceLines: number;
  /** Lines of a login service that were not read. */
  readonly unreadLines: number;
  readonly unreadByReason: Readonly<Record<string, number>>;
  /** The first 20; their `file` is the input. */
  readonly unreadSamples: readonly UnreadSample[];
  /** Lines of other services, and text that is no log line. */
  readonly otherLines: number;
  /** Lines that were told before and count once (replays.ts). */
  readonly replayedLines: number;
  /** Lines whose stamp a wrong clock made: they count at the time of the line before. */
  readonly wrongClockLines: number;
}

export interface StreamParser {
  /**
   * One line without its newline. `now`: seconds since 1970, the wall clock when it arrived; for a line of an old
   * file, when that was last written. A missing year and the double hour of autumn are chosen by it.
   */
  line(text: string, now: number): void;
  /** The next line is number `line` (from 1): numbers before it were lost, or it is not the first that was ever read. */
  numberFrom(line: number): void;
  /** The lines that come are of another file of the input (it was rotated): its columns may be others. */
  beginFile(): void;
  /** No lines have come up to `now`: what waited its time by the wall clock is told. Cheap; to be called every few seconds. */
  tick(now: number): void;
  /** What was told since the last call, in order. */
  drain(): readonly Spoken[];
  counts(): StreamCounts;
  /** Plain data, which structured clone and v8.serialize take; a copy. What was not drained is not in it: drain first. */
  save(): SavedParser;
}

/** Version of {@link SavedParser}: what another one saved cannot be gone on from. */
export const SAVED_VERSION = 2;

export interface SavedParser {
  readonly version: typeof SAVED_VERSION;
  readonly lines: SavedLines;
  readonly clock: SavedClock;
  readonly connections: SavedConnections;
  readonly sessions: SavedSessions;
  readonly replays: SavedReplays;
  readonly unread: SavedUnread;
  /** When the last line that told anything arrived, by the wall. */
  readonly lastTold: number;
  /** Of a collector (src/collect/collector-parser.ts): the parser of each sensor, where its numbers are, when the batch came. */
  readonly senders?: readonly { readonly sensor: string; readonly parser: SavedParser }[];
  readonly runs?: readonly {
    readonly stream: string;
    readonly runs: readonly { readonly first: number; readonly line: number; readonly count: number }[];
  }[];
  readonly came?: number | null;
}

/** A line's text is kept so long with its attempts. */
const MOST_TEXT = 1000;

/** Goes on where `saved` was saved; left out, begins with line 1. Throws `Trouble` for an unknown time zone. */
export function createStreamParser(options: StreamParserOptions, saved?: SavedParser): StreamParser {
  const parser = new LineByLine(options);
  if (saved !== undefined) parser.restore(saved);
  return parser;
}

class LineByLine implements StreamParser, LineHandler {
  readonly #input: string;
  readonly #lines: LogLines;
  readonly #clock: StreamClock;
  readonly #sink: StreamSink;
  readonly #connections: Connections<StreamRow>;
  readonly #sessions: Sessions<StreamRow>;
  /** What of every service but sshd was told before. */
  readonly #replays = new Replays();
  readonly #unread = new Unread();
  #text = '';
  #now = Number.NaN;
  #lastTold = Number.NaN;

  constructor(options: StreamParserOptions) {
    this.#input = options.input;
    this.#clock = new StreamClock(zoneOf(options.timezone));
    this.#sink = new StreamSink(options.input);
    this.#connections = new Connections(this.#sink, true);
    this.#sessions = new Sessions(this.#sink, true);
    this.#lines = new LogLines(options, this);
  }

  line(text: string, now: number): void {
    this.#text = text;
    this.#now = now;
    this.#lines.line(text);
  }

  numberFrom(line: number): void {
    this.#lines.lines = line - 1;
  }

  beginFile(): void {
    this.#lines.beginFile();
  }

  tick(now: number): void {
    if (!(now - this.#lastTold > OVER_SECONDS)) return;
    this.#lastTold = Number.NaN;
    this.#connections.finishConnections();
    this.#sessions.finishSessions();
  }

  drain(): readonly Spoken[] {
    return this.#sink.drain();
  }

  counts(): StreamCounts {
    const { lines, serviceLines } = this.#lines;
    let sourceless = 0;
    for (const count of this.#sessions.sourceless.values()) sourceless += count;
    const byReason = this.#unread.byReason;
    return {
      lines,
      serviceLines,
      unreadLines: this.#unread.lines + sourceless,
      unreadByReason: sourceless === 0 ? byReason : { ...byReason, 'no-source': sourceless },
      unreadSamples: [...this.#unread.samples],
      otherLines: lines - serviceLines,
      replayedLines: this.#replays.lines + this.#connections.replayedLines,
      wrongClockLines: this.#clock.wrongStamps,
    };
  }

  save(): SavedParser {
    return {
      version: SAVED_VERSION,
      lines: this.#lines.save(),
      clock: this.#clock.save(),
      connections: this.#connections.save(),
      sessions: this.#sessions.save(),
      replays: this.#replays.save(),
      unread: this.#unread.save(),
      lastTold: this.#lastTold,
    };
  }

  restore(saved: SavedParser): void {
    this.#lines.restore(saved.lines);
    this.#clock.restore(saved.clock);
    this.#connections.restore(saved.connections);
    this.#sessions.restore(saved.sessions);
    this.#replays.restore(saved.replays);
    this.#unread.restore(saved.unread);
    this.#lastTold = saved.lastTold;
  }

  time(stamp: Stamp): number {
    return this.#clock.time(stamp, this.#now);
  }

  tell(sensor: string, pid: number, time: number, reading: MessageReading): void {
    this.#lastTold = this.#now;
    const mark: Mark = { line: this.#lines.lines, text: ownCopy(this.#text.slice(0, MOST_TEXT)) };
    const join = this.#lines.services.joinOf(reading.form.service);
    if (join === 'connection') this.#connections.tell(sensor, pid, time, reading, mark);
    else if (!this.#replays.isReplay(sensor, pid, time, reading))
      this.#sessions.tell(sensor, pid, time, reading, join, mark);
  }

  unread(text: string, reason: string): void {
    this.#unread.add(this.#input, this.#lines.lines, text, reason);
  }
}
