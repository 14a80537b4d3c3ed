/** Many logs as one line a peer, the table, and the labels of a picture. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apart, cumulativePicture } from './cumulative-picture.ts';
import { dotPicture } from './dot-picture.ts';
import type { LogResult, PeerResult } from './run.ts';
import type { PeerScore } from './score.ts';
import { summarisePeers } from './summary.ts';
import { peersTable } from './table.ts';

const NONE = { sources: 0, blocked: 0 };

function ran(score: Partial<PeerScore>, cpuSeconds = 1): PeerResult {
  return {
    kind: 'ran',
    cpuSeconds,
    score: {
      participants: NONE,
      people: NONE,
      scanners: NONE,
      loud: NONE,
      attackAttempts: 0,
      limit: 0,
      prevented: 0,
      preventedForGood: 0,
      loudAttempts: 0,
      loudPrevented: 0,
      peopleStopped: 0,
      attemptsBeforeFirst: null,
      ...score,
    },
  };
}

const result = (scenario: string, seed: number, peers: Record<string, PeerResult>): LogResult => ({
  scenario,
  seed,
  lines: 50_000,
  attempts: 10_000,
  peers,
});

const PEERS = [
  { name: 'slowbrute', title: 'slowbrute', describes: 'live' },
  { name: 'other', title: 'other', describes: `a tool ${'with settings '.repeat(12)}` },
];
const peers = PEERS.map((peer) => ({ ...peer, run: () => Promise.reject(new Error('not here')) }));

const campaign = { attackAttempts: 110, limit: 100 };
const RESULTS = [
  result('a', 1, {
    slowbrute: ran({ ...campaign, prevented: 90, preventedForGood: 90, attemptsBeforeFirst: 4 }, 2),
    other: ran({ ...campaign, prevented: 10, preventedForGood: 60, attemptsBeforeFirst: 50 }, 5),
  }),
  result('a', 2, {
    slowbrute: ran({ ...campaign, prevented: 70, preventedForGood: 70, attemptsBeforeFirst: 8 }, 2),
    other: ran({ ...campaign }, 5),
  }),
  result('b', 1, {
    slowbrute: ran({ people: { sources: 7, blocked: 1 } }),
    other: { kind: 'absent', reason: 'it was killed\u001b after 600 s' },
  }),
];

describe('the summary of peers', () => {
  const [a, b, all] = summarisePeers(RESULTS, peers);

  it('adds before it divides, and keeps the worst log', () => {
    expect(a).toMatchObject({ scenario: 'a', logs: 2, lines: 100_000 });
    expect(a!.peers[0]).toMatchObject({
      preventedShare: 0.8,
      preventedWorst: 0.7,
      attemptsBeforeFirst: 6,
      campaignLogs: 2,
      blindLogs: 0,
      cpuRatio: 1,
    });
    expect(a!.peers[1]).toMatchObject({
      preventedShare: 0.05,
      preventedForGoodShare: 0.3,
      attemptsBeforeFirst: 50,
      blindLogs: 1,
      cpuRatio: 2.5,
      cpuSecondsPer100kLines: 10,
    });
  });

  it('has nothing to say of prevention where there was no campaign, nor of a peer that did not run', () => {
    expect(b!.peers[0]).toMatchObject({ preventedShare: null, campaignLogs: 0, people: { blocked: 1 } });
    expect(b!.peers[1]).toMatchObject({ logs: 0, absent: expect.stringContaining('killed'), cpuRatio: null });
  });

  it('pools all scenarios last, each peer over the logs on which it ran', () => {
    expect(all).toMatchObject({ scenario: 'all', logs: 3 });
    expect(all!.peers.map(({ logs }) => logs)).toEqual([3, 2]);
    expect(summarisePeers(RESULTS.slice(0, 2), peers)).toHaveLength(1);
  });

  it('is a table of a hundred columns with a heading for each scenario', () => {
    const text = peersTable([a!, b!, all!], PEERS);
    const lines = text.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toContain('NOT MEASURED on every log: it was killed');
    expect(text).not.toContain('\u001b');
    const at = lines.indexOf('a (2 logs, 100,000 lines)');
    expect(lines[at + 1]).toMatch(/^ {2}slowbrute +- +\.800 +\.800 +6 .* 1\.0$/);
    expect(lines[at + 2]).toMatch(/^ {2}other +- +\.050 +\.300 +50 -1 .* 2\.5$/);
    expect(lines[at + 3]).toBe('b (1 log, 50,000 lines)');
    expect(lines[at + 5]).toMatch(/^ {2}other( +absent){9}$/);
  });
});

describe('labels at the ends of curves', () => {
  it('never touch, and stand where they wish when there is room', () => {
    const heights = fc.array(fc.integer({ min: 60, max: 410 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(heights, (wishes) => {
        const placed = apart(wishes.map((wanted) => ({ wanted }))).map((label) => label.placed);
        const gaps = placed.slice(1).map((y, i) => y - placed[i]!);
        expect(Math.min(15, ...gaps)).toBeGreaterThanOrEqual(15 - 1e-9);
      }),
    );
    expect(apart([{ wanted: 300 }, { wanted: 100 }]).map(({ placed }) => placed)).toEqual([100, 300]);
  });
});

describe('pictures', () => {
  it('escape what they are given, and draw what was not measured as that', () => {
    const svg = dotPicture([
      {
        title: 'a <b> & "c"',
        rows: [
          { title: 'one', share: 0.5, shareForGood: 0.9, people: 2 },
          { title: 'two', share: null, shareForGood: null, people: 0 },
        ],
      },
    ]);
    expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    expect(svg).toContain('not measured');
    expect(svg).not.toContain('NaN');
  });

  it('of one attempt, or of none prevented, are whole', () => {
    const one = [{ time: 1_700_000_000, stopped: false, first: true }];
    const svg = cumulativePicture('one', one, [{ title: 'nobody', times: [] }]);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg).toContain('nobody 0');
  });
});
