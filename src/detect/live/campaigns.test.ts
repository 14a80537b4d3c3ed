/**
 * Live detection on whole simulated logs, from the first attempt to the last: what must hold of every log, and what of
 * each kind of campaign. Seeds below 1000: those from 1000 on are kept back for measuring (evaluate/).
 */
import { describe, expect, it } from 'vitest';
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent } from '../../model/live.ts';
import { DAY, HOUR } from '../../model/time.ts';
import type { Truth } from '../../model/truth.ts';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { simulateTable } from '../../simulate/simulate-table.ts';
import { createLive } from './live.ts';
import { type Replay, replay } from './replay.ts';

interface Run {
  readonly table: AttemptTable;
  readonly truth: Truth;
  readonly done: Replay;
  readonly events: readonly LiveEvent[];
}

const runs = new Map<string, Run>();

function run(scenario: string, seed = 1): Run {
  const key = `${scenario} ${seed}`;
  let one = runs.get(key);
  if (one === undefined) {
    const { table, truth } = simulateTable(SCENARIOS[scenario]!(seed), seed);
    const done = replay(table, createLive());
    one = { table, truth, done, events: done.events };
    runs.set(key, one);
  }
  return one;
}

type Of<K extends LiveEvent['kind']> = Extract<LiveEvent, { kind: K }>;
const of = <K extends LiveEvent['kind']>(events: readonly LiveEvent[], kind: K): readonly Of<K>[] =>
  events.filter((event): event is Of<K> => event.kind === kind);

const members = (truth: Truth) => new Set(truth.campaigns.flatMap(({ sources }) => sources));

/** Sources that are named and not released at the end. */
function held(events: readonly LiveEvent[]): Map<string, string> {
  const at = new Map<string, string>();
  for (const event of events) {
    if (event.kind === 'participant:named') at.set(event.source, event.campaign);
    if (event.kind === 'participant:released' && at.get(event.source) === event.campaign)
      at.delete(event.source);
  }
  return at;
}

/** Share of the named who take part in a campaign, and of those who take part how many were named. */
function figures({ truth, events }: Run) {
  const all = members(truth);
  const named = [...new Set(of(events, 'participant:named').map(({ source }) => source))];
  const right = named.filter((source) => all.has(source)).length;
  return { precision: right / Math.max(1, named.length), recall: right / all.size };
}

/** Attempts of the campaign up to its alarm, failures only; infinite where there was none. */
function attemptsToAlarm({ table, truth, done }: Run, campaign = 0): number {
  const all = new Set(truth.campaigns[campaign]!.sources);
  const alarm = done.events.findIndex((e) => e.kind === 'participant:named' && all.has(e.source));
  if (alarm < 0) return Number.POSITIVE_INFINITY;
  let attempts = 0;
  for (let row = 0; row <= done.rows[alarm]!; row++) {
    if (all.has(table.sources[table.source[row]!]!) && table.outcome[row] !== SUCCESS) attempts++;
  }
  return attempts;
}

const EVERY: readonly (readonly [scenario: string, seed: number])[] = [
  ['short', 1],
  ['short', 2],
  ['three-minutes', 1],
  ['returns', 1],
  ['one-hit', 1],
  ['one-hit', 2],
  ['framing', 1],
  ['framing', 2],
  ['lockstep-groups', 1],
  ['one-network-in-turn', 1],
];

describe.each(EVERY)('in every log, such as %s %i', (scenario, seed) => {
  it('nobody of the people is ever named', () => {
    const { truth, events } = run(scenario, seed);
    const people = new Set(truth.people);
    expect(of(events, 'participant:named').filter(({ source }) => people.has(source))).toEqual([]);
  });

  it('a campaign is opened once, before anything else is said of it, and its number is the next', () => {
    const opened: string[] = [];
    for (const event of run(scenario, seed).events) {
      if (event.kind === 'campaign:opened') {
        expect(event.campaign).toBe(`c${opened.length + 1}`);
        opened.push(event.campaign);
      } else expect(opened).toContain(event.campaign);
      if (event.kind === 'campaign:returned') expect(opened).toContain(event.earlier);
    }
  });

  it('a source is told once for each campaign, unless it was let go', () => {
    const held = new Set<string>();
    for (const event of run(scenario, seed).events) {
      if (event.kind !== 'participant:named' && event.kind !== 'participant:released') continue;
      const key = `${event.campaign} ${event.source}`;
      expect(held.has(key)).toBe(event.kind === 'participant:released');
      if (event.kind === 'participant:named') held.add(key);
      else held.delete(key);
    }
  });

  it('what is said of a source is true when it is said', () => {
    const { table, done } = run(scenario, seed);
    const index = new Map(table.sources.map((text, s) => [text, s]));
    const first = new Map<number, number>();
    const failures = new Map<number, number>();
    // who is forgotten is first seen again
    const isRemembered = table.time.at(-1)! - table.time[0]! < DEFAULT_LIVE_OPTIONS.memoryDays * DAY;
    let next = 0;
    for (let row = 0; row < table.length; row++) {
      const source = table.source[row]!;
      if (!first.has(source)) first.set(source, table.time[row]!);
      if (table.outcome[row] !== SUCCESS) failures.set(source, (failures.get(source) ?? 0) + 1);
      for (; next < done.events.length && done.rows[next] === row; next++) {
        const event = done.events[next]!;
        expect(event.time).toBe(table.time[row]);
        if (event.kind !== 'participant:named') continue;
        const s = index.get(event.source)!;
        if (isRemembered) {
          expect(event.firstSeen).toBe(first.get(s));
          expect(event.attempts).toBe(failures.get(s) ?? 0);
        } else {
          expect(event.firstSeen).toBeGreaterThanOrEqual(first.get(s)!);
          expect(event.attempts).toBeLessThanOrEqual(failures.get(s) ?? 0);
        }
        expect(event.confidence).toBeGreaterThanOrEqual(0.9);
        expect(event.confidence).toBeLessThan(1);
      }
    }
  });

  it('a campaign begins before it is opened, ends at most once, and is silent when it has ended', () => {
    const { events } = run(scenario, seed);
    for (const { time, firstSeen, attempts, bits } of of(events, 'campaign:opened')) {
      expect(firstSeen).toBeLessThanOrEqual(time);
      expect(attempts).toBeGreaterThanOrEqual(2);
      expect(bits).toBeGreaterThan(5);
    }
    const over = new Set<string>();
    for (const event of events) {
      expect(over).not.toContain(event.campaign);
      if (event.kind !== 'campaign:ended') continue;
      over.add(event.campaign);
      expect(event.time - event.lastSeen).toBeGreaterThanOrEqual(0);
    }
  });

  it('the numbers of a campaign that ended agree with each other and with what was told', () => {
    const { table, events } = run(scenario, seed);
    const opened = new Map(of(events, 'campaign:opened').map((event) => [event.campaign, event]));
    for (const [i, event] of events.entries()) {
      if (event.kind !== 'campaign:ended') continue;
      const { campaign, attempts, participants, lastSeen } = event;
      expect(attempts).toBeGreaterThanOrEqual(participants);
      expect(attempts).toBeLessThanOrEqual(table.length);
      expect(lastSeen).toBeGreaterThanOrEqual(opened.get(campaign)!.firstSeen);
      const members = [...held(events.slice(0, i)).values()].filter((at) => at === campaign).length;
      expect(participants).toBe(members);
    }
  });

  it('a login by a source that is named is told at that very attempt', () => {
    const { table, done } = run(scenario, seed);
    const named = new Map<string, string>();
    const told = new Set<string>();
    let next = 0;
    for (let row = 0; row < table.length; row++) {
      const source = table.sources[table.source[row]!]!;
      const user = table.users[table.user[row]!]!;
      const campaign = named.get(source);
      let said = false;
      for (; next < done.events.length && done.rows[next] === row; next++) {
        const event = done.events[next]!;
        if (event.kind === 'participant:named') named.set(event.source, event.campaign);
        if (event.kind === 'participant:released') named.delete(event.source);
        if (event.kind !== 'account:compromised') continue;
        const key = JSON.stringify([event.source, event.user, event.sensor]);
        expect(told).not.toContain(key);
        told.add(key);
        if (event.source === source && event.user === user) said = true;
      }
      if (campaign === undefined || table.outcome[row] !== SUCCESS) continue;
      const key = JSON.stringify([source, user, table.sensors[table.sensor[row]!]!]);
      expect(said || told.has(key)).toBe(true);
    }
  });
});

describe('a source that goes over to another campaign', () => {
  /** Sources named for one campaign that another, which is still on, does not let go at that moment. */
  const inTwo = (events: readonly LiveEvent[]): string[] => {
    const at = new Map<string, string>();
    const over = new Set<string>();
    const held = new Set<string>();
    for (const event of events) {
      if (event.kind === 'campaign:ended') over.add(event.campaign);
      if (event.kind === 'participant:released') {
        held.delete(`${event.source} of ${event.campaign} at ${event.time}`);
        if (at.get(event.source) === event.campaign) at.delete(event.source);
      }
      if (event.kind !== 'participant:named') continue;
      const before = at.get(event.source);
      if (before !== undefined && before !== event.campaign && !over.has(before))
        held.add(`${event.source} of ${before} at ${event.time}`);
      at.set(event.source, event.campaign);
    }
    return [...held];
  };

  it.each(EVERY)('is let go by the first: %s %i', (scenario, seed) => {
    expect(inTwo(run(scenario, seed).events)).toEqual([]);
  });
});

describe('a campaign of names in turn', () => {
  it.each([
    ['short', 1],
    ['short', 2],
    ['three-minutes', 1],
    ['one-hit', 1],
  ])('is seen, and its participants are named: %s %i', (scenario, seed) => {
    const one = run(scenario, seed);
    expect(of(one.events, 'campaign:opened')[0]).toMatchObject({ by: 'names-in-turn' });
    const { precision, recall } = figures(one);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('three minutes apart is seen within its first 31 attempts', () => {
    expect(attemptsToAlarm(run('three-minutes'))).toBeLessThanOrEqual(31);
  });

  it('is one campaign, not several', () => {
    expect(of(run('three-minutes').events, 'campaign:opened')).toHaveLength(1);
  });

  it('is opened not long after its first attempt, and not before', () => {
    const { truth, events } = run('three-minutes');
    const begun = Date.parse(truth.campaigns[0]!.firstSeen) / 1000;
    const { time, firstSeen } = of(events, 'campaign:opened')[0]!;
    expect(firstSeen).toBeGreaterThanOrEqual(begun);
    expect(time - begun).toBeLessThan(2 * HOUR);
  });

  it('has ended when nothing has come from it for days', () => {
    const { truth, events } = run('one-hit');
    const last = Date.parse(truth.campaigns[0]!.lastSeen) / 1000;
    for (const { time, lastSeen, participants } of of(events, 'campaign:ended')) {
      expect(time - lastSeen).toBeGreaterThanOrEqual(3 * DAY);
      expect(time - last).toBeLessThan(30 * DAY);
      expect(participants).toBeGreaterThan(0);
    }
    expect(of(events, 'campaign:ended').length).toBeGreaterThan(0);
  });
});

describe('a success', () => {
  it.each([1, 2])('by a participant is told, and nobody else’s is (one-hit %i)', (seed) => {
    const { truth, events } = run('one-hit', seed);
    const told = of(events, 'account:compromised').map(({ source, user, sensor }) => ({
      source,
      user,
      sensor,
    }));
    const true_ = truth.campaigns.flatMap(({ compromised }) =>
      compromised.map(({ source, user, sensor }) => ({ source, user, sensor })),
    );
    expect(true_.length).toBeGreaterThan(0);
    expect(told).toEqual(true_);
  });
});

describe('the same actor months later', () => {
  it('is said to have returned, once, with how much of it is the same', () => {
    const { events } = run('returns');
    const returned = of(events, 'campaign:returned');
    expect(returned).toHaveLength(1);
    const [{ campaign, earlier, sharedSources, sources, sharedUsers, users, bits }] = returned as [
      Of<'campaign:returned'>,
    ];
    expect([earlier, campaign]).toEqual(['c1', 'c2']);
    expect(sharedSources).toBeGreaterThan(0);
    expect(sharedSources).toBeLessThanOrEqual(sources);
    expect(sharedUsers).toBeLessThanOrEqual(users);
    expect(bits).toBeGreaterThanOrEqual(16);
  });

  it('is said only after the earlier campaign has ended', () => {
    const { events } = run('returns');
    const ended = events.findIndex((e) => e.kind === 'campaign:ended' && e.campaign === 'c1');
    const returned = events.findIndex((e) => e.kind === 'campaign:returned');
    expect(ended).toBeGreaterThanOrEqual(0);
    expect(ended).toBeLessThan(returned);
  });
});

describe('what no single attempt gives away', () => {
  it('groups that start one list together are seen, and who they are', () => {
    const { truth, events } = run('lockstep-groups');
    const opened = of(events, 'campaign:opened');
    expect(opened.some(({ by }) => by === 'shared-list')).toBe(true);
    const named = new Set(of(events, 'participant:named').map(({ source }) => source));
    const groups = truth.campaigns.filter(({ sources }) => sources.some((source) => named.has(source)));
    expect(groups.length / truth.campaigns.length).toBeGreaterThan(0.75);
    expect(figures(run('lockstep-groups')).precision).toBeGreaterThanOrEqual(0.9);
  });

  it('the addresses of one network in turn are', () => {
    const one = run('one-network-in-turn');
    expect(of(one.events, 'campaign:opened')).toMatchObject([{ by: 'one-network' }]);
    expect(figures(one).precision).toBe(1);
    expect(figures(one).recall).toBeGreaterThan(0.8);
  });
});

describe('somebody who forges names to frame others', () => {
  it.each([1, 2])('frames nobody (framing %i)', (seed) => {
    expect(run('framing', seed).events).toEqual([]);
  });
});
