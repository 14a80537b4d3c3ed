import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, MONDAY, planted, strangers, type Try } from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent } from '../../model/live.ts';
import { seededRandom } from '../../model/random.ts';
import type { AttemptRow } from '../../model/table.ts';
import { DAY, HOUR, MINUTE } from '../../model/time.ts';
import { createLive, type Live } from './live.ts';

const rowOf = (one: Try): AttemptRow => ({
  time: one.time,
  source: one.source,
  user: one.user,
  sensor: one.sensor ?? 'host.example',
  success: one.success ?? false,
  known: one.known ?? null,
  method: one.method ?? 'password',
});

const pushed = (tries: readonly Try[], live: Live = createLive()): LiveEvent[] =>
  tries.flatMap((one) => [...live.push(rowOf(one))]);

const inTime = (tries: readonly Try[]): Try[] => [...tries].sort((a, b) => a.time - b.time);

/** A fortnight of 200 strangers, and from its sixth day on a campaign of 12 sources on 20 names. */
function fortnight(seed: number): Try[] {
  const random = seededRandom(seed);
  return inTime([
    ...strangers(random, 200, 14 * DAY, 400),
    ...planted(random, { sources: 12, names: 20, triesPerName: 4, gapSeconds: 20 * MINUTE, start: 6 * DAY }),
  ]);
}

const members = new Set(Array.from({ length: 12 }, (_, i) => address(i)));
const namedIn = (events: readonly LiveEvent[]) =>
  new Set(events.flatMap((event) => (event.kind === 'participant:named' ? [event.source] : [])));

describe('the events of a log', () => {
  it('are the same for the same log, whatever another detector sees meanwhile', () => {
    const log = fortnight(1);
    const other = fortnight(2);
    const expected = pushed(log);
    const [a, b] = [createLive(), createLive()];
    const events: LiveEvent[] = [];
    for (let i = 0; i < Math.max(log.length, other.length); i++) {
      if (i < log.length) events.push(...a.push(rowOf(log[i]!)));
      if (i < other.length) b.push(rowOf(other[i]!));
    }
    expect(events).toEqual(expected);
    expect(namedIn(expected)).toEqual(members);
  });

  it('are made by the past alone: those of its first attempts are the first of its events', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, share) => {
          const log = fortnight(seed);
          const n = Math.floor(share * log.length);
          const first = pushed(log.slice(0, n));
          expect(pushed(log).slice(0, first.length)).toEqual(first);
        },
      ),
      { numRuns: 8, seed: 5 },
    );
  });

  it('do not depend on what addresses and sensors are called', () => {
    const log = fortnight(3);
    const renamed = log.map((one) => ({ ...one, source: `x-${one.source}`, sensor: 'other.example' }));
    const plain = pushed(log).map((e) => ('source' in e ? { ...e, source: `x-${e.source}` } : e));
    expect(pushed(renamed)).toEqual(plain);
  });

  it('carry the time of the attempt that brought them about', () => {
    const live = createLive();
    for (const one of fortnight(1)) {
      for (const event of live.push(rowOf(one))) expect(event.time).toBe(one.time);
    }
  });
});

describe('nothing is said', () => {
  it.each<[string, readonly Try[]]>([
    ['of a log of none', []],
    ['of a log of one', [{ time: MONDAY, source: address(0), user: 'amanda' }]],
    [
      'of two sources on one name',
      [0, 1].map((i) => ({ time: MONDAY + i, source: address(i), user: 'amanda' })),
    ],
    [
      'of a source that always gets in',
      Array.from({ length: 500 }, (_, i) => ({
        time: MONDAY + i * HOUR,
        source: address(0),
        user: `user${i % 7}`,
        success: true,
        known: true,
      })),
    ],
    [
      'of many who get in to one account',
      Array.from({ length: 300 }, (_, i) => ({
        time: MONDAY + i * MINUTE,
        source: address(i),
        user: 'amanda',
        success: true,
        known: true,
      })),
    ],
    [
      'of one loud source',
      Array.from({ length: 500 }, (_, i) => ({ time: MONDAY + i, source: address(0), user: `name${i}` })),
    ],
    [
      'of attempts that no line tells a user of',
      Array.from({ length: 300 }, (_, i) => ({
        time: MONDAY + i * MINUTE,
        source: `h${(i * 7919) % 300}.host.example`,
        user: null,
      })),
    ],
  ])('%s', (_, tries) => {
    expect(pushed(tries)).toEqual([]);
  });

  it('of independent strangers who share one list', () => {
    for (const seed of [1, 2, 3])
      expect(pushed(inTime(strangers(seededRandom(seed), 400, 30 * DAY, 400)))).toEqual([]);
  });

  it('of people who mistype their names and then get in', () => {
    const tries: Try[] = [];
    for (let day = 0; day < 20; day++) {
      for (let i = 0; i < 10; i++) {
        const time = MONDAY + day * DAY + 9 * HOUR + i * 7 * MINUTE;
        const user = `worker${String.fromCharCode(97 + i).repeat(3)}`;
        const source = address(300 + i);
        if ((day + i) % 4 === 0) tries.push({ time, source, user: `${user}x`, known: false });
        tries.push({ time: time + 20, source, user, success: true, known: true });
      }
    }
    expect(pushed(inTime(tries))).toEqual([]);
  });
});

describe('a clock that does not behave', () => {
  const log = fortnight(1);

  it('may stand still: everything in one second is told at that second', () => {
    const events = pushed(log.map((one) => ({ ...one, time: MONDAY })));
    expect(events.every((event) => event.time === MONDAY)).toBe(true);
  });

  it('may wobble by seconds: the same campaign is seen, and its members are named', () => {
    const wobbling = log.map((one, i) => ({ ...one, time: one.time - (i % 3) * 4 }));
    const events = pushed(wobbling);
    expect(events.filter(({ kind }) => kind === 'campaign:opened')).toHaveLength(1);
    expect(namedIn(events)).toEqual(members);
  });

  it('may go back by weeks: the time of what is told never does', () => {
    const back = log.map((one, i) => (i > log.length / 2 ? { ...one, time: one.time - 28 * DAY } : one));
    let last = 0;
    for (const event of pushed(back)) {
      expect(event.time).toBeGreaterThanOrEqual(last);
      last = event.time;
    }
  });

  it('may jump a year ahead: what was going on has ended, and what comes after is seen as anew', () => {
    const half = log.findIndex((one) => one.time > MONDAY + 6.5 * DAY);
    const before = log.slice(0, half);
    const live = createLive();
    const first = pushed(before, live);
    expect(first.some(({ kind }) => kind === 'campaign:opened')).toBe(true);
    const year = 365 * DAY;
    const after = pushed(
      fortnight(2).map((one) => ({ ...one, time: one.time + year })),
      live,
    );
    expect(after[0]).toMatchObject({ kind: 'campaign:ended', campaign: 'c1' });
    expect(after.find(({ kind }) => kind === 'campaign:opened')).toMatchObject({ campaign: 'c2' });
    expect(live.size().attempts).toBeLessThanOrEqual(log.length * 2);
  });

  it('may jump a year ahead for one line only', () => {
    const live = createLive();
    pushed(log.slice(0, 50), live);
    pushed([{ time: MONDAY + 365 * DAY, source: 'wrong.example', user: 'x' }], live);
    const events = pushed(log.slice(50), live);
    expect(events.every((event) => event.time >= MONDAY + 365 * DAY)).toBe(true);
  });
});

describe('hostile text', () => {
  const hostile = [
    '',
    ' ',
    '\u0000',
    '\u001b[2J',
    'root\n',
    '__proto__',
    'constructor',
    '\ud800',
    'ｒｏｏｔ',
    'x'.repeat(100_000),
  ];

  it('as names changes nothing about what is seen: they are names like others', () => {
    const log = fortnight(1).map((one) => {
      const word = /^word00(\d\d)$/.exec(one.user ?? '');
      const other = word === null ? undefined : hostile[Number(word[1])];
      return other === undefined ? one : { ...one, user: other };
    });
    const events = pushed(log);
    expect(events.filter(({ kind }) => kind === 'campaign:opened')).toHaveLength(1);
    expect(namedIn(events)).toEqual(members);
  });

  it('as sources and sensors is carried as it is', () => {
    const log = fortnight(1).map((one) => {
      const i = members.has(one.source) ? [...members].indexOf(one.source) : -1;
      const other = i < 0 ? undefined : hostile[i];
      return { ...one, source: other ?? one.source, sensor: hostile[one.time % hostile.length]! };
    });
    const named = namedIn(pushed(log));
    for (const text of hostile) expect(named).toContain(text);
  });

  it('in any order, at any time, with any outcome, is taken without a word too many', () => {
    const row = fc.record({
      time: fc.oneof(
        fc.integer({ min: MONDAY, max: MONDAY + 3 * DAY }),
        fc.integer({ min: 0, max: 2 ** 33 }),
      ),
      source: fc.oneof(fc.constantFrom(...hostile), fc.nat(6).map(address)),
      user: fc.option(fc.oneof(fc.constantFrom(...hostile), fc.constantFrom('root', 'amanda', 'qwxyz')), {
        nil: null,
      }),
      sensor: fc.constantFrom('a.example', 'b.example', ''),
      success: fc.boolean(),
      known: fc.option(fc.boolean(), { nil: null }),
      method: fc.constantFrom('password', 'publickey', 'odd', ''),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const live = createLive({ ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 40 });
        const seen = new Set<string>();
        let last = 0;
        for (const one of rows) {
          seen.add(one.source);
          for (const event of live.push(one)) {
            expect(event.time).toBeGreaterThanOrEqual(last);
            last = event.time;
            if ('source' in event) expect(seen).toContain(event.source);
          }
          expect(live.size().attempts).toBeLessThanOrEqual(40);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('memory', () => {
  it('stays within its bounds, however long the log and however new everybody in it', () => {
    const live = createLive({ ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 200 });
    const tries = inTime(strangers(seededRandom(9), 400, 30 * DAY, 400));
    expect(tries.length).toBeGreaterThan(3 * 200);
    for (const one of tries) {
      live.push(rowOf(one));
      const { attempts, sources, users } = live.size();
      expect(Math.max(attempts, sources, users)).toBeLessThanOrEqual(200);
    }
    expect(live.size().attempts).toBe(200);
  });

  it('of two days holds two days', () => {
    const live = createLive({ ...DEFAULT_LIVE_OPTIONS, memoryDays: 2 });
    const tries = inTime(strangers(seededRandom(9), 300, 30 * DAY, 400));
    pushed(tries, live);
    const last = tries.at(-1)!.time;
    expect(live.size().attempts).toBe(tries.filter(({ time }) => time >= last - 2 * DAY).length);
  });

  it('goes on seeing a campaign of which most is forgotten, as if nothing were', () => {
    const random = seededRandom(6);
    const log = inTime([
      ...strangers(random, 200, 14 * DAY, 400),
      ...planted(random, {
        sources: 30,
        names: 100,
        triesPerName: 4,
        gapSeconds: 20 * MINUTE,
        start: 3 * DAY,
      }),
    ]);
    expect(log.length).toBeGreaterThan(700);
    const named = namedIn(pushed(log, createLive({ ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 400 })));
    expect(named).toEqual(namedIn(pushed(log)));
    expect([...named].filter((source) => source.startsWith('192.0.2.'))).toHaveLength(30);
  });
});

describe('one source that repeats, a minute later, what others try', () => {
  const framed = (base: readonly Try[]): LiveEvent[] => {
    const copied = base.slice(Math.floor(base.length / 2)).slice(0, 200);
    return pushed(
      inTime([
        ...base,
        ...copied.map((one) => ({ ...one, time: one.time + MINUTE, source: 'framer.example' })),
      ]),
    );
  };

  const ofMonth = (seed: number) => framed(inTime(strangers(seededRandom(seed), 600, 30 * DAY, 400)));

  it.each([1, 2, 3, 4, 5, 6])('makes no campaign of strangers who share names: %i', (seed) => {
    expect(ofMonth(seed)).toEqual([]);
  });

  it('makes no campaign of strangers who share none', () => {
    const own = Array.from({ length: 360 }, (_, i) => ({
      time: MONDAY + i * 10 * MINUTE,
      source: `h${i}.host.example`,
      user: `own-${i}`,
    }));
    expect(framed(own)).toEqual([]);
  });
});

describe('a port that is opened to the internet', () => {
  it('brings more strangers of every kind, and no campaign', () => {
    const people = Array.from({ length: 60 * 20 }, (_, i) => ({
      time: MONDAY + i * 72 * MINUTE,
      source: `desk${i % 20}.people.example`,
      user: `person${i % 20}`,
      success: true,
    }));
    // what strangers anywhere try first: root, names that are tried everywhere, rare ones
    const arrivals = Array.from({ length: 1200 }, (_, i) => ({
      time: MONDAY + 30 * DAY + i * 36 * MINUTE,
      source: `s${i}.stranger.example`,
      user: i % 4 === 0 ? 'root' : i % 4 === 1 ? ['admin', 'ubuntu', 'test', 'user'][(i >> 2) % 4]! : `n${i}`,
    }));
    expect(pushed(inTime([...people, ...arrivals]))).toEqual([]);
  });
});

describe('participants who have each been loud for a moment', () => {
  it('are one campaign, which hindsight does not dissolve', () => {
    const random = seededRandom(8);
    const campaign = planted(random, {
      sources: 60,
      names: 300,
      triesPerName: 6,
      gapSeconds: 10 * MINUTE,
      start: 5 * DAY,
    });
    const seen = new Set<string>();
    const bursts = campaign.flatMap((one) => {
      if (seen.has(one.source)) return [];
      seen.add(one.source);
      return [20, 40, 60, 80].map((s) => ({ ...one, time: one.time + s }));
    });
    const events = pushed(inTime([...strangers(random, 200, 20 * DAY, 400), ...campaign, ...bursts]));
    expect(events.filter(({ kind }) => kind === 'campaign:opened')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'participant:released')).toEqual([]);
    expect([...namedIn(events)].filter((source) => source.startsWith('192.0.2.')).length).toBeGreaterThan(55);
  });
});

describe('a login', () => {
  const log = fortnight(1);
  const hit = (at: number, source: string, user: string): Try => ({
    time: MONDAY + at,
    source,
    user,
    success: true,
    known: true,
  });

  it('by a source that is named is told at that very attempt', () => {
    const live = createLive();
    const until = log.findIndex((one) => one.time >= MONDAY + 7 * DAY);
    const before = pushed(log.slice(0, until), live);
    const source = [...namedIn(before)][0]!;
    expect(live.push(rowOf(hit(7 * DAY, source, 'amanda')))).toEqual([
      {
        kind: 'account:compromised',
        time: MONDAY + 7 * DAY,
        campaign: 'c1',
        source,
        user: 'amanda',
        sensor: 'host.example',
      },
    ]);
    // the same account from the same source again is not news; another account is
    expect(live.push(rowOf(hit(7 * DAY + 1, source, 'amanda')))).toEqual([]);
    expect(live.push(rowOf(hit(7 * DAY + 2, source, 'amavis')))).toMatchObject([{ user: 'amavis' }]);
  });

  it('before its source was known for a participant is told when it is', () => {
    const first = log.find((one) => members.has(one.source))!;
    const early = inTime([...log, hit(first.time - MONDAY + 5, first.source, first.user!)]);
    const events = pushed(early);
    expect(events.filter(({ kind }) => kind === 'account:compromised')).toMatchObject([
      { source: first.source, user: first.user },
    ]);
  });

  it('by anybody else is nobody’s business', () => {
    const events = pushed(inTime([...log, hit(7 * DAY, 'desk.host.example', 'amanda')]));
    expect(events.some(({ kind }) => kind === 'account:compromised')).toBe(false);
    expect(namedIn(events)).toEqual(members);
  });
});

describe('the number of accepted false campaigns', () => {
  it('is no licence to miss what is plain: the same members at a thousandth and at ten a year', () => {
    for (const falseCampaignsPerYear of [0.001, 10]) {
      const live = createLive({ ...DEFAULT_LIVE_OPTIONS, falseCampaignsPerYear });
      expect(namedIn(pushed(fortnight(1), live))).toEqual(members);
    }
  });

  it('decides when it is told: who accepts more is told sooner', () => {
    const opened = (falseCampaignsPerYear: number) => {
      const live = createLive({ ...DEFAULT_LIVE_OPTIONS, falseCampaignsPerYear });
      return pushed(fortnight(1), live).find(({ kind }) => kind === 'campaign:opened')!.time;
    };
    expect(opened(10)).toBeLessThanOrEqual(opened(0.5));
    expect(opened(0.5)).toBeLessThanOrEqual(opened(0.001));
  });
});
