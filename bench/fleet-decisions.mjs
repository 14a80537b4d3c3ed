// From a decision at a collector to the last of so many sensors that wait for it, over HTTP on loopback: the collector's own code answers, clients
// of the sensor's own code ask. Needs the built program.
//
//   node bench/fleet-decisions.mjs [--sensors 1000] [--decisions 20]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const dist = resolve(import.meta.dirname, '../dist');
const { Decisions } = await import(`${dist}/collect/decisions.js`);
const { receiveLines } = await import(`${dist}/collect/receive.js`);
const { Heeding } = await import(`${dist}/collect/heeding.js`);

const { values } = parseArgs({
  options: { sensors: { type: 'string', default: '1000' }, decisions: { type: 'string', default: '20' } },
});
const sensors = Number(values.sensors);
const now = () => Date.now() / 1000;
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-decisions-'));
const decisions = new Decisions(now);
const follower = receiveLines(
  null,
  {
    host: '127.0.0.1',
    port: 0,
    certificate: null,
    key: null,
    clientCa: null,
    allow: [],
    linesPerSecond: null,
    spoolFolder: folder,
  },
  { now, onNotice: () => {} },
  { findToken: () => ({ name: 'all', scopes: ['feed'], made: 0, expires: null, hash: '' }), decisions },
);
const batches = follower.batches();
void batches.next();
while (follower.port === null) await sleep(10);

let expected = '';
let heard = 0;
let last = null;
const clients = Array.from({ length: sensors }, () => {
  const client = new Heeding(
    { url: `http://127.0.0.1:${follower.port}`, token: 'sb_x', ca: null },
    {
      now,
      trouble: () => {},
      failed: (error) => process.stderr.write(`${error}\n`),
      all: () => {},
      changed(add) {
        if (add.some(({ target }) => target === expected) && ++heard === sensors) last?.(performance.now());
      },
    },
  );
  client.start();
  return client;
});
await sleep(3000 + sensors);
const times = [];
for (let n = 1; n <= Number(values.decisions); n++) {
  expected = `203.0.113.${n}`;
  heard = 0;
  const began = performance.now();
  const done = new Promise((resolve) => {
    last = resolve;
  });
  const block = {
    id: n,
    target: expected,
    source: expected,
    reason: { kind: 'participant', campaign: 'c1', confidence: 0.99 },
    from: now(),
    until: now() + 3600,
    repetition: 0,
    weight: 0.99,
  };
  decisions.take({ kind: 'block:added', time: now(), block });
  times.push((await done) - began);
  await sleep(300);
}
times.sort((a, b) => a - b);
const ms = (value) => `${Math.round(value)} ms`;
process.stdout.write(
  `${sensors} sensors, ${times.length} decisions: the last of them knows after ${ms(times[Math.floor(times.length / 2)])} in the median, ${ms(times.at(-1))} at the most\n`,
);
for (const client of clients) await client.stop();
await follower.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
