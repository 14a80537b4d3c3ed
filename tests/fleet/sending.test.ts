/**
 * Real sensors and a real collector, with a network between them that cuts, delays, loses answers and says 500, both killed with SIGKILL
 * at random moments: each attempt is at the collector once. And a sensor that writes to the collector's place: whom one sensor has
 * seen, the other keeps out.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/model/random.ts';
import {
  attemptsOf,
  configure,
  type Daemon,
  failed,
  folder,
  isBuilt,
  now,
  run,
  start,
  statusOf,
  stopAll,
  until,
} from '../watch/daemon.ts';
import { type Fate, type HostileProxy, hostileProxy } from './hostile-proxy.ts';
import { freePort, tokenOf } from './senders.ts';

const proxies: HostileProxy[] = [];
afterEach(async () => {
  await stopAll();
  for (const proxy of proxies.splice(0)) await proxy.close();
}, 60_000);

interface Sensor {
  readonly place: string;
  readonly log: string;
  readonly configuration: string;
}

/** A sensor with a log of its own that sends to a port. */
function sensor(token: string, port: number, ...more: readonly string[]): Sensor {
  const place = folder();
  const log = join(place, 'auth.log');
  writeFileSync(log, '');
  writeFileSync(join(place, 'token'), `${token}\n`, { mode: 0o600 });
  const configuration = configure(
    place,
    '[[input]]',
    `file = "${log}"`,
    '[fleet]',
    `send-to = "http://127.0.0.1:${port}"`,
    `token-file = "${place}/token"`,
    ...more,
  );
  return { place, log, configuration };
}

function collector(...more: readonly string[]) {
  const place = folder();
  return {
    place,
    configure: (port: number) => {
      const configuration = configure(place, '[[input]]', `collect = "http://127.0.0.1:${port}"`, ...more);
      mkdirSync(join(place, 'state'), { mode: 0o700 });
      return configuration;
    },
  };
}

describe.skipIf(!isBuilt)('sensors and a collector', () => {
  it('lose nothing and double nothing, whatever the network does and whoever is killed', async () => {
    const random = seededRandom(Number(process.env.SLOWBRUTE_SEED ?? 7));
    const chance = () => random.next();
    const port = await freePort();
    const configuration = collector().configure(port);
    const bad: readonly Fate[] = [
      'well',
      'refused',
      'cut early',
      'answer lost',
      'status 500',
      'slow',
      'silent',
      'answer lost',
    ];
    let isOver = false;
    const proxy = await hostileProxy(port, () => (isOver ? 'well' : bad[Math.floor(chance() * bad.length)]!));
    proxies.push(proxy);
    const sensors = ['web1.example', 'web2.example'].map((name) =>
      sensor(tokenOf(configuration, name, name), proxy.port),
    );
    const all = [configuration, ...sensors.map((one) => one.configuration)];
    const daemons: Daemon[] = all.map((one) => start(one));
    await Promise.all(daemons.map((daemon) => daemon.saying('daemon:started')));
    let written = 0;
    const rounds = Number(process.env.SLOWBRUTE_ROUNDS ?? 6);
    for (let round = 0; round < rounds; round++) {
      for (let n = 0; n < 20; n++) {
        const at = sensors[n % 2]!;
        appendFileSync(
          at.log,
          failed(now() - 60 + (n % 50), `198.51.100.${(written % 200) + 1}`, `user${written}`),
        );
        written++;
        await sleep(chance() * 30);
      }
      const victim = Math.floor(chance() * 3);
      daemons[victim]!.child.kill('SIGKILL');
      await daemons[victim]!.ended;
      await sleep(chance() * 300);
      daemons[victim] = start(all[victim]!);
      await sleep(chance() * 1500);
    }
    isOver = true;
    let have = 0;
    await until(
      'all attempts',
      async () => {
        have = (await attemptsOf(configuration)).length;
        return have >= written;
      },
      150,
    ).catch(() => {
      const said = daemons.map((daemon) =>
        daemon.said.filter(({ kind }) => /fleet|trouble|fail/.test(kind)).slice(-3),
      );
      throw new Error(`${have} of ${written}: ${JSON.stringify(said)}`);
    });
    await sleep(1000);
    const attempts = await attemptsOf(configuration);
    const users = attempts.map(({ user }) => user);
    expect(new Set(users).size).toBe(written);
    expect(users.length).toBe(written);
    for (const { sensor: name, user } of attempts)
      expect(name).toBe(Number(user!.slice(4)) % 2 === 0 ? 'web1.example' : 'web2.example');
    expect(proxy.fates.get('answer lost') ?? 0).toBeGreaterThan(0);
  }, 300_000);

  it('wait while the collector is away, and say so', async () => {
    const port = await freePort();
    const configuration = collector().configure(port);
    const one = sensor(tokenOf(configuration, 'web1', 'web1.example'), port);
    const daemon = start(one.configuration);
    await daemon.saying('daemon:started');
    for (let n = 0; n < 50; n++)
      appendFileSync(one.log, failed(now() - 60, `198.51.100.${n + 1}`, `user${n}`));
    await daemon.saying('daemon:troubled', 'takes no attempts now');
    expect((await statusOf(one.configuration))?.state).toBe('troubled');
    expect(run('status', '--config', one.configuration, '--format', 'metrics').stdout).toMatch(
      /slowbrute_unsent_attempts \d/,
    );
    start(configuration);
    await until('all attempts', async () => (await attemptsOf(configuration)).length === 50, 90);
    await until('well again', async () => (await statusOf(one.configuration))?.state === 'watching', 30);
  }, 180_000);

  it('a wrong token is told at once, with what to do', async () => {
    const port = await freePort();
    const configuration = collector().configure(port);
    await start(configuration).saying('input:opened');
    const daemon = start(sensor('sb_wrong', port).configuration);
    const said = await daemon.saying('daemon:troubled', 'does not know this sensor');
    expect(JSON.stringify(said)).toContain('slowbrute token add');
  }, 60_000);
});
