/**
 * Lines that name no program: which services could have written them, and what they tell. Each service says what
 * stands between stamp and message in the log that its program writes (`own`); a message may also stand alone. A line
 * that two services read differently is ambiguous.
 *
 * Most lines of such a log tell of no login, so a line is held only against services of whose forms it has the words:
 * each form's longest piece of literal text (its anchor), which the line must contain for the form to fit.
 */
import { readerOf, type Service } from './compiled-service.ts';
import type { Envelope } from './envelope.ts';
import type { CompiledForm } from './form.ts';
import { LONGEST_OTHER, type MessageReader, type MessageReading, type UnreadReason } from './message.ts';
import { messageOf } from './service.ts';
import { NO_STAMP } from './stamp.ts';

/** An anchor shorter than this would stand in too many lines to spare anything. */
const SHORTEST_ANCHOR = 4;

interface Candidate {
  readonly service: Service;
  readonly reader: MessageReader;
  /** What a line must contain; null: it may be any. */
  readonly anchors: RegExp | null;
}

/** Lines that name no program: which services could have written them, and what they tell. */
export class Nameless {
  readonly #candidates: readonly Candidate[];
  /** What any of them must contain; null where one may be any line. */
  readonly #anchors: RegExp | null;

  constructor(services: readonly Service[]) {
    this.#candidates = services.map((service) => ({
      service,
      reader: readerOf([service]),
      anchors: anchorsOf(service.forms),
    }));
    this.#anchors = anchorsOf(services.flatMap((service) => service.forms));
  }

  read(envelope: Envelope): MessageReading | UnreadReason | null {
    if (envelope.stamp.kind !== NO_STAMP && envelope.message === null) {
      const told = this.readOwn(envelope);
      if (told !== null) return told;
    }
    const message = messageOf(envelope);
    return agreed(this.#of(message).map(({ reader }) => reader.read(message)));
  }

  /** The line as one of a log that a program writes itself. */
  readOwn(envelope: Envelope): MessageReading | UnreadReason | null {
    const rest = envelope.text.slice(envelope.stampEnd);
    const candidates = this.#of(rest);
    if (candidates.length === 0) return null;
    let pid = envelope.pid;
    let start = envelope.messageStart;
    const readings: (MessageReading | UnreadReason)[] = [];
    for (const { service, reader } of candidates) {
      for (const layout of service.own) {
        const groups = layout.exec(rest)?.groups;
        const message = groups?.message;
        if (message === undefined) continue;
        const reading = reader.read(message);
        if (reading === 'no-form') continue;
        readings.push(reading);
        start = envelope.text.length - message.length;
        pid = groups?.pid === undefined ? -1 : Number(groups.pid);
        break;
      }
    }
    const told = agreed(readings);
    if (told === null) return null;
    envelope.messageStart = start;
    envelope.pid = pid;
    envelope.hostStart = envelope.hostEnd = envelope.programStart = envelope.programEnd = start;
    return told;
  }

  /** Those of whose forms the text has the words. */
  #of(text: string): readonly Candidate[] {
    if (text.length > LONGEST_OTHER || (this.#anchors !== null && !this.#anchors.test(text))) return [];
    return this.#candidates.filter(({ anchors }) => anchors === null || anchors.test(text));
  }
}

/** The one thing that all who know the message say it tells; null where nobody does. */
function agreed(readings: readonly (MessageReading | UnreadReason)[]): MessageReading | UnreadReason | null {
  let told: MessageReading | UnreadReason | null = null;
  for (const reading of readings) {
    if (reading === 'no-form') continue;
    // many programs begin a remark with the same word: what tells something is it
    if (told === null || tellsNothing(told)) told = reading;
    else if (!tellsNothing(reading) && !isSame(told, reading)) return 'ambiguous';
  }
  return told;
}

/** Whether the message is known to tell of no attempt. */
export function tellsNothing(reading: MessageReading | UnreadReason): boolean {
  return typeof reading !== 'string' && reading.tells === 'nothing';
}

function isSame(a: MessageReading | UnreadReason, b: MessageReading | UnreadReason): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return (
    a.source?.text === b.source?.text &&
    a.user === b.user &&
    a.port === b.port &&
    (a.tells === 'success') === (b.tells === 'success')
  );
}

/** Matches what a line must contain for a form to fit; null where a form has no such text. */
function anchorsOf(forms: readonly CompiledForm[]): RegExp | null {
  const anchors = new Set<string>();
  for (const { compiled, tells } of forms) {
    const { anchor } = compiled;
    if (anchor.length >= SHORTEST_ANCHOR) anchors.add(anchor.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    else if (tells !== 'nothing') return null;
  }
  return new RegExp([...anchors].join('|'));
}
