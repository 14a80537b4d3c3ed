import { describe, expect, it } from 'vitest';
import { MONDAY, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import { HOUR, MINUTE } from '../model/time.ts';
import { quietSequence } from './sequence.ts';
import { sessionsOf } from './sessions.ts';

const at = (time: number, source: string, user: string | null, success = false) => ({
  time: MONDAY + time,
  source,
  user,
  success,
});

describe('the sequence of quiet attempts', () => {
  it('has one tick a visit: tries of one source on one name within ten minutes', () => {
    const table = tableOf([
      at(0, '192.0.2.1', 'root'),
      at(4, '192.0.2.1', 'root'),
      at(8, '192.0.2.1', 'admin'),
      at(600, '192.0.2.1', 'root'),
      at(1300, '192.0.2.1', 'root'),
      at(1301, '192.0.2.2', 'root'),
    ]);
    const sequence = quietSequence(table, visitorsOf(table));
    expect([...sequence.row]).toEqual([0, 2, 4, 5]);
    expect(Array.from(sequence.source, (s) => table.sources[sequence.sourceOf[s]!])).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      '192.0.2.1',
      '192.0.2.2',
    ]);
    expect(Array.from(sequence.user, (u) => table.users[sequence.userOf[u]!])).toEqual([
      'root',
      'admin',
      'root',
      'root',
    ]);
  });

  it('leaves out logins, attempts without a name, people, jobs and the loud', () => {
    const table = tableOf([
      at(0, '192.0.2.1', 'ada', true),
      at(1, '192.0.2.1', 'ada'),
      at(2, '192.0.2.2', null),
      ...Array.from({ length: 9 }, (_, i) => at(10 + i, '192.0.2.3', `u${i}`)),
      ...Array.from({ length: 9 }, (_, i) => at(100 + i * HOUR, '192.0.2.4', 'backup')),
      at(300, '192.0.2.5', 'oracle'),
    ]);
    const sequence = quietSequence(table, visitorsOf(table));
    expect(Array.from(sequence.row, (row) => table.sources[table.source[row]!])).toEqual(['192.0.2.5']);
  });

  it('is empty for an empty log', () => {
    const table = tableOf([]);
    expect(quietSequence(table, visitorsOf(table)).row.length).toBe(0);
  });
});

describe('sessions', () => {
  it('are only those with as many names as are asked for', () => {
    const table = tableOf([
      ...[0, 5, 10].map((m) => at(m * MINUTE, '192.0.2.1', `a${m}`)),
      ...[0, 5].map((m) => at(m * MINUTE, '192.0.2.2', `b${m}`)),
      ...[0, 5, 10, 15].map((m) => at(m * MINUTE, '192.0.2.3', `c${m}`)),
    ]);
    const sources = sessionsOf(visitorsOf(table), 3, 3).map((s) => table.sources[s.source]);
    expect(sources).toEqual(['192.0.2.1']);
  });

  it('end where a source pauses for more than a quarter of an hour', () => {
    const table = tableOf([
      ...[0, 5, 10, 24].map((m) => at(m * MINUTE, '192.0.2.1', `a${m}`)),
      ...[45, 50].map((m) => at(m * MINUTE, '192.0.2.1', `b${m}`)),
      at(3 * MINUTE, '192.0.2.2', 'x'),
    ]);
    const sessions = sessionsOf(visitorsOf(table), 1, 100);
    expect(
      sessions.map((s) => [table.sources[s.source], s.from - MONDAY, s.to - MONDAY, s.users.length]),
    ).toEqual([
      ['192.0.2.1', 0, 24 * MINUTE, 4],
      ['192.0.2.2', 3 * MINUTE, 3 * MINUTE, 1],
      ['192.0.2.1', 45 * MINUTE, 50 * MINUTE, 2],
    ]);
  });
});
