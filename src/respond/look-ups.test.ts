import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AllowedNames } from './allowed-names.ts';
import { type Resolver, realResolver } from './confirm-name.ts';
import { LookUps } from './look-ups.ts';

const NAME = 'dsl-9.host.example';
const ADDRESS = '203.0.113.9';

/** Both directions agree for every name of the table. */
function resolver(table: Readonly<Record<string, string>>, asked: string[] = []): Resolver {
  return {
    forward: (name) => {
      asked.push(name);
      const address = table[name];
      return address === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve([address]);
    },
    reverse: (address) => Promise.resolve(Object.keys(table).filter((name) => table[name] === address)),
  };
}

function world(
  perMinute: number | null,
  dns: Resolver,
  services: (source: string) => readonly string[] = () => ['sshd'],
) {
  const confirmed: (readonly [string, readonly string[]])[] = [];
  const clock = { now: 1_790_000_000 };
  const lookUps = new LookUps(
    { perMinute },
    {
      now: () => clock.now,
      resolver: dns,
      services: (source) => Promise.resolve(new Set(services(source))),
      confirmed: (source, addresses) => void confirmed.push([source, addresses]),
    },
  );
  return { lookUps, confirmed, clock };
}
const answered = () => sleep(5);

describe('look-ups of sources that are names', () => {
  it('are off unless somebody switches them on', async () => {
    const asked: string[] = [];
    const { lookUps } = world(null, resolver({ [NAME]: ADDRESS }, asked));
    lookUps.want(NAME);
    lookUps.second();
    await answered();
    expect(asked).toEqual([]);
  });

  it('confirm an address where both directions agree', async () => {
    const { lookUps, confirmed } = world(30, resolver({ [NAME]: ADDRESS }));
    lookUps.want(NAME);
    expect(confirmed).toEqual([]);
    lookUps.second();
    await answered();
    expect(confirmed).toEqual([[NAME, [ADDRESS]]]);
  });

  it('confirm nothing where one of its attempts is of a service that checks no names, or none is known', async () => {
    for (const services of [['sshd', 'vsftpd'], ['vsftpd'], []]) {
      const { lookUps, confirmed } = world(30, resolver({ [NAME]: ADDRESS }), () => services);
      lookUps.want(NAME);
      lookUps.second();
      await answered();
      expect(confirmed).toEqual([]);
    }
  });

  it('are so many in a minute at most, whatever comes', async () => {
    const asked: string[] = [];
    const { lookUps, clock } = world(6, resolver({}, asked));
    for (let i = 0; i < 10_000; i++) lookUps.want(`h${i}.host.example`);
    expect(lookUps.waiting).toBe(5000);
    for (let second = 0; second < 60; second++) {
      lookUps.second();
      await sleep(1);
      clock.now++;
    }
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.length).toBeLessThanOrEqual(12);
  });

  it('ask no name twice within its time, and again after it', async () => {
    const asked: string[] = [];
    const { lookUps, confirmed, clock } = world(60, resolver({ [NAME]: ADDRESS }, asked));
    const ask = async (name: string) => {
      lookUps.want(name);
      lookUps.second();
      await answered();
    };
    await ask(NAME);
    await ask(NAME);
    expect(asked).toEqual([NAME]);
    expect(confirmed).toHaveLength(2);
    await ask('unknown.host.example');
    await ask('unknown.host.example');
    expect(asked).toHaveLength(2);
    clock.now += 3601;
    await ask(NAME);
    await ask('unknown.host.example');
    expect(asked).toEqual([NAME, 'unknown.host.example', NAME]);
  });

  it('keep nobody waiting, and are no more than four at once, where nobody answers', async () => {
    const hanging: Resolver = { forward: () => new Promise(() => {}), reverse: () => new Promise(() => {}) };
    const { lookUps, confirmed } = world(600, hanging);
    for (let i = 0; i < 20; i++) lookUps.want(`h${i}.host.example`);
    lookUps.second();
    await answered();
    lookUps.second();
    expect(lookUps.waiting).toBe(20);
    expect(confirmed).toEqual([]);
    lookUps.stop();
    expect(lookUps.waiting).toBe(4);
  });
});

describe('names of the allow-list', () => {
  it('are taken up again after a restart without a name server', async () => {
    const now = 1_790_000_000;
    const names = new AllowedNames(['office.example'], null, resolver({ 'office.example': ADDRESS }));
    expect(names.unknown()).toEqual(['office.example']);
    expect(await names.look(now)).toBe(true);
    expect(names.addresses()).toEqual([ADDRESS]);
    const again = new AllowedNames(['office.example'], names.save(), resolver({}));
    expect(await again.look(now)).toBe(false);
    expect(again.addresses()).toEqual([ADDRESS]);
  });

  it('that are not on it any more allow nobody; a damaged state is none', () => {
    const state = '[["office.example",["203.0.113.9","no address",7]],["gone.example",["203.0.113.8"]],5]';
    expect(new AllowedNames(['office.example'], state, resolver({})).addresses()).toEqual([ADDRESS]);
    expect(new AllowedNames(['office.example'], '{"a":', resolver({})).addresses()).toEqual([]);
  });
});

describe('a real name server on the loopback', () => {
  const open: ReturnType<typeof createSocket>[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  /** RFC 1035: answers A and PTR by the table, NXDOMAIN to what is not there; `mute` answers nothing at all. */
  async function serve(table: Readonly<Record<string, string>>, mute: RegExp = /^$/): Promise<string> {
    const server = createSocket('udp4');
    open.push(server);
    server.on('message', (question, { address, port }) => {
      const labels: string[] = [];
      let at = 12;
      while (question[at] !== 0) {
        const length = question[at]!;
        labels.push(question.toString('latin1', at + 1, at + 1 + length));
        at += 1 + length;
      }
      const name = labels.join('.').toLowerCase();
      const type = question.readUInt16BE(at + 1);
      if (mute.test(`${name} ${type}`)) return;
      const value = table[`${name} ${type}`];
      const isThere = Object.keys(table).some((key) => key.startsWith(`${name} `));
      const head = Buffer.from(question.subarray(0, at + 5));
      head.writeUInt16BE(0x8180 | (isThere ? 0 : 3), 2);
      head.writeUInt16BE(value === undefined ? 0 : 1, 6);
      head.writeUInt32BE(0, 8);
      const data =
        value === undefined
          ? null
          : type === 1
            ? Buffer.from(value.split('.').map(Number))
            : Buffer.concat([
                ...value
                  .split('.')
                  .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
                Buffer.from([0]),
              ]);
      const record = data === null ? Buffer.alloc(0) : Buffer.alloc(12);
      if (data !== null) {
        record.writeUInt16BE(0xc00c, 0);
        record.writeUInt16BE(type, 2);
        record.writeUInt16BE(1, 4);
        record.writeUInt32BE(60, 6);
        record.writeUInt16BE(data.length, 10);
      }
      server.send(Buffer.concat([head, record, data ?? Buffer.alloc(0)]), port, address);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('confirms whom it knows in both directions, and not whose name points at somebody else', async () => {
    const dns = realResolver([
      await serve({
        [`${NAME} 1`]: ADDRESS,
        '9.113.0.203.in-addr.arpa 12': NAME,
        'evil.host.example 1': '198.51.100.80',
        '80.100.51.198.in-addr.arpa 12': 'www.victim.example',
      }),
    ]);
    const { lookUps, confirmed } = world(60, dns);
    lookUps.want(NAME);
    lookUps.want('evil.host.example');
    lookUps.want('nobody.host.example');
    lookUps.second();
    while (lookUps.waiting > 0) await sleep(10);
    expect(confirmed).toEqual([[NAME, [ADDRESS]]]);
  });

  it('lets an allowed name keep its addresses where it answers half of what it is asked', async () => {
    const before = '[["office.example",["203.0.113.9","2001:db8::9"]]]';
    // AAAA (28) gets no answer: the address of the other family must not be forgotten
    const dns = realResolver([await serve({ 'office.example 1': '203.0.113.9' }, / 28$/)]);
    const names = new AllowedNames(['office.example'], before, dns);
    expect(await names.look(1_790_000_000)).toBe(false);
    expect(names.addresses()).toEqual(['203.0.113.9', '2001:db8::9']);
  }, 30_000);
});
