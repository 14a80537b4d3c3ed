import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { certificate, raw } from '../../../tests/alarm/servers.ts';
import { alarmExamples, hostileMessage } from '../../../tests/golden/alarm-examples.ts';
import { messageSchema } from '../schema.ts';
import { Undelivered } from './channel.ts';
import { commandChannel } from './command.ts';
import { syslogChannel } from './syslog.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowbrute-syslog-'));
afterAll(() => rmSync(folder, { recursive: true }));
const MESSAGE = alarmExamples()[0]!.message;
const EFFECTS = { environment: { PATH: process.env.PATH } };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const patience = (ms = 5000) => AbortSignal.timeout(ms);
async function failure(promise: Promise<unknown>): Promise<Undelivered> {
  const error: unknown = await promise.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Undelivered);
  return error as Undelivered;
}

/** RFC 5424: daemon.alert is 3 * 8 + 1. */
const FRAME =
  /^<25>1 2026-11-22T03:10:00Z watch\.host\.example slowbrute - account:compromised - slowbrute on watch/;

describe('syslog', () => {
  it('by UDP is one datagram, in the form of RFC 5424', async () => {
    const socket = createSocket('udp4');
    const got: Buffer[] = [];
    socket.on('message', (datagram) => got.push(datagram));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    closing.push(() => socket.close());
    const to = { kind: 'udp' as const, host: '127.0.0.1', port: socket.address().port };
    await syslogChannel({ to }, EFFECTS).send(MESSAGE, patience());
    while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(got[0]!.toString()).toMatch(FRAME);
    expect(got[0]!.length).toBeLessThan(1500);
  });

  it('by TCP is counted in octets, and hostile names are no second line', async () => {
    let text = '';
    const server = await raw((socket: Socket) => {
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    });
    closing.push(() => server.close());
    const to = { kind: 'tcp' as const, host: '127.0.0.1', port: server.port };
    await syslogChannel({ to }, EFFECTS).send(hostileMessage(), patience());
    const [, octets, frame] = /^(\d+) (.*)$/su.exec(text)!;
    expect(Number(octets)).toBe(Buffer.byteLength(frame!));
    expect(frame).not.toMatch(/[\x00-\x1f\x7f]/);
    expect(frame!.split(' ')[2]).not.toContain('\n');
  });

  it('by TLS is that, encrypted, and only to a server that is trusted', async () => {
    const { key, cert } = certificate(folder);
    let text = '';
    const server = createTls({ key, cert }, (socket) => {
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const to = { kind: 'tls' as const, host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    await failure(syslogChannel({ to }, EFFECTS).send(MESSAGE, patience()));
    expect(text).toBe('');
    await syslogChannel({ to: { ...to, ca: cert }, format: 'json' }, EFFECTS).send(MESSAGE, patience());
    const json = text.slice(text.indexOf('{'));
    expect(messageSchema.parse(JSON.parse(json))).toEqual(MESSAGE);
  });

  it('of this machine goes through logger, by its arguments, the line on standard input', async () => {
    const out = join(folder, 'logger.out');
    const logger = join(folder, 'logger');
    writeFileSync(logger, `#!/bin/sh\nprintf '%s\\n' "$*" > ${out}; cat >> ${out}\n`, { mode: 0o755 });
    await syslogChannel({ to: { kind: 'local', logger } }, EFFECTS).send(MESSAGE, patience());
    const [args, line, rest] = readFileSync(out, 'utf8').split('\n');
    expect(args).toBe('-t slowbrute -p daemon.alert');
    expect(line).toContain('SOMEBODY GOT IN');
    expect(rest).toBe('');
  });

  it('that is not there is a failure; by UDP nobody would know', async () => {
    const to = { kind: 'tcp' as const, host: '127.0.0.1', port: 9 };
    expect((await failure(syslogChannel({ to }, EFFECTS).send(MESSAGE, patience()))).message).toContain(
      'ECONNREFUSED',
    );
    const local = syslogChannel({ to: { kind: 'local', logger: '/nonexistent/logger' } }, EFFECTS);
    await failure(local.send(MESSAGE, patience()));
  });
});

describe('a command', () => {
  const script = (body: string) => ['/bin/sh', '-c', body] as const;

  it('has the message as one line of JSON on standard input, and nothing of it in its arguments or environment', async () => {
    const out = join(folder, 'command.out');
    const run = script(`cat > ${out}; env > ${out}.env`);
    await commandChannel({ run }, { environment: { ...EFFECTS.environment, SECRET: 'hunter2' } }).send(
      hostileMessage(),
      patience(),
    );
    const text = readFileSync(out, 'utf8');
    expect(text.split('\n')).toHaveLength(2);
    expect(messageSchema.parse(JSON.parse(text))).toEqual(hostileMessage());
    const environment = readFileSync(`${out}.env`, 'utf8');
    expect(environment).toContain('SLOWBRUTE_ALARM_SEVERITY=urgent');
    expect(environment).not.toMatch(/hunter2|evil/);
  });

  it('that hangs is ended, and whatever it started with it', async () => {
    const out = join(folder, 'late');
    const run = script(`trap '' TERM; (sleep 4; touch ${out}) & sleep 4`);
    const began = Date.now();
    expect((await failure(commandChannel({ run }, EFFECTS).send(MESSAGE, patience(200)))).message).toContain(
      'in time',
    );
    expect(Date.now() - began).toBeLessThan(4000);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(existsSync(out)).toBe(false);
  });

  it('that leaves a child behind with its standard error open does not keep us', async () => {
    const began = Date.now();
    await commandChannel({ run: script('sleep 3 & exit 0') }, EFFECTS).send(MESSAGE, patience());
    expect(Date.now() - began).toBeLessThan(2500);
  });

  it('that fails says so in its own words, printable', async () => {
    const run = script('printf "no\\033[2J route" >&2; exit 3');
    const { message } = await failure(commandChannel({ run }, EFFECTS).send(MESSAGE, patience()));
    expect(message).toContain('status 3');
    expect(message).not.toContain('\u001b');
  });
});
