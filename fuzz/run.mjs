// `npm run fuzz -- [--lines 10m] [--minutes 5] [--seed N]`: holds the byte machine and the readable path against each
// other on generated logs (fuzz/lines.mjs), and the readable path against what each line was made of: source, port and
// outcome of a rendered message stay, or it is not read. Guided by what lines are like: one that is read by another form,
// for another reason, or by another path than all before it is kept, and later lines are made from it. `--keep` writes
// what was kept to fuzz/corpus/lines.txt, which the tests read. Ends with status 1 and the smallest log that shows it
// when the paths differ, at a crash, and where a long line takes more than its share of time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeLines, mutated, rendered, seeded } from './lines.mjs';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200k' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const amount = /^(\d+)([km]?)$/.exec(values.lines);
if (amount === null || !/^\d+$/.test(values.seed) || !(Number(values.minutes) > 0)) {
  process.stderr.write('--lines is a number, with k or m: 200k, 10m; --seed and --minutes are numbers\n');
  process.exit(2);
}
const most = Number(amount[1]) * { '': 1, k: 1e3, m: 1e6 }[amount[2]];
const root = resolve(import.meta.dirname, '..');
if (!existsSync(resolve(root, 'dist/parse/fast/machine.wasm'))) {
  process.stderr.write('dist/ is not built: npm run build\n');
  process.exit(1);
}
const { parseFast, parseReadable } = await import('../dist/parse/fast/both.js');
const { readMessage } = await import('../dist/parse/message.js');
const { sourceOf } = await import('../dist/parse/source.js');
const { shipped } = await import('../dist/parse/services.js');
const { byteMachine } = await import('../dist/store/byte-machine.js');

const LOG_LINES = 2_000;
/** Beyond this a kept line is no example but a burden. */
const LONGEST_KEPT = 400;
const MOST_KEPT = 600;
const module = byteMachine();
const forms = shipped().sshd.forms;
const templates = forms.map((form) => form.template);
const kept = resolve(root, 'fuzz/corpus/lines.txt');
const corpus = readFileSync(kept, 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const seen = new Set();
const started = Date.now();
const counts = { lines: 0, left: 0, kept: 0, messages: 0, slowest: 0 };

/** What makes a line unlike another: form, what it tells, which fields it has, and whether the machine was sure. */
function likeness(line) {
  const bytes = Buffer.from(`${line}\n`.repeat(4));
  const { left } = parseFast(bytes, { module });
  const message = line.slice(line.indexOf(']: ') + 3);
  const reading = readMessage(message);
  if (typeof reading === 'string') return `${reading} ${message.slice(0, 12)} ${left}`;
  const fields = ['user', 'source', 'port', 'method', 'known', 'module'].filter(
    (name) => reading[name] !== null,
  );
  return `${reading.form.id} ${fields.join(',')} ${reading.source?.isAddress} ${reading.count > 1} ${left}`;
}

function figure({ table, counts: told }) {
  const columns = ['time', 'source', 'user', 'sensor', 'outcome', 'account', 'method', 'service'];
  return JSON.stringify([
    told,
    ...columns.map((name) => [...table[name]]),
    table.sources,
    table.users,
    table.sensors,
  ]);
}

function differ(lines, options) {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return figure(parseFast(bytes, { ...options, module })) !== figure(parseReadable(bytes, options));
}

/** The fewest lines that still differ. */
function smallest(lines, options) {
  let some = lines;
  for (let size = some.length >> 1; size >= 1; size >>= 1) {
    for (let i = 0; i + size <= some.length; ) {
      const less = [...some.slice(0, i), ...some.slice(i + size)];
      if (differ(less, options)) some = less;
      else i += size;
    }
  }
  return some;
}

function fail(what, lines, options) {
  process.stdout.write(`${what}\n${JSON.stringify(options)}\n`);
  for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exit(1);
}

/** Messages of forms that name a source, with hostile names around a known one. */
function wrongSources(below) {
  const told = forms.filter((form) => form.tells !== 'nothing' && /<(?:source|address)>/.test(form.template));
  for (let n = 0; n < 400; n++) {
    const form = told[below(told.length)];
    const parts = form.template.split(/<(?:source|address)>/);
    if (parts.length !== 2) continue;
    const message = `${rendered(parts[0], below, true)}192.0.2.77${rendered(parts[1], below, true)}`;
    counts.messages++;
    const reading = readMessage(message);
    if (typeof reading === 'string' || reading.tells === 'nothing') continue;
    if (reading.source !== null && reading.source.text !== sourceOf('192.0.2.77').text) {
      // a choice of the template may hold the true source, and another one have been made
      if (!message.includes('192.0.2.77') || reading.form.tells === 'context') continue;
      fail(`wrong source ${reading.source.text} by ${reading.form.id}`, [message], {});
    }
  }
}

/** A line of 200 kB of one piece again and again takes no longer than its share. */
function quadratic(below) {
  const line = `Mar 14 15:00:26 host sshd[5]: ${mutated(rendered(templates[below(templates.length)], below), below)}`;
  const piece = line.slice(below(line.length), line.length) || 'x';
  const long = line + piece.repeat(Math.ceil(200_000 / piece.length));
  const before = process.cpuUsage();
  parseFast(Buffer.from(`${long}\n`), { module });
  const { user } = process.cpuUsage(before);
  counts.slowest = Math.max(counts.slowest, user / 1e6);
  if (user > 20e6) fail(`a line of 200 kB took ${user / 1e6} s`, [line, piece], {});
}

for (let seed = Number(values.seed); counts.lines < most; seed++) {
  if (Date.now() - started > Number(values.minutes) * 60_000) break;
  const below = seeded(seed * 7 + 3);
  const options = {
    timezone: ['UTC', 'Europe/Oslo', '-03:30'][seed % 3],
    year: seed % 5 === 0 ? 2025 : null,
  };
  const lines = makeLines(seed, LOG_LINES, templates, corpus);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  let fast;
  try {
    fast = parseFast(bytes, { ...options, module });
    if (figure(fast) !== figure(parseReadable(bytes, options)))
      fail(`the paths differ, seed ${seed}`, smallest(lines, options), options);
  } catch (error) {
    fail(`seed ${seed}: ${error.stack}`, [], options);
  }
  counts.lines += fast.counts.lines;
  counts.left += fast.left;
  wrongSources(below);
  if (seed % 20 === 0) quadratic(below);
  for (let n = 0; n < 40 && corpus.length < MOST_KEPT; n++) {
    const line = lines[below(lines.length)];
    if (line.length > LONGEST_KEPT || line.includes('\r')) continue;
    const like = likeness(line);
    if (seen.has(like)) continue;
    seen.add(like);
    corpus.push(line);
    counts.kept++;
  }
  if (seed % 100 === 0)
    process.stderr.write(`${counts.lines} lines, ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}
if (values.keep) writeFileSync(kept, `${corpus.join('\n')}\n`);
process.stdout.write(
  `${counts.lines} lines, ${((100 * counts.left) / counts.lines).toFixed(1)} % of them left to the readable path: no difference; ` +
    `${counts.messages} messages with hostile names: no wrong source; 200 kB in one line: at most ${counts.slowest.toFixed(2)} s; ` +
    `${counts.kept} kinds of lines met, ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
);
