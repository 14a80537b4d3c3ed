/**
 * A real collector: what shippers send is there, once, whatever is killed; and rsyslogd's own queue on disk in front of the syslog
 * receiver. Vector and Fluent Bit are no packages of Debian, nor is rsyslog's omhttp: their documented forms are sent by a client.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { librariesOf, unpackPackages } from '../../src/evaluate/peers/unpack.ts';
import {
  attemptsOf,
  configure,
  failed,
  folder,
  isBuilt,
  now,
  run,
  start,
  stopAll,
  until,
} from '../watch/daemon.ts';
import { ask, freePort, tokenOf } from './senders.ts';

const CACHE = resolve(import.meta.dirname, '../../.cache');
const CONFIGURATIONS = resolve(import.meta.dirname, '../../service/collector');
const PACKAGES = ['rsyslog', 'logrotate', 'libestr0', 'libfastjson4', 'liblognorm5', 'libpopt0'];

function rsyslog(): string | null {
  const root = join(CACHE, 'components', 'rsyslog');
  if (existsSync(root)) return root;
  const reason = unpackPackages(PACKAGES, root, join(CACHE, 'apt'));
  if (reason !== null) process.stdout.write(`tests/fleet/collector: without rsyslog: ${reason}\n`);
  return reason === null ? root : null;
}

let shipper: ChildProcess | null = null;
afterEach(async () => {
  const ended = shipper;
  shipper = null;
  if (ended !== null && ended.exitCode === null) {
    ended.kill();
    await new Promise((done) => ended.once('exit', done));
  }
  await stopAll();
}, 60_000);

const line = (n: number, host = 'sensor') =>
  failed(now() - 600, `198.51.100.${(n % 200) + 1}`, `user${n}`)
    .trimEnd()
    .replace(' sensor ', ` ${host} `)
    .replace(/sshd\[\d+\]/, `sshd[${1000 + n}]`)
    .replace(/port \d+/, `port ${2000 + n}`);

describe.skipIf(!isBuilt)('a collector', () => {
  it('takes the forms of Vector, Fluent Bit and rsyslog, each under its own sensor', async () => {
    const place = folder();
    const port = await freePort();
    const configuration = configure(place, '[[input]]', `collect = "http://127.0.0.1:${port}"`);
    mkdirSync(join(place, 'state'), { mode: 0o700 });
    const [vector, bit, sys] = ['vector', 'bit', 'sys'].map((name) =>
      tokenOf(configuration, name, `${name}.example`),
    );
    const daemon = start(configuration);
    await daemon.saying('input:opened');
    const json = { 'content-type': 'application/json' };
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const gzip = { 'content-encoding': 'gzip' };
    // Vector: file source, codec json, newline_delimited, gzip
    const ofVector = [1, 2].map((n) =>
      JSON.stringify({
        file: '/var/log/auth.log',
        host: 'other.example',
        message: line(n, 'web9'),
        source_type: 'file',
        timestamp: new Date().toISOString(),
      }),
    );
    expect(
      await ask(port, '/v1/lines', vector!, gzipSync(`${ofVector.join('\n')}\n`), { ...ndjson, ...gzip }),
    ).toMatchObject({ status: 200 });
    // Fluent Bit: tail, format json, gzip
    const ofBit = [3, 4].map((n) => ({ date: now() - 0.5, log: line(n) }));
    expect(
      await ask(port, '/v1/lines', bit!, gzipSync(JSON.stringify(ofBit)), { ...json, ...gzip }),
    ).toMatchObject({ status: 200 });
    // Fluent Bit: systemd
    const entry = {
      date: now() - 0.5,
      MESSAGE: 'Failed password for invalid user user5 from 198.51.100.6 port 2005 ssh2',
      SYSLOG_IDENTIFIER: 'sshd',
      _PID: '1005',
      _HOSTNAME: 'else.example',
      _SOURCE_REALTIME_TIMESTAMP: String(Math.floor((now() - 600) * 1e6)),
    };
    expect(await ask(port, '/v1/lines', bit!, JSON.stringify([entry]), json)).toMatchObject({ status: 200 });
    // rsyslog: omhttp, batch.format newline
    const ofSys = [6, 7].map((n) => `<86>${line(n, 'web9')}`);
    expect(await ask(port, '/v1/lines', sys!, `${ofSys.join('\n')}\n`, json)).toMatchObject({ status: 200 });
    await until('all attempts', async () => (await attemptsOf(configuration)).length >= 7);
    const found = (await attemptsOf(configuration)).map(({ sensor, user }) => `${sensor} ${user}`);
    expect(found.sort()).toEqual([
      'bit.example user3',
      'bit.example user4',
      'bit.example user5',
      'sys.example user6',
      'sys.example user7',
      'vector.example user1',
      'vector.example user2',
    ]);
    expect(await ask(port, '/health', 'none', null)).toMatchObject({ status: 200 });
  }, 60_000);

  it('has each batch once, though it is killed again and again and its answers are lost', async () => {
    const place = folder();
    const port = await freePort();
    const configuration = configure(place, '[[input]]', `collect = "http://127.0.0.1:${port}"`);
    mkdirSync(join(place, 'state'), { mode: 0o700 });
    const token = tokenOf(configuration, 'web1', 'web1.example');
    let daemon = start(configuration);
    let stop = false;
    const killing = (async () => {
      for (let kills = 0; kills < 6; kills++) {
        await sleep(700 + ((kills * 311) % 600));
        daemon.child.kill('SIGKILL');
        await daemon.ended;
        daemon = start(configuration);
      }
      stop = true;
    })();
    let sent = 0;
    let repeated = 0;
    while (!stop || sent % 40 !== 0) {
      const lines = [0, 1, 2, 3].map((n) => line(sent + n)).join('\n');
      // a shipper asks until it is told that it is done, and does not wait for ever
      for (let tries = 0; ; tries++) {
        const answer = await Promise.race([
          ask(port, '/v1/lines', token, lines).catch(() => null),
          sleep(150 + tries * 500, null),
        ]);
        if (answer?.status === 200) {
          if (answer.text.includes('true')) repeated++;
          break;
        }
        await sleep(20);
      }
      sent += 4;
    }
    await killing;
    await until('all attempts', async () => (await attemptsOf(configuration)).length >= sent, 60);
    await sleep(500);
    const users = (await attemptsOf(configuration)).map(({ user }) => user);
    expect(users.length).toBe(sent);
    expect(new Set(users).size).toBe(sent);
    expect(repeated).toBeGreaterThan(0);
  }, 180_000);

  it('refuses an address that would show tokens', () => {
    const place = folder();
    const configuration = configure(place, '[[input]]', 'collect = "http://192.0.2.1:8514"');
    const { status, stderr } = run('watch', '--config', configuration);
    expect(status).toBe(78);
    expect(stderr).toContain('https://');
  });

  it('speaks TLS', async () => {
    const place = folder();
    const made = spawnSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        join(place, 'key.pem'),
        '-out',
        join(place, 'cert.pem'),
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ],
      { encoding: 'utf8' },
    );
    if (made.error !== undefined) return; // no openssl here
    const port = await freePort();
    const configuration = configure(
      place,
      '[[input]]',
      `collect = "https://127.0.0.1:${port}"`,
      `certificate = "${place}/cert.pem"`,
      `key = "${place}/key.pem"`,
    );
    mkdirSync(join(place, 'state'), { mode: 0o700 });
    const token = tokenOf(configuration, 'web1', 'web1.example');
    await start(configuration).saying('input:opened');
    const answer = await fetchTls(
      `https://127.0.0.1:${port}/v1/lines`,
      token,
      readFileSync(join(place, 'cert.pem')),
      line(1),
    );
    expect(answer).toBe(200);
  }, 60_000);
});

async function fetchTls(url: string, token: string, ca: Buffer, body: string): Promise<number> {
  const { request } = await import('node:https');
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', ca, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode!);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

const root = rsyslog();
describe.skipIf(!isBuilt || root === null || spawnSync('logger', ['--version']).error !== undefined)(
  "Debian's rsyslogd, omfwd with its queue on disk (service/collector/rsyslog-omfwd.conf)",
  () => {
    it('keeps what is logged while the receiver is away, and sends all of it', async () => {
      const place = folder();
      const port = await freePort();
      const configuration = configure(place, '[[input]]', `syslog = "tcp://127.0.0.1:${port}"`);
      const modules = join(root!, 'usr/lib/x86_64-linux-gnu/rsyslog');
      const socket = join(place, 'log.sock');
      const shipped = readFileSync(join(CONFIGURATIONS, 'rsyslog-omfwd.conf'), 'utf8')
        .replace('collector.example', '127.0.0.1')
        .replace('port="6514"', `port="${port}"`);
      writeFileSync(
        join(place, 'rsyslog.conf'),
        [
          `global(workDirectory="${place}")`,
          `module(load="${modules}/imuxsock.so" SysSock.Use="off")`,
          `input(type="imuxsock" Socket="${socket}" CreatePath="on" RateLimit.Interval="0")`,
          shipped,
        ].join('\n'),
      );
      shipper = spawn(
        join(root!, 'usr/sbin/rsyslogd'),
        ['-n', '-f', join(place, 'rsyslog.conf'), '-i', join(place, 'pid'), '-M', modules],
        { env: { ...process.env, LD_LIBRARY_PATH: librariesOf(root!) }, stdio: 'ignore' },
      );
      await until('rsyslogd', () => existsSync(socket));
      const say = (from: number, count: number) =>
        spawnSync('logger', ['--socket', socket, '--tag', 'sshd[7]', '--priority', 'authpriv.info'], {
          input: Array.from(
            { length: count },
            (_, n) =>
              `Failed password for invalid user user${from + n} from 198.51.100.7 port ${1000 + from + n} ssh2`,
          ).join('\n'),
        });
      say(0, 200); // nobody listens yet
      let daemon = start(configuration);
      await until('what waited', async () => (await attemptsOf(configuration)).length >= 200, 40);
      await daemon.stop();
      await until('closed', () => isClosed(port));
      say(200, 300);
      daemon = start(configuration);
      await until('what waited again', async () => (await attemptsOf(configuration)).length >= 500, 60).catch(
        () => {},
      );
      const users = new Set((await attemptsOf(configuration)).map(({ user }) => user));
      // the message that TCP had taken when the connection broke is rsyslog's to lose
      expect(users.size).toBeGreaterThanOrEqual(498);
    }, 180_000);
  },
);

function isClosed(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(false);
    });
    socket.on('error', () => done(true));
  });
}
