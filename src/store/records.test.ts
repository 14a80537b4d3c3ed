/** Records among lines of syslog: the byte machine leaves them to the readable path, and the table is the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AttemptTable } from '../model/attempt.ts';
import { shippedRecordForms } from '../parse/records/forms.ts';
import { realReadEffects } from '../read/effects.ts';
import { loadAttempts } from './load.ts';

const SAMPLES = shippedRecordForms()
  .services.flatMap(({ forms }) => forms.flatMap(({ samples }) => samples.map(({ record }) => record)))
  .filter((record) => !record.includes('\n'));

function lines(): string[] {
  const all: string[] = [];
  const sshd = (i: number) =>
    `2026-11-22T07:${String(i % 60).padStart(2, '0')}:02Z host.example sshd[${i}]: Failed password for invalid user u${i} from 198.51.100.${i % 250} port ${1024 + i} ssh2`;
  for (const sample of SAMPLES) {
    all.push(
      sshd(all.length),
      sample,
      `Nov 22 07:01:02 web.example nginx[7]: ${sample}`,
      `Nov 22 07:01:02 web.example app[7]: ${sample}`,
      `2026-11-22T07:01:02.1Z stdout F ${sample}`,
      JSON.stringify({ log: `${sample}\n`, stream: 'stdout', time: '2026-11-22T07:01:02Z' }),
    );
  }
  return all;
}

function rows(table: AttemptTable): string[] {
  return Array.from(table.time, (time, i) =>
    [
      time,
      table.sources[table.source[i]!],
      table.users[table.user[i]!],
      table.outcome[i],
      table.sensors[table.sensor[i]!],
    ].join(' '),
  );
}

test('records among lines are read the same with the machine and without', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-mixed-'));
  try {
    const path = join(folder, 'mixed.log');
    writeFileSync(path, `${lines().join('\n')}\n`);
    const options = { timezone: 'UTC', year: null, since: null, until: null, now: 1_800_000_000 };
    const effects = { ...realReadEffects(), onProgress: () => {} };
    const fast = await loadAttempts([path], options, effects);
    const readable = await loadAttempts([path], { ...options, readableOnly: true }, effects);
    expect(rows(fast.table)).toEqual(rows(readable.table));
    expect(fast.input.unreadByReason).toEqual(readable.input.unreadByReason);
    expect(fast.table.length).toBeGreaterThan(2 * SAMPLES.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
