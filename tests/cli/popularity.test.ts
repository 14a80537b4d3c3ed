/**
 * scripts/popularity.mjs as one runs it: over logs of simulated sites, one of which a campaign came to. The golden file
 * is what it learns there; a run that differs leaves its own beside it as popularity-changed.txt, which takes its place
 * where the change was meant (one of the simulator, of the parser or of the learning). Nothing of these logs is in the
 * shipped prior.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Truth } from '../../src/model/truth.ts';
import { buildWhenStale, type Ran, slowbrute } from './command.ts';

const script = resolve(import.meta.dirname, '../../scripts/popularity.mjs');
const golden = resolve(import.meta.dirname, '../golden/popularity.txt');

/** To build and to simulate four sites, on a machine that has other things to do. */
const MINUTES = 3;

let folder: string;
let campaignNames: readonly string[];

function popularity(...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

const scenario = (campaign: boolean) => ({
  name: 'a-site',
  summary: 'Strangers, and at one site a campaign.',
  start: '2024-03-04T00:00:00Z',
  days: 20,
  log: { style: 'openssh-debian' },
  sensors: ['web1'],
  accounts: ['deploy'],
  actors: [
    { kind: 'people', count: 4, names: ['ada'], loginsPerDay: 2 },
    { kind: 'loud', perDay: 0.5 },
    { kind: 'scanners', perDay: 15, dispersion: 0.3 },
    { kind: 'root-scanners', perDay: 4 },
    ...(campaign
      ? [
          {
            kind: 'campaign',
            name: 'zeta',
            fromDay: 5,
            list: { names: ['zetaone', 'zetatwo', 'zetathree'], order: 'as-given', triesPerName: 30 },
            sources: { count: 60 },
            pace: { gapSeconds: 1200, gaps: 'exponential' },
          },
        ]
      : []),
  ],
});

/** One line of cowrie's log; `extra` is what other events have. */
const cowrie = (i: number, username: string, eventid = 'cowrie.login.failed') =>
  JSON.stringify({
    eventid,
    username,
    src_ip: `198.51.100.${(i % 200) + 1}`,
    timestamp: new Date(Date.UTC(2024, 2, 4) + i * 3_000_000).toISOString(),
    sensor: 'host.example',
  });

beforeAll(() => {
  buildWhenStale();
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-popularity-'));
  let listed: unknown[] = [];
  for (const [i, site] of ['site-p', 'site-q', 'site-r', 'site-s'].entries()) {
    mkdirSync(join(folder, 'sites', site), { recursive: true });
    const text = join(folder, `${site}.json`);
    const truth = join(folder, `${site}.truth.json`);
    writeFileSync(text, JSON.stringify(scenario(i === 0)));
    const log = join(folder, 'sites', site, 'auth.log');
    const made = slowbrute([
      'simulate',
      '--scenario',
      text,
      '--seed',
      String(i + 1),
      '--out',
      log,
      '--truth',
      truth,
    ]);
    expect(made.stderr, made.stderr).not.toContain('Error');
    if (i > 0) continue;
    const { campaigns } = JSON.parse(readFileSync(truth, 'utf8')) as Truth;
    campaignNames = ['zetaone', 'zetatwo', 'zetathree'];
    listed = campaigns.map(({ sources }) => ({
      id: 'p1',
      site,
      confidence: 'certain',
      from: '2024-03-09',
      to: '2024-03-12',
      sources,
    }));
  }
  writeFileSync(join(folder, 'sites', 'campaigns.json'), JSON.stringify(listed));
  mkdirSync(join(folder, 'sites', 'honey'));
  const lines = Array.from({ length: 60 }, (_, i) =>
    cowrie(i, ['root', 'admin', 'test', 'odd name'][i % 4]!),
  );
  lines.push('{"eventid": "cowrie.login.failed", "cut by rot', cowrie(3, 'ignored', 'cowrie.client.version'));
  writeFileSync(
    join(folder, 'sites', 'honey', 'cowrie.json.2024-03-04.gz'),
    gzipSync(`${lines.join('\n')}\n`),
  );
  // what one site alone has is not listed, so the campaign's names are planted at a second one
  writeFileSync(
    join(folder, 'sites', 'honey', 'cowrie.json'),
    `${campaignNames.map((name, i) => cowrie(1000 + i, name)).join('\n')}\n`,
  );
}, MINUTES * 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('scripts/popularity.mjs', () => {
  let learnt: Ran;
  beforeAll(() => {
    learnt = popularity('--sites', join(folder, 'sites'));
  }, MINUTES * 60_000);

  it('learns from every folder a site, a honeypot’s among them, and says what went in', () => {
    expect(learnt.status).toBe(0);
    expect(learnt.stderr).toContain('5 sites');
    expect(learnt.stderr).toMatch(/site-p: \d+ attempts; strangers: \d+ sources/);
    expect(learnt.stderr).toMatch(/site-p: .* left out 60 sources of campaigns/);
    expect(learnt.stderr).toContain('honey: 63 attempts');
  });

  it('writes the golden module', () => {
    const changed = golden.replace('.txt', '-changed.txt');
    rmSync(changed, { force: true });
    const expected = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
    if (learnt.stdout !== expected) writeFileSync(changed, learnt.stdout);
    expect(learnt.stdout).toBe(expected);
  });

  it('finds what the strangers were made to try', () => {
    const listed = /LISTED = `([^`]*)`/.exec(learnt.stdout)![1]!.split(/[ \n]/);
    expect(listed[0]).toBe('root');
    expect(listed).toEqual(expect.arrayContaining(['admin', 'test', 'oracle']));
  });

  it('lists no account of the house and no name that only a listed campaign and one guesser tried', () => {
    for (const name of ['ada', ...campaignNames])
      expect(learnt.stdout).not.toMatch(new RegExp(`\\b${name}\\b`));
    writeFileSync(join(folder, 'list.json'), readFileSync(join(folder, 'sites', 'campaigns.json')));
    writeFileSync(join(folder, 'sites', 'campaigns.json'), '[]');
    const unlisted = popularity('--sites', join(folder, 'sites'));
    writeFileSync(join(folder, 'sites', 'campaigns.json'), readFileSync(join(folder, 'list.json')));
    expect(unlisted.stdout).toContain('zetaone');
  });

  it('leaves a site out, and names out that match a pattern', () => {
    const { status, stderr, stdout } = popularity(
      '--sites',
      join(folder, 'sites'),
      '--without',
      'honey',
      '--masked',
      '^oracle$',
    );
    expect(status).toBe(0);
    expect(stderr).toContain('4 sites');
    expect(stderr).not.toContain('honey:');
    expect(stdout).not.toMatch(/\boracle\b/);
  });

  it('takes logs one by one, and writes a file', () => {
    const logs = ['site-p', 'site-q', 'site-r'].map((site) => join(folder, 'sites', site));
    const out = join(folder, 'out.ts');
    const { status, stdout } = popularity('--out', out, ...logs);
    expect(status).toBe(0);
    expect(stdout).toBe('');
    expect(readFileSync(out, 'utf8')).toContain('export const LEARNT');
  });

  it('refuses, in two lines, what it cannot learn from', () => {
    for (const [args, says] of [
      [[], '0 sites'],
      [[join(folder, 'sites', 'site-p')], '1 sites'],
      [['--sites', folder], 'campaigns.json'],
      [[join(folder, 'nowhere')], 'nowhere'],
      [['--sites', join(folder, 'sites'), '--without', 'site-z'], 'site-z'],
      [['--maskd', 'x'], 'maskd'],
      [['--masked', '('], '--masked ('],
      [['--least-sources', 'many'], '--least-sources many'],
    ] as const) {
      const { status, stderr, stdout } = popularity(...args);
      expect(status, stderr).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(says);
      expect(stderr).not.toContain('    at ');
    }
  });
});
