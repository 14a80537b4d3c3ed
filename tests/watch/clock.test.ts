/**
 * The clock of the machine jumps by days while the log's own stamps go on: a daemon in this process, whose clock is handed in. Blocks
 * end by the machine's clock, nobody is kept out for longer than a policy says, nothing is lost, and what is done every few
 * seconds goes on being done.
 */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../src/config/configuration-file.ts';
import { watchOptions } from '../../src/config/watch-options.ts';
import type { Happening } from '../../src/daemon/happening.ts';
import { createMetrics } from '../../src/daemon/metrics.ts';
import { Watch } from '../../src/daemon/watch.ts';
import { realReadEffects } from '../../src/read/effects.ts';
import { accepted, failed, until } from './daemon.ts';

const DAY = 86_400;
const THEN = Math.floor(Date.UTC(2026, 10, 22, 12) / 1000);
/** A loud source is kept out so long. */
const HOURS = 24;

let place: string;
let log: string;
let clock: number;
let watch: Watch;
let running: Promise<void>;
let told: Happening[];

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'slowbrute-clock-'));
  log = join(place, 'auth.log');
  writeFileSync(log, '');
  clock = THEN;
  told = [];
  const text = `timezone = "UTC"\n[[input]]\nfile = "${log}"\n[block.loud]\nblock = true\nhours = ${HOURS}\n`;
  const read = realReadEffects();
  const places = { stateFolder: join(place, 'state'), socket: join(place, 'socket') };
  const options = watchOptions(checkConfiguration(text, 'test'), places, {
    version: '0',
    inputs: null,
    dryRun: true,
    once: false,
    begin: 'oldest',
    engine: 'file',
    machineZone: 'UTC',
    read,
    environment: {},
  });
  watch = await Watch.start(options, createMetrics(), {
    get stdin() {
      return read.stdin;
    },
    logFolder: read.logFolder,
    journal: read.journal,
    programPath: read.programPath,
    now: () => clock,
    machine: {
      environment: {},
      interfaceAddresses: () => [],
      readText: () => '',
      run: () => Promise.resolve({ status: 0, stdout: '', stderr: '', trouble: null }),
    },
    tell: (happening) => void told.push(happening),
  });
  running = watch.run();
  await watch.second();
});

afterEach(async () => {
  await watch.stop('the test is over');
  await running;
  rmSync(place, { recursive: true });
});

const guesses = (source: string, time: number): string =>
  Array.from({ length: 5 }, (_, i) => failed(time - 50 + i * 10, source, `u${i}`)).join('');
const targets = (): readonly string[] => watch.blocking.standing().map(({ target }) => target);
let lines = 0;
/** Writes to the log, and waits until it was judged and kept. */
async function write(text: string): Promise<void> {
  lines += text.split('\n').length - 1;
  appendFileSync(log, text);
  await until('the lines', async () => {
    const [input] = (await watch.status()).inputs;
    return input?.lines === lines && (await watch.status()).history.attempts === lines;
  });
}
beforeEach(() => {
  lines = 0;
});

describe('a clock that jumps', () => {
  it('forward by three days ends what should have ended, and old lines keep nobody out', async () => {
    await write(guesses('203.0.113.9', THEN));
    expect(targets()).toEqual(['203.0.113.9']);
    clock = THEN + 3 * DAY;
    await watch.second();
    expect(targets()).toEqual([]);
    await write(guesses('203.0.113.10', THEN + 60));
    expect(targets()).toEqual([]);
    // it was wrong, and is set right: what comes is judged as ever
    clock = THEN + 120;
    await watch.second();
    await write(guesses('203.0.113.11', THEN + 120));
    expect(targets()).toEqual(['203.0.113.11']);
  }, 30_000);

  it('back by five days keeps nobody out for longer than it should, and no person at all', async () => {
    await write(accepted(THEN - 600, '192.0.2.7', 'alice') + guesses('203.0.113.9', THEN));
    clock = THEN - 5 * DAY;
    await watch.second();
    // by this clock the lines are of the future
    await write(guesses('192.0.2.7', THEN + 60) + guesses('203.0.113.10', THEN + 60));
    expect(targets()).toEqual(['203.0.113.9', '203.0.113.10']);
    for (const { target, until: end } of watch.blocking.standing())
      if (target === '203.0.113.10') expect(end).toBeLessThanOrEqual(clock + HOURS * 3600);
    clock = THEN + 2 * DAY;
    await watch.second();
    expect(targets()).toEqual([]);
  }, 30_000);

  it('leaves what is done every few seconds as it is: new files, snapshots', async () => {
    clock = THEN - 30 * DAY;
    await watch.second();
    const before = told.filter(({ kind }) => kind === 'snapshot:written').length;
    await write(guesses('203.0.113.9', THEN));
    await until(
      'a snapshot',
      async () => {
        await watch.second();
        await sleep(100);
        return told.filter(({ kind }) => kind === 'snapshot:written').length > before;
      },
      10,
    ).catch(() => watch.snapshot());
    expect(told.filter(({ kind }) => kind === 'snapshot:written').length).toBeGreaterThan(before);
    expect(told.filter(({ kind }) => kind === 'daemon:troubled')).toEqual([]);
  }, 30_000);
});
