/** Three sites that share no logs, by the real commands: what two of them tell of one campaign, the third believes. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  attemptsOf,
  configure,
  failed,
  folder,
  isBuilt,
  MAIN,
  now,
  run,
  start,
  stopAll,
  until,
} from '../watch/daemon.ts';

afterEach(stopAll, 60_000);

function ok(...args: readonly string[]): string {
  const { status, stdout, stderr } = run(...args);
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
}

interface Site {
  readonly place: string;
  readonly configuration: string;
  readonly key: string;
}

function site(group: string | null, ...more: readonly string[]): Site & { readonly group: string } {
  const place = folder();
  const configuration = configure(place, ...more);
  const at = ['--config', configuration];
  let groupKey = group;
  if (group === null) groupKey = ok('exchange', 'keys', '--new-group', 'friends', ...at).trim();
  else
    spawnSync(process.execPath, [MAIN, 'exchange', 'keys', '--join', 'friends', ...at], {
      input: `${group}\n`,
    });
  const key = /^site (\S+)$/m.exec(ok('exchange', 'keys', ...at))![1]!;
  return { place, configuration, key, group: groupKey! };
}

describe.skipIf(!isBuilt)('sites that share no logs', () => {
  it('are believed when two of them agree; one alone blocks nobody; nobody is named on the way', async () => {
    const simulated = spawnSync(
      process.execPath,
      [MAIN, 'simulate', '--like', 'alphabetical', '--seed', '3'],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    // its first days: the campaign is found in them
    const lines = simulated.stdout.split('\n').slice(0, 20_000);
    const north = site(null);
    const south = site(north.group);
    const told = [north, south].map((one, i) => {
      const log = join(one.place, 'auth.log');
      writeFileSync(log, `${lines.join('\n')}\n`);
      ok('watch', '--once', '--config', one.configuration, log);
      const path = join(one.place, 'told.json');
      ok(
        'exchange',
        'export',
        '--group',
        'friends',
        '--since',
        '4000d',
        '--confidence',
        '0.95',
        '--output',
        path,
        '--config',
        one.configuration,
      );
      const text = readFileSync(path, 'utf8');
      expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|alias|admin/);
      return { path, text, i };
    });
    const participants = ok(
      'history',
      'campaigns',
      '--config',
      north.configuration,
      '--format',
      'json',
      '--limit',
      '1',
    );
    expect(participants.length).toBeGreaterThan(0);
    const { body } = JSON.parse(told[0]!.text) as {
      readonly body: { readonly participants: readonly unknown[] };
    };
    expect(body.participants.length).toBeGreaterThan(20);

    const house = folder();
    const log = join(house, 'auth.log');
    writeFileSync(log, '');
    const home = site(north.group, '[[input]]', `file = "${log}"`);
    const at = ['--config', home.configuration];
    for (const [name, peer] of [
      ['north', north],
      ['south', south],
    ] as const)
      ok('exchange', 'peers', 'add', name, '--key', peer.key, '--group', 'friends', '--weight', '0.9', ...at);
    const daemon = start(home.configuration);
    await daemon.saying('daemon:started');

    // a source that both have named
    const sources = new Set(lines.flatMap((line) => /from (\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1] ?? []));
    ok('exchange', 'import', told[0]!.path, ...at);
    expect(run('exchange', 'import', told[0]!.path, ...at).stderr).toContain('was taken before');
    const said = run('exchange', 'check', ...[...sources].slice(0, 2000), '--format', 'json', ...at).stdout;
    const rows = said
      .split('\n')
      .slice(0, -1)
      .map((row) => JSON.parse(row) as { source: string; confidence: number | null });
    const source = rows.find(({ confidence }) => confidence !== null)!.source;
    expect(ok('exchange', 'check', source, ...at)).toContain('never');
    appendFileSync(log, failed(now() - 5, source, 'somebody'));
    await until('the attempt', async () => (await attemptsOf(home.configuration)).length === 1);
    expect(ok('history', 'blocks', ...at, '--format', 'json')).not.toContain(source);

    const imported = ok('exchange', 'import', told[1]!.path, ...at);
    expect(imported).toContain('south tells of');
    expect(ok('exchange', 'check', source, ...at)).toContain('may');
    await until('the block', () => ok('history', 'blocks', ...at, '--format', 'json').includes(source), 30);
    // taken out: forgotten, and let in
    ok('exchange', 'peers', 'remove', 'south', ...at);
    await until(
      'let in',
      () => !ok('history', 'blocks', '--standing', ...at, '--format', 'json').includes(source),
      30,
    );
    // the two victims see that it is one campaign
    ok(
      'exchange',
      'peers',
      'add',
      'south',
      '--key',
      south.key,
      '--group',
      'friends',
      '--config',
      north.configuration,
    );
    expect(ok('exchange', 'import', told[1]!.path, '--config', north.configuration)).toContain(
      'is at work there too',
    );
    // changed on its way
    writeFileSync(join(house, 'bad.json'), told[1]!.text.replace(/"confidence":0\.9\d?/, '"confidence":1'));
    expect(
      run('exchange', 'import', join(house, 'bad.json'), '--config', north.configuration).stderr,
    ).toContain('signature is wrong');
  }, 240_000);
});
