import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Block, FirewallChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import { type Applier, createApplier, DEFAULT_APPLIER_OPTIONS } from './applier.ts';
import { type Backend, UNBOUNDED } from './backends/backend.ts';

const START = 1_790_000_000_000;

/** A firewall in memory that does what it is told, fails when it is told to, and counts. */
class Toy implements Backend {
  readonly name = 'toy';
  readonly isDry = false;
  timed = true;
  mostSeconds: number = UNBOUNDED.mostSeconds;
  capacity: number = UNBOUNDED.capacity;
  held = new Map<string, number>();
  told: FirewallChange[] = [];
  failures = 0;
  /** Fails after having done half of it, as a machine that loses power would. */
  halves = false;
  slowMs = 0;
  checks = 0;
  busy = 0;

  async check() {
    this.checks++;
    await this.#work();
  }
  async apply(change: FirewallChange) {
    this.told.push(change);
    const now = Date.now() / 1000;
    const entries = change.kind === 'replace' ? change.entries : change.add;
    const isHalf = this.failures > 0 && this.halves;
    if (this.failures > 0 && !this.halves) await this.#work();
    if (change.kind === 'replace') this.held.clear();
    else for (const target of change.remove) this.held.delete(target);
    for (const { target, seconds } of isHalf ? entries.slice(0, entries.length / 2) : entries)
      this.held.set(target, seconds === null ? Number.POSITIVE_INFINITY : now + seconds);
    await this.#work();
  }
  list = async () => [...this.held.keys()].map((target) => ({ target, seconds: null }));
  async flush() {
    await this.#work();
    this.held.clear();
  }
  async #work() {
    expect(++this.busy, 'two calls at once').toBe(1);
    await new Promise((done) => setTimeout(done, this.slowMs));
    this.busy--;
    if (this.failures > 0) {
      this.failures--;
      throw new Trouble('firewall-failed', 'toy failed', 'Mend it.');
    }
  }
}

let toy: Toy;
let applier: Applier;
let news: string[];
const seconds = () => Date.now() / 1000;
let nextId = 1;
const block = (target: string, forSeconds: number | null = 3600): Block => ({
  id: nextId++,
  target,
  source: target,
  reason: { kind: 'participant', campaign: 'c1', confidence: 0.9 },
  from: seconds(),
  until: forSeconds === null ? null : seconds() + forSeconds,
  repetition: 0,
  weight: 0.9,
});
const start = (backends: readonly Backend[] = [toy]) => {
  news = [];
  applier = createApplier(backends, DEFAULT_APPLIER_OPTIONS, {
    now: seconds,
    changed: ({ state, trouble }) => news.push(`${state}${trouble === null ? '' : `: ${trouble.message}`}`),
  });
};
const pass = (s: number) => vi.advanceTimersByTimeAsync(s * 1000);
const held = () => [...toy.held.keys()].sort();

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  toy = new Toy();
  start();
});
afterEach(async () => {
  vi.useRealTimers();
});

describe('the applier', () => {
  it('tells the whole set first, then what changes', async () => {
    applier.want([block('203.0.113.1')]);
    await pass(1);
    applier.want([block('203.0.113.1'), block('203.0.113.2')]);
    await pass(1);
    expect(toy.told.map(({ kind }) => kind)).toEqual(['replace', 'update']);
    expect(held()).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(applier.status()[0]).toMatchObject({ state: 'in-step', entries: 2, trouble: null });
  });

  it('tells changes that come together at once', async () => {
    for (let i = 1; i < 50; i++) applier.want(Array.from({ length: i }, (_, n) => block(`203.0.113.${n}`)));
    await pass(1);
    expect(toy.told).toHaveLength(1);
    expect(held()).toHaveLength(49);
  });

  it('takes up what comes while it is busy', async () => {
    toy.slowMs = 5000;
    applier.want([block('203.0.113.1')]);
    await pass(7);
    applier.want([block('203.0.113.2')]);
    await pass(60);
    expect(held()).toEqual(['203.0.113.2']);
  });

  it('tries again after growing pauses, and says so once', async () => {
    toy.failures = 4;
    applier.want([block('203.0.113.1')]);
    await pass(0.5);
    expect(applier.status()[0]).toMatchObject({ state: 'failing', trouble: { message: 'toy failed' } });
    await pass(1 + 2 + 4 + 8 + 1);
    expect(toy.checks).toBe(5);
    expect(held()).toEqual(['203.0.113.1']);
    expect(news).toEqual(['failing: toy failed', 'in-step']);
  });

  it('never loses an unblock, though it failed half-way', async () => {
    const [a, b] = [block('203.0.113.1'), block('203.0.113.2')];
    applier.want([a, b]);
    await pass(1);
    toy.failures = 1;
    toy.halves = true;
    applier.want([b]);
    await pass(0.2);
    expect(applier.status()[0]!.state).toBe('failing');
    await pass(5);
    expect(held()).toEqual(['203.0.113.2']);
    expect(toy.told.at(-1)!.kind).toBe('replace');
  });

  it('puts right what was changed behind its back', async () => {
    applier.want([block('203.0.113.1', 86_400)]);
    await pass(1);
    toy.held.clear();
    toy.held.set('198.51.100.66', 0);
    await pass(301);
    expect(held()).toEqual(['203.0.113.1']);
  });

  it('does nothing while nothing changes', async () => {
    applier.want([block('203.0.113.1', 86_400)]);
    await pass(3600);
    expect(toy.told).toHaveLength(1);
  });

  it('renews what the firewall can hold for too short a time only', async () => {
    toy.mostSeconds = 1000;
    applier.want([block('203.0.113.1', null)]);
    await pass(5000);
    expect(toy.held.get('203.0.113.1')!).toBeGreaterThan(seconds());
  });

  it('puts the surest in where there is too little room, and says how many are left out', async () => {
    toy.capacity = 1;
    applier.want([block('203.0.113.1'), { ...block('203.0.113.2'), weight: 0.99 }]);
    await pass(1);
    expect(held()).toEqual(['203.0.113.2']);
    expect(applier.status()[0]).toMatchObject({ left: 1 });
  });

  it('goes on with the others where one fails', async () => {
    const other = new Toy();
    toy.failures = 1000;
    start([toy, other]);
    applier.want([block('203.0.113.1')]);
    await pass(30);
    expect([...other.held.keys()]).toEqual(['203.0.113.1']);
    expect(applier.status().map(({ state }) => state)).toEqual(['failing', 'in-step']);
  });

  it('leaves nothing behind after a flush, and does not put it back', async () => {
    applier.want([block('203.0.113.1', 86_400)]);
    await pass(1);
    await Promise.all([applier.flush(), pass(1)]);
    await pass(1000);
    expect(held()).toEqual([]);
    applier.want([block('203.0.113.2', 86_400)]);
    await pass(1);
    expect(held()).toEqual(['203.0.113.2']);
  });

  it('says that a flush failed', async () => {
    toy.failures = 1;
    const flushed = expect(applier.flush()).rejects.toMatchObject({ code: 'firewall-failed' });
    await pass(1);
    await flushed;
  });

  it('shows what it would tell, before anything is told', () => {
    applier.want([block('203.0.113.1')]);
    expect(applier.pending()).toEqual([
      { backend: 'toy', change: { kind: 'replace', entries: [{ target: '203.0.113.1', seconds: 3600 }] } },
    ]);
    expect(toy.told).toEqual([]);
  });

  it('settles when it is in step or failing, and stops', async () => {
    applier.want([block('203.0.113.1')]);
    let isSettled = false;
    void applier.settled().then(() => (isSettled = true));
    await pass(1);
    expect(isSettled).toBe(true);
    await applier.stop();
    applier.want([]);
    await pass(10);
    expect(held()).toEqual(['203.0.113.1']);
  });

  it('ends in step whatever happens on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            targets: fc.uniqueArray(fc.nat(8)),
            forSeconds: fc.integer({ min: 1, max: 4000 }),
            failures: fc.nat(3),
            halves: fc.boolean(),
            slowMs: fc.constantFrom(0, 10, 3000),
            wait: fc.constantFrom(0, 0.01, 1, 400),
            vandal: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        fc.boolean(),
        async (steps, timed) => {
          toy = new Toy();
          toy.timed = timed;
          start();
          let blocks: Block[] = [];
          for (const { targets, forSeconds, wait, vandal, ...rest } of steps) {
            Object.assign(toy, rest);
            blocks = targets.map((n) => block(`203.0.113.${n}`, forSeconds));
            applier.want(blocks);
            await pass(wait);
            if (vandal) toy.held.delete([...toy.held.keys()][0] ?? '');
          }
          Object.assign(toy, { failures: 0, slowMs: 0 });
          await pass(1000);
          // as the decider does: what has ended is no longer wanted
          applier.want(blocks.filter(({ until }) => until! > seconds()));
          await pass(1);
          const wanted = blocks.filter(({ until }) => until! > seconds()).map(({ target }) => target);
          const really = [...toy.held]
            .filter(([, end]) => !timed || end >= seconds())
            .map(([target]) => target);
          expect(steps.length === 0 ? [] : really.sort()).toEqual(wanted.sort());
          await applier.stop();
        },
      ),
      { numRuns: 60 },
    );
  });
});
