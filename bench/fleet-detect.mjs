// Detection over a fleet, measured: a month of 1,000 sensors with five campaigns hidden in it, two to three attempts of each
// on a sensor (src/simulate/fleet-log.ts), in 1, 10 or 100 million attempts, by 1, 2 or 4 workers. Prints a row for each:
// precision and recall of sources, processor seconds, wall seconds, memory. Needs `npm run build`.
//
//   node bench/fleet-detect.mjs --attempts 1m,10m --workers 1,2,4 --seeds 1000,1001 --folder /somewhere [--sensors 20]
//
// --workers 0 writes the attempts only, for a measurement in a process of its own: what writes them takes memory, too.
// --sensors N: also looks at N single sensors, each by itself, as `scan` would. Seeds below 1000 are for tuning.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { detect } from '../dist/detect/detect.js';
import { DEFAULT_FLEET_OPTIONS, detectFleet } from '../dist/fleet/coordinate.js';
import { openPlace } from '../dist/fleet/place.js';
import { SpoolWriter } from '../dist/fleet/spool.js';
import { WorkerThreads } from '../dist/fleet/threads.js';
import { AttemptTableBuilder } from '../dist/model/table.js';
import { fleetLog, sensorName } from '../dist/simulate/fleet-log.js';

const { values } = parseArgs({
  options: {
    attempts: { type: 'string', default: '1m' },
    workers: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    folder: { type: 'string' },
    sensors: { type: 'string', default: '0' },
    fleet: { type: 'string', default: '1000' },
  },
});
const numberOf = (text) => Number(text.replace(/m$/, '')) * (text.endsWith('m') ? 1e6 : 1);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'fleet-detect-'));
const days = 30;

for (const attempts of values.attempts.split(',').map(numberOf)) {
  for (const seed of values.seeds.split(',').map(Number)) {
    const { place, truth, single } = spooled(attempts, seed);
    for (const workers of values.workers.split(',').map(Number))
      if (workers > 0) await measure(place, truth, attempts, seed, workers);
    await alone(single, seed);
  }
}
if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });

/** Written once for each size and seed; what single sensors saw is kept beside it. */
function spooled(attempts, seed) {
  const place = join(folder, `${attempts}-${seed}`);
  const told = join(place, 'truth.json');
  const watched = new Map(
    Array.from({ length: Number(values.sensors) }, (_, i) => [sensorName(i), new AttemptTableBuilder()]),
  );
  if (!existsSync(told) || watched.size > 0) {
    mkdirSync(place, { recursive: true });
    const spool = new SpoolWriter(place, Math.max(4, Math.ceil(attempts / 500_000)));
    const truth = fleetLog({ attempts, sensors: Number(values.fleet), days }, seed, (row) => {
      spool.add(row);
      watched.get(row.sensor)?.append(row);
    });
    spool.close();
    writeFileSync(told, JSON.stringify(truth));
  }
  return { place, truth: JSON.parse(readFileSync(told, 'utf8')), single: watched };
}

async function measure(from, truth, attempts, seed, workers) {
  const board = mkdtempSync(join(tmpdir(), 'fleet-board-'));
  const place = { from, board };
  const opened = await openPlace(place);
  const threads = new WorkerThreads(place, workers - 1);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const stages = {};
  const found = await detectFleet(opened.attempts, opened.board, DEFAULT_FLEET_OPTIONS, {
    done: ({ kind }) => {
      stages[kind] = Math.round((performance.now() - started) / 100) / 10;
    },
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  const used = process.cpuUsage(cpu);
  await threads.stop();
  rmSync(board, { recursive: true, force: true });
  const campaignOf = new Map(truth.flatMap((c) => c.sources.map((source) => [source, c.name])));
  const parts = found.detection.campaigns.map((campaign) => {
    const by = {};
    for (const p of campaign.participants) {
      const name = campaignOf.get(found.table.sources[p.source]) ?? 'nobody';
      by[name] = (by[name] ?? 0) + 1;
    }
    return by;
  });
  const sum = (of) => parts.reduce((n, part) => n + of(part), 0);
  const named = sum((part) => Object.values(part).reduce((a, b) => a + b, 0));
  const right = named - sum((part) => part.nobody ?? 0);
  print({
    attempts,
    seed,
    workers,
    precision: ratio(right, named),
    recall: ratio(right, campaignOf.size),
    campaigns: parts,
    quietVisits: found.quietVisits,
    lookedAt: found.table.length,
    processorSeconds: round((used.user + used.system) / 1e6),
    wallSeconds: round((performance.now() - started) / 1000),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    stages,
    processors: cpus().length,
  });
}

/** Each sensor by itself. */
async function alone(sensors, seed) {
  if (sensors.size === 0) return;
  let attempts = 0;
  let campaigns = 0;
  for (const builder of sensors.values()) {
    const table = builder.finish();
    attempts += table.length;
    campaigns += detect(table).campaigns.length;
  }
  print({ seed, singleSensors: sensors.size, attempts, campaignsFound: campaigns });
}

function ratio(part, whole) {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

function round(x) {
  return Math.round(x * 10) / 10;
}

function print(row) {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}
