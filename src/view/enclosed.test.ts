import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEnclosed, type Enclosed, encodeEnclosed } from './enclosed.ts';
import { NO_INDEX, type Overview, type Picture } from './site.ts';

const overview = { says: ['quiet'] } as unknown as Overview;

/** Texts numbered in order of first appearance, as pictures have them. */
function numbered(wanted: readonly number[]): Uint32Array {
  const numbers = new Map<number, number>();
  return Uint32Array.from(wanted, (one) => {
    if (one === 0) return NO_INDEX;
    if (!numbers.has(one)) numbers.set(one, numbers.size);
    return numbers.get(one)!;
  });
}

const attempt = fc.record({
  gap: fc.integer({ min: 0, max: 3_000_000 }),
  user: fc.nat(300),
  source: fc.integer({ min: 1, max: 300 }),
  sensor: fc.nat(65_535),
  campaign: fc.nat(65_535),
  flags: fc.nat(255),
});

function pictureOf(
  attempts: readonly { [K in 'gap' | 'user' | 'source' | 'sensor' | 'campaign' | 'flags']: number }[],
): Picture {
  let time = 0;
  return {
    length: attempts.length,
    isThinned: false,
    all: attempts.length,
    from: 1_227_106_000,
    time: Uint32Array.from(attempts, ({ gap }) => (time += gap)),
    user: numbered(attempts.map(({ user }) => user)),
    source: numbered(attempts.map(({ source }) => source)),
    sensor: Uint16Array.from(attempts, ({ sensor }) => sensor),
    campaign: Uint16Array.from(attempts, ({ campaign }) => campaign),
    flags: Uint8Array.from(attempts, ({ flags }) => flags),
    seq: Float64Array.from(attempts, (_, i) => i + 1),
    users: ['root', '</script><script>alert(1)</script>', '\u202eevil'],
    sources: ['192.0.2.1'],
    sensors: ['host.example'],
    campaigns: ['c1'],
  };
}

const enclosed = (picture: Picture, timeStep = 1): Enclosed => ({
  overview,
  campaigns: [],
  picture,
  timeStep,
  names: 'hidden',
  lines: [],
});

test('what is read is what was written, whatever the attempts', () => {
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 200 }), (attempts) => {
      const before = enclosed(pictureOf(attempts));
      expect(decodeEnclosed(encodeEnclosed(before))).toEqual(before);
    }),
  );
});

test('times are never off by more than the step that the header tells', () => {
  fc.assert(
    fc.property(
      fc.array(attempt, { maxLength: 100 }),
      fc.integer({ min: 1, max: 7200 }),
      (attempts, step) => {
        const before = pictureOf(attempts);
        const after = decodeEnclosed(encodeEnclosed(enclosed(before, step))).picture;
        for (let i = 0; i < before.length; i++) {
          const late = before.time[i]! - after.time[i]!;
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThan(step);
        }
      },
    ),
  );
});

test('what was cut off says so', () => {
  const bytes = encodeEnclosed(
    enclosed(pictureOf([{ gap: 5, user: 1, source: 1, sensor: 0, campaign: 1, flags: 4 }])),
  );
  expect(() => decodeEnclosed(bytes.subarray(0, bytes.length - 1))).toThrow('cut off');
  expect(() => decodeEnclosed(bytes.subarray(0, 20))).toThrow('no header');
});
