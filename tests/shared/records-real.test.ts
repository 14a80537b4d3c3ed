/**
 * A real honeypot's log of 54 days, beside counts made otherwise. It is not part of this repository: it is read from
 * `shared/data/real` beside it. Where that folder is absent this file says so and tests nothing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AttemptTableBuilder } from '../../src/model/table.ts';
import { isoTime } from '../../src/model/time.ts';
import { createLogParser } from '../../src/parse/log-parser.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/real/site-l');

if (!existsSync(FOLDER)) {
  test(`cowrie's real log is not here (${FOLDER} is absent), so nothing is counted`, () => {
    process.stderr.write(`cowrie's real log: ${FOLDER} is absent, nothing is counted\n`);
    expect(existsSync(FOLDER)).toBe(false);
  });
} else {
  test('site-l, JSON of cowrie: attempts, sources, names and days as counted otherwise', () => {
    const builder = new AttemptTableBuilder();
    const parser = createLogParser(
      { timezone: 'UTC', year: null, reference: Date.UTC(2026, 10, 22) / 1000 },
      builder,
    );
    for (const name of readdirSync(FOLDER).sort()) {
      parser.beginFile({ name, group: 'cowrie.json' });
      const text = gunzipSync(readFileSync(join(FOLDER, name))).toString('utf8');
      for (const line of text.split('\n')) if (line !== '') parser.line(line);
    }
    const counts = parser.finish();
    const table = builder.finish();
    expect({
      lines: counts.lines,
      unread: counts.unreadLines,
      attempts: table.length,
      logins: table.outcome.reduce((sum, one) => sum + one, 0),
      sources: table.sources.length,
      names: table.users.length - 1,
      sensors: table.sensors,
      first: isoTime(table.time[0]!).slice(0, 10),
      last: isoTime(table.time[table.length - 1]!).slice(0, 10),
    }).toEqual({
      lines: 102_686,
      unread: 0,
      attempts: 17_298,
      logins: 0,
      sources: 1240,
      names: 2080,
      sensors: ['sensor01'],
      first: '2018-05-06',
      last: '2018-07-02',
    });
  });
}
