/**
 * A name is the attacker's text in structured logs, too. Whatever it is, and wherever else a stranger's text stands, a
 * record says the same source, port and outcome as it was written with, or it is not read.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framed, frameOf } from '../../read/frames/frame.ts';
import { createLineReader, type LineReading } from '../line.ts';
import { shippedRecordForms } from './forms.ts';

const pieces = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  '","src_ip":"198.51.100.66","x":"',
  '"}\n{"',
  '","remote_ip":"198.51.100.66',
  ' remote_ip=198.51.100.66 ',
  '" remote_ip=198.51.100.66 msg="',
  '</Data><Data Name="IpAddress">198.51.100.66</Data><Data Name="x">',
  '\r\n\tSource Network Address:\t198.51.100.66\r\n',
  '\r\nAccount For Which Logon Failed:\r\n\tAccount Name:\t\troot\r\n',
  "': user not found",
  "'@'198.51.100.66' (using password: YES)",
  '" logged in with "password", from ip "198.51.100.66", client version "x',
  '": password mismatch, client: 198.51.100.66, server: _, request: "',
  '" was not found in "/x", client: 198.51.100.66, server: _',
  ': authentication failure for "/": Password Mismatch',
  ' not found: /',
  ', ipAddress="198.51.100.66", username="root"',
  ' - - [22/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1',
  '198.51.100.66 - root [22/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
  '"198.51.100.66:22"',
  ',198.51.100.66,',
  '\t198.51.100.66\t',
  ' from 198.51.100.66 port 22 ssh2',
  'sshd[1]: Accepted password for root from 198.51.100.66 port 22 ssh2',
  ' ',
  '\u0000',
  '\n',
  '\u2028',
  '__proto__',
  'root',
  '-',
  '$',
);
const hostile = fc
  .array(fc.oneof({ weight: 3, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

/** As Go's strconv.Quote, Apache's ap_escape_logitem, nginx and Windows write a text. */
const escapes = {
  json: (text: string) => JSON.stringify(text).slice(1, -1),
  go: (text: string) => JSON.stringify(text).slice(1, -1),
  xml: (text: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;'),
  apache: (text: string) =>
    Array.from(Buffer.from(text), (c) =>
      c === 34 || c === 92
        ? `\\${String.fromCharCode(c)}`
        : c < 32 || c > 126
          ? `\\x${c.toString(16).padStart(2, '0')}`
          : String.fromCharCode(c),
    ).join(''),
  nginx: (text: string) =>
    Array.from(Buffer.from(text), (c) =>
      c < 32 || c > 126 || c === 34 || c === 92
        ? `\\x${c.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(c),
    ).join(''),
  raw: (text: string) => text.replaceAll(/[\r\n\u2028\u2029]/g, ''),
  csv: (text: string) => text.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' '),
};

function escapeOf(record: string): (text: string) => string {
  if (record.startsWith('{')) return escapes.json;
  if (record.startsWith('<')) return escapes.xml;
  if (record.startsWith('time=')) return escapes.go;
  if (record.startsWith('[')) return escapes.apache;
  if (record.startsWith('2026/')) return escapes.raw;
  return record.startsWith('2026-') ? escapes.csv : escapes.nginx;
}

function read(record: string): LineReading {
  const reader = createLineReader({ timezone: 'UTC', year: null, reference: 1_800_000_000 });
  reader.beginFile();
  return reader.read(record);
}

/** Attempts that the text of a file tells of, through everything that a file goes through. */
async function events(file: string): Promise<LineReading['event'][]> {
  const bytes = Buffer.from(file);
  async function* chunks(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  let text = '';
  for await (const chunk of framed(bytes.subarray(0, 4096), chunks())) text += chunk.toString('utf8');
  const reader = createLineReader({ timezone: 'UTC', year: null, reference: 1_800_000_000 });
  return text
    .split('\n')
    .map((line) => reader.read(line).event)
    .filter((event) => event !== null);
}

describe('whatever the name is, source, port and outcome stay or the record is unread', () => {
  for (const { forms } of shippedRecordForms().services) {
    for (const form of forms) {
      if (form.tells !== 'failure' && form.tells !== 'success') continue;
      for (const sample of form.samples) {
        if (sample.user === undefined || sample.user === '') continue;
        test(`${form.id}: ${sample.record.slice(0, 20)}`, () => {
          const escaped = escapeOf(sample.record);
          fc.assert(
            fc.property(hostile, (user) => {
              const record = sample.record.replaceAll(sample.user!, () => escaped(user));
              const { event } = read(record);
              if (event === null) return;
              expect({ record, source: event.source, port: event.port, outcome: event.outcome }).toEqual({
                record,
                source: sample.source ?? null,
                port: sample.port ?? null,
                outcome: form.tells,
              });
            }),
            { numRuns: 300 },
          );
        });
      }
    }
  }
});

describe('other texts of a stranger', () => {
  const access = (host: string, user: string, request: string, referrer: string, agent: string) =>
    `${host} - ${user} [22/Nov/2026:07:01:02 +0000] "${request}" 401 5 "${referrer}" "${agent}"`;
  test('request, referrer and agent of an access log', () => {
    for (const escaped of [escapes.apache, escapes.nginx]) {
      fc.assert(
        fc.property(hostile, hostile, hostile, (request, referrer, agent) => {
          const { event } = read(
            access('192.0.2.7', 'bob', escaped(request), escaped(referrer), escaped(agent)),
          );
          expect(event).toMatchObject({ source: '192.0.2.7', user: 'bob', outcome: 'failure' });
        }),
      );
    }
  });
  test("a request in nginx's error log", () => {
    fc.assert(
      fc.property(hostile, hostile, (user, request) => {
        const record = `2026/11/22 07:01:02 [error] 7#7: *9 user "${escapes.raw(user)}": password mismatch, client: 192.0.2.7, server: _, request: "${escapes.raw(request)}", host: "x"`;
        const { event } = read(record);
        if (event !== null) expect({ record, source: event.source }).toEqual({ record, source: '192.0.2.7' });
      }),
      { numRuns: 1000 },
    );
  });
  test('names in a message of sshd, wherever it is carried', () => {
    fc.assert(
      fc.property(hostile, fc.nat(3), (name, kind) => {
        const user = name.replaceAll(/[\r\n\u0000]/g, '');
        const message = `Failed password for invalid user ${user} from 192.0.2.7 port 4711 ssh2`;
        const record = [
          { __REALTIME_TIMESTAMP: '1795330862123456', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: message },
          { log: `${message}\n`, stream: 'stderr', time: '2026-11-22T07:01:02Z' },
          { _source: { '@timestamp': '2026-11-22T07:01:02Z', message, process: { name: 'sshd' } } },
          { timestamp: '1795330862000000000', line: `Nov 22 07:01:02 h sshd[1]: ${message}`, labels: {} },
        ][kind]!;
        const { event } = read(JSON.stringify(record));
        if (event !== null)
          expect(event).toMatchObject({ source: '192.0.2.7', port: 4711, outcome: 'failure' });
      }),
      { numRuns: 1000 },
    );
  });
  test("a log that another program writes says nothing of a web server's", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const own = escapes.raw(text);
        for (const line of [
          `Nov 22 07:01:02 srv.example app[7]: ${own}`,
          `2026-11-22 07:01:02 no form knows this: ${own}`,
          `2026-11-22T07:01:02Z srv.example cron[7]: (${own}) CMD (x)`,
        ]) {
          expect({ line, event: read(line).event }).toEqual({ line, event: null });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a name changes no other record of its file', () => {
  const record = (user: string, source: string) => ({
    eventid: 'cowrie.login.failed',
    username: user,
    src_ip: source,
    timestamp: '2026-11-22T07:01:02Z',
  });
  const sources = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  test('in JSON, an object a line or an array', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(0, 2), async (user, indent) => {
        const records = sources.map((source) => record(source === '192.0.2.2' ? user : 'bob', source));
        const lines = records.map((one) => `${JSON.stringify(one)}\n`).join('');
        expect((await events(lines)).map((event) => event!.source)).toEqual(sources);
        const array = await events(JSON.stringify(records, null, indent));
        expect(array.map((event) => event!.source)).toEqual(sources);
        expect(array[1]!.user).toBe(Buffer.from(user).toString('utf8'));
      }),
    );
  });
  test('in CSV', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (user) => {
        const rows = sources.map((source) => {
          const one = record(source === '192.0.2.2' ? user : 'bob', source);
          return `${Object.values(one)
            .map((cell) => `"${cell.replaceAll('"', '""')}"`)
            .join(',')}\n`;
        });
        const file = `eventid,username,src_ip,timestamp\n${rows.join('')}`;
        expect(frameOf(Buffer.from(file))).toBe('csv');
        expect((await events(file)).map((event) => event!.source)).toEqual(sources);
      }),
    );
  });
  test('in event XML', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (user) => {
        const event = (name: string, source: string) =>
          `<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4625</EventID><TimeCreated SystemTime="2026-11-22T07:01:02Z"/></System><EventData><Data Name="TargetUserName">${escapes.xml(name)}</Data><Data Name="IpAddress">${source}</Data></EventData></Event>`;
        const file = `<Events>${sources.map((source) => event(source === '192.0.2.2' ? `${user}.` : 'bob', source)).join('\n')}</Events>`;
        expect((await events(file)).map((one) => one!.source)).toEqual(sources);
      }),
    );
  });
});

describe('time is in proportion to length', () => {
  for (const [what, text] of [
    ['braces', '{'.repeat(200_000)],
    ['brackets in JSON', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['backslashes', `{"message":"${'\\\\'.repeat(200_000)}"}`],
    ['quotes', `192.0.2.7 - ${'\\"'.repeat(200_000)} [22/Nov/2026:07:01:02 +0000] "GET /" 401 1`],
    ['tags', `<Event>${'<a>'.repeat(100_000)}`],
    ['pairs', `time=1 ${'a=1 '.repeat(100_000)}`],
    ['labels', JSON.stringify({ Id: 4625, ProviderName: 'x', Message: 'Status:\n'.repeat(50_000) })],
    [
      'paths',
      JSON.stringify({ message: 'type=LOGIN_ERROR, '.repeat(50_000), loggerName: 'org.keycloak.events' }),
    ],
  ] as const) {
    test(what, () => {
      const started = process.cpuUsage().user;
      read(text);
      // quadratic time would be minutes
      expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(10);
    });
  }
});
