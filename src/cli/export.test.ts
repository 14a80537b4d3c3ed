// The command over the sample log: what comes out, what is said beside it, and what is no call.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import { type ExportCallOptions, exportCommand } from './export.ts';
import { top } from './top.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SAMPLE = resolve(import.meta.dirname, '../../samples/rosalita.log.gz');
/** Small, without a campaign: read faster where only the call matters. */
const QUIET = resolve(import.meta.dirname, '../../samples/office-day.log');

async function run(options: Partial<ExportCallOptions>) {
  let [stdout, stderr] = ['', ''];
  const status = await exportCommand(
    {
      config: null,
      state: join(folder, 'nothing'),
      socket: null,
      paths: [SAMPLE],
      format: 'text',
      campaign: null,
      confidence: 0.9,
      showNames: false,
      organisation: null,
      email: null,
      tlp: null,
      hours: 336,
      places: [],
      output: null,
      since: null,
      until: null,
      year: 2008,
      timezone: null,
      ...options,
    },
    {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      stdin: Readable.from([]),
      environment: { HOME: folder },
      logFolder: folder,
      journal: '/nonexistent',
      now: () => Date.parse('2026-11-23T00:00:00Z') / 1000,
      machineZone: 'UTC',
    },
  );
  return { status, stdout, stderr };
}

describe('slowbrute export', () => {
  it('writes the participants of a log, each once', async () => {
    const { status, stdout } = await run({});
    expect(status).toBe(0);
    const sources = stdout.trimEnd().split('\n');
    expect(sources.length).toBeGreaterThan(100);
    expect(new Set(sources).size).toBe(sources.length);
  });
  it('writes to a file that is for its owner alone', async () => {
    const output = join(folder, 'bundle.json');
    const { stdout } = await run({ format: 'stix', output });
    expect(stdout).toBe('');
    expect(statSync(output).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ type: 'bundle' });
  });
  it.each<[string, Partial<ExportCallOptions>, RegExp]>([
    ['a campaign that is not there', { campaign: 'c99' }, /c99: there is no such campaign/],
    ['letters of nobody', { format: 'abuse' }, /somebody who answers/],
    ['an address that is none', { email: 'me' }, /me: is no e-mail address/],
    ['a file of places that is not there', { places: ['/nonexistent/x.mmdb'] }, /there is no such file/],
    ['a file that cannot be written', { output: '/nonexistent/x' }, /cannot be written/],
    ['a history that is not there', { paths: [] }, /there is no history/],
  ])('refuses %s in two lines', async (_, options, message) => {
    const failed = run({ paths: [QUIET], ...options });
    await expect(failed).rejects.toThrow(Trouble);
    await expect(failed).rejects.toThrow(message);
  });
});

describe('slowbrute top', () => {
  it('says where there is nothing to look at', async () => {
    const call = {
      config: null,
      state: join(folder, 'nothing'),
      socket: null,
      every: 1,
      once: true,
      showNames: false,
    };
    const effects = {
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
      stdin: Readable.from([]),
      environment: { HOME: folder },
      logFolder: folder,
      journal: '/nonexistent',
      now: () => 0,
      machineZone: 'UTC',
    };
    await expect(top(call, effects)).rejects.toThrow(/there is no history/);
  });
});
