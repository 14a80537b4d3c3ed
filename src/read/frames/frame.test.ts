/** Whatever a file's records are, they come out as lines, however the file was cut into chunks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framed, frameOf } from './frame.ts';

async function lines(text: string | Buffer, cut = 1 << 16): Promise<string[]> {
  const bytes = Buffer.from(text as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < bytes.length; i += cut) yield Buffer.from(bytes.subarray(i, i + cut));
  }
  let out = '';
  for await (const chunk of framed(bytes.subarray(0, 4096), chunks())) out += chunk.toString('utf8');
  return out.split('\n').slice(0, -1);
}

const values = async (text: string, cut?: number) =>
  (await lines(text, cut)).map((line) => JSON.parse(line) as unknown);

describe('JSON that is not a record a line', () => {
  test('an array, printed for people', async () => {
    const records = [{ a: 1, b: '}]{[' }, { a: { b: [{ c: 'x\n"' }] } }];
    expect(await values(JSON.stringify(records, null, 2))).toEqual(records);
    expect(await values(JSON.stringify(records))).toEqual(records);
  });
  test('objects over many lines, one behind the other', async () => {
    const records = [{ a: 1 }, { b: { c: [1, 2, { d: 3 }] } }];
    expect(await values(records.map((one) => JSON.stringify(one, null, 4)).join('\n'))).toEqual(records);
  });
  test('the answer of Elasticsearch', async () => {
    const hits = [
      { _index: 'a', _source: { message: 'x' } },
      { _index: 'a', _source: { message: 'y' } },
    ];
    const answer = { took: 3, _shards: { total: 1 }, hits: { total: { value: 2 }, hits } };
    expect(await values(JSON.stringify(answer))).toEqual(hits);
    expect(await values(JSON.stringify(answer, null, 2))).toEqual(hits);
  });
  test('the answer of Loki: a line for each entry of each stream', async () => {
    const answer = {
      status: 'success',
      data: {
        resultType: 'streams',
        result: [
          {
            stream: { host: 'a' },
            values: [
              ['1795330862000000000', 'x'],
              ['1795330863000000000', 'y', { more: 'z' }],
            ],
          },
          { stream: { host: 'b' }, values: [['1795330864000000000', '{"z":1}']] },
        ],
      },
    };
    expect(await values(JSON.stringify(answer))).toEqual([
      { timestamp: '1795330862000000000', line: 'x', labels: { host: 'a' } },
      { timestamp: '1795330863000000000', line: 'y', labels: { host: 'a' } },
      { timestamp: '1795330864000000000', line: '{"z":1}', labels: { host: 'b' } },
    ]);
  });
  test('CloudWatch', async () => {
    const events = [{ timestamp: 1, message: 'x' }];
    expect(await values(JSON.stringify({ events, searchedLogStreams: [] }, null, 4))).toEqual(events);
  });
  test('a damaged record costs the rest of itself only', async () => {
    const damaged = '[\n  {"a": "x\n  {"a": "y"},\n  {"a": "z"}\n]';
    const found = await lines(damaged);
    expect(found.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as unknown)).toEqual([
      { a: 'y' },
      { a: 'z' },
    ]);
  });
  test('any array, in any chunks, of any values', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }))),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(0, 2),
        async (records, cut, indent) => {
          expect(await values(JSON.stringify([{}, ...records], null, indent), cut)).toEqual(
            JSON.parse(JSON.stringify([{}, ...records])),
          );
        },
      ),
    );
  });
  test('a record a line is left alone', () => {
    expect(frameOf(Buffer.from('{"a":1}\n{"a":2}\n'))).toBe('lines');
    expect(frameOf(Buffer.from('[Sun Nov 22 07:01:02 2026] [error] [client 192.0.2.7] x\n'))).toBe('lines');
  });
});

describe('CSV', () => {
  test('a row a line under the names of the header, line ends in quotes kept', async () => {
    expect(await values('time,message,host\r\n2026,"a ""b""\nc",x\r\n2027,d,\r\n')).toEqual([
      {},
      { time: '2026', message: 'a "b"\nc', host: 'x' },
      { time: '2027', message: 'd', host: '' },
    ]);
  });
  test('semicolons; what PowerShell writes before the header', async () => {
    expect(await values('#TYPE Selected.x\n"Id";"Message"\n"4625";"a;b"\n')).toEqual([
      {},
      {},
      { Id: '4625', Message: 'a;b' },
    ]);
  });
  test('a quote that nobody closes', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},x\n`).join('');
    const found = await lines(`time,message\n1,"oh\n${rows}`);
    expect(found.length).toBe(20_002);
    expect(found.at(-1)).toBe('{"time":"19999","message":"x"}');
  });
  test('a column of any name', async () => {
    expect(await lines('message,__proto__\na,b\n')).toEqual(['{}', '{"message":"a","__proto__":"b"}']);
  });
  test("postgres' csvlog stays CSV", async () => {
    const line = '2026-11-22 07:01:02.123 UTC,"bob","a\nb",1\n';
    expect(await lines(line)).toEqual(['2026-11-22 07:01:02.123 UTC,"bob","a b",1']);
  });
  test('any rows, in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' })), { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, cut) => {
          const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
          const text = `time,message\n${rows.map(([a, b]) => `${quoted(a)},${quoted(b)}\n`).join('')}`;
          const sent = rows.map(([a, b]) => ({ time: a, message: Buffer.from(b).toString('utf8') }));
          expect(await values(text, cut)).toEqual([{}, ...sent]);
        },
      ),
    );
  });
});

describe('event XML', () => {
  const event = (n: number) => `<Event xmlns='x'><System>\r\n  <EventID>${n}</EventID></System></Event>`;
  test('an event a line', async () => {
    const text = `\ufeff<?xml version="1.0"?>\n<Events>\n${event(1)}\n${event(2)}${event(3)}\n</Events>\n`;
    for (const cut of [1, 7, 4096]) {
      expect((await lines(text, cut)).map((line) => /\d/.exec(line.slice(10))?.[0])).toEqual(['1', '2', '3']);
    }
  });
  test('an event without an end is given up', async () => {
    expect(await lines(`<Event><System><EventID>1\n${event(2)}`)).toHaveLength(1);
  });
});

describe("the journal's export format", () => {
  const entry = (message: string) =>
    `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795330862000000\n_PID=7\nSYSLOG_IDENTIFIER=sshd\nMESSAGE=${message}\n\n`;
  test('an entry a line', async () => {
    for (const cut of [1, 13, 4096]) {
      expect(await values(entry('a=b') + entry('c'), cut)).toEqual([
        { __REALTIME_TIMESTAMP: '1795330862000000', _PID: '7', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'a=b' },
        { __REALTIME_TIMESTAMP: '1795330862000000', _PID: '7', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'c' },
      ]);
    }
  });
  test('values with line ends in them have a length; what nobody needs is passed over', async () => {
    const binary = (name: string, value: string) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
      return Buffer.concat([Buffer.from(`${name}\n`), length, Buffer.from(`${value}\n`)]);
    };
    const text = Buffer.concat([
      Buffer.from('__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795330862000000\n'),
      binary('COREDUMP', 'MESSAGE=x\n\n'.repeat(1000)),
      binary('MESSAGE', 'a\n\nMESSAGE=b'),
      Buffer.from('_PID=1\n_PID=2\n\n'),
    ]);
    for (const cut of [1, 100, 65_536]) {
      expect((await lines(text, cut)).map((line) => JSON.parse(line) as unknown)).toEqual([
        { __REALTIME_TIMESTAMP: '1795330862000000', MESSAGE: 'a\n\nMESSAGE=b', _PID: ['1', '2'] },
      ]);
    }
  });
});
