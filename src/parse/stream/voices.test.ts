/** Two voices of one attempt, in two inputs that are not read in step. */
import { describe, expect, it } from 'vitest';
import { BEGIN, stampOf } from '../../../tests/parse/stream-lines.ts';
import type { Told } from '../../model/stream.ts';
import { createStreamParser } from './stream-parser.ts';
import { Voices } from './voices.ts';

const MAIL =
  'postfix/smtpd[7]: warning: unknown[192.0.2.40]: SASL LOGIN authentication failed: authentication failure';
const PAM =
  'auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=amanda rhost=192.0.2.40  user=amanda';
const SSS =
  'auth: pam_sss(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=amanda rhost=192.0.2.40 user=amanda';
const LOGIN = 'sshd[9]: Failed password for root from 192.0.2.40 port 4000 ssh2';

/** `[input, seconds of the log, seconds of the wall, message]`; a tick where there is no message. */
type Step = readonly [input: string, time: number, now: number, message?: string];

/** What is told, with the second of the wall when it is: `12 auth.log:3 postfix amanda`. */
function told(steps: readonly Step[]): string[] {
  const voices = new Voices();
  const parsers = new Map<string, ReturnType<typeof createStreamParser>>();
  const found: string[] = [];
  for (const [input, time, now, message] of steps) {
    const parser = parsers.get(input) ?? createStreamParser({ input, timezone: 'UTC' });
    parsers.set(input, parser);
    if (message === undefined) voices.tick(BEGIN + now);
    else parser.line(`${stampOf(BEGIN + time)} host.example ${message}`, BEGIN + now);
    voices.take(parser.drain(), BEGIN + now);
    found.push(...voices.drain().map((one) => `${now} ${said(one)}`));
  }
  return found;
}

function said(one: Told): string {
  const name = one.kind === 'attempt' ? one.attempt.name : one.name;
  const what = one.kind === 'attempt' ? `${one.attempt.service} ${one.attempt.user}` : `amended ${one.user}`;
  return `${name.input}:${name.line} ${what}`;
}

describe("a module's row and the service's", () => {
  it('is one attempt, whoever speaks first; the service is heard at once', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['mail', 2, 2, MAIL],
      ]),
    ).toEqual(['2 mail:1 postfix null', '2 mail:1 amended amanda']);
    expect(
      told([
        ['mail', 0, 0, MAIL],
        ['auth', 2, 2, PAM],
      ]),
    ).toEqual(['0 mail:1 postfix null', '2 mail:1 amended amanda']);
  });

  it('is told by itself after three minutes of its log', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['auth', 180, 180, LOGIN],
        ['auth', 181, 181, LOGIN],
      ]),
    ).toEqual(['180 auth:2 sshd root', '181 auth:1 dovecot amanda', '181 auth:3 sshd root']);
  });

  it('or of the wall where nothing comes', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['auth', 0, 180],
        ['auth', 0, 181],
      ]),
    ).toEqual(['181 auth:1 dovecot amanda']);
  });

  it('each row of the service stands for one of each module', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['auth', 0, 0, SSS],
        ['auth', 1, 1, PAM],
        ['mail', 2, 2, MAIL],
        ['auth', 200, 200],
      ]),
    ).toEqual(['2 mail:1 postfix null', '2 mail:1 amended amanda', '200 auth:3 dovecot amanda']);
  });

  it('what one module alone told stands for the next one', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['auth', 1, 1, SSS],
        ['auth', 200, 200],
        ['auth', 400, 400],
      ]),
    ).toEqual(['200 auth:1 dovecot amanda']);
  });

  it('is one attempt still where the service is read when the module was told', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['auth', 0, 181],
        ['mail', 2, 200, MAIL],
        ['mail', 3, 201, MAIL],
      ]),
    ).toEqual(['181 auth:1 dovecot amanda', '201 mail:2 postfix null']);
  });

  it('more than three minutes apart are two', () => {
    expect(
      told([
        ['auth', 0, 0, PAM],
        ['mail', 181, 100, MAIL],
        ['auth', 181, 181],
      ]),
    ).toEqual(['100 mail:1 postfix null', '181 auth:1 dovecot amanda']);
  });
});

it('a flood of one source takes no longer than its length', () => {
  const voices = new Voices();
  const mail = createStreamParser({ input: 'mail', timezone: 'UTC' });
  const auth = createStreamParser({ input: 'auth', timezone: 'UTC' });
  let attempts = 0;
  for (let i = 0; i < 20_000; i++) {
    const now = BEGIN + Math.floor(i / 100);
    mail.line(`${stampOf(now)} host.example ${MAIL}`, now);
    if (i % 2 === 0) auth.line(`${stampOf(now)} host.example ${PAM}`, now);
    voices.take(mail.drain(), now);
    voices.take(auth.drain(), now);
    for (const one of voices.drain()) if (one.kind === 'attempt') attempts++;
  }
  expect(attempts).toBe(20_000);
});
