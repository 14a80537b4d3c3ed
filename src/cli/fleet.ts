/**
 * `slowbrute fleet`: campaigns that no single sensor sees, found in the attempts of all of them. `detect` finds and reports;
 * `worker` helps a detection that runs somewhere else, and may come and go.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../explain/report.ts';
import type { Report } from '../explain/schema.ts';
import { DEFAULT_FLEET_OPTIONS, detectFleet, type FleetDetection } from '../fleet/coordinate.ts';
import { type FleetPlace, openPlace } from '../fleet/place.ts';
import { WorkerThreads } from '../fleet/threads.ts';
import { QUIET_WORKER, work } from '../fleet/worker.ts';
import { Trouble } from '../model/error.ts';
import { renderJson } from '../show/json.ts';
import { renderText } from '../show/text.ts';
import { isClickHouseUrl } from '../store/history/clickhouse/url.ts';
import type { CommandEffects } from './effects.ts';
import { terminalProgress } from './progress.ts';
import { WIDEST } from './scan.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface FleetCommandOptions {
  /** A folder with attempts dealt by source, or the URL of a store. */
  readonly from: string;
  /** A folder that all workers see; left out: one of its own, which nobody else joins. */
  readonly board?: string | undefined;
  /** Threads of this process, itself among them. */
  readonly workers?: number | undefined;
  readonly format?: 'text' | 'json' | undefined;
  readonly all?: boolean | undefined;
}

const STAGES = {
  facts: 'who logs in where',
  visits: 'who is quiet',
  weigh: 'which names come in turn',
  gather: 'what the suspects did',
  end: '',
};

export async function fleetDetect(options: FleetCommandOptions, effects: CommandEffects): Promise<number> {
  const isStore = isClickHouseUrl(options.from);
  const own =
    options.board === undefined && !isStore ? mkdtempSync(join(tmpdir(), 'slowbrute-fleet-')) : null;
  const run = options.board ?? own ?? randomBytes(6).toString('hex');
  const place: FleetPlace = { from: options.from, board: run };
  if (isStore && options.board === undefined)
    effects.stderr.write(`slowbrute: workers may join with --board ${run}\n`);
  const progress = terminalProgress(effects);
  const opened = await openPlace(place);
  const threads = new WorkerThreads(place, workersOf(options) - 1);
  try {
    const found = await detectFleet(opened.attempts, opened.board, DEFAULT_FLEET_OPTIONS, {
      ...QUIET_WORKER,
      done: (stage) => progress.say(STAGES[stage.kind]),
    });
    progress.erase();
    if (threads.failure !== null)
      effects.stderr.write('slowbrute: a worker died; the others did its share\n');
    print(found, options, effects);
    return 0;
  } finally {
    progress.erase();
    await threads.stop();
    if (options.board === undefined) await opened.clear().catch(() => undefined);
    await opened.close();
    if (own !== null) rmSync(own, { recursive: true, force: true });
  }
}

/** Works for a detection that somebody else started on the same board, until its end. */
export async function fleetWorker(options: FleetCommandOptions, effects: CommandEffects): Promise<number> {
  if (options.board === undefined)
    throw new Trouble(
      'wrong-call',
      'a worker without a board has nothing to do',
      'Add --board, the one of fleet detect.',
    );
  const place: FleetPlace = { from: options.from, board: options.board };
  const opened = await openPlace(place);
  const threads = new WorkerThreads(place, workersOf(options) - 1);
  let tasks = 0;
  try {
    const owner = `${process.pid}-${Math.round(effects.now() * 1000)}`;
    await work(opened.attempts, opened.board, owner, { ...QUIET_WORKER, done: () => tasks++ });
  } finally {
    await threads.stop();
    await opened.close();
  }
  effects.stderr.write(`slowbrute: the detection is done, ${tasks} of its tasks here\n`);
  return 0;
}

function workersOf({ workers }: FleetCommandOptions): number {
  if (workers === undefined) return 1;
  if (workers >= 1 && workers <= 256) return workers;
  throw new Trouble(
    'wrong-call',
    `--workers ${workers}: no number of workers`,
    'Give 1 to 256, as many as processors are to spare.',
  );
}

/** The report of what was looked at, with the totals of the whole fleet. */
function reportOf(found: FleetDetection): Report & { readonly fleet: Record<string, number> } {
  const { table, detection } = found;
  const report = buildReport(
    {
      table,
      input: {
        paths: [],
        bytes: 0,
        lines: 0,
        unreadLines: 0,
        unreadSamples: [],
      },
    },
    detection,
  );
  return {
    ...report,
    input: {
      ...report.input,
      attempts: found.attempts,
      failures: found.failures,
      successes: found.attempts - found.failures,
      sources: found.sources,
    },
    fleet: {
      attempts: found.attempts,
      quietVisits: found.quietVisits,
      quietSources: found.quietSources,
      loudSources: found.loudSources,
      people: found.people,
      attemptsLookedAt: table.length,
    },
  };
}

function print(found: FleetDetection, options: FleetCommandOptions, effects: CommandEffects): void {
  const report = reportOf(found);
  if (options.format === 'json') {
    effects.stdout.write(renderJson(report));
    return;
  }
  effects.stdout.write(
    renderText(report, {
      width: Math.min(effects.stdout.columns ?? 80, WIDEST),
      colour: wantsColour(effects.stdout, effects.environment),
      unicode: hasUnicode(effects.environment),
      all: options.all ?? false,
    }),
  );
}
