/**
 * One line by itself: what it tells, and which of its characters say so. `slowbrute check` prints it. Unlike the
 * log parser it joins nothing: a line that repeats what another told is an event too.
 */
import type { LineEvent } from '../model/attempt.ts';
import { isoTime } from '../model/time.ts';
import { Envelope } from './envelope.ts';
import type { CompiledForm } from './form.ts';
import type { MessageReading, UnreadReason } from './message.ts';
import type { FieldNames } from './records/containers.ts';
import { type RecordForms, shippedRecordForms } from './records/forms.ts';
import { RecordReader } from './records/reader.ts';
import { type Services, shipped } from './services.ts';
import { serviceNameOf } from './sessions.ts';
import { NO_STAMP, STAMP_IMPOSSIBLE, STAMP_YEARLESS } from './stamp.ts';
import { Timeline } from './timeline.ts';
import { zoneOf } from './zone.ts';

/** A part of {@link LineReading.text} that says something. */
export interface Span {
  readonly name: string;
  readonly start: number;
  /** Behind the last character; equal to `start` for an empty user name. */
  readonly end: number;
}

export interface LineReading {
  /**
   * - `attempt`: tells of one; {@link event} says what.
   * - `no-attempt`: a form that is known to tell of none.
   * - `unread`: of a login service, but not understood; {@link reason} says why.
   * - `other`: of another program, or no log line.
   */
  readonly kind: 'attempt' | 'no-attempt' | 'unread' | 'other';
  readonly event: LineEvent | null;
  /** How many attempts the line stands for, 0 for none. */
  readonly count: number;
  readonly reason: UnreadReason | null;
  readonly form: CompiledForm | null;
  /** The program as the line names it; null where it names none. */
  readonly program: string | null;
  /** What the spans refer to: the line, or the message of a JSON line. */
  readonly text: string;
  /** In the order of the text, not overlapping. */
  readonly spans: readonly Span[];
}

export interface LineReader {
  /** One line without its newline. Lines are to come in the order of the log, for `--year` and for the autumn hour. */
  read(text: string): LineReading;
  /** The lines that come are of another file: what those before said of its columns holds no longer. */
  beginFile(): void;
}

export interface LineContext {
  /** IANA name or ±HH:MM, for stamps without a zone. */
  readonly timezone: string;
  /** The year of the first line; null: each line is the latest one not after `reference`. */
  readonly year: number | null;
  /** Seconds since 1970. */
  readonly reference: number;
  /** Left out: those that come with the program. */
  readonly services?: Services;
  /** Fields of structured records by name (`--fields`); left out: well-known names. */
  readonly fields?: FieldNames | null;
  /** Left out: those that come with the program. */
  readonly recordForms?: RecordForms;
}

/** Throws `Trouble` for an unknown time zone. */
export function createLineReader(context: LineContext): LineReader {
  const timeline = new Timeline(zoneOf(context.timezone));
  if (context.year !== null) timeline.anchorYear(context.year);
  const envelope = new Envelope();
  const services = context.services ?? shipped();
  const records = new RecordReader(context.recordForms ?? shippedRecordForms(), context.fields ?? null);
  let previous: LineReading | null = null;
  return {
    read(text) {
      const clean = text.endsWith('\r') ? text.slice(0, -1) : text;
      const reading = read(clean, envelope, timeline, context, previous, services, records);
      previous = reading;
      return reading;
    },
    beginFile: () => records.beginFile(),
  };
}

/** What a line by itself tells; see {@link createLineReader} for many. */
export function readLine(text: string, context: LineContext): LineReading {
  return createLineReader(context).read(text);
}

function read(
  text: string,
  envelope: Envelope,
  timeline: Timeline,
  context: LineContext,
  previous: LineReading | null,
  services: Services,
  records: RecordReader,
): LineReading {
  const reading = records.take(text, envelope, services);
  // what a record holds inside it is shown by itself: its parts are found there
  const shown = envelope.message ?? (envelope.text === '' ? text : envelope.text);
  const spans = envelopeSpans(envelope);
  const program =
    envelope.program ??
    (envelope.programEnd > envelope.programStart
      ? envelope.text.slice(envelope.programStart, envelope.programEnd)
      : null);
  const result = (
    kind: LineReading['kind'],
    form: CompiledForm | null,
    reason: UnreadReason | null,
    more: readonly Span[] = [],
    event: LineEvent | null = null,
    count = 0,
  ): LineReading => ({ kind, event, count, reason, form, program, text: shown, spans: [...spans, ...more] });

  const time = timeOf(envelope, timeline, context);
  if (envelope.repeated > 0) {
    if (previous?.event == null) return result('other', null, null);
    const event = { ...previous.event, time: time ?? previous.event.time };
    return result('attempt', previous.form, null, [], event, envelope.repeated);
  }
  if (reading === null) return result('other', null, null);
  if (typeof reading === 'string') return result('unread', null, reading);
  if (envelope.stamp.kind === STAMP_IMPOSSIBLE) return result('unread', reading.form, 'bad-time');
  const before = envelope.message === null ? envelope.messageStart : 0;
  const added = envelope.module === '' ? 0 : envelope.module.length + 2;
  const fields = fieldSpans(reading, before - added);
  const event = eventOf(reading, time, sensorOf(envelope));
  if (event === null) return result('no-attempt', reading.form, null, fields);
  return result('attempt', reading.form, null, fields, event, reading.count);
}

function timeOf(envelope: Envelope, timeline: Timeline, context: LineContext): string | null {
  if (envelope.stamp.kind === NO_STAMP || envelope.stamp.kind === STAMP_IMPOSSIBLE) return null;
  const alone = envelope.stamp.kind === STAMP_YEARLESS && context.year === null;
  const seconds = alone
    ? timeline.timeAlone(envelope.stamp, context.reference)
    : timeline.settled(timeline.time(envelope.stamp));
  return Number.isNaN(seconds) ? null : isoTime(seconds);
}

function sensorOf(envelope: Envelope): string | null {
  if (envelope.host !== null) return envelope.host;
  return envelope.hostEnd > envelope.hostStart
    ? envelope.text.slice(envelope.hostStart, envelope.hostEnd)
    : null;
}

/** The event of a message; null where it tells of no attempt. */
function eventOf(reading: MessageReading, time: string | null, sensor: string | null): LineEvent | null {
  const { tells, count } = reading;
  if (tells === 'nothing' || tells === 'context' || tells === 'end') return null;
  // a session that was over without a try, a module's word about somebody at the machine itself
  if (
    count === 0 ||
    (tells === 'module-failure' && reading.source === null && reading.form.service !== 'sshd')
  )
    return null;
  return {
    time,
    sensor,
    service: serviceNameOf(reading),
    source: reading.source?.text ?? null,
    port: reading.port,
    user: reading.user,
    known: reading.known,
    outcome: tells === 'success' || tells === 'guest' ? 'success' : 'failure',
    method: reading.method,
  };
}

function envelopeSpans(envelope: Envelope): Span[] {
  if (envelope.message !== null) return [];
  const spans: Span[] = [];
  const { text } = envelope;
  if (envelope.stamp.kind !== NO_STAMP) {
    let start = 0;
    if (text.charCodeAt(0) === 60) start = text.indexOf('>') + 1;
    if (text.startsWith('1 ', start)) start += 2;
    spans.push({ name: 'time', start, end: envelope.stampEnd });
  }
  const add = (name: string, start: number, end: number) => {
    if (end > start) spans.push({ name, start, end });
  };
  add('sensor', envelope.hostStart, envelope.hostEnd);
  add('program', envelope.programStart, envelope.programEnd);
  return spans;
}

const SPAN_NAMES = {
  user: 'user',
  source: 'source',
  port: 'port',
  method: 'method',
  count: 'count',
  module: 'module',
  known: 'known',
  session: 'session',
} as const;

/** Where the fields of a message stand in the line; `offset` is where the message begins there. */
function fieldSpans(reading: MessageReading, offset: number): Span[] {
  const { spans, groups } = reading.form.compiled;
  const indices = spans.exec(reading.text)?.indices;
  if (indices === undefined) return [];
  const found: Span[] = [];
  for (const name of Object.keys(SPAN_NAMES) as (keyof typeof SPAN_NAMES)[]) {
    const place = groups[name] === 0 ? undefined : indices[groups[name]];
    if (place === undefined) continue;
    const start = place[0] + reading.offset + offset;
    const end = place[1] + reading.offset + offset;
    if (start < 0 || (end === start && name !== 'user')) continue;
    // the blank behind `invalid user ` is not a part of it
    found.push({
      name: SPAN_NAMES[name],
      start,
      end: name === 'known' && end > start ? end - (reading.text[place[1] - 1] === ' ' ? 1 : 0) : end,
    });
  }
  return found.sort((a, b) => a.start - b.start);
}
