import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, networkAt, networkText, parseNetwork, parseTarget, Ranges } from './network.ts';

const quad = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
const groups = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.map((part) => part.toString(16)).join(':'));
const network = fc.oneof(
  fc.tuple(quad, fc.nat(32)).map(([address, prefix]) => `${address}/${prefix}`),
  fc.tuple(groups, fc.nat(128)).map(([address, prefix]) => `${address}/${prefix}`),
  quad,
  groups,
);

describe('a network', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:1::7', '2001:db8::1:0:0:7'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
    ['::/0', '::/0'],
  ])('%s is %s', (text, canonical) => {
    expect(networkText(parseNetwork(text)!)).toBe(canonical);
  });

  it.each([
    'host.example',
    '010.0.0.1',
    '0x7f.1',
    '127.1',
    '2130706433',
    '192.0.2.7.',
    '192.0.2.7/33',
    '192.0.2.7/032',
    '192.0.2.7/-1',
    '192.0.2.7/',
    '192.0.2.7/24/24',
    '192.0.2.7 ',
    '192.0.2.7\n',
    'fe80::1%eth0',
    '2001:db8::/129',
    '::ffff:192.0.2.7/95',
    '[2001:db8::1]',
    '-A INPUT',
    '',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });

  it('is written as it is read', () => {
    fc.assert(
      fc.property(network, (text) => {
        const parsed = parseNetwork(text)!;
        expect(parseTarget(networkText(parsed))).toEqual(parsed);
      }),
    );
  });

  it('whatever the text, what comes back is of nothing but digits, letters to f, dots, colons and a slash', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), network), (text) => {
        const parsed = parseNetwork(text);
        if (parsed !== null) expect(networkText(parsed)).toMatch(/^[0-9a-f.:]+(?:\/\d+)?$/);
      }),
    );
  });
});

describe('ranges', () => {
  it('say what a search one by one says', () => {
    fc.assert(
      fc.property(fc.array(network), network, (texts, text) => {
        const networks = texts.map((one) => parseNetwork(one)!);
        const asked = parseNetwork(text)!;
        const slowly = networks.some((one) => contains(one, asked) || contains(asked, one));
        expect(new Ranges(networks).overlaps(asked)).toBe(slowly);
      }),
    );
  });

  it('that touch are one, across the whole of a family too', () => {
    const ranges = new Ranges([parseNetwork('0.0.0.0/1')!, parseNetwork('128.0.0.0/1')!]);
    expect(ranges.overlaps(networkAt(4, 0xffffffffn, 32))).toBe(true);
    expect(ranges.overlaps(networkAt(6, 0n, 128))).toBe(false);
  });
});
