import { describe, expect, it } from 'vitest';
import { address, MONDAY, type Try } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { DAY, HOUR, MINUTE } from '../../model/time.ts';
import { Looks, type Seen } from './looks.ts';
import { Memory } from './memory.ts';

interface Look {
  /** Seconds after MONDAY. */
  readonly at: number;
  readonly seen: Seen;
}

/** Takes attempts as live detection does; every look that came of them. */
function looksOf(tries: readonly Try[], taken: (text: string) => boolean = () => false): readonly Look[] {
  const memory = new Memory(DEFAULT_LIVE_OPTIONS);
  const looks = new Looks(DEFAULT_LIVE_OPTIONS);
  const out: Look[] = [];
  for (const { time, source, user } of [...tries].sort((a, b) => a.time - b.time)) {
    const wasLoud = memory.sources.get(source)?.loud ?? false;
    const { source: state } = memory.take({
      time,
      source,
      user,
      sensor: 'host.example',
      success: false,
      known: null,
      method: 'password',
    });
    const seen = looks.look(
      memory,
      time,
      !wasLoud && state.loud,
      (sources) => new Set(sources.flatMap((one, s) => (taken(one.text) ? [s] : []))),
    );
    for (const one of seen) out.push({ at: time - MONDAY, seen: one });
  }
  return out;
}

/** `count` sources work through one list together, an attempt each every `every` seconds. */
const lockstep = (at: number, count = 4, names = 30, every = 45): Try[] =>
  Array.from({ length: count * names }, (_, i) => ({
    time: MONDAY + at + (i % count) * 10 + Math.floor(i / count) * every,
    source: address(i % count),
    user: `list-${Math.floor(i / count)}`,
  }));

/** A stranger every hour, each with a name of its own. */
const hourly = (days: number): Try[] =>
  Array.from({ length: days * 24 }, (_, i) => ({
    time: MONDAY + i * HOUR,
    source: `h${i}.host.example`,
    user: `own-${i}`,
  }));

const kinds = (looks: readonly Look[]) => looks.flatMap(({ seen }) => seen.findings.map(({ by }) => by));

describe('everything is looked at', () => {
  it('once a day, and not before a day has passed', () => {
    expect(looksOf(hourly(1))).toEqual([]);
    expect([...new Set(looksOf(hourly(5)).map(({ at }) => at / DAY))]).toEqual([1, 2, 3, 4]);
  });

  it('for two weeks back, and once a week as far as is remembered', () => {
    // the last days are looked at for lockstep first, then what takes longer to show
    const looks = looksOf(hourly(40)).filter((_, i) => i % 2 === 1);
    const back = looks.map(({ at, seen }) => Math.round((at - (seen.table.time[0]! - MONDAY)) / DAY));
    // the first look is a whole one, and every seventh after it
    expect(back.slice(14, 22)).toEqual([15, 14, 14, 14, 14, 14, 14, 22]);
  });

  it('and nothing is found among strangers', () => {
    expect(kinds(looksOf(hourly(20)))).toEqual([]);
  });
});

describe('sources that turn loud together', () => {
  const loud = (i: number, at: number): Try[] =>
    Array.from({ length: 5 }, (_, k) => ({ time: MONDAY + at + k, source: address(i), user: `n${i}-${k}` }));
  /** Until the group comes somebody loud every two hours, with a dozen names of one public list: what lockstep is compared with. */
  const others = Array.from({ length: 28 * 12 }, (_, i) => ({
    time: MONDAY + 600 + Math.floor(i / 12) * 2 * HOUR + (i % 12) * 4,
    source: `l${Math.floor(i / 12)}.host.example`,
    user: `public-${(Math.floor(i / 12) * 5 + (i % 12) * 7) % 60}`,
  }));
  const group = [...hourly(4), ...others, ...lockstep(2.4 * DAY)];
  const foundAt = (tries: readonly Try[]) =>
    looksOf(tries).find(({ seen }) => seen.findings.some(({ by }) => by === 'shared-list'))?.at;

  it('are looked at at once, and whoever is in lockstep by then is found: that cannot wait for the day to end', () => {
    const looks = looksOf(group).filter(({ at }) => at % HOUR !== 0);
    expect(looks[0]!.at - 2.4 * DAY).toBeLessThan(5 * MINUTE);
    // when somebody else turns loud half an hour later, the group has shown itself
    expect(foundAt([...group, ...loud(50, 2.4 * DAY + HOUR / 2)])! - 2.4 * DAY).toBeLessThan(HOUR);
  });

  it('are looked at again when they have shown more, even if nobody else turns loud', () => {
    expect(foundAt(group)! - 2.4 * DAY).toBeLessThan(HOUR);
  });

  it('are found by the look of the day at the latest', () => {
    expect(foundAt(group)).toBeLessThanOrEqual(3 * DAY);
  });

  it('are looked at no more than every five minutes, however many they are', () => {
    const flood = Array.from({ length: 200 * 5 }, (_, i) => ({
      time: MONDAY + HOUR + i,
      source: `h${Math.floor(i / 5)}.host.example`,
      user: `own-${i}`,
    }));
    const looks = looksOf([{ time: MONDAY, source: address(0), user: 'root' }, ...flood]);
    expect(looks.length).toBeGreaterThan(1);
    for (let i = 1; i < looks.length; i++)
      expect(looks[i]!.at - looks[i - 1]!.at).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  it('are no reason to look when they are two, or more than an hour apart', () => {
    const first = { time: MONDAY, source: address(9), user: 'root' };
    expect(looksOf([first, ...loud(1, 60), ...loud(2, 120)])).toEqual([]);
    expect(looksOf([first, ...loud(1, 60), ...loud(2, HOUR), ...loud(3, 2 * HOUR)])).toEqual([]);
    expect(looksOf([first, ...loud(1, 60), ...loud(2, 120), ...loud(3, 180)])).toHaveLength(1);
  });

  it('are seen by what the last two days hold', () => {
    const looks = looksOf([...hourly(6), ...lockstep(5.4 * DAY)]);
    const between = looks.filter(({ at }) => at % HOUR !== 0);
    expect(between.length).toBeGreaterThan(0);
    for (const { at, seen } of between)
      expect(seen.table.time[0]! - MONDAY).toBeGreaterThanOrEqual(at - 2 * DAY);
  });

  it('are not found again while another campaign has them', () => {
    const own = new Set([0, 1, 2, 3].map(address));
    expect(kinds(looksOf(group))).toContain('shared-list');
    expect(kinds(looksOf(group, (text) => own.has(text)))).toEqual([]);
  });
});
