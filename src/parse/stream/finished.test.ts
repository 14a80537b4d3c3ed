/**
 * A stream tells what the finished log's parser finds in the same lines: the same attempts, as often, once what was amended
 * is in them. Where they differ by design, docs/parsing.md says why.
 */
import { describe, expect, it } from 'vitest';
import { type Arrival, ofAllServices, ofSimulator } from '../../../tests/parse/stream-lines.ts';
import { METHODS } from '../../model/attempt.ts';
import type { Told } from '../../model/stream.ts';
import { AttemptTableBuilder } from '../../model/table.ts';
import { createLogParser } from '../log-parser.ts';
import { createStreamParser } from './stream-parser.ts';
import { knownOf } from './stream-sink.ts';
import { Voices } from './voices.ts';

const row = (fields: readonly unknown[]) => fields.map(String).join(' | ');

function finished(arrivals: readonly Arrival[]): string[] {
  const builder = new AttemptTableBuilder();
  const reference = Math.max(...arrivals.map(({ now }) => now));
  const parser = createLogParser({ timezone: 'UTC', year: null, reference }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const { line } of arrivals) parser.line(line);
  parser.finish();
  const table = builder.finish();
  return Array.from(table.time, (time, i) =>
    row([
      time,
      table.sources[table.source[i]!],
      table.user[i] === 0 ? null : table.users[table.user[i]!],
      table.sensors[table.sensor[i]!],
      table.services[table.service[i]!],
      table.outcome[i] === 1,
      knownOf(table.account[i]!),
      table.method[i] === 0 ? null : METHODS[table.method[i]!],
    ]),
  ).sort();
}

/** `ticks`: the wall clock ticks just before each line, too. */
function streamed(arrivals: readonly Arrival[], { ticks = false, names = false } = {}): string[] {
  const parser = createStreamParser({ input: 'auth.log', timezone: 'UTC' });
  const voices = new Voices();
  const told: Told[] = [];
  const pass = (now: number) => {
    voices.take(parser.drain(), now);
    told.push(...voices.drain());
  };
  let last = 0;
  for (const { line, now } of arrivals) {
    if (ticks) {
      parser.tick(now - 1);
      voices.tick(now - 1);
      pass(now - 1);
    }
    parser.line(line, now);
    pass(now);
    last = now;
  }
  parser.tick(last + 3600);
  pass(last + 3600);
  voices.tick(last + 7200);
  pass(last + 7200);
  const attempts = new Map<string, Extract<Told, { kind: 'attempt' }>['attempt']>();
  for (const one of told) {
    const { line, nth } = one.kind === 'attempt' ? one.attempt.name : one.name;
    const key = `${line} ${nth}`;
    const before = attempts.get(key);
    if (one.kind === 'attempt') attempts.set(key, one.attempt);
    else attempts.set(key, { ...before!, user: one.user, known: one.known, method: one.method });
  }
  return [...attempts.values()]
    .map((one) =>
      row([
        ...(names ? [one.name.line, one.name.nth] : []),
        one.time,
        one.source,
        one.user,
        one.sensor,
        one.service,
        one.success,
        one.known,
        one.method,
      ]),
    )
    .sort();
}

function expectSame(arrivals: readonly Arrival[]): void {
  const stream = streamed(arrivals);
  const log = finished(arrivals);
  expect({ more: without(stream, log), fewer: without(log, stream) }).toEqual({ more: [], fewer: [] });
  expect(log.length).toBeGreaterThan(100);
}

/** Rows of `rows` that `others` has not, or not as often. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return rows.filter((one) => {
    const i = left.indexOf(one);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}

describe('a stream and a finished log are read alike', () => {
  for (let seed = 0; seed < 8; seed++)
    it(`simulated, ${seed}`, () => {
      const arrivals = ofSimulator(seed, 8000);
      expectSame(arrivals);
    });

  for (let seed = 0; seed < 8; seed++)
    it(`samples of every service, ${seed}`, () => {
      expectSame(ofAllServices(seed, 3000, false));
    });

  it('attempts have the same names, whether the wall clock or the next line ended a wait', () => {
    for (let seed = 0; seed < 4; seed++) {
      const arrivals = ofAllServices(seed, 3000, false);
      const byLines = streamed(arrivals, { names: true });
      expect(streamed(arrivals, { names: true, ticks: true })).toEqual(byLines);
    }
  });
});
