import { describe, expect, it } from 'vitest';
import { address, MONDAY } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { DAY, HOUR } from '../../model/time.ts';
import type { LiveCampaign } from './affair.ts';
import { Memory } from './memory.ts';
import { PastCampaigns } from './past-campaigns.ts';
import { Turns } from './turns.ts';

interface Plan {
  readonly id: string;
  readonly day: number;
  /** Numbers of its sources, and its list. */
  readonly sources: readonly number[];
  readonly names: readonly string[];
  readonly gapSeconds?: number;
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const words = (prefix: string, count: number) => from(0, count).map((i) => `${prefix}-${i}`);

/** A memory in which campaigns and strangers have been. */
class Site {
  readonly memory = new Memory({ ...DEFAULT_LIVE_OPTIONS, memoryDays: 400 });
  readonly turns = new Turns();

  #visit(source: string, user: string, time: number): void {
    const attempt = { time, source, user, sensor: 'host.example', success: false };
    const taken = this.memory.take({ ...attempt, known: null, method: null });
    this.turns.visit(taken.source, taken.name!, time, () => true);
  }

  strangers(first: number, count: number, day: number): void {
    for (const i of from(0, count))
      this.#visit(`stranger${first + i}.example`, `own-${first + i}`, MONDAY + day * DAY + i);
  }

  campaign({ id, day, sources, names, gapSeconds = 600 }: Plan): LiveCampaign {
    const firstSeen = MONDAY + day * DAY;
    for (const [i, name] of names.entries())
      this.#visit(address(sources[i % sources.length]!), name, firstSeen + i * gapSeconds);
    for (const s of sources) this.#visit(address(s), names[0]!, firstSeen + names.length * gapSeconds);
    return {
      id,
      named: new Map(sources.map((s) => [this.memory.sources.get(address(s))!, 0.99])),
      names: new Set(names),
      firstSeen,
      lastSeen: firstSeen + names.length * gapSeconds,
      attempts: names.length,
      medianGapSeconds: gapSeconds,
      returnOf: new Set(),
      unremembered: 0,
    };
  }
}

/** What is said of `later` when `earlier` is over; strangers come and go between. */
function said(
  earlier: Omit<Plan, 'id' | 'day'>,
  later: Omit<Plan, 'id' | 'day'>,
  daysLater = 60,
  strangers = 300,
) {
  const site = new Site();
  const past = new PastCampaigns();
  site.strangers(0, strangers, 1);
  past.remember(site.campaign({ id: 'c1', day: 1, ...earlier }), site.memory);
  site.strangers(1000, strangers, 1 + daysLater);
  const again = site.campaign({ id: 'c2', day: 1 + daysLater, ...later });
  return past
    .returnsOf(again, site.memory, again.lastSeen)
    .map(({ earlier: id, found }) => ({ id, ...found }));
}

describe('the same actor is known again', () => {
  it('by its sources, though the list is another', () => {
    expect(
      said(
        { sources: from(0, 30), names: words('first', 60) },
        { sources: from(10, 30), names: words('second', 60), gapSeconds: 2000 },
      ),
    ).toMatchObject([{ id: 'c1', sharedSources: 20, sharedUsernames: 0, samePace: false }]);
  });

  it('by its list together with its pace, though the sources are others', () => {
    expect(
      said(
        { sources: from(0, 30), names: words('list', 60) },
        { sources: from(100, 30), names: words('list', 60) },
      ),
    ).toMatchObject([{ id: 'c1', sharedSources: 0, sharedUsernames: 60, samePace: true }]);
  });

  it('after most of a year, and not after more than that', () => {
    const same = { sources: from(0, 30), names: words('first', 60) };
    expect(said(same, same, 390)).toHaveLength(1);
    expect(said(same, same, 410)).toEqual([]);
  });
});

describe('another actor is not taken for it', () => {
  it('for a list alone: it may have been traded', () => {
    expect(
      said(
        { sources: from(0, 30), names: words('list', 60) },
        { sources: from(100, 30), names: words('list', 60), gapSeconds: 2 * HOUR },
      ),
    ).toEqual([]);
  });

  it('for names that everybody tries', () => {
    const everybodys = [
      'root',
      'admin',
      'test',
      'user',
      'ubuntu',
      'oracle',
      'postgres',
      'guest',
      'ftpuser',
      'git',
    ];
    expect(
      said({ sources: from(0, 30), names: everybodys }, { sources: from(100, 30), names: everybodys }),
    ).toEqual([]);
  });

  it('for its sources, where nobody else was there to compare with: perhaps everybody comes back', () => {
    const earlier = { sources: from(0, 30), names: words('first', 60) };
    const later = { sources: from(10, 30), names: words('second', 60), gapSeconds: 2000 };
    expect(said(earlier, later, 60, 0)).toEqual([]);
  });

  it('for one source that came back', () => {
    expect(
      said(
        { sources: from(0, 30), names: words('first', 60) },
        { sources: [29, ...from(100, 29)], names: words('second', 60) },
      ),
    ).toEqual([]);
  });
});

describe('what is remembered of a campaign', () => {
  const site = () => {
    const one = new Site();
    one.strangers(0, 100, 0);
    return one;
  };
  const plan = { sources: from(0, 30), names: words('list', 60) };

  it('is nothing where nobody was named', () => {
    const one = site();
    const past = new PastCampaigns();
    past.remember({ ...one.campaign({ id: 'c1', day: 1, ...plan }), named: new Map() }, one.memory);
    const again = one.campaign({ id: 'c2', day: 30, ...plan });
    expect(past.returnsOf(again, one.memory, again.lastSeen)).toEqual([]);
  });

  it('is told once of each return', () => {
    const one = site();
    const past = new PastCampaigns();
    past.remember(one.campaign({ id: 'c1', day: 1, ...plan }), one.memory);
    const again = one.campaign({ id: 'c2', day: 30, ...plan });
    again.returnOf.add('c1');
    expect(past.returnsOf(again, one.memory, again.lastSeen)).toEqual([]);
  });

  it('is told of each of several visits, the latest fifty at most', () => {
    const one = site();
    const past = new PastCampaigns();
    for (const i of from(1, 60)) past.remember(one.campaign({ id: `c${i}`, day: i, ...plan }), one.memory);
    const again = one.campaign({ id: 'c61', day: 70, ...plan });
    const earlier = past.returnsOf(again, one.memory, again.lastSeen).map((one) => one.earlier);
    expect(earlier).toEqual(from(11, 50).map((i) => `c${i}`));
  });
});
