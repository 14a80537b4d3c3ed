/**
 * What the parser counts in real logs, beside counts made by hand and by other means. The logs are not part of this
 * repository: they are read from `shared/data/real` beside it. Where that folder is absent this file says so and
 * tests nothing. Why some counts differ by more than a line: docs/parsing.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SUCCESS } from '../../src/model/attempt.ts';
import { AttemptTableBuilder } from '../../src/model/table.ts';
import { createLogParser } from '../../src/parse/log-parser.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/real');
const present = existsSync(FOLDER);

interface Site {
  readonly name: string;
  /** Last day of the log: the parser has to find the years from it. */
  readonly until: string;
  readonly attempts: number;
  /** Attempts that the other count leaves out, and the parser finds; see docs/parsing.md. */
  readonly more?: number;
  readonly sources: number;
  readonly names: number;
  readonly logins: number;
  readonly first: string;
  readonly last: string;
  /** Lines that are cut in the middle, or whose source is no address. */
  readonly unread: number;
  /** The newest file has the lowest number. */
  readonly numbered?: true;
  /** Each file is a host. */
  readonly hosts?: true;
  readonly only?: string;
}

const SITES: readonly Site[] = [
  {
    name: 'site-a',
    until: '2022-02-10',
    attempts: 286_996,
    sources: 4129,
    names: 2154,
    logins: 110,
    first: '2021-08-17',
    last: '2022-01-24',
    unread: 5,
  },
  {
    name: 'site-b',
    until: '2022-01-05',
    attempts: 3314,
    sources: 1554,
    names: 336,
    logins: 1135,
    first: '2021-03-09',
    last: '2021-12-31',
    unread: 14,
  },
  {
    name: 'site-c',
    until: '2024-08-11',
    attempts: 1380,
    sources: 56,
    names: 309,
    logins: 0,
    first: '2024-08-11',
    last: '2024-08-11',
    unread: 0,
  },
  {
    name: 'site-d',
    until: '2016-06-01',
    attempts: 134_439,
    sources: 323,
    names: 3770,
    logins: 22_882,
    first: '2016-02-21',
    last: '2016-03-14',
    unread: 0,
    numbered: true,
  },
  {
    name: 'site-e',
    until: '2009-06-01',
    attempts: 33_134,
    sources: 78,
    names: 6541,
    logins: 15,
    first: '2009-01-08',
    last: '2009-01-26',
    unread: 0,
    numbered: true,
  },
  {
    name: 'site-f',
    until: '2014-12-01',
    attempts: 30_536,
    sources: 124,
    names: 298,
    logins: 557,
    first: '2014-10-27',
    last: '2014-11-10',
    unread: 0,
  },
  {
    name: 'site-g',
    until: '2006-06-01',
    attempts: 3923,
    more: 75,
    sources: 345,
    names: 12,
    logins: 0,
    first: '2005-06-10',
    last: '2006-02-28',
    unread: 0,
    only: 'messages.gz',
  },
  {
    name: 'site-h',
    until: '2015-01-01',
    attempts: 1489,
    sources: 29,
    names: 225,
    logins: 0,
    first: '2014-11-30',
    last: '2014-12-02',
    unread: 0,
  },
  {
    name: 'site-i',
    until: '2017-06-01',
    attempts: 1159,
    sources: 150,
    names: 54,
    logins: 226,
    first: '2017-03-27',
    last: '2017-04-20',
    unread: 0,
  },
  {
    name: 'site-j',
    until: '2016-12-01',
    attempts: 4540,
    sources: 93,
    names: 112,
    logins: 4,
    first: '2016-11-06',
    last: '2016-11-10',
    unread: 0,
  },
  {
    name: 'site-k',
    until: '2017-01-01',
    attempts: 531,
    sources: 24,
    names: 63,
    logins: 1,
    first: '2016-12-10',
    last: '2016-12-10',
    unread: 0,
  },
  {
    name: 'site-m',
    until: '2026-04-02',
    attempts: 0,
    sources: 0,
    names: 0,
    logins: 0,
    first: '',
    last: '',
    unread: 0,
  },
  {
    name: 'site-n',
    until: '2014-06-01',
    attempts: 340_515,
    more: 9138,
    sources: 361,
    names: 3,
    logins: 77_274,
    first: '2014-01-01',
    last: '2014-01-31',
    unread: 13,
    hosts: true,
  },
];

/** Counted by other means, on other ideas of what one attempt is. */
const SLACK = 0.02;

if (!present) {
  describe('the real logs', () => {
    test(`are not here (${FOLDER} is absent), so nothing is counted in them`, () => {
      process.stderr.write(`real logs: ${FOLDER} is absent, nothing is counted in them\n`);
      expect(present).toBe(false);
    });
  });
} else {
  describe('attempts, sources, names and logins in real logs', () => {
    for (const site of SITES) test(site.name, () => check(site), 300_000);
  });
}

function check(site: Site): void {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(
    { timezone: 'UTC', year: null, reference: Date.parse(`${site.until}T00:00:00Z`) / 1000 },
    builder,
  );
  const folder = join(FOLDER, site.name);
  const files = readdirSync(folder).sort();
  if (site.numbered === true) files.reverse();
  for (const file of files) {
    if (site.only !== undefined && file !== site.only) continue;
    parser.beginFile({ name: file, group: site.hosts === true ? file : site.name });
    const bytes = readFileSync(join(folder, file));
    const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) parser.line(line);
  }
  const counts = parser.finish();
  const table = builder.finish();
  const sources = new Set<number>();
  const users = new Set<number>();
  let logins = 0;
  for (let i = 0; i < table.length; i++) {
    if (table.outcome[i] === SUCCESS) logins++;
    else {
      sources.add(table.source[i]!);
      users.add(table.user[i]!);
    }
  }
  const day = (i: number) =>
    table.length === 0 ? '' : new Date(table.time[i]! * 1000).toISOString().slice(0, 10);
  expect({ logins, first: day(0), last: day(table.length - 1), unread: counts.unreadLines }).toEqual({
    logins: site.logins,
    first: site.first,
    last: site.last,
    unread: site.unread,
  });
  within(table.length - logins, site.attempts + (site.more ?? 0), SLACK);
  // a host name of the other count is an address here where any line of the connection tells it
  within(sources.size, site.sources, site.name === 'site-f' ? 0.06 : SLACK);
  within(users.size, site.names, SLACK);
}

/** One more or less is within any slack. */
function within(count: number, expected: number, slack: number): void {
  expect(Math.abs(count - expected), `${count} for ${expected}`).toBeLessThanOrEqual(
    Math.max(1, expected * slack),
  );
}
