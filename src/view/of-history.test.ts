import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../model/live.ts';
import { MemoryHistory } from '../store/history/memory.ts';
import { attempt, commitOf } from '../store/history/test-engines.ts';
import { ofHistory } from './of-history.ts';
import { IS_LOUD, IS_UNKNOWN } from './site.ts';

const START = 1_700_000_000;
const NOW = START + 90_000;

/** Thirty sources walk through ten names, one of them logs in; a campaign was opened at the twentieth attempt. */
async function site() {
  const history = new MemoryHistory();
  const attempts = Array.from({ length: 60 }, (_, i) =>
    attempt(i + 1, {
      time: START + i * 600,
      source: `198.51.100.${(i % 30) + 1}`,
      user: `name${Math.floor(i / 6)}`,
    }),
  );
  attempts.push(
    attempt(61, { time: START + 60 * 600, source: '198.51.100.1', user: 'ann', known: true, success: true }),
    attempt(62, { time: START + 61 * 600, source: '192.0.2.9', user: 'correct horse' }),
  );
  const events: { seq: number; nth: number; event: LiveEvent }[] = [
    {
      seq: 20,
      nth: 0,
      event: {
        kind: 'campaign:opened',
        time: START + 19 * 600,
        campaign: 'c1',
        by: 'names-in-turn',
        bits: 20,
        attempts: 20,
        firstSeen: START,
      },
    },
    ...Array.from({ length: 30 }, (_, i) => ({
      seq: 30,
      nth: i,
      event: {
        kind: 'participant:named' as const,
        time: START + 29 * 600,
        campaign: 'c1',
        source: `198.51.100.${i + 1}`,
        confidence: 0.99,
        firstSeen: START + i * 600,
        attempts: 1,
      },
    })),
    {
      seq: 61,
      nth: 0,
      event: {
        kind: 'account:compromised',
        time: START + 60 * 600,
        campaign: 'c1',
        source: '198.51.100.1',
        user: 'ann',
        sensor: 'host',
      },
    },
  ];
  await history.commit(commitOf({ attempts, events }));
  return { history, site: ofHistory({ name: '/state', version: '0', questions: history, now: () => NOW }) };
}

describe('a history as a site', () => {
  it('says the worst that is so, and counts by what attempts belong to', async () => {
    const { site: one } = await site();
    const { state, totals, campaigns, compromised, series, blocks } = await one.overview({});
    expect(state).toBe('compromised');
    expect(totals).toMatchObject({ attempts: 62, failures: 61, successes: 1, sources: 31, participants: 30 });
    expect(campaigns.map(({ id, isOngoing }) => [id, isOngoing])).toEqual([['c1', true]]);
    expect(compromised).toMatchObject([{ campaign: 'c1', user: 'ann' }]);
    const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
    expect(sum(series.quiet)).toBe(1);
    expect(sum(series.successes)).toBe(1);
    expect(sum(series.campaigns[0]!.counts)).toBe(60);
    expect(blocks).toMatchObject({ isDryRun: true, isEstimate: true });
  });

  it('counts the names of each campaign, those of its participants alone', async () => {
    const { site: one } = await site();
    expect((await one.campaigns({})).map(({ users }) => users)).toEqual([10]);
    expect((await one.overview({})).campaigns[0]?.users).toBe(10);
    expect((await one.campaign('c1'))?.row.users).toBe(10);
    // however little of it is looked at
    expect((await one.campaigns({ since: START, until: START + 60 })).map(({ users }) => users)).toEqual([
      10,
    ]);
  });

  it('says what is coordinated and no attack, and what to do, as a report on its weeks would', async () => {
    const { history } = await site();
    const options = { name: '/state', version: '0', questions: history, now: () => NOW };
    const one = ofHistory(options);
    expect((await one.overview({})).advice).toEqual([]);
    await expect
      .poll(async () => (await one.overview({})).advice.length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const { advice } = await one.overview({});
    expect(advice.map(({ kind }) => kind)).toContain('no-passwords');
  });

  it('draws loud sources as such, and no more than a daemon has room for', async () => {
    const { history, site: one } = await site();
    const many = Array.from({ length: 5 }, (_, i) =>
      attempt(63 + i, { time: START + 40_000 + i, source: '203.0.113.5', user: 'root' }),
    );
    await history.commit(commitOf({ attempts: many }));
    const picture = await one.picture({ limit: 1_000_000 });
    const loud = [...picture.flags].filter((flags) => (flags & IS_LOUD) !== 0).length;
    expect(loud).toBe(5);
    expect((await one.overview({})).totals.loudSources).toBe(1);
    expect((await one.source('203.0.113.5'))?.isLoud).toBe(true);
    expect((await one.source('198.51.100.1'))?.isLoud).toBe(false);
  });

  it('draws each attempt with its campaign', async () => {
    const { site: one } = await site();
    const picture = await one.picture({ limit: 1000 });
    expect(picture.length).toBe(62);
    expect(picture.campaigns).toEqual(['c1']);
    expect([...picture.campaign].filter((n) => n === 1).length).toBe(61);
    expect(picture.flags[0]).toBe(IS_UNKNOWN);
    const ofCampaign = await one.picture({ limit: 1000, campaign: 'c1' });
    expect(ofCampaign.length).toBe(61);
    expect((await one.picture({ limit: 1000, campaign: 'c9' })).length).toBe(0);
  });

  it('tells of a campaign and of a source, and null of what it does not know', async () => {
    const { site: one } = await site();
    const campaign = await one.campaign('c1');
    expect(campaign?.participants.length).toBe(30);
    expect(await one.campaign('c9')).toBeNull();
    const source = await one.source('198.51.100.1');
    expect(source).toMatchObject({ successes: 1, successUsers: ['ann'] });
    expect(source?.memberships[0]?.campaign).toBe('c1');
    expect(await one.source('203.0.113.1')).toBeNull();
  });

  it('tells what comes, in order, and of many only the newest and how many there were', async () => {
    const { history, site: one } = await site();
    expect(await one.news({ seq: 62, nth: 0 })).toEqual([]);
    const [first, second] = await one.news({ seq: 60, nth: 0 });
    expect(first).toMatchObject({ kind: 'attempts', skipped: 0, attempts: [{ seq: 61 }, { seq: 62 }] });
    expect(second).toMatchObject({ kind: 'event', event: { kind: 'account:compromised' } });
    await history.commit(
      commitOf({
        attempts: Array.from({ length: 500 }, (_, i) => attempt(63 + i, { time: START + 50_000 + i })),
      }),
    );
    const [many] = await one.news({ seq: 62, nth: 0 });
    expect(many).toMatchObject({ kind: 'attempts', skipped: 300 });
  });

  it('pages backwards from where the page before ended', async () => {
    const { site: one } = await site();
    const seqs = async (after?: number) => {
      const rows: number[] = [];
      const filter = { newestFirst: true, limit: 3, ...(after === undefined ? {} : { after }) };
      for await (const { seq } of one.attempts(filter)) rows.push(seq);
      return rows;
    };
    expect(await seqs()).toEqual([62, 61, 60]);
    expect(await seqs(60)).toEqual([59, 58, 57]);
  });
});
