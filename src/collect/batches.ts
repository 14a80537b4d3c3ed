/**
 * Which batches were taken, so that one that is sent again, because the answer to it was lost, counts once. What was taken stands in
 * the spool itself, before the lines of each batch, so that a crash cannot part the two; what stands in segments that are deleted
 * goes into `batches.json` before that.
 *
 * A batch is known by the name that its sender gave it (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header), a sensor's
 * attempts by their own numbers, and what has no name (Fluent Bit, Vector and rsyslog name nothing, and send the same bytes again) by
 * its bytes.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { segmentPath, segmentsIn } from '../read/follow/spool.ts';
import { type BatchMark, readMark } from './spool-line.ts';

/** Seconds that a name is remembered: a sender that was away for longer has lost its own buffer. */
const NAMED_SECONDS = 7 * 86_400;
/**
 * Seconds that bytes without a name are: shippers give up or have asked again within it. Two batches of the very same lines can also
 * be two (stamps of whole seconds, no ports), and the second is lost: the longer, the likelier.
 */
const UNNAMED_SECONDS = 3600;
/** Batches of one sensor that are remembered: a batch a second for a day and more; beyond it the oldest go. */
const MOST_OF_SENSOR = 100_000;
/** Streams of one sensor: each new history of its is one. */
const MOST_STREAMS = 32;
/** A mark is shorter: two names of 255. */
const LONGEST_MARK = 1024;
const FILE = 'batches.json';

export type Seen = 'new' | 'taken' | 'differs';

interface Known {
  readonly time: number;
  readonly check: string;
}

interface OfSensor {
  readonly batches: Map<string, Known>;
  readonly streams: Map<string, number>;
}

interface Saved {
  readonly schema: 'slowbrute.batches/1';
  readonly sensors: Readonly<
    Record<
      string,
      {
        readonly batches: readonly (readonly [id: string, time: number, check: string])[];
        readonly streams: readonly (readonly [stream: string, last: number])[];
      }
    >
  >;
}

export class Batches {
  readonly #folder: string;
  readonly #sensors = new Map<string, OfSensor>();

  /**
   * Reads what is known in the folder of a spool, and cuts off at the end of its segments what a crash has left of a batch. To be
   * called before anything of it is read. Throws what the system says where that cannot be.
   */
  constructor(folder: string) {
    this.#folder = folder;
    this.#load();
    for (const segment of segmentsIn(folder))
      mendSegment(segmentPath(folder, segment), (mark) => this.take(mark));
  }

  /** Whether a batch of this name was taken; `differs`: one of other lines was. `now`: seconds since 1970. */
  look(sensor: string, id: string, check: string, now: number): Seen {
    const known = this.#sensors.get(sensor)?.batches.get(id);
    if (known === undefined || now - known.time > secondsOf(id)) return 'new';
    return known.check === check ? 'taken' : 'differs';
  }

  /** The last number of a stream that was taken; 0: none. */
  lastOf(sensor: string, stream: string): number {
    return this.#sensors.get(sensor)?.streams.get(stream) ?? 0;
  }

  take({ sensor, id, check, time }: Pick<BatchMark, 'sensor' | 'id' | 'check' | 'time'>): void {
    const of: OfSensor = this.#sensors.get(sensor) ?? { batches: new Map(), streams: new Map() };
    this.#sensors.set(sensor, of);
    const stream = /^stream:([^:]+):(\d+)$/.exec(id);
    if (stream !== null) {
      const name = stream[1]!;
      const last = Math.max(of.streams.get(name) ?? 0, Number(stream[2]));
      of.streams.delete(name);
      of.streams.set(name, last);
      if (of.streams.size > MOST_STREAMS) of.streams.delete(of.streams.keys().next().value!);
      return;
    }
    of.batches.set(id, { time, check });
    for (const [old, known] of of.batches) {
      if (of.batches.size <= MOST_OF_SENSOR && time - known.time <= secondsOf(old)) break;
      of.batches.delete(old);
    }
  }

  /** Keeps all that is known on disk, whole. Throws what the system says. */
  save(): void {
    const sensors: Record<string, Saved['sensors'][string]> = {};
    for (const [sensor, { batches, streams }] of this.#sensors)
      sensors[sensor] = {
        batches: [...batches].map(([id, { time, check }]) => [id, time, check] as const),
        streams: [...streams],
      };
    const saved: Saved = { schema: 'slowbrute.batches/1', sensors };
    const path = join(this.#folder, FILE);
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(saved));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    const folder = openSync(this.#folder, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  #load(): void {
    let saved: Saved;
    try {
      saved = JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8')) as Saved;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return;
      throw error;
    }
    if (saved?.schema !== 'slowbrute.batches/1') return;
    for (const [sensor, { batches, streams }] of Object.entries(saved.sensors)) {
      for (const [id, time, check] of batches) this.take({ sensor, id, time, check });
      for (const [stream, last] of streams)
        this.take({ sensor, id: `stream:${stream}:${last}`, time: 0, check: '' });
    }
  }
}

function secondsOf(id: string): number {
  return id.startsWith('key:') ? NAMED_SECONDS : UNNAMED_SECONDS;
}

/** Tells each whole batch of a segment, and cuts off what is behind the last. */
export function mendSegment(path: string, tell: (mark: BatchMark) => void): void {
  const file = openSync(path, 'r+');
  try {
    const size = statSync(path).size;
    const buffer = Buffer.alloc(LONGEST_MARK);
    let at = 0;
    while (at < size) {
      const read = readSync(file, buffer, 0, LONGEST_MARK, at);
      const end = buffer.subarray(0, read).indexOf(10);
      const mark = end < 0 ? null : readMark(buffer.toString('utf8', 0, end));
      const next = mark === null ? Number.POSITIVE_INFINITY : at + end + 1 + mark.bytes;
      if (mark === null || next > size) {
        ftruncateSync(file, at);
        fsyncSync(file);
        return;
      }
      tell(mark);
      at = next;
    }
  } finally {
    closeSync(file);
  }
}
