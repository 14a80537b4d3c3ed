/** Whoever stops a stream anywhere, saves it and goes on later has told what an undisturbed one tells. */
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Arrival,
  BEGIN,
  ofAllServices,
  ofFuzzer,
  ofRecords,
  ofSimulator,
} from '../../../tests/parse/stream-lines.ts';
import type { Told } from '../../model/stream.ts';
import { createStreamParser, type SavedParser } from './stream-parser.ts';
import { type SavedVoices, Voices } from './voices.ts';

interface Saved {
  readonly parser: SavedParser;
  readonly voices: SavedVoices;
}

const OPTIONS = { input: '/var/log/auth.log', timezone: 'Europe/Oslo' };

/** What the lines tell, and the state behind them. Every 50th line the wall clock ticks. */
function told(arrivals: readonly Arrival[], from: number, saved?: Saved) {
  const parser = createStreamParser(OPTIONS, saved?.parser);
  const voices = new Voices(saved?.voices);
  const told: Told[] = [];
  const pass = (now: number) => {
    voices.take(parser.drain(), now);
    told.push(...voices.drain());
  };
  arrivals.forEach(({ line, now }, i) => {
    if ((from + i) % 50 === 0) {
      parser.tick(now);
      pass(now);
      voices.tick(now);
    }
    parser.line(line, now);
    pass(now);
  });
  return { told, counts: parser.counts(), save: () => ({ parser: parser.save(), voices: voices.save() }) };
}

function copyOf(saved: Saved): Saved {
  return deserialize(serialize(saved)) as Saved;
}

/** Said in full only where it is not so: to compare long lists takes long. */
function expectSame(found: unknown, expected: unknown): void {
  if (serialize(found).equals(serialize(expected))) return;
  expect(found).toEqual(expected);
}

const LOGS: Readonly<Record<string, (seed: number, count: number) => Arrival[]>> = {
  'every service': ofAllServices,
  records: ofRecords,
  'a fuzzer': ofFuzzer,
  'the simulator': ofSimulator,
};

describe('a stream that is saved and restored anywhere tells what an undisturbed one tells', () => {
  for (const [kind, make] of Object.entries(LOGS))
    it(`of ${kind}`, () => {
      const logs = new Map<number, Arrival[]>();
      fc.assert(
        fc.property(fc.nat(3), fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }), (seed, at) => {
          const arrivals = logs.get(seed) ?? make(seed, 1000);
          logs.set(seed, arrivals);
          const whole = told(arrivals, 0);
          const cuts = [0, ...at.toSorted((a, b) => a - b), arrivals.length];
          const pieces: Told[] = [];
          let saved: Saved | undefined;
          let counts = whole.counts;
          for (let i = 1; i < cuts.length; i++) {
            const piece = told(arrivals.slice(cuts[i - 1], cuts[i]), cuts[i - 1]!, saved);
            pieces.push(...piece.told);
            saved = copyOf(piece.save());
            counts = piece.counts;
          }
          expectSame(pieces, whole.told);
          expectSame(counts, whole.counts);
          expectSame(saved, copyOf(whole.save()));
        }),
        { numRuns: 10, examples: [[2, [3]]] },
      );
    });

  it('at every line of a connection', () => {
    const lines = [
      'Invalid user amanda from 192.0.2.1 port 4000',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1',
      'Failed password for invalid user amanda from 192.0.2.1 port 4000 ssh2',
      'Failed publickey for invalid user amanda from 192.0.2.1 port 4000 ssh2: RSA SHA256:abc',
      'message repeated 2 times: [ Failed password for invalid user amanda from 192.0.2.1 port 4000 ssh2]',
      'Connection closed by invalid user amanda 192.0.2.1 port 4000 [preauth]',
    ];
    const arrivals = lines.map((text, i) => ({
      line: `2026-11-20T00:00:0${i}Z host.example sshd[7]: ${text}`,
      now: BEGIN + i,
    }));
    const whole = told(arrivals, 1).told;
    expect(whole.map((one) => one.kind)).toEqual(['attempt', 'amended', 'attempt', 'attempt']);
    for (let cut = 0; cut <= arrivals.length; cut++) {
      const first = told(arrivals.slice(0, cut), 1);
      const second = told(arrivals.slice(cut), 1 + cut, copyOf(first.save()));
      expect([...first.told, ...second.told]).toEqual(whole);
    }
  });
});

it('an attempt has one name, and no two have the same', () => {
  for (const make of Object.values(LOGS)) {
    const names = told(make(3, 3000), 0)
      .told.filter((one) => one.kind === 'attempt')
      .map(({ attempt: { name } }) => `${name.line} ${name.nth}`);
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
  }
});
