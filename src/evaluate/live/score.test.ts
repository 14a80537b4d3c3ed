import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oracleLive, scriptedLive } from '../../../tests/detect/fake-live.ts';
import type { Live } from '../../detect/live/live.ts';
import { replay } from '../../detect/live/replay.ts';
import type { LiveEvent } from '../../model/live.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import { isoTime } from '../../model/time.ts';
import type { Truth } from '../../model/truth.ts';
import { scoreReplay } from './score.ts';

const START = Date.UTC(2024, 0, 1) / 1000;
const HOUR = 3600;

/** One attempt an hour: who makes it, `+` behind the source for a login. */
function log(
  order: readonly string[],
  campaigns: readonly (readonly string[])[],
  people: readonly string[] = [],
) {
  const builder = new AttemptTableBuilder();
  order.forEach((who, i) => {
    builder.append({
      time: START + i * HOUR,
      source: who.replace('+', ''),
      user: 'root',
      sensor: 'host.example',
      success: who.endsWith('+'),
      known: true,
      method: 'password',
    });
  });
  const table = builder.finish();
  const truth: Truth = {
    schema: 'slowbrute.truth/1',
    scenario: 'by-hand',
    seed: 0,
    firstSeen: isoTime(START),
    lastSeen: isoTime(START + (order.length - 1) * HOUR),
    attempts: order.length,
    campaigns: campaigns.map((sources, k) => {
      const rows = order.flatMap((who, i) => (sources.includes(who.replace('+', '')) ? [i] : []));
      return {
        name: `t${k + 1}`,
        firstSeen: isoTime(START + (rows[0] ?? 0) * HOUR),
        lastSeen: isoTime(START + (rows.at(-1) ?? 0) * HOUR),
        attempts: rows.length,
        sources,
        userCount: 1,
        sensors: ['host.example'],
        compromised: rows
          .filter((i) => order[i]!.endsWith('+'))
          .map((i) => ({
            source: order[i]!.replace('+', ''),
            user: 'root',
            time: isoTime(START + i * HOUR),
            sensor: 'host.example',
          })),
      };
    }),
    people,
    background: { loud: [], scanners: ['s1', 's2'] },
  };
  return { table, truth };
}

const opened = (row: number, campaign: string): LiveEvent => ({
  kind: 'campaign:opened',
  time: START + row * HOUR,
  campaign,
  by: 'names-in-turn',
  bits: 30,
  attempts: 1,
  firstSeen: START,
});
const named = (row: number, campaign: string, source: string, confidence = 0.96): LiveEvent => ({
  kind: 'participant:named',
  time: START + row * HOUR,
  campaign,
  source,
  confidence,
  firstSeen: START,
  attempts: 1,
});
const released = (row: number, campaign: string, source: string): LiveEvent => ({
  kind: 'participant:released',
  time: START + row * HOUR,
  campaign,
  source,
});

function scored(
  { table, truth }: ReturnType<typeof log>,
  script: Readonly<Record<number, readonly LiveEvent[]>>,
) {
  return scoreReplay(
    table,
    truth,
    replay(
      table,
      scriptedLive((row) => script[row] ?? []),
    ),
  );
}

describe('the alarm of a true campaign', () => {
  const made = log(['s1', 'a', 'b', 's2', 'c', 'a', 'b'], [['a', 'b', 'c']]);

  it('counts the campaign\u2019s attempts up to it, and the hours since the first', () => {
    const { trueCampaigns } = scored(made, { 4: [opened(4, 'c1'), named(4, 'c1', 'a')] });
    expect(trueCampaigns[0]!.alarm).toEqual({ time: START + 4 * HOUR, attempts: 3, hours: 3 });
  });

  it('is not an opening that names nobody', () => {
    expect(scored(made, { 2: [opened(2, 'c1')] }).trueCampaigns[0]!.alarm).toBeNull();
    const later = scored(made, { 2: [opened(2, 'c1')], 5: [named(5, 'c1', 'a')] });
    expect(later.trueCampaigns[0]!.alarm).toMatchObject({ attempts: 4 });
  });

  it('waits until more than half of the named belong to it', () => {
    const { trueCampaigns, campaigns } = scored(made, {
      3: [opened(3, 'c1'), named(3, 'c1', 's1'), named(3, 'c1', 'a')],
      5: [named(5, 'c1', 'b')],
    });
    expect(trueCampaigns[0]!.alarm).toMatchObject({ attempts: 4 });
    expect(campaigns[0]).toMatchObject({ participants: 3, bestShared: 2, isFalse: false });
  });

  it('may come because a stranger is released', () => {
    const { trueCampaigns } = scored(made, {
      3: [opened(3, 'c1'), named(3, 'c1', 's1'), named(3, 'c1', 'a')],
      6: [released(6, 'c1', 's1')],
    });
    expect(trueCampaigns[0]!.alarm).toMatchObject({ attempts: 5 });
  });

  it('is not before the first attempt, even where a later participant was named by mistake', () => {
    const { trueCampaigns } = scored(log(['s1', 's1', 'a', 'b', 'a'], [['a', 'b']]), {
      0: [opened(0, 'c1'), named(0, 'c1', 'a')],
      3: [named(3, 'c1', 'b')],
    });
    expect(trueCampaigns[0]!.alarm).toMatchObject({ attempts: 2, hours: 1 });
  });

  it('is at once where the same sources come back and are blocked already', () => {
    const order = ['a', 'b', 'a', 's1', 'a', 'b'];
    const { table, truth } = log(order, [['a', 'b'], []]);
    const [first] = truth.campaigns;
    const again = { ...first!, name: 't2', firstSeen: isoTime(START + 4 * HOUR) };
    const twice = { ...truth, campaigns: [{ ...first!, lastSeen: isoTime(START + 2 * HOUR) }, again] };
    const script: Readonly<Record<number, readonly LiveEvent[]>> = {
      1: [opened(1, 'c1'), named(1, 'c1', 'a'), named(1, 'c1', 'b')],
    };
    const live = scriptedLive((row) => script[row] ?? []);
    const { trueCampaigns } = scoreReplay(table, twice, replay(table, live));
    expect(trueCampaigns.map(({ alarm }) => alarm?.attempts)).toEqual([2, 1]);
    expect(trueCampaigns.map(({ attempts }) => attempts)).toEqual([3, 2]);
    expect(trueCampaigns.map(({ prevented }) => prevented)).toEqual([1, 2]);
  });
});

describe('prevention', () => {
  it('is what comes after the naming and before a release', () => {
    const made = log(['a', 'a', 'a', 'a', 'a', 'a'], [['a']]);
    const { trueCampaigns } = scored(made, {
      1: [opened(1, 'c1'), named(1, 'c1', 'a')],
      3: [released(3, 'c1', 'a')],
    });
    expect(trueCampaigns[0]).toMatchObject({ attempts: 6, sources: 1, prevented: 2 });
  });

  it('counts what people would have been refused', () => {
    const made = log(['a', 'b', 'p+', 'p+', 'a', 'p'], [['a', 'b']], ['p']);
    const {
      peopleRefused,
      ever,
      named: stayed,
    } = scored(made, {
      1: [opened(1, 'c1'), named(1, 'c1', 'a'), named(1, 'c1', 'p')],
      3: [released(3, 'c1', 'p')],
    });
    expect(peopleRefused).toBe(2);
    expect(ever).toMatchObject({ named: 2, peopleNamed: 1 });
    expect(stayed).toMatchObject({ named: 1, peopleNamed: 0 });
  });

  it('of a detector that knows everything is the limit, watched or blocked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 's1', 'p+'), { minLength: 1, maxLength: 60 }),
        (order) => {
          const { table, truth } = log(order, [['a', 'b', 'c', 'd']], ['p']);
          for (const closed of [false, true]) {
            const replayed = replay(table, oracleLive(truth, 1), undefined, { closed });
            const score = scoreReplay(table, truth, replayed);
            const [one] = score.trueCampaigns;
            expect(one!.prevented).toBe(one!.attempts - one!.sources);
            expect(score.named).toMatchObject({ named: one!.sources, peopleNamed: 0, scannersNamed: 0 });
            expect(score.peopleRefused).toBe(0);
          }
        },
      ),
    );
  });

  it('is never more than all attempts but one of each source that is named at its own attempt', () => {
    const sources = ['a', 'b', 's1', 'p'];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...sources), { maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (order, says) => {
          const made = log(order, [['a', 'b']], ['p']);
          const holds = new Set<string>();
          const live: Live = scriptedLive((row, { source }) => {
            if (says[row] !== true) return [];
            const isNamed = holds.has(source);
            if (isNamed) holds.delete(source);
            else holds.add(source);
            return [isNamed ? released(row, 'c1', source) : named(row, 'c1', source)];
          });
          const { trueCampaigns } = scoreReplay(made.table, made.truth, replay(made.table, live));
          const [one] = trueCampaigns;
          expect(one!.prevented).toBeLessThanOrEqual(one!.attempts - one!.sources);
          expect(one!.attempts).toBe(order.filter((who) => who === 'a' || who === 'b').length);
        },
      ),
    );
  });
});

describe('campaigns of the detector', () => {
  it('are false where half or more of the named belong nowhere, or nobody is named', () => {
    const made = log(['a', 'b', 's1', 's2', 'a'], [['a', 'b']]);
    const { campaigns } = scored(made, {
      3: [opened(3, 'c1'), named(3, 'c1', 's1'), named(3, 'c1', 'a'), opened(3, 'c2')],
    });
    expect(campaigns.map(({ isFalse, best }) => [isFalse, best])).toEqual([
      [true, 't1'],
      [true, null],
    ]);
  });

  it('say whose return they are', () => {
    const made = log(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    );
    const { campaigns, trueCampaigns } = scored(made, {
      1: [opened(1, 'c1'), named(1, 'c1', 'a'), named(1, 'c1', 'b')],
      3: [
        opened(3, 'c2'),
        named(3, 'c2', 'c'),
        {
          kind: 'campaign:returned',
          time: START,
          campaign: 'c2',
          earlier: 'c1',
          sharedSources: 0,
          sources: 1,
          sharedUsers: 1,
          users: 1,
          bits: 20,
        },
      ],
    });
    expect(campaigns.map(({ returnOf }) => returnOf)).toEqual([null, { best: 't1' }]);
    expect(trueCampaigns.map(({ inOne }) => inOne)).toEqual([2, 1]);
  });

  it('tell of an account once', () => {
    const made = log(['a', 'b+', 'b+', 'a+'], [['a', 'b']]);
    const got = (row: number, source: string): LiveEvent => ({
      kind: 'account:compromised',
      time: START + row * HOUR,
      campaign: 'c1',
      source,
      user: 'root',
      sensor: 'host.example',
    });
    const { compromises } = scored(made, {
      0: [opened(0, 'c1'), named(0, 'c1', 'b')],
      1: [got(1, 'b')],
      2: [got(2, 'b'), got(2, 's1')],
    });
    expect(compromises).toEqual({ found: 1, missed: 1, false: 1 });
  });
});

describe('confidence', () => {
  it('is that of the first naming, and everybody else but people is unnamed', () => {
    const made = log(['a', 'b', 's1', 'p+', 'c'], [['a', 'b', 'c']], ['p']);
    const { reliability } = scored(made, {
      1: [opened(1, 'c1'), named(1, 'c1', 'a', 0.92), named(1, 'c1', 'p', 0.97)],
      2: [named(2, 'c1', 'a', 0.9999), named(2, 'c1', 's1', 0.91)],
    });
    const filled = reliability.bins.filter(({ sources }) => sources > 0);
    expect(filled).toEqual([
      { sources: 2, belong: 1, stated: 0.92 + 0.91 },
      { sources: 1, belong: 0, stated: 0.97 },
    ]);
    expect(reliability.unnamed).toEqual({ sources: 2, belong: 2 });
  });
});
