import { describe, expect, it } from 'vitest';
import { loggedInFrom, type MachineEffects, readMachine } from './machine.ts';
import { parseNetwork } from './network.ts';
import { createNever, DEFAULT_NEVER_OPTIONS } from './never.ts';
import type { Run } from './run.ts';

const says =
  (stdout: string): Run =>
  () =>
    Promise.resolve({ status: 0, stdout, stderr: '', trouble: null });
const quiet: MachineEffects = {
  environment: {},
  interfaceAddresses: () => [],
  readText: () => null,
  run: says(''),
};

const ROUTE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	FE0200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;
const IPV6_ROUTE = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
20010db8000100000000000000000000 40 00000000000000000000000000000000 00 20010db800010000000000000000ffff 00000400 00000001 00000000 00000003     eth0
`;

describe('this machine', () => {
  it('is known by its interfaces, gateways and the session that runs the command', async () => {
    const machine = await readMachine({
      ...quiet,
      environment: { SSH_CONNECTION: '203.0.113.77 50412 192.0.2.1 22', SSH_CLIENT: '203.0.113.77 50412 22' },
      interfaceAddresses: () => ['127.0.0.1', '192.0.2.1', 'fe80::5054:ff:fe12:3456%eth0', '2001:db8:1::1'],
      readText: (path) => (path === '/proc/net/route' ? ROUTE : IPV6_ROUTE),
    });
    expect(machine.own).toEqual(['127.0.0.1', '192.0.2.1', 'fe80::5054:ff:fe12:3456', '2001:db8:1::1']);
    expect(machine.gateways).toContain('192.0.2.254');
    expect(machine.gateways).toContain('2001:db8:1::ffff');
    expect(machine.sessions).toEqual(['203.0.113.77']);
    const never = createNever(DEFAULT_NEVER_OPTIONS, machine);
    const why = (text: string) => never.why(parseNetwork(text)!);
    expect([why('192.0.2.254'), why('192.0.2.0/24'), why('203.0.113.77'), why('203.0.113.78')]).toEqual([
      'gateway',
      'own-address',
      'session',
      null,
    ]);
  });

  it('on a BSD has the gateways that netstat lists', async () => {
    const table = `Routing tables

Internet:
Destination        Gateway            Flags   Refs      Use   Mtu  Prio Iface
default            192.0.2.254        UGS        5      142     -     8 em0
192.0.2/24         192.0.2.1          UCn        1        0     -     4 em0

Internet6:
Destination        Gateway            Flags
default            fe80::1%em0        UGS
`;
    const { gateways } = await readMachine({ ...quiet, run: says(table) });
    expect(gateways).toEqual(['192.0.2.254', '192.0.2.1', 'fe80::1']);
  });

  it('is known as far as it can be read', async () => {
    const machine = await readMachine({
      ...quiet,
      interfaceAddresses: () => {
        throw new Error('EPERM');
      },
      environment: { SSH_CONNECTION: 'UNKNOWN 65535 UNKNOWN 65535' },
    });
    expect(machine).toEqual({ own: [], gateways: [], sessions: [] });
  });

  it('really has a loopback address', async () => {
    expect((await readMachine()).own).toContain('127.0.0.1');
  });

  it('knows where those who are logged in come from', async () => {
    const who =
      'ann      pts/0        2026-11-22 10:01 (203.0.113.77)\nbob      tty1         2026-11-22 09:00\n';
    expect(await loggedInFrom(says(who))).toEqual(['203.0.113.77']);
  });
});

describe('the allow-list', () => {
  it('must be addresses and networks', () => {
    expect(() => createNever({ ...DEFAULT_NEVER_OPTIONS, allow: ['office'] }, null)).toThrow(
      expect.objectContaining({ code: 'bad-config' }) as Error,
    );
  });

  it('protects an IPv4 address however it is written', () => {
    const never = createNever({ ...DEFAULT_NEVER_OPTIONS, allow: ['::ffff:203.0.113.9'] }, null);
    expect(never.why(parseNetwork('203.0.113.9')!)).toBe('allow-listed');
  });

  it('and private networks may be blocked only where that is asked for', () => {
    const target = parseNetwork('192.168.1.7')!;
    expect(createNever(DEFAULT_NEVER_OPTIONS, null).why(target)).toBe('private');
    expect(createNever({ ...DEFAULT_NEVER_OPTIONS, blockPrivate: true }, null).why(target)).toBeNull();
  });
});
