import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, FirewallChange } from '../model/block.ts';
import { contains, parseTarget } from './network.ts';
import { afterChange, planChange, type Wanted, wantedOf } from './plan.ts';

const NOW = 1_790_000_000;
const ABLE = { timed: true, mostSeconds: Number.POSITIVE_INFINITY };

let nextId = 1;
const block = (target: string, until: number | null = NOW + 100, weight = 0.9): Block => ({
  id: nextId++,
  target,
  source: target,
  reason: { kind: 'participant', campaign: 'c1', confidence: weight },
  from: NOW,
  until,
  repetition: 0,
  weight,
});
const wanted = (...blocks: readonly Block[]) => wantedOf(blocks, NOW, Number.POSITIVE_INFINITY);

describe('what is wanted', () => {
  it('is what stands, without what is over', () => {
    expect(wanted(block('203.0.113.1'), block('203.0.113.2', NOW), block('203.0.113.3', null))).toEqual(
      new Map([
        ['203.0.113.1', NOW + 100],
        ['203.0.113.3', null],
      ]),
    );
  });

  it('leaves out what lies in a blocked network, and takes it up again when the network is open', () => {
    const inside = block('203.0.113.1', NOW + 500);
    const around = block('203.0.113.0/24', NOW + 100);
    expect([...wanted(inside, around).keys()]).toEqual(['203.0.113.0/24']);
    expect([...wantedOf([inside, around], NOW + 100, 9).keys()]).toEqual(['203.0.113.1']);
    expect([...wanted(block('2001:db8:1:2::/64'), block('2001:db8:1::/48')).keys()]).toEqual([
      '2001:db8:1::/48',
    ]);
  });

  it('is the surest where there is no room for all', () => {
    const blocks = [block('203.0.113.1', NOW + 9, 0.5), block('203.0.113.2', NOW + 9, 0.99)];
    expect([...wantedOf(blocks, NOW, 1).keys()]).toEqual(['203.0.113.2']);
  });
});

describe('a plan', () => {
  it('tells the whole set where it is not known what there is', () => {
    expect(planChange(wanted(block('203.0.113.1')), null, NOW, ABLE)).toEqual({
      kind: 'replace',
      entries: [{ target: '203.0.113.1', seconds: 100 }],
    });
  });

  it('is nothing where nothing would change', () => {
    const state = wanted(block('203.0.113.1'));
    expect(planChange(state, state, NOW + 50, ABLE)).toBeNull();
  });

  it('tells a new end as an entry again, but only to a firewall that ends entries', () => {
    const before = wanted(block('203.0.113.1'));
    const after = wanted(block('203.0.113.1', NOW + 900));
    expect(planChange(after, before, NOW, ABLE)).toEqual({
      kind: 'update',
      add: [{ target: '203.0.113.1', seconds: 900 }],
      remove: [],
    });
    expect(planChange(after, before, NOW, { ...ABLE, timed: false })).toBeNull();
  });

  it('does not take out what has ended by itself, unless it cannot', () => {
    const before = wanted(block('203.0.113.1', NOW + 10));
    expect(planChange(new Map(), before, NOW + 60, ABLE)).toBeNull();
    expect(planChange(new Map(), before, NOW + 60, { ...ABLE, timed: false })).toEqual({
      kind: 'update',
      add: [],
      remove: ['203.0.113.1'],
    });
  });

  it('renews half-way what the firewall cannot hold as long as it should', () => {
    const short = { timed: true, mostSeconds: 1000 };
    const state = wanted(block('203.0.113.1', NOW + 10_000), block('203.0.113.2', null));
    let held = afterChange(null, planChange(state, null, NOW, short)!, NOW, true);
    expect([...held.values()]).toEqual([NOW + 1000, NOW + 1000]);
    expect(planChange(state, held, NOW + 400, short)).toBeNull();
    const renewed = planChange(state, held, NOW + 600, short)!;
    expect(renewed).toMatchObject({ kind: 'update', remove: [] });
    held = afterChange(held, renewed, NOW + 600, true);
    expect([...held.values()]).toEqual([NOW + 1600, NOW + 1600]);
  });
});

const target = fc.oneof(
  fc.nat(40).map((n) => `203.0.113.${n}`),
  fc.constantFrom(
    '203.0.113.0/24',
    '203.0.113.0/28',
    '2001:db8:1:2::/64',
    '2001:db8:1::/48',
    '2001:db8:1:2::9',
  ),
);
const blocks = fc
  .uniqueArray(fc.tuple(target, fc.option(fc.integer({ min: -50, max: 4000 }))), {
    selector: ([text]) => text,
  })
  .map((list) => list.map(([text, seconds]) => block(text, seconds === null ? null : NOW + seconds)));

describe('always', () => {
  it('nothing that is wanted lies in another thing that is wanted, and all that stands is covered', () => {
    fc.assert(
      fc.property(blocks, (list) => {
        const networks = [...wantedOf(list, NOW, Number.POSITIVE_INFINITY).keys()].map(
          (text) => parseTarget(text)!,
        );
        for (const a of networks) for (const b of networks) if (a !== b) expect(contains(a, b)).toBe(false);
        for (const { target: text, until } of list)
          if (until === null || until > NOW)
            expect(networks.some((network) => contains(network, parseTarget(text)!))).toBe(true);
      }),
    );
  });

  it('a plan that is applied leaves nothing to plan, whatever was there', () => {
    fc.assert(
      fc.property(blocks, fc.option(blocks), fc.boolean(), fc.nat(5000), (list, before, timed, later) => {
        const able = { timed, mostSeconds: 3000 };
        const now = NOW + later;
        const goal = wantedOf(list, now, Number.POSITIVE_INFINITY);
        const held = before === null ? null : wantedOf(before, NOW, Number.POSITIVE_INFINITY);
        const change = planChange(goal, held, now, able);
        const after: Wanted | null = change === null ? held : afterChange(held, change, now, timed);
        expect(planChange(goal, after, now, able)).toBeNull();
        expect(targetsOf(after!, timed, now)).toEqual([...goal.keys()].sort());
        if (change !== null) expectDisjoint(change);
      }),
    );
  });
});

/** What a firewall really holds: what has ended is gone where it ends by itself. */
function targetsOf(held: Wanted, timed: boolean, now: number): readonly string[] {
  const there = [...held].filter(([, until]) => !timed || until === null || until + 2 >= now);
  return there.map(([text]) => text).sort();
}

function expectDisjoint(change: FirewallChange): void {
  if (change.kind === 'replace') return;
  const added = new Set(change.add.map((entry) => entry.target));
  for (const text of change.remove) expect(added.has(text)).toBe(false);
}
