// What it is worth that sensors know early: attempts of a campaign's sources that would have been stopped by blocks, if each sensor knew what its own
// log says, and if all knew what one detection over all logs says (as a collector tells it). Needs the built program.
//
//   node bench/fleet-early.mjs [--scenario twenty-sensors] [--seeds 1000,1001] [--seconds 1]
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const dist = resolve(import.meta.dirname, '../dist');
const { SCENARIOS } = await import(`${dist}/simulate/catalogue.js`);
const { simulateTable } = await import(`${dist}/simulate/simulate-table.js`);
const { createLive } = await import(`${dist}/detect/live/live.js`);

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'twenty-sensors' },
    seeds: { type: 'string', default: '1000,1001,1002' },
    seconds: { type: 'string', default: '1' },
  },
});
const delay = Number(values.seconds);

/** When each source was named, by the attempts of `rows`. */
function named(rows) {
  const live = createLive();
  const at = new Map();
  for (const row of rows)
    for (const event of live.push(row)) {
      if (event.kind === 'participant:named' && !at.has(event.source)) at.set(event.source, row.time);
      else if (event.kind === 'participant:released') at.delete(event.source);
    }
  return at;
}

const print = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
print([
  'seed',
  'sensors',
  'attempts of the campaign',
  'stopped: each sensor alone',
  'all by one detection',
  'before the first attempt there',
]);
print(['---', '---', '---', '---', '---', '---']);
for (const seed of values.seeds.split(',').map(Number)) {
  const { table, truth } = simulateTable(SCENARIOS[values.scenario](seed), seed);
  const guilty = new Set(truth.campaigns.flatMap(({ sources }) => sources));
  const rows = Array.from({ length: table.length }, (_, i) => ({
    time: table.time[i],
    source: table.sources[table.source[i]],
    user: table.user[i] === 0 ? null : table.users[table.user[i]],
    sensor: table.sensors[table.sensor[i]],
    success: table.outcome[i] === 1,
    known: table.account[i] === 0 ? null : table.account[i] === 2,
    method: null,
    service: 'sshd',
  }));
  const together = named(rows);
  const alone = new Map();
  for (const sensor of table.sensors) alone.set(sensor, named(rows.filter((row) => row.sensor === sensor)));
  const counts = { all: 0, alone: 0, together: 0, early: 0 };
  const visited = new Set();
  for (const { time, source, sensor } of rows) {
    if (!guilty.has(source)) continue;
    counts.all++;
    if ((alone.get(sensor).get(source) ?? Number.POSITIVE_INFINITY) < time) counts.alone++;
    const isKnown = (together.get(source) ?? Number.POSITIVE_INFINITY) + delay < time;
    if (isKnown) counts.together++;
    if (isKnown && !visited.has(`${source} ${sensor}`)) counts.early++;
    visited.add(`${source} ${sensor}`);
  }
  const share = (count) => `${count} (${((100 * count) / Math.max(1, counts.all)).toFixed(1)} %)`;
  print([
    seed,
    table.sensors.length,
    counts.all,
    share(counts.alone),
    share(counts.together),
    share(counts.early),
  ]);
}
