import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf, texts, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { findSlowClocks } from './clock.ts';

/** Sources that are dealt the ticks of one clock, in turn or at random, each with names of its own. */
function dealt(seed: number, sources: number, days: number, gap: number, from = 0): Try[] {
  const random = seededRandom(seed);
  return Array.from({ length: Math.floor((days * DAY) / gap) }, (_, i) => ({
    time: Math.floor(MONDAY + from + i * gap + random.next() * 40),
    source: `c${random.below(sources)}.host.example`,
    user: `name${i}`,
  }));
}

/** Patient sources that know nothing of each other. */
function patient(seed: number, sources: number, days: number, gap: number): Try[] {
  const random = seededRandom(seed);
  const tries: Try[] = [];
  for (let s = 0; s < sources; s++) {
    for (let time = 0; time < days * DAY; time += -gap * Math.log(1 - random.next()))
      tries.push({
        time: Math.floor(MONDAY + time),
        source: `p${s}.host.example`,
        user: `n${random.below(5000)}`,
      });
  }
  return tries;
}

function clocksIn(tries: readonly Try[]) {
  const table = tableOf(tries);
  const findings = findSlowClocks(table, visitorsOf(table), new Set(), DEFAULT_DETECT_OPTIONS);
  return findings.map((f) => ({ ...f, sources: texts(table, f.probability.keys()) }));
}

describe('one slow clock', () => {
  it('shows by sources that never come at the same time', () => {
    for (let seed = 0; seed < 5; seed++) {
      const found = clocksIn([...dealt(seed, 3, 21, 11 * MINUTE), ...patient(seed, 6, 21, 40 * MINUTE)]);
      expect(found).toHaveLength(1);
      expect(found[0]!.sources).toEqual(['c0.host.example', 'c1.host.example', 'c2.host.example']);
      expect(found[0]!.falseAlarm).toBeLessThan(1e-6);
    }
  });

  it('is none among patient sources that know nothing of each other, over 20 seeds', () => {
    for (let seed = 0; seed < 20; seed++) expect(clocksIn(patient(seed, 10, 21, 30 * MINUTE))).toEqual([]);
  });

  it('is none where sources only share day and night', () => {
    const night = patient(3, 8, 30, 20 * MINUTE).filter((one) => (one.time - MONDAY) % DAY < DAY / 2);
    expect(clocksIn(night)).toEqual([]);
  });

  it('is none of two sources, and not shown by two days', () => {
    expect(clocksIn(dealt(1, 2, 21, 11 * MINUTE))).toEqual([]);
    expect(clocksIn(dealt(1, 3, 1.9, 11 * MINUTE))).toEqual([]);
  });

  it('is none where sources come one after the other', () => {
    const shifts = [0, 1, 2].flatMap((s) =>
      dealt(s, 1, 7, 30 * MINUTE, s * 8 * DAY).map((one) => ({ ...one, source: `s${s}.host.example` })),
    );
    expect(clocksIn(shifts)).toEqual([]);
  });

  it('shows by sources that take strict turns at a clock which wanders: they drift together', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      let time = 0;
      const turns = Array.from({ length: 3000 }, (_, i) => {
        // a program that sleeps ten minutes, more or less, between tries
        time += 10 * MINUTE * (0.9 + 0.2 * random.next());
        return { time: Math.floor(MONDAY + time), source: `c${i % 3}.host.example`, user: `name${i}` };
      });
      const found = clocksIn(turns);
      expect([seed, found.map((f) => f.sources)]).toEqual([
        seed,
        [['c0.host.example', 'c1.host.example', 'c2.host.example']],
      ]);
    }
  });

  it('is none of sources with a clock of their own each, whatever the period', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed);
      const own = Array.from({ length: 8 }, (_, s) => {
        const period = (40 + 3 * s) * MINUTE;
        const begin = random.next() * period;
        return Array.from({ length: Math.floor((21 * DAY) / period) }, (_row, i) => ({
          time: Math.floor(MONDAY + begin + i * period + random.next() * 90),
          source: `p${s}.host.example`,
          user: `n${random.below(5000)}`,
        }));
      }).flat();
      expect(clocksIn(own)).toEqual([]);
    }
  });

  it('is nothing in an empty log', () => {
    expect(clocksIn([])).toEqual([]);
  });
});
