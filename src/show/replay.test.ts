import { describe, expect, it } from 'vitest';
import { oracleLive, scriptedLive } from '../../tests/detect/fake-live.ts';
import { replay } from '../detect/live/replay.ts';
import { buildReplayReport } from '../explain/replay.ts';
import { thousands } from '../explain/wording.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent } from '../model/live.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { simulate } from '../simulate/simulate.ts';
import { type ReplayLook, renderReplay } from './replay.ts';
import { displayWidth } from './width.ts';

const LOOK: ReplayLook = { width: 80, colour: false, unicode: true, all: false, every: false };
const simulated = simulate(SCENARIOS['one-hit']!(3), 3);

function rendered(table: AttemptTable, live: ReturnType<typeof oracleLive>, look: Partial<ReplayLook> = {}) {
  const log = {
    table,
    input: { paths: ['auth.log'], bytes: 1, lines: 2, unreadLines: 0, unreadSamples: [] },
  };
  const replayed = replay(table, live);
  const report = buildReplayReport(log, replayed, { live: DEFAULT_LIVE_OPTIONS, closed: false });
  return renderReplay(report, replayed.events, { ...LOOK, ...look });
}

describe('a replay at the terminal', () => {
  const page = rendered(simulated.table, oracleLive(simulated.truth, 10));

  it('begins with who got in', () => {
    expect(page).toMatch(
      /^!! SOMEBODY GOT IN: 1 login by a participant of a campaign\n\n {3}20[-0-9]+ [:0-9]{8} UTC: /,
    );
    expect(page.replace(/\n\s+/g, ' ')).toContain('(c1); a block would have refused it');
  });

  it('does not let namings drown the opening: one line a day', () => {
    expect(page).toMatch(/^20[-0-9]+ [:0-9]+ {2}c1 opens after 10 attempts since [:0-9]+: names go from/m);
    expect(page).toMatch(/^20[-0-9]+ [:0-9]+ {2}c1 names \d+ sources until [:0-9]+ \(\d+ now\)$/m);
    expect(page.split('\n').length).toBeLessThan(45);
  });

  it('has a line for each naming where that is asked for', () => {
    const every = rendered(simulated.table, oracleLive(simulated.truth, 10), { every: true });
    expect(every.match(/ c1 names /g)).toHaveLength(simulated.truth.campaigns[0]!.sources.length);
  });

  it('ends with what was prevented, and whose logins would have been refused', () => {
    const { sources, attempts } = simulated.truth.campaigns[0]!;
    const figures = [sources.length, attempts, attempts - sources.length].map(thousands);
    // the tenth attempt is of a tenth source here, so that the oracle reaches the limit
    expect(page).toMatch(new RegExp(`^ {2}c1 +${figures.join(' +')} +100\\.0 % `, 'm'));
    expect(page.trimEnd().split('\n').at(-1)).toBe(
      'No other source that ever logged in would have been blocked.',
    );
  });

  it.each([40, 60, 80, 120])('keeps to %i columns', (width) => {
    for (const every of [false, true]) {
      const text = rendered(simulated.table, oracleLive(simulated.truth, 10), { width, every });
      expect(text.split('\n').filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });

  it('says that nothing would have been said', () => {
    const text = rendered(
      simulated.table,
      scriptedLive(() => []),
    );
    expect(text).toContain('Live detection would have said nothing.\n');
    expect(text).not.toContain('prevented');
  });

  it('tells of an end, a return, a release, and lets no text of the log act on the terminal', () => {
    const time = simulated.table.time[5]!;
    const hostile = 'x\x1b[2Jy';
    const head = { time, campaign: 'c1' };
    const events: LiveEvent[] = [
      { kind: 'campaign:opened', ...head, by: 'rate-change', bits: 21.4, attempts: 5, firstSeen: time },
      {
        kind: 'campaign:returned',
        ...head,
        earlier: 'c0',
        sharedSources: 2,
        sources: 3,
        sharedUsers: 1,
        users: 1,
        bits: 40,
      },
      { kind: 'account:compromised', ...head, source: hostile, user: hostile, sensor: 'host' },
      { kind: 'campaign:ended', ...head, lastSeen: time - 10 * 86_400, attempts: 9, participants: 3 },
    ];
    const text = rendered(
      simulated.table,
      scriptedLive((row) => (row === 5 ? events : [])),
    );
    const flat = text.replace(/\n\s+/g, ' ');
    expect(flat).toContain('c1 opens after 5 attempts');
    expect(flat).toContain('more new sources than before (21 bits)');
    expect(flat).toContain('c1 is the actor of c0 again: 2 of 3 sources and the user name were there then');
    expect(flat).toMatch(/c1 ends: nothing since \d{4}-\d\d-\d\d \d\d:\d\d, 9 attempts by 3 sources/);
    expect(text).not.toContain('\x1b');
    expect(flat).toContain('!! SOMEBODY GOT IN: "x\\x1b[2Jy" on host');
  });
});
