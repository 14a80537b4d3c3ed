import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptedLive } from '../../tests/detect/fake-live.ts';
import { replay } from '../detect/live/replay.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent } from '../model/live.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { buildReplayReport, eventReport } from './replay.ts';

const START = Date.UTC(2026, 10, 1) / 1000;
const OPTIONS = { live: DEFAULT_LIVE_OPTIONS, closed: false };

function logOf(order: readonly string[]) {
  const builder = new AttemptTableBuilder();
  order.forEach((who, i) => {
    builder.append({
      time: START + i * 60,
      source: who.replace('+', ''),
      user: 'root',
      sensor: 'host.example',
      success: who.endsWith('+'),
      known: true,
      method: 'password',
    });
  });
  const input = { paths: ['a.log'], bytes: 1, lines: order.length, unreadLines: 0, unreadSamples: [] };
  return { table: builder.finish(), input };
}

const opened = (time: number, campaign: string): LiveEvent => ({
  kind: 'campaign:opened',
  time,
  campaign,
  by: 'names-in-turn',
  bits: 30.26,
  attempts: 2,
  firstSeen: START,
});
const named = (time: number, campaign: string, source: string): LiveEvent => ({
  kind: 'participant:named',
  time,
  campaign,
  source,
  confidence: 0.98765,
  firstSeen: START,
  attempts: 1,
});

function reportOf(
  order: readonly string[],
  say: (row: number, time: number) => readonly LiveEvent[],
  closed = false,
) {
  const log = logOf(order);
  const live = scriptedLive((row, { time }) => say(row, time));
  const replayed = replay(log.table, live, undefined, { closed });
  return { report: buildReplayReport(log, replayed, { ...OPTIONS, closed }), shown: live.seen.length };
}

describe('the summary of a replay', () => {
  it('has for each campaign what blocking at the moment of naming would have prevented', () => {
    const { report } = reportOf(['a', 'b', 'a', 'x', 'b', 'a'], (row, time) =>
      row === 2 ? [opened(time, 'c1'), named(time, 'c1', 'a'), named(time, 'c1', 'b')] : [],
    );
    expect(report.campaigns).toEqual([
      {
        id: 'c1',
        opened: '2026-11-01T00:02:00Z',
        by: 'names-in-turn',
        bits: 30.3,
        attemptsWhenOpened: 2,
        firstSeen: '2026-11-01T00:00:00Z',
        lastSeen: '2026-11-01T00:05:00Z',
        ended: null,
        returnOf: null,
        participants: 2,
        released: 0,
        attempts: 5,
        prevented: 2,
        limit: 3,
        share: 0.6667,
      },
    ]);
    expect(report.total).toEqual({ participants: 2, attempts: 5, prevented: 2, limit: 3, share: 0.6667 });
  });

  it('does not count a source that was released, and tells whose logins would have been refused', () => {
    const { report } = reportOf(['a', 'p', 'a', 'p+', 'p+', 'a'], (row, time) => {
      if (row === 2) return [opened(time, 'c1'), named(time, 'c1', 'a'), named(time, 'c1', 'p')];
      return row === 3 ? [{ kind: 'participant:released', time, campaign: 'c1', source: 'p' }] : [];
    });
    expect(report.campaigns[0]).toMatchObject({ participants: 1, released: 1, attempts: 3, prevented: 1 });
    expect(report.namedLogins).toEqual([
      {
        source: 'p',
        named: '2026-11-01T00:02:00Z',
        released: '2026-11-01T00:03:00Z',
        logins: 2,
        refused: 1,
        gotIn: false,
      },
    ]);
  });

  it('gives the attempts of a source to the campaign that it was named in at the time', () => {
    const { report } = reportOf(['a', 'a', 'a', 'a', 'a', 'a'], (row, time) => {
      if (row === 1) return [opened(time, 'c1'), named(time, 'c1', 'a')];
      if (row === 3) return [{ kind: 'participant:released', time, campaign: 'c1', source: 'a' }];
      if (row !== 4) return [];
      const returned: LiveEvent = {
        kind: 'campaign:returned',
        time,
        campaign: 'c2',
        earlier: 'c1',
        sharedSources: 1,
        sources: 1,
        sharedUsers: 1,
        users: 1,
        bits: 9,
      };
      return [opened(time, 'c2'), named(time, 'c2', 'a'), returned];
    });
    expect(
      report.campaigns.map(({ id, attempts, prevented, returnOf }) => [id, attempts, prevented, returnOf]),
    ).toEqual([
      ['c1', 0, 0, null],
      ['c2', 2, 1, 'c1'],
    ]);
  });

  it('says of a login whether the block would have come in time', () => {
    const { report } = reportOf(['a', 'a+', 'a+'], (row, time) => {
      const got: LiveEvent = {
        kind: 'account:compromised',
        time,
        campaign: 'c1',
        source: 'a',
        user: 'root',
        sensor: 'host.example',
      };
      if (row === 0) return [];
      return row === 1 ? [opened(time, 'c1'), named(time, 'c1', 'a'), got] : [got];
    });
    expect(report.compromised.map(({ refused }) => refused)).toEqual([false, true]);
    expect(report.namedLogins[0]).toMatchObject({ logins: 2, refused: 1, gotIn: true });
  });

  it('of a closed loop keeps what a block would have stopped from the detector', () => {
    const say = (row: number, time: number) =>
      row === 1 ? [opened(time, 'c1'), named(time, 'c1', 'a')] : [];
    const order = ['b', 'a', 'a', 'b', 'a'];
    expect(reportOf(order, say).shown).toBe(5);
    const { report, shown } = reportOf(order, say, true);
    expect(shown).toBe(3);
    expect(report.campaigns[0]).toMatchObject({ attempts: 3, prevented: 2, share: 1 });
  });

  it('of a log on which nothing was said has no campaign and no share', () => {
    const { report } = reportOf(['a', 'b'], () => []);
    expect(report.campaigns).toEqual([]);
    expect(report.total.share).toBeNull();
    expect(reportOf([], () => []).report.input).toMatchObject({ attempts: 0, firstSeen: null });
  });

  it('never prevents more than the limit, and its campaigns add up', () => {
    const which = fc.constantFrom('a', 'b', 'c', 'd+');
    fc.assert(
      fc.property(
        fc.array(which, { maxLength: 40 }),
        fc.array(fc.nat(3), { maxLength: 40 }),
        (order, says) => {
          const { report } = reportOf(order, (row, time) => {
            if (row === 0) return [opened(time, 'c1'), opened(time, 'c2')];
            const said = says[row] ?? 0;
            const source = order[row]!.replace('+', '');
            if (said === 1) return [named(time, 'c1', source)];
            if (said === 2) return [named(time, 'c2', source)];
            return said === 3 ? [{ kind: 'participant:released', time, campaign: 'c1', source }] : [];
          });
          let prevented = 0;
          for (const one of report.campaigns) {
            expect(one.prevented).toBeLessThanOrEqual(one.attempts);
            prevented += one.prevented;
          }
          expect(report.total.prevented).toBe(prevented);
        },
      ),
    );
  });
});

describe('an event as a line of JSON', () => {
  it('has its times in ISO 8601 and its numbers rounded', () => {
    expect(eventReport(named(START + 1, 'c1', 'a'))).toEqual({
      kind: 'participant:named',
      time: '2026-11-01T00:00:01Z',
      campaign: 'c1',
      source: 'a',
      confidence: 0.9877,
      firstSeen: '2026-11-01T00:00:00Z',
      attempts: 1,
    });
    expect(eventReport(opened(START, 'c1'))).toMatchObject({ bits: 30.3, by: 'names-in-turn' });
  });
});
