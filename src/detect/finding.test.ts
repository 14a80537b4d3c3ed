import { describe, expect, it } from 'vitest';
import { MONDAY, planted, strangers, type Try, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { type Finding, findQuietFindings, SPOKEN_FOR } from './finding.ts';

const START = 10 * DAY;
const PLAN = { sources: 40, names: 60, triesPerName: 5, gapSeconds: 1200, start: START };

function findingsIn(tries: readonly Try[]) {
  const table = tableOf(tries);
  const findings = findQuietFindings(table, visitorsOf(table), DEFAULT_DETECT_OPTIONS);
  const named = (finding: Finding) =>
    [...finding.probability].filter(([, p]) => p >= finding.namedFrom).map(([s]) => table.sources[s]!);
  const probability = (finding: Finding, source: string) =>
    finding.probability.get(table.sources.indexOf(source)) ?? 0;
  return { findings, named, probability };
}

const rootFrom = (hour: number, hours: number, count: number, tag: string, seed = 1): Try[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    time: Math.floor(MONDAY + (hour + random.next() * hours) * HOUR),
    source: `${tag}${i}.host.example`,
    user: 'root',
  }));
};

/** A month of independent visitors, of whom one in seven tries root. */
const month = (seed: number): Try[] => {
  const random = seededRandom(seed);
  return strangers(random, 600, 30 * DAY, 300, 762).map((one) =>
    random.next() < 0.15 ? { ...one, user: 'root' } : one,
  );
};

describe('a finding', () => {
  it('is an interval, and for each source a probability; who is named is likely', () => {
    const { findings, named } = findingsIn([...month(1), ...planted(seededRandom(1), PLAN)]);
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding!.from).toBeGreaterThanOrEqual(MONDAY + START - 2 * HOUR);
    expect(finding!.to).toBeLessThanOrEqual(MONDAY + START + 102 * HOUR);
    expect(finding!.namedFrom).toBeGreaterThanOrEqual(0.7);
    expect(named(finding!).filter((source) => source.startsWith('192.0.2.'))).toHaveLength(40);
    for (const p of finding!.probability.values()) {
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
    }
  });

  it('names no source that nothing links: a name of its own in the right hours is any stranger', () => {
    for (let seed = 0; seed < 5; seed++) {
      const campaign = planted(seededRandom(seed), {
        ...PLAN,
        sources: 300,
        names: 150,
        triesPerName: 2,
      });
      // one try each, as the campaign's sources make; names that nobody else has
      const lone = Array.from({ length: 10 }, (_, i) => ({
        time: MONDAY + START + (i + 1) * 9 * HOUR,
        source: `lone${i}.host.example`,
        user: `alone${i}`,
      }));
      const { findings, named, probability } = findingsIn([...month(seed), ...campaign, ...lone]);
      const strongest = findings[0]!;
      expect(named(strongest).length).toBeGreaterThan(280);
      for (const { source } of lone) expect(probability(strongest, source)).toBeLessThanOrEqual(0.5);
    }
  });

  it('believes in a lone source by its rate, as far as the rest of the log allows', () => {
    // 300 newcomers within two days, each with a name of its own: nothing but the rate speaks
    const random = seededRandom(2);
    const newcomers = Array.from({ length: 300 }, (_, i) => ({
      time: Math.floor(MONDAY + START + random.next() * 2 * DAY),
      source: `b${i}.host.example`,
      user: `only${i}`,
    }));
    const { findings, named, probability } = findingsIn([...month(2), ...newcomers]);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.onset!.what).toBe('rare');
    expect(named(findings[0]!).filter((source) => source.startsWith('b')).length).toBeGreaterThan(280);
    expect(probability(findings[0]!, 'b0.host.example')).toBeLessThan(1);
  });

  it('is one where names and rate tell of the same affair', () => {
    const campaign = planted(seededRandom(3), { ...PLAN, sources: 300, names: 150, triesPerName: 2 });
    const { findings } = findingsIn([...month(3), ...campaign]);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.onset).not.toBeNull();
    expect(findings[0]!.turnBits).toBeGreaterThan(20);
  });

  it('is one for each of two bursts that try different things; neither is told again', () => {
    const { findings, named } = findingsIn([
      ...month(4),
      ...rootFrom(240, 24, 300, 'a'),
      ...rootFrom(500, 24, 300, 'b', 2).map((one, i) => ({ ...one, user: `only${i}` })),
    ]);
    expect(findings).toHaveLength(2);
    const tags = findings.map((finding) => new Set(named(finding).map((source) => source[0])));
    for (const own of tags) expect([...own].filter((tag) => tag === 'a' || tag === 'b')).toHaveLength(1);
  });

  it('has no source that an earlier one has spoken for', () => {
    const { findings } = findingsIn([
      ...month(5),
      ...rootFrom(240, 24, 300, 'a'),
      ...rootFrom(500, 24, 300, 'b', 2).map((one, i) => ({ ...one, user: `only${i}` })),
    ]);
    expect(findings.length).toBeGreaterThanOrEqual(2);
    const spokenFor = new Set<number>();
    for (const { probability } of findings) {
      for (const [s] of probability) expect(spokenFor.has(s)).toBe(false);
      for (const [s, p] of probability) if (p >= SPOKEN_FOR) spokenFor.add(s);
    }
  });

  it('is none of sources of the house, however many come at once', () => {
    const machines = rootFrom(240, 24, 300, 'm').map((one) => ({ ...one, user: 'collector', known: true }));
    expect(findingsIn([...month(6), ...machines]).findings).toEqual([]);
  });

  it('is none in a log of fewer than 16 visits', () => {
    expect(findingsIn(planted(seededRandom(7), { ...PLAN, names: 3 })).findings).toEqual([]);
    expect(findingsIn([]).findings).toEqual([]);
  });
});
