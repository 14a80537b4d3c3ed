import { describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import type { BlockService } from '../respond/service.ts';
import { type Actions, actionsInMemory } from './actions.ts';
import { recordedBlocks } from './recorded-blocks.ts';

/** Says what was asked of it. */
function asked(): { readonly calls: string[]; readonly blocks: BlockService } {
  const calls: string[] = [];
  const call = (name: string) => async () => {
    calls.push(name);
    return [] as never;
  };
  const blocks: BlockService = {
    list: call('list'),
    plan: call('plan'),
    add: call('add'),
    remove: call('remove'),
    allow: call('allow'),
    disallow: call('disallow'),
    flush: call('flush'),
  };
  return { calls, blocks };
}

describe('what is done over the socket', () => {
  it('is in the audit trail, each with who and why', async () => {
    const actions = actionsInMemory();
    const { blocks, calls } = asked();
    const recorded = recordedBlocks(blocks, actions, () => 1000.5);
    const target = '203.0.113.9';
    await recorded.add({ target, seconds: 60, why: 'a scan', by: 'alice', evenPeople: false });
    await recorded.remove({ target, by: 'bob' });
    await recorded.allow({ target, by: 'bob', why: 'our office' });
    await recorded.disallow({ target });
    await recorded.flush();
    await recorded.list();
    expect([...actions.list(10)].reverse()).toEqual([
      { time: 1000, by: 'alice', does: 'block', target, why: 'a scan' },
      { time: 1000, by: 'bob', does: 'unblock', target, why: '' },
      { time: 1000, by: 'bob', does: 'allow', target, why: 'our office' },
      { time: 1000, by: 'somebody at the socket', does: 'disallow', target, why: '' },
      { time: 1000, by: 'somebody at the socket', does: 'flush', target: '', why: '' },
    ]);
    expect(calls).toEqual(['add', 'remove', 'allow', 'disallow', 'flush', 'list']);
  });

  it('is not done where it cannot be written down', async () => {
    const { blocks, calls } = asked();
    const full: Actions = {
      add: () => Promise.reject(new Trouble('not-writable', 'no room', 'Make room.')),
      list: () => [],
    };
    const recorded = recordedBlocks(blocks, full, () => 0);
    await expect(recorded.remove({ target: '203.0.113.9' })).rejects.toMatchObject({ code: 'not-writable' });
    expect(calls).toEqual([]);
  });
});
