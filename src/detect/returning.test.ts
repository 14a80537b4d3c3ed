import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MONDAY, planted, strangers, type Try, tableOf } from '../../tests/detect/attempts.ts';
import { seededRandom } from '../model/random.ts';
import { DAY } from '../model/time.ts';
import { detect } from './detect.ts';
import { type Actor, returnOf } from './returning.ts';

const set = (prefix: string, from: number, to: number) =>
  new Set(Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`));
const actor = (sources: ReadonlySet<string>, users: ReadonlySet<string>, gap = 600): Actor => ({
  sources,
  users,
  medianGapSeconds: gap,
});
const outsiders = { sources: 400, again: 4, users: 900, usersOnList: 2 };

describe('the same actor again', () => {
  it('is told by its sources, whatever the list and the pace', () => {
    const found = returnOf(
      actor(set('s', 0, 100), set('u', 0, 80)),
      actor(set('s', 30, 140), set('v', 0, 80), 5000),
      outsiders,
    );
    expect(found).toMatchObject({ sharedSources: 70, sharedUsernames: 0, samePace: false });
    expect(found!.bits).toBeGreaterThan(200);
  });

  it('is not told by as many sources as come back anyway', () => {
    const users = set('u', 0, 80);
    const few = returnOf(
      actor(set('s', 0, 100), users, 60),
      actor(set('s', 98, 200), set('v', 0, 80)),
      outsiders,
    );
    expect(few).toBeNull();
    const loyal = { ...outsiders, again: 280 };
    expect(
      returnOf(actor(set('s', 0, 100), users, 60), actor(set('s', 30, 140), set('v', 0, 80)), loyal),
    ).toBeNull();
  });

  it('is not told by a list alone, which may have been traded; by list and pace it is', () => {
    const users = set('u', 0, 80);
    const [one, other] = [set('s', 0, 100), set('t', 0, 100)];
    expect(returnOf(actor(one, users), actor(other, users, 6000), outsiders)).toBeNull();
    expect(returnOf(actor(one, users), actor(other, users, 640), outsiders)).toMatchObject({
      sharedSources: 0,
      sharedUsernames: 80,
      samePace: true,
    });
    expect(returnOf(actor(one, users), actor(other, set('u', 50, 130), 640), outsiders)).toBeNull();
  });

  it('does not depend on which was first, but for who came back', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(size, size, size, size, (a, b, c, d) => {
        const one = actor(set('s', 0, a), set('u', 0, b));
        const other = actor(set('s', 5, 5 + c), set('u', 7, 7 + d));
        expect(returnOf(one, other, outsiders)).toEqual(returnOf(other, one, outsiders));
      }),
    );
  });
});

describe('a log in which an actor comes twice', () => {
  const visit = (seed: number, start: number, firstAddress: number, prefix: string): Try[] =>
    planted(seededRandom(seed), {
      sources: 80,
      names: 60,
      triesPerName: 5,
      gapSeconds: 1500,
      start,
      prefix,
      firstAddress,
    });

  it('says so of the second time, though most of its hosts are named in the first', () => {
    const tries = [
      ...strangers(seededRandom(1), 3000, 120 * DAY, 400, 1000),
      ...visit(2, 10 * DAY, 100, 'list'),
      ...visit(3, 90 * DAY, 120, 'list'),
    ];
    const { campaigns } = detect(tableOf(tries));
    expect(campaigns).toHaveLength(2);
    expect(campaigns[0]!.returnOf).toBeUndefined();
    expect(campaigns[1]!.firstSeen).toBeGreaterThan(MONDAY + 80 * DAY);
    expect(campaigns[1]!.returnOf).toMatchObject({ campaign: 0 });
    expect(campaigns[1]!.returnOf!.sharedSources).toBeGreaterThanOrEqual(55);
  });

  it('does not say so of another actor, nor takes the two for one where hardly anybody came in between', () => {
    for (const others of [900, 3000]) {
      const tries = [
        ...strangers(seededRandom(1), others, 120 * DAY, 400, 1000),
        ...visit(2, 10 * DAY, 100, 'list'),
        ...visit(3, 90 * DAY, 200, 'other'),
      ];
      const { campaigns } = detect(tableOf(tries));
      expect(campaigns).toHaveLength(2);
      expect(campaigns.map((one) => one.returnOf)).toEqual([undefined, undefined]);
    }
  });
});
