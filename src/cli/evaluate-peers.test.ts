import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-peers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function peers(options: EvaluateOptions): Promise<{ out: string; err: string; status: number }> {
  let out = '';
  let err = '';
  const effects: CommandEffects = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([]),
    logFolder: '/nowhere',
    journal: 'no-journal',
    environment: { XDG_CACHE_HOME: join(folder, 'cache') },
    now: () => 1_700_000_000,
    machineZone: 'UTC',
  };
  const status = await evaluate({ peers: true, scenarios: ['short'], seeds: 1, ...options }, effects);
  return { out, err, status };
}

const trouble = (options: EvaluateOptions) =>
  peers(options).then(
    () => expect.fail('no trouble'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(Trouble);
      return error as Trouble;
    },
  );

describe('slowbrute evaluate --peers where no program is unpacked', () => {
  it('says in two lines what is missing and how to get it, and measures the rest', async () => {
    const pictures = join(folder, 'pictures');
    const { out, err, status } = await peers({ pictures });
    expect(status).toBe(0);
    const said = err.trimEnd().split('\n');
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('fail2ban, sshguard, libfaketime, crowdsec: not unpacked in');
    expect(said[0]).toContain(join(folder, 'cache', 'slowbrute/peers'));
    expect(said[1]).toContain('--fetch');
    const lines = out.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const row = (title: string) => lines.find((line) => line.startsWith(`  ${title} `)) ?? '';
    for (const title of ['slowbrute', 'GFI-CUSUM', 'dictionaries', 'unknown user'])
      expect(row(title)).toMatch(/\d/);
    for (const title of ['fail2ban', 'sshguard', 'CrowdSec']) expect(row(title)).toMatch(/absent$/);
    expect(out).toContain('NOT MEASURED: fail2ban is not unpacked');
    expect(readdirSync(pictures).sort()).toEqual(['peers-over-time.svg', 'peers-prevented.svg']);
    for (const name of readdirSync(pictures)) {
      const svg = readFileSync(join(pictures, name), 'utf8');
      expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).toContain('>slowbrute');
    }
  });

  it('gives a program counts of every log, with what was absent and why', async () => {
    const { out } = await peers({ format: 'json', seeds: 2 });
    const document = JSON.parse(out) as {
      schema: string;
      peers: { name: string }[];
      summaries: { scenario: string; peers: { peer: string; absent: string | null }[] }[];
      logs: { seed: number; peers: Record<string, { kind: string }> }[];
    };
    expect(document.schema).toBe('slowbrute.evaluation-peers/1');
    expect(document.logs.map(({ seed }) => seed)).toEqual([1000, 1001]);
    expect(document.logs[0]!.peers.crowdsec).toEqual({ kind: 'absent', reason: 'crowdsec is not unpacked' });
    expect(document.logs[0]!.peers.slowbrute!.kind).toBe('ran');
    expect(document.summaries[0]!.peers.map(({ peer }) => peer)).toEqual(
      document.peers.map(({ name }) => name),
    );
  });
});

describe('slowbrute evaluate', () => {
  it('refuses --peers beside --live or --real, and its options without it', async () => {
    expect(await trouble({ live: true })).toMatchObject({ code: 'wrong-call' });
    expect(await trouble({ real: folder })).toMatchObject({ code: 'wrong-call' });
    expect(await trouble({ peers: false, fetch: true })).toMatchObject({ code: 'wrong-call' });
    expect(await trouble({ peers: false, programs: folder })).toMatchObject({ code: 'wrong-call' });
    expect(await trouble({ scenarios: ['alphabetica'] })).toMatchObject({ code: 'wrong-call' });
  });

  it('says where pictures cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await trouble({ pictures: join(file, 'below') })).toMatchObject({ code: 'not-writable' });
    expect(existsSync(join(file, 'below'))).toBe(false);
  });
});
