// Dots in braille and in ASCII: a walk is a diagonal, one name a line, and the drawing never leaves its box.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plot } from './plot.ts';

const walk = (n: number) => ({
  time: Array.from({ length: n }, (_, i) => i * 100),
  name: Array.from({ length: n }, (_, i) => i),
  names: n,
});

describe('a plot', () => {
  it('of a walk through a list is a diagonal', () => {
    expect(plot(walk(32), { columns: 16, lines: 8, unicode: true })).toEqual([
      '⠑⢄',
      '  ⠑⢄',
      '    ⠑⢄',
      '      ⠑⢄',
      '        ⠑⢄',
      '          ⠑⢄',
      '            ⠑⢄',
      '              ⠑⢄',
    ]);
    expect(plot(walk(8), { columns: 8, lines: 4, unicode: false })).toEqual([
      "'.",
      "  '.",
      "    '.",
      "      '.",
    ]);
  });
  it('of one name is a line', () => {
    expect(
      plot(
        { ...walk(16), name: new Array<number>(16).fill(0), names: 1 },
        { columns: 8, lines: 8, unicode: true },
      ),
    ).toEqual(['⠉⠉⠉⠉⠉⠉⠉⠉']);
  });
  it('of nothing is nothing', () => {
    expect(plot({ time: [], name: [], names: 0 }, { columns: 8, lines: 8, unicode: true })).toEqual([]);
  });
  it('stays within its columns and lines, whatever it draws', () => {
    const dots = fc.array(fc.tuple(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.nat(50)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        dots,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (all, columns, lines, unicode) => {
          const drawn = plot(
            { time: all.map(([t]) => t), name: all.map(([, n]) => n), names: 51 },
            { columns, lines, unicode },
          );
          expect(drawn.length).toBeLessThanOrEqual(lines);
          for (const line of drawn) expect(line).toMatch(unicode ? /^[ \u2801-\u28ff]*$/ : /^[ '.:]*$/);
          for (const line of drawn) expect(line.length).toBeLessThanOrEqual(columns);
          if (all.length > 0) expect(drawn.join('').trim()).not.toBe('');
        },
      ),
    );
  });
});
