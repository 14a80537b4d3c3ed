/** A stream has no end: nothing grows with it, and nothing waits for its end. */
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { BEGIN, stampOf } from '../../../tests/parse/stream-lines.ts';
import { createStreamParser } from './stream-parser.ts';
import { Voices } from './voices.ts';

const OPTIONS = { input: 'auth.log', timezone: 'UTC' };

/** Tells lines one after the other, so many seconds apart; the size of the state behind them, bytes. */
function sizeAfter(lines: number, gapSeconds: number, messageOf: (i: number) => string): number {
  const parser = createStreamParser(OPTIONS);
  const voices = new Voices();
  for (let i = 0; i < lines; i++) {
    const now = BEGIN + i * gapSeconds;
    parser.line(`${stampOf(now)} ${messageOf(i)}`, now);
    voices.take(parser.drain(), now);
    voices.drain();
  }
  // what was told before takes 8 bytes a line, of 65,536 lines and hosts at most (replays.ts)
  const saved = parser.save();
  const connections = { ...saved.connections, replays: null };
  return serialize({ ...saved, replays: null, connections, voices: voices.save() }).length;
}

/** By UseDNS the host's name first and then the address, and a process of its own for each of the two. */
const sshd = (i: number) => {
  const pid = 100 + i;
  const visitor = `h${i >> 1}.example`;
  return i % 2 === 0
    ? `host.example sshd[${pid}]: Failed password for user-number-${i} from ${visitor} port ${1000 + (i % 60_000)} ssh2`
    : `host.example sshd[${pid}]: Invalid user user-number-${i} from 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255} port ${1000 + ((i - 1) % 60_000)}`;
};

describe('the state does not grow with the stream', () => {
  it.each<[string, (i: number) => string]>([
    ['sources, users and processes of sshd', sshd],
    ['hosts', (i) => `host-number-${i}.example sshd[7]: Invalid user amanda from 192.0.2.1 port 4000`],
    [
      'sessions of other services',
      (i) =>
        `host.example dropbear[${i}]: Bad password attempt for 'user-number-${i}' from 10.0.${(i >> 8) & 255}.${i & 255}:5000`,
    ],
    [
      'modules and what they are set off against',
      (i) =>
        `host.example auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=u${i} rhost=10.1.${(i >> 8) & 255}.${i & 255}  user=u${i}`,
    ],
  ])('%s', (_, messageOf) => {
    const short = sizeAfter(3000, 60, messageOf);
    const long = sizeAfter(12_000, 60, messageOf);
    expect(long).toBeLessThan(short + 1000);
  });
});

describe('nothing waits for the end', () => {
  /** Seconds from the line of an attempt to when it is told, at most; one line every `gap` seconds. */
  const longestWait = (message: string, gap: number): number => {
    const parser = createStreamParser(OPTIONS);
    let longest = 0;
    for (let i = 0; i < 400; i++) {
      const now = BEGIN + i * gap;
      parser.line(`${stampOf(now)} host.example sshd: ${message}`, now);
      for (const one of parser.drain())
        if (one.kind === 'attempt') longest = Math.max(longest, now - one.attempt.time);
    }
    return longest;
  };

  it('a source known by its name alone, and without a process, is told within eleven minutes', () => {
    const wait = longestWait(
      'error: PAM: authentication error for illegal user alias from host-7.example',
      30,
    );
    expect(wait).toBeGreaterThan(300);
    expect(wait).toBeLessThanOrEqual(660);
  });

  it('what only modules tell of it, too', () => {
    const wait = longestWait(
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1',
      30,
    );
    expect(wait).toBeGreaterThan(300);
    expect(wait).toBeLessThanOrEqual(660);
  });

  it('where no more lines come the wall clock tells', () => {
    const parser = createStreamParser(OPTIONS);
    const key = 'Failed publickey for root from 192.0.2.1 port 4000 ssh2: RSA SHA256:abc';
    parser.line(`${stampOf(BEGIN)} host.example sshd[7]: ${key}`, BEGIN);
    parser.tick(BEGIN + 300);
    expect(parser.drain()).toEqual([]);
    parser.tick(BEGIN + 301);
    const [told] = parser.drain();
    expect(told).toMatchObject({
      kind: 'attempt',
      attempt: { time: BEGIN, user: 'root', method: 'publickey', name: { line: 1, nth: 0 } },
    });
  });

  it('more attempts than a connection can make are told at once', () => {
    const parser = createStreamParser(OPTIONS);
    let told = 0;
    for (let i = 0; i < 5000; i++) {
      parser.line(
        `${stampOf(BEGIN)} host.example sshd[7]: Failed publickey for root from 192.0.2.1 port 4000 ssh2: RSA SHA256:abc`,
        BEGIN,
      );
      told += parser.drain().length;
    }
    expect(told).toBeGreaterThan(4000);
  });
});
