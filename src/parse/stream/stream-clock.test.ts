/** Which time a stamp is, where the present is known. */
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../model/time.ts';
import { Stamp } from '../stamp.ts';
import { zoneOf } from '../zone.ts';
import { StreamClock } from './stream-clock.ts';

const at = (iso: string) => Date.parse(iso) / 1000;

/** Times of stamps, each with the present when it is read. */
function times(zone: string, stamps: readonly (readonly [stamp: string, now: string])[]): string[] {
  const clock = new StreamClock(zoneOf(zone));
  const stamp = new Stamp();
  return stamps.map(([text, now]) => {
    stamp.read(`${text} host sshd[1]: x`, 0);
    return isoTime(clock.time(stamp, at(now)));
  });
}

describe('a stamp without a year', () => {
  it('is of this year', () => {
    expect(times('UTC', [['Nov 22 10:00:00', '2026-11-22T10:00:01Z']])).toEqual(['2026-11-22T10:00:00Z']);
  });

  it('is of the year before where this one would be more than a day ahead', () => {
    expect(
      times('UTC', [
        ['Dec 31 23:59:59', '2026-01-01T00:00:01Z'],
        ['Nov 22 10:00:00', '2026-11-22T00:00:00Z'],
        ['Nov 24 10:00:00', '2026-11-22T00:00:00Z'],
      ]),
    ).toEqual(['2025-12-31T23:59:59Z', '2026-11-22T10:00:00Z', '2025-11-24T10:00:00Z']);
  });

  it('is of the next one where a clock is a little ahead at its end', () => {
    expect(times('UTC', [['Jan  1 00:00:30', '2025-12-31T23:59:50Z']])).toEqual(['2026-01-01T00:00:30Z']);
  });

  it('of an old file is as the present that is given for it', () => {
    expect(times('UTC', [['Nov 19 15:04:22', '2008-12-02T12:00:00Z']])).toEqual(['2008-11-19T15:04:22Z']);
  });

  it('on 29 February is of a leap year', () => {
    expect(times('UTC', [['Feb 29 12:00:00', '2027-03-01T00:00:00Z']])).toEqual(['2024-02-29T12:00:00Z']);
  });

  it('has its year by each present, and not by that of the line before', () => {
    expect(
      times('UTC', [
        ['Nov 24 10:00:00', '2026-11-22T00:00:00Z'],
        ['Nov 24 10:00:01', '2026-11-24T10:00:01Z'],
      ]),
    ).toEqual(['2025-11-24T10:00:00Z', '2026-11-24T10:00:01Z']);
  });
});

describe('the hour that comes twice in autumn', () => {
  const OSLO = 'Europe/Oslo'; // 2026-10-25, 03:00 summer time is 02:00 winter time

  it('is the first or the second by the present', () => {
    expect(
      times(OSLO, [
        ['Oct 25 02:30:00', '2026-10-25T00:30:02Z'],
        ['Oct 25 02:30:00', '2026-10-25T01:30:02Z'],
        ['2026-10-25 02:31:00', '2026-10-25T00:31:00Z'],
        ['2026-10-25 02:31:00', '2026-10-25T01:31:00Z'],
      ]),
    ).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00Z',
      '2026-10-25T00:31:00Z',
      '2026-10-25T01:31:00Z',
    ]);
  });

  it('of an old file goes by the order of its lines', () => {
    const now = '2026-11-22T00:00:00Z';
    expect(
      times(OSLO, [
        ['Oct 25 02:10:00', now],
        ['Oct 25 02:50:00', now],
        ['Oct 25 02:10:00', now],
        ['Oct 25 02:50:00', now],
        ['Oct 25 03:10:00', now],
      ]),
    ).toEqual([
      '2026-10-25T00:10:00Z',
      '2026-10-25T00:50:00Z',
      '2026-10-25T01:10:00Z',
      '2026-10-25T01:50:00Z',
      '2026-10-25T02:10:00Z',
    ]);
  });
});

describe('a wrong clock', () => {
  const now = '2026-11-22T10:00:05Z';

  it('counts where the log was: years ahead, and before there was SSH', () => {
    expect(
      times('UTC', [
        ['2026-11-22T10:00:00Z', now],
        ['2031-01-01T00:00:00Z', now],
        ['1970-01-01T00:00:17Z', now],
        ['2026-11-22T10:00:03Z', now],
      ]),
    ).toEqual([
      '2026-11-22T10:00:00Z',
      '2026-11-22T10:00:00Z',
      '2026-11-22T10:00:00Z',
      '2026-11-22T10:00:03Z',
    ]);
  });

  it('that was just switched on, on 1 January, too', () => {
    expect(
      times('UTC', [
        ['Nov 22 10:00:00', now],
        ['Jan  1 00:00:17', now],
        ['Nov 22 10:00:03', now],
      ]),
    ).toEqual(['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z', '2026-11-22T10:00:03Z']);
  });

  it('is not a quiet log that goes on at New Year', () => {
    expect(
      times('UTC', [
        ['Nov 22 10:00:00', now],
        ['Jan  1 00:00:17', '2027-01-01T00:00:20Z'],
      ]),
    ).toEqual(['2026-11-22T10:00:00Z', '2027-01-01T00:00:17Z']);
  });

  it('with nothing before it counts now', () => {
    expect(times('UTC', [['2031-01-01T00:00:00Z', now]])).toEqual(['2026-11-22T10:00:05Z']);
  });

  it('does not keep the order of autumn from being seen', () => {
    const later = '2026-12-22T00:00:00Z';
    expect(
      times('Europe/Oslo', [
        ['2031-01-01 00:00:00', later],
        ['2026-10-25 02:50:00', later],
        ['2026-10-25 02:10:00', later],
      ]).slice(1),
    ).toEqual(['2026-10-25T00:50:00Z', '2026-10-25T01:10:00Z']);
  });
});

it('late lines count at their own time', () => {
  const now = '2026-11-22T10:00:00Z';
  expect(
    times('UTC', [
      ['Nov 22 10:00:00', now],
      ['Nov 20 09:00:00', now],
      ['2026-08-01T00:00:00Z', now],
    ]),
  ).toEqual(['2026-11-22T10:00:00Z', '2026-11-20T09:00:00Z', '2026-08-01T00:00:00Z']);
});
