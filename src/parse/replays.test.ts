// What counts once and what counts each time, through the whole parser.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import { isoTime } from '../model/time.ts';
import { byteMachine } from '../store/byte-machine.ts';
import { FastParser } from './fast/fast-parser.ts';
import { createLogParser } from './log-parser.ts';

const START = Date.UTC(2026, 10, 19, 8) / 1000;

/** `second pid user`, by way of `host` and from one address. */
const line = (second: number, pid: number, user: string, host = 'alpha') =>
  `${isoTime(START + second)} ${host} sshd[${pid}]: Failed password for ${user} from 192.0.2.7 port ${40_000 + pid} ssh2`;

const FILE = { name: 'auth.log', group: 'auth.log' };
const OPTIONS = { timezone: 'UTC', year: null, reference: START + 86_400 };

/** By the readable path and, where it was built, by the byte machine, which must agree. */
function read(lines: readonly string[], path: 'readable' | 'both' = 'both') {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser(OPTIONS, builder);
  parser.beginFile(FILE);
  for (const text of lines) parser.line(text);
  const { replayedLines } = parser.finish();
  const result = { attempts: builder.length, replayedLines };

  const module = path === 'both' ? byteMachine() : null;
  if (module !== null) {
    const machineBuilder = new AttemptTableBuilder();
    const machine = new FastParser({ ...OPTIONS, module }, machineBuilder);
    machine.beginFile(FILE);
    machine.push(Buffer.from(`${lines.join('\n')}\n`));
    machine.end();
    const counts = machine.finish();
    expect({ attempts: machineBuilder.length, replayedLines: counts.replayedLines }).toEqual(result);
  }
  return result;
}

const BLOCK = [line(0, 1, 'a'), line(1, 2, 'b'), line(2, 3, 'c'), line(2, 3, 'c'), line(3, 4, 'd')];

describe('lines that a forwarder sends again', () => {
  it('count once: a block at once, or an hour later, or three times', () => {
    expect(read([...BLOCK, ...BLOCK])).toEqual({ attempts: 5, replayedLines: 5 });
    const later = [line(3600, 9, 'z')];
    expect(read([...BLOCK, ...later, ...BLOCK, ...later])).toEqual({ attempts: 6, replayedLines: 6 });
    expect(read([...BLOCK, ...BLOCK, ...BLOCK])).toEqual({ attempts: 5, replayedLines: 10 });
  });

  it('count once where new lines come in between', () => {
    const mixed = BLOCK.flatMap((text, i) => [text, line(10 + i, 20 + i, 'new')]);
    expect(read([...BLOCK, ...mixed])).toEqual({ attempts: 10, replayedLines: 5 });
  });

  it('count once where only the end of the block is sent again, and go on with new ones', () => {
    expect(read([...BLOCK, ...BLOCK.slice(3), line(4, 5, 'e')])).toEqual({ attempts: 6, replayedLines: 2 });
  });
});

describe('equal lines that are no replay', () => {
  it('count each: one process that refuses three passwords within a second', () => {
    expect(read([line(0, 1, 'a'), line(0, 1, 'a'), line(0, 1, 'a')])).toEqual({
      attempts: 3,
      replayedLines: 0,
    });
  });

  it('count as often as they come in the telling in which they come most often', () => {
    const twice = [line(0, 1, 'a'), line(0, 1, 'a'), line(1, 2, 'b')];
    const thrice = [line(0, 1, 'a'), line(0, 1, 'a'), line(0, 1, 'a'), line(1, 2, 'b')];
    expect(read([...twice, ...thrice])).toEqual({ attempts: 4, replayedLines: 3 });
  });

  it('count each, of two hosts', () => {
    const other = BLOCK.map((text) => text.replace('alpha', 'beta'));
    expect(read([...BLOCK, ...other]).attempts).toBe(10);
  });

  it('count each where a line of another process is late between them', () => {
    expect(read([line(5, 1, 'a'), line(4, 2, 'b'), line(5, 1, 'a')])).toEqual({
      attempts: 3,
      replayedLines: 0,
    });
  });

  it('are told apart from what the same process says of the same user in the same second', () => {
    const says = (text: string) => `${isoTime(START)} alpha sshd[9]: ${text}`;
    const opens = says('Invalid user a from 192.0.2.7 port 40009');
    const ends = says('Disconnected from invalid user a 192.0.2.7 port 40009 [preauth]');
    expect(read([opens, line(5, 10, 'b'), ends])).toEqual({ attempts: 2, replayedLines: 0 });
  });

  it('count each where they are late, and were not told before', () => {
    expect(read([...BLOCK.slice(2), ...BLOCK.slice(0, 2)])).toEqual({ attempts: 5, replayedLines: 0 });
  });
});

describe('what is remembered', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => line(i >> 3, 100 + (i % 30_000), 'a'));

  it('is more than a forwarder holds back', () => {
    const log = many(100_000);
    expect(read([...log, ...log.slice(-32_000)])).toEqual({ attempts: 100_000, replayedLines: 32_000 });
  });

  it('is not everything: what is longer ago counts again', () => {
    const log = many(100_000);
    expect(read([...log, ...log.slice(0, 100)])).toEqual({ attempts: 100_100, replayedLines: 0 });
  });
});

describe('whatever is sent again', () => {
  const log = fc
    .array(fc.tuple(fc.nat(2), fc.nat(3), fc.constantFrom('root', 'admin')), { minLength: 2, maxLength: 60 })
    .map((steps) => {
      let second = 0;
      return steps.map(([step, pid, user], i) => {
        second += step;
        return line(second, 100 + (i >> 2) * 4 + pid, user);
      });
    });

  it.each([
    ['readable', 200],
    ['both', 10],
  ] as const)('the attempts are those of the log, if a block spans a second (%s)', (path, numRuns) => {
    fc.assert(
      fc.property(log, fc.nat(), fc.nat(), (lines, from, length) => {
        const start = from % lines.length;
        const end = Math.min(lines.length, start + 1 + (length % lines.length));
        const block = lines.slice(start, end);
        const spans = block[0]!.slice(0, 20) !== block.at(-1)!.slice(0, 20);
        fc.pre(spans);
        const again = [...lines.slice(0, end), ...block, ...lines.slice(end)];
        const { attempts } = read(lines, path);
        expect(read(again, path)).toEqual({ attempts, replayedLines: block.length });
      }),
      { numRuns },
    );
  });

  it('nothing is dropped from a log whose stamps only go forwards', () => {
    fc.assert(
      fc.property(log, (lines) => {
        expect(read(lines, 'readable').replayedLines).toBe(0);
      }),
    );
  });
});
