import { describe, expect, it } from 'vitest';
import { MONDAY, planted, strangers, type Try, tableOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS, type Evidence, type EvidenceKind } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import { detect } from './detect.ts';
import { evidenceOf, nameOrder } from './evidence.ts';
import { classifyVisitors } from './visitors.ts';

/** The evidence of the one campaign of `tries` among independent visitors. */
function evidenceOfOne(change: (one: Try, i: number) => Try, gapSeconds = 1200) {
  const random = seededRandom(2);
  const campaign = planted(random, { sources: 40, names: 60, triesPerName: 5, gapSeconds, start: 10 * DAY });
  const table = tableOf([...strangers(random, 500, 30 * DAY, 400), ...campaign.map(change)]);
  const { campaigns } = detect(table);
  expect(campaigns).toHaveLength(1);
  const kind = <K extends EvidenceKind>(wanted: K) =>
    campaigns[0]!.evidence.find((e): e is Extract<Evidence, { kind: K }> => e.kind === wanted);
  return { table, campaign: campaigns[0]!, kind };
}

const asIs = (one: Try) => one;
/** Another order of the same names: word0001 becomes 1000drow. */
const arbitrary = (one: Try) => ({ ...one, user: one.user!.split('').reverse().join('') });

describe('names in turn', () => {
  it('tell of the most telling name in figures that can be counted', () => {
    const { kind, table } = evidenceOfOne(asIs);
    const evidence = kind('names-in-turn')!;
    expect(table.users[evidence.user]).toMatch(/^word/);
    expect(evidence.userAttempts).toBe(5);
    expect(evidence.userSources).toBe(5);
    expect(evidence.userSeconds).toBeGreaterThan(4 * 1000);
    expect(evidence.userSeconds).toBeLessThan(4 * 1400);
    expect(evidence.userSourcesExpected).toBeLessThan(1);
    expect(evidence.names).toBeGreaterThanOrEqual(59);
    expect(evidence.names).toBeLessThanOrEqual(62);
    expect(evidence.bits).toBeGreaterThan(100);
  });
});

describe('order', () => {
  it('is evidence where names ascend, and none where they do not', () => {
    const walk = evidenceOfOne(asIs);
    expect(walk.campaign.order).toBe('alphabetical');
    expect(walk.kind('order')).toMatchObject({ direction: 'alphabetical' });
    expect(walk.kind('order')!.inOrder).toBeGreaterThan(2 * walk.kind('order')!.inOrderExpected);
    const none = evidenceOfOne(arbitrary);
    expect(none.campaign.order).toBe('other');
    expect(none.kind('order')).toBeUndefined();
  });

  it('may be the reverse', () => {
    const reverse = evidenceOfOne((one) => ({ ...one, user: `x${9999 - Number(one.user!.slice(4))}` }));
    expect(reverse.campaign.order).toBe('reverse-alphabetical');
  });

  it('is one name where nineteen attempts in twenty are on it', () => {
    const tries = (others: number) =>
      Array.from({ length: 100 }, (_, i) => ({
        time: MONDAY + i * 60,
        source: `192.0.2.${1 + i}`,
        user: i < others ? `b${i}` : 'root',
      }));
    const orderOf = (others: number) =>
      nameOrder(
        tableOf(tries(others)),
        Uint32Array.from({ length: 100 }, (_, i) => i),
      );
    expect(orderOf(5)).toBe('one-name');
    expect(orderOf(6)).not.toBe('one-name');
  });
});

describe('pace', () => {
  it('is evidence where gaps are regular, whichever the source', () => {
    const evidence = evidenceOfOne(asIs).kind('pace')!;
    expect(Math.abs(evidence.medianGapSeconds - 1200)).toBeLessThan(60);
    expect(evidence.spreadSeconds).toBeLessThan(evidence.spreadSecondsExpected / 2);
  });

  it('is none where the same attempts come at random', () => {
    const random = seededRandom(8);
    const { kind } = evidenceOfOne((one) => ({ ...one, time: one.time + random.below(4000) }));
    expect(kind('pace')).toBeUndefined();
  });
});

describe('division of labour', () => {
  it('is evidence where each source makes as many tries as the others', () => {
    const evidence = evidenceOfOne(asIs).kind('division-of-labour')!;
    // 300 attempts of 40 sources from a deck: seven or eight each
    expect([7, 8]).toContain(evidence.triesPerSource);
    expect(evidence.sources).toBeGreaterThanOrEqual(40);
    expect(evidence.sources).toBeLessThanOrEqual(42);
    expect(evidence.sameTries).toBeGreaterThan(2 * evidence.sameTriesExpected);
    // forty sources in turn, 20 minutes a try: a source returns after about half a day
    expect(evidence.returnHours!).toBeGreaterThan(8);
    expect(evidence.returnHours!).toBeLessThan(20);
  });
});

describe('several sensors', () => {
  it('are evidence where one name goes from one sensor to the next', () => {
    const { kind } = evidenceOfOne((one, i) => ({ ...one, sensor: `web${i % 5}` }));
    expect(kind('across-sensors')).toMatchObject({ sensors: expect.any(Number) });
    expect(kind('across-sensors')!.sensors).toBeGreaterThanOrEqual(5);
    expect(evidenceOfOne(asIs).kind('across-sensors')).toBeUndefined();
  });

  it('are none where popular names are tried everywhere by strangers', () => {
    const random = seededRandom(3);
    const names = ['root', 'admin', 'oracle', 'test', 'pi', 'git', 'postgres', 'ubuntu'];
    const tries = Array.from({ length: 2000 }, (_, i) => ({
      time: Math.floor(random.next() * 20 * DAY),
      source: `s${i % 700}`,
      user: names[random.below(names.length)]!,
      sensor: `web${random.below(5)}`,
    })).toSorted((a, b) => a.time - b.time);
    const table = tableOf(tries);
    const rows = Uint32Array.from({ length: table.length }, (_, row) => row);
    const visitors = classifyVisitors(table, DEFAULT_DETECT_OPTIONS);
    const finding = {
      from: 0,
      to: 20 * DAY,
      probability: new Map(),
      namedFrom: 0.5,
      falseAlarm: 1,
      onset: null,
      turnBits: 0,
    };
    const found = evidenceOf(table, visitors, finding, rows);
    expect(found.find(({ kind }) => kind === 'across-sensors')).toBeUndefined();
  });
});

describe('the rate', () => {
  it('is evidence where new sources come on one name alone', () => {
    const random = seededRandom(4);
    const month = strangers(random, 600, 30 * DAY, 300).map((one) =>
      random.next() < 0.1 ? { ...one, user: 'root' } : one,
    );
    const burst = Array.from({ length: 400 }, (_, i) => ({
      time: Math.floor(MONDAY + 12 * DAY + random.next() * 3 * DAY),
      source: `b${i}.host.example`,
      user: 'root',
    }));
    const table = tableOf([...month, ...burst]);
    const { campaigns } = detect(table);
    expect(campaigns).toHaveLength(1);
    expect(campaigns[0]!.order).toBe('one-name');
    const rate = campaigns[0]!.evidence.find((e) => e.kind === 'rate-change');
    expect(rate).toMatchObject({ of: 'one-name', user: table.users.indexOf('root') });
    if (rate?.kind !== 'rate-change') throw new Error('no such evidence');
    expect(rate.perDay).toBeGreaterThan(10 * rate.perDayBefore);
    const named = campaigns[0]!.participants.map((p) => table.sources[p.source]!);
    const right = named.filter((source) => source.startsWith('b')).length;
    expect(right / named.length).toBeGreaterThan(0.93);
    expect(right).toBeGreaterThan(380);
  });
});
