import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reader } from '../read/follow/tester.ts';
import type { Token } from '../serve/web/tokens.ts';
import { type CollectOptions, type CollectorFollower, receiveLines } from './receive.ts';

const LINE =
  'Nov 19 15:04:22 web1 sshd[812]: Failed password for invalid user amanda from 192.0.2.80 port 40992 ssh2';
const line = (n: number) => LINE.replace('812', String(n));

let folder: string;
let reader: Reader;
let options: Partial<CollectOptions>;
let now: number;

const TOKENS: Readonly<Record<string, Partial<Token>>> = {
  sb_web1: { name: 'one', scopes: ['send'], sensor: 'web1.example' },
  sb_relay: { name: 'relay', scopes: ['send'], sensor: '*' },
  sb_read: { name: 'ann', scopes: ['read'] },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-collect-'));
  options = {};
  now = 1_800_000_000;
  const collect = {
    findToken: (text: string) => (TOKENS[text] as Token | undefined) ?? null,
    decisions: null,
    failed: (error: unknown) => {
      throw error;
    },
  };
  reader = new Reader(
    (from, known, effects) =>
      receiveLines(
        from,
        {
          host: '127.0.0.1',
          port: 0,
          certificate: null,
          key: null,
          clientCa: null,
          allow: [],
          linesPerSecond: null,
          spoolFolder: folder,
          known,
          ...options,
        },
        effects,
        collect,
      ),
    { now: () => now },
  );
});

afterEach(async () => {
  await reader.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function port(): Promise<number> {
  await reader.untilState('following');
  while ((reader.follower as CollectorFollower).port === null) await reader.pull(0.02);
  return (reader.follower as CollectorFollower).port!;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  path = '/v1/lines',
  token = 'sb_web1',
  method = 'POST',
): Promise<Answered> {
  const at = await port();
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: at,
        path,
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: text === '' ? {} : (JSON.parse(text) as Answered['body']),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Lines that are handed on, without the marks of batches. */
async function taken(count: number): Promise<readonly string[]> {
  const end = performance.now() + 5000;
  const lines = () => reader.texts().filter((text) => !text.startsWith('B\t'));
  while (lines().length < count && performance.now() < end) await reader.pull(0.2);
  await reader.pull(0.05);
  return lines();
}

const asWeb1 = (...lines: readonly string[]) => lines.map((one) => `L\tweb1.example\t${one}`);

describe('what is received', () => {
  it('is acknowledged when it is on disk, and handed on under the sensor of the token', async () => {
    expect(await post(`${line(1)}\n${line(2)}\n`)).toMatchObject({
      status: 200,
      body: { lines: 2, repeated: false },
    });
    expect(await taken(2)).toEqual(asWeb1(line(1), line(2)));
  });

  const record = JSON.stringify({ message: line(1), host: 'web9', source_type: 'file' });
  const other = JSON.stringify({ date: 1_795_330_862.12, log: line(2) });
  it.each([
    ['an array (Fluent Bit json, Vector json)', `[${record},${other}]`, 'application/json'],
    ['an array over several lines', `[\n  ${record},\n  ${other}\n]\n`, 'application/json'],
    ['records one after the other (json_stream)', `${record}${other}`, 'application/json'],
    ['records one a line (json_lines)', `${record}\n${other}\n`, 'application/json'],
    ['records one a line (ndjson)', `${record}\r\n${other}\r\n`, 'application/x-ndjson'],
    ['records called text', `${record}\n${other}`, 'text/plain'],
  ])('records: %s', async (_, body, type) => {
    expect(await post(body, { 'content-type': type })).toMatchObject({ status: 200, body: { lines: 2 } });
    expect(await taken(2)).toEqual(asWeb1(record, other));
  });

  it('an array of texts; text that rsyslog calls JSON', async () => {
    await post(JSON.stringify([line(1), line(2)]), { 'content-type': 'application/json' });
    await post(`${line(3)}\n`, { 'content-type': 'application/json; charset=utf-8' });
    await post(`[Wed Nov 19 15:04:22 2026] [error] x\n`, { 'content-type': 'text/plain' });
    expect(await taken(4)).toEqual(asWeb1(line(1), line(2), line(3), '[Wed Nov 19 15:04:22 2026] [error] x'));
  });

  it('a printed record is one line', async () => {
    await post(JSON.stringify({ message: line(1) }, null, 2), { 'content-type': 'application/json' });
    const [one] = await taken(1);
    expect(JSON.parse(one!.split('\t')[2]!)).toEqual({ message: line(1) });
  });

  it('gzip, zstd and identity', async () => {
    // one frame with one raw block (RFC 8878, section 3.1.1)
    const zstd = Buffer.concat([Buffer.from('28b52ffd2006310000', 'hex'), Buffer.from('hello\n')]);
    expect((await post(gzipSync(`${line(1)}\n`), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(`${line(2)}\n`, { 'content-encoding': 'identity' })).status).toBe(200);
    expect((await post(zstd, { 'content-encoding': 'zstd' })).status).toBe(200);
    expect(await taken(3)).toEqual(asWeb1(line(1), line(2), 'hello'));
  });

  it('messages of a syslogd get what they lack', async () => {
    await post(`<38>sshd[1]: x\n`);
    expect(await taken(1)).toEqual(asWeb1('<38>2027-01-15T08:00:00.000Z web1.example sshd[1]: x'));
  });
});

describe('a batch that comes again', () => {
  it('counts once, by the name that its sender gave it', async () => {
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' });
    expect(await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' })).toMatchObject({
      status: 200,
      body: { repeated: true },
    });
    expect((await post(`${line(2)}\n`, { 'idempotency-key': 'a-1' })).status).toBe(422);
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-2' });
    expect(await taken(2)).toEqual(asWeb1(line(1), line(1)));
  });

  it('counts once by its bytes, compressed or not, for an hour', async () => {
    await post(`${line(1)}\n`);
    expect((await post(gzipSync(`${line(1)}\n`), { 'content-encoding': 'gzip' })).body.repeated).toBe(true);
    now += 3601;
    expect((await post(`${line(1)}\n`)).body.repeated).toBe(false);
    expect(await taken(2)).toEqual(asWeb1(line(1), line(1)));
  });

  it('is of one sensor: another may call its own so', async () => {
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' });
    expect(
      (await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' }, '/v1/lines', 'sb_relay')).body.repeated,
    ).toBe(false);
  });

  it('is known after a restart, before and after its segment was deleted', async () => {
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' });
    await taken(1);
    await reader.restart();
    expect((await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' })).body.repeated).toBe(true);
    await post(`${line(2)}\n`, { 'idempotency-key': 'a-2' });
    await taken(2);
    reader.follower.release!(reader.batches.at(-1)!.position);
    await reader.restart();
    expect((await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' })).body.repeated).toBe(true);
    expect(await taken(2)).toEqual(asWeb1(line(1), line(2)));
  });

  it('and was cut off by a crash counts when it comes again', async () => {
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' });
    await taken(1);
    await reader.stop();
    const spool = join(folder, readdirSync(folder)[0]!);
    const segment = join(spool, readdirSync(spool).find((name) => name.endsWith('.log'))!);
    // half a batch, as a kill in the middle of a write leaves it
    appendFileSync(
      segment,
      `B\t500\t1800000000\tweb1.example\tkey:a-2\tx\nL\tweb1.example\t${line(2)}\nL\tweb1.ex`,
    );
    const size = statSync(segment).size;
    reader.start(reader.batches.at(-1)!.position, null);
    expect((await post(`${line(2)}\n`, { 'idempotency-key': 'a-2' })).body.repeated).toBe(false);
    expect(await taken(2)).toEqual(asWeb1(line(1), line(2)));
    expect(statSync(segment).size).toBeLessThan(size);
  });

  it('even if the crash tore its mark', async () => {
    await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' });
    await taken(1);
    await reader.stop();
    const spool = join(folder, readdirSync(folder)[0]!);
    const segment = join(spool, readdirSync(spool).find((name) => name.endsWith('.log'))!);
    truncateSync(segment, statSync(segment).size - 3);
    reader.start(null, null);
    reader.lines.clear();
    expect((await post(`${line(1)}\n`, { 'idempotency-key': 'a-1' })).body.repeated).toBe(false);
    expect(await taken(1)).toEqual(asWeb1(line(1)));
  });
});

describe('attempts of a sensor', () => {
  const attempt = (seq: number) =>
    JSON.stringify({
      seq,
      time: 1_795_330_862 + seq,
      source: '192.0.2.80',
      user: 'amanda',
      sensor: 'any',
      success: false,
      known: false,
      method: 'password',
      service: 'sshd',
    });
  const send = (numbers: readonly number[], more: Readonly<Record<string, string>> = {}) =>
    post(`${numbers.map(attempt).join('\n')}\n`, { 'slowbrute-stream': 'h1', ...more }, '/v1/attempts');

  it('count once by their numbers, in batches of whatever size', async () => {
    expect(await send([1, 2, 3])).toMatchObject({ status: 200, body: { repeated: false } });
    expect(await send([1, 2, 3])).toMatchObject({ status: 200, body: { repeated: true } });
    expect(await send([2, 3, 4, 5])).toMatchObject({ status: 200 });
    const numbers = (await taken(5)).map((text) => (JSON.parse(text.split('\t')[3]!) as { seq: number }).seq);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    expect((await post('', {}, '/v1/attempts?stream=h1', 'sb_web1', 'GET')).body).toEqual({ last: 5 });
  });

  it('with a hole are asked for, unless the sensor says that there are none', async () => {
    await send([1, 2]);
    expect(await send([5])).toMatchObject({ status: 409, body: { last: 2 } });
    expect(await send([5], { 'slowbrute-lacks': 'true' })).toMatchObject({ status: 200 });
  });

  it('that are none are refused whole', async () => {
    expect(
      (await post(`${attempt(1)}\n{"seq":2}\n`, { 'slowbrute-stream': 'h1' }, '/v1/attempts')).status,
    ).toBe(400);
    expect((await send([2, 1])).status).toBe(409);
    expect((await send([1, 3, 2])).status).toBe(400);
    expect(await taken(0)).toEqual([]);
  });
});

describe('what is refused', () => {
  it('who has no token, or one for something else, or is a browser', async () => {
    expect((await post(line(1), { authorization: 'x' })).status).toBe(401);
    expect((await post(line(1), {}, '/v1/lines', 'sb_none')).status).toBe(401);
    expect((await post(line(1), {}, '/v1/lines', 'sb_read')).status).toBe(403);
    expect((await post(line(1), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(line(1), {}, '/v1/other')).status).toBe(404);
    expect((await post('', {}, '/v1/lines', 'sb_web1', 'GET')).status).toBe(405);
    const basic = `Basic ${Buffer.from('any:sb_web1').toString('base64')}`;
    expect((await post(line(1), { authorization: basic })).status).toBe(200);
  });

  it('what is too long, damaged or in another encoding', async () => {
    expect((await post(line(1), { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('[{"a":1},{"b"', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post(line(1), { 'idempotency-key': 'a b' })).status).toBe(400);
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 97));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('who sends more than it may is told when to come again', async () => {
    options = { linesPerSecond: 1 };
    const lines = Array.from({ length: 40 }, (_, n) => line(n)).join('\n');
    expect((await post(lines)).status).toBe(200);
    const refused = await post(line(1));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(5);
  });

  it('nothing is taken while there is no room', async () => {
    options = { mostBytes: 1000, segmentBytes: 500 };
    for (let n = 0; n < 20; n++) {
      const { status, headers } = await post(`${line(n)}\n`);
      if (status === 200) continue;
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('5');
      const count = n;
      expect(await taken(count)).toHaveLength(count);
      return;
    }
    throw new Error('it took everything');
  });
});
