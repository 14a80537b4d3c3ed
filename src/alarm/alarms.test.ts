import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../model/live.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';
import { type AlarmOptions, type Alarms, createAlarms, DEFAULT_ALARM_OPTIONS } from './alarms.ts';
import type { Condition } from './condition.ts';
import type { Message } from './schema.ts';
import { messageSchema } from './schema.ts';

const NOW = Date.parse('2026-11-22T03:10:00Z') / 1000;
const OPTIONS: AlarmOptions = { ...DEFAULT_ALARM_OPTIONS, host: 'watch.host.example', blocking: 'on' };

const opened = (campaign: string, time = NOW): LiveEvent => ({
  kind: 'campaign:opened',
  time,
  campaign,
  by: 'names-in-turn',
  bits: 23.4,
  attempts: 14,
  firstSeen: time - 2 * HOUR,
});
const named = (campaign: string, i: number, time = NOW): LiveEvent => ({
  kind: 'participant:named',
  time,
  campaign,
  source: `198.51.100.${i}`,
  confidence: 0.99,
  firstSeen: time - HOUR,
  attempts: 2,
});
const released = (campaign: string, i: number): LiveEvent => ({
  kind: 'participant:released',
  time: NOW,
  campaign,
  source: `198.51.100.${i}`,
});
const gotIn = (campaign: string, i: number, user = 'deploy'): LiveEvent => ({
  kind: 'account:compromised',
  time: NOW,
  campaign,
  source: `198.51.100.${i}`,
  user,
  sensor: 'web.host.example',
});
const ended = (campaign: string, time = NOW): LiveEvent => ({
  kind: 'campaign:ended',
  time,
  campaign,
  lastSeen: time - 3 * DAY,
  attempts: 400,
  participants: 20,
});
const trouble: Condition = {
  kind: 'trouble',
  part: 'firewall',
  name: 'nftables',
  message: 'nft did not answer within 10 s',
  remedy: 'Run it by hand.',
};
const well: Condition = { kind: 'well', part: 'firewall', name: 'nftables' };

function open(alarms: Alarms, campaign: string, participants: number, now = NOW): void {
  alarms.take(opened(campaign, now), now);
  for (let i = 1; i <= participants; i++) alarms.take(named(campaign, i, now), now);
}

/** Everything that is told from `from` to `to`, with when, a look each second that something is due. */
function run(alarms: Alarms, from: number, to: number): { at: number; message: Message }[] {
  const told: { at: number; message: Message }[] = [];
  for (let now = from; now <= to; ) {
    const due = alarms.nextDue(now);
    if (due === null || due > to) break;
    now = Math.max(now, due);
    told.push(...alarms.due(now).map((message) => ({ at: now, message })));
    now++;
  }
  return told;
}
const kinds = (messages: readonly Message[]) => messages.map(({ items }) => items.map(({ kind }) => kind));

describe('a login by a participant', () => {
  it('is due at once, and says the campaign with it', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 14);
    alarms.take(gotIn('c1', 3), NOW);
    expect(alarms.nextDue(NOW)).toBe(NOW);
    expect(alarms.wanted(NOW)).toEqual(['c1']);
    const [message] = alarms.due(NOW);
    expect(message).toMatchObject({
      severity: 'urgent',
      items: [{ user: 'deploy', source: '198.51.100.3' }],
    });
    expect(message?.campaigns).toMatchObject([{ id: 'c1', participants: 14, compromised: 1 }]);
    // what the message said of the campaign is not said again a minute later
    expect(alarms.nextDue(NOW)).toBeNull();
  });

  it('is told once, however often it is heard', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 4);
    for (let i = 0; i < 5; i++) alarms.take(gotIn('c1', 3), NOW);
    expect(alarms.due(NOW)[0]?.items).toHaveLength(1);
    alarms.take(gotIn('c1', 3), NOW + 1);
    expect(alarms.due(NOW + 1)).toEqual([]);
  });

  it('is told at once three times, then once a minute: three hundred are no three hundred messages', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 200);
    const told: number[] = [];
    for (let second = 0; second < 300; second++) {
      alarms.take(gotIn('c1', 1, `user${second}`), NOW + second);
      for (const { items } of alarms.due(NOW + second)) told.push(items.length);
    }
    expect(told.slice(0, 3)).toEqual([1, 1, 1]);
    expect(told.length).toBeLessThanOrEqual(9);
    expect(alarms.due(NOW + 400)[0]?.items.length).toBe(300 - told.reduce((a, b) => a + b, 0));
  });

  it('is told of a campaign of which nothing is known any more', () => {
    const alarms = createAlarms(OPTIONS);
    alarms.take(gotIn('c9', 3), NOW);
    expect(alarms.due(NOW)[0]?.subject).toContain('SOMEBODY GOT IN as deploy from 198.51.100.3');
  });
});

describe('a campaign', () => {
  it('is told a minute after it was seen, with all that were named by then', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 14);
    expect(alarms.due(NOW + 59)).toEqual([]);
    const [message, ...others] = alarms.due(NOW + 60);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ severity: 'warning', items: [{ kind: 'campaign:opened' }] });
    expect(message?.campaigns[0]?.participants).toBe(14);
    expect(alarms.nextDue(NOW + 60)).toBeNull();
  });

  it('of a thousand sources within a day is a dozen messages', () => {
    const alarms = createAlarms(OPTIONS);
    const told: Message[] = [];
    alarms.take(opened('c1'), NOW);
    for (let i = 0; i < 1000; i++) {
      const now = NOW + i * 80;
      alarms.take(named('c1', i, now), now);
      told.push(...alarms.due(now));
    }
    expect(told.length).toBeLessThanOrEqual(12);
    expect(told.length).toBeGreaterThan(5);
  });

  it('is told when it has doubled, a quarter of an hour after the last message at the earliest', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 10);
    alarms.due(NOW + 60);
    for (let i = 11; i <= 20; i++) alarms.take(named('c1', i, NOW + 120), NOW + 120);
    expect(alarms.nextDue(NOW + 120)).toBe(NOW + 60 + 15 * MINUTE);
    expect(alarms.due(NOW + 60 + 15 * MINUTE)[0]?.items).toMatchObject([
      { kind: 'campaign:grown', before: 10, participants: 20 },
    ]);
  });

  it('is told after a day where it has grown by less', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 10);
    alarms.due(NOW + 60);
    expect(alarms.nextDue(NOW + 60)).toBeNull();
    alarms.take(named('c1', 11, NOW + HOUR), NOW + HOUR);
    expect(alarms.nextDue(NOW + HOUR)).toBe(NOW + 60 + DAY);
    expect(kinds(alarms.due(NOW + 60 + DAY))).toEqual([['campaign:grown']]);
  });

  it('that turns out to be none is told so, where it was told; else not at all', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 3);
    for (let i = 1; i <= 3; i++) alarms.take(released('c1', i), NOW + 10);
    expect(run(alarms, NOW, NOW + DAY)).toEqual([]);
    open(alarms, 'c2', 3);
    alarms.due(NOW + 2 * DAY);
    for (let i = 1; i <= 3; i++) alarms.take(released('c2', i), NOW + 3 * DAY);
    expect(kinds(run(alarms, NOW + 3 * DAY, NOW + 4 * DAY).map(({ message }) => message))).toEqual([
      ['campaign:withdrawn'],
    ]);
  });

  it('that was over before anybody was told, as in logs of last year at a first start, is not told', () => {
    const alarms = createAlarms(OPTIONS);
    const then = NOW - 100 * DAY;
    alarms.take(opened('c1', then), NOW);
    for (let i = 1; i <= 9; i++) alarms.take(named('c1', i, then), NOW);
    alarms.take(ended('c1', then + 9 * DAY), NOW);
    expect(run(alarms, NOW, NOW + DAY)).toEqual([]);
  });

  it('is told when it is over, and after that no more', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 5);
    alarms.due(NOW + 60);
    alarms.take(ended('c1', NOW + 4 * DAY), NOW + 4 * DAY);
    alarms.take(ended('c1', NOW + 4 * DAY), NOW + 4 * DAY);
    expect(kinds(run(alarms, NOW + 4 * DAY, NOW + 9 * DAY).map(({ message }) => message))).toEqual([
      ['campaign:ended'],
    ]);
  });

  it('with others of the same minute is one message', () => {
    const alarms = createAlarms(OPTIONS);
    for (let i = 0; i < 30; i++) open(alarms, `c${i}`, 3, NOW + i);
    const told = run(alarms, NOW, NOW + HOUR);
    expect(told).toHaveLength(1);
    expect(told[0]?.message.items).toHaveLength(30);
  });
});

describe('a trouble', () => {
  it('is told after a minute, and that it is over; not again while it lasts', () => {
    const alarms = createAlarms(OPTIONS);
    const told: Message[] = [];
    for (let now = NOW; now < NOW + 2 * HOUR; now += 5) {
      alarms.take(trouble, now);
      told.push(...alarms.due(now));
    }
    alarms.take(well, NOW + 2 * HOUR);
    told.push(...alarms.due(NOW + 2 * HOUR + 60));
    expect(kinds(told)).toEqual([['trouble'], ['trouble:over']]);
  });

  it('that is over within the minute is not told', () => {
    const alarms = createAlarms(OPTIONS);
    alarms.take(trouble, NOW);
    alarms.take(well, NOW + 20);
    expect(run(alarms, NOW, NOW + DAY)).toEqual([]);
  });

  it('that comes and goes is told every quarter of an hour at most, with how often it came', () => {
    const alarms = createAlarms(OPTIONS);
    const told: { at: number; message: Message }[] = [];
    for (let i = 0; i < 60; i++) {
      const now = NOW + i * 70;
      alarms.take(i % 2 === 0 ? trouble : well, now);
      told.push(...alarms.due(now).map((message) => ({ at: now, message })));
    }
    const gaps = told.slice(1).map(({ at }, i) => at - told[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15 * MINUTE);
  });
});

describe('what was told', () => {
  const events = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 200 }),
      fc.oneof(
        fc.integer({ min: 1, max: 3 }).map((c) => (now: number) => opened(`c${c}`, now)),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })).map(
          ([c, i]) =>
            (now: number) =>
              named(`c${c}`, i, now),
        ),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })).map(
          ([c, i]) =>
            () =>
              released(`c${c}`, i),
        ),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })).map(
          ([c, i]) =>
            () =>
              gotIn(`c${c}`, i),
        ),
        fc.integer({ min: 1, max: 3 }).map((c) => (now: number) => ended(`c${c}`, now)),
        fc.constantFrom(trouble, well).map((one) => () => one),
      ),
    ),
    { maxLength: 60 },
  );

  /** Cut after `cut` events: saved and taken up again. */
  function told(list: readonly [number, (now: number) => LiveEvent | Condition][], cut: number): Message[] {
    let alarms = createAlarms(OPTIONS);
    const messages: Message[] = [];
    let now = NOW;
    for (const [i, [wait, event]] of list.entries()) {
      now += wait;
      if (i === cut) alarms = createAlarms(OPTIONS, alarms.save());
      alarms.take(event(now), now);
      messages.push(...alarms.due(now));
    }
    messages.push(...run(alarms, now, now + 10 * DAY).map(({ message }) => message));
    return messages;
  }

  it('is the same after a restart at any moment', () => {
    fc.assert(
      fc.property(events, fc.nat(60), (list, cut) => {
        expect(told(list, cut)).toEqual(told(list, -1));
      }),
    );
  });

  it('is always as its schema says, each under an id of its own, and comes to an end', () => {
    fc.assert(
      fc.property(events, (list) => {
        const messages = told(list, -1);
        for (const message of messages) messageSchema.parse(message);
        expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
      }),
    );
  });

  it('counts as nothing where it is damaged or of another version', () => {
    for (const text of ['', '{', '[]', 'null', '{"version":2}', '{"version":1,"campaigns":3}'])
      expect(createAlarms(OPTIONS, text).nextDue(NOW)).toBeNull();
  });

  it('waits no longer than its pause after a clock was set back by a year', () => {
    const alarms = createAlarms(OPTIONS);
    open(alarms, 'c1', 5);
    alarms.due(NOW + 60);
    const then = NOW - 365 * DAY;
    for (let i = 6; i < 20; i++) alarms.take(named('c1', i, then), then);
    expect(alarms.nextDue(then)).toBeLessThanOrEqual(then + 15 * MINUTE);
  });
});
