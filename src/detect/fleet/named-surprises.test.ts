import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compared, inOneOrder } from './named-surprises.ts';

describe('surprises with names', () => {
  it('are put in the order that comparing them gives, however large the numbers are', () => {
    const surprise = (most: number) => fc.tuple(fc.nat(most), fc.nat(14), fc.nat(most));
    const few = fc.array(surprise(5), { maxLength: 40 });
    const many = fc.array(surprise(2 ** 32 - 1), { maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(few, many), (list) => {
        const given = {
          tick: Uint32Array.from(list, ([tick]) => tick),
          class: Uint8Array.from(list, ([, c]) => c),
          name: Uint32Array.from(list, ([, , name]) => name),
        };
        expect(inOneOrder(given)).toEqual(compared(given));
      }),
    );
  });
});
