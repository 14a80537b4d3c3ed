import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { certificate, raw } from '../../../tests/alarm/servers.ts';
import { alarmExamples, hostileMessage } from '../../../tests/golden/alarm-examples.ts';
import { Undelivered } from './channel.ts';
import { type EmailOptions, email } from './email.ts';
import { sendmail } from './sendmail.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowbrute-mail-'));
const { key, cert } = certificate(folder);
afterAll(() => rmSync(folder, { recursive: true }));
const MESSAGE = alarmExamples()[0]!.message;
const EFFECTS = { environment: { PASSWORD: 'hunter2', PATH: process.env.PATH } };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const patience = (ms = 8000) => AbortSignal.timeout(ms);

interface Post {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly raw: string;
}

/** A real mail server that keeps what it is given. */
async function server(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Post[] }> {
  const mails: Post[] = [];
  const smtp = new SMTPServer({
    key,
    cert,
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'hunter2' ? done(null, { user: username }) : done(new Error('no')),
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user as string | undefined,
          raw: text,
        });
        done();
      });
    },
    ...options,
  });
  smtp.on('error', () => {});
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  return { port: (smtp.server.address() as AddressInfo).port, mails };
}

const ADDRESSES = { from: 'slowbrute@host.example', to: ['ops@host.example', 'boss@host.example'] };
const to = (port: number, more: Partial<EmailOptions> = {}) =>
  email({ server: '127.0.0.1', port, ca: cert, ...ADDRESSES, ...more }, EFFECTS);
async function failure(promise: Promise<unknown>): Promise<Undelivered> {
  const error: unknown = await promise.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Undelivered);
  return error as Undelivered;
}
/** Headers of a mail, unfolded. */
const headers = (mail: string) =>
  mail
    .slice(0, mail.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n');

describe('mail', () => {
  it('goes encrypted to all its recipients, as one mail', async () => {
    const { port, mails } = await server();
    await to(port).send(MESSAGE, patience());
    expect(mails).toMatchObject([{ from: ADDRESSES.from, to: ADDRESSES.to, secure: true }]);
    const head = headers(mails[0]!.raw);
    expect(head).toContain(`Subject: ${MESSAGE.subject}`);
    expect(head).toContain('To: ops@host.example, boss@host.example');
    expect(head).toContain(`Message-ID: <slowbrute.${MESSAGE.id}@host.example>`);
    expect(head).toContain('Auto-Submitted: auto-generated');
    expect(head).toContain('X-Slowbrute-Severity: urgent');
    expect(mails[0]!.raw).toContain('Somebody got in');
    for (const line of mails[0]!.raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('goes encrypted from the first byte where that is asked for', async () => {
    const { port, mails } = await server({ secure: true });
    await to(port, { security: 'tls' }).send(MESSAGE, patience());
    expect(mails).toHaveLength(1);
  });

  it('goes with user and password', async () => {
    const { port, mails } = await server({ authOptional: false });
    const password = { kind: 'environment' as const, name: 'PASSWORD' };
    await to(port, { user: 'slowbrute', password }).send(MESSAGE, patience());
    expect(mails[0]!.user).toBe('slowbrute');
  });

  it('has the facts as a file where they are asked for', async () => {
    const { port, mails } = await server();
    await to(port, { attachFacts: true }).send(MESSAGE, patience());
    expect(mails[0]!.raw).toContain('filename=alarm.json');
  });

  it('of a hostile name has no header that is not ours', async () => {
    const { port, mails } = await server();
    await to(port).send(hostileMessage(), patience());
    const names = headers(mails[0]!.raw).map((line) => line.split(':')[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('Bcc');
    expect(names).not.toContain('X');
    expect(mails[0]!.to).toEqual(ADDRESSES.to);
  });

  it('even a subject with line breaks, which no message has, makes none', async () => {
    const { port, mails } = await server();
    const subject = 'a\r\nBcc: x@evil.example\r\n\r\nb';
    await to(port).send({ ...MESSAGE, subject }, patience());
    expect(headers(mails[0]!.raw).some((line) => line.startsWith('Bcc'))).toBe(false);
    expect(mails[0]!.to).toEqual(ADDRESSES.to);
  });
});

describe('mail is not delivered', () => {
  it('where the server has no encryption: it does not go in the clear', async () => {
    const { port, mails } = await server({ disabledCommands: ['STARTTLS'] });
    const error = await failure(to(port).send(MESSAGE, patience()));
    expect(error.message).toMatch(/encrypted|STARTTLS|TLS/i);
    expect(mails).toEqual([]);
  });

  it('where the certificate is not one that is trusted', async () => {
    const { port, mails } = await server();
    const error = await failure(to(port, { ca: undefined }).send(MESSAGE, patience()));
    expect(error.message).toContain('encrypted');
    expect(mails).toEqual([]);
  });

  it('where the password is wrong, and it is not told', async () => {
    const { port } = await server();
    const effects = { environment: { PASSWORD: 'hunter3' } };
    const password = { kind: 'environment' as const, name: 'PASSWORD' };
    const options = { server: '127.0.0.1', port, ca: cert, ...ADDRESSES, user: 'slowbrute', password };
    const error = await failure(email(options, effects).send(MESSAGE, patience()));
    expect(error.message).toContain('did not accept user and password');
    expect(`${error.message}${error.remedy}`).not.toContain('hunter3');
    expect(error.mayRetry).toBe(true);
  });

  it.each([
    [451, true],
    [550, false],
  ])('where the server says %i; another try makes sense: %s', async (responseCode, mayRetry) => {
    const { port } = await server({
      onMailFrom: (_, __, done) => done(Object.assign(new Error('no'), { responseCode })),
    });
    expect((await failure(to(port).send(MESSAGE, patience()))).mayRetry).toBe(mayRetry);
  });

  it('to one of two that is refused: it is delivered, and that is told', async () => {
    const { port, mails } = await server({
      onRcptTo: ({ address }, _, done) =>
        done(address.startsWith('boss') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    });
    const { remark } = await to(port).send(MESSAGE, patience());
    expect(mails).toHaveLength(1);
    expect(remark).toContain('boss@host.example');
  });

  it.each([
    ['hangs', () => {}],
    ['says nonsense', (say: (text: string) => void) => say('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['greets and hangs', (say: (text: string) => void) => say('220 host.example ESMTP\r\n')],
  ])('where the server %s, and that ends with its time', async (_, greet) => {
    const other = await raw((socket) => greet((text) => void socket.write(text)));
    closing.push(() => other.close());
    const began = Date.now();
    await failure(to(other.port).send(MESSAGE, patience(500)));
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it('where nobody listens', async () => {
    expect((await failure(to(9).send(MESSAGE, patience()))).message).toContain('ECONNREFUSED');
  });
});

describe('a configuration of mail that cannot be right', () => {
  it.each([
    ['unencrypted to another machine', { server: 'mail.host.example', security: 'none' as const }],
    ['nobody to write to', { to: [] }],
    ['two addresses in one', { to: ['a@host.example, b@host.example'] }],
    ['a header in an address', { to: ['a@host.example\r\nBcc: b@host.example'] }],
    ['an option for an address', { to: ['-oQ/tmp@host.example'] }],
    ['a name beside the address', { from: 'Me <me@host.example>' }],
    ['a user without a password', { user: 'me' }],
  ])('is refused: %s', (_, more) => {
    expect(() => email({ server: '127.0.0.1', ...ADDRESSES, ...more }, EFFECTS)).toThrow(
      expect.objectContaining({ code: 'bad-config' }),
    );
  });
});

describe('sendmail', () => {
  /** A sendmail that keeps its arguments and its input. */
  function program(body: string): string {
    const path = join(folder, `sendmail-${Math.random().toString(36).slice(2)}`);
    writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return path;
  }

  it('is given its recipients behind --, and the mail on standard input', async () => {
    const out = join(folder, 'out');
    const path = program(`printf '%s\\n' "$@" > ${out}.args; cat > ${out}.mail`);
    await sendmail({ path, ...ADDRESSES }, EFFECTS).send(hostileMessage(), patience());
    expect(readFileSync(`${out}.args`, 'utf8').trim().split('\n')).toEqual([
      '-i',
      '-f',
      ADDRESSES.from,
      '--',
      ...ADDRESSES.to,
    ]);
    expect(readFileSync(`${out}.mail`, 'utf8')).toMatch(/^From: slowbrute@host\.example\n/m);
  });

  it.each([
    ['fails', 'echo "mail system is down" >&2; exit 75', /status 75: mail system is down/],
    ['does not read its input', 'exit 1', /status 1/],
    ['hangs, and is ended with its children', 'sleep 100 & sleep 100', /did not end in time/],
  ])('that %s', async (_, body, says) => {
    const channel = sendmail({ path: program(body), ...ADDRESSES }, EFFECTS);
    expect((await failure(channel.send(MESSAGE, patience(700)))).message).toMatch(says);
  });

  it('that is not there', async () => {
    const channel = sendmail({ path: '/nonexistent/sendmail', ...ADDRESSES }, EFFECTS);
    expect((await failure(channel.send(MESSAGE, patience()))).message).toContain('could not be run');
  });
});
