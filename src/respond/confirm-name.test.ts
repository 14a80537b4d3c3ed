import { describe, expect, it } from 'vitest';
import { allowedByName, confirmName, type Resolver } from './confirm-name.ts';

const resolver = (forward: Record<string, string[]>, reverse: Record<string, string[]>): Resolver => ({
  forward: (name) =>
    forward[name] ? Promise.resolve(forward[name]) : Promise.reject(new Error('ENOTFOUND')),
  reverse: (address) =>
    reverse[address] ? Promise.resolve(reverse[address]) : Promise.reject(new Error('ENOTFOUND')),
});

describe('a source that is a name', () => {
  it('gives its address where forward and reverse agree', async () => {
    const dns = resolver(
      { 'dsl-9.host.example': ['203.0.113.9'] },
      { '203.0.113.9': ['DSL-9.host.example.'] },
    );
    expect(await confirmName('dsl-9.host.example', 'sshd', dns)).toEqual(['203.0.113.9']);
  });

  it('that was pointed at a victim afterwards gives nothing', async () => {
    const dns = resolver({ 'evil.example': ['198.51.100.80'] }, { '198.51.100.80': ['www.victim.example'] });
    expect(await confirmName('evil.example', 'sshd', dns)).toEqual([]);
  });

  it("that is a victim's, in a log of a service that checks nothing, gives nothing", async () => {
    const dns = resolver(
      { 'www.victim.example': ['198.51.100.80'] },
      { '198.51.100.80': ['www.victim.example'] },
    );
    expect(await confirmName('www.victim.example', 'vsftpd', dns)).toEqual([]);
  });

  it('gives nothing where one of its addresses is not confirmed, where there are many, or none', async () => {
    const half = resolver({ 'a.example': ['203.0.113.1', '203.0.113.2'] }, { '203.0.113.1': ['a.example'] });
    expect(await confirmName('a.example', 'sshd', half)).toEqual([]);
    const many = ['1', '2', '3', '4', '5'].map((n) => `203.0.113.${n}`);
    const crowd = resolver(
      { 'a.example': many },
      Object.fromEntries(many.map((one) => [one, ['a.example']])),
    );
    expect(await confirmName('a.example', 'sshd', crowd)).toEqual([]);
    expect(await confirmName('gone.example', 'sshd', crowd)).toEqual([]);
  });
});

describe('a name of the allow-list', () => {
  it('keeps the addresses that it had while it cannot be looked up', async () => {
    const before = new Map([['office.example', ['203.0.113.77']]]);
    expect(
      await allowedByName(
        ['office.example', 'vpn.example'],
        before,
        resolver({ 'vpn.example': ['192.0.2.9'] }, {}),
      ),
    ).toEqual(
      new Map([
        ['office.example', ['203.0.113.77']],
        ['vpn.example', ['192.0.2.9']],
      ]),
    );
  });
});
