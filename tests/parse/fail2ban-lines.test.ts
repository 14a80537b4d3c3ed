import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpackPackages } from '../../src/evaluate/peers/unpack.ts';
import { LINES_FOLDER, scoreFilters } from './fail2ban-lines.ts';

const CACHE = resolve(import.meta.dirname, '../../.cache/components');
const ROOT = join(CACHE, 'fail2ban');
const DOCUMENT = resolve(import.meta.dirname, '../../docs/formats.md');

const folder = join(ROOT, LINES_FOLDER);
const why = existsSync(folder) ? null : unpackPackages(['fail2ban'], ROOT, join(CACHE, 'apt'));
const found = existsSync(folder);

/** Filters of services whose logins are read here: at least so many of the lines must be. */
const LEAST: Readonly<Record<string, number>> = {
  asterisk: 31,
  bitwarden: 4,
  'cyrus-imap': 10,
  dovecot: 37,
  exim: 13,
  'mysqld-auth': 14,
  'nginx-http-auth': 6,
  postfix: 10,
  proftpd: 9,
  'pure-ftpd': 1,
  sshd: 53,
  vsftpd: 4,
};

describe.skipIf(!found)("the lines of fail2ban's own tests", () => {
  const scores = found ? scoreFilters(folder) : [];

  it('no other source is read than the one that fail2ban names', () => {
    // `Failed password for .. from A port 1 ssh2:  from B port 2 ssh2`: fail2ban takes A. sshd writes nothing behind ssh2 for a
    // password (auth.c, auth_log: `info` is a key's or a host's), so that all before the last ` from ` is a name.
    const wrong = scores.flatMap((score) => score.wrong);
    expect(
      wrong.filter((line) => !/Failed password for .* ssh2: +from \S+ port \d+ ssh2$/.test(line)),
    ).toEqual([]);
    expect(wrong.length).toBeLessThanOrEqual(1);
  });

  it.each(Object.entries(LEAST))('of %s at least %i are read', (filter, least) => {
    expect(scores.find((score) => score.filter === filter)?.right ?? 0).toBeGreaterThanOrEqual(least);
  });

  it('the table in docs/formats.md is this one', () => {
    const rows = scores
      .filter(({ right }) => right > 0)
      .map(
        ({ filter, lines, right, wrong, unread }) =>
          `| ${[filter, lines, right, wrong.length, unread].join(' | ')} |`,
      );
    const sum = (of: (score: (typeof scores)[number]) => number) =>
      scores.reduce((total, one) => total + of(one), 0);
    const others = scores.filter(({ right }) => right === 0);
    const table = [
      '| filter | lines | right | another source | unread |',
      '|---|---|---|---|---|',
      ...rows,
      `| ${others.length} others | ${others.reduce((total, one) => total + one.lines, 0)} | 0 | 0 | ${others.reduce((total, one) => total + one.unread, 0)} |`,
      `| all | ${[sum((one) => one.lines), sum((one) => one.right), sum((one) => one.wrong.length), sum((one) => one.unread)].join(' | ')} |`,
    ].join('\n');
    const text = readFileSync(DOCUMENT, 'utf8');
    const begin = '<!-- made by: FORMATS_TABLE=write npx vitest run tests/parse/fail2ban-lines.test.ts -->\n';
    const at = text.indexOf(begin) + begin.length;
    const end = text.indexOf('\n\n', at);
    if (process.env.FORMATS_TABLE === 'write')
      writeFileSync(DOCUMENT, `${text.slice(0, at)}${table}${text.slice(end < 0 ? text.length : end)}`);
    else expect(text.slice(at, end < 0 ? text.trimEnd().length : end).trim()).toBe(table);
  });
});

describe.skipIf(found)("the lines of fail2ban's own tests", () => {
  it.skip(`cannot be had: ${why ?? ''}`, () => {});
});
