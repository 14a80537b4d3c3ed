import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedLive } from '../../tests/detect/fake-live.ts';
import { Trouble } from '../model/error.ts';
import type { LiveOptions } from '../model/live.ts';
import { type ReplayCommandEffects, type ReplayCommandOptions, replay } from './replay.ts';

let folder = '';
let log = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-replay-'));
  log = join(folder, 'auth.log');
  const line = (i: number) =>
    `Nov 19 15:${String(i).padStart(2, '0')}:00 host.example sshd[${400 + i}]: Failed password for invalid user alias from 192.0.2.${i % 4} port 4000 ssh2\n`;
  writeFileSync(log, Array.from({ length: 20 }, (_, i) => line(i)).join(''));
});
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: ReplayCommandOptions = {
  format: 'text',
  every: false,
  closed: false,
  falseCampaignsPerYear: null,
  since: null,
  until: null,
  year: null,
  timezone: null,
  width: null,
};

/** Opens a campaign at the sixth attempt and names two sources. */
const sixth = () =>
  scriptedLive((row, { time }) =>
    row !== 5
      ? []
      : [
          {
            kind: 'campaign:opened',
            time,
            campaign: 'c1',
            by: 'names-in-turn',
            bits: 30,
            attempts: 6,
            firstSeen: time - 300,
          },
          ...['192.0.2.1', '192.0.2.2'].map((source) => ({
            kind: 'participant:named' as const,
            time,
            campaign: 'c1',
            source,
            confidence: 0.98,
            firstSeen: time - 200,
            attempts: 1,
          })),
        ],
  );

async function run(
  options: Partial<ReplayCommandOptions> = {},
  paths: readonly string[] = [log],
  more: Partial<ReplayCommandEffects> = {},
) {
  let out = '';
  let err = '';
  const live = sixth();
  let asked: LiveOptions | null = null;
  const status = await replay(
    paths,
    { ...OPTIONS, ...options },
    {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      stdin: Readable.from([]),
      logFolder: '/nonexistent',
      journal: 'false',
      environment: { LANG: 'C.UTF-8' },
      now: () => Date.UTC(2026, 10, 22) / 1000,
      machineZone: 'UTC',
      createLive: (given) => {
        asked = given;
        return live;
      },
      ...more,
    },
  );
  return { out, err, status, shown: live.seen.length, asked: asked as LiveOptions | null };
}

describe('slowbrute replay', () => {
  it('prints what would have been said and when, and what blocking would have prevented', async () => {
    const { out, err, status } = await run();
    expect(err).toBe('');
    expect(status).toBe(0);
    expect(out).toContain('Live detection would have opened 1 campaign.\n');
    expect(out).toMatch(/^2026-11-19 15:05 {2}c1 opens after 6 attempts since 15:00: /m);
    expect(out).toMatch(/^2026-11-19 15:05 {2}c1 names 2 sources \(2 now\)$/m);
    expect(out).toMatch(/^ {2}c1 +2 +10 +7 +87\.5 % +5 min$/m);
  });

  it('prints one event a line as JSON, and a summary at the end', async () => {
    const { out } = await run({ format: 'json' });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ kind, schema }) => kind ?? schema)).toEqual([
      'campaign:opened',
      'participant:named',
      'participant:named',
      'slowbrute.replay/1',
    ]);
    expect(lines[0]).toMatchObject({ time: '2026-11-19T15:05:00Z', attempts: 6 });
    expect(lines[3]).toMatchObject({
      input: { attempts: 20, paths: [log] },
      total: { attempts: 10, prevented: 7, limit: 8, share: 0.875 },
    });
  });

  it('keeps what a block would have stopped from the detector where that is asked for', async () => {
    expect((await run()).shown).toBe(20);
    const { out, shown } = await run({ closed: true });
    expect(shown).toBe(13);
    expect(out.replaceAll('\n', ' ')).toContain('What a block would have stopped was kept from it.');
  });

  it('takes the rate of false campaigns, and says it', async () => {
    const { asked, out } = await run({ falseCampaignsPerYear: 0.1 });
    expect(asked?.falseCampaignsPerYear).toBe(0.1);
    expect(out).toContain('It accepts one false campaign in 10 years.');
    expect((await run({ falseCampaignsPerYear: 2 })).out).toContain('2 false campaigns a year');
    for (const falseCampaignsPerYear of [0, 1000, Number.NaN])
      await expect(run({ falseCampaignsPerYear })).rejects.toMatchObject({ code: 'wrong-call' });
  });

  it('takes the time options of scan', async () => {
    expect((await run({ since: '2026-11-19T15:10' })).shown).toBe(10);
    expect((await run({ year: 2008, format: 'json' })).out).toContain('"time":"2008-11-19T15:05:00Z"');
    await expect(run({ since: '1d', until: '2d' })).rejects.toBeInstanceOf(Trouble);
    await expect(run({ timezone: 'Middle/Earth' })).rejects.toBeInstanceOf(Trouble);
  });

  it('ends with 1 and two lines where there is nothing to read', async () => {
    const { out, err, status } = await run({}, ['/nowhere/auth.log']);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err.trimEnd().split('\n')).toHaveLength(2);
  });

  it('replays an empty log', async () => {
    const { out, status } = await run({ since: '2026-11-21' });
    expect(status).toBe(0);
    expect(out).toContain('no login attempts');
    expect(out).toContain('Live detection would have said nothing.');
  });

  it('shows a terminal how far it has come, and erases it', async () => {
    let clock = 0;
    let err = '';
    await run({}, [log], {
      stderr: { write: (text) => (err += text), isTTY: true, columns: 80 },
      now: () => Date.UTC(2026, 10, 22) / 1000 + clock++,
    });
    expect(err).toContain('replaying   0 %');
    expect(err.endsWith('\r\x1b[K')).toBe(true);
  });
});
