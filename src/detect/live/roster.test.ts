import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf } from '../../../tests/detect/attempts.ts';
import type { Campaign } from '../../model/detection.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import { Memory } from './memory.ts';
import { Roster } from './roster.ts';

const BEGUN = MONDAY + 7 * DAY;
const fails = (source: string, user: string, time = BEGUN): Try => ({ source, user, time });
const logsIn = (source: string, user: string, time = BEGUN + 60): Try => ({
  source,
  user,
  time,
  success: true,
});

/** Who is told as an intruder, if a fit takes every login of `suspect` since the campaign began for a right guess. */
function told(tries: readonly Try[], suspect: string, speaks: 'name' | 'rate' = 'name'): readonly string[] {
  const memory = new Memory(DEFAULT_LIVE_OPTIONS);
  for (const one of tries)
    memory.take({
      time: one.time,
      source: one.source,
      user: one.user,
      sensor: 'host.example',
      success: one.success ?? false,
      known: null,
      method: 'password',
    });
  const table = tableOf(tries);
  const rows = Uint32Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => table.time[row]! >= BEGUN,
  );
  const compromised = [...rows]
    .filter((row) => table.outcome[row] === 1 && table.sources[table.source[row]!] === suspect)
    .map((row) => ({
      source: table.source[row]!,
      user: table.user[row]!,
      time: table.time[row]!,
      sensor: table.sensor[row]!,
    }));
  const campaign: Campaign = {
    firstSeen: BEGUN,
    lastSeen: BEGUN + DAY,
    rows,
    falseAlarm: 1e-6,
    order: 'other',
    medianGapSeconds: 60,
    participants: [],
    compromised,
    evidence: [],
  };
  const roster = new Roster(memory);
  const live = roster.open({ ...campaign, attempts: 9 }, 'names-in-turn', 20, BEGUN);
  roster.update(live, campaign, table, BEGUN + DAY, speaks);
  return roster.events().flatMap((event) => (event.kind === 'account:compromised' ? [event.user] : []));
}

const turn = [fails('a.example', 'deploy'), fails('b.example', 'deploy'), fails('c.example', 'deploy')];

describe('a login that a fit takes for a right guess', () => {
  it('is told, when the source failed before, or was right at once in a turn', () => {
    expect(told([...turn, logsIn('c.example', 'deploy')], 'c.example')).toEqual(['deploy']);
    expect(told([...turn, logsIn('d.example', 'deploy')], 'd.example')).toEqual(['deploy']);
  });

  it('is none by a source that had logged in before the campaign began', () => {
    const before = logsIn('c.example', 'deploy', MONDAY);
    expect(told([before, ...turn, logsIn('c.example', 'deploy')], 'c.example')).toEqual([]);
  });

  it('is none by a source that never failed, where a rate alone speaks: a number of strangers has no turns', () => {
    expect(told([...turn, logsIn('d.example', 'deploy')], 'd.example', 'rate')).toEqual([]);
    expect(told([...turn, logsIn('c.example', 'deploy')], 'c.example', 'rate')).toEqual(['deploy']);
  });

  it('is a person’s, into an account that people use from elsewhere and the campaign is not after', () => {
    const people = [logsIn('desk.example', 'carina', MONDAY), logsIn('home.example', 'carina', MONDAY + 60)];
    expect(told([...people, ...turn, logsIn('c.example', 'carina')], 'c.example')).toEqual([]);
    const after = fails('b.example', 'carina');
    expect(told([...people, ...turn, after, logsIn('c.example', 'carina')], 'c.example')).toEqual(['carina']);
  });

  it('is told once, however often it is fitted', () => {
    const twice = [...turn, logsIn('c.example', 'deploy'), logsIn('c.example', 'deploy', BEGUN + 120)];
    expect(told(twice, 'c.example')).toEqual(['deploy']);
  });
});
