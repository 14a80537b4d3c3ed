/**
 * The detection of a fleet from its first stage to its last. The coordinator puts the stages on the board one after the
 * other, adds up what the shares say, and works along with whoever else is there; alone it does everything. What it holds
 * is the clock, the surprises and the suspects' attempts, never the whole.
 *
 * A coordinator that is killed is started again on the same board: what lies there is not done again.
 */
import { detect } from '../detect/detect.ts';
import { lookClosely } from '../detect/fleet/closely.ts';
import { type ShareFacts, sumOfFacts, witnessesOf } from '../detect/fleet/facts.ts';
import { inOneOrder, type Wanted } from '../detect/fleet/gather.ts';
import { mergedWeights } from '../detect/fleet/merge.ts';
import { binOf, clockGrid, countBins, QuietClock } from '../detect/fleet/quiet-clock.ts';
import { type Suspects, suspectsOf } from '../detect/fleet/suspects.ts';
import type { ShareWeights } from '../detect/fleet/weigh.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS, type Detection, type DetectOptions } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import type { Board } from './board.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { appendFrame, type Frame } from './frame.ts';
import { packed } from './parcel.ts';
import { tableOfRows } from './table-of-rows.ts';
import {
  CLOCK,
  FACTS,
  fewerThan,
  read,
  resultName,
  type ShareVisits,
  type Stage,
  stageName,
} from './tasks.ts';
import { QUIET_WORKER, type WorkerEffects, workOn } from './worker.ts';

export interface FleetOptions {
  readonly detect: DetectOptions;
  /** Into how many shares sources and names are dealt; null: by the number of attempts. */
  readonly sourceShares: number | null;
  readonly nameShares: number | null;
  /**
   * A fleet with so many quiet visits at most is one log to a single process, and is looked at as one. More than a million
   * would take it half a minute; below, both ways find the same (tests), but one log's also knows loud groups and slow clocks.
   */
  readonly smallVisits: number;
  /** Visits of suspect names that are gathered, and of the sample beside them. */
  readonly suspectVisits: number;
  readonly sampleVisits: number;
}

export const DEFAULT_FLEET_OPTIONS: FleetOptions = {
  detect: DEFAULT_DETECT_OPTIONS,
  sourceShares: null,
  nameShares: null,
  smallVisits: 50_000,
  // the fit of a table of that size takes half a minute; at 150,000 a list of 2,000 names among 100 million attempts is cut
  suspectVisits: 400_000,
  sampleVisits: 50_000,
};

/** Attempts of one share: a table of half a million rows is 20 MB, and its sources' classification a second. */
const SHARE_ATTEMPTS = 500_000;
/** Of a share of the names four times as many: nine of ten attempts are no quiet visits. */
const NAME_SHARE_ATTEMPTS = 2_000_000;

export interface FleetDetection {
  /** The attempts that were looked at closely; {@link detection} speaks of its rows and sources. */
  readonly table: AttemptTable;
  readonly detection: Detection;
  /** Of the whole fleet. */
  readonly attempts: number;
  readonly failures: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly sources: number;
  readonly quietVisits: number;
  readonly quietSources: number;
  readonly loudSources: number;
  readonly people: number;
  /** What chance and the whole fleet's surprises say; null where the fleet was looked at as one log. */
  readonly suspects: Suspects | null;
}

export async function detectFleet(
  attempts: FleetAttempts,
  board: Board,
  options: FleetOptions = DEFAULT_FLEET_OPTIONS,
  effects: WorkerEffects = QUIET_WORKER,
): Promise<FleetDetection> {
  const count = await attempts.count();
  const base: Omit<Stage, 'kind' | 'tasks'> = {
    sourceShares: attempts.shares ?? options.sourceShares ?? Math.max(4, Math.ceil(count / SHARE_ATTEMPTS)),
    nameShares: options.nameShares ?? Math.max(4, Math.ceil(count / NAME_SHARE_ATTEMPTS)),
    options: options.detect,
    grid: null,
    wanted: null,
  };
  let index = 0;
  const done = async (stage: Stage): Promise<number> => {
    const at = index++;
    await board.put(stageName(at), packed(stage));
    await workOn(attempts, board, at, stage, 'coordinator', effects);
    return at;
  };
  const run = async <T>(stage: Stage): Promise<readonly T[]> => {
    const at = await done(stage);
    const results: T[] = [];
    for (let task = 0; task < stage.tasks; task++) results.push(await read<T>(board, resultName(at, task)));
    return results;
  };

  const facts = sumOfFacts(await run<ShareFacts>({ ...base, kind: 'facts', tasks: base.sourceShares }));
  if (facts.attempts !== count) throw fewerThan(count, facts.attempts);
  await board.put(FACTS, packed(facts));
  const grid = facts.attempts === 0 ? clockGrid(0, 0) : clockGrid(facts.first, facts.last);

  const counts = new Uint32Array(binOf(grid, grid.last) + 1);
  const visitors = { sources: 0, quietSources: 0, loudSources: 0, people: 0 };
  const atVisits = await done({ ...base, kind: 'visits', tasks: base.sourceShares, grid });
  for (let task = 0; task < base.sourceShares; task++) {
    // one share at a time: the visits of a hundred million attempts are 70 MB of bins
    const share = await read<ShareVisits>(board, resultName(atVisits, task));
    countBins(counts, share.bins);
    visitors.sources += share.sources;
    visitors.quietSources += share.quietSources;
    visitors.loudSources += share.loudSources;
    visitors.people += share.people;
  }
  await board.put(CLOCK, packed(counts));
  const clock = new QuietClock(grid, counts);

  let suspects: Suspects | null = null;
  let wanted: Wanted = { names: null, sample: 1 };
  if (clock.ticks > options.smallVisits) {
    const weights = mergedWeights(
      await run<ShareWeights>({ ...base, kind: 'weigh', tasks: base.nameShares, grid }),
    );
    suspects = suspectsOf(weights, clock.ticks, options.detect.falseCampaigns, options.suspectVisits);
    wanted = { names: suspects.names, sample: Math.min(1, options.sampleVisits / clock.ticks) };
  }
  const frames = await run<readonly Frame[]>({
    ...base,
    kind: 'gather',
    tasks: base.sourceShares,
    wanted,
  });
  await board.put(stageName(index), packed({ ...base, kind: 'end', tasks: 0 }));

  const table = tableOf(frames.flat());
  return {
    table,
    detection:
      suspects === null
        ? detect(table, options.detect)
        : closely(table, clock, suspects, facts, options.detect, visitors.quietSources),
    attempts: facts.attempts,
    failures: facts.failures,
    firstSeen: facts.first,
    lastSeen: facts.last,
    quietVisits: clock.ticks,
    ...visitors,
    suspects,
  };
}

function closely(
  table: AttemptTable,
  clock: QuietClock,
  suspects: Suspects,
  facts: ShareFacts,
  options: DetectOptions,
  quietSources: number,
): Detection {
  const { campaigns } = lookClosely(table, clock, suspects, witnessesOf(table, facts), options);
  return {
    campaigns,
    // each sensor tells of these by itself
    loudSources: [],
    notices: [],
    quietFailures: clock.ticks,
    quietSources,
    peopleSources: [],
  };
}

function tableOf(frames: readonly Frame[]): AttemptTable {
  const builder = new AttemptTableBuilder();
  for (const frame of frames) appendFrame(builder, frame);
  const table = builder.finish();
  return tableOfRows(table, inOneOrder(table));
}
