/** From the bytes of a file to its records: every file that is not a record a line, compressed or not. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createLineReader } from '../../parse/line.ts';
import { realReadEffects } from '../effects.ts';
import { openChunks } from '../text.ts';

const LINE = 'Nov 22 07:01:02 srv.example sshd[812]: Invalid user amanda from 192.0.2.80 port 40992';
const EVENT =
  '<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/>\r\n<EventID>4625</EventID>' +
  '<TimeCreated SystemTime="2026-11-22T07:01:02Z"/></System>\r\n<EventData><Data Name="TargetUserName">amanda</Data>' +
  '<Data Name="IpAddress">192.0.2.80</Data></EventData></Event>\r\n';
const HIT = { _source: { '@timestamp': '2026-11-22T07:01:02Z', message: LINE } };

const FILES: readonly (readonly [string, string])[] = [
  ['lines', `${LINE}\n${LINE}\n`],
  ['JSON, an array', JSON.stringify([HIT, HIT], null, 2)],
  ['the answer of Elasticsearch', JSON.stringify({ took: 1, hits: { hits: [HIT, HIT] } })],
  [
    'the answer of Loki',
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'streams',
        result: [
          {
            stream: {},
            values: [
              ['1795330862000000000', LINE],
              ['1795330862000000000', LINE],
            ],
          },
        ],
      },
    }),
  ],
  ['CSV', `"_time","_raw"\n"2026-11-22T07:01:02Z","${LINE}"\n"2026-11-22T07:01:02Z","${LINE}"\n`],
  ['event XML', `<?xml version="1.0" encoding="utf-8"?>\r\n<Events>\r\n${EVENT}${EVENT}</Events>\r\n`],
  [
    "the journal's export format",
    `__CURSOR=a\n__REALTIME_TIMESTAMP=1795330862000000\nSYSLOG_IDENTIFIER=sshd\nMESSAGE=${LINE.slice(39)}\n\n`.repeat(
      2,
    ),
  ],
];

async function sources(bytes: Buffer): Promise<(string | null)[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let i = 0; i < bytes.length; i += 1000) yield Buffer.from(bytes.subarray(i, i + 1000));
  }
  const opened = await openChunks('x', chunks(), realReadEffects());
  expect(opened.kind).toBe('text');
  let text = '';
  for await (const chunk of opened.chunks) text += chunk.toString('utf8');
  const reader = createLineReader({ timezone: 'UTC', year: null, reference: 1_800_000_000 });
  reader.beginFile();
  return text.split('\n').flatMap((line) => {
    const { event } = reader.read(line);
    return event === null ? [] : [`${event.user} ${event.source} ${event.time}`];
  });
}

const TWO = ['amanda 192.0.2.80 2026-11-22T07:01:02Z', 'amanda 192.0.2.80 2026-11-22T07:01:02Z'];

describe('two attempts in a file of', () => {
  test.each(FILES)('%s', async (_, text) => {
    expect(await sources(Buffer.from(text))).toEqual(TWO);
  });
  test.each(FILES)('%s, compressed', async (_, text) => {
    expect(await sources(gzipSync(text))).toEqual(TWO);
  });
  test.each(FILES)('%s, in UTF-16', async (_, text) => {
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await sources(little)).toEqual(TWO);
    expect(await sources(Buffer.from(little).swap16())).toEqual(TWO);
    expect(await sources(gzipSync(little))).toEqual(TWO);
  });
});
