import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';

function quiet(terminal = false): CommandEffects & { out: () => string; err: () => string } {
  let out = '';
  let err = '';
  let clock = 1_700_000_000;
  return {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: terminal, columns: 80 },
    stdin: Readable.from([]),
    logFolder: '/nowhere',
    journal: 'no-journal',
    environment: {},
    now: () => clock++,
    machineZone: 'UTC',
    out: () => out,
    err: () => err,
  };
}

async function trouble(options: EvaluateOptions): Promise<Trouble> {
  try {
    await evaluate(options, quiet());
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new Error('no trouble');
}

describe('slowbrute evaluate', () => {
  it('prints two tables of the scenarios asked for, and nothing on standard error', async () => {
    const effects = quiet();
    const status = await evaluate({ scenarios: ['everything-quiet'], seeds: 1 }, effects);
    expect(status).toBe(0);
    const lines = effects.out().split('\n');
    expect(lines.filter((line) => line.startsWith('everything-quiet'))).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(effects.err()).toBe('');
  });

  it('prints the same again for the same seeds', async () => {
    const run = async () => {
      const effects = quiet();
      await evaluate({ scenarios: ['short'], seeds: '2', format: 'json' }, effects);
      return effects.out();
    };
    expect(await run()).toBe(await run());
  });

  it('starts at the first seed for scoring, unless told otherwise', async () => {
    const seedsOf = async (options: EvaluateOptions) => {
      const effects = quiet();
      await evaluate({ scenarios: ['short'], format: 'json', ...options }, effects);
      const { seeds } = JSON.parse(effects.out()) as { seeds: { seed: number }[] };
      return seeds.map(({ seed }) => seed);
    };
    expect(await seedsOf({ seeds: 2 })).toEqual([1000, 1001]);
    expect(await seedsOf({ seeds: 1, firstSeed: '7' })).toEqual([7]);
  });

  it('tells a terminal which log it is at, and clears the line', async () => {
    const effects = quiet(true);
    await evaluate({ scenarios: ['short'], seeds: 2 }, effects);
    expect(effects.err()).toContain('short, seed 1001 (2 of 2)');
    expect(effects.err().endsWith('\r\x1b[K')).toBe(true);
  });

  it('measures real logs instead, with figures only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slowbrute-evaluate-'));
    try {
      mkdirSync(join(folder, 'site-x'));
      const line = (second: number, host: number) =>
        `Sep  4 12:00:0${second} host sshd[${100 + second}]: Invalid user mallory from 192.0.2.${host} port 4000`;
      writeFileSync(join(folder, 'site-x', 'auth.log'), `${line(1, 1)}\n${line(2, 2)}\n`);
      writeFileSync(
        join(folder, 'campaigns.json'),
        JSON.stringify([
          {
            id: 'x1',
            site: 'site-x',
            confidence: 'strong',
            from: '2021-09-04 12:00',
            to: '2021-09-04 12:01',
            sources: ['192.0.2.1', '192.0.2.2'],
          },
        ]),
      );
      const effects = quiet();
      expect(await evaluate({ real: folder, format: 'json' }, effects)).toBe(0);
      const { sites } = JSON.parse(effects.out()) as { sites: { attempts: number; listed: unknown[] }[] };
      expect(sites[0]).toMatchObject({ site: 'site-x', lines: 2, attempts: 2 });
      expect(sites[0]!.listed[0]).toMatchObject({ id: 'x1', sources: 2, read: 2 });
      expect(effects.out()).not.toContain('192.0.2.');
      expect(effects.out()).not.toContain('mallory');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what was meant when a scenario is unknown, without passing on control characters', async () => {
    const found = await trouble({ scenarios: ['rosa\x1blita'] });
    expect(found).toMatchObject({ code: 'wrong-call' });
    expect(found.message).not.toContain('\x1b');
    expect(found.remedy).toContain('Did you mean rosalita?');
    expect((await trouble({ scenarios: ['nothing-like-it'] })).remedy).not.toContain('Did you mean');
  });

  it('takes no name from the prototype of an object for a scenario', async () => {
    expect(await trouble({ scenarios: ['constructor'] })).toMatchObject({ code: 'wrong-call' });
  });

  it('refuses numbers that are none, scenarios beside --real, and a folder that is not there', async () => {
    for (const seeds of ['0', '-1', '1.5', 'many', '']) {
      expect(await trouble({ scenarios: ['short'], seeds })).toMatchObject({ code: 'wrong-call' });
    }
    expect(await trouble({ scenarios: ['short'], real: '/nowhere' })).toMatchObject({ code: 'wrong-call' });
    expect(await trouble({ real: '/nowhere' })).toMatchObject({ code: 'no-such-path' });
  });
});
