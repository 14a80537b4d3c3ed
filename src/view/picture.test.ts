import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw } from './drawing.ts';
import { decodePicture, encodePicture, joined } from './picture.ts';
import { NO_INDEX } from './site.ts';

const rows = fc.array(
  fc.record({
    time: fc.nat(1_000_000),
    user: fc.option(fc.nat(5), { nil: null }),
    source: fc.nat(9),
    sensor: fc.nat(3),
    campaign: fc.nat(2),
    flags: fc.nat(15),
  }),
  { maxLength: 60 },
);
const NAMES = ['alias', 'amanda', '\u202eevil', '<b>', '', 'böse'];

function columnsOf(unordered: typeof rows extends fc.Arbitrary<infer R> ? R : never) {
  const all = [...unordered].sort((a, b) => a.time - b.time);
  return {
    length: all.length,
    time: Float64Array.from(all, ({ time }) => 1_700_000_000 + time),
    user: Uint32Array.from(all, ({ user }) => user ?? NO_INDEX),
    source: Uint32Array.from(all, ({ source }) => source),
    sensor: Uint16Array.from(all, ({ sensor }) => sensor),
    campaign: Uint16Array.from(all, ({ campaign }) => campaign),
    flags: Uint8Array.from(all, ({ flags }) => flags),
    seq: Float64Array.from(all, (_, i) => i + 1),
  };
}

const texts = {
  user: (index: number) => NAMES[index]!,
  source: (index: number) => `192.0.2.${index}`,
  sensor: (index: number) => `host${index}.example`,
  campaigns: ['c1', 'c2'],
};

describe('a picture', () => {
  it('comes out as it went in, at any place of a larger buffer', () => {
    fc.assert(
      fc.property(rows, fc.nat(9), (some, shift) => {
        const picture = draw(columnsOf(some), texts, { limit: 1000 });
        const bytes = joined(encodePicture(picture));
        const larger = new Uint8Array(bytes.length + shift);
        larger.set(bytes, shift);
        expect(decodePicture(larger.subarray(shift))).toEqual(picture);
      }),
    );
  });

  it('cut off anywhere is an error in words', () => {
    const bytes = joined(
      encodePicture(
        draw(columnsOf([{ time: 1, user: 0, source: 1, sensor: 0, campaign: 1, flags: 0 }]), texts, {
          limit: 9,
        }),
      ),
    );
    for (let end = 0; end < bytes.length; end += 7)
      expect(() => decodePicture(bytes.subarray(0, end))).toThrow(/picture/);
  });

  it('of too many attempts keeps those of campaigns, and of the others as many as there is room for', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 40 }), (some, limit) => {
        const columns = columnsOf(some);
        const picture = draw(columns, texts, { limit });
        const inCampaigns = columns.campaign.filter((one) => one > 0).length;
        expect(picture.length).toBe(Math.min(limit, some.length));
        expect(picture.campaign.filter((one) => one > 0).length).toBe(Math.min(limit, inCampaigns));
        expect(picture.all).toBe(some.length);
        expect(picture.isThinned).toBe(some.length > limit);
      }),
    );
  });
});
