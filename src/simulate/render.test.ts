import { describe, expect, it } from 'vitest';
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { createLogParser } from '../parse/log-parser.ts';
import { SCENARIOS } from './catalogue.ts';
import { renderLog } from './render.ts';
import { readScenario } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';
import { STYLES, type Style } from './styles.ts';

/** Everything that a style can tell: many tries a connection, keys, forgotten passwords, IPv6. */
const EVERYBODY = readScenario({
  name: 'everybody',
  start: '2024-12-28T00:00:00Z', // over the turn of the year
  days: 9,
  sensors: ['alpha', 'beta'],
  accounts: ['git'],
  actors: [
    { kind: 'people', count: 12, loginsPerDay: 5, typoShare: 0.3, nameTypoShare: 0.1, forgottenShare: 0.1 },
    { kind: 'office', count: 5, typoShare: 0.2 },
    { kind: 'broken-job', user: 'backup', everyMinutes: 30, deleted: true, workedDays: 4 },
    { kind: 'loud', perDay: 1, attempts: { between: [50, 200] }, gapSeconds: { between: [1, 5] } },
    { kind: 'scanners', perDay: 30, ipv6Share: 0.2 },
    { kind: 'root-scanners', perDay: 5 },
    { kind: 'worm', perDay: 5 },
    {
      kind: 'campaign',
      name: 'words',
      list: { names: 40, order: 'arbitrary', knownShare: 0.1, triesPerName: 5 },
      sources: { count: 60, ipv6Share: 0.1 },
      pace: { gapSeconds: 900, gaps: 'regular' },
      hit: { at: 0.5, laterLoginHours: 3 },
    },
  ],
});

function parsed(simulation: Simulation, style: Style, otherShare: number) {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(
    { timezone: 'UTC', year: Number(simulation.truth.firstSeen.slice(0, 4)), reference: 2_000_000_000 },
    builder,
  );
  parser.beginFile({ name: 'all.log', group: 'all' });
  for (const line of renderLog(simulation, { style, otherShare })) parser.line(line);
  parser.endGroup();
  const counts = parser.finish();
  return { table: builder.finish(), counts };
}

/** How often each sensor, source, user and outcome was told, whatever the times: PAM's lines come seconds late. */
function tally(table: AttemptTable): Map<string, number> {
  const out = new Map<string, number>();
  for (let i = 0; i < table.length; i++) {
    const outcome = table.outcome[i] === SUCCESS ? 'success' : 'failure';
    const key = [
      table.sensors[table.sensor[i]!],
      table.sources[table.source[i]!],
      table.users[table.user[i]!],
      outcome,
    ].join(' ');
    out.set(key, (out.get(key) ?? 0) + 1);
  }
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a rendered log', () => {
  const simulation = simulate(EVERYBODY, 5);

  it.each(STYLES)('in style %s is read back attempt by attempt', (style) => {
    const { table } = parsed(simulation, style, 0);
    expect(table.length).toBe(simulation.attempts.length);
    expect(tally(table)).toEqual(tally(simulation.table));
    expect(Math.abs(table.time[0]! - simulation.table.time[0]!)).toBeLessThanOrEqual(3);
  });

  it('is read back the same among lines of other programs', () => {
    expect(tally(parsed(simulation, 'openssh-debian', 0.4).table)).toEqual(tally(simulation.table));
  });

  it('keeps whether the account exists', () => {
    const { table } = parsed(simulation, 'openssh-debian', 0);
    const accounts = (one: AttemptTable) =>
      new Set(Array.from(one.user, (user, i) => `${one.users[user]} ${one.outcome[i]} ${one.account[i]}`));
    expect(accounts(table)).toEqual(accounts(simulation.table));
  });

  it('has exact times in the style of 2008, one line an attempt', () => {
    const short = simulate(SCENARIOS.rosalita!(3), 3);
    const { table } = parsed(short, 'freebsd-2008', 0);
    expect(table.time).toEqual(short.table.time);
  });

  it('has its lines in order of time, a sensor alone as among the others', () => {
    const all = [...renderLog(simulation, { style: 'openssh-journal-iso' })];
    const stamps = all.map((line) => line.slice(0, 19));
    expect(stamps).toEqual([...stamps].sort());
    const alone = [...renderLog(simulation, { style: 'openssh-debian', sensor: 'beta' })];
    const among = [...renderLog(simulation, { style: 'openssh-debian' })].filter((line) =>
      line.includes(' beta '),
    );
    expect(alone).toEqual(among);
  });

  it('holds its time order where a burst is longer than the reordering window', () => {
    const burst = simulate(
      readScenario({
        name: 'burst',
        start: '2024-01-01T00:00:00Z',
        days: 1,
        sensors: ['alpha'],
        actors: [{ kind: 'loud', perDay: 20, attempts: 2000, gapSeconds: 1 }],
      }),
      1,
    );
    const stamps = [...renderLog(burst, { style: 'openssh-journal-iso' })].map((line) => line.slice(0, 19));
    expect(stamps.length).toBeGreaterThan(50_000);
    expect(stamps).toEqual([...stamps].sort());
  });

  it('tells of a guess on a server without passwords by coming and going only', () => {
    const lines = [...renderLog(simulation, { style: 'openssh-nopassword' })];
    expect(lines.filter((line) => line.includes('Failed'))).toEqual([]);
  });
});
