import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceOf } from './source.ts';

describe('one machine is one source, however a line writes it', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['192.0.2.1.', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::000a', '2001:db8::a'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:db8::192.0.2.33', '2001:db8::c000:221'],
    ['Host.Example', 'host.example'],
    ['host_1.example.', 'host_1.example'],
    ['203-0-113-5.dsl.example', '203-0-113-5.dsl.example'],
  ])('%s is %s', (text, expected) => {
    expect(sourceOf(text)?.text).toBe(expected);
  });
});

describe('what readers disagree about is no address', () => {
  test.each(['010.1.1.1', '0x7f.1', '1.2.3', '300.1.1.1', '192.030.0.6', '1.2.3.4.5'])('%s', (text) => {
    expect(sourceOf(text)).toEqual({ text, isAddress: false });
  });
});

describe('neither an address nor a host name', () => {
  test.each([
    '',
    '2001:db8:ffff:0:0:0:0:0:1',
    '2001:db8::1::2',
    ':::',
    '::1%',
    'a b',
    'a..b',
    '-a.example',
    'höst.example',
    '192.0.2.1/24',
    '<script>',
    'a'.repeat(256),
    '12345::',
    '1:2:3:4:5:6:7:8::',
  ])('%s', (text) => {
    expect(sourceOf(text)).toBeNull();
  });
});

describe('agrees with Node on what an address is', () => {
  test('for IPv6', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const source = sourceOf(text);
        expect(source?.isAddress).toBe(true);
        expect(isIP(source!.text)).toBeGreaterThan(0);
        expect(sourceOf(source!.text)).toEqual(source);
      }),
    );
  });
  test('for anything of their characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'f', ':', '.', '::'), maxLength: 30 }),
        (text) => {
          const own = sourceOf(text);
          if (!text.endsWith('.')) expect(own?.isAddress === true).toBe(isIP(text) > 0);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
