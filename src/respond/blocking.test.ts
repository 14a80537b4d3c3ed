/** Blocking as a daemon and a hand use it, over a dry run. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { BlockChange, FirewallChange } from '../model/block.ts';
import type { Backend } from './backends/backend.ts';
import { nullBackend } from './backends/null.ts';
import { ALLOWED_STATE, type Blocking, createBlocking } from './blocking.ts';
import { EMPTY_MEMORY } from './decide.ts';
import { DEFAULT_NEVER_OPTIONS } from './never.ts';
import { DEFAULT_BLOCK_POLICY } from './policy.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;
const machine = { own: ['192.0.2.1'], gateways: [], sessions: ['192.0.2.77'] };
const options = {
  policy: DEFAULT_BLOCK_POLICY,
  never: { ...DEFAULT_NEVER_OPTIONS, allow: ['198.51.100.0/24'] },
};

let now: number;
let committed: BlockChange[];
let states: Record<string, string>;
let applied: FirewallChange[];
let flushed: number;
let blocking: Blocking;

const backend = (): Backend => {
  const dry = nullBackend();
  return {
    ...dry,
    apply: async (change) => {
      applied.push(change);
      await dry.apply(change);
    },
    flush: async () => {
      flushed++;
      await dry.flush();
    },
  };
};
const start = (allowed: string | null = null) => {
  blocking = createBlocking(options, { memory: EMPTY_MEMORY, machine, allowed }, [backend()], {
    now: () => now,
    commit: (changes, kept) => {
      committed.push(...changes);
      Object.assign(states, kept);
      return Promise.resolve();
    },
  });
  blocking.start();
  blocking.committed();
};
const named = (source: string) =>
  blocking.event({
    kind: 'participant:named',
    time: now,
    campaign: 'c1',
    source,
    confidence: 0.99,
    firstSeen: now,
    attempts: 2,
  });
const add = (target: string, seconds: number | null = DAY) =>
  blocking.service.add({ target, seconds, why: 'rude', by: 'ann', evenPeople: false });

beforeEach(() => {
  now = NOW;
  committed = [];
  states = {};
  applied = [];
  flushed = 0;
  start();
});

describe('blocking', () => {
  it('tells firewalls nothing before the history has it', async () => {
    await blocking.applier.settled();
    named('203.0.113.9');
    await new Promise((done) => setTimeout(done, 150));
    expect(applied).toEqual([{ kind: 'replace', entries: [] }]);
    blocking.committed();
    await blocking.applier.settled();
    expect(applied.at(-1)).toEqual({
      kind: 'update',
      add: [{ target: '203.0.113.9', seconds: 14 * DAY }],
      remove: [],
    });
  });

  it('by hand is committed first, listed, and taken back', async () => {
    const block = await add('2001:DB8:7:7::1/64');
    expect(block).toMatchObject({
      target: '2001:db8:7:7::/64',
      reason: { kind: 'by-hand', by: 'ann', why: 'rude' },
    });
    expect(committed).toHaveLength(1);
    expect((await blocking.service.list()).blocks).toEqual([block]);
    expect(await blocking.service.remove({ target: '2001:db8:7:7::99' })).toEqual([block]);
    expect((await blocking.service.list()).blocks).toEqual([]);
    expect(committed.at(-1)).toMatchObject({ kind: 'block:ended', why: 'by-hand' });
  });

  it.each([
    ['host.example', 'no address'],
    ['192.0.2.1', 'holds an address of this machine'],
    ['192.0.2.77', 'this session comes from'],
    ['198.51.100.9', 'something on the allow-list'],
    ['127.0.0.1', 'loopback'],
    ['192.0.2.0/28', 'holds an address of this machine'],
  ])('by hand refuses %s', async (target, says) => {
    await expect(add(target)).rejects.toMatchObject({
      code: 'wrong-call',
      message: expect.stringContaining(says) as string,
    });
  });

  it('allows by hand: ends what stands, and never blocks it again, over a restart', async () => {
    named('203.0.113.9');
    expect(await blocking.service.allow({ target: '203.0.113.0/24' })).toHaveLength(1);
    named('203.0.113.10');
    expect(blocking.standing()).toEqual([]);
    start(states[ALLOWED_STATE]!);
    named('203.0.113.10');
    expect(blocking.standing()).toEqual([]);
    await blocking.service.disallow({ target: '203.0.113.0/24' });
    // the participant that was spared meanwhile as well
    named('203.0.113.11');
    expect(blocking.standing()).toHaveLength(2);
  });

  it('goes on without an allow-list by hand that is damaged', () => {
    for (const damaged of ['{', '7', '["x", 5, "203.0.113.0/24"]']) start(damaged);
    named('203.0.113.10');
    expect(blocking.standing()).toEqual([]);
  });

  it('shows what would change', async () => {
    await blocking.applier.settled();
    named('203.0.113.9');
    blocking.committed();
    expect(await blocking.service.plan()).toEqual([
      {
        backend: 'null',
        change: { kind: 'update', add: [{ target: '203.0.113.9', seconds: 14 * DAY }], remove: [] },
      },
    ]);
  });

  it('flushes: all blocks end, nothing of ours is left, and goes on with the next', async () => {
    named('203.0.113.9');
    expect(await blocking.service.flush()).toBe(1);
    expect(flushed).toBe(1);
    expect(blocking.standing()).toEqual([]);
    named('203.0.113.10');
    blocking.committed();
    await blocking.applier.settled();
    expect(applied.at(-1)).toEqual({
      kind: 'replace',
      entries: [{ target: '203.0.113.10', seconds: 14 * DAY }],
    });
  });

  it('takes a new configuration: what it allows is let in, what it does not want is let in', () => {
    named('203.0.113.9');
    named('203.0.113.10');
    const ended = blocking.reconfigure(
      { ...options, never: { ...options.never, allow: ['203.0.113.9'] } },
      machine,
    );
    expect(ended).toMatchObject([{ kind: 'block:ended', why: 'allow-listed' }]);
    expect(
      blocking.reconfigure({ ...options, policy: { ...DEFAULT_BLOCK_POLICY, participants: null } }, machine),
    ).toMatchObject([{ kind: 'block:ended', why: 'by-hand' }]);
  });

  it('spares an address that the machine has got meanwhile', () => {
    named('203.0.113.9');
    const ended = blocking.reconfigure(options, { ...machine, own: ['203.0.113.9'] });
    expect(ended).toMatchObject([{ kind: 'block:ended', why: 'allow-listed' }]);
  });
});
