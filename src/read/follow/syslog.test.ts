import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReceiveSyslogOptions, receiveSyslog, type SyslogFollower } from './syslog.ts';
import { SyslogFrames } from './syslog-frames.ts';
import { lineOf } from './syslog-line.ts';
import { plainAddress, SyslogPeers } from './syslog-peers.ts';
import { Reader } from './tester.ts';

const NOW = Date.UTC(2026, 10, 19, 15, 4, 22) / 1000;
const message = (n: number): string =>
  `<38>Nov 19 15:04:22 web1 sshd[${n}]: Connection closed by 192.0.2.${n % 256}`;

describe('messages in a stream', () => {
  const frames = (...chunks: readonly (string | Buffer)[]): string[] => {
    const messages: string[] = [];
    const splitter = new SyslogFrames((one) => messages.push(one.toString('latin1')));
    for (const chunk of chunks) splitter.push(Buffer.from(chunk as string));
    splitter.end();
    return messages;
  };

  it('are counted, or end with a newline or NUL, in any order', () => {
    const one = '<38>1 2026-11-19T15:04:22Z web1 sshd 1 - - with a\nnewline';
    expect(frames(`${one.length} ${one}${message(2)}\n${message(3)}\0\n${one.length} ${one}`)).toEqual([
      one,
      message(2),
      message(3),
      one,
    ]);
  });

  it('may begin with a number that is no count', () => {
    expect(frames('12 angry men\n', '99999999999 <1>x\n')).toEqual(['12 angry men', '99999999999 <1>x']);
  });

  it('lose what is beyond 64 KiB, not the message behind', () => {
    const long = `<38>${'x'.repeat(100_000)}`;
    expect(frames(`${long.length} ${long}${message(1)}\n${long}\n${message(2)}\n`)).toEqual([
      long.slice(0, 65_536),
      message(1),
      long.slice(0, 65_536),
      message(2),
    ]);
  });

  it('are handed on at the end of the stream, but not half of a counted one', () => {
    expect(frames(message(1))).toEqual([message(1)]);
    expect(frames(`200 ${message(1)}`)).toEqual([]);
  });

  it('are the same however the stream is cut', () => {
    const text = [message(1), '<1>', '', '5 <1>ab', 'a\0b', '<38>1 - - - - - x'].map((one, i) =>
      i % 2 === 0 && one.startsWith('<') ? `${one.length} ${one}` : `${one}\n`,
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...text), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }),
        (parts, sizes) => {
          const whole = Buffer.from(parts.join(''));
          const pieces: Buffer[] = [];
          for (let at = 0, i = 0; at < whole.length; i++) {
            const size = sizes[i % sizes.length]!;
            pieces.push(whole.subarray(at, at + size));
            at += size;
          }
          expect(frames(...pieces)).toEqual(frames(whole));
        },
      ),
    );
  });
});

describe('a message as a line', () => {
  const line = (text: string, by: 'header' | 'address' = 'header', peer = '203.0.113.7'): string =>
    lineOf(Buffer.from(text), peer, by, NOW).toString();

  it('stays what it is where it names its host', () => {
    for (const text of [
      message(1),
      '<38>1 2026-11-19T15:04:22.123Z web1 sshd 1 - - Failed',
      'Nov 19 15:04:22 web1 sshd[1]: x',
    ])
      expect(line(text)).toBe(text);
  });

  it('gets the address of the sender where it names none', () => {
    expect(line('<38>Nov 19 15:04:22 sshd[12]: Failed')).toBe(
      '<38>Nov 19 15:04:22 203.0.113.7 sshd[12]: Failed',
    );
    expect(line('<38>1 2026-11-19T15:04:22Z - sshd 1 - - x')).toBe(
      '<38>1 2026-11-19T15:04:22Z 203.0.113.7 sshd 1 - - x',
    );
  });

  it('gets the time of arrival where it has none', () => {
    expect(line('<38>sshd[12]: Failed')).toBe('<38>2026-11-19T15:04:22.000Z 203.0.113.7 sshd[12]: Failed');
    expect(line('<38>1 - web1 sshd 1 - - x')).toBe('<38>1 2026-11-19T15:04:22.000Z web1 sshd 1 - - x');
  });

  it('is one line, as rsyslog writes it', () => {
    expect(line(`${message(1)}\nNov 19 15:04:22 web2 sshd[1]: forged\0\n`)).toBe(
      `${message(1)}#012Nov 19 15:04:22 web2 sshd[1]: forged`,
    );
    expect(line('\n')).toBe('');
  });

  it('keeps bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from(message(1)), Buffer.from([0xff, 0xc3, 0x28])]);
    expect(lineOf(bytes, '192.0.2.1', 'header', NOW)).toEqual(bytes);
  });

  it('cannot speak for another sensor where sensors are known by their address', () => {
    const hosts = [
      '<38>Nov 19 15:04:22 victim sshd[1]: Failed',
      '<38>1 2026-11-19T15:04:22Z victim sshd 1 - - x',
      'Nov 19 15:04:22 victim sshd[1]: Failed',
      '<38>2026-11-19T15:04:22+01:00 victim sshd[1]: Failed',
    ];
    for (const text of hosts) expect(line(text, 'address')).toBe(text.replace('victim', '203.0.113.7'));
    expect(line('{"host":"victim","message":"x"}', 'address')).toMatch(/^2026\S+ 203\.0\.113\.7 \{/);
    expect(line('<38>Nov 19 15:04:22 victim sshd[1]: x', 'address', '2001:db8::')).toBe(
      '<38>Nov 19 15:04:22 2001:db8:: sshd[1]: x',
    );
  });
});

describe('senders', () => {
  it('are this machine only, unless named', () => {
    const own = new SyslogPeers([], null);
    expect(['127.0.0.1', '::1', '192.0.2.1'].map((peer) => own.isAllowed(peer))).toEqual([true, true, false]);
    const named = new SyslogPeers(['192.0.2.0/24', '2001:db8::/32', '203.0.113.9'], null);
    expect(
      ['127.0.0.1', '192.0.2.77', '2001:db8:1::1', '203.0.113.9', '203.0.113.10'].map((peer) =>
        named.isAllowed(peer),
      ),
    ).toEqual([false, true, true, true, false]);
  });

  it('that are none are the trouble of the operator', () => {
    for (const entry of ['web1', '192.0.2.0/33', '192.0.2.0/x', ''])
      expect(() => new SyslogPeers([entry], null)).toThrow(/neither an address nor a network/);
  });

  it('have as much as their rate allows', () => {
    const peers = new SyslogPeers([], 10);
    expect(peers.take('127.0.0.1', 1000)).toBe(100);
    expect(peers.take('127.0.0.1', 1000)).toBe(0);
    expect(peers.take('127.0.0.2', 1000)).toBe(100);
    expect(peers.owe('127.0.0.1', 50)).toBeCloseTo(5, 1);
  });

  it('are written as everywhere else', () => {
    expect([
      plainAddress('::ffff:192.0.2.1'),
      plainAddress('fe80::1%eth0'),
      plainAddress('2001:db8::1'),
    ]).toEqual(['192.0.2.1', 'fe80::1', '2001:db8::1']);
  });
});

describe('a receiver', () => {
  let root: string;
  const readers: Reader[] = [];
  const sockets: Socket[] = [];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slowbrute-syslog-'));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const reader of readers.splice(0)) await reader.stop();
    rmSync(root, { recursive: true });
  });

  async function receive(options: Partial<ReceiveSyslogOptions>): Promise<{ reader: Reader; port: number }> {
    const reader = new Reader((from, known, effects) =>
      receiveSyslog(
        from,
        {
          protocol: 'tcp',
          host: '127.0.0.1',
          port: 0,
          allow: [],
          certificate: null,
          key: null,
          clientCa: null,
          sensorBy: 'header',
          messagesPerSecond: null,
          spoolFolder: root,
          known,
          ...options,
        },
        effects,
      ),
    );
    readers.push(reader);
    return { reader, port: await portOf(reader) };
  }

  async function portOf(reader: Reader): Promise<number> {
    for (let i = 0; i < 100; i++) {
      await reader.pull(0.02);
      const { port } = reader.follower as SyslogFollower;
      if (port !== null) return port;
    }
    throw new Error(`does not listen: ${JSON.stringify(reader.follower.status())}`);
  }

  async function open(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  it('takes what logger(1) sends, over UDP and TCP, in both forms', async () => {
    if (spawnSync('logger', ['--version']).error !== undefined) return;
    const forms = [
      ['udp', '--rfc3164'],
      ['udp', '--rfc5424'],
      ['tcp', '--rfc3164'],
      ['tcp', '--rfc5424'],
      ['tcp', '--octet-count'],
    ] as const;
    for (const [protocol, form] of forms) {
      const { reader, port } = await receive({ protocol, spoolFolder: join(root, protocol + form) });
      const program = [
        '--server',
        '127.0.0.1',
        '--port',
        String(port),
        `--${protocol}`,
        form,
        '--tag',
        'sshd',
      ];
      execFileSync('logger', [...program, '--priority', 'authpriv.info', 'Failed password for root']);
      const [text] = await reader.until(1);
      expect(text).toMatch(/^<86>(?:1 )?\S.* sshd.* Failed password for root$/);
    }
  });

  it('takes datagrams, from whom it may', async () => {
    const { reader, port } = await receive({ protocol: 'udp', allow: ['127.0.0.1'] });
    const own = createSocket('udp4');
    const stranger = createSocket('udp4');
    await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.2', () => resolve()));
    for (let n = 1; n <= 3; n++) own.send(message(n), port, '127.0.0.1');
    stranger.send(message(9), port, '127.0.0.1');
    expect(await reader.until(3)).toEqual([message(1), message(2), message(3)]);
    await reader.pull(0.3);
    expect(reader.follower.status()).toMatchObject({ lines: 3, dropped: 1 });
    own.close();
    stranger.close();
  });

  it('drops datagrams beyond the rate of their sender, and lets streams wait', async () => {
    const udp = await receive({ protocol: 'udp', messagesPerSecond: 10 });
    const socket = createSocket('udp4');
    for (let n = 0; n < 150; n++)
      await new Promise((resolve) => socket.send(message(n), udp.port, '127.0.0.1', resolve));
    await udp.reader.until(100);
    await udp.reader.pull(0.3);
    expect(udp.reader.follower.status().dropped).toBeGreaterThan(40);
    socket.close();
    const tcp = await receive({ messagesPerSecond: 100, spoolFolder: join(root, 'tcp') });
    const stream = await open(tcp.port);
    for (let n = 0; n < 1100; n++) stream.write(`${message(n)}\n`);
    expect(await tcp.reader.until(1100, 20)).toHaveLength(1100);
    expect(tcp.reader.follower.status().dropped).toBe(0);
  });

  it('speaks TLS, and asks for a certificate where it should', async () => {
    if (spawnSync('openssl', ['version']).error !== undefined) return;
    const key = join(root, 'key.pem');
    const certificate = join(root, 'certificate.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-subj',
        '/CN=host.example',
        '-keyout',
        key,
        '-out',
        certificate,
        '-days',
        '2',
      ],
      { stdio: 'ignore' },
    );
    const { reader, port } = await receive({ protocol: 'tls', key, certificate });
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    sockets.push(socket);
    socket.write(`${message(1).length} ${message(1)}`);
    expect(await reader.until(1)).toEqual([message(1)]);
    (reader.follower as SyslogFollower).reload();

    const strict = await receive({
      protocol: 'tls',
      key,
      certificate,
      clientCa: certificate,
      spoolFolder: join(root, 'strict'),
    });
    const stranger = connectTls({ port: strict.port, host: '127.0.0.1', rejectUnauthorized: false });
    sockets.push(stranger);
    await new Promise((resolve) => stranger.once('error', resolve));
    const known = connectTls({
      port: strict.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      key: execFileSync('cat', [key]),
      cert: execFileSync('cat', [certificate]),
    });
    sockets.push(known);
    known.write(`${message(2)}\n`);
    expect(await strict.reader.until(1)).toEqual([message(2)]);
  });

  it('says that its address is taken, and listens when it is free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const { port } = other.address() as { port: number };
    const reader = new Reader((from, _, effects) =>
      receiveSyslog(
        from,
        {
          protocol: 'tcp',
          host: '127.0.0.1',
          port,
          allow: [],
          certificate: null,
          key: null,
          clientCa: null,
          sensorBy: 'header',
          messagesPerSecond: null,
          spoolFolder: root,
        },
        effects,
      ),
    );
    readers.push(reader);
    await reader.pull(0.3);
    expect(reader.follower.status().state).toMatchObject({ kind: 'failed', code: 'EADDRINUSE' });
    await new Promise((resolve) => other.close(resolve));
    await reader.pull(5.5);
    expect(reader.follower.status().state).toEqual({ kind: 'following' });
  });

  it('goes on after a crash with what was spooled, under the same numbers', async () => {
    const { reader, port } = await receive({});
    const socket = await open(port);
    for (let n = 1; n <= 20; n++) {
      socket.write(`${message(n)}\n`);
      await reader.until(n);
    }
    await reader.restart(4);
    const again = await open(await portOf(reader));
    await reader.until(20);
    for (let n = 21; n <= 30; n++) again.write(`${message(n)}\n`);
    expect(await reader.until(30)).toEqual(Array.from({ length: 30 }, (_, i) => message(i + 1)));
    expect(reader.contradictions).toEqual([]);
    reader.follower.release?.(reader.batches.at(-1)!.position);
    const [folder] = readdirSync(root);
    expect(readdirSync(join(root, folder!))).toHaveLength(1);
  });

  it('lets streams wait while the spool is full, and loses nothing', async () => {
    const { reader, port } = await receive({ mostBytes: 40_000, segmentBytes: 10_000 });
    const socket = await open(port);
    for (let n = 1; n <= 4000; n++) socket.write(`${message(n)}\n`);
    while (reader.lines.size < 4000) {
      const batch = await reader.pull(5);
      if (batch === null) break;
      reader.follower.release?.(batch.position);
    }
    expect(reader.texts()).toEqual(Array.from({ length: 4000 }, (_, i) => message(i + 1)));
    expect(reader.follower.status().dropped).toBe(0);
  });

  it('leaves out the line that a crash cut off', async () => {
    writeFileSync(join(root, 'x'), '');
    const { reader, port } = await receive({});
    const socket = await open(port);
    socket.write(`${message(1)}\n`);
    await reader.until(1);
    await reader.stop();
    const folder = join(root, readdirSync(root).find((name) => name.startsWith('syslog'))!);
    execFileSync('sh', ['-c', `printf '%s' '${message(2).slice(0, -3)}' >> ${join(folder, '00000001.log')}`]);
    await reader.restart();
    const again = await open(await portOf(reader));
    again.write(`${message(3)}\n`);
    expect(await reader.until(2)).toEqual([message(1), message(3)]);
  });
});
