import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interner } from './interner.ts';
import { AttemptTableBuilder } from './table.ts';

function built(times: readonly number[]) {
  const builder = new AttemptTableBuilder();
  for (const [i, time] of times.entries())
    builder.append({
      time,
      source: `192.0.2.${i % 200}`,
      user: String(i),
      sensor: 'host',
      success: false,
      known: null,
      method: null,
    });
  return builder;
}

/** Which of the appended rows each row of the table is. */
const rows = (table: ReturnType<AttemptTableBuilder['finish']>) =>
  Array.from(table.user, (user) => Number(table.users[user]));

describe('the table of attempts', () => {
  it('is the same whether its rows come one by one or in columns', () => {
    const row = fc.tuple(fc.nat(9), fc.nat(3), fc.nat(3), fc.nat(2), fc.nat(1), fc.nat(2), fc.nat(6));
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 700 }), { maxLength: 5 }), (batches) => {
        const one = new AttemptTableBuilder();
        const many = new AttemptTableBuilder();
        for (const batch of batches) {
          for (const [time, source, user, sensor, outcome, account, method] of batch)
            one.appendCodes(time, source, user, sensor, outcome, account, method);
          const column = (i: number) => Uint32Array.from(batch, (cells) => cells[i]!);
          const codes = Uint32Array.from(batch, (cells) => cells[4] | (cells[5] << 8) | (cells[6] << 16));
          const time = Float64Array.from(batch, ([first]) => first);
          expect(many.appendColumns(time, column(1), column(2), column(3), codes)).toBe(
            one.length - batch.length,
          );
        }
        expect(many.finish()).toEqual(one.finish());
      }),
      { numRuns: 30 },
    );
  });

  it('is in ascending time, equal times in the order they came in, with its columns together', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 2_000 }), (times) => {
        const table = built(times).finish();
        const expected = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
        expect(rows(table)).toEqual(expected);
        expect([...table.time]).toEqual(expected.map((i) => times[i]));
        expect(Array.from(table.source, (source) => table.sources[source])).toEqual(
          expected.map((i) => `192.0.2.${i % 200}`),
        );
      }),
    );
  });

  it('holds only the rows that are to be kept', () => {
    expect(rows(built([5, 1, 3, 9]).finish((time) => time >= 3 && time < 9))).toEqual([2, 0]);
    expect(rows(built([1, 3, 5]).finish((time) => time > 9))).toEqual([]);
  });

  it('may be empty', () => {
    expect(new AttemptTableBuilder().finish().length).toBe(0);
  });

  it('tells a user named by the empty string from one that no line named', () => {
    const builder = new AttemptTableBuilder();
    const row = { time: 1, source: '192.0.2.1', sensor: 'host', success: false, known: null, method: null };
    builder.append({ ...row, user: '' });
    builder.append({ ...row, user: null });
    expect([...builder.finish().user]).toEqual([1, 0]);
  });
});

describe('interning', () => {
  it('gives equal strings one number and different ones another', () => {
    const interner = new Interner();
    const ids = ['alias', 'amanda', 'alias', '', '__proto__', 'a-name-longer-than-thirteen'].map((s) =>
      interner.id(s),
    );
    expect(ids).toEqual([0, 1, 0, 2, 3, 4]);
    expect(interner.strings).toEqual(['alias', 'amanda', '', '__proto__', 'a-name-longer-than-thirteen']);
  });
});

describe('services', () => {
  const row = {
    time: 1,
    source: '192.0.2.1',
    user: 'a',
    sensor: 'host',
    success: false,
    known: null,
    method: null,
  };

  it('is sshd where nothing else is said', () => {
    const builder = new AttemptTableBuilder();
    builder.append(row);
    builder.append({ ...row, service: 'dovecot' });
    const table = builder.finish();
    expect(Array.from(table.service, (code) => table.services[code])).toEqual(['sshd', 'dovecot']);
  });

  it('has room for 254, and one more for all the others', () => {
    const builder = new AttemptTableBuilder();
    for (let i = 0; i < 300; i++) builder.append({ ...row, service: `s${i}` });
    const table = builder.finish();
    expect(table.services.length).toBe(256);
    expect(table.services[table.service[299]!]).toBe('(others)');
    expect(table.services[table.service[0]!]).toBe('s0');
  });
});

describe('a row that is dropped', () => {
  it('is not in the table, in order or not', () => {
    for (const times of [
      [1, 2, 3],
      [3, 1, 2],
    ]) {
      const builder = built(times);
      builder.drop(1);
      expect(rows(builder.finish()).sort((a, b) => a - b)).toEqual([0, 2]);
    }
  });
});
