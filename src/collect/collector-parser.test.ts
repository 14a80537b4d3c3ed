import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedRecordForms } from '../parse/records/forms.ts';
import { shipped } from '../parse/services.ts';
import type { SavedParser } from '../parse/stream/stream-parser.ts';
import type { Spoken } from '../parse/stream/stream-sink.ts';
import { createCollectorParser } from './collector-parser.ts';
import { batchBytes, readMark, readSpoolLine } from './spool-line.ts';

const NOW = Date.UTC(2026, 10, 19, 16) / 1000;
const TIME = Date.UTC(2026, 10, 19, 15, 4, 22) / 1000;
const options = {
  input: 'collector 127.0.0.1:8514',
  timezone: 'UTC',
  services: shipped(),
  recordForms: shippedRecordForms(),
};
const make = (saved?: SavedParser) => createCollectorParser(options, saved);
const failed = (host: string, pid: number, user = 'amanda') =>
  `Nov 19 15:04:22 ${host} sshd[${pid}]: Failed password for invalid user ${user} from 192.0.2.80 port 40992 ssh2`;
const mark = (sensor: string, id = 'key:a', time = NOW) => `B\t100\t${time}\t${sensor}\t${id}\t-`;
const wire = (seq: number, more: object = {}) =>
  JSON.stringify({
    seq,
    time: TIME + seq,
    source: '192.0.2.80',
    user: 'amanda',
    sensor: 'host',
    success: false,
    known: null,
    method: 'password',
    service: 'sshd',
    ...more,
  });

function told(lines: readonly string[], parser = make()): readonly Spoken[] {
  for (const line of lines) parser.line(line, NOW + 100);
  return parser.drain();
}

const attempts = (spoken: readonly Spoken[]) =>
  spoken.flatMap((one) => (one.kind === 'attempt' ? [one.attempt] : []));

describe('lines of sensors', () => {
  it('tell of attempts on the sensor that sent them, whatever host they name', () => {
    const found = attempts(
      told([mark('web1'), `L\tweb1\t${failed('web9', 1)}`, `L\t*\t${failed('web9', 2)}`]),
    );
    expect(found.map(({ sensor, name, time }) => [sensor, name.line, time])).toEqual([
      ['web1', 2, TIME],
      ['web9', 3, TIME],
    ]);
  });

  it('are never joined with those of another, though host and process are the same', () => {
    const pam = `Nov 19 15:04:20 host sshd[7]: Invalid user root2 from 198.51.100.9 port 1`;
    const found = attempts(
      told([
        mark('a'),
        `L\ta\t${pam}`,
        mark('b'),
        `L\tb\tNov 19 15:04:21 host sshd[7]: Failed password for alias from 203.0.113.4 port 2 ssh2`,
      ]),
    );
    expect(found.filter(({ sensor }) => sensor === 'b')).toMatchObject([
      { source: '203.0.113.4', user: 'alias' },
    ]);
  });

  it('in records are read as in a file of them', () => {
    const record = JSON.stringify({ date: TIME, log: failed('web9', 1) });
    expect(attempts(told([mark('web1'), `L\tweb1\t${record}`]))).toMatchObject([
      { sensor: 'web1', user: 'amanda', source: '192.0.2.80', known: false },
    ]);
  });

  it('count no later than they came: a clock that is ahead takes nobody along', () => {
    const ahead = failed('web1', 1).replace('Nov 19 15:04:22', '2026-11-24T15:04:22Z');
    expect(attempts(told([mark('web1'), `L\tweb1\t${ahead}`]))[0]!.time).toBeLessThanOrEqual(NOW);
    const [lie] = attempts(told([mark('web1', 'stream:s:1'), `A\tweb1\ts\t${wire(1, { time: NOW + 1e6 })}`]));
    expect(lie!.time).toBe(NOW);
  });
});

describe('attempts of sensors', () => {
  it('come as they are, named by their line, on the sensor that sent them', () => {
    expect(
      attempts(told([mark('web1', 'stream:s:2'), `A\tweb1\ts\t${wire(1)}`, `A\tweb1\ts\t${wire(2)}`])),
    ).toMatchObject([
      { sensor: 'web1', time: TIME + 1, name: { input: options.input, line: 2, nth: 0 }, service: 'sshd' },
      { sensor: 'web1', time: TIME + 2, name: { line: 3 } },
    ]);
  });

  it('are amended by number, in whatever batch, after a restart too; not those of another sensor', () => {
    const first = make();
    told([mark('web1', 'stream:s:2'), `A\tweb1\ts\t${wire(1)}`, `A\tweb1\ts\t${wire(2)}`], first);
    const second = make(structuredClone(first.save()));
    const amends = JSON.stringify({ amends: 2, user: 'amanda', known: false, method: 'password' });
    expect(
      told([mark('web1', 'stream:s:2'), `A\tweb1\ts\t${amends}`, `A\tweb2\ts\t${amends}`], second),
    ).toEqual([
      {
        kind: 'amended',
        name: { input: options.input, line: 3, nth: 0 },
        user: 'amanda',
        known: false,
        method: 'password',
      },
    ]);
  });

  it('that are broken are counted', () => {
    const parser = make();
    told(
      [
        mark('web1'),
        'A\tweb1\ts\t{"seq":0}',
        'X',
        'L\tnothing',
        `A\tweb1\ts\t${wire(1, { source: '0x7f.1 x' })}`,
      ],
      parser,
    );
    expect(parser.counts()).toMatchObject({ lines: 5, serviceLines: 0, unreadLines: 4 });
  });
});

it('goes on from what was saved as if nothing had been', () => {
  const lines = [
    mark('a'),
    `L\ta\t${failed('x', 1)}`,
    mark('b'),
    `L\tb\tNov 19 15:04:20 host sshd[7]: Invalid user root2 from 198.51.100.9 port 1`,
    `L\tb\tNov 19 15:04:21 host sshd[7]: Connection closed by 198.51.100.9 port 1 [preauth]`,
    mark('a', 'stream:s:1'),
    `A\ta\ts\t${wire(1)}`,
    `L\ta\t${failed('y', 2, 'alias')}`,
  ];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: lines.length }), (cut) => {
      const whole = told(lines);
      const first = make();
      const before = told(lines.slice(0, cut), first);
      expect([...before, ...told(lines.slice(cut), make(structuredClone(first.save())))]).toEqual(whole);
    }),
  );
});

it('a batch is as long as its mark says, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '))),
      (texts) => {
        const bytes = batchBytes(
          { time: NOW, sensor: 'web1', id: 'key:a', check: 'x' },
          texts.map((text) => Buffer.from(`L\tweb1\t${text}`)),
        );
        const end = bytes.indexOf(10);
        const read = readMark(bytes.toString('utf8', 0, end));
        expect(read).toEqual({
          bytes: bytes.length - end - 1,
          time: NOW,
          sensor: 'web1',
          id: 'key:a',
          check: 'x',
        });
        const lines = bytes
          .subarray(end + 1)
          .toString('utf8')
          .split('\n')
          .slice(0, -1);
        for (const [at, line] of lines.entries())
          expect(readSpoolLine(line)).toMatchObject({
            kind: 'line',
            sensor: 'web1',
            text: Buffer.from(texts[at]!).toString(),
          });
      },
    ),
  );
});
