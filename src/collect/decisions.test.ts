import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, BlockChange } from '../model/block.ts';
import { type Decision, type DecisionNews, Decisions } from './decisions.ts';
import { readNews } from './heeding.ts';

const NOW = 1_800_000_000;
const NEVER = new AbortController().signal;
const block = (
  id: number,
  target = `203.0.113.${id}`,
  reason: Block['reason'] = { kind: 'participant', campaign: 'c1', confidence: 0.95 },
): Block => ({
  id,
  target,
  source: target,
  reason,
  from: NOW,
  until: NOW + 3600,
  repetition: 0,
  weight: 0.95,
});
const added = (one: Block): BlockChange => ({ kind: 'block:added', time: NOW, block: one });
const ended = (id: number): BlockChange => ({ kind: 'block:ended', time: NOW, id, why: 'released' });

async function news(decisions: Decisions, after: string | null, wait = 0): Promise<DecisionNews | null> {
  const { text } = await decisions.after(after, wait, NEVER);
  return text === null ? null : (JSON.parse(text) as DecisionNews);
}

describe('blocks that sensors fetch', () => {
  it('are all at first, then what has changed, then nothing', async () => {
    const decisions = new Decisions(() => NOW);
    decisions.begin([block(1), block(2)]);
    const all = await news(decisions, null);
    expect(all?.add.map(({ target }) => target)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(await news(decisions, all!.version)).toBeNull();
    decisions.take(added(block(3)));
    decisions.take(ended(1));
    expect(await news(decisions, all!.version)).toMatchObject({
      add: [{ target: '203.0.113.3', left: 3600 }],
      remove: ['203.0.113.1'],
    });
    expect((await news(decisions, 'other-1'))?.after).toBeNull();
  });

  it('wake those who wait, and let them go after their time or when they leave', async () => {
    const decisions = new Decisions(() => NOW);
    const { version } = (await news(decisions, null)) ?? {
      version: `${(await decisions.after(null, 0, NEVER)).version}`,
    };
    const waiting = news(decisions, version, 60);
    decisions.take(added(block(1)));
    expect((await waiting)?.add).toHaveLength(1);
    const { version: next } = await decisions.after(null, 0, NEVER);
    const leaving = new AbortController();
    const left = decisions.after(next, 60, leaving.signal);
    leaving.abort();
    expect((await left).text).toBeNull();
    expect(await news(decisions, next, 0.01)).toBeNull();
  });

  it('are what detection found and hands did: no rumours, and no affairs of one host', async () => {
    const decisions = new Decisions(() => NOW);
    decisions.begin([
      block(1, '203.0.113.1', { kind: 'told', by: 'peer', confidence: 1 }),
      block(2, '203.0.113.2', { kind: 'unknown-user' }),
      block(3, '203.0.113.3', { kind: 'loud' }),
      block(4, '203.0.113.4', { kind: 'by-hand', by: 'ann', why: 'x' }),
      block(5, '203.0.113.0/24', { kind: 'network', sources: 9, campaign: null }),
    ]);
    expect((await news(decisions, null))?.add.map(({ target }) => target)).toEqual([
      '203.0.113.4',
      '203.0.113.0/24',
    ]);
  });

  it('whoever follows the changes knows what stands, whenever it asked', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), n: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('end' as const), n: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('ask' as const), n: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const decisions = new Decisions(() => NOW);
        const standing = new Map<number, number>();
        const known = new Set<string>();
        let version: string | null = null;
        let id = 0;
        const ask = async () => {
          const told = await news(decisions, version);
          if (told === null) return;
          if (told.after === null) known.clear();
          for (const { target } of told.add) known.add(target);
          for (const target of told.remove) known.delete(target);
          version = told.version;
        };
        for (const one of [...steps, { do: 'ask' as const, n: 0 }]) {
          if (one.do === 'add' && !standing.has(one.n)) {
            standing.set(one.n, ++id);
            decisions.take(added(block(id, `203.0.113.${one.n}`)));
          } else if (one.do === 'end' && standing.has(one.n)) {
            decisions.take(ended(standing.get(one.n)!));
            standing.delete(one.n);
          } else if (one.do === 'ask') await ask();
        }
        expect([...known].sort()).toEqual([...standing.keys()].map((n) => `203.0.113.${n}`).sort());
      }),
    );
  });
});

it('a list from elsewhere is looked at entry by entry', () => {
  const good: Decision = { target: '203.0.113.1', until: null, left: 60, confidence: 0.9, why: 'x' };
  const list = (add: unknown[], remove: unknown[] = []) =>
    JSON.stringify({ schema: 'slowbrute.blocks/1', version: 'a-1', after: null, add, remove });
  expect(
    readNews(
      list(
        [good, { ...good, target: 'x; rm' }, { ...good, confidence: 2 }, { ...good, left: -1 }, null],
        ['1', '203.0.113.2'],
      ),
    ),
  ).toMatchObject({
    add: [good],
    remove: ['203.0.113.2'],
  });
  for (const text of [
    '',
    '[]',
    'null',
    '{}',
    '{"schema":"slowbrute.blocks/1","version":"a b","after":null,"add":[],"remove":[]}',
  ])
    expect(readNews(text)).toBeNull();
});
