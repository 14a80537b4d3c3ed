import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import { detect } from './detect.ts';
import { findRootShare } from './root-share.ts';

/** So many sources on root alone, and on a name of their own each, at any time of thirty days. */
function newcomers(onRoot: number, others: number): Try[] {
  const random = seededRandom(7);
  return Array.from({ length: onRoot + others }, (_, i) => ({
    time: Math.floor(MONDAY + random.next() * 30 * DAY),
    source: `h${i}.host.example`,
    user: i < onRoot ? 'root' : `name${i}`,
  }));
}

function found(tries: readonly Try[], taken: readonly string[] = []) {
  const table = tableOf(tries);
  const without = new Set(taken.map((text) => table.sources.indexOf(text)));
  return findRootShare(table, visitorsOf(table), without, DEFAULT_DETECT_OPTIONS);
}

describe('root alone from the first line to the last', () => {
  it('is a campaign where 97 of 100 newcomers try nothing else, each of them no surer than that', () => {
    const { campaigns } = detect(tableOf(newcomers(1455, 45)));
    expect(campaigns).toHaveLength(1);
    expect(campaigns[0]!.participants).toHaveLength(1455);
    expect(campaigns[0]!.participants[0]!.confidence).toBeGreaterThan(0.95);
    expect(campaigns[0]!.participants[0]!.confidence).toBeLessThan(0.99);
    expect(campaigns[0]!.evidence.map((one) => one.kind)).toContain('root-share');
  });

  it('is believed the less, the more others come, and not at all at three in four', () => {
    const [certain, likely] = [found(newcomers(960, 40)), found(newcomers(880, 120))];
    expect(certain[0]!.falseAlarm).toBeLessThan(likely[0]!.falseAlarm);
    const first = (findings: typeof certain) => [...findings[0]!.probability.values()][0]!;
    expect(first(certain)).toBeGreaterThan(first(likely));
    expect(found(newcomers(750, 250))).toEqual([]);
  });

  it('never says less than one in a million: few hosts are known', () => {
    expect(found(newcomers(5000, 5))[0]!.falseAlarm).toBeCloseTo(2 ** -20, 9);
  });

  it('is none where the log tells of root only, or of few', () => {
    expect(found(newcomers(1000, 0))).toEqual([]);
    expect(found(newcomers(60, 5))).toEqual([]);
  });

  it('does not count who belongs to another campaign', () => {
    const tries = newcomers(150, 6);
    expect(found(tries)).toHaveLength(1);
    expect(
      found(
        tries,
        tries.slice(0, 80).map((one) => one.source),
      ),
    ).toEqual([]);
  });
});
