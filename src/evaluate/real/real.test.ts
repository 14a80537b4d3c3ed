import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign, Detection } from '../../model/detection.ts';
import { Trouble } from '../../model/error.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import { BASELINES } from '../baselines/all.ts';
import { type ListedCampaign, readSites } from './listed.ts';
import { scoreSite } from './score.ts';
import { realLogsTable } from './table.ts';

const START = Date.UTC(2021, 8, 4, 12) / 1000;

const ENTRY = {
  id: 'x1',
  site: 'site-x',
  confidence: 'certain',
  from: '2021-09-04 12:00',
  to: '2021-09-04 14:13',
  attempts: 3,
  sources: ['192.0.2.1', 'HOST.example'],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-real-'));
  mkdirSync(join(folder, 'site-x'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = (content: unknown) =>
  writeFileSync(
    join(folder, 'campaigns.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );

describe('a folder of real logs', () => {
  it('is read as sites with their listed campaigns, minutes and days to their last second', () => {
    mkdirSync(join(folder, 'site-y'));
    list([ENTRY, { ...ENTRY, id: 'x2', from: '2021-09-04', to: '2021-09-05', sources: [] }]);
    const [x, y] = readSites(folder);
    expect(x).toMatchObject({ name: 'site-x', year: 2021 });
    expect(x!.listed[0]).toMatchObject({
      from: START,
      to: START + 2 * 3600 + 13 * 60 + 59,
      sources: ['192.0.2.1', 'host.example'],
    });
    expect(x!.listed[1]!.to - x!.listed[1]!.from).toBe(2 * 86_400 - 1);
    expect(y).toMatchObject({ name: 'site-y', year: null, listed: [] });
  });

  it('takes the year of the first line from the periods in README.md, where there is one', () => {
    list([ENTRY]);
    writeFileSync(
      join(folder, 'README.md'),
      'Logs.\n\n| site | period |\n|---|---|\n| site-x | 2020-08-17 .. 2021-10-24 | 799 |\n',
    );
    expect(readSites(folder)[0]!.year).toBe(2020);
  });

  const trouble = (): Trouble => {
    try {
      readSites(folder);
    } catch (error) {
      if (error instanceof Trouble) return error;
      throw error;
    }
    throw new Error('no trouble');
  };

  it('is refused without a list, with what to do', () => {
    expect(trouble()).toMatchObject({ code: 'no-such-path' });
    expect(trouble().remedy).toContain('campaigns.json');
  });

  it('is refused with a list that is no JSON, or lacks a field, naming it', () => {
    list('[{]');
    expect(trouble().message).toContain('is no JSON');
    list([{ ...ENTRY, from: 'yesterday' }]);
    expect(trouble().message).toContain('0.from');
    list([{ ...ENTRY, sources: undefined }]);
    expect(trouble().message).toContain('0.sources');
  });

  it('is refused where a listed site has no folder', () => {
    list([{ ...ENTRY, site: 'site-z' }]);
    expect(trouble().message).toContain('site-z');
  });
});

describe('the score of a real site', () => {
  const SOURCES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '192.0.2.6'];
  const builder = new AttemptTableBuilder();
  for (const source of SOURCES) {
    builder.append({
      time: START,
      source,
      user: 'mallory',
      sensor: 'host.example',
      success: false,
      known: false,
      method: 'password',
    });
  }
  const table = builder.finish();
  const campaign = (members: readonly number[], loud = false): Campaign => ({
    firstSeen: START,
    lastSeen: START + 3600,
    rows: Uint32Array.from(members),
    falseAlarm: 1e-6,
    order: 'other',
    medianGapSeconds: 60,
    participants: members.map((source) => ({
      source,
      attempts: 1,
      firstSeen: START,
      lastSeen: START,
      confidence: 0.9,
      loud,
    })),
    compromised: [],
    evidence: [],
  });
  const detection = (...campaigns: Campaign[]): Detection => ({
    campaigns,
    loudSources: [],
    notices: [],
    quietFailures: 0,
    quietSources: 0,
    peopleSources: [],
  });
  const listed = (id: string, sources: readonly string[], over: Partial<ListedCampaign> = {}) => ({
    id,
    site: 'site-x',
    confidence: 'certain' as const,
    from: START,
    to: START + 7200,
    sources,
    ...over,
  });
  const score = (entries: readonly ListedCampaign[], found: Detection) =>
    scoreSite('site-x', entries, table, found, { lines: 6, unreadLines: 0 }, BASELINES);

  it('tells one piece from several, and sources that the parser never saw', () => {
    const [x] = score(
      [listed('x1', [...SOURCES.slice(0, 4), '192.0.2.99'])],
      detection(campaign([0, 1, 5]), campaign([2])),
    ).listed;
    expect(x).toMatchObject({
      sources: 5,
      read: 4,
      namedInOne: 2,
      namedInAny: 3,
      extra: 1,
      intervalOverlap: 0.5,
    });
  });

  it('says which of the extra sources another list has', () => {
    const [x] = score(
      [listed('x1', SOURCES.slice(0, 2)), listed('x2', SOURCES.slice(2, 4))],
      detection(campaign([0, 1, 2, 4])),
    ).listed;
    expect(x).toMatchObject({ extra: 2, extraListedElsewhere: 1 });
  });

  it('calls a control called when its sources are most of a campaign', () => {
    const control = listed('x3', SOURCES.slice(0, 2), { confidence: 'control' });
    expect(score([control], detection(campaign([0, 1, 2]))).listed[0]!.calledCampaign).toBe(true);
    expect(score([control], detection(campaign([0, 2, 3]))).listed[0]!.calledCampaign).toBe(false);
  });

  it('says what the baselines name of a list', () => {
    const [x] = score([listed('x1', SOURCES.slice(0, 2))], detection()).listed;
    expect(x!.baselines).toMatchObject({ 'first-unknown-user': 2, 'per-source-threshold': 0 });
  });

  it('counts quiet campaigns apart from those of loud sources', () => {
    const site = score([], detection(campaign([0, 1]), campaign([2, 3], true)));
    expect(site.detected).toHaveLength(2);
    expect(site.quietCampaigns).toBe(1);
  });

  it('is shown in figures only, within 100 columns', () => {
    const control = listed('x4', [], { confidence: 'control' });
    const text = realLogsTable(
      [score([listed('x1', SOURCES), control], detection(campaign([0, 1, 2, 3, 4, 5])))],
      BASELINES,
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const source of SOURCES) expect(text).not.toContain(source);
    expect(text).toContain('1 reported');
  });
});
