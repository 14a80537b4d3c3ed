import { beforeEach, describe, expect, it } from 'vitest';
import {
  DAY,
  decider,
  ends,
  fails,
  GUESSER,
  HOUR,
  logsIn,
  make,
  NOW,
  name,
  release,
  targets,
  tell,
} from './decide-tester.ts';
import { USUAL_POLICIES } from './policy.ts';

beforeEach(() => make());

describe('IPv6', () => {
  it('is blocked by /64, once for all in it, until the last of them is released', () => {
    name('2001:db8:1:2::1');
    name('2001:db8:1:2:ffff::9');
    expect(targets()).toEqual(['2001:db8:1:2::/64']);
    release('2001:db8:1:2::1');
    expect(targets()).toEqual(['2001:db8:1:2::/64']);
    release('2001:db8:1:2:ffff::9');
    expect(targets()).toEqual([]);
  });

  it('by the single address where the machine itself lives, where people live, and behind NAT64', () => {
    name('2001:db8:aa:1::66');
    logsIn('2001:db8:5:5::1');
    name('2001:db8:5:5::66');
    name('64:ff9b::cb00:7109');
    expect(targets()).toEqual(['2001:db8:5:5::66', '2001:db8:aa:1::66', '64:ff9b::cb00:7109']);
  });

  it('is blocked no wider than it must be as soon as somebody logs in from there', () => {
    name('2001:db8:1:2::1');
    name('2001:db8:1:2::2');
    logsIn('2001:db8:1:2::aaaa', NOW + 5);
    expect(targets()).toEqual(['2001:db8:1:2::1', '2001:db8:1:2::2']);
    expect(ends()).toEqual(['released']);
  });
});

describe('a network', () => {
  const neighbours = (count: number) => {
    for (let i = 0; i < count; i++) name(`203.0.113.${10 + i}`);
  };

  it('is not blocked unless asked for', () => {
    neighbours(60);
    expect(targets()).toHaveLength(60);
  });

  it('is blocked with the eighth participant in it', () => {
    make({ networks: USUAL_POLICIES.networks });
    neighbours(7);
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    neighbours(8);
    expect(decider.at('203.0.113.0/24')).toMatchObject({
      reason: { kind: 'network', sources: 8, campaign: 'c1' },
      source: null,
    });
  });

  it('is not where somebody has logged in from, and opens when somebody does', () => {
    make({ networks: USUAL_POLICIES.networks });
    logsIn('203.0.113.200', NOW - DAY);
    neighbours(20);
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    make({ networks: USUAL_POLICIES.networks });
    neighbours(20);
    logsIn('203.0.113.200');
    expect(decider.at('203.0.113.0/24')).toBeUndefined();
    expect(targets()).toHaveLength(20);
  });

  it('is not where this machine has a neighbour that it needs', () => {
    make({ networks: USUAL_POLICIES.networks });
    for (let i = 0; i < 30; i++) name(`192.0.2.${100 + i}`);
    expect(decider.at('192.0.2.0/24')).toBeUndefined();
  });
});

describe('the first unknown user', () => {
  beforeEach(() => make({ unknownUser: USUAL_POLICIES.unknownUser }));

  it('blocks its source for an hour', () => {
    fails(GUESSER);
    expect(decider.at(GUESSER)).toMatchObject({ reason: { kind: 'unknown-user' }, until: NOW + HOUR });
  });

  it('does not, where it is not said whether the user exists', () => {
    tell(decider.attempt({ time: NOW, source: GUESSER, user: 'bob', known: null, success: false }, [], NOW));
    fails(GUESSER, NOW, { known: true });
    expect(targets()).toEqual([]);
  });

  it('is taken back when a later line says that the user exists', () => {
    fails(GUESSER);
    fails('203.0.113.70');
    tell(decider.known(GUESSER, NOW));
    expect(ends()).toEqual(['released']);
    expect(targets()).toEqual(['203.0.113.70']);
  });

  it('is forgiven when a person logs in after it', () => {
    fails(GUESSER);
    logsIn(GUESSER, NOW + 10);
    expect(ends()).toEqual(['released']);
    fails(GUESSER, NOW + 20);
    expect(targets()).toEqual([]);
  });

  it('is not forgiven to one that guessed and guessed', () => {
    for (let i = 0; i < 8; i++) fails(GUESSER, NOW + i, { user: `u${i}` });
    logsIn(GUESSER, NOW + 10);
    expect(targets()).toEqual([GUESSER]);
  });

  it('gives way to the better reason', () => {
    fails(GUESSER);
    name(GUESSER);
    expect(ends()).toEqual(['superseded']);
    expect(decider.at(GUESSER)!.reason.kind).toBe('participant');
  });
});

describe('a loud source', () => {
  it('is blocked with its fifth failure within ten minutes', () => {
    make({ loud: USUAL_POLICIES.loud });
    for (let i = 0; i < 12; i++) fails(GUESSER, NOW + i * 200, { known: true });
    expect(targets()).toEqual([]);
    for (let i = 0; i < 5; i++) fails('203.0.113.8', NOW + i * 60, { known: true });
    expect(decider.at('203.0.113.8')!.reason.kind).toBe('loud');
  });
});

describe('too many blocks', () => {
  it('let the least sure go first, of these the oldest', () => {
    make({ mostBlocks: 3 });
    name('203.0.113.1', NOW, 0.95);
    name('203.0.113.2', NOW + 1, 0.91);
    name('203.0.113.3', NOW + 2, 0.91);
    name('203.0.113.4', NOW + 3, 0.99);
    expect(ends()).toEqual(['displaced']);
    expect(targets()).toEqual(['203.0.113.1', '203.0.113.3', '203.0.113.4']);
  });

  it('do not let in one that is less sure than all', () => {
    make({ mostBlocks: 2 });
    name('203.0.113.1', NOW, 0.95);
    name('203.0.113.2', NOW, 0.95);
    name('203.0.113.3', NOW, 0.91);
    expect(targets()).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(decider.refused().get('no-room')).toBe(1);
  });
});
