/**
 * Where a daemon takes up its work. Three things are on disk: the history, which has every attempt, event and block that was
 * committed; how far each input was read, committed with them; and a snapshot, some minutes old, of what is in memory: live
 * detection, and the lines that parsers have not made up their minds about.
 *
 * From the snapshot on, the history's attempts are judged again in the order in which they were: detection is deterministic, so it
 * tells the same events, which are stored already and are not told to anybody. The inputs are read again from the
 * snapshot's positions, so that the parsers know what they knew; attempts whose names the history has are passed over.
 * Where there is no snapshot that fits (it is damaged, another version wrote it, the history was lost), the attempts that
 * detection remembers are judged again, all of them, and reading goes on where the history says.
 */
import { createLive, type Live } from '../detect/live/live.ts';
import { isReadable, SAVED_FORMAT, type SavedLive } from '../detect/live/saved.ts';
import type { LiveOptions } from '../model/live.ts';
import type { AttemptName } from '../model/stream.ts';
import { DAY } from '../model/time.ts';
import { SAVED_VERSION, type SavedParser } from '../parse/stream/stream-parser.ts';
import type { SavedVoices } from '../parse/stream/voices.ts';
import type { History } from '../store/history.ts';
import type { Tell } from './happening.ts';
import { Lateness } from './lateness.ts';
import { readSnapshot } from './snapshot-file.ts';

/** What a snapshot holds: all as of one moment, when no attempt up to `seq` was uncommitted. */
export interface Snapshot {
  readonly seq: number;
  readonly live: SavedLive;
  readonly voices: SavedVoices;
  readonly inputs: readonly SavedInput[];
  /** Of {@link Lateness}; left out by versions that knew no collector. */
  readonly latest?: number;
}

/**
 * The parts of a snapshot as they are written, so that none is big: of live detection each field of the three that grow with what it
 * remembers, of the inputs each. Nothing is copied.
 */
export function partsOf({ seq, live, voices, inputs }: Snapshot): readonly unknown[] {
  const { watch, states, ...rest } = live;
  const grown = [watch, states].map((of) => Object.entries(of));
  return [{ seq, voices, live: rest, fields: grown.map(({ length }) => length) }, ...grown.flat(), ...inputs];
}

/** What {@link partsOf} has taken apart. */
function putTogether(parts: readonly unknown[]): Snapshot {
  const head = parts[0] as Pick<Snapshot, 'seq' | 'voices'> & { live: object; fields: [number, number] };
  const [watchFields, stateFields] = head.fields;
  const fields = (from: number, count: number) =>
    Object.fromEntries(parts.slice(from, from + count) as [string, unknown][]);
  const watch = fields(1, watchFields);
  const states = fields(1 + watchFields, stateFields);
  return {
    seq: head.seq,
    voices: head.voices,
    live: { ...head.live, watch, states } as unknown as SavedLive,
    inputs: parts.slice(1 + watchFields + stateFields) as SavedInput[],
  };
}

export interface SavedInput {
  readonly input: string;
  /** null: nothing was read yet of an input that begins where it begins. */
  readonly position: string | null;
  readonly parser: SavedParser;
  /** Number of the oldest line that an attempt may still be named after. */
  readonly pendingFrom: number;
}

/** The number of a snapshot's form: it changes with any of its parts. */
export const SNAPSHOT_FORMAT = SAVED_FORMAT * 1000 + SAVED_VERSION;

export interface Recovered {
  readonly live: Live;
  readonly lateness: Lateness;
  readonly seq: number;
  /** Names that the history has, of lines that will be read again. */
  readonly known: ReadonlyMap<string, readonly AttemptName[]>;
  readonly voices: SavedVoices | null;
  readonly inputs: ReadonlyMap<string, SavedInput>;
}

/** The name under which the history keeps how far an input was read. */
export function positionState(input: string): string {
  return `position ${input}`;
}

/** `inputs`: the names of those that will be read. */
export async function recover(
  history: History,
  snapshotPath: string,
  inputs: readonly string[],
  options: LiveOptions,
  now: number,
  tell: Tell,
): Promise<Recovered> {
  const began = performance.now();
  const lastSeq = await history.lastSeq();
  const snapshot = await fitting(snapshotPath, lastSeq, tell);
  const live = createLive(options, snapshot?.live);
  const lateness = new Lateness(snapshot?.latest);
  const since = now - options.memoryDays * DAY;
  let judged = 0;
  for await (const attempt of history.attempts(snapshot === null ? { since } : { after: snapshot.seq })) {
    if (!lateness.isLate(attempt)) live.push(attempt);
    judged++;
  }
  const known = new Map<string, readonly AttemptName[]>();
  const saved = new Map<string, SavedInput>();
  for (const one of snapshot?.inputs ?? []) {
    if (!inputs.includes(one.input)) continue;
    saved.set(one.input, one);
    known.set(one.input, await history.names(one.input, one.pendingFrom));
  }
  const seconds = (performance.now() - began) / 1000;
  const from = snapshot === null ? 'history' : 'snapshot';
  if (lastSeq > 0) tell({ kind: 'history:recovered', attempts: judged, from, seconds });
  return {
    live,
    lateness,
    seq: Math.max(lastSeq, snapshot?.seq ?? 0),
    known,
    voices: snapshot?.voices ?? null,
    inputs: saved,
  };
}

/** The snapshot, if it is of this history and of this version; null otherwise. */
async function fitting(path: string, lastSeq: number, tell: Tell): Promise<Snapshot | null> {
  const read = await readSnapshot(path, SNAPSHOT_FORMAT);
  if (read.kind === 'missing') return null;
  const useless = (message: string, remedy: string) => {
    tell({ kind: 'snapshot:failed', problem: { message: `${path}: ${message}`, remedy } });
    return null;
  };
  if (read.kind !== 'read')
    return useless(
      `the snapshot cannot be used (${read.kind})`,
      'What it knew is made anew from the history; nothing is to be done.',
    );
  const snapshot = putTogether(read.parts);
  if (snapshot.seq > lastSeq)
    return useless(
      'the snapshot is of a history that has more attempts',
      'If the history was put back from a copy that is expected; what was read since then is not in it.',
    );
  return isReadable(snapshot.live) ? snapshot : null;
}

/** The oldest line that a parser (or what waits behind it) may still name an attempt after. */
export function pendingFrom(parser: SavedParser, voices: SavedVoices, input: string): number {
  let oldest = parser.lines.lines + 1;
  for (const { attempt } of voices.held)
    if (attempt.name.input === input) oldest = Math.min(oldest, attempt.name.line);
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (value instanceof Map) {
      for (const one of value.values()) look(one);
      return;
    }
    if ('line' in value && typeof value.line === 'number' && value.line > 0)
      oldest = Math.min(oldest, value.line);
    for (const one of value instanceof Set ? value : Object.values(value)) look(one);
  };
  for (const one of [parser, ...(parser.senders ?? []).map((sender) => sender.parser)]) {
    oldest = Math.min(oldest, one.connections.live.oldestLine);
    look(one.sessions);
  }
  return oldest;
}
