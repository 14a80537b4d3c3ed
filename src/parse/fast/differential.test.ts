/**
 * The byte machine and the readable path are one parser: whatever the bytes, both make the same table, to the byte, and
 * the same counts and samples.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLines, rendered, seeded } from '../../../fuzz/lines.mjs';
import { AttemptTableBuilder } from '../../model/table.ts';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { renderLog } from '../../simulate/render.ts';
import { simulate } from '../../simulate/simulate.ts';
import { STYLES } from '../../simulate/styles.ts';
import { byteMachine } from '../../store/byte-machine.ts';
import { shipped } from '../services.ts';
import { type BothOptions, parseFast, parseReadable } from './both.ts';

const forms = shipped().sshd.forms;
const templates = forms.map((form) => form.template);
const corpus = readFileSync(new URL('../../../fuzz/corpus/lines.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

const logged = (messages: readonly string[], stamp = (i: number) => `Mar 14 15:0${i % 10}:26`) =>
  messages.map((message, i) => `${stamp(i)} host sshd[${100 + (i % 7)}]: ${message}`);

const module = byteMachine()!;
const fastTable = (bytes: Uint8Array, options: Omit<BothOptions, 'module'>) =>
  parseFast(bytes, { ...options, module });

function expectSame(lines: readonly string[], options: Omit<BothOptions, 'module'> = {}) {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const fast = fastTable(bytes, options);
  const readable = parseReadable(bytes, options);
  expect(fast.counts).toEqual(readable.counts);
  expect(fast.table).toEqual(readable.table);
}

describe('both paths make the same table', () => {
  it('of every sample of every form, in each envelope', () => {
    const samples = forms.flatMap((form) => form.samples.map(({ message }) => message));
    const stamps: ((i: number) => string)[] = [
      (i) => `Mar 14 15:0${i % 10}:26`,
      (i) => `2026-03-14T15:0${i % 10}:26+01:00`,
      (i) => `2026-03-14T15:0${i % 10}:26.123456Z`,
      (i) => `2026-03-14 15:0${i % 10}:26`,
      (i) => `<38>Mar 14 15:0${i % 10}:26`,
    ];
    for (const stamp of stamps) {
      expectSame(logged(samples, stamp));
      expectSame(
        logged(
          samples.map((message) => `${message} [preauth]`),
          stamp,
        ),
      );
      expectSame(
        logged(
          samples.map((message) => `error: ${message}`),
          stamp,
        ),
      );
      expectSame(
        logged(
          samples.map((message) => `message repeated 3 times: [ ${message}]`),
          stamp,
        ),
      );
    }
  });

  it('of every form with hostile names', () => {
    for (let seed = 0; seed < 6; seed++) {
      const below = seeded(seed);
      expectSame(
        logged(templates.flatMap((template) => Array.from({ length: 12 }, () => rendered(template, below)))),
      );
    }
  });

  it('of lines that a fuzzer kept because they were unlike the others', () => {
    expectSame(corpus);
    expectSame(corpus.toReversed());
    for (const line of corpus) expectSame([line, line]);
  });

  for (let seed = 1; seed <= 24; seed++)
    it(`of generated log ${seed}`, () => {
      const timezone = ['UTC', 'Europe/Oslo', '-03:30'][seed % 3]!;
      expectSame(makeLines(seed, 1_500, templates, corpus), { timezone, year: seed % 5 === 0 ? 2025 : null });
    });

  it('of simulated logs in every style', () => {
    const names = Object.keys(SCENARIOS);
    for (const [i, style] of STYLES.entries()) {
      const simulation = simulate(SCENARIOS[names[i]!]!(7), 7);
      expectSame([...renderLog(simulation, { style, otherShare: 0.3 })].slice(0, 20_000));
    }
  });
});

describe('the fast path does not care', () => {
  const lines = makeLines(99, 3_000, templates, corpus);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const whole = fastTable(bytes, {});

  it('where its chunks end', () => {
    for (const size of [1, 7, 4_096, 65_537])
      expect(fastTable(bytes.subarray(0, size === 1 ? 60_000 : bytes.length), { chunk: size }).table).toEqual(
        size === 1 ? fastTable(bytes.subarray(0, 60_000), {}).table : whole.table,
      );
  });

  it('what its hash is keyed with', () => {
    expect(fastTable(bytes, { seed: [0x1234567890abcdefn, 0xfedcba0987654321n] })).toEqual(whole);
  });

  it('whether the last line has its newline', () => {
    expect(fastTable(bytes.subarray(0, -1), {}).table).toEqual(whole.table);
  });
});

describe('a message too long to be held against every form', () => {
  it.each([2_000, 2_100, 8_100, 8_300, 20_000])('of %i characters is left to the readable path', (length) => {
    const line = (message: string) => `Oct  1 23:51:08 h1 sshd[26997]: ${message}`;
    // the first lines of a file are never the machine's
    const heads = Array.from({ length: 5 }, (_, i) => line(`Invalid user u${i} from 192.0.2.${i}`));
    for (const template of templates) {
      const text = template.replaceAll(/<[^>]*>|\([^)]*\)/g, ` ${line('Broken pipe').repeat(length / 40)} `);
      expectSame([
        ...heads,
        line(text.slice(0, length)),
        line('error: Connection refused Broken pipe'.repeat(length / 30)),
      ]);
    }
  });
});

it('lines that come again with another manner of the same method are told alike', () => {
  const failed = (method: string) =>
    `2024-06-21T16:23:12+00:00 host sshd[32705]: Failed ${method} for root from 192.0.2.1 port 20313 ssh2`;
  const before = 'Apr  6 04:01:53 host sshd[17162]: Invalid user a from 192.0.2.6 port 36434';
  for (const [one, other] of [
    ['keyboard-interactive/pam', 'keyboard-interactive/bsdauth'],
    ['publickey', 'publickey/x'],
    ['gssapi-keyex', 'gssapi-with-mic'],
    ['a', 'b'],
  ] as const)
    expectSame([failed(one), before, failed(other), failed(one), before, failed(other)]);
});

describe('a line behind NUL bytes', () => {
  it.each([1, 3, 16, 4_000, 300_000, 3_000_000])('%i of them is read as by the readable path', (count) => {
    const line = (second: number) =>
      `Mar 14 15:00:2${second} host sshd[${second}]: Failed password for root from 192.0.2.${second} port 5 ssh2`;
    expectSame([line(1), `${'\0'.repeat(count)}${line(2)}`, line(3)]);
    expectSame([`${'\0'.repeat(count)}${line(1)}`, line(2), '\0'.repeat(count)]);
    const { table } = fastTable(Buffer.from(`${line(1)}\n${'\0'.repeat(count)}${line(2)}\n`), {});
    expect(table.length).toBe(2);
  });
});

describe('a line of', () => {
  it.each([
    ['100 kB', 100_000],
    ['1 MiB and more', 1_200_000],
  ])('%s is read as by the readable path', (_, length) => {
    const long = `Mar 14 15:00:26 host sshd[5]: Failed password for ${'x from '.repeat(length / 7)} from 192.0.2.1 port 5 ssh2`;
    const lines = [
      'Mar 14 15:00:25 host sshd[4]: Invalid user a from 192.0.2.2',
      long,
      'Mar 14 15:00:27 host sshd[4]: Invalid user b from 192.0.2.3',
    ];
    expectSame([...lines, ...lines, ...lines, ...lines]);
  });
});

it('appends nothing for an empty file', () => {
  const builder = new AttemptTableBuilder();
  expect(fastTable(Buffer.alloc(0), {}).table).toEqual(builder.finish());
});
