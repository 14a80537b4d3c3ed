// Where an address is: by files of every maker, by those that lie in the usual folders, and by none. Damage is said once and does
// not stop anybody.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mmdb, type Value } from '../../../tests/read/mmdb.ts';
import { Trouble } from '../../model/error.ts';
import { type Atlas, openAtlas } from './atlas.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-places-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, bytes: Buffer | string) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
/** An atlas of these files; nothing may go wrong. */
const atlasOf = (...files: string[]): Atlas =>
  openAtlas({ files, look: false }, (trouble) => expect.unreachable(trouble.message));

const COUNTRIES: Record<string, Value> = {
  '203.0.113.0/24': { country: { iso_code: 'NO', names: { en: 'Norway' } } },
  '2001:db8::/32': { country: { iso_code: 'NL' } },
};

describe('a MaxMind DB file', () => {
  it('tells the country of an address of either family, and nothing of others', () => {
    const atlas = atlasOf(write('c.mmdb', mmdb('GeoLite2-Country', COUNTRIES)));
    expect(atlas.placeOf('203.0.113.9')).toEqual({ country: 'NO', asn: null, network: null });
    expect(atlas.placeOf('2001:db8:1::9')).toEqual({ country: 'NL', asn: null, network: null });
    for (const source of ['198.51.100.1', '2001:db9::1', 'dsl.host.example', '', '1.2.3', '203.0.113.9\n'])
      expect(atlas.placeOf(source)).toBe(null);
  });
  it('is asked together with another that tells the network', () => {
    const networks = {
      '203.0.113.0/25': { autonomous_system_number: 64500, autonomous_system_organization: 'Example Net' },
    };
    const atlas = atlasOf(
      write('c.mmdb', mmdb('DBIP-Country-Lite', COUNTRIES)),
      write('a.mmdb', mmdb('DBIP-ASN-Lite (compat=GeoLite2-ASN)', networks)),
    );
    expect(atlas.placeOf('203.0.113.9')).toEqual({ country: 'NO', asn: 64500, network: 'Example Net' });
    expect(atlas.placeOf('203.0.113.200')).toEqual({ country: 'NO', asn: null, network: null });
  });
  it.each([
    ['GeoLite2-Country', /MaxMind/],
    ['DBIP-Country-Lite', /DB-IP/],
    ['ipinfo standard_location.mmdb', /IPinfo/],
  ])('of %s has the words that its licence wants shown', (type, words) => {
    const { attributions, files } = atlasOf(write('c.mmdb', mmdb(type, COUNTRIES)));
    expect(attributions).toHaveLength(1);
    expect(attributions[0]).toMatch(words);
    expect(files[0]).toMatchObject({ title: type, made: 1_790_000_000 });
  });
  it.each<[string, Value, object]>([
    [
      'IPinfo',
      { country: 'DE', asn: 'AS64501', as_name: 'Net' },
      { country: 'DE', asn: 64501, network: 'Net' },
    ],
    ['ip-location-db', { country_code: 'de' }, { country: 'DE', asn: null, network: null }],
    [
      'only registered',
      { registered_country: { iso_code: 'FR' } },
      { country: 'FR', asn: null, network: null },
    ],
    ['traits', { traits: { autonomous_system_number: 64502 } }, { country: null, asn: 64502, network: null }],
  ])('names its fields in its own way: %s', (_, value, place) => {
    const atlas = atlasOf(write('x.mmdb', mmdb('x', { '192.0.2.0/24': value })));
    expect(atlas.placeOf('192.0.2.1')).toEqual(place);
  });
  it('that tells something else tells no place', () => {
    for (const value of [
      'NO',
      7,
      ['NO'],
      { country: 'Norway' },
      { country: { iso_code: 'N0' } },
      { asn: 'AS0' },
    ] as const)
      expect(atlasOf(write('y.mmdb', mmdb('x', { '192.0.2.0/24': value }))).placeOf('192.0.2.1')).toBe(null);
  });
});

describe('a file that is none', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['a text', Buffer.from('not a database\n')],
    ['a MaxMind DB file cut short', mmdb('GeoLite2-Country', COUNTRIES).subarray(0, 300)],
    ['an end without a tree', mmdb('GeoLite2-Country', COUNTRIES, { node_count: 1 << 30 })],
    ['of a version to come', mmdb('GeoLite2-Country', COUNTRIES, { binary_format_major_version: 3 })],
  ])('is refused where it is named: %s', (_, bytes) => {
    const path = write('bad.mmdb', bytes);
    const open = () => openAtlas({ files: [path], look: false }, () => {});
    expect(open).toThrow(Trouble);
    expect(open).toThrow(path);
  });
  it('is named where it is not there', () => {
    expect(() => openAtlas({ files: ['/nonexistent/x.mmdb'], look: false }, () => {})).toThrow(
      /there is no such file/,
    );
  });
  it('is told once and left out where it was only found', () => {
    const found = mkdtempSync(join(folder, 'found-'));
    writeFileSync(join(found, 'GeoLite2-ASN.mmdb'), 'junk');
    writeFileSync(join(found, 'GeoLite2-Country.mmdb'), mmdb('GeoLite2-Country', COUNTRIES));
    const told: string[] = [];
    const atlas = openAtlas({ files: [], look: true, folders: [found] }, ({ message }) => told.push(message));
    expect(told).toEqual([expect.stringMatching(/GeoLite2-ASN\.mmdb: is damaged/)]);
    expect(atlas.placeOf('203.0.113.9')?.country).toBe('NO');
  });
  it('never makes a look-up throw or hang, whatever byte of it is another', () => {
    const good = mmdb('GeoLite2-Country', COUNTRIES);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        try {
          const told: Trouble[] = [];
          const atlas = openAtlas({ files: [write('odd.mmdb', bytes)], look: false }, (one) =>
            told.push(one),
          );
          for (const source of ['203.0.113.9', '2001:db8::1', '198.51.100.1']) {
            const place = atlas.placeOf(source);
            if (place?.country != null) expect(place.country).toMatch(/^[A-Z]{2}$/);
          }
          expect(told.length).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toBeInstanceOf(Trouble);
        }
      }),
      { numRuns: 300 },
    );
  });
  it('that refers to itself over and over is read once', () => {
    // each map has two entries that point at the map before it: 2^40 values, written out
    const at: number[] = [];
    const bytes: number[] = [];
    at.push(0);
    bytes.push(0x41, 0x78); // the text x
    for (let depth = 1; depth <= 40; depth++) {
      const before = at[depth - 1]!;
      at.push(bytes.length);
      const pointer = [0x20 | (before >> 8), before & 0xff];
      bytes.push(0xe2, 0x41, 0x61, ...pointer, 0x41, 0x62, ...pointer);
    }
    const shell = mmdb('x', { '192.0.2.0/24': 'x' });
    const tail = shell.indexOf(Buffer.from('abcdef4d', 'hex'));
    const tree = Buffer.from(shell.subarray(0, tail - 2));
    // the one record that points at data points at the last map instead
    const nodes = (tree.length - 16) / 6;
    for (let i = 0; i < nodes * 2; i++)
      if (tree.readUIntBE(i * 3, 3) > nodes) tree.writeUIntBE(nodes + 16 + at[40]!, i * 3, 3);
    const bomb = Buffer.concat([tree, Buffer.from(bytes), shell.subarray(tail)]);
    expect(atlasOf(write('bomb.mmdb', bomb)).placeOf('192.0.2.1')).toBe(null);
  });
});

const TOR = `# This file has been converted from the IPFire Location database
# Generated: Thu, 25 Jun 2026 04:33:59 GMT
# Vendor:    IPFire Project
# License:   CC BY-SA 4.0
#
3221225984,3221226239,AU
3325256704,3325256959,??
3405803776,3405804031,NO
`;
const TOR6 =
  '# Vendor:    IPFire Project\n2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,NL\n2001:db8:5::,2001:db8:5::ffff,BE\n';

describe('a table of tor', () => {
  it('tells countries, both families together', () => {
    const atlas = atlasOf(write('geoip', TOR), write('geoip6', TOR6));
    const countries = [
      '192.0.2.0',
      '192.0.2.255',
      '192.0.3.0',
      '203.0.113.1',
      '198.51.100.1',
      '2001:db8::9',
      '2001:db8:5::1',
      '2001:db8:6::',
    ];
    expect(countries.map((source) => atlas.placeOf(source)?.country ?? null)).toEqual([
      'AU',
      'AU',
      null,
      'NO',
      null,
      'NL',
      'BE',
      null,
    ]);
    expect(atlas.attributions[0]).toMatch(/IPFire Location database.*CC BY-SA 4\.0/);
    expect(atlas.files[0]?.made).toBe(Date.parse('2026-06-25T04:33:59Z') / 1000);
  });
  it('that is damaged is said once, at the first look-up', () => {
    const told: string[] = [];
    const path = write('bad-geoip', `${TOR}5,6,NO\n7,x,NO\n`);
    const atlas = openAtlas({ files: [path], look: false }, ({ message }) => told.push(message));
    expect(atlas.placeOf('192.0.2.1')).toBe(null);
    expect(atlas.placeOf('203.0.113.1')).toBe(null);
    expect(told).toEqual([expect.stringMatching(/bad-geoip: is damaged/)]);
  });
  it.skipIf(!existsSync('/usr/share/tor/geoip'))('of Debian (tor-geoipdb) is found by itself', () => {
    const atlas = openAtlas({ files: [], look: true, folders: ['/usr/share/tor'] }, (trouble) =>
      expect.unreachable(trouble.message),
    );
    // the root servers of the RIPE NCC and of Japan's WIDE project have not moved for thirty years
    expect(atlas.placeOf('193.0.6.139')?.country).toBe('NL');
    expect(atlas.placeOf('202.12.27.33')?.country).toBe('JP');
    expect(atlas.placeOf('2001:db8::1')).toBe(null);
    expect(atlas.placeOf('2001:67c:2e8:22::c100:68b')?.country).toBe('NL');
    expect(atlas.attributions[0]).toMatch(/IPFire/);
  });
});

describe('nothing', () => {
  it('that is found or named is no place and no complaint', () => {
    const atlas = openAtlas({ files: [], look: true, folders: ['/nonexistent'] }, () => expect.unreachable());
    expect(atlas.placeOf('203.0.113.9')).toBe(null);
    expect(atlas.files).toEqual([]);
  });
});
