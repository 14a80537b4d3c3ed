/** The log that all peers read: times, whose line is whose, and no host name in it. */
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { readScenario } from '../../simulate/scenario.ts';
import { simulate } from '../../simulate/simulate.ts';
import { peerLog, withAddresses } from './peer-log.ts';

const overNewYear = simulate(
  readScenario({
    name: 'new year',
    start: '2024-12-30T00:00:00Z',
    days: 4,
    sensors: ['host'],
    actors: [
      { kind: 'people', count: 5, loginsPerDay: 4 },
      { kind: 'scanners', perDay: 40, ipv6Share: 0.3 },
    ],
  }),
  5,
);

describe('the log of the peers', () => {
  const { lines, table } = peerLog(overNewYear);

  it('has the header that Debian 12 writes, and runs through New Year', () => {
    for (const { time, text } of lines) {
      const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000000\+00:00 host \S+: /.exec(text)?.[1];
      expect(Date.parse(`${stamp}Z`) / 1000).toBe(time);
    }
    const times = lines.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(lines[0]!.text.slice(0, 4)).toBe('2024');
    expect(lines.at(-1)!.text.slice(0, 4)).toBe('2025');
  });

  it('knows whose each line is that names a source, of either kind of address', () => {
    const told = new Set(lines.map(({ source }) => source));
    for (const source of table.sources) expect(told).toContain(source);
    expect(table.sources.some((source) => isIP(source) === 6)).toBe(true);
    for (const { source, text } of lines) {
      if (source === null) expect(text).not.toMatch(/ sshd\[.*(from|rhost=) ?\S+ port/);
      else expect(text).toContain(source);
    }
  });
});

describe('host names', () => {
  it('become addresses that nobody has, one a name, in the attempts and in the truth', () => {
    const named = simulate(SCENARIOS.rosalita!(1), 1);
    expect(named.table.sources.some((source) => isIP(source) === 0)).toBe(true);
    const { attempts, truth, table } = withAddresses(named);
    expect(table.sources.every((source) => isIP(source) > 0)).toBe(true);
    expect(new Set(table.sources).size).toBe(named.table.sources.length);
    expect(attempts).toHaveLength(named.attempts.length);
    const known = new Set(table.sources);
    for (const source of truth.campaigns.flatMap(({ sources }) => sources)) expect(known).toContain(source);
    expect(truth.campaigns[0]!.sources).toHaveLength(named.truth.campaigns[0]!.sources.length);
  });

  it('are all there is to change: a simulation of addresses stays as it is', () => {
    expect(withAddresses(overNewYear)).toBe(overNewYear);
  });
});
