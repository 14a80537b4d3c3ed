/** The 43 lines that were published in 2008: one campaign, and everybody in it. */
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { loadAttempts } from '../../src/store/load.ts';

const log = new URL('../../../shared/data/rosalita.log', import.meta.url).pathname;
const there = existsSync(log);
if (!there)
  process.stdout.write(`not run: ${log} is not here (the published lines are no part of the repository)\n`);

describe.runIf(there)('the published lines', () => {
  it('are one alphabetical campaign of 43 attempts on 8 names by 40 sources, and no other', async () => {
    const { table } = await loadAttempts(
      [log],
      { timezone: 'UTC', year: 2008, since: null, until: null, now: 1_230_768_000 },
      { stdin: Readable.from([]), logFolder: '/var/log', journal: 'journalctl', onProgress: () => {} },
    );
    const { campaigns } = detect(table);
    expect(campaigns).toHaveLength(1);
    const [campaign] = campaigns;
    expect(campaign!.order).toBe('alphabetical');
    expect(campaign!.rows).toHaveLength(43);
    expect(new Set([...campaign!.rows].map((row) => table.user[row])).size).toBe(8);
    expect(campaign!.participants).toHaveLength(40);
  });
});
