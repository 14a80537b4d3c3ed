import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphabetPosition } from './alphabet.ts';
import { walkReport } from './walk.ts';

const DAY = 86_400;
const tries = (names: string) => names.split(' ').map((name, i) => ({ name, time: i * DAY }));

describe('the place of a name in the alphabet', () => {
  it.each([
    ['aaron', 0, 0.02],
    ['hedda', 0.42, 0.46],
    ['mary', 0.6, 0.7],
    ['zoe', 0.98, 1],
    ['7up', 0, 0],
    ['用户', 1, 1],
    ['', 0, 0],
  ])('%s stands between %d and %d', (name, from, to) => {
    expect(alphabetPosition(name)).toBeGreaterThanOrEqual(from);
    expect(alphabetPosition(name)).toBeLessThanOrEqual(to);
  });

  it('minds neither case nor accents', () => {
    expect(alphabetPosition('ÉMILE')).toBe(alphabetPosition('emile'));
  });

  it('never steps back as names go on', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        expect(alphabetPosition(first)).toBeLessThanOrEqual(alphabetPosition(second));
      }),
    );
  });

  it('is in [0, 1] for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(alphabetPosition(name)).toBeGreaterThanOrEqual(0);
        expect(alphabetPosition(name)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('how far a walk has come', () => {
  it('goes from the first to the last name in order and does not mind those tried all along', () => {
    const walk = walkReport(
      tries('root alias amanda admin bert clara dora emil'),
      'alphabetical',
      true,
      7 * DAY,
    );
    expect(walk).toMatchObject({ start: 'alias', current: 'emil' });
    expect(walk!.position).toBeGreaterThan(0.25);
    expect(walk!.position).toBeLessThan(0.35);
  });

  it('forecasts the end of a walk of the 2008 shape: by hedda after 13 days, near the end of December', () => {
    const start = Date.parse('2008-11-19T15:04:22Z') / 1000;
    const end = Date.parse('2008-12-02T12:19:48Z') / 1000;
    const walk = walkReport(
      [
        { name: 'alias', time: start },
        { name: 'hedda', time: end },
      ],
      'alphabetical',
      true,
      end,
    );
    // it really ended on 2008-12-30; the straight line says a little sooner
    expect(walk!.estimatedEnd! > '2008-12-15').toBe(true);
    expect(walk!.estimatedEnd! < '2009-01-05').toBe(true);
  });

  it('goes backwards as well', () => {
    const walk = walkReport(tries('zoe wanda vera tom sam rita'), 'reverse-alphabetical', true, 5 * DAY);
    expect(walk).toMatchObject({ start: 'zoe', current: 'rita' });
    expect(walk!.estimatedEnd).not.toBeNull();
  });

  it('forecasts nothing of one that is over, or has hardly begun', () => {
    expect(walkReport(tries('alias emil'), 'alphabetical', false, DAY)!.estimatedEnd).toBeNull();
    expect(walkReport(tries('alias alibi'), 'alphabetical', true, DAY)!.estimatedEnd).toBeNull();
    expect(walkReport(tries('alias'), 'alphabetical', true, 0)).toBeNull();
    expect(walkReport([], 'alphabetical', true, 0)).toBeNull();
  });
});
