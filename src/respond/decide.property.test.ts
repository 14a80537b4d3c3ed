/** What holds of decisions whatever comes in: hostile sources, any order of events, clocks that jump. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import { Decider } from './decide.ts';
import { parseNetwork, parseTarget, Ranges } from './network.ts';
import { createNever } from './never.ts';
import { type BlockPolicy, DEFAULT_BLOCK_POLICY, USUAL_POLICIES } from './policy.ts';

const START = 1_790_000_000;
const ALLOWED = ['198.51.100.0/25', '2001:db8:a:a::/64', '203.0.113.40'];
const OWN = ['192.0.2.1', '2001:db8:1:1::1'];
const protectedRanges = new Ranges(
  [
    ...ALLOWED,
    ...OWN,
    '192.0.2.254',
    '192.0.2.77',
    '127.0.0.0/8',
    '::1',
    '10.0.0.0/8',
    'fe80::/10',
    '224.0.0.0/4',
  ].map((text) => parseNetwork(text)!),
);
const never = createNever(
  { allow: ALLOWED, blockPrivate: false },
  { own: OWN, gateways: ['192.0.2.254'], sessions: ['192.0.2.77'] },
);
const everything: BlockPolicy = {
  ...DEFAULT_BLOCK_POLICY,
  ...USUAL_POLICIES,
  networks: { ...USUAL_POLICIES.networks, participants: 3 },
  mostBlocks: 12,
};

const source = fc.oneof(
  { weight: 6, arbitrary: fc.nat(30).map((n) => `203.0.113.${30 + n}`) },
  { weight: 3, arbitrary: fc.nat(20).map((n) => `198.51.100.${118 + n}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('a:a', '1:1', '2:2', '2:3'), fc.nat(3))
      .map(([net, n]) => `2001:db8:${net}::${(n + 1).toString(16)}`),
  },
  fc.constantFrom(...OWN, '192.0.2.254', '192.0.2.77', '127.0.0.1', '::1', '::ffff:192.0.2.1', '0.0.0.0'),
  fc.constantFrom('10.0.0.9', 'fe80::1', '224.0.0.1', 'a.host.example', '::', '255.255.255.255', 'ff02::1'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const campaign = fc.constantFrom('c1', 'c2');

type Step =
  | {
      readonly kind: 'attempt';
      readonly source: string;
      readonly success: boolean;
      readonly known: boolean | null;
    }
  | {
      readonly kind: 'named' | 'released' | 'compromised';
      readonly source: string;
      readonly campaign: string;
      readonly confidence: number;
    }
  | { readonly kind: 'ended'; readonly campaign: string }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'hand'; readonly target: string; readonly seconds: number | null }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'review' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('attempt' as const),
      source,
      success: fc.boolean(),
      known: fc.constantFrom(true, false, null),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('named' as const, 'named' as const, 'released' as const, 'compromised' as const),
      source,
      campaign,
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  fc.record({ kind: fc.constant('ended' as const), campaign }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: -1000, max: 40 * 86_400 }) }),
  fc.record({
    kind: fc.constant('hand' as const),
    target: fc.oneof(source, fc.constantFrom('203.0.113.0/26', '2001:db8:2::/48', '0.0.0.0/0')),
    seconds: fc.option(fc.integer({ min: 1, max: 1e6 })),
  }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat(20) }),
  fc.constant({ kind: 'review' as const }),
);

interface Run {
  readonly decider: Decider;
  readonly changes: readonly BlockChange[];
  readonly now: number;
}

/** Carries out steps; `each` sees what came of every one. */
function carryOut(
  steps: readonly { readonly step: Step; readonly skew: number }[],
  each: (changes: readonly BlockChange[], decider: Decider, now: number, before: Step) => void = () => {},
): Run {
  const decider = new Decider(everything, never);
  const all: BlockChange[] = [];
  let now = START;
  for (const { step: one, skew } of steps) {
    let changes: readonly BlockChange[] = [];
    const time = now + skew;
    switch (one.kind) {
      case 'attempt': {
        const { source: from, success, known } = one;
        changes = decider.attempt({ time, source: from, user: 'x', success, known }, [], now);
        break;
      }
      case 'named':
      case 'released':
      case 'compromised':
        changes = decider.event(eventOf(one, time), now);
        break;
      case 'ended':
        changes = decider.event(
          {
            kind: 'campaign:ended',
            time,
            campaign: one.campaign,
            lastSeen: time,
            attempts: 1,
            participants: 1,
          },
          now,
        );
        break;
      case 'wait':
        now += one.seconds;
        changes = decider.tick(now);
        break;
      case 'hand': {
        const network = parseNetwork(one.target);
        if (network === null) break;
        const hand = { kind: 'by-hand', by: 'ann', why: '' } as const;
        const added = decider.add(network, one.seconds, hand, 'spare people', now);
        if ('changes' in added) changes = added.changes;
        break;
      }
      case 'remove': {
        const standing = decider.standing();
        const target = standing[one.which % Math.max(1, standing.length)]?.target;
        if (target !== undefined) changes = decider.remove([target], now);
        break;
      }
      case 'review':
        changes = decider.review(everything, never, now);
        break;
    }
    all.push(...changes);
    each(changes, decider, now, one);
  }
  return { decider, changes: all, now };
}

function eventOf(
  one: Extract<Step, { kind: 'named' | 'released' | 'compromised' }>,
  time: number,
): LiveEvent {
  const { source: from, campaign: of, confidence } = one;
  const common = { time, campaign: of, source: from };
  if (one.kind === 'named')
    return { kind: 'participant:named', ...common, confidence, firstSeen: time, attempts: 1 };
  if (one.kind === 'released') return { kind: 'participant:released', ...common };
  return { kind: 'account:compromised', ...common, user: 'ann', sensor: 'host' };
}

const steps = fc.array(
  fc.record({ step, skew: fc.oneof(fc.constant(0), fc.integer({ min: -100 * 86_400, max: 1000 })) }),
  { maxLength: 120 },
);

/** Blocks that stand after `changes`, made from nothing else. */
function replayed(changes: readonly BlockChange[]): ReadonlyMap<number, Block> {
  const blocks = new Map<number, Block>();
  for (const change of changes) {
    if (change.kind === 'block:added') {
      expect(blocks.has(change.block.id)).toBe(false);
      blocks.set(change.block.id, change.block);
    } else {
      const block = blocks.get(change.id);
      expect(block, 'a change of a block that does not stand').toBeDefined();
      if (change.kind === 'block:ended') blocks.delete(change.id);
      else blocks.set(change.id, { ...block!, until: change.until });
    }
  }
  return blocks;
}

describe('whatever comes in', () => {
  it('no target touches what is protected, and each is canonical', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const change of carryOut(list).changes) {
          if (change.kind !== 'block:added') continue;
          const target = parseTarget(change.block.target);
          expect(target).not.toBeNull();
          expect(protectedRanges.overlaps(target!)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nobody is blocked who has logged in, unless it has just broken in', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const people = new Set<string>();
        const suspects = new Set<string>();
        carryOut(list, (changes, _, __, one) => {
          if (one.kind === 'named') suspects.add(one.source);
          if (one.kind === 'compromised') {
            suspects.add(one.source);
            people.delete(one.source);
          }
          for (const change of changes)
            if (change.kind === 'block:added' && change.block.reason.kind !== 'by-hand')
              for (const person of people) {
                const address = parseNetwork(person);
                const target = parseTarget(change.block.target)!;
                if (address === null || address.family !== target.family) continue;
                const isIn = target.first <= address.first && address.last <= target.last;
                expect(isIn, `${person} in ${change.block.target}`).toBe(false);
              }
          // a login of a source that nothing was ever said about
          if (one.kind === 'attempt' && one.success && !suspects.has(one.source)) people.add(one.source);
          if (one.kind === 'attempt' && !one.success) suspects.add(one.source);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('the changes tell the whole story: played back they give the blocks that stand', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { decider, changes } = carryOut(list);
        expect([...replayed(changes).values()].sort((a, b) => a.id - b.id)).toEqual(
          [...decider.standing()].sort((a, b) => a.id - b.id),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('the bound holds, each target is blocked once, and whoever leaves for another is no surer than it', () => {
    fc.assert(
      fc.property(steps, (list) => {
        carryOut(list, (changes, decider, _, one) => {
          const standing = decider.standing();
          expect(standing.length).toBeLessThanOrEqual(everything.mostBlocks);
          expect(new Set(standing.map(({ target }) => target)).size).toBe(standing.length);
          const displaced = changes.some(
            (change) => change.kind === 'block:ended' && change.why === 'displaced',
          );
          expect(displaced && one.kind === 'wait').toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('every automatic block ends by itself, within its longest time, if nothing more is heard', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { decider, now } = carryOut(list);
        const later = Math.max(now, START) + 91 * 86_400 + 40 * 86_400 * 120;
        decider.tick(later);
        for (const { reason, until } of decider.standing()) {
          expect(reason.kind).toBe('by-hand');
          expect(until).toBeNull();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a decider made anew from the history holds the same blocks and numbers the next one on', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { decider, changes, now } = carryOut(list);
        const past = new Map<number, Block & { ended: number | null; why: null }>();
        for (const change of changes) {
          if (change.kind === 'block:added')
            past.set(change.block.id, { ...change.block, ended: null, why: null });
          else if (change.kind === 'block:extended')
            past.set(change.id, { ...past.get(change.id)!, until: change.until });
          else past.set(change.id, { ...past.get(change.id)!, ended: change.time });
        }
        const again = new Decider(everything, never, { blocks: past.values(), people: [], participants: [] });
        expect([...again.standing()].sort((a, b) => a.id - b.id)).toEqual(
          [...decider.standing()].sort((a, b) => a.id - b.id),
        );
        const hand = { kind: 'by-hand', by: 'ann', why: '' } as const;
        const added = again.add(parseNetwork('203.0.113.250')!, 9, hand, 'even people', now);
        if ('changes' in added) {
          const block = added.changes.find((change) => change.kind === 'block:added');
          const last = Math.max(0, ...past.keys());
          if (block !== undefined) expect(block.block.id).toBe(last + 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
