import { describe, expect, it } from 'vitest';
import { alarmExamples } from '../../tests/golden/alarm-examples.ts';
import { type Channel, DELIVERED, Undelivered } from './channels/channel.ts';
import type { Condition } from './condition.ts';
import { createOutbox, DEFAULT_OUTBOX_OPTIONS, type OutboxEffects } from './outbox.ts';
import type { Message } from './schema.ts';

const NEWS = alarmExamples().find(({ name }) => name === 'ended')!.message;
const URGENT = alarmExamples().find(({ name }) => name === 'compromised')!.message;
const UNDELIVERED = alarmExamples().find(({ name }) => name === 'undelivered')!.message;
const message = (id: string, of = NEWS): Message => ({ ...of, id });

/** A clock that goes when it is told to; everything that is due runs in order. */
function world() {
  let now = 1_800_000_000;
  let timers: { at: number; run: () => void }[] = [];
  const conditions: Condition[] = [];
  const log: string[] = [];
  let changes = 0;
  const effects: OutboxEffects = {
    now: () => now,
    after(seconds, run) {
      const timer = { at: now + seconds, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    onChange: () => void changes++,
    onCondition: (condition) => void conditions.push(condition),
    onLog: (level, text) => void log.push(`${level} ${text}`),
  };
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  async function pass(seconds: number): Promise<void> {
    const until = now + seconds;
    for (;;) {
      await settle();
      const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers = timers.filter((one) => one !== next);
      now = Math.max(now, next.at);
      next.run();
    }
    now = until;
    await settle();
  }
  return { effects, pass, conditions, log, now: () => now, changes: () => changes };
}

/** A channel that takes messages, or does what `fails` says at its n-th try. */
function channel(name: string, fails: (n: number, one: Message) => unknown = () => null) {
  const taken: string[] = [];
  const tries: string[] = [];
  const one: Channel = {
    name,
    send(sent) {
      tries.push(sent.id);
      const error = fails(tries.length, sent);
      if (error instanceof Promise) return error as Promise<never>;
      if (error !== null) return Promise.reject(error as Error);
      taken.push(sent.id);
      return Promise.resolve(DELIVERED);
    },
  };
  return { channel: one, taken, tries };
}

const away = () => new Undelivered('email did not answer', 'Wait.');
const refused = () => new Undelivered('email answered 400', 'Mend it.', { mayRetry: false });
const ids = (n: number) => Array.from({ length: n }, (_, i) => `m${i}`);

describe('messages', () => {
  it('go to every channel, each in order', async () => {
    const { effects, pass } = world();
    const [a, b] = [channel('a'), channel('b')];
    const outbox = createOutbox([a.channel, b.channel], DEFAULT_OUTBOX_OPTIONS, effects);
    outbox.put(ids(5).map((id) => message(id)));
    await pass(1);
    expect([a.taken, b.taken]).toEqual([ids(5), ids(5)]);
  });

  it('keep their order through failures, and one channel waits for no other', async () => {
    const { effects, pass } = world();
    const a = channel('a', (n) => (n <= 3 ? away() : null));
    const b = channel('b');
    const outbox = createOutbox([a.channel, b.channel], DEFAULT_OUTBOX_OPTIONS, effects);
    outbox.put(ids(3).map((id) => message(id)));
    await pass(1);
    expect([a.taken, b.taken]).toEqual([[], ids(3)]);
    await pass(5 + 15 + 45);
    expect(a.tries).toEqual(['m0', 'm0', 'm0', 'm0', 'm1', 'm2']);
    expect(a.taken).toEqual(ids(3));
  });

  it('are tried with growing pauses, half an hour at most', async () => {
    const { effects, pass, now } = world();
    const at: number[] = [];
    const a = channel('a', () => {
      at.push(now());
      return away();
    });
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m', URGENT)]);
    await pass(86_400);
    const pauses = at.slice(1).map((time, i) => time - at[i]!);
    expect(pauses.slice(0, 7)).toEqual([5, 15, 45, 135, 405, 1215, 1800]);
    expect(Math.max(...pauses)).toBe(1800);
  });

  it('wait as long as the other side asks', async () => {
    const { effects, pass } = world();
    const a = channel('a', (n) => (n === 1 ? new Undelivered('429', 'Wait.', { afterSeconds: 600 }) : null));
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m')]);
    await pass(599);
    expect(a.taken).toEqual([]);
    await pass(2);
    expect(a.taken).toEqual(['m']);
  });

  it('that are no news any more are given up after a day, a login by a participant after five', async () => {
    const { effects, pass } = world();
    let isUp = false;
    const a = channel('a', () => (isUp ? null : away()));
    const outbox = createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects);
    outbox.put([message('news'), message('urgent', URGENT)]);
    await pass(2 * 86_400);
    isUp = true;
    await pass(3600);
    expect(a.taken).toEqual(['urgent']);
    expect(outbox.status()).toMatchObject([{ lost: 1, waiting: 0, delivered: 1 }]);
  });

  it('that are refused for what they are make way for the next', async () => {
    const { effects, pass } = world();
    const a = channel('a', (_, { id }) => (id === 'm0' ? refused() : null));
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m0'), message('m1')]);
    await pass(3600);
    expect(a.tries.filter((id) => id === 'm0')).toHaveLength(4);
    expect(a.taken).toEqual(['m1']);
  });

  it('that are too many: the oldest digest goes, a login by a participant never', async () => {
    const { effects, pass } = world();
    let isUp = false;
    const a = channel('a', () => (isUp ? null : away()));
    const outbox = createOutbox([a.channel], { ...DEFAULT_OUTBOX_OPTIONS, most: 4 }, effects);
    outbox.put([message('u0', URGENT), ...ids(6).map((id) => message(id)), message('u1', URGENT)]);
    isUp = true;
    await pass(60);
    expect(a.taken).toEqual(['u0', 'm4', 'm5', 'u1']);
  });

  it('that are there already are not queued twice', async () => {
    const { effects, pass } = world();
    const a = channel('a', (n) => (n === 1 ? away() : null));
    const outbox = createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects);
    outbox.put([message('m')]);
    outbox.put([message('m')]);
    await pass(60);
    expect(a.taken).toEqual(['m']);
  });
});

describe('a channel', () => {
  it('that hangs and does not keep to its signal is tried again', async () => {
    const { effects, pass } = world();
    const a = channel('a', (n) => (n === 1 ? new Promise(() => {}) : null));
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m')]);
    await pass(20 + 1 + 5 + 1);
    expect(a.taken).toEqual(['m']);
  });

  it('that throws what it should not is tried again', async () => {
    const { effects, pass } = world();
    const a = channel('a', (n) => (n === 1 ? new TypeError('x is not a function') : null));
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m')]);
    await pass(60);
    expect(a.taken).toEqual(['m']);
  });

  it('that fails twice is a trouble, and well again when it delivers', async () => {
    const { effects, pass, conditions } = world();
    const a = channel('email', (n) => (n <= 2 ? away() : null));
    createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([message('m')]);
    await pass(1);
    expect(conditions).toEqual([]);
    await pass(60);
    expect(conditions).toMatchObject([
      { kind: 'trouble', part: 'alarm', name: 'email' },
      { kind: 'well', part: 'alarm', name: 'email' },
    ]);
  });

  it('is not told of its own failure; the others are', async () => {
    const { effects, pass } = world();
    const [a, b] = [channel('email'), channel('ntfy')];
    createOutbox([a.channel, b.channel], DEFAULT_OUTBOX_OPTIONS, effects).put([UNDELIVERED]);
    await pass(1);
    expect([a.taken, b.taken]).toEqual([[], [UNDELIVERED.id]]);
  });
});

describe('after a restart', () => {
  it('what was not delivered goes on, and nothing else', async () => {
    const before = world();
    const a = channel('a', (_, { id }) => (id === 'm2' ? away() : null));
    const b = channel('b');
    const outbox = createOutbox([a.channel, b.channel], DEFAULT_OUTBOX_OPTIONS, before.effects);
    outbox.put(ids(4).map((id) => message(id)));
    await before.pass(1);
    const saved = outbox.save();
    const after = world();
    const [c, d] = [channel('a'), channel('b')];
    createOutbox([c.channel, d.channel], DEFAULT_OUTBOX_OPTIONS, after.effects, saved);
    await after.pass(1);
    expect([c.taken, d.taken]).toEqual([['m2', 'm3'], []]);
  });

  it('what waited for a channel that is gone is dropped, and that is said', async () => {
    const before = world();
    const a = channel('a', away);
    const outbox = createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, before.effects);
    outbox.put([message('m')]);
    const after = world();
    createOutbox([channel('b').channel], DEFAULT_OUTBOX_OPTIONS, after.effects, outbox.save());
    expect(after.log[0]).toContain('a are dropped');
    expect(before.changes()).toBeGreaterThanOrEqual(0);
  });

  it('what was saved and is damaged counts as nothing', () => {
    for (const text of ['', '{', 'null', '{"version":1}'])
      expect(
        createOutbox([channel('a').channel], DEFAULT_OUTBOX_OPTIONS, world().effects, text).status(),
      ).toMatchObject([{ waiting: 0 }]);
  });

  it('an end in the middle of a try waits for it, but not for ever', async () => {
    const { effects, pass } = world();
    const a = channel('a', () => new Promise(() => {}));
    const outbox = createOutbox([a.channel], DEFAULT_OUTBOX_OPTIONS, effects);
    outbox.put([message('m')]);
    await pass(0);
    let isStopped = false;
    void outbox.stop(5).then(() => {
      isStopped = true;
    });
    await pass(7);
    expect(isStopped).toBe(true);
    expect(outbox.save()).toContain('"m"');
  });
});
