import { describe, expect, it } from 'vitest';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import type { Condition } from './condition.ts';
import { createSilence, DEFAULT_SILENCE_OPTIONS, type Silence } from './silence.ts';

/** A Monday. */
const START = Date.parse('2026-06-01T00:00:00Z') / 1000;
const LOG = '/var/log/auth.log';

/** Lives from `from` to `to`, looking every 30 s; `chance` is that of a line in such half a minute. */
function live(silence: Silence, from: number, to: number, chance: (time: number) => boolean): Condition[] {
  const told: Condition[] = [];
  for (let time = from; time < to; time += 30) {
    if (chance(time)) silence.lines(LOG, 1, time);
    told.push(...silence.look(time));
  }
  return told;
}

/** Lines in bursts: a visitor every `everySeconds` or so, who brings lines for some minutes. */
function bursts(seed: number, everySeconds: (time: number) => number) {
  const random = seededRandom(seed);
  let until = 0;
  return (time: number) => {
    if (random.next() < 30 / everySeconds(time)) until = time + random.next() * 5 * MINUTE;
    return time < until && random.next() < 0.7;
  };
}

const isNight = (time: number) => {
  const hour = (time % DAY) / HOUR;
  return hour < 7 || hour > 20;
};
const isWeekend = (time: number) => Math.floor((time - START) / DAY) % 7 >= 5;

describe('a log that says nothing', () => {
  it('is told within the hour where lines come all day', () => {
    const silence = createSilence();
    const busy = bursts(1, () => 120);
    expect(live(silence, START, START + 10 * DAY, busy)).toEqual([]);
    const told = live(silence, START + 10 * DAY, START + 11 * DAY, () => false);
    expect(told.map(({ kind }) => kind)).toEqual(['log:silent']);
    const [first] = told;
    expect(first).toMatchObject({ input: LOG });
    const again = createSilence();
    live(
      again,
      START,
      START + 10 * DAY,
      bursts(1, () => 120),
    );
    expect(live(again, START + 10 * DAY, START + 10 * DAY + HOUR, () => false)).toHaveLength(1);
  });

  it('is told in the first week, too, where it is long enough', () => {
    const silence = createSilence();
    expect(
      live(
        silence,
        START,
        START + 2 * DAY,
        bursts(1, () => 120),
      ),
    ).toEqual([]);
    expect(live(silence, START + 2 * DAY, START + 2 * DAY + 8 * HOUR, () => false)).toHaveLength(1);
  });

  it('is said to be back at its next line, once', () => {
    const silence = createSilence();
    live(
      silence,
      START,
      START + 10 * DAY,
      bursts(1, () => 120),
    );
    live(silence, START + 10 * DAY, START + 11 * DAY, () => false);
    const told = live(silence, START + 11 * DAY, START + 11 * DAY + HOUR, () => true);
    expect(told.map(({ kind }) => kind)).toEqual(['log:back']);
  });

  it('is not told of an office at night or at the weekend, nor of its first one', () => {
    const office = bursts(2, (time) => (isNight(time) || isWeekend(time) ? 1e9 : 600));
    expect(live(createSilence(), START, START + 70 * DAY, office)).toEqual([]);
  });

  it('is told where that office says nothing on a Tuesday', () => {
    const silence = createSilence();
    const office = bursts(2, (time) => (isNight(time) || isWeekend(time) ? 1e9 : 600));
    live(silence, START, START + 29 * DAY, office);
    const from = START + 29 * DAY; // a Tuesday, 00:00
    const told = live(silence, from, from + 2 * DAY, () => false);
    expect(told).toHaveLength(1);
  });

  it('is not told where it hardly ever has lines', () => {
    const rare = bursts(3, () => 5 * DAY);
    expect(live(createSilence(), START, START + 60 * DAY, rare)).toEqual([]);
  });

  it('happens by chance not much more often than stated', () => {
    let alarms = 0;
    const years = 6;
    for (let seed = 10; seed < 10 + years; seed++)
      alarms += live(
        createSilence(),
        START,
        START + 365 * DAY,
        bursts(seed, () => 1800),
      ).filter(({ kind }) => kind === 'log:silent').length;
    expect(alarms).toBeLessThanOrEqual(3 * years * DEFAULT_SILENCE_OPTIONS.falseAlarmsPerYear);
  });

  it('is not told of time that nobody watched: the daemon was down, or the machine slept', () => {
    const silence = createSilence();
    live(
      silence,
      START,
      START + 10 * DAY,
      bursts(1, () => 120),
    );
    expect(silence.look(START + 20 * DAY)).toEqual([]);
    expect(silence.look(START + 20 * DAY + 60)).toEqual([]);
  });

  it('goes on after a restart as if there had been none', () => {
    const whole = createSilence();
    const busy = () => bursts(1, () => 120);
    live(whole, START, START + 10 * DAY, busy());
    const before = createSilence();
    live(before, START, START + 10 * DAY, busy());
    const after = createSilence(DEFAULT_SILENCE_OPTIONS, before.save());
    const silent = () => false;
    expect(live(after, START + 10 * DAY, START + 11 * DAY, silent)).toEqual(
      live(whole, START + 10 * DAY, START + 11 * DAY, silent),
    );
  });

  it('begins anew where what was saved is damaged', () => {
    expect(createSilence(DEFAULT_SILENCE_OPTIONS, '{"version":1').look(START)).toEqual([]);
  });

  it('is not told twice, and not of clocks that jump', () => {
    const silence = createSilence();
    live(
      silence,
      START,
      START + 10 * DAY,
      bursts(1, () => 120),
    );
    expect(silence.look(START - 400 * DAY)).toEqual([]);
    expect(silence.look(START + 4000 * DAY)).toEqual([]);
  });
});
