/**
 * Every line set of the other tools, all services: what they say that a line tells, and what is read here. Where the
 * folder is absent this file says so and tests nothing. `node scripts/formats-table.mjs` writes the table into
 * docs/formats.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compared, tableOf } from './formats/compare.ts';
import { crowdsecSets } from './formats/crowdsec.ts';
import { FOLDER, isPresent } from './formats/line-set.ts';
import { ossecSets } from './formats/ossec.ts';
import { sshguardSets } from './formats/sshguard.ts';
import { zeekSets } from './formats/zeek.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/formats.md');
const TABLE = /(<!-- made by: node scripts\/formats-table\.mjs -->\n+)(?:\|[^\n]*\n)*/;

if (!isPresent) {
  describe("the peers' lines", () => {
    test(`are not here (${FOLDER} is absent), so nothing is compared`, () => {
      process.stderr.write(`peers' lines: ${FOLDER} is absent, nothing is compared\n`);
      expect(isPresent).toBe(false);
    });
  });
} else {
  const all = [...crowdsecSets(), ...sshguardSets(), ...ossecSets(), ...zeekSets()].map(compared);

  describe('no line is read with another source, user or outcome than its tool says', () => {
    for (const one of all) test(`${one.project} ${one.name}`, () => expect(one.wrong).toEqual([]));
  });

  describe('every line that tells of a login is read, but for those that are left on purpose', () => {
    for (const one of all)
      test(`${one.project} ${one.name}`, () =>
        expect(one.unread.filter(({ reason }) => reason === null).map(({ line }) => line)).toEqual([]));
  });

  test('the table in docs/formats.md is this one', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    expect(TABLE.test(text)).toBe(true);
    const filled = text.replace(TABLE, (_, before: string) => `${before}${tableOf(all)}`);
    if (process.env.FORMATS_TABLE === 'write') writeFileSync(DOCUMENT, filled);
    else expect(text).toBe(filled);
  });
}
