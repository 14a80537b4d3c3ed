/** Windows, web servers, Zeek: the same event in each of its exports; and what is no attempt. */
import { describe, expect, test } from 'vitest';
import { AttemptTableBuilder } from '../../model/table.ts';
import { createLineReader, type LineReading } from '../line.ts';
import { createLogParser } from '../log-parser.ts';

function last(...lines: (string | object)[]): LineReading {
  const reader = createLineReader({ timezone: 'UTC', year: null, reference: Date.UTC(2026, 10, 23) / 1000 });
  reader.beginFile();
  return lines.map((line) => reader.read(typeof line === 'string' ? line : JSON.stringify(line))).at(-1)!;
}

const MESSAGE = `An account failed to log on.

Subject:
	Security ID:		S-1-0-0
	Account Name:		-
	Account Domain:		-
	Logon ID:		0x0

Logon Type:			3

Account For Which Logon Failed:
	Security ID:		S-1-0-0
	Account Name:		amanda
	Account Domain:		EXAMPLE

Failure Information:
	Failure Reason:		Unknown user name or bad password.
	Status:			0xC000006D
	Sub Status:		0xC0000064

Process Information:
	Caller Process ID:	0x0
	Caller Process Name:	-

Network Information:
	Workstation Name:	PC
	Source Network Address:	192.0.2.80
	Source Port:		40992

Detailed Authentication Information:
	Logon Process:		NtLmSsp

The Network Information fields indicate where a remote logon request originated.`.replaceAll('\n', '\r\n');

describe('4625 in each of its exports', () => {
  const event = {
    time: '2026-11-22T07:01:02Z',
    sensor: 'srv.example',
    service: 'windows',
    source: '192.0.2.80',
    port: 40_992,
    user: 'amanda',
    known: false,
    outcome: 'failure',
    method: 'password',
  };
  const data = {
    TargetUserName: 'amanda',
    LogonType: '3',
    Status: '0xc000006d',
    SubStatus: '0xc0000064',
    IpAddress: '192.0.2.80',
    IpPort: '40992',
  };
  const list = Object.entries(data).map(([name, value]) => ({ '@Name': name, '#text': value }));
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const cases: readonly (readonly [string, readonly (string | object)[]])[] = [
    [
      'Winlogbeat',
      [
        {
          '@timestamp': '2026-11-22T07:01:02.944Z',
          winlog: {
            event_id: 4625,
            computer_name: 'srv.example',
            provider_name: 'Microsoft-Windows-Security-Auditing',
            event_data: data,
          },
          message: MESSAGE,
        },
      ],
    ],
    [
      'Winlogbeat 6',
      [
        {
          '@timestamp': '2026-11-22T07:01:02.944Z',
          event_id: 4625,
          computer_name: 'srv.example',
          event_data: data,
          log_name: 'Security',
        },
      ],
    ],
    [
      'Elasticsearch, a hit of Winlogbeat',
      [
        {
          _index: 'winlogbeat',
          _source: {
            '@timestamp': '2026-11-22T07:01:02.944Z',
            winlog: { event_id: '4625', computer_name: 'srv.example', event_data: data },
          },
        },
      ],
    ],
    ['NXLog', [{ EventTime: '2026-11-22 07:01:02', Hostname: 'srv.example', EventID: 4625, ...data }]],
    [
      'Wazuh',
      [
        {
          data: {
            win: {
              system: {
                eventID: '4625',
                computer: 'srv.example',
                systemTime: '2026-11-22T07:01:02.9443547Z',
              },
              eventdata: {
                targetUserName: 'amanda',
                subStatus: '0xc0000064',
                status: '0xc000006d',
                ipAddress: '192.0.2.80',
                ipPort: '40992',
              },
            },
          },
        },
      ],
    ],
    [
      'evtx_dump',
      [
        {
          Event: {
            System: {
              EventID: 4625,
              Computer: 'srv.example',
              Channel: 'Security',
              TimeCreated: { '#attributes': { SystemTime: '2026-11-22T07:01:02.944354Z' } },
            },
            EventData: data,
          },
        },
      ],
    ],
    [
      'EvtxECmd, CSV',
      [
        'RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,Computer,Payload',
        `1,2,2026-11-22 07:01:02.9443547,4625,LogAlways,Microsoft-Windows-Security-Auditing,Security,srv.example,${cell(JSON.stringify({ EventData: { Data: list } }))}`,
      ],
    ],
    [
      'EvtxECmd, JSON',
      [
        {
          TimeCreated: '2026-11-22T07:01:02.9443547+00:00',
          EventId: 4625,
          Provider: 'Microsoft-Windows-Security-Auditing',
          Computer: 'srv.example',
          Payload: JSON.stringify({ EventData: { Data: list } }),
        },
      ],
    ],
    [
      'Get-WinEvent | ConvertTo-Json',
      [
        {
          Id: 4625,
          ProviderName: 'Microsoft-Windows-Security-Auditing',
          LogName: 'Security',
          MachineName: 'srv.example',
          TimeCreated: '/Date(1795330862944)/',
          Message: MESSAGE,
        },
      ],
    ],
    [
      'Get-WinEvent | Export-Csv',
      [
        '#TYPE Selected.System.Diagnostics.Eventing.Reader.EventLogRecord',
        '"Message","Id","ProviderName","LogName","MachineName","TimeCreated"',
        `${cell(MESSAGE)},"4625","Microsoft-Windows-Security-Auditing","Security","srv.example","11/22/2026 7:01:02 AM"`,
      ],
    ],
    [
      'Splunk, WinEventLog as JSON',
      [
        {
          result: {
            EventCode: '4625',
            ComputerName: 'srv.example',
            LogName: 'Security',
            Message: MESSAGE,
            _time: '2026-11-22T07:01:02.000+00:00',
          },
        },
      ],
    ],
  ];
  test.each(cases)('%s', (_, lines) => {
    expect(last(...lines).event).toEqual(event);
  });
  test('a name that looks like the rest of the message', () => {
    const forged = MESSAGE.replace('amanda', 'amanda\r\n\tSource Network Address:\t198.51.100.1');
    const record = { Id: 4625, ProviderName: 'x', TimeCreated: '2026-11-22T07:01:02Z', Message: forged };
    expect(last(record)).toMatchObject({ kind: 'unread', reason: 'ambiguous' });
  });
});

describe('what is known of an account by the reason', () => {
  const known = (SubStatus: string, Status = '0xC000006D') =>
    last({
      EventID: 4625,
      EventTime: '2026-11-22 07:01:02',
      IpAddress: '192.0.2.80',
      TargetUserName: 'x',
      Status,
      SubStatus,
    }).event?.known;
  test.each([
    ['0xC0000064', false],
    ['0xC000006A', true],
    ['0xc0000234', true],
    ['0x0', null],
  ])('%s', (status, expected) => {
    expect(known(status)).toBe(expected);
  });
  test('the status, where the other says nothing', () => {
    expect(known('0x0', '0xC0000234')).toBe(true);
  });
});

describe('access logs', () => {
  const line = (user: string, status = 401, host = '192.0.2.80') =>
    `${host} - ${user} [22/Nov/2026:07:01:02 +0000] "GET /a HTTP/1.1" ${status} 179 "-" "x"`;
  test.each([
    [
      'common format',
      '192.0.2.80 - bob [22/Nov/2026:07:01:02 +0000] "GET / HTTP/1.1" 401 179',
      'bob',
      '192.0.2.80',
    ],
    ['combined format', line('bob'), 'bob', '192.0.2.80'],
    ['a host name', line('bob', 401, 'pc.example'), 'bob', 'pc.example'],
    ['IPv6', line('bob', 401, '2001:DB8::80'), 'bob', '2001:db8::80'],
    ['the name in quotes', line('"bob"'), 'bob', '192.0.2.80'],
    [
      'the name in quotes, with a quote',
      line(String.raw`"b\"[22/Nov/2026:00:00:00 +0000] \"x"`),
      'b"[22/Nov/2026:00:00:00 +0000] "x',
      '192.0.2.80',
    ],
    ['a virtual host before it', `www.example:443 ${line('bob')}`, 'bob', '192.0.2.80'],
    [
      'blanks and brackets in the name',
      line('a b [22/Nov/2026:00:00:00 +0000]'),
      'a b [22/Nov/2026:00:00:00 +0000]',
      '192.0.2.80',
    ],
    ["nginx' quotes", line(String.raw`\x22GET /\x22 401`), '"GET /" 401', '192.0.2.80'],
    ["Apache's quotes", line(String.raw`\"GET / HTTP/1.1\" 200`), '"GET / HTTP/1.1" 200', '192.0.2.80'],
    ["UTF-8 in nginx' escapes", line(String.raw`J\xC3\xB6rg`), 'Jörg', '192.0.2.80'],
    ['through syslog', `Nov 22 07:01:02 web.example nginx[7]: ${line('bob')}`, 'bob', '192.0.2.80'],
    [
      'in Docker',
      JSON.stringify({ log: `${line('bob')}\n`, stream: 'stdout', time: '2026-11-22T07:01:02Z' }),
      'bob',
      '192.0.2.80',
    ],
    [
      'nginx, JSON',
      JSON.stringify({
        time_iso8601: '2026-11-22T07:01:02+00:00',
        remote_addr: '192.0.2.80',
        remote_user: 'bob',
        request: 'GET / HTTP/1.1',
        status: '401',
      }),
      'bob',
      '192.0.2.80',
    ],
    [
      'Traefik',
      JSON.stringify({
        ClientAddr: '192.0.2.80:5',
        ClientHost: '192.0.2.80',
        ClientUsername: 'bob',
        DownstreamStatus: 401,
        RequestMethod: 'GET',
        RequestPath: '/',
        StartUTC: '2026-11-22T07:01:02.1Z',
      }),
      'bob',
      '192.0.2.80',
    ],
    [
      'Filebeat, module nginx',
      JSON.stringify({
        '@timestamp': '2026-11-22T07:01:02.000Z',
        source: { address: '192.0.2.80' },
        user: { name: 'bob' },
        http: { request: { method: 'GET' }, response: { status_code: 401 } },
        url: { original: '/' },
      }),
      'bob',
      '192.0.2.80',
    ],
  ])('%s', (_, text, user, source) => {
    expect(last(text).event).toMatchObject({
      user,
      source,
      outcome: 'failure',
      service: 'http',
      time: '2026-11-22T07:01:02Z',
    });
  });
  test('without a name it was only asked for one', () => {
    expect(last(line('-')).event).toBeNull();
  });
  test('what an ident server said could be a part of the name', () => {
    expect(last(line('bob').replace(' - ', ' a b '))).toMatchObject({ kind: 'unread', reason: 'ambiguous' });
  });
});

describe('error logs', () => {
  const nginx = (user: string, request = 'GET / HTTP/1.1') =>
    `2026/11/22 07:01:02 [error] 7#7: *9 user "${user}": password mismatch, client: 192.0.2.80, server: _, request: "${request}", host: "x"`;
  test('a name that looks like the rest of the line', () => {
    for (const text of [
      nginx('x": password mismatch, client: 198.51.100.1, server: _, request: "'),
      nginx('bob', 'GET /": password mismatch, client: 198.51.100.1, server: _'),
    ]) {
      const { event } = last(text);
      if (event !== null) expect(event.source).toBe('192.0.2.80');
    }
  });
  test('Apache, IPv6 with the port behind a colon', () => {
    const text =
      '[Sun Nov 22 07:01:02.123456 2026] [auth_basic:error] [pid 7:tid 9] [client 2001:db8::80:5188] AH01618: user bob not found: /';
    expect(last(text).event).toMatchObject({ source: '2001:db8::80', port: 5188, user: 'bob', known: false });
  });
});

describe('WordPress by its access log', () => {
  const post = (path: string, status: number) =>
    last(`192.0.2.80 - - [22/Nov/2026:07:01:02 +0000] "POST ${path} HTTP/1.1" ${status} 5 "-" "-"`).event
      ?.outcome;
  test.each([
    ['/wp-login.php', 200, 'failure'],
    ['/wp-login.php', 302, 'success'],
    ['/blog/wp-login.php?redirect_to=x', 302, 'success'],
    ['/wp-login.php?action=lostpassword', 302, undefined],
    ['/wp-login.php?action=postpass', 302, undefined],
    ['/wp-login.php', 403, undefined],
    ['/xmlrpc.php', 200, 'failure'],
    ['/xmlrpc.php', 405, undefined],
  ])('POST %s %i', (path, status, outcome) => {
    expect(post(path, status)).toBe(outcome);
  });
});

describe('Zeek', () => {
  const header = [
    String.raw`#separator \x09`,
    '#set_separator\t,',
    '#unset_field\t-',
    '#path\tssh',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tauth_success\tauth_attempts\tdirection',
  ];
  const row = (success: string, attempts: number) =>
    `1795330862.500000\tCHhAvVGS1DHFjwGM9\t192.0.2.80\t40992\t198.51.100.9\t22\t2\t${success}\t${attempts}\tINBOUND`;
  test('with its header', () => {
    expect(last(...header, row('F', 3))).toMatchObject({
      count: 3,
      event: { source: '192.0.2.80', sensor: '198.51.100.9', user: null, outcome: 'failure', port: 40_992 },
    });
    expect(last(...header, row('T', 3))).toMatchObject({ count: 1, event: { outcome: 'success' } });
    expect(last(...header, row('-', 0)).kind).toBe('no-attempt');
  });
  test('a piece without a header', () => {
    expect(last(row('F', 2))).toMatchObject({
      count: 2,
      event: { source: '192.0.2.80', outcome: 'failure' },
    });
  });
});

describe('logins that are told again and again', () => {
  function rows(lines: readonly string[]): number[] {
    const builder = new AttemptTableBuilder();
    const parser = createLogParser({ timezone: 'UTC', year: null, reference: 1_800_000_000 }, builder);
    parser.beginFile({ name: 'access.log', group: 'access.log' });
    for (const line of lines) parser.line(line);
    parser.finish();
    return [...builder.finish().outcome];
  }
  test('a password that goes with every request is one login for an hour', () => {
    const at = (time: string, status: number) =>
      `192.0.2.80 - bob [22/Nov/2026:${time} +0000] "GET / HTTP/1.1" ${status} 5 "-" "-"`;
    expect(
      rows([
        at('07:00:00', 401),
        at('07:00:05', 200),
        at('07:30:00', 200),
        at('08:15:00', 200),
        at('10:00:00', 200),
      ]),
    ).toEqual([0, 1, 1]);
  });
  test('what a honeypot lets in is a guess', () => {
    const line = (eventid: string) =>
      JSON.stringify({
        eventid,
        username: 'root',
        src_ip: '192.0.2.80',
        timestamp: '2026-11-22T07:01:02.1Z',
      });
    expect(rows([line('cowrie.login.failed'), line('cowrie.login.success')])).toEqual([0, 0]);
  });
});
