import { describe, expect, it } from 'vitest';
import { MONDAY, tableOf } from '../../tests/detect/attempts.ts';
import { DAY } from '../model/time.ts';
import { falseCampaignsIn } from './calendar.ts';

const log = (days: number) =>
  tableOf([0, days * DAY].map((time) => ({ time: MONDAY + time, source: '192.0.2.1', user: 'root' })));

describe('false campaigns a year', () => {
  it('are accepted in a log by its length', () => {
    expect(falseCampaignsIn(log(73), 0.5)).toBeCloseTo(0.1, 12);
    expect(falseCampaignsIn(log(36.5), 0.01)).toBeCloseTo(0.001, 12);
  });

  it('are at most one in five in any log, and those of an hour at least', () => {
    expect(falseCampaignsIn(log(3650), 2)).toBe(0.2);
    expect(falseCampaignsIn(log(0), 0.365)).toBeCloseTo(0.365 / 365 / 24, 12);
    expect(falseCampaignsIn(tableOf([]), 0.365)).toBeCloseTo(0.365 / 365 / 24, 12);
  });
});
