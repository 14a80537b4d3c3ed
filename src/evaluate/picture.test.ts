import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINS, NO_RELIABILITY, reliabilityOf } from './live/reliability.ts';
import { reliabilityPicture } from './live/reliability-picture.ts';
import { dot, line, linearScale, logScale, oddsScale, picture, text } from './picture.ts';

/** Whether tags nest and nothing else looks like one: enough of XML for what is drawn here. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [tag, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)([^<>]*)>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return false;
    } else if (!tag.endsWith('/>')) open.push(name!);
    if (!/^( [a-zA-Z-]+="[^"<]*")*\/?$/.test(rest!)) return false;
  }
  return open.length === 0 && !/&(?!(amp|lt|gt|quot);)/.test(svg);
}

describe('scales', () => {
  it('put ends on ends, equal steps on equal steps, and what is beyond on the end', () => {
    const linear = linearScale([0, 10], [100, 0]);
    expect([0, 5, 10, 11, -1].map(linear)).toEqual([100, 50, 0, 0, 100]);
    const log = logScale([1, 100], [0, 200]);
    expect([1, 10, 100, 0].map(log)).toEqual([0, 100, 200, 0]);
    const odds = oddsScale([0.1, 0.9], [0, 100]);
    expect(odds(0.5)).toBeCloseTo(50);
    expect([odds(0), odds(1)]).toEqual([0, 100]);
  });

  it('keep the order of values', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (a, b) => {
        const odds = oddsScale([0.05, 0.999], [0, 500]);
        expect(Math.sign(odds(a) - odds(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a picture', () => {
  it('is well-formed whatever it is told to write', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const svg = picture({ width: 10, height: 10 }, words, words, [text(1, 2, words)]);
        expect(isWellFormed(svg)).toBe(true);
      }),
    );
  });

  it('is the same on a repetition, with positions in tenths of a pixel', () => {
    expect(
      line(
        [
          [0, 1 / 3],
          [-0.01, 2],
        ],
        { colour: '#000' },
      ),
    ).toBe('<path d="M0 0.3L0 2" fill="none" stroke="#000" stroke-width="1.5"/>');
    expect(line([[1, 1]], { colour: '#000' })).toBe('');
    expect(dot(1, 2, 3, '#000')).toBe('<circle cx="1" cy="2" r="3" fill="#000"/>');
  });
});

describe('the reliability diagram', () => {
  it('has a dot and a number for each bin with sources, and says them in words', () => {
    const named = BINS.slice(1).map((from, i) => ({ source: `s${i}`, confidence: from + 0.0005 }));
    const scan = reliabilityOf(named, [], new Set(['s1', 's2', 's7']));
    const svg = reliabilityPicture({ scan, live: NO_RELIABILITY });
    expect(isWellFormed(svg)).toBe(true);
    expect(svg.match(/<circle /g)).toHaveLength(named.length + 2); // two of the legend
    expect(svg).toContain('scan, after the fact: 0.9995 stated, 1 of 1 belong.');
    expect(svg).not.toContain('NaN');
  });

  it('of nothing is an empty frame', () => {
    const svg = reliabilityPicture({ scan: NO_RELIABILITY, live: NO_RELIABILITY });
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).not.toContain('NaN');
    expect(svg).not.toContain('Infinity');
  });
});
