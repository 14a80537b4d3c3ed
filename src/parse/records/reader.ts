/**
 * Lines to records: what a line holds beside the message of a text log, taken out of as many containers as it is in. The
 * reader fills the envelope (time, host, program, process) and says what came out:
 *
 * - `text`: the envelope holds a message now, as if it had stood on a line of its own;
 * - a {@link RecordReading}: a structured record that some form knows;
 * - an {@link UnreadReason}: it is of a login service, but cannot be read;
 * - `other`: a record that tells of no login, or a piece of one (a header, half of a long line);
 * - null: no record at all.
 *
 * It remembers what lines of a file need from those before: the header of a table, the first half of a long line.
 */

import { type CsvHeader, csvCells, headerOf, isBeforeHeader } from '../../read/frames/csv.ts';
import type { Envelope } from '../envelope.ts';
import { readMacosLine } from '../envelope-macos.ts';
import { type DateOrder, placeStamp, readTime } from '../envelope-time.ts';
import type { MessageReading, UnreadReason } from '../message.ts';
import { isNameless, isSshd, messageOf } from '../service.ts';
import type { Services } from '../services.ts';
import { NO_STAMP, STAMP_ZONED, Stamp } from '../stamp.ts';
import { type Access, readAccessLine, readAccessRecord } from './access-log.ts';
import { type Contained, contained, type FieldNames, unwrapped } from './containers.ts';
import { readErrorLine } from './error-log.ts';
import type { RecordForms } from './forms.ts';
import { NamedFields } from './named-fields.ts';
import { readLogfmt } from './pairs.ts';
import { mayHoldRecord } from './programs.ts';
import { type Entry, type RecordReading, readEntry } from './reading.ts';
import { postgresRow, rowOf, ZeekHeader, zeekSshRow } from './table.ts';
import { hasRepeatedKey, jsonObject, textOf } from './value.ts';
import { type WindowsEvent, windowsRecord, windowsXml } from './windows.ts';

/** What lines of a file need from those before, as plain data. */
export interface SavedRecordReader {
  readonly dayFirst: boolean;
  readonly pieces: readonly (readonly [of: string, pieces: string])[];
  readonly zeek: { readonly separator: string; readonly names: readonly string[]; readonly unset: string };
  readonly header: CsvHeader | null;
  readonly isBeforeHeader: boolean;
}

export type Taken = RecordReading | UnreadReason | 'text' | 'other';

/** Containers in containers: Kubernetes in Elasticsearch in Splunk, and one more. */
const DEEPEST = 4;
/** Docker cuts a line every 16 KiB (daemon/logger/copier.go); characters that were cut in two make a piece shorter. */
const PIECE = 16_000;
/** What is kept of a line in pieces, as of any other line (read/split.ts). */
const LONGEST = 1024 * 1024;
/** Of all lines in pieces together, characters; beyond, the one begun first is forgotten. A runtime cuts a line in two or three. */
const MOST_IN_PIECES = 8 * LONGEST;

export class RecordReader {
  /** Whether the line that was taken last is a record, or in one: then its host is what the record says, or none. */
  isRecord = false;
  readonly #forms: RecordForms;
  readonly #names: FieldNames | null;
  readonly #fields: NamedFields | null;
  readonly #order: DateOrder = { dayFirst: false };
  readonly #outer = new Stamp();
  readonly #pieces = new Map<string, string>();
  #inPieces = 0;
  readonly #zeek = new ZeekHeader();
  #header: CsvHeader | null = null;
  #isBeforeHeader = true;

  constructor(forms: RecordForms, names: FieldNames | null) {
    this.#forms = forms;
    this.#names = names;
    this.#fields = names?.source === undefined ? null : new NamedFields(names);
  }

  /** Forgets what was of the file before. */
  beginFile(): void {
    this.#header = null;
    this.#zeek.names = [];
    this.#zeek.separator = '\t';
    this.#pieces.clear();
    this.#inPieces = 0;
    this.#isBeforeHeader = true;
    this.#order.dayFirst = false;
  }

  /** A copy of what is remembered of the file, for {@link restore}. */
  save(): SavedRecordReader {
    const { separator, names, unset } = this.#zeek;
    return {
      dayFirst: this.#order.dayFirst,
      pieces: [...this.#pieces],
      zeek: { separator, names, unset },
      header: this.#header,
      isBeforeHeader: this.#isBeforeHeader,
    };
  }

  restore(saved: SavedRecordReader): void {
    this.#order.dayFirst = saved.dayFirst;
    for (const [key, pieces] of saved.pieces) {
      this.#pieces.set(key, pieces);
      this.#inPieces += pieces.length;
    }
    Object.assign(this.#zeek, saved.zeek);
    this.#header = saved.header;
    this.#isBeforeHeader = saved.isBeforeHeader;
  }

  /** Whether no header was found so far that says what the columns of the lines are. */
  get isPlain(): boolean {
    return this.#header === null && this.#zeek.names.length === 0;
  }

  /** So many lines of the file were read elsewhere: none of them was a header. */
  passOver(lines: number): void {
    if (lines > 0) this.#isBeforeHeader = false;
  }

  /**
   * What a line tells, whatever it is wrapped in; null where it is of no login service. `services` read what turns out
   * to be a message. Called for every line, in order.
   */
  take(line: string, envelope: Envelope, services: Services): MessageReading | UnreadReason | null {
    const taken = this.#readLine(line, envelope);
    this.isRecord = taken !== null;
    if (taken === null) envelope.read(line);
    else if (taken === 'other') {
      envelope.stamp.kind = NO_STAMP;
      return null;
    } else if (taken !== 'text') return taken;
    for (let depth = 0; depth < DEEPEST; depth++) {
      if (envelope.repeated > 0) return null;
      const access = this.#readBareAccess(envelope);
      this.isRecord ||= access !== null;
      if (access !== null) return access === 'other' ? null : (access as MessageReading | UnreadReason);
      const reading = services.read(envelope);
      if ((reading !== null && reading !== 'no-form') || !mayHoldRecord(envelope)) return reading;
      const inner = this.#readMessage(envelope);
      if (inner === null || inner === 'other') return reading;
      this.isRecord = true;
      if (inner !== 'text') return inner;
    }
    return null;
  }

  /** A line as it stands in the file. The envelope is filled unless null is returned. */
  #readLine(line: string, envelope: Envelope): Taken | null {
    const c = line.charCodeAt(0);
    if (c === BRACE) return this.#readJson(line, envelope);
    if (this.#header !== null) return this.#readRow(line, this.#header, envelope);
    if (c === HASH) return this.#zeek.read(line) ? 'other' : null;
    if (this.#zeek.names.length > 0) {
      const { names, separator, unset } = this.#zeek;
      return this.#readValues(rowOf(names, line.split(separator), unset), null, envelope, 0) ?? 'other';
    }
    // `- ` is what a browser shows before an element that can be folded, and people copy
    if ((c === LESS || c === DASH) && /^(?:- )?<(?:Event[ >]|\?xml )/.test(line))
      return this.#readXml(line, envelope);
    const own = this.#readOwnStamp(line, c, envelope);
    if (own !== null) return own;
    if (this.#isBeforeHeader) {
      this.#header = headerOf(line);
      this.#isBeforeHeader = isBeforeHeader(line);
      if (this.#header !== null || this.#isBeforeHeader) return 'other';
    }
    return null;
  }

  /**
   * A message that no form of text knows, in whose envelope it was found. `text` here means: the envelope holds another
   * message than before.
   */
  #readMessage(envelope: Envelope): Taken | null {
    const message = messageOf(envelope);
    const c = message.charCodeAt(0);
    const { stamp } = envelope;
    if (stamp.kind === STAMP_ZONED && (c === F || c === P)) {
      const taken = this.#readCri(message, envelope);
      if (taken !== null) return taken;
    }
    if (c === BRACE || c === AT) {
      const brace = c === BRACE ? 0 : /^@cee: ?\{/.exec(message)?.[0].length;
      const object = brace === undefined ? null : jsonObject(message.slice(Math.max(0, brace - 1)));
      if (object !== null) return this.#inside(object, message, envelope);
    }
    if (c === LESS && message.startsWith('<Event')) {
      const event = windowsXml(message);
      return event === null ? null : this.#readWindows(event, envelope);
    }
    const access = isNameless(envelope) ? null : this.#readAccessText(message, envelope);
    if (access !== null) return access;
    const error = readErrorLine(message);
    if (error !== null) return this.#finish(error, null, envelope) ?? 'other';
    const row = stamp.kind === NO_STAMP ? zeekSshRow(message) : null;
    if (row !== null) return this.#alone({ shape: 'object', values: row }, envelope);
    const pairs = LOGFMT.test(message) ? readLogfmt(message) : null;
    return pairs === null ? null : this.#finish({ shape: 'object', values: pairs }, null, envelope);
  }

  /** Lines that begin with a time in a form that is no envelope's: a look at two characters tells. */
  #readOwnStamp(line: string, c: number, envelope: Envelope): Taken | null {
    if (c === BRACKET || line.charCodeAt(4) === SLASH) {
      const error = readErrorLine(line);
      if (error !== null) return this.#alone(error, envelope);
    } else if (line.charCodeAt(10) === SPACE && line.charCodeAt(4) === DASH) {
      if (readMacosLine(line, envelope)) return 'text';
      const row = line.charCodeAt(23) === SPACE ? postgresRow(line) : null;
      if (row !== null) return this.#alone({ shape: 'object', values: row }, envelope);
    }
    return null;
  }

  /** An entry that is the whole line: what was taken for its envelope is none. */
  #alone(entry: Entry, envelope: Envelope): Taken {
    blank(envelope);
    return this.#finish(entry, null, envelope) ?? 'other';
  }

  #readJson(line: string, envelope: Envelope): Taken | null {
    const object = jsonObject(line);
    return object === null ? null : (this.#readValues(object, line, envelope, 0) ?? 'other');
  }

  #readXml(line: string, envelope: Envelope): Taken | null {
    const event = windowsXml(line);
    if (event === null) return null;
    blank(envelope);
    return this.#readWindows(event, envelope);
  }

  #readRow(line: string, header: CsvHeader, envelope: Envelope): Taken | null {
    if (line === '') return 'other';
    const row = rowOf(header.names, csvCells(line, header.separator), null);
    return this.#readValues(row, null, envelope, 0) ?? 'other';
  }

  /** A record in a line of text: its time and host are the line's, where it has none itself. */
  #inside(object: Readonly<Record<string, unknown>>, text: string, envelope: Envelope): Taken | null {
    const outer = copyOf(envelope.stamp);
    const host = hostOf(envelope);
    const { pid } = envelope;
    const taken = this.#readValues(object, text, envelope, 1);
    if (taken === null) return 'other';
    if (envelope.stamp.kind === NO_STAMP) placeStamp(envelope.stamp, outer);
    envelope.host ??= host;
    if (envelope.pid < 0) envelope.pid = pid;
    return taken;
  }

  /** A record's values. `text` is its JSON, null for what cannot have a key twice. */
  #readValues(
    record: Readonly<Record<string, unknown>>,
    text: string | null,
    envelope: Envelope,
    depth: number,
  ): Taken | null {
    blank(envelope);
    const values = unwrapped(record);
    if (this.#fields !== null) {
      const reading = this.#fields.read(values);
      if (reading !== null) {
        readTime(this.#fields.time(values), envelope.stamp, this.#order);
        envelope.host = this.#fields.sensor(values);
        return this.#sure(reading, text, record);
      }
    }
    const event = windowsRecord(values);
    if (event === 'ambiguous') return event;
    if (event !== null) {
      const taken = this.#readWindows(event, envelope);
      if (taken !== null) return this.#sure(taken, text, record);
    }
    const taken = this.#finish({ shape: 'object', values }, this.#forms.first, envelope);
    if (taken !== null) return this.#sure(taken, text, record);
    const access = readAccessRecord(values);
    if (access !== null) {
      const reading = this.#readAccess(access, envelope);
      if (reading !== null) return this.#sure(reading, text, record);
    }
    const inner = contained(values, this.#names);
    if (inner !== null) {
      const found = this.#open(inner, envelope, depth);
      if (found !== null && (found !== 'text' || isSshd(envelope))) return this.#sure(found, text, record);
      const late = this.#finish({ shape: 'object', values }, this.#forms.late, null);
      if (late === null) return found === null ? null : this.#sure(found, text, record);
    }
    const late = this.#finish({ shape: 'object', values }, this.#forms.late, envelope);
    return late === null ? null : this.#sure(late, text, record);
  }

  /** What a container held: a record again, or a line. */
  #open(inner: Contained, envelope: Envelope, depth: number): Taken | null {
    const outer = this.#outer;
    readTime(inner.time, outer, this.#order);
    let { message } = inner;
    if (inner.kind === 'docker') {
      const whole = this.#joined(
        `docker ${textOf(inner.host) ?? ''}`,
        message,
        !message.endsWith('\n') && isPiece(message),
      );
      if (whole === null) return 'other';
      message = whole;
    }
    // a line end behind it; the blank that rsyslog's %msg% keeps before it
    message = message.replace(/^ |[\r\n]+$/g, '');
    const stamp = copyOf(outer);
    if (depth < DEEPEST && message.trimStart().startsWith('{')) {
      const object = jsonObject(message);
      if (object !== null) {
        const taken = this.#readValues(object, message, envelope, depth + 1);
        if (envelope.stamp.kind === NO_STAMP) placeStamp(envelope.stamp, stamp);
        envelope.host ??= inner.host;
        return taken;
      }
    }
    if (inner.program !== null && (inner.kind === 'journal' || inner.kind === 'macos')) {
      // the journal tells the program itself: what a message looks like does not count
      blank(envelope);
      envelope.message = message;
    } else {
      envelope.read(message);
      const own = programIn(envelope);
      const isPod = inner.kind === 'docker' || inner.kind === 'kubernetes';
      if (inner.program !== null && own !== '' && own !== inner.program && !isPod) {
        blank(envelope);
        envelope.message = message;
      }
    }
    placeStamp(envelope.stamp, stamp);
    if (hostOf(envelope) === null) envelope.host = inner.host;
    if (programIn(envelope) === '' && (envelope.message !== null || inner.program !== null)) {
      envelope.message ??= messageOf(envelope);
      envelope.program = inner.program === null ? '' : baseName(inner.program);
    }
    if (envelope.pid < 0) envelope.pid = inner.pid;
    return 'text';
  }

  #readWindows(event: WindowsEvent, envelope: Envelope): Taken | null {
    const { data, provider } = event;
    const payload = data.payload ?? data.Payload ?? (provider === 'OpenSSH' ? event.message : null);
    readTime(event.time, envelope.stamp, this.#order);
    if (provider.startsWith('OpenSSH') && payload != null) {
      // Win32-OpenSSH, contrib/win32/win32compat: `sshd: ` and what syslog would have got
      envelope.message = payload.replace(/^sshd(?:-session|-auth)?: /, '');
      envelope.program = 'sshd';
      envelope.host = event.computer;
      envelope.pid = event.pid !== null && /^\d{1,10}$/.test(event.pid) ? Number(event.pid) : -1;
      return 'text';
    }
    return this.#finish({ shape: 'windows', values: event }, null, envelope) ?? null;
  }

  /**
   * A line of an access log that stands alone or in a container, before any form of text looks at it. Not behind a
   * stamp: what a program says there by itself may hold a name like such a line.
   */
  #readBareAccess(envelope: Envelope): Taken | null {
    if (envelope.programStart !== envelope.programEnd || (envelope.program ?? '') !== '') return null;
    return stampless(envelope) ? this.#readAccessText(messageOf(envelope), envelope) : null;
  }

  #readAccessText(message: string, envelope: Envelope): Taken | null {
    const access = readAccessLine(message);
    if (access === null || access === 'ambiguous') return access;
    return this.#readAccess(access, envelope) ?? 'other';
  }

  #readAccess(access: Access, envelope: Envelope): Taken | null {
    return this.#finish({ shape: 'access', values: access }, null, envelope);
  }

  /** Reads an entry by the forms, and its time and sensor into the envelope; null: only whether a form fits. */
  #finish(entry: Entry, forms: RecordForms['first'] | null, envelope: Envelope | null): Taken | null {
    const reading = readEntry(entry, forms ?? this.#forms.all);
    if (reading === null || envelope === null || typeof reading === 'string') return reading;
    const { timeOf, sensorOf } = reading.form;
    if (timeOf !== null) {
      const outer = copyOf(envelope.stamp);
      readTime(timeOf(entry.values), envelope.stamp, this.#order);
      placeStamp(envelope.stamp, outer);
    }
    const sensor = sensorOf?.(entry.values) ?? null;
    if (sensor !== null && sensor !== '' && sensor !== '-') envelope.host = sensor;
    return reading;
  }

  /** A record with a key twice is not believed where it tells anything. */
  #sure(taken: Taken, text: string | null, record: unknown): Taken {
    if (text === null || taken === 'other') return taken;
    if (typeof taken === 'object' && taken.tells === 'nothing') return taken;
    return hasRepeatedKey(text, record) ? 'ambiguous' : taken;
  }

  /** Kubernetes' runtime interface: `<stamp> stdout F message`, `P` where the line goes on. */
  #readCri(message: string, envelope: Envelope): Taken | null {
    const stream = hostOf(envelope);
    if (stream !== 'stdout' && stream !== 'stderr') return null;
    const tag = /^[FP](?::\S{0,20})? /.exec(message);
    if (tag === null) return null;
    const whole = this.#joined(`cri ${stream}`, message.slice(tag[0].length), message.startsWith('P'));
    if (whole === null) return 'other';
    const outer = copyOf(envelope.stamp);
    envelope.read(whole);
    placeStamp(envelope.stamp, outer);
    return 'text';
  }

  /** The pieces before and this one; null where more are to come. */
  #joined(key: string, piece: string, isPartial: boolean): string | null {
    const before = this.#pieces.get(key);
    const whole = before === undefined ? piece : (before + piece).slice(0, LONGEST);
    if (before !== undefined) {
      this.#pieces.delete(key);
      this.#inPieces -= before.length;
    }
    if (!isPartial) return whole;
    this.#pieces.set(key, whole);
    this.#inPieces += whole.length;
    for (const [oldest, pieces] of this.#pieces) {
      if (this.#inPieces <= MOST_IN_PIECES) break;
      this.#pieces.delete(oldest);
      this.#inPieces -= pieces.length;
    }
    return null;
  }
}

const LOGFMT = /^(?:time|level|ts|t|lvl|logger|msg)=/;

const SPACE = 32;
const HASH = 35;
const DASH = 45;
const SLASH = 47;
const LESS = 60;
const AT = 64;
const F = 70;
const P = 80;
const BRACKET = 91;
const BRACE = 123;

/** An envelope that holds nothing yet. */
function blank(envelope: Envelope): void {
  envelope.read('');
  envelope.program = '';
}

/** Whether the message is all of a line, or of what a container held. */
function stampless(envelope: Envelope): boolean {
  return envelope.message !== null || envelope.messageStart === 0;
}

function isPiece(message: string): boolean {
  return message.length * 4 >= PIECE && new TextEncoder().encode(message).length >= PIECE;
}

function copyOf(stamp: Stamp): Stamp {
  const copy = new Stamp();
  placeStamp(copy, stamp);
  return copy;
}

/** The host that the envelope has; null for none. */
export function hostOf(envelope: Envelope): string | null {
  if (envelope.host !== null) return envelope.host;
  return envelope.hostEnd > envelope.hostStart
    ? envelope.text.slice(envelope.hostStart, envelope.hostEnd)
    : null;
}

function programIn(envelope: Envelope): string {
  if (envelope.program !== null) return envelope.program;
  return baseName(envelope.text.slice(envelope.programStart, envelope.programEnd));
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
