import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

const day = (date: string, attempts: number) => ({ date, attempts });

describe('attempts per day as bars', () => {
  it('leaves a day without attempts empty', () => {
    const days = [day('2008-11-19', 1), day('2008-11-20', 8), day('2008-11-22', 4)];
    expect(sparkline(days, 78, true)).toEqual(['2008-11-19 |▁█ ▄| 2008-11-22, at most 8 a day']);
    expect(sparkline(days, 78, false)).toEqual(['2008-11-19 |.@ =| 2008-11-22, at most 8 a day']);
  });
  it('shows the change point in the counts of February 2022', () => {
    const counts = [
      66, 13, 50, 31, 35, 85, 13, 70, 28, 13, 32, 13, 48, 28, 30, 337, 2006, 1906, 1608, 2113, 2207, 2424,
      1978, 2976, 3044, 2071, 992,
    ];
    const days = counts.map((n, i) => day(`2022-02-${String(i + 1).padStart(2, '0')}`, n));
    expect(sparkline(days, 78, true)).toEqual([
      '2022-02-01 |▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▆▆▅▆▆▇▆██▆▃| 2022-02-27, at most 3,044 a day',
    ]);
  });
  it('puts several days into one bar where there are more days than columns', () => {
    const days = Array.from({ length: 100 }, (_, i) =>
      day(new Date(Date.UTC(2009, 9, 28 + i)).toISOString().slice(0, 10), 521),
    );
    const [bars, note] = sparkline(days, 60, true);
    expect(bars!.length).toBeLessThanOrEqual(60);
    expect(note).toBe('at most 521 a day; a bar is 3 days');
  });
  it('draws a span of ten thousand years without trouble', () => {
    const lines = sparkline([day('0001-01-01', 1), day('9999-12-31', 1)], 78, true);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(78);
  });
  it('draws nothing of one or two days', () => {
    expect(sparkline([], 78, true)).toEqual([]);
    expect(sparkline([day('2008-11-19', 3), day('2008-11-20', 3)], 78, true)).toEqual([]);
  });
});
