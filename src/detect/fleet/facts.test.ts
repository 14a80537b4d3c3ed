import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_DETECT_OPTIONS } from '../../model/detection.ts';
import { type AttemptRow, AttemptTableBuilder } from '../../model/table.ts';
import { classifyVisitors } from '../visitors.ts';
import { addedFacts, factsOf, NO_FACTS, witnessesOf } from './facts.ts';
import { keyOf, shareOf } from './key.ts';

const attempts = fc.array(
  fc.record({
    source: fc.integer({ min: 0, max: 12 }).map((i) => `192.0.2.${i}`),
    user: fc.constantFrom('root', 'amanda', 'alias', 'backup', 'carol'),
    success: fc.integer({ min: 0, max: 4 }).map((i) => i === 0),
    known: fc.boolean(),
    sensor: fc.constantFrom('a.example', 'b.example'),
  }),
  { minLength: 1, maxLength: 120 },
);

function tableOf(rows: readonly Omit<AttemptRow, 'time' | 'method'>[], share = 0, shares = 1) {
  const builder = new AttemptTableBuilder();
  rows.forEach((row, i) => {
    if (shareOf(keyOf(row.source), shares) === share)
      builder.append({ ...row, time: 1_700_000_000 + 700 * i, method: 'password' });
  });
  return builder.finish();
}

const judged = (table: ReturnType<typeof tableOf>) => classifyVisitors(table, DEFAULT_DETECT_OPTIONS);

describe('what shares of the sources tell of names', () => {
  it('adds up to what one table says', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 7 }), (rows, shares) => {
        const whole = tableOf(rows);
        const parts = Array.from({ length: shares }, (_, share) => tableOf(rows, share, shares));
        const sum = parts.map((part) => factsOf(part, judged(part))).reduce(addedFacts, NO_FACTS);
        expect(sum).toEqual(factsOf(whole, judged(whole)));
      }),
    );
  });

  it('is enough to judge each source as in one table', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 7 }), (rows, shares) => {
        const whole = tableOf(rows);
        const visitors = judged(whole);
        const facts = factsOf(whole, visitors);
        for (let share = 0; share < shares; share++) {
          const part = tableOf(rows, share, shares);
          const own = classifyVisitors(part, DEFAULT_DETECT_OPTIONS, witnessesOf(part, facts));
          part.sources.forEach((source, s) => {
            const there = whole.sources.indexOf(source);
            expect([own.kind[s], own.house[s]]).toEqual([visitors.kind[there], visitors.house[there]]);
          });
        }
      }),
    );
  });
});
