/**
 * The two sides of a ring, taking turns in one thread: whoever waits lets the other one take a step. That two threads do
 * the same whoever is faster is for tests/cli/threads.test.ts to show.
 */
import { describe, expect, it } from 'vitest';
import { makeLines } from '../../../fuzz/lines.mjs';
import { AttemptTableBuilder } from '../../model/table.ts';
import { byteMachine } from '../../store/byte-machine.ts';
import { shipped } from '../services.ts';
import { LONGEST_LINE } from './block-feed.ts';
import { FastParser, type SecondThread } from './fast-parser.ts';
import { machineMemory } from './machine.ts';
import { createRing } from './ring.ts';
import { RingScanner } from './ring-scanner.ts';

const module = byteMachine()!;
const templates = shipped().sshd.forms.map((form) => form.template);
const OPTIONS = { timezone: 'UTC', year: null, reference: 1_800_000_000 };
const FILE = { name: 'auth.log', group: 'auth.log' };

type Read = (descriptor: number, into: Uint8Array, position: number | null) => number;

/** A second thread that takes a step whenever the first one waits. */
function takingTurns(read: Read, fromBytes = 0): SecondThread {
  const ring = createRing(16, LONGEST_LINE);
  const memory = machineMemory();
  const scanner = new RingScanner({
    module,
    memory,
    ring,
    seed: [1n, 2n],
    read,
    wait: () => {
      throw new Error('both sides wait');
    },
  });
  return {
    fromBytes,
    ready: () => ({ ...ring, memory, wait: () => scanner.step(), notify: () => {} }),
    stop: () => {},
  };
}

const nobodyReads: Read = () => {
  throw new Error('nobody reads');
};

const nobodyReadsHere = () => nobodyReads(0, new Uint8Array(), 0);

/** A file in memory; `until`: it cannot be read from there on. */
function fileOf(content: Buffer, until = Number.POSITIVE_INFINITY): Read {
  let next = 0;
  return (_, into, at) => {
    const position = at ?? next;
    if (position >= until) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    const count = content.copy(into, 0, position, Math.min(position + into.length, content.length, until));
    next = position + count;
    return count;
  };
}

function parsed(second: SecondThread | null, read: (parser: FastParser) => void) {
  const builder = new AttemptTableBuilder();
  const parser = new FastParser({ ...OPTIONS, module, second }, builder);
  parser.beginFile(FILE);
  read(parser);
  const { lines, bytes, cutLines } = parser;
  const counts = parser.finish();
  return { table: builder.finish(), counts, lines, bytes, cutLines };
}

function pushed(content: Buffer, chunk = content.length) {
  return (parser: FastParser) => {
    for (let at = 0; at < content.length; at += chunk) parser.push(content.subarray(at, at + chunk));
    parser.end();
  };
}

// behind a line that no block holds the scanner waits: tests/cli/threads.test.ts has those
const lines = makeLines(7, 9_000, templates, []).filter((line) => line.length < 100_000);
const content = Buffer.from(`${lines.join('\n')}\n`);
const alone = parsed(null, pushed(content));

describe('blocks that are scanned elsewhere make the same table', () => {
  it.each([content.length, 65_536, 1_000])('in pieces of %i bytes', (chunk) => {
    expect(parsed(takingTurns(nobodyReads), pushed(content, chunk))).toEqual(alone);
  });

  it('when the second thread is ready in the middle only', () => {
    const late = takingTurns(nobodyReads, content.length / 2);
    expect(parsed(late, pushed(content, 50_000))).toEqual(alone);
  });
});

describe('a file that the second thread reads', () => {
  it.each([0, 1, 99_999, content.length - 1])('from byte %i on makes the same table', (position) => {
    const told: number[] = [];
    const read = parsed(takingTurns(fileOf(content)), (parser) => {
      parser.push(content.subarray(0, position));
      expect(parser.readsFiles).toBe(true);
      const onBytes = (count: number) => void told.push(count);
      expect(parser.readFile({ descriptor: 3, position, onBytes, read: nobodyReadsHere })).toBeNull();
      parser.end();
    });
    expect(read).toEqual(alone);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(content.length - position);
  });

  it.each([0, 2, 99_999])(
    'is a pipe, of which %i bytes were pushed, and breaks off or ends',
    (pushedBytes) => {
      const until = Math.floor(content.length * 0.7);
      const part = content.subarray(0, until);
      for (const end of ['end', 'breakOff'] as const) {
        const behind = fileOf(part.subarray(pushedBytes));
        const second = takingTurns((descriptor, into, position) => {
          expect(position).toBeNull();
          return behind(descriptor, into, position);
        });
        const piped = parsed(second, (parser) => {
          parser.push(part.subarray(0, pushedBytes));
          const pipe = { descriptor: 3, position: null, onBytes: () => {}, read: nobodyReadsHere };
          expect(parser.readFile(pipe)).toBeNull();
          parser[end]();
        });
        const whole = parsed(null, (parser) => {
          parser.push(part);
          parser[end]();
        });
        expect(piped).toEqual(whole);
      }
    },
  );

  it('has a first line only, without a newline', () => {
    const line = Buffer.from(
      'Mar 14 15:00:26 host sshd[5]: Failed password for root from 192.0.2.1 port 5 ssh2',
    );
    const read = parsed(takingTurns(fileOf(line)), (parser) => {
      parser.readFile({ descriptor: 3, position: 0, onBytes: () => {}, read: nobodyReadsHere });
      parser.end();
    });
    expect(read).toEqual(parsed(null, pushed(line)));
    expect(read.table.length).toBe(1);
  });

  it.each([0, 99_999])('is read here from byte %i on where no other thread will ever come', (position) => {
    const file = fileOf(content);
    const read = parsed(null, (parser) => {
      parser.push(content.subarray(0, position));
      expect(parser.readsFiles).toBe(true);
      const rest = { descriptor: 3, position, onBytes: () => {} };
      expect(parser.readFile({ ...rest, read: (into, from) => file(3, into, from) })).toBeNull();
      parser.end();
    });
    expect(read).toEqual(alone);
  });

  it('is read here up to where that ends with an error', () => {
    const until = Math.floor(content.length * 0.7);
    const file = fileOf(content, until);
    const whole = content.subarray(0, content.subarray(0, until).lastIndexOf(10) + 1);
    const broken = parsed(null, (parser) => {
      const rest = { descriptor: 3, position: 0, onBytes: () => {} };
      expect(parser.readFile({ ...rest, read: (into, from) => file(3, into, from) })).toBe('EIO');
      parser.breakOff();
    });
    expect(broken.table).toEqual(parsed(null, pushed(whole)).table);
    expect(broken.bytes).toBe(until);
  });

  it('is left to be pushed where it is too short to be worth a thread', () => {
    const asked: string[] = [];
    const second: SecondThread = {
      ...takingTurns(fileOf(content), content.length),
      ready: () => {
        asked.push('ready');
        return null;
      },
    };
    parsed(second, (parser) => {
      parser.push(content.subarray(0, content.length - 1));
      expect(parser.readsFiles).toBe(false);
      parser.breakOff();
    });
    expect(asked).toEqual([]);
  });

  it('is read there though the last line that was pushed was what made it long enough', () => {
    const position = content.length - 1;
    const read = parsed(takingTurns(fileOf(content), position), (parser) => {
      parser.push(content.subarray(0, position));
      expect(parser.readsFiles).toBe(true);
      expect(
        parser.readFile({ descriptor: 3, position, onBytes: () => {}, read: nobodyReadsHere }),
      ).toBeNull();
      parser.end();
    });
    expect(read).toEqual(alone);
  });

  it('is told with the code of the error that it ends with, and without its broken line', () => {
    const until = Math.floor(content.length * 0.7);
    const whole = content.subarray(0, content.subarray(0, until).lastIndexOf(10) + 1);
    const broken = parsed(takingTurns(fileOf(content, until)), (parser) => {
      expect(parser.readFile({ descriptor: 3, position: 0, onBytes: () => {}, read: nobodyReadsHere })).toBe(
        'EIO',
      );
      parser.breakOff();
    });
    expect(broken.table).toEqual(parsed(null, pushed(whole)).table);
    expect(broken.bytes).toBe(until);
  });

  it('and what is pushed may hold a line longer than a block', () => {
    const long = `Mar 14 15:00:26 host sshd[5]: Failed password for ${'x '.repeat(700_000)} from 192.0.2.1 port 5 ssh2\n`;
    const log = Buffer.concat([content.subarray(0, content.indexOf(10, 50_000) + 1), Buffer.from(long)]);
    const one = parsed(null, pushed(log));
    expect(one.cutLines).toBe(1);
    expect(parsed(takingTurns(nobodyReads), pushed(log))).toEqual(one);
  });
});
