import { describe, expect, it } from 'vitest';
import type { Block } from '../model/block.ts';
import { nullBackend } from '../respond/backends/null.ts';
import type { AddRequest, BlockService } from '../respond/service.ts';
import {
  type BlockCommandOptions,
  type BlockEffects,
  blockAdd,
  blockAllow,
  blockFlush,
  blockList,
  blockPlan,
  blockRemove,
  spanOption,
} from './block.ts';
import { realEffects } from './effects.ts';

const NOW = 1_790_000_000;
const block: Block = {
  id: 7,
  target: '203.0.113.9',
  source: '203.0.113.9',
  reason: { kind: 'participant', campaign: 'c1', confidence: 0.987 },
  from: NOW - 86_400,
  until: NOW + 86_400,
  repetition: 0,
  weight: 0.987,
};
const options: BlockCommandOptions = { config: null, state: null, socket: null, format: 'text' };

function place(blocks: readonly Block[] = [block]) {
  let said = '';
  const asked: unknown[] = [];
  const service: BlockService = {
    list: () =>
      Promise.resolve({
        blocks,
        backends: [
          {
            backend: 'nftables',
            isDry: false,
            state: 'failing',
            since: NOW,
            trouble: { message: 'nft failed \u001b[2J', remedy: 'See nft.' },
            entries: null,
            left: 0,
          },
        ],
        allowed: [],
        refused: {},
      }),
    plan: () =>
      Promise.resolve([
        {
          backend: 'nftables',
          change: {
            kind: 'update',
            add: [{ target: '203.0.113.9', seconds: 60 }],
            remove: ['198.51.100.0/24'],
          },
        },
        { backend: 'file', change: null },
      ]),
    add: (request: AddRequest) => {
      asked.push(request);
      return Promise.resolve({ ...block, target: request.target, until: null });
    },
    remove: () => Promise.resolve(blocks),
    allow: () => Promise.resolve(blocks),
    disallow: () => Promise.resolve(),
    flush: () => Promise.resolve(blocks.length),
  };
  const effects: BlockEffects = {
    ...realEffects(),
    stdout: { write: (text: string) => (said += text) },
    environment: { SUDO_USER: 'ann' },
    now: () => NOW,
    blocks: service,
    backends: [nullBackend()],
  };
  return { effects, said: () => said, asked };
}

describe('slowbrute block', () => {
  it('lists what stands and why, and what is wrong with a firewall', async () => {
    const { effects, said } = place();
    expect(await blockList(options, effects)).toBe(0);
    expect(said()).toContain('203.0.113.9');
    expect(said()).toContain('takes part in c1 (0.99)');
    expect(said()).toContain('1 block\n');
    expect(said()).toContain('nftables: nft failed');
    expect(said()).not.toContain('\u001b');
  });

  it('shows what would change', async () => {
    const { effects, said } = place();
    await blockPlan(options, effects);
    expect(said()).toBe(
      'nftables:\n  unblock 198.51.100.0/24\n  block 203.0.113.9 for 60 s\nfile:\n  nothing would change\n',
    );
  });

  it('adds, and says who asked', async () => {
    const { effects, said, asked } = place();
    await blockAdd('203.0.113.0/24', { ...options, for: '2d', why: 'rude', evenPeople: false }, effects);
    expect(asked).toEqual([
      { target: '203.0.113.0/24', seconds: 172_800, why: 'rude', by: 'ann', evenPeople: false },
    ]);
    expect(said()).toBe('203.0.113.0/24 is blocked until further notice\n');
  });

  it('removes, allows and flushes', async () => {
    const { effects, said } = place();
    await blockRemove('203.0.113.9', options, effects);
    await blockAllow('allow', '203.0.113.0/24', options, effects);
    await blockFlush(options, effects);
    expect(said()).toBe(
      '203.0.113.9 is blocked no longer\n203.0.113.9 is blocked no longer\n' +
        '1 block ended; nothing of slowbrute is left in the firewall.\n',
    );
  });

  it('says so where there is nothing to remove', async () => {
    const { effects, said } = place([]);
    await blockRemove('203.0.113.9', options, effects);
    expect(said()).toBe('Nothing was blocked there.\n');
  });
});

describe('--for', () => {
  it.each([
    ['90s', 90],
    ['90m', 5400],
    ['36h', 129_600],
    ['2d', 172_800],
    ['4w', 2_419_200],
    ['ever', null],
  ])('%s', (text, seconds) => {
    expect(spanOption(text)).toBe(seconds);
  });

  it.each(['2', '-2d', '0d', '2 days', '', 'never'])('not %j', (text) => {
    expect(() => spanOption(text)).toThrow(expect.objectContaining({ code: 'wrong-call' }) as Error);
  });
});
