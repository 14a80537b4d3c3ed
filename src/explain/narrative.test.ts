import { describe, expect, it } from 'vitest';
import { everything } from '../../tests/golden/examples.ts';
import { type CampaignFacts, campaignParagraphs, campaignTitle, certainty } from './narrative.ts';
import { buildReport } from './report.ts';
import type { ParticipantReport } from './schema.ts';

const example = everything();
const [walk] = buildReport(example.log, example.detection).campaigns;

const participant: ParticipantReport = {
  source: '192.0.2.1',
  attempts: 1,
  firstSeen: '2026-11-19T00:00:00Z',
  lastSeen: '2026-11-19T00:00:00Z',
  confidence: 0.99,
  loud: false,
};

/** The campaign of the examples, with other facts: a month with an attempt an hour, all days, unless said otherwise. */
function facts(change: Partial<CampaignFacts> & { readonly sources?: number } = {}): CampaignFacts {
  const { sources = 40, ...more } = change;
  return {
    ...walk!,
    ongoing: false,
    firstSeen: '2025-12-19T15:00:00Z',
    lastSeen: '2026-01-18T15:00:00Z',
    attempts: 720,
    participants: Array.from({ length: sources }, () => participant),
    perDay: Array.from({ length: 31 }, (_, i) => ({ date: `2026-01-${i + 1}`, attempts: 23 })),
    pace: { medianGapSeconds: 3600, attemptsPerDay: 24, returnSeconds: 40 * 3600, returningSources: 40 },
    usernames: { ...walk!.usernames, order: 'other', walk: null, count: 27 },
    ...more,
  };
}
const pace = (change: Partial<CampaignFacts['pace']>) => ({ ...facts().pace, ...change });
const says = (change: Parameters<typeof facts>[0]) => campaignParagraphs(facts(change)).join(' ');

describe('a campaign in its time', () => {
  it('says both years where it goes across New Year', () => {
    expect(campaignTitle(facts())).toBe(
      'Campaign c1: 40 sources, 720 attempts from 2025-12-19 to 2026-01-18',
    );
    expect(says({})).toMatch(/^From 2025-12-19 15:00 to 2026-01-18 15:00 UTC, 40 sources made 720 attempts/);
  });

  it('names the day once where it had only one', () => {
    const oneDay = { firstSeen: '2026-08-11T05:23:00Z', lastSeen: '2026-08-11T05:55:00Z' };
    expect(campaignTitle(facts(oneDay))).toContain('720 attempts on 2026-08-11');
    expect(says(oneDay)).toMatch(/^On 2026-08-11 from 05:23 to 05:55 UTC, /);
  });

  it('is still going on where it is, and then says when it was last seen', () => {
    expect(campaignTitle(facts({ ongoing: true }))).toMatch(/since 2025-12-19$/);
    expect(says({ ongoing: true })).toContain('still at the end of the log (last seen 2026-01-18 15:00 UTC)');
  });
});

describe('how often', () => {
  it('is its usual gap, its number a day, and when sources come back', () => {
    expect(says({})).toContain(
      'One attempt about every 60 min, 24 a day; all 40 sources came back, typically after 40 h.',
    );
  });

  it('speaks of bursts where the usual gap would have had it over in a third of its time', () => {
    expect(says({ pace: pace({ medianGapSeconds: 24 }) })).toContain(
      'The attempts came in bursts, about 24 s apart, 24 a day',
    );
  });

  it('does not call a burst what is days apart', () => {
    expect(
      says({ attempts: 30, pace: pace({ medianGapSeconds: (23 * 3600) / 3, attemptsPerDay: 1 }) }),
    ).toContain('The attempts came at odd times, 1 a day');
  });

  it('does not say of a source that tries again at once that it came back', () => {
    expect(says({ pace: pace({ returnSeconds: 15, returningSources: 39 }) })).toContain(
      '39 of 40 sources tried more than once, the next time typically after 15 s.',
    );
    expect(says({ pace: pace({ returnSeconds: 0 }) })).toContain(
      'all 40 sources tried more than once, the next time typically at once.',
    );
    expect(says({ pace: pace({ returnSeconds: null, returningSources: 0 }) })).toContain(
      'no source came twice.',
    );
  });

  it('gives no number a day for what was over in two', () => {
    const short = { firstSeen: '2026-04-16T22:39:00Z', lastSeen: '2026-04-17T00:24:00Z', attempts: 278 };
    expect(says({ ...short, pace: pace({ medianGapSeconds: 20, attemptsPerDay: 278 }) })).toContain(
      'One attempt about every 20 s; ',
    );
  });
});

describe('the names', () => {
  it('are counted all, not only those of the sample', () => {
    const usernames = {
      ...facts().usernames,
      count: 198,
      current: null,
      known: { count: 0, attempts: 0, top: [] },
    };
    expect(says({ usernames })).toMatch(/in no order of the alphabet: (\S+, ){5}\S+ and 192 more\.$/);
  });

  it('say which one, where nearly all is for one', () => {
    const usernames = {
      ...facts().usernames,
      order: 'one-name' as const,
      count: 7,
      sample: ['123', 'host', 'admin', 'david', 'hello', 'user1', 'test'],
      mostTried: { user: 'admin', attempts: 702, sources: 40 },
      known: { count: 0, attempts: 0, top: [] },
    };
    expect(says({ usernames })).toContain(
      'Nearly all of it goes for one name, admin (702 of 720 attempts); the rest for 123, host, david, hello, user1 and 1 more.',
    );
  });

  it('that exist here are named, one by its name alone', () => {
    const known = (...top: { user: string; attempts: number; sources: number }[]) =>
      says({ usernames: { ...facts().usernames, known: { count: top.length, attempts: 9, top } } });
    expect(known({ user: 'root', attempts: 9, sources: 3 })).toContain(
      'root, which exists here, was tried 9 times.',
    );
    expect(known({ user: 'nora', attempts: 1, sources: 1 })).toContain(
      'nora, which exists here, was tried once.',
    );
    expect(
      known({ user: 'root', attempts: 8, sources: 3 }, { user: 'nora', attempts: 1, sources: 1 }),
    ).toContain('2 users that exist here were tried, 9 times in all: root (8) and nora (1).');
  });
});

describe('how sure', () => {
  it.each([
    [1e-12, 'Practically certain: ', 'less than one in a million million.'],
    [1e-5, 'Very sure: ', 'one in 100,000.'],
    [0.008, 'Sure: ', 'one in 130.'],
    [0.04, 'Fairly sure: ', 'one in 25.'],
    [0.2, 'Only a suspicion: ', 'one in 5.'],
  ])('a false alarm of %d is in words', (falseAlarm, begin, end) => {
    const said = certainty(facts({ falseAlarm }));
    expect(said.startsWith(begin)).toBe(true);
    expect(said.endsWith(end)).toBe(true);
  });
});
