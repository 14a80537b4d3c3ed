/**
 * What a collector's spool tells. Each sensor has a parser of its own, as if its log were an input by itself: connections are joined
 * by host and process, and nobody's lines may be joined with another's, whatever hosts they name. The sensor of an attempt is the one
 * that sent it, and its time no later than its coming: a clock that is ahead, or a lie, must not take everybody's time along.
 *
 * Attempts that a sensor's own `watch` has read come as they are. They are named here by their line in the spool, as all attempts
 * are by theirs; what a sensor tells later of its number 17 finds that line through the runs of numbers that came before.
 */

import {
  createStreamParser,
  type SavedParser,
  type StreamCounts,
  type StreamParser,
  type StreamParserOptions,
} from '../parse/stream/stream-parser.ts';
import type { Spoken } from '../parse/stream/stream-sink.ts';
import { readWire } from './attempt-wire.ts';
import { readSpoolLine } from './spool-line.ts';

/** The sensor of lines that name theirs. */
export const AS_NAMED = '*';
/** Sensors whose parsers are kept; beyond, the one not heard for longest is finished. Twice the fleet that one collector serves. */
const MOST_SENSORS = 20_000;
/** Runs of numbers of one stream that are remembered: more of an attempt comes within seconds, in one of the next batches. */
const MOST_RUNS = 64;

/** Numbers first .. first + count - 1 of a stream came in the lines from `line` on. */
interface Run {
  readonly first: number;
  readonly line: number;
  count: number;
}

export interface SavedSender {
  readonly sensor: string;
  readonly parser: SavedParser;
}

export interface SavedRuns {
  readonly stream: string;
  readonly runs: readonly Readonly<Run>[];
}

const NO_COUNTS = { serviceLines: 0, unreadLines: 0, otherLines: 0, replayedLines: 0, wrongClockLines: 0 };
type Counts = { -readonly [K in keyof typeof NO_COUNTS]: number };

interface Sender {
  readonly parser: StreamParser;
  /** What of its counts is in the sums. */
  counted: Counts;
}

/** Goes on where `saved` was saved. */
export function createCollectorParser(options: StreamParserOptions, saved?: SavedParser): StreamParser {
  return new CollectorParser(options, saved);
}

class CollectorParser implements StreamParser {
  readonly #options: StreamParserOptions;
  /** For what an ordinary parser saves, and nothing else. */
  readonly #empty: StreamParser;
  readonly #senders = new Map<string, Sender>();
  readonly #runs = new Map<string, Run[]>();
  readonly #touched = new Set<Sender>();
  readonly #sums: Counts = { ...NO_COUNTS };
  #lines = 0;
  #attempts = 0;
  #broken = 0;
  #told: Spoken[] = [];
  /** When the batch came that is read now. */
  #came: number | null = null;

  constructor(options: StreamParserOptions, saved?: SavedParser) {
    this.#options = options;
    this.#empty = createStreamParser(options);
    if (saved === undefined) return;
    this.#lines = saved.lines.lines;
    this.#came = saved.came ?? null;
    for (const { sensor, parser } of saved.senders ?? []) this.#open(sensor, parser);
    for (const { stream, runs } of saved.runs ?? [])
      this.#runs.set(
        stream,
        runs.map((run) => ({ ...run })),
      );
  }

  line(text: string, now: number): void {
    const number = ++this.#lines;
    const one = readSpoolLine(text);
    if (one === null) {
      this.#broken++;
      return;
    }
    if (one.kind === 'batch') {
      this.#came = one.time;
      return;
    }
    const came = Math.min(this.#came ?? now, now);
    if (one.kind === 'attempt') {
      this.#attempt(one.sensor, one.stream, one.text, number, came);
      return;
    }
    const sender = this.#sender(one.sensor);
    sender.parser.numberFrom(number);
    sender.parser.line(one.text, came);
    this.#touched.add(sender);
    this.#take(one.sensor, sender.parser.drain(), came);
  }

  numberFrom(line: number): void {
    this.#lines = line - 1;
  }

  beginFile(): void {}

  tick(now: number): void {
    for (const [sensor, { parser }] of this.#senders) {
      parser.tick(now);
      this.#take(sensor, parser.drain(), now);
    }
  }

  drain(): readonly Spoken[] {
    const told = this.#told;
    if (told.length > 0) this.#told = [];
    return told;
  }

  counts(): StreamCounts {
    for (const sender of this.#touched) this.#count(sender);
    this.#touched.clear();
    const parsers = [...this.#senders.values()];
    return {
      lines: this.#lines,
      ...this.#sums,
      serviceLines: this.#sums.serviceLines + this.#attempts,
      unreadLines: this.#sums.unreadLines + this.#broken,
      // made when somebody looks: there may be ten thousand of them
      get unreadByReason() {
        const sums: Record<string, number> = {};
        for (const { parser } of parsers)
          for (const [reason, lines] of Object.entries(parser.counts().unreadByReason))
            sums[reason] = (sums[reason] ?? 0) + lines;
        return sums;
      },
      get unreadSamples() {
        return parsers.flatMap(({ parser }) => parser.counts().unreadSamples).slice(0, 20);
      },
    };
  }

  save(): SavedParser {
    const empty = this.#empty.save();
    return {
      ...empty,
      lines: { ...empty.lines, lines: this.#lines },
      came: this.#came,
      senders: [...this.#senders].map(([sensor, { parser }]) => ({ sensor, parser: parser.save() })),
      runs: [...this.#runs].map(([stream, runs]) => ({ stream, runs: runs.map((run) => ({ ...run })) })),
    };
  }

  /** What a sensor's parser told, as that sensor's. */
  #take(sensor: string, told: readonly Spoken[], came: number): void {
    for (const one of told) {
      if (one.kind === 'amended') this.#told.push(one);
      else this.#told.push({ ...one, attempt: asSent(one.attempt, sensor, came) });
    }
  }

  #attempt(sensor: string, stream: string, text: string, line: number, came: number): void {
    const wire = readWire(text);
    if (wire === null) {
      this.#broken++;
      return;
    }
    this.#attempts++;
    const key = `${sensor} ${stream}`;
    const { input } = this.#options;
    if (wire.kind === 'attempt') {
      const { seq, ...attempt } = wire.attempt;
      this.#number(key, seq, line);
      const name = { input, line, nth: 0 };
      this.#told.push({
        kind: 'attempt',
        attempt: asSent({ ...attempt, name, text: '' }, sensor, came),
        module: null,
      });
      return;
    }
    const at = this.#lineOf(key, wire.seq);
    if (at === null) return; // too long ago
    const { user, known, method } = wire;
    this.#told.push({ kind: 'amended', name: { input, line: at, nth: 0 }, user, known, method });
  }

  #number(key: string, seq: number, line: number): void {
    const runs = this.#runs.get(key) ?? [];
    if (runs.length === 0) this.#bound(this.#runs);
    else this.#runs.delete(key);
    this.#runs.set(key, runs);
    const last = runs.at(-1);
    if (last !== undefined && seq === last.first + last.count && line === last.line + last.count)
      last.count++;
    else runs.push({ first: seq, line, count: 1 });
    if (runs.length > MOST_RUNS) runs.shift();
  }

  #lineOf(key: string, seq: number): number | null {
    for (const { first, line, count } of [...(this.#runs.get(key) ?? [])].reverse())
      if (seq >= first && seq < first + count) return line + seq - first;
    return null;
  }

  #sender(sensor: string): Sender {
    const sender = this.#senders.get(sensor);
    if (sender === undefined) return this.#open(sensor);
    if (this.#senders.size < MOST_SENSORS / 2) return sender;
    // the last heard is the last
    this.#senders.delete(sensor);
    this.#senders.set(sensor, sender);
    return sender;
  }

  #open(sensor: string, saved?: SavedParser): Sender {
    const gone = this.#senders.size >= MOST_SENSORS ? this.#senders.entries().next().value : undefined;
    if (gone !== undefined) {
      const [old, sender] = gone;
      sender.parser.tick(Number.POSITIVE_INFINITY);
      this.#take(old, sender.parser.drain(), this.#came ?? 0);
      this.#count(sender);
      this.#touched.delete(sender);
      this.#senders.delete(old);
    }
    const sender = { parser: createStreamParser(this.#options, saved), counted: { ...NO_COUNTS } };
    this.#senders.set(sensor, sender);
    this.#touched.add(sender);
    return sender;
  }

  #count(sender: Sender): void {
    const counts = sender.parser.counts();
    const { serviceLines, unreadLines, replayedLines, wrongClockLines } = counts;
    // its lines are numbered by the spool's: those of others are among them
    const now: Counts = { serviceLines, unreadLines, otherLines: 0, replayedLines, wrongClockLines };
    for (const key of Object.keys(NO_COUNTS) as (keyof Counts)[])
      this.#sums[key] += now[key] - sender.counted[key];
    sender.counted = now;
  }

  #bound(map: Map<string, unknown>): void {
    if (map.size < MOST_SENSORS) return;
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
}

function asSent<A extends { readonly sensor: string; readonly time: number }>(
  attempt: A,
  sensor: string,
  came: number,
): A {
  const time = Math.min(attempt.time, Math.floor(came));
  const isNamed = sensor === AS_NAMED || sensor === attempt.sensor;
  return isNamed && time === attempt.time
    ? attempt
    : { ...attempt, sensor: isNamed ? attempt.sensor : sensor, time };
}
