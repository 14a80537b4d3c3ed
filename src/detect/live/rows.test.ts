import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Memory } from './memory.ts';
import type { NameState, SourceState } from './remembered.ts';
import { type Row, Rows } from './rows.ts';
import { StateNumbers } from './states.ts';
import { statesOf } from './states-again.ts';

/** Two sources and two names that a memory has made. */
function people(): { sources: SourceState[]; names: NameState[] } {
  const memory = new Memory({
    falseCampaignsPerYear: 1,
    loudFailures: 5,
    loudSeconds: 600,
    memoryDays: 90,
    memoryAttempts: 100,
  });
  const taken = ['192.0.2.1', 'böse.example'].map((source) =>
    memory.take({
      time: 0,
      source,
      user: `of ${source}`,
      sensor: 'host.example',
      success: false,
      known: null,
      method: null,
    }),
  );
  return { sources: taken.map(({ source }) => source), names: taken.map(({ name }) => name!) };
}

/** As many pushes and forgettings, in any order, as make a ring go round and grow. */
const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ push: fc.nat({ max: 900 }) }) },
    { weight: 2, arbitrary: fc.record({ keep: fc.nat({ max: 1500 }) }) },
  ),
  { maxLength: 12 },
);

function told(rows: Rows): Row[] {
  return Array.from({ length: rows.length }, (_, i) => rows.row(rows.at(i)));
}

describe('rows in a ring', () => {
  it('are a queue: what a plain list does, forgetting from its beginning; saved, it goes on', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        const { sources, names } = people();
        let rows = new Rows();
        let list: Row[] = [];
        let n = 0;
        for (const deed of all) {
          if ('push' in deed) {
            for (let i = 0; i < deed.push; i++) {
              const row: Row = {
                order: 3 * n,
                time: 1_700_000_000.5 + (n >> 1),
                source: sources[n % 2]!,
                name: n % 3 === 0 ? null : names[n % 2]!,
                sensor: `h${n % 5}.example`,
                account: n % 3,
                method: n % 7,
                service: n % 256,
              };
              rows.push(row);
              list.push(row);
              n++;
            }
          } else {
            const gone: (SourceState | NameState | null)[] = [];
            rows.age(Number.NEGATIVE_INFINITY, deed.keep, (source, name) => gone.push(source, name));
            const left = list.slice(Math.max(0, list.length - deed.keep));
            expect(gone).toEqual(
              list.slice(0, list.length - left.length).flatMap(({ source, name }) => [source, name]),
            );
            list = left;
          }
          expect(told(rows)).toEqual(list);
          const numbers = new StateNumbers();
          const saved = rows.save(numbers);
          const states = statesOf(numbers.save(), 5);
          const again = new Rows();
          again.restore(saved, states);
          const same = new Map<object | null, object | null>([[null, null]]);
          for (const source of sources) same.set(source, states.sources[source.index]!);
          for (const name of names) same.set(name, states.names[name.index]!);
          told(again).forEach((row, i) => {
            expect({ ...row, source: 0, name: 0 }).toEqual({ ...list[i]!, source: 0, name: 0 });
            expect(row.source).toBe(same.get(list[i]!.source));
            expect(row.name).toBe(same.get(list[i]!.name));
          });
          rows = new Rows();
          rows.restore(saved, { sources, names, visits: [], campaigns: [] });
          list = list.map((row) => ({
            ...row,
            source: sources[row.source.index]!,
            name: row.name === null ? null : names[row.name.index]!,
          }));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are found by their time', () => {
    const { sources } = people();
    const rows = new Rows();
    const times = [1, 1, 4, 4, 9];
    times.forEach((time, order) => {
      rows.push({
        order,
        time,
        source: sources[0]!,
        name: null,
        sensor: '',
        account: 0,
        method: 0,
        service: 0,
      });
    });
    expect([Number.NEGATIVE_INFINITY, 0, 1, 2, 4, 5, 9, 10].map((from) => rows.since(from))).toEqual([
      0, 0, 0, 2, 2, 4, 4, 5,
    ]);
  });
});
