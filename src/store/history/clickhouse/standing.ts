/**
 * How far a writer has come, and which of its rows count. It is one row of `records`, replaced by each commit in the block
 * that makes the commit: so it is also the mark that the commit is there.
 *
 * Attempts come first, each row with the number of its commit (`batch`, from 1) and the generation of its writer, which is
 * new with each opening and after each doubt. A row counts if its batch belongs to the run of its generation. What was sent
 * in vain has a generation and a batch that no run holds: nothing needs to be sent twice under the same name, and it does not
 * matter whether what was given up arrives after all.
 */
import type { Progress } from '../commit.ts';
import { atLeast, whole } from '../sql-session.ts';

/** Batches that a generation committed. */
export interface Run {
  readonly generation: number;
  readonly first: number;
  readonly last: number;
}

/** What retention has put away: of batches up to `batch` the attempts before `time` (seconds since 1970 UTC). */
export interface Floor {
  readonly batch: number;
  readonly time: number;
}

export interface Standing extends Progress {
  /** Commits so far; the number of the last. */
  readonly batch: number;
  readonly generation: number;
  /** Up to this batch nothing is there that does not count: no run is needed. */
  readonly clean: number;
  readonly runs: readonly Run[];
  readonly floors: readonly Floor[];
  /** Attempts up to this number were put away. */
  readonly seqFloor: number;
  readonly attempts: number;
  readonly sources: number;
  readonly campaigns: number;
  readonly blocks: number;
  /** Rows of attempts that stand for an earlier row. */
  readonly amended: number;
  /** The last line of each input that told of an attempt: a later one is new without looking. */
  readonly lastLines: readonly (readonly [input: string, line: number])[];
}

export const NOTHING_YET: Standing = {
  lastSeq: 0,
  eventSeq: 0,
  eventNth: -1,
  batch: 0,
  generation: 0,
  clean: 0,
  runs: [],
  floors: [],
  seqFloor: 0,
  attempts: 0,
  sources: 0,
  campaigns: 0,
  blocks: 0,
  amended: 0,
  lastLines: [],
};

/** The runs when `generation` has committed `batch`. */
export function runsAfter({ runs }: Standing, generation: number, batch: number): readonly Run[] {
  const last = runs.at(-1);
  if (last?.generation !== generation) return [...runs, { generation, first: batch, last: batch }];
  return [...runs.slice(0, -1), { ...last, last: batch }];
}

/** The condition under which rows of `attempts` of this writer were committed. */
export function committed({ clean, runs }: Pick<Standing, 'clean' | 'runs'>): string {
  const parts = runs.map(
    ({ generation, first, last }) =>
      `generation = ${whole(generation)} AND batch >= ${whole(first)} AND batch <= ${whole(last)}`,
  );
  return `(${[`batch <= ${whole(clean)}`, ...parts].join(' OR ')})`;
}

/** Conditions under which rows of `attempts` of this writer are shown. */
export function shown(standing: Standing): readonly string[] {
  const { floors, seqFloor } = standing;
  return [
    committed(standing),
    ...(seqFloor > 0 ? [`seq > ${whole(seqFloor)}`] : []),
    ...floors.map(({ batch, time }) => `(batch > ${whole(batch)} OR time >= ${atLeast(time)})`),
  ];
}

/** The floors with one more; those that it makes needless go. */
export function withFloor(floors: readonly Floor[], floor: Floor): readonly Floor[] {
  const isNeedless = (one: Floor) => one.batch <= floor.batch && one.time <= floor.time;
  return [...floors.filter((one) => !isNeedless(one)), floor];
}

/** Later ones win: first by batch, then by generation. A generation has 24 bits, a batch 40. */
export function versionOf(batch: number, generation: number): bigint {
  return (BigInt(batch) << 24n) | BigInt(generation % 0x100_0000);
}
