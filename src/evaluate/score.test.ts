import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Campaign, Detection } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { isoTime } from '../model/time.ts';
import type { TrueCampaign, Truth } from '../model/truth.ts';
import { mostShared, precision, ratio, recall, scoreDetection, scoreNamed, shared } from './score.ts';

const START = Date.UTC(2024, 0, 1) / 1000;

function truth(over: Partial<Truth> = {}): Truth {
  return {
    schema: 'slowbrute.truth/1',
    scenario: 'by-hand',
    seed: 0,
    firstSeen: isoTime(START),
    lastSeen: isoTime(START + 86_400),
    attempts: 0,
    campaigns: [],
    people: [],
    background: { loud: [], scanners: [] },
    ...over,
  };
}

function trueCampaign(
  name: string,
  sources: readonly string[],
  over: Partial<TrueCampaign> = {},
): TrueCampaign {
  return {
    name,
    firstSeen: isoTime(START),
    lastSeen: isoTime(START + 36_000),
    attempts: sources.length,
    sources,
    userCount: 1,
    sensors: ['host.example'],
    compromised: [],
    ...over,
  };
}

const ALL = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'person', 'scanner', 'loud'];

function tableOf(sources: readonly string[]) {
  const builder = new AttemptTableBuilder();
  for (const [i, source] of sources.entries()) {
    builder.append({
      time: START + i,
      source,
      user: 'mallory',
      sensor: 'host.example',
      success: false,
      known: false,
      method: 'password',
    });
  }
  return builder.finish();
}

const table = tableOf(ALL);

function detected(sources: readonly string[], over: Partial<Campaign> = {}): Campaign {
  return {
    firstSeen: START,
    lastSeen: START + 36_000,
    rows: Uint32Array.from(sources.map((source) => ALL.indexOf(source))),
    falseAlarm: 1e-9,
    order: 'other',
    medianGapSeconds: 60,
    participants: sources.map((source) => ({
      source: ALL.indexOf(source),
      attempts: 1,
      firstSeen: START,
      lastSeen: START,
      confidence: 0.99,
      loud: false,
    })),
    compromised: [],
    evidence: [],
    ...over,
  };
}

function detection(...campaigns: Campaign[]): Detection {
  return { campaigns, loudSources: [], notices: [], quietFailures: 0, quietSources: 0, peopleSources: [] };
}

describe('the score of named sources', () => {
  const real = truth({
    campaigns: [trueCampaign('a', ['a1', 'a2', 'a3', 'a4'])],
    people: ['person'],
    background: { loud: ['loud'], scanners: ['scanner'] },
  });

  it('counts participants, people and background apart', () => {
    expect(scoreNamed(real, ['a1', 'a2', 'a3', 'person', 'scanner', 'loud'])).toEqual({
      named: 6,
      participants: 4,
      participantsNamed: 3,
      peopleNamed: 1,
      loudNamed: 1,
      scannersNamed: 1,
    });
  });

  it('has no precision where nothing is named and no recall where nothing is to be found', () => {
    expect(precision(scoreNamed(real, []))).toBeNull();
    expect(recall(scoreNamed(truth(), ['a1']))).toBeNull();
    expect(precision(scoreNamed(truth(), ['a1']))).toBe(0);
  });

  it('counts a source named twice, or in two true campaigns, once', () => {
    const twice = truth({ campaigns: [trueCampaign('a', ['a1', 'a2']), trueCampaign('b', ['a2', 'b1'])] });
    expect(scoreNamed(twice, ['a2', 'a2'])).toMatchObject({
      named: 1,
      participants: 3,
      participantsNamed: 1,
    });
  });
});

describe('the score of a detection', () => {
  it('is perfect where the campaign is found as it is', () => {
    const score = scoreDetection(
      table,
      truth({ campaigns: [trueCampaign('a', ['a1', 'a2', 'a3'])] }),
      detection(detected(['a1', 'a2', 'a3'])),
    );
    expect(score.trueCampaigns[0]).toMatchObject({
      detected: 0,
      sharedSources: 3,
      startErrorHours: 0,
      endErrorHours: 0,
    });
    expect(score.detectedCampaigns[0]).toMatchObject({ best: 'a', bestShared: 3, isFalse: false });
    expect(score.falseCampaigns).toBe(0);
  });

  it('says how many hours early or late start and end are', () => {
    const score = scoreDetection(
      table,
      truth({ campaigns: [trueCampaign('a', ['a1', 'a2'])] }),
      detection(detected(['a1', 'a2'], { firstSeen: START + 7200, lastSeen: START + 36_000 - 1800 })),
    );
    expect(score.trueCampaigns[0]).toMatchObject({ startErrorHours: 2, endErrorHours: -0.5 });
  });

  it('sees two campaigns reported as one: full recall, half the purity', () => {
    const score = scoreDetection(
      table,
      truth({ campaigns: [trueCampaign('a', ['a1', 'a2', 'a3']), trueCampaign('b', ['b1', 'b2', 'b3'])] }),
      detection(detected(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])),
    );
    expect(recall(score.sources)).toBe(1);
    expect(score.detectedCampaigns[0]).toMatchObject({ bestShared: 3, participants: 6, isFalse: false });
  });

  it('sees one campaign reported as two: pure, but only half of it in the best of them', () => {
    const score = scoreDetection(
      table,
      truth({ campaigns: [trueCampaign('a', ['a1', 'a2', 'a3', 'a4'])] }),
      detection(detected(['a1', 'a2']), detected(['a3', 'a4'])),
    );
    expect(recall(score.sources)).toBe(1);
    expect(score.trueCampaigns[0]).toMatchObject({ sharedSources: 2, sources: 4 });
  });

  it('calls a campaign false when half of its participants or more belong to none', () => {
    const real = truth({ campaigns: [trueCampaign('a', ['a1', 'a2'])] });
    const score = scoreDetection(table, real, detection(detected(['a1', 'scanner']), detected(['loud'])));
    expect(score.detectedCampaigns.map(({ isFalse }) => isFalse)).toEqual([true, true]);
    expect(score.falseCampaigns).toBe(2);
  });

  it('calls a missed campaign missed', () => {
    const score = scoreDetection(table, truth({ campaigns: [trueCampaign('a', ['a1'])] }), detection());
    expect(score.trueCampaigns[0]).toMatchObject({ detected: null, startErrorHours: null, sharedSources: 0 });
  });

  it('counts a compromised account once, found, missed or false', () => {
    const hit = (source: string) => ({
      source,
      user: 'mallory',
      time: isoTime(START),
      sensor: 'host.example',
    });
    const real = truth({
      campaigns: [trueCampaign('a', ['a1', 'a2'], { compromised: [hit('a1'), hit('a2')] })],
    });
    const reported = (source: string, time: number) => ({
      source: ALL.indexOf(source),
      user: table.users.indexOf('mallory'),
      time,
      sensor: 0,
    });
    const score = scoreDetection(
      table,
      real,
      detection(
        detected(['a1', 'a2', 'a3'], {
          compromised: [reported('a1', START), reported('a1', START + 60), reported('a3', START)],
        }),
      ),
    );
    expect(score.compromises).toEqual({ found: 1, missed: 1, false: 1 });
  });
});

describe('sets', () => {
  const set = fc.uniqueArray(fc.nat(20)).map((items) => new Set(items));

  it('share as much one way as the other, never more than the smaller has', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(shared(a, b)).toBe(shared(b, a));
        expect(shared(a, b)).toBeLessThanOrEqual(Math.min(a.size, b.size));
        expect(shared(a, a)).toBe(a.size);
      }),
    );
  });

  it('are matched with the one that shares most', () => {
    expect(mostShared(new Set([1, 2, 3]), [new Set([9]), new Set([1]), new Set([2, 3])])).toEqual({
      index: 2,
      shared: 2,
    });
    expect(mostShared(new Set([1]), [new Set([2])])).toBeNull();
  });

  it('give no share of nothing', () => {
    expect(ratio(0, 0)).toBeNull();
    expect(ratio(0, 3)).toBe(0);
  });
});
