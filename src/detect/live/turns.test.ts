import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, MONDAY } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import { seededRandom } from '../../model/random.ts';
import { DAY, HOUR, MINUTE } from '../../model/time.ts';
import { Memory } from './memory.ts';
import type { Visit } from './remembered.ts';
import { Turns } from './turns.ts';

/** A link: more than three bits. */
const LINK_BITS = 3;
const everything = () => true;

/** Turns over the states of a memory, as live detection drives them; times are seconds after MONDAY. */
class Site {
  readonly turns = new Turns();
  readonly memory = new Memory(DEFAULT_LIVE_OPTIONS);
  now = MONDAY;

  /** The visit, unless the source has been on that name; added to the evidence unless `add` says no. */
  visit(source: string, user: string, at: number, add = true): Visit | null {
    this.now = MONDAY + at;
    const attempt = { time: this.now, source, user, sensor: 'host.example', success: false };
    const { source: from, name } = this.memory.take({ ...attempt, known: null, method: 'password' });
    const visit = this.turns.visit(from, name!, this.now, everything);
    if (visit !== null && add) this.turns.add(visit, everything);
    return visit;
  }

  /** Strangers, one every ten minutes by default, each on a name of its own. */
  strangers(count: number, at: number, every = 10 * MINUTE, who = 'stranger'): number {
    for (let i = 0; i < count; i++)
      this.visit(`${who}${at}-${i}.example`, `own-${who}${at}-${i}`, at + i * every);
    return at + count * every;
  }

  /** Three sources never seen before on a name never seen before, so far apart; the surprise of the third, bits. */
  threeOn(user: string, at: number, apart: number): number {
    let visit: Visit | null = null;
    for (let i = 0; i < 3; i++) visit = this.visit(`${user}-${i}.example`, user, at + i * apart);
    return this.turns.surprise(visit!, everything);
  }

  /** Pairs of new sources meet minutes apart, each pair on a name of its own. */
  pairs(count: number, at: number, every = 10 * MINUTE): number {
    for (let i = 0; i < count; i++) {
      this.visit(`one${at}-${i}.example`, `met${at}-${i}`, at + i * every);
      this.visit(`other${at}-${i}.example`, `met${at}-${i}`, at + i * every + MINUTE);
    }
    return at + count * every;
  }

  enough(perYear = 0.4): number {
    return this.turns.enough(this.now, perYear);
  }
}

describe('surprise', () => {
  it('is larger where three sources try a never-seen name within minutes than hours apart', () => {
    const soon = new Site();
    const later = new Site();
    for (const site of [soon, later]) site.strangers(600, 0);
    const minutes = soon.threeOn('wvtqz', 601 * 10 * MINUTE, 3 * MINUTE);
    // strangers go on between the three, as they do where hours pass
    let at = 601 * 10 * MINUTE;
    let third: Visit | null = null;
    for (let i = 0; i < 3; i++) {
      third = later.visit(`late-${i}.example`, 'wvtqz', at);
      at = later.strangers(5 * 6, at + MINUTE);
    }
    const hours = later.turns.surprise(third!, everything);
    expect(minutes).toBeGreaterThan(hours + 3);
    expect(minutes).toBeGreaterThan(LINK_BITS);
  });

  it('is none where nobody has been on the name before', () => {
    const site = new Site();
    site.strangers(50, 0);
    const visit = site.visit('first.example', 'wvtqz', DAY)!;
    expect(site.turns.surprise(visit, everything)).toBe(0);
  });

  it.each(['root', 'admin', 'test'])(
    'of a name that everybody tries, like %s, is no link from the first day on',
    (user) => {
      const site = new Site();
      let at = 0;
      for (let i = 0; i < 20; i++) {
        const visit = site.visit(`on-${user}-${i}.example`, user, at)!;
        expect(site.turns.surprise(visit, everything)).toBeLessThan(LINK_BITS);
        at = site.strangers(2, at + MINUTE);
      }
      expect(site.turns.excursion().bits).toBeLessThan(site.enough());
    },
  );

  it('falls as this very site gets used to a name', () => {
    const site = new Site();
    const surprises: number[] = [];
    let at = 0;
    for (let i = 0; i < 40; i++) {
      at = site.strangers(8, at);
      const visit = site.visit(`worm${i}.example`, 'wormname', at)!;
      surprises.push(site.turns.surprise(visit, everything));
      at += 10 * MINUTE;
    }
    expect(surprises.slice(20).every((bits) => bits < LINK_BITS)).toBe(true);
    expect(Math.max(...surprises.slice(0, 5))).toBeGreaterThan(Math.max(...surprises.slice(20)));
  });

  it('is measured by the clock, too: a log that grows dense does not bring attempts closer together', () => {
    const surpriseAfter = (every: number) => {
      const site = new Site();
      const at = site.strangers(400, 0, 10 * MINUTE);
      site.visit('one.example', 'wvtqz', at);
      // a day passes, in which the site has hardly any visitors or as many as ever
      site.strangers(Math.floor(DAY / every), at, every, 'dense');
      return site.turns.surprise(site.visit('two.example', 'wvtqz', at + DAY)!, everything);
    };
    expect(surpriseAfter(6 * HOUR)).toBeLessThan(surpriseAfter(10 * MINUTE) + 1);
    expect(surpriseAfter(6 * HOUR)).toBeLessThan(LINK_BITS);
  });

  it('is never below nothing and never infinite, whoever comes on what', () => {
    const some = fc.array(
      fc.record({
        source: fc.nat(12),
        user: fc.constantFrom('root', '', 'a', 'b', 'wvtqz'),
        gap: fc.nat(HOUR),
      }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(some, (all) => {
        const site = new Site();
        let at = 0;
        for (const { source, user, gap } of all) {
          at += gap;
          const visit = site.visit(address(source), user, at);
          if (visit === null) continue;
          const bits = site.turns.surprise(visit, everything);
          expect(bits).toBeGreaterThanOrEqual(0);
          expect(bits).toBeLessThan(60);
        }
        expect(site.turns.excursion().bits).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a visit', () => {
  it('is the first of a source to a name; what comes after is none', () => {
    const site = new Site();
    expect(site.visit('one.example', 'amanda', 0)).not.toBeNull();
    expect(site.visit('one.example', 'amanda', 60)).toBeNull();
    expect(site.visit('one.example', 'amavis', 120)).not.toBeNull();
    expect(site.turns.ticks).toBe(2);
  });

  it('of a source beyond its sixty-fourth is none: it has said what it has to say', () => {
    const site = new Site();
    for (let i = 0; i < 64; i++) expect(site.visit('one.example', `name${i}`, i)).not.toBeNull();
    expect(site.visit('one.example', 'one more', 65)).toBeNull();
  });

  it('links a source with each other one once: the same two on ten names prove as much as on one', () => {
    const site = new Site();
    let at = site.strangers(600, 0);
    const links: number[] = [];
    for (let i = 0; i < 10; i++) {
      site.visit('one.example', `shared${i}`, at);
      const visit = site.visit('two.example', `shared${i}`, at + MINUTE)!;
      links.push(visit.links.length);
      if (i > 0) expect(site.turns.surprise(visit, everything)).toBe(0);
      else expect(site.turns.surprise(visit, everything)).toBeGreaterThan(LINK_BITS);
      at = site.strangers(2, at + 10 * MINUTE);
    }
    expect(links).toEqual([1, ...Array(9).fill(0)]);
    expect(site.turns.excursion().bits).toBeLessThan(site.enough());
  });

  it('is remembered by its tick', () => {
    const site = new Site();
    site.strangers(5, 0);
    expect(site.turns.between(1, 3).map(({ tick }) => tick)).toEqual([1, 2, 3]);
    expect(site.turns.since(3).map(({ tick }) => tick)).toEqual([3, 4]);
    expect(site.turns.between(-7, 99)).toHaveLength(5);
    expect(site.turns.between(9, 99)).toEqual([]);
  });
});

describe('an excursion', () => {
  it('comes of pairs of different sources, and goes back to nothing among strangers', () => {
    const site = new Site();
    let at = site.strangers(300, 0);
    at = site.pairs(10, at);
    const { bits, from } = site.turns.excursion();
    expect(bits).toBeGreaterThan(site.enough());
    expect(from).toBeGreaterThan(280);
    site.strangers(600, at);
    expect(site.turns.excursion().bits).toBeLessThan(bits / 2);
  });

  const framed = (meetings: number) => {
    const site = new Site();
    let at = site.strangers(300, 0);
    for (let i = 0; i < meetings; i++) {
      site.visit(`honest${i}.example`, `tried${i}`, at);
      site.visit('framer.example', `tried${i}`, at + MINUTE);
      at += 10 * MINUTE;
    }
    return site;
  };

  it('is more of five sources on one name among many strangers than of as many on names of their own', () => {
    const bits = [1, 5].map((names) => {
      const site = new Site();
      let at = site.strangers(600, 0);
      // what began each name is not among the five
      for (let n = 0; n < names; n++) site.visit(`first-${n}.example`, `turn-${n}`, at + n);
      for (let i = 0; i < 5; i++) {
        at = site.strangers(8, at + MINUTE, 10 * MINUTE);
        site.visit(`turn-${i}.example`, `turn-${i % names}`, at);
      }
      return site.turns.excursion().bits;
    });
    // a run pays for the share of the campaign once
    expect(bits[0]!).toBeGreaterThan(bits[1]! + 1);
  });

  it('takes one source that repeats what others try for a witness three times, and no more', () => {
    expect(framed(60).turns.excursion().bits).toBeLessThanOrEqual(framed(3).turns.excursion().bits);
  });

  // where strangers never meet, three meetings are more than enough: what shows it is that nothing is left without it
  it('hangs on one source that repeats what others try, and nothing is left of it without', () => {
    const site = framed(3);
    const excursion = site.turns.excursion();
    const hub = site.turns.hub(excursion, everything);
    expect(hub).toMatchObject({ source: { text: 'framer.example' }, met: 3 });
    expect(site.turns.recount(excursion, ({ source }) => source !== hub?.source)).toBe(0);
  });

  it('hangs on nobody where each meeting is of two others', () => {
    const site = new Site();
    site.pairs(10, site.strangers(300, 0));
    expect(site.turns.hub(site.turns.excursion(), everything)).toBeNull();
  });

  it('is the same after a recount of everything, and nothing where nobody counts', () => {
    const site = new Site();
    site.pairs(8, site.strangers(300, 0));
    const excursion = site.turns.excursion();
    expect(site.turns.recount(excursion, everything)).toBeCloseTo(excursion.bits, 0);
    expect(site.turns.recount(excursion, () => false)).toBe(0);
  });

  it('is worth what it is corrected to, and nothing after a reset', () => {
    const site = new Site();
    site.pairs(8, site.strangers(300, 0));
    site.turns.correct(2.5);
    expect(site.turns.excursion().bits).toBe(2.5);
    site.turns.correct(7);
    expect(site.turns.excursion().bits).toBe(2.5);
    site.turns.reset();
    expect(site.turns.excursion().bits).toBe(0);
  });

  it('of independent strangers who share popular names stays within what is accepted', () => {
    const random = seededRandom(17);
    const site = new Site();
    for (let i = 0; i < 4000; i++) {
      const user = random.next() < 0.4 ? 'root' : `name${Math.floor(400 ** random.next())}`;
      site.visit(`s${i}.example`, user, i * 5 * MINUTE + random.below(300));
      expect(site.turns.excursion().bits).toBeLessThan(site.enough());
    }
  });
});

describe('popularity', () => {
  it('is not made by visits that turned out to be a campaign’s, and is again when they were not', () => {
    const site = new Site();
    site.strangers(100, 0);
    const visits = Array.from({ length: 20 }, (_, i) => site.visit(`c${i}.example`, 'wvtqz', DAY + i * 60)!);
    const name = visits[0]!.name;
    const used = site.turns.shareOf(name);
    for (const visit of visits) site.turns.disown(visit);
    const disowned = site.turns.shareOf(name);
    for (const visit of visits) site.turns.disown(visit); // once is enough
    expect(site.turns.shareOf(name)).toBe(disowned);
    expect(disowned).toBeLessThan(used / 10);
    for (const visit of visits) {
      site.turns.own(visit);
      site.turns.own(visit);
    }
    expect(site.turns.shareOf(name)).toBeCloseTo(used, 4);
  });

  it('of a name leaves out the visit that is being judged', () => {
    const site = new Site();
    site.strangers(100, 0);
    const visit = site.visit('one.example', 'wvtqz', DAY)!;
    expect(site.turns.shareOf(visit.name, visit)).toBeLessThan(site.turns.shareOf(visit.name));
  });

  it('is forgotten to the half in six weeks, where others go on', () => {
    const site = new Site();
    for (let i = 0; i < 50; i++) site.visit(`old${i}.example`, 'wvtqz', i * MINUTE);
    const name = site.memory.names.get('wvtqz')!;
    const fresh = site.turns.shareOf(name);
    site.strangers(50, 90 * DAY);
    expect(site.turns.shareOf(name)).toBeLessThan(fresh / 2);
  });
});

describe('how much is enough', () => {
  it('falls with the number of false campaigns that are accepted', () => {
    const site = new Site();
    site.strangers(200, 0);
    const limits = [0.01, 0.1, 0.5, 2, 10].map((perYear) => site.enough(perYear));
    for (let i = 1; i < limits.length; i++) expect(limits[i]!).toBeLessThan(limits[i - 1]!);
  });

  it('rises on a site that has shown more peaks', () => {
    const calm = new Site();
    const restless = new Site();
    let at = 0;
    let same = 0;
    for (let i = 0; i < 20; i++) {
      at = restless.strangers(200, restless.pairs(10, at));
      same = calm.strangers(200, calm.strangers(20, same, 5 * MINUTE));
    }
    expect([at, restless.turns.ticks]).toEqual([same, calm.turns.ticks]);
    expect(restless.enough()).toBeGreaterThan(calm.enough() + 1);
  });

  it('rises with the ticks a day: each is a chance for a false one', () => {
    const busy = new Site();
    const quiet = new Site();
    busy.strangers(600, 0, MINUTE);
    quiet.strangers(600, 0, HOUR);
    expect(busy.enough()).toBeGreaterThan(quiet.enough());
  });
});
