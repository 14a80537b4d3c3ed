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
  never,
  targets,
  tell,
} from './decide-tester.ts';
import { parseNetwork } from './network.ts';
import { DEFAULT_BLOCK_POLICY, USUAL_POLICIES } from './policy.ts';

beforeEach(() => make());

describe('by hand', () => {
  const hand = { kind: 'by-hand', by: 'ann', why: 'rude' } as const;
  const add = (target: string, seconds: number | null = HOUR) =>
    decider.add(parseNetwork(target)!, seconds, hand, 'spare people', NOW);

  it('blocks, for a time or until further notice', () => {
    add('203.0.113.0/28');
    add(GUESSER, null);
    expect(decider.at('203.0.113.0/28')!.until).toBe(NOW + HOUR);
    expect(decider.at(GUESSER)!.until).toBeNull();
    decider.tick(NOW + 400 * DAY);
    expect(targets()).toEqual([GUESSER]);
  });

  it.each([
    ['192.0.2.0/24', 'own-address'],
    ['0.0.0.0/0', 'unspecified'],
    ['198.51.0.0/16', 'allow-listed'],
    ['172.16.5.5', 'private'],
    ['160.0.0.0/5', 'too-wide'],
  ])('does not block %s', (target, refused) => {
    expect(add(target)).toEqual({ refused });
  });

  it('spares people, unless told not to', () => {
    logsIn('203.0.113.77');
    expect(add('203.0.113.0/24')).toEqual({ refused: 'person' });
    decider.add(parseNetwork('203.0.113.0/24')!, HOUR, hand, 'even people', NOW);
    expect(targets()).toEqual(['203.0.113.0/24']);
  });

  it('lets a participant in, until it is named again', () => {
    name(GUESSER);
    tell(decider.remove([GUESSER], NOW));
    fails(GUESSER, NOW + 1);
    expect(targets()).toEqual([]);
    name(GUESSER, NOW + 2);
    expect(targets()).toEqual([GUESSER]);
  });
});

describe('a start', () => {
  it('takes up blocks, numbers and repetitions where the history has them', () => {
    name(GUESSER);
    const [block] = decider.standing();
    const past = { ...block!, id: 7, target: '203.0.113.70', source: '203.0.113.70', until: NOW - HOUR };
    make(
      {},
      {
        blocks: [
          { ...block!, ended: null, why: null },
          { ...past, ended: NOW - HOUR, why: 'expired' },
        ],
      },
    );
    expect(targets()).toEqual([GUESSER]);
    name('203.0.113.70');
    expect(decider.at('203.0.113.70')).toMatchObject({ id: 8, repetition: 1, until: NOW + 28 * DAY });
  });

  it('ends what ended while nothing ran, and what is allowed by now', () => {
    const block = {
      id: 1,
      source: null,
      reason: { kind: 'unknown-user' },
      from: NOW - DAY,
      repetition: 0,
      weight: 0.2,
      ended: null,
      why: null,
    } as const;
    make(
      { unknownUser: USUAL_POLICIES.unknownUser },
      {
        blocks: [
          { ...block, target: GUESSER, until: NOW - 1 },
          { ...block, id: 2, target: '198.51.100.7', until: NOW + DAY },
        ],
      },
    );
    tell(decider.review({ ...DEFAULT_BLOCK_POLICY, unknownUser: USUAL_POLICIES.unknownUser }, never, NOW));
    expect(ends()).toEqual(['expired', 'allow-listed']);
  });

  it('blocks participants that the history knows, but none that a hand let in', () => {
    const participants = [
      { source: GUESSER, campaign: 'c1', confidence: 0.99, time: NOW - DAY },
      { source: '203.0.113.70', campaign: 'c1', confidence: 0.99, time: NOW - DAY },
    ];
    const block = {
      id: 1,
      target: '203.0.113.70',
      source: '203.0.113.70',
      reason: { kind: 'participant', campaign: 'c1', confidence: 0.99 },
      from: NOW - DAY,
      until: NOW + 13 * DAY,
      repetition: 0,
      weight: 0.99,
      ended: NOW - HOUR,
      why: 'by-hand',
    } as const;
    make({}, { participants, blocks: [block] });
    tell(decider.review(DEFAULT_BLOCK_POLICY, never, NOW));
    expect(targets()).toEqual([GUESSER]);
  });
});
