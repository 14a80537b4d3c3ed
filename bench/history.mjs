// A year of a busy site in a history: made once, then asked by a process of its own. Needs the built program.
//
//   node bench/history.mjs [--engine duckdb|sqlite|file] [--days 365] [--folder DIR] [--commit 5000] [--ask]
//
// 100,000 attempts a day: nine in ten from some forty loud sources, 10,000 from 2,000 quiet ones; 200,000 sources in all; half of
// the attempts on twenty names, the others on 300,000; a campaign of 1,500 sources in the fourth month; 100 logins a day.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'duckdb' },
    days: { type: 'string', default: '365' },
    folder: { type: 'string' },
    commit: { type: 'string', default: '5000' },
    ask: { type: 'boolean', default: false },
  },
});
const opener = resolve(import.meta.dirname, '../dist/store/history/open.js');
if (!existsSync(opener)) throw new Error('npm run build first');
const { openHistory } = await import(pathToFileURL(opener).href);

const DAY = 86_400;
const START = 1_750_000_000;
const A_DAY = 100_000;
const QUIET = 198_000;
const days = Number(values.days);

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Addresses of a made-up internet: sources of the same number are the same address for ever. */
function address(number) {
  const mixed = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return `${1 + ((mixed >>> 24) % 223)}.${(mixed >>> 16) & 255}.${(mixed >>> 8) & 255}.${mixed & 255}`;
}

const COMMON = [
  'root',
  'admin',
  'test',
  'user',
  'ubuntu',
  'oracle',
  'postgres',
  'pi',
  'git',
  'guest',
  'ftpuser',
  'deploy',
  'mysql',
  'www',
  'hadoop',
  'jenkins',
  'support',
  'nagios',
  'backup',
  'dev',
];

function* attemptsOfDay(day, chance) {
  const loud = Array.from({ length: 40 }, () => QUIET + Math.floor(chance() * 2000));
  const quiet = Array.from({ length: 2000 }, () => Math.floor(chance() * QUIET));
  const inCampaign = day >= 100 && day < 130;
  for (let i = 0; i < A_DAY; i++) {
    const time = START + day * DAY + Math.floor((i / A_DAY) * DAY);
    const kind = chance();
    if (kind < 0.001) {
      const person = Math.floor(chance() * 300);
      yield {
        time,
        source: `10.0.${person >> 8}.${person & 255}`,
        user: `person${person}`,
        success: true,
        known: true,
        sensor: person % 20,
      };
      continue;
    }
    const number =
      inCampaign && kind < 0.006
        ? QUIET + 2000 + Math.floor(chance() * 1500)
        : kind < 0.1
          ? quiet[Math.floor(chance() * 2000)]
          : loud[(i + Math.floor(chance() * 8)) % 40];
    const user =
      chance() < 0.5 ? COMMON[Math.floor(chance() * 20)] : `user${Math.floor(chance() ** 3 * 300_000)}`;
    yield {
      time,
      source: address(number),
      user,
      success: false,
      known: user === 'root',
      sensor: Math.floor(chance() * 20),
    };
  }
}

function campaignEvents(day, seq) {
  const time = START + day * DAY;
  if (day === 100)
    return [
      {
        kind: 'campaign:opened',
        time,
        campaign: 'c1',
        by: 'names-in-turn',
        bits: 30,
        attempts: 1500,
        firstSeen: time,
      },
      ...Array.from({ length: 1500 }, (_, i) => ({
        kind: 'participant:named',
        time,
        campaign: 'c1',
        source: address(QUIET + 2000 + i),
        confidence: 0.99,
        firstSeen: time,
        attempts: 1,
      })),
    ].map((event, nth) => ({ seq, nth, event }));
  if (day === 133)
    return [
      {
        seq,
        nth: 0,
        event: {
          kind: 'campaign:ended',
          time,
          campaign: 'c1',
          lastSeen: START + 130 * DAY,
          attempts: 15_000,
          participants: 1500,
        },
      },
    ];
  return [];
}

async function make(folder) {
  const history = await openHistory({ folder, engine: values.engine });
  const size = Number(values.commit);
  let seq = await history.lastSeq();
  const first = Math.floor(seq / A_DAY);
  let rss = 0;
  const began = performance.now();
  const cpu = process.cpuUsage();
  for (let day = first; day < days; day++) {
    const chance = random(day + 1);
    let attempts = [];
    let events = null;
    const flush = async () => {
      events ??= campaignEvents(day, attempts.at(-1).seq);
      await history.commit({ attempts, amended: [], events, blocks: [], states: { position: String(seq) } });
      events = [];
      attempts = [];
      rss = Math.max(rss, process.memoryUsage.rss());
    };
    for (const { sensor, ...one } of attemptsOfDay(day, chance)) {
      seq++;
      const host = `host${sensor}.example`;
      attempts.push({
        seq,
        ...one,
        sensor: host,
        service: 'sshd',
        method: 'password',
        name: { input: '/var/log/auth.log', line: seq * 2, nth: 0 },
        text: `${new Date(one.time * 1000).toISOString().slice(0, 19)} ${host} sshd[${seq % 32_768}]: ${one.success ? 'Accepted' : 'Failed'} password for ${one.known ? '' : 'invalid user '}${one.user} from ${one.source} port ${1024 + (seq % 60_000)} ssh2`,
      });
      if (attempts.length === size) await flush();
    }
    if (attempts.length > 0) await flush();
    if (day % 30 === 29 || day === days - 1) {
      const { bytes } = await history.size();
      const rows = seq - first * A_DAY;
      const used = process.cpuUsage(cpu);
      console.log(
        `day ${day + 1}: ${seq} attempts, ${(bytes / 1e6).toFixed(0)} MB, ${Math.round((rows / (performance.now() - began)) * 1000)} a second,` +
          ` ${((used.user + used.system) / rows).toFixed(1)} µs of processor each, ${(rss / 1e6).toFixed(0)} MB resident at most`,
      );
    }
  }
  await history.close();
}

async function ask(folder) {
  const base = process.memoryUsage.rss();
  let began = performance.now();
  const history = await openHistory({ folder, engine: values.engine });
  console.log(`open: ${Math.round(performance.now() - began)} ms`);
  const size = await history.size();
  console.log(
    `${size.attempts} attempts, ${size.sources} sources, ${(size.bytes / 1e6).toFixed(0)} MB (${(size.freeBytes / 1e6).toFixed(0)} free)`,
  );
  const last = START + days * DAY;
  const list = async (query) => {
    let count = 0;
    for await (const _ of history.attempts(query)) count++;
    return count;
  };
  const quiet = address(77_777);
  const questions = {
    'one source: what is known of it': async () => ((await history.source(quiet)) === null ? 0 : 1),
    'one quiet source: its attempts': () => list({ source: quiet }),
    'one loud source: 1,000 attempts': () => list({ source: address(QUIET + 7), limit: 1000 }),
    'one user: its attempts': () => list({ user: 'user12345' }),
    'root: the last 1,000 attempts': () => list({ user: 'root', newestFirst: true, limit: 1000 }),
    'root: sources, the busiest 50': async () => (await history.sources({ user: 'root', limit: 50 })).length,
    'a campaign of 1,500 sources': async () =>
      (await history.campaigns({ id: 'c1' }))[0]?.participants.length,
    'a campaign: its attempts': async () => (await history.countAttempts({ campaign: 'c1' })).failures,
    'a campaign: 1,000 attempts': () => list({ campaign: 'c1', limit: 1000 }),
    'a network /16: its attempts': () => list({ network: '77.0.0.0/16' }),
    'a network /8: sources, the busiest 50': async () =>
      (await history.sources({ network: '77.0.0.0/8', limit: 50 })).length,
    'a day: counts': async () =>
      (await history.countAttempts({ since: last - 100 * DAY, until: last - 99 * DAY })).failures,
    'a day: all sources': async () =>
      (await history.sources({ since: last - 100 * DAY, until: last - 99 * DAY })).length,
    'a day: user names, the busiest 50': async () =>
      (await history.users({ since: last - 2 * DAY, until: last - DAY, limit: 50 })).length,
    'all: counts': async () => (await history.countAttempts({})).failures,
    'all: successes': () => list({ outcome: 'success', newestFirst: true, limit: 1000 }),
    'all: sources, the busiest 50': async () => (await history.sources({ limit: 50 })).length,
    'all: user names, the busiest 50': async () => (await history.users({ limit: 50 })).length,
    'the last 50,000 attempts (a restart)': () => list({ after: days * A_DAY - 50_000 }),
    'names after a position (a restart)': async () =>
      (await history.names('/var/log/auth.log', (days * A_DAY - 50_000) * 2)).length,
  };
  for (const [name, question] of Object.entries(questions)) {
    const cpu = process.cpuUsage();
    began = performance.now();
    const answer = await question();
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    console.log(
      `${name}: ${Math.round(ms)} ms (${Math.round((user + system) / 1000)} of processor), ${answer}`,
    );
  }
  console.log(
    `resident: ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB, of it ${((process.memoryUsage.rss() - base) / 1e6).toFixed(0)} since the start`,
  );
  const status = existsSync('/proc/self/status')
    ? /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    : null;
  if (status !== null) console.log(`resident at most: ${(Number(status[1]) / 1024).toFixed(0)} MB`);
  await history.close();
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'slowbrute-bench-history-'));
if (values.ask) await ask(folder);
else {
  await make(folder);
  const self = fileURLToPath(import.meta.url);
  const rest = ['--engine', values.engine, '--days', values.days, '--folder', folder, '--ask'];
  process.exitCode = spawnSync(process.execPath, [self, ...rest], { stdio: 'inherit' }).status ?? 1;
  if (values.folder === undefined) console.log(`it is in ${folder}`);
}
