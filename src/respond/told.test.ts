import { beforeEach, describe, expect, it } from 'vitest';
import type { BlockReason } from '../model/block.ts';
import {
  DAY,
  decider,
  ends,
  fails,
  GUESSER,
  logsIn,
  make,
  NOW,
  name,
  release,
  targets,
  tell,
} from './decide-tester.ts';
import { DEFAULT_BLOCK_POLICY } from './policy.ts';

const FROM = 'https://collector.example:8514';
const heard = (target: string, more: { until?: number | null; confidence?: number } = {}) => ({
  target,
  until: NOW + 7 * DAY,
  confidence: 0.95,
  ...more,
});
const heed = (
  add: ReturnType<typeof heard>[],
  remove: readonly string[] | 'all' = [],
  now = NOW,
  by = FROM,
) => tell(decider.heed(by, add, remove, now));
const reasons = (): readonly BlockReason['kind'][] => decider.standing().map(({ reason }) => reason.kind);

beforeEach(() => make());

describe('what others keep out', () => {
  it('is kept out here before its first attempt, for as long as they say', () => {
    heed([heard(GUESSER), heard('2001:db8:1:2::/64'), heard('203.0.114.0/24')]);
    expect(targets()).toEqual(['2001:db8:1:2::/64', '203.0.113.9', '203.0.114.0/24']);
    tell(decider.tick(NOW + 7 * DAY + 1));
    expect(targets()).toEqual([]);
  });

  it('is not, where it touches this machine, its session, the allow-list, or somebody who works here', () => {
    logsIn('203.0.113.50');
    heed([
      heard('192.0.2.1'),
      heard('192.0.2.77'),
      heard('198.51.100.9'),
      heard('127.0.0.1'),
      heard('10.0.0.1'),
      heard('203.0.113.50'),
      heard('203.0.113.0/24'),
      heard('0x7f.1'),
    ]);
    expect(targets()).toEqual([]);
    expect(decider.refused().get('person')).toBe(2);
  });

  it('is not wider than a neighbourhood, not unsure, and not for longer than our own blocks may last', () => {
    heed([
      heard('0.0.0.0/0'),
      heard('203.0.0.0/16'),
      heard('2001:db8::/32'),
      heard('203.0.113.1', { confidence: 0.5 }),
      heard('203.0.113.2', { confidence: Number.NaN }),
      heard('203.0.113.3', { until: NOW - 1 }),
    ]);
    expect(targets()).toEqual([]);
    heed([heard('203.0.113.4', { until: NOW + 4000 * DAY }), heard('203.0.113.5', { until: null })]);
    const longest = NOW + (DEFAULT_BLOCK_POLICY.participants?.mostSeconds ?? 0);
    expect(decider.standing().map(({ until }) => until)).toEqual([longest, longest]);
  });

  it('ends when it is taken back, or is no more among all; that of another teller stays', () => {
    heed([heard('203.0.113.1'), heard('203.0.113.2')]);
    heed([heard('203.0.113.3')], [], NOW, 'peer');
    heed([], ['203.0.113.1']);
    expect(targets()).toEqual(['203.0.113.2', '203.0.113.3']);
    heed([heard('203.0.113.4')], 'all');
    expect(targets()).toEqual(['203.0.113.3', '203.0.113.4']);
  });

  it('told again with the same list changes nothing, however clocks wobble', () => {
    heed([heard(GUESSER)]);
    expect(heed([heard(GUESSER, { until: NOW + 7 * DAY + 20 })], 'all')).toEqual([]);
    expect(heed([heard(GUESSER, { until: NOW + 9 * DAY })], 'all')).toMatchObject([
      { kind: 'block:extended' },
    ]);
  });

  it('gives way to a better reason of our own, and takes none away', () => {
    heed([heard(GUESSER, { confidence: 0.91 })]);
    name(GUESSER, NOW, 0.99);
    heed([], [GUESSER]);
    expect(targets()).toEqual([GUESSER]);
    expect(reasons()).toEqual(['participant']);
    heed([heard(GUESSER, { confidence: 0.92 })]);
    expect(reasons()).toEqual(['participant']);
    release(GUESSER);
    expect(targets()).toEqual([]);
  });

  it('does not end a participant of our own when it is taken back', () => {
    heed([heard(GUESSER, { confidence: 1 })]);
    name(GUESSER, NOW, 0.95);
    fails(GUESSER);
    heed([], 'all');
    expect(targets()).toEqual([GUESSER]);
  });

  it('opens at once when somebody of the house turns out to be there', () => {
    heed([heard('2001:db8:1:2::/64')]);
    logsIn('2001:db8:1:2::7');
    expect(targets()).toEqual([]);
    expect(ends()).toEqual(['released']);
  });

  it('is nothing where participants are not blocked, and never more than there may be', () => {
    make({ participants: null });
    heed([heard(GUESSER)]);
    expect(targets()).toEqual([]);
    make({ mostBlocks: 2 });
    heed(['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((target) => heard(target)));
    expect(targets()).toHaveLength(2);
  });
});
