import { describe, expect, it } from 'vitest';
import { address, MONDAY, type Try, tableOf, visitorsOf } from '../../../tests/detect/attempts.ts';
import { DAY, HOUR } from '../../model/time.ts';
import { onsetNow } from './onset-now.ts';
import { arrivalClass, Rates, type Rise } from './rates.ts';

const usual = (user: string, days: number, perDay: number, prefix: string): Try[] =>
  Array.from({ length: days * perDay }, (_, i) => ({
    time: MONDAY + Math.floor((i * DAY) / perDay),
    source: `${prefix}${i}.example`,
    user,
  }));

/** Thirty new sources on root within ten hours, after ten days of two a day; and two a day on names of their own. */
const BEGIN = MONDAY + 10 * DAY;
const wave: Try[] = Array.from({ length: 30 }, (_, i) => ({
  time: BEGIN + i * 1200,
  source: address(i),
  user: 'root',
}));
const log = [...usual('root', 10, 2, 'r'), ...usual('odd-name', 11, 2, 'o'), ...wave].sort(
  (a, b) => a.time - b.time,
);

const rise: Rise = { bits: 40, what: 'root', from: BEGIN, count: 30, perDay: 72, perDayBefore: 2 };

function onset(tries: readonly Try[], of: Rise = rise, taken: readonly string[] = []) {
  const rates = new Rates();
  const seen = new Set<string>();
  const sorted = [...tries].sort((a, b) => a.time - b.time);
  for (const { time, source, user, success } of sorted) {
    rates.tick(time);
    if (seen.has(source) || user === null || success) continue;
    seen.add(source);
    rates.arrive(arrivalClass(user), false);
  }
  const table = tableOf(sorted);
  const index = new Set(taken.map((text) => table.sources.indexOf(text)));
  const found = onsetNow(of, rates, table, visitorsOf(table), index);
  const of_ = (text: string) => found.probability.get(table.sources.indexOf(text));
  return { found, of: of_, table };
}

describe('a rise that is going on', () => {
  it('is taken over as it was seen', () => {
    const { found } = onset(log);
    expect(found).toMatchObject({ bits: 40, what: 'root', perDay: 72, perDayBefore: 2 });
    expect(found.from).toBe(BEGIN);
    expect(found.to).toBeGreaterThanOrEqual(wave.at(-1)!.time);
  });

  it('makes its newcomers likely by their excess over what is usual', () => {
    const { of, found } = onset(log);
    for (const { source } of wave) expect(of(source)).toBeGreaterThan(0.85);
    expect(found.expected.get('root')).toBeLessThan(5);
  });

  it('says nothing of who came before it', () => {
    const { of } = onset(log);
    expect(of('r3.example')).toBeUndefined();
  });

  it('makes newcomers of another class no likelier than usual', () => {
    expect(onset(log).of('o20.example')).toBeLessThan(0.5);
  });

  it('leaves out who belongs to another campaign, who got in, and accounts of people', () => {
    const desk: Try[] = [
      { time: BEGIN - DAY, source: 'desk.example', user: 'amanda', success: true, known: true },
      { time: BEGIN + HOUR, source: 'phone.example', user: 'amanda', known: true },
    ];
    const { of, found, table } = onset([...log, ...desk], rise, [address(0)]);
    expect(of(address(0))).toBeUndefined();
    expect(of('phone.example')).toBeUndefined();
    expect(of('desk.example')).toBeUndefined();
    expect([...found.whatOf.keys()].map((s) => table.sources[s])).toContain(address(1));
  });

  it('has probabilities of which none is certain, one for each of its newcomers', () => {
    const { found } = onset(log, { ...rise, what: 'all' });
    expect(new Set(found.probability.keys())).toEqual(new Set(found.whatOf.keys()));
    for (const p of found.probability.values()) {
      expect(p).toBeGreaterThanOrEqual(0.002);
      expect(p).toBeLessThanOrEqual(0.998);
    }
  });

  it('begins with what is left of the log, where it is older than that', () => {
    const { found } = onset(wave, { ...rise, from: BEGIN - 30 * DAY });
    expect(found.from).toBe(BEGIN);
    expect(found.whatOf.size).toBe(30);
  });

  it('of an empty log has nobody', () => {
    const { found } = onset([]);
    expect(found.probability.size).toBe(0);
    expect(found.from).toBe(BEGIN);
  });
});
