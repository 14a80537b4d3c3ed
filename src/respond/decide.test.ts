import { beforeEach, describe, expect, it } from 'vitest';
import {
  compromises,
  DAY,
  decider,
  ends,
  fails,
  GUESSER,
  HOUR,
  log,
  logsIn,
  make,
  NOW,
  name,
  named,
  release,
  targets,
  tell,
} from './decide-tester.ts';
import { USUAL_POLICIES } from './policy.ts';

beforeEach(() => make());

describe('a participant', () => {
  it('is blocked for two weeks when it is named', () => {
    name(GUESSER);
    expect(log).toEqual([
      {
        kind: 'block:added',
        time: NOW,
        block: {
          id: 1,
          target: GUESSER,
          source: GUESSER,
          reason: { kind: 'participant', campaign: 'c1', confidence: 0.99 },
          from: NOW,
          until: NOW + 14 * DAY,
          repetition: 0,
          weight: 0.99,
        },
      },
    ]);
  });

  it('is not, while it is less sure than asked for', () => {
    name(GUESSER, NOW, 0.89);
    expect(targets()).toEqual([]);
    expect(decider.refused().get('unsure')).toBe(1);
    name(GUESSER, NOW, 0.95);
    expect(targets()).toEqual([GUESSER]);
  });

  it('is let in again when its time is over, and not before', () => {
    name(GUESSER);
    expect(tell(decider.tick(NOW + 14 * DAY - 1))).toEqual([]);
    tell(decider.tick(NOW + 14 * DAY));
    expect(ends()).toEqual(['expired']);
    expect(targets()).toEqual([]);
  });

  it('that goes on is kept out for longer, but not with a line for each attempt', () => {
    name(GUESSER);
    fails(GUESSER, NOW + HOUR);
    expect(log).toHaveLength(1);
    fails(GUESSER, NOW + DAY);
    expect(log.at(-1)).toEqual({ kind: 'block:extended', time: NOW + DAY, id: 1, until: NOW + 15 * DAY });
  });

  it('that comes back is blocked for twice the time, up to 90 days', () => {
    let now = NOW;
    const days: number[] = [];
    for (let i = 0; i < 5; i++) {
      if (i === 0) name(GUESSER, now);
      else fails(GUESSER, now);
      const block = decider.at(GUESSER)!;
      expect(block.repetition).toBe(i);
      days.push((block.until! - now) / DAY);
      now = block.until! + HOUR;
      tell(decider.tick(now));
    }
    expect(days).toEqual([14, 28, 56, 90, 90]);
  });

  it('that is released is let in, and has no repetition', () => {
    name(GUESSER);
    release(GUESSER, NOW + HOUR);
    expect(ends()).toEqual(['released']);
    name(GUESSER, NOW + DAY);
    expect(decider.at(GUESSER)!.repetition).toBe(0);
  });

  it('that another campaign has taken over is not let in by the release of the first', () => {
    name(GUESSER);
    tell(decider.event(named(GUESSER, NOW, 0.99, 'c2'), NOW));
    release(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });

  it('stays out when its campaign ends', () => {
    name(GUESSER);
    tell(
      decider.event(
        { kind: 'campaign:ended', time: NOW, campaign: 'c1', lastSeen: NOW, attempts: 9, participants: 3 },
        NOW,
      ),
    );
    expect(targets()).toEqual([GUESSER]);
  });

  it('of a log of last week is blocked for what is left, one of last year not at all', () => {
    tell(decider.event(named(GUESSER, NOW - 7 * DAY), NOW));
    expect(decider.at(GUESSER)).toMatchObject({ from: NOW, until: NOW + 7 * DAY });
    tell(decider.event(named('203.0.113.10', NOW - 365 * DAY), NOW));
    expect(decider.at('203.0.113.10')).toBeUndefined();
    expect(decider.refused().get('over')).toBe(1);
  });

  it('of a log whose clock is ahead is not blocked for longer', () => {
    tell(decider.event(named(GUESSER, NOW + 300 * DAY), NOW));
    expect(decider.at(GUESSER)!.until).toBe(NOW + 14 * DAY);
  });
});

describe('an account that a participant got into', () => {
  it('has it blocked at once, however unsure it was', () => {
    name(GUESSER, NOW, 0.5);
    compromises(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });

  it('makes no person of it', () => {
    name(GUESSER);
    compromises(GUESSER);
    tell(decider.tick(NOW + 14 * DAY));
    fails(GUESSER, NOW + 15 * DAY);
    expect(targets()).toEqual([GUESSER]);
  });

  it('has it blocked although somebody had logged in from there long ago', () => {
    logsIn(GUESSER, NOW - 300 * DAY);
    compromises(GUESSER);
    expect(targets()).toEqual([GUESSER]);
  });
});

describe('nobody blocks', () => {
  it.each([
    ['the allow-list', '198.51.100.3'],
    ["the machine's own address", '192.0.2.1'],
    ['its gateway', '192.0.2.254'],
    ['the session of the command', '192.0.2.77'],
    ['loopback', '127.0.0.53'],
    ['loopback in disguise', '::ffff:127.0.0.1'],
    ['IPv6 loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['a link', 'fe80::1'],
    ['a private network', '10.1.2.3'],
    ['a carrier', '100.64.0.9'],
    ['a host name', 'guesser.host.example'],
    ['something with a zone', '2001:db8::1%eth0'],
    ['hostile text', '203.0.113.9; rm -rf /'],
  ])('%s', (_, source) => {
    make({ unknownUser: USUAL_POLICIES.unknownUser, loud: USUAL_POLICIES.loud });
    name(source);
    compromises(source);
    for (let i = 0; i < 9; i++) fails(source, NOW + i);
    expect(targets()).toEqual([]);
  });

  it('a source that has logged in before', () => {
    make({ unknownUser: USUAL_POLICIES.unknownUser, loud: USUAL_POLICIES.loud });
    logsIn(GUESSER, NOW - 80 * DAY);
    name(GUESSER);
    for (let i = 0; i < 9; i++) fails(GUESSER, NOW + i);
    expect(targets()).toEqual([]);
    expect(decider.refused().get('person')).toBeGreaterThan(0);
  });

  it('one that the history knows', () => {
    make({}, { people: [{ source: GUESSER, lastSuccess: NOW - 300 * DAY }] });
    name(GUESSER);
    expect(targets()).toEqual([]);
  });

  it('a person with a typo, where only participants are blocked', () => {
    for (let i = 0; i < 20; i++) fails(GUESSER, NOW + i);
    expect(targets()).toEqual([]);
  });
});
