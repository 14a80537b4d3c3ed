// How often each kind of evidence speaks, where it should and where it should not, for docs/evidence.md. Three tables:
//
//   founds    logs without a campaign: how many of them show one, by the evidence that founded it
//   supports  the attempts of strangers only (independent scanners, quiet ones), taken for a campaign as a whole: how often each
//             evidence that may only support one would be said of them, and with how many bits at most
//   is there  logs with campaigns: in how many of the true ones each kind is said, median of its bits
//
// Usage: npm run build && node bench/evidence.mjs [--seeds 10] [--first-seed 1000]
import { parseArgs } from 'node:util';
import { detect } from '../dist/detect/detect.js';
import { evidenceOf } from '../dist/detect/evidence.js';
import { classifyVisitors, rowsOf } from '../dist/detect/visitors.js';
import { DEFAULT_DETECT_OPTIONS } from '../dist/model/detection.js';
import { SCENARIO_GROUPS, SCENARIOS, WITHOUT_CAMPAIGN } from '../dist/simulate/catalogue.js';
import { simulateTable } from '../dist/simulate/simulate-table.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10' }, 'first-seed': { type: 'string', default: '1000' } },
});
const first = Number(values['first-seed']);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => first + i);
const FOUNDING = ['names-in-turn', 'rate-change', 'shared-list', 'one-clock', 'one-network', 'root-share'];
const SUPPORTING = ['order', 'pace', 'division-of-labour', 'across-sensors'];
const line = (...cells) =>
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(20) : String(cell).padStart(13))).join('')}\n`,
  );
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

// --- logs without a campaign
const founded = new Map(FOUNDING.map((kind) => [kind, 0]));
let logs = 0;
for (const name of WITHOUT_CAMPAIGN)
  for (const seed of seeds) {
    logs++;
    const { table } = simulateTable(SCENARIOS[name](seed), seed);
    for (const { evidence } of detect(table).campaigns) {
      const by = evidence.find(({ kind }) => FOUNDING.includes(kind))?.kind;
      if (by !== undefined) founded.set(by, founded.get(by) + 1);
    }
  }
line(`founds, ${logs} logs`, 'campaigns');
for (const [kind, count] of founded) line(kind, count);

// --- strangers, taken for a campaign: the middle half of the log, and of several sensors where it has them
const supports = new Map(SUPPORTING.map((kind) => [kind, []]));
let crowds = 0;
for (const name of ['independent-scanners', 'public-list', 'worm', 'owner-scanner'])
  for (const seed of seeds) {
    const { table } = simulateTable(SCENARIOS[name](seed), seed);
    const visitors = classifyVisitors(table, DEFAULT_DETECT_OPTIONS);
    const from = table.time[Math.floor(table.length / 4)];
    const to = table.time[Math.floor((3 * table.length) / 4)];
    const rows = [];
    for (let s = 0; s < table.sources.length; s++)
      if (visitors.kind[s] === 'quiet')
        for (const row of rowsOf(visitors, s))
          if (table.time[row] >= from && table.time[row] < to) rows.push(row);
    if (rows.length < 30) continue;
    crowds++;
    const nothing = { evidence: [], turnBits: 0, onset: null };
    for (const { kind, bits } of evidenceOf(
      table,
      visitors,
      nothing,
      Uint32Array.from(rows.toSorted((a, b) => a - b)),
    ))
      supports.get(kind)?.push(bits);
  }
process.stdout.write('\n');
line(`supports, ${crowds} crowds`, 'said of', 'bits at most');
for (const [kind, bits] of supports)
  line(kind, bits.length, bits.length === 0 ? '-' : Math.max(...bits).toFixed(1));

// --- logs with campaigns: one seed of each scenario in ten
const there = new Map([...FOUNDING, ...SUPPORTING].map((kind) => [kind, []]));
let campaigns = 0;
const withCampaign = ['campaigns', 'other-shapes', 'waves', 'slow-corner', 'separation'].flatMap(
  (group) => SCENARIO_GROUPS[group],
);
for (const name of withCampaign)
  for (const seed of seeds.slice(0, Math.max(1, seeds.length / 10))) {
    const { table } = simulateTable(SCENARIOS[name](seed), seed);
    for (const { evidence } of detect(table).campaigns) {
      campaigns++;
      for (const { kind, bits } of evidence) there.get(kind).push(bits);
    }
  }
process.stdout.write('\n');
line(`is there, ${campaigns} campaigns`, 'said of', 'median bits');
for (const [kind, bits] of there) line(kind, bits.length, median(bits).toFixed(0));
