import { describe, expect, it } from 'vitest';
import { type Channel, DELIVERED, Undelivered } from '../alarm/channels/channel.ts';
import type { Message } from '../alarm/schema.ts';
import { Trouble } from '../model/error.ts';
import { alarmList, alarmTest } from './alarm.ts';
import { realEffects } from './effects.ts';

const CALL = { config: null, state: null, socket: null, format: 'text' } as const;

function world(...channels: readonly Channel[]) {
  const said: string[] = [];
  const effects = {
    ...realEffects(),
    stdout: { write: (text: string) => said.push(text) },
    environment: {},
    now: () => 1_790_000_000,
    channels,
    patience: 0.05,
  };
  return { effects, said: () => said.join('') };
}
const good = (name: string, got: Message[] = []): Channel => ({
  name,
  send: (message) => {
    got.push(message);
    return Promise.resolve(DELIVERED);
  },
});
const bad = (name: string, error: Error): Channel => ({ name, send: () => Promise.reject(error) });

describe('alarm test', () => {
  it('sends a message that says that it is a test by every way, and says that it arrived', async () => {
    const got: Message[] = [];
    const { effects, said } = world(good('email', got), good('ntfy', got));
    expect(await alarmTest(null, CALL, effects)).toBe(0);
    expect(got.map(({ items }) => items[0]?.kind)).toEqual(['test', 'test']);
    expect(said()).toMatch(/^email: delivered after 0\.\d s\nntfy: delivered after 0\.\d s\n$/);
  });

  it('tries only the one that is named', async () => {
    const { effects, said } = world(good('email'), bad('ntfy', new Error('never called')));
    expect(await alarmTest('email', CALL, effects)).toBe(0);
    expect(said()).not.toContain('ntfy');
  });

  it('says of each why it did not arrive, 75 where another try may succeed', async () => {
    const { effects, said } = world(
      good('email'),
      bad('ntfy', new Undelivered('ntfy: connect ECONNREFUSED', 'See whether it runs.')),
    );
    expect(await alarmTest(null, CALL, effects)).toBe(75);
    expect(said()).toContain('email: delivered');
    expect(said()).toMatch(
      /ntfy: NOT delivered after .* s: ntfy: connect ECONNREFUSED\n {2}See whether it runs\.\n/,
    );
  });

  it('has status 69 where it was refused for what it is, or a secret is not there', async () => {
    const refused = new Undelivered('no such topic', 'Name another.', { mayRetry: false });
    expect(await alarmTest(null, CALL, world(bad('ntfy', refused)).effects)).toBe(69);
    const secret = new Trouble('bad-config', '/run/x cannot be read', 'Make it.');
    expect(await alarmTest(null, CALL, world(bad('ntfy', secret)).effects)).toBe(69);
  });

  it('waits for nobody for ever', async () => {
    const hanging: Channel = { name: 'email', send: () => new Promise(() => {}) };
    const { effects, said } = world(hanging);
    expect(await alarmTest(null, CALL, effects)).toBe(75);
    expect(said()).toContain('nobody answered within 0.05 s');
  });

  it('says what there is where a name is wrong, and where there is nothing', async () => {
    await expect(alarmTest('nfty', CALL, world(good('ntfy')).effects)).rejects.toMatchObject({
      code: 'wrong-call',
      remedy: 'Those that there are: ntfy.',
    });
    await expect(alarmTest(null, CALL, world().effects)).rejects.toMatchObject({ code: 'bad-config' });
  });

  it('is an array for a program', async () => {
    const { effects, said } = world(good('email'));
    await alarmTest(null, { ...CALL, format: 'json' }, effects);
    expect(JSON.parse(said())).toMatchObject([{ channel: 'email', delivered: true, message: null }]);
  });
});

it('alarm list names the ways, or says that nobody is told', async () => {
  const some = world(good('email'), good('pager'));
  expect(await alarmList(CALL, some.effects)).toBe(0);
  expect(some.said()).toBe('email\npager\n');
  const none = world();
  await alarmList(CALL, none.effects);
  expect(none.said()).toMatch(/^Nobody is told/);
});
