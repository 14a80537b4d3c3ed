/**
 * The four kinds of task of a fleet's detection, in the order of their stages. Each reads a share, and what the stage
 * before made of all shares, and says nothing that hangs on how many shares there are.
 *
 * 1. `facts`, by sources: who logs in under which name, and which names guessers are after.
 * 2. `visits`, by sources: who is loud, a person, a machine of the house; the quiet visits of the rest, dealt by name.
 * 3. `weigh`, by names: how surprising each visit is, in the log and in surrogates.
 * 4. `gather`, by sources: all attempts of those who are suspected, and a sample.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { addedFacts, factsOf, NO_FACTS, type ShareFacts, witnessesOf } from '../detect/fleet/facts.ts';
import { gathered, type Wanted } from '../detect/fleet/gather.ts';
import { binOf, type ClockGrid, QuietClock } from '../detect/fleet/quiet-clock.ts';
import { joined, joinedVisits, type Visits, visitsOf } from '../detect/fleet/visits.ts';
import { weighShare } from '../detect/fleet/weigh.ts';
import { classifyVisitors } from '../detect/visitors.ts';
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import { Trouble } from '../model/error.ts';
import type { Board } from './board.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { type Frame, frameOf } from './frame.ts';
import { packed, unpacked } from './parcel.ts';
import { tableOfRows } from './table-of-rows.ts';

/** One stage, as it lies on the board. */
export interface Stage {
  readonly kind: 'facts' | 'visits' | 'weigh' | 'gather' | 'end';
  readonly tasks: number;
  readonly sourceShares: number;
  readonly nameShares: number;
  readonly options: DetectOptions;
  /** Of `visits` and later: where the bins of the clock lie. */
  readonly grid: ClockGrid | null;
  /** Of `gather`. */
  readonly wanted: Wanted | null;
}

/** What `visits` says of a share of the sources, beside the visits themselves. */
export interface ShareVisits {
  /** Bin of each quiet visit, ascending. */
  readonly bins: Uint32Array;
  readonly sources: number;
  readonly quietSources: number;
  readonly loudSources: number;
  readonly people: number;
}

export const FACTS = 'facts';
export const CLOCK = 'clock';
export const stageName = (index: number) => `stage-${index}`;
export const resultName = (stage: number, task: number) => `result-${stage}/${task}`;
const visitsName = (nameShare: number, sourceShare: number) => `visits/${nameShare}-${sourceShare}`;

/** Does a task and lays its result down. */
export async function perform(
  attempts: FleetAttempts,
  board: Board,
  index: number,
  stage: Stage,
  task: number,
): Promise<void> {
  const result = await resultOf(attempts, board, stage, task);
  await board.put(resultName(index, task), packed(result));
}

async function resultOf(attempts: FleetAttempts, board: Board, stage: Stage, task: number): Promise<unknown> {
  switch (stage.kind) {
    case 'facts':
      return factsOfShare(attempts, stage, task);
    case 'visits':
      return visitsOfShare(attempts, board, stage, task);
    case 'weigh':
      return weighed(board, stage, task);
    case 'gather':
      return gatheredShare(attempts, board, stage, task);
    case 'end':
      return null;
  }
}

async function factsOfShare(attempts: FleetAttempts, stage: Stage, share: number): Promise<ShareFacts> {
  let sum = NO_FACTS;
  for await (const table of attempts.bySource(share, stage.sourceShares))
    sum = addedFacts(sum, factsOf(table, classifyVisitors(table, stage.options)));
  return sum;
}

async function visitsOfShare(
  attempts: FleetAttempts,
  board: Board,
  stage: Stage,
  share: number,
): Promise<ShareVisits> {
  const facts = await readOnce<ShareFacts>(board, FACTS);
  const parts: (readonly Visits[])[] = [];
  let sources = 0;
  let quietSources = 0;
  let loudSources = 0;
  let people = 0;
  for (const table of await wholeShare(attempts, board, stage, share)) {
    const visitors = classifyVisitors(table, stage.options, witnessesOf(table, facts));
    sources += visitors.kind.length;
    for (const kind of visitors.kind) {
      if (kind === 'quiet') quietSources++;
      else if (kind === 'loud') loudSources++;
      else if (kind === 'person') people++;
    }
    parts.push(visitsOf(table, visitors, stage.nameShares));
  }
  for (let name = 0; name < stage.nameShares; name++) {
    const own = joinedVisits(parts.map((dealt) => dealt[name]!));
    await board.put(visitsName(name, share), packed(own));
  }
  const times = joined(parts.flatMap((dealt) => dealt.map(({ time }) => time)));
  const bins = new Uint32Array(times.length);
  for (let i = 0; i < bins.length; i++) bins[i] = binOf(stage.grid!, times[i]!);
  bins.sort();
  return { bins, sources, quietSources, loudSources, people };
}

async function weighed(board: Board, stage: Stage, share: number) {
  const parts: Visits[] = [];
  for (let source = 0; source < stage.sourceShares; source++)
    parts.push(await read<Visits>(board, visitsName(share, source)));
  const counts = await readOnce<Uint32Array>(board, CLOCK);
  return weighShare(new QuietClock(stage.grid!, counts), joinedVisits(parts));
}

async function gatheredShare(attempts: FleetAttempts, board: Board, stage: Stage, share: number) {
  const facts = await readOnce<ShareFacts>(board, FACTS);
  const frames: Frame[] = [];
  for (const table of await wholeShare(attempts, board, stage, share)) {
    const visitors = classifyVisitors(table, stage.options, witnessesOf(table, facts));
    frames.push(frameOf(tableOfRows(table, gathered(table, visitors, stage.wanted!))));
  }
  return frames;
}

/**
 * The attempts of a share, all that its facts were made of: a replica that lags behind may answer with fewer, and is asked
 * again. Error: `Trouble` with `store-away`.
 */
async function wholeShare(
  attempts: FleetAttempts,
  board: Board,
  stage: Stage,
  share: number,
): Promise<readonly AttemptTable[]> {
  const { attempts: expected } = await read<ShareFacts>(board, resultName(0, share));
  for (let tries = 1; ; tries++) {
    const tables: AttemptTable[] = [];
    let count = 0;
    for await (const table of attempts.bySource(share, stage.sourceShares)) {
      tables.push(table);
      count += table.length;
    }
    if (count === expected) return tables;
    if (tries === MOST_TRIES) throw fewerThan(expected, count);
    await sleep(TRY_AGAIN_MS);
  }
}

/** Of so many attempts fewer are told. */
export function fewerThan(expected: number, count: number): Trouble {
  return new Trouble(
    'store-away',
    `the store tells of ${count} attempts where it has ${expected}: a replica has not caught up`,
    'Start the detection again, with another --board, when all replicas answer.',
  );
}

/** A copy of the board may lag behind: what a stage builds on is waited for so long (a replica takes a second). */
const MOST_TRIES = 200;
const TRY_AGAIN_MS = 50;

/** What must lie on the board. Error: a bug, or a board that lost something. */
export async function read<T>(board: Board, name: string): Promise<T> {
  for (let tries = 1; ; tries++) {
    const parcel = await board.get(name);
    if (parcel !== null) return unpacked<T>(parcel);
    if (tries === MOST_TRIES) throw new Error(`nothing lies on the board under ${name}`);
    await sleep(TRY_AGAIN_MS);
  }
}

const unpackedOf = new WeakMap<Board, Map<string, unknown>>();

/** As {@link read}, of what every task of a stage begins with: unpacked once for all tasks that this process does. */
async function readOnce<T>(board: Board, name: string): Promise<T> {
  const known = unpackedOf.get(board) ?? new Map<string, unknown>();
  unpackedOf.set(board, known);
  if (!known.has(name)) known.set(name, await read<T>(board, name));
  return known.get(name) as T;
}
