/** The same line of sshd in everything that carries lines: one attempt, the same in each. */
import { describe, expect, test } from 'vitest';
import { createLineReader, type LineReading } from '../line.ts';

const MESSAGE = 'Failed password for invalid user amanda from 192.0.2.80 port 40992 ssh2';
const LINE = `Nov 22 07:01:02 srv.example sshd[812]: ${MESSAGE}`;
const TIME = '2026-11-22T07:01:02Z';
/** 2026-11-22T07:01:02Z */
const EPOCH = 1_795_330_862;

function reader(zone = 'UTC') {
  // long after: only a container knows the year
  return createLineReader({ timezone: zone, year: null, reference: Date.UTC(2029, 0, 1) / 1000 });
}

function last(lines: readonly (string | object)[], zone?: string): LineReading {
  const one = reader(zone);
  one.beginFile();
  const readings = lines.map((line) => one.read(typeof line === 'string' ? line : JSON.stringify(line)));
  return readings.at(-1)!;
}

const ATTEMPT = {
  time: TIME,
  service: 'sshd',
  source: '192.0.2.80',
  port: 40_992,
  user: 'amanda',
  known: false,
  outcome: 'failure',
  method: 'password',
};

const CASES: readonly (readonly [string, readonly (string | object)[], string | null])[] = [
  [
    'journalctl -o json',
    [
      {
        __REALTIME_TIMESTAMP: '1795330862123456',
        _HOSTNAME: 'srv.example',
        SYSLOG_IDENTIFIER: 'sshd',
        _PID: '812',
        MESSAGE,
      },
    ],
    'srv.example',
  ],
  [
    'journalctl -o json: bytes, a field that is there twice, null for what was too long',
    [
      {
        __REALTIME_TIMESTAMP: '1795330862123456',
        _HOSTNAME: 'srv.example',
        SYSLOG_IDENTIFIER: ['sshd', 'x'],
        _PID: '812',
        _CMDLINE: null,
        MESSAGE: [...Buffer.from(MESSAGE)],
      },
    ],
    'srv.example',
  ],
  ['Docker', [{ log: `${LINE}\n`, stream: 'stdout', time: '2026-11-22T07:01:02.123456789Z' }], 'srv.example'],
  [
    'Docker, sshd -D -e',
    [{ log: `${MESSAGE}\r\n`, stream: 'stderr', time: '2026-11-22T07:01:02.123456789Z' }],
    null,
  ],
  [
    'Docker, a line in pieces of 16 KiB',
    [
      { log: 'x'.repeat(16_384), stream: 'stderr', time: '2026-11-22T07:01:02Z' },
      { log: 'y\n', stream: 'stderr', time: '2026-11-22T07:01:02Z' },
      { log: `${MESSAGE}\n`, stream: 'stderr', time: '2026-11-22T07:01:02Z' },
    ],
    null,
  ],
  ['Kubernetes CRI', [`2026-11-22T07:01:02.123456789Z stderr F ${MESSAGE}`], null],
  [
    'Kubernetes CRI, in pieces',
    [
      `2026-11-22T07:01:02.123456789Z stderr P ${MESSAGE.slice(0, 20)}`,
      `2026-11-22T07:01:02.123456789Z stderr F ${MESSAGE.slice(20)}`,
    ],
    null,
  ],
  [
    'Kubernetes, Fluent Bit',
    [
      {
        date: EPOCH + 0.5,
        log: MESSAGE,
        stream: 'stderr',
        time: '2026-11-22T07:01:02.1Z',
        kubernetes: { pod_name: 'bastion-1', container_name: 'sshd' },
      },
    ],
    'bastion-1',
  ],
  [
    'Elasticsearch, a hit',
    [
      {
        _index: 'filebeat',
        _id: 'x',
        _source: {
          '@timestamp': '2026-11-22T07:01:02.123Z',
          message: MESSAGE,
          host: { name: 'srv.example' },
          process: { name: 'sshd', pid: 812 },
        },
      },
    ],
    'srv.example',
  ],
  [
    'Elasticsearch, the whole line',
    [{ '@timestamp': '2026-11-22T07:01:09.123Z', message: LINE, host: { hostname: 'relay.example' } }],
    'srv.example',
  ],
  [
    'Kibana, CSV',
    [
      '"@timestamp","host.name",message,"process.name"',
      `"Nov 22, 2026 @ 07:01:02.123","srv.example","${MESSAGE}",sshd`,
    ],
    'srv.example',
  ],
  [
    'Splunk, JSON',
    [
      {
        preview: false,
        offset: 0,
        result: { _raw: LINE, _time: '2026-11-22 07:01:02.000 UTC', host: 'srv.example' },
      },
    ],
    'srv.example',
  ],
  [
    'Splunk, CSV',
    ['"_raw","_time",host', `"${LINE}","2026-11-22T07:01:02.000+0000","srv.example"`],
    'srv.example',
  ],
  [
    'GELF',
    [
      {
        version: '1.1',
        host: 'srv.example',
        short_message: MESSAGE,
        timestamp: EPOCH + 0.25,
        _application_name: 'sshd',
      },
    ],
    'srv.example',
  ],
  [
    'Graylog, CSV',
    [
      '"timestamp","source","message","application_name"',
      `"2026-11-22T07:01:02.000Z","srv.example","${MESSAGE}","sshd"`,
    ],
    'srv.example',
  ],
  [
    'Graylog, JSON of its interface',
    [
      {
        message: {
          source: 'srv.example',
          message: `sshd[812]: ${MESSAGE}`,
          timestamp: '2026-11-22T07:01:02.000Z',
          gl2_source_input: 'x',
        },
        index: 'graylog_0',
      },
    ],
    'srv.example',
  ],
  [
    'Loki, logcli -o jsonl',
    [
      {
        labels: { host: 'srv.example', job: 'auth' },
        line: LINE,
        timestamp: '2026-11-22T08:01:02.123456789+01:00',
      },
    ],
    'srv.example',
  ],
  ['Loki, its interface', [{ timestamp: '1795330862000000000', line: LINE, labels: {} }], 'srv.example'],
  [
    'CloudWatch, get-log-events',
    [{ timestamp: 1_795_330_862_000, message: LINE, ingestionTime: 1_795_330_900_000 }],
    'srv.example',
  ],
  [
    'CloudWatch, Insights as CSV',
    ['@timestamp,@message,@logStream', `2026-11-22 07:01:02.000,${MESSAGE},i-0abc`],
    'i-0abc',
  ],
  ['Google', [{ textPayload: LINE, timestamp: '2026-11-22T07:01:02.5Z', logName: 'x' }], 'srv.example'],
  [
    'Vector, syslog source',
    [
      {
        appname: 'sshd',
        facility: 'auth',
        host: 'srv.example',
        hostname: 'srv.example',
        message: MESSAGE,
        procid: 812,
        timestamp: '2026-11-22T07:01:02Z',
      },
    ],
    'srv.example',
  ],
  [
    'Fluentd',
    [{ host: 'srv.example', ident: 'sshd', pid: '812', message: MESSAGE, time: '2026-11-22 07:01:02 +0000' }],
    'srv.example',
  ],
  [
    'rsyslog, jsonmesg',
    [
      {
        msg: ` ${MESSAGE}`,
        timereported: '2026-11-22T07:01:02Z',
        timestamp: '2026-11-22T07:01:02+00:00',
        hostname: 'srv.example',
        syslogtag: 'sshd[812]:',
      },
    ],
    'srv.example',
  ],
  [
    'syslog-ng, format-json',
    [
      {
        PROGRAM: 'sshd',
        PID: '812',
        MESSAGE,
        HOST: 'srv.example',
        DATE: 'Nov 22 07:01:02',
        ISODATE: '2026-11-22T07:01:02+00:00',
      },
    ],
    'srv.example',
  ],
  [
    'macOS, log show --style ndjson',
    [
      {
        timestamp: '2026-11-22 08:01:02.123456+0100',
        eventMessage: MESSAGE,
        processImagePath: '/usr/sbin/sshd',
        processID: 812,
        messageType: 'Default',
      },
    ],
    null,
  ],
  [
    'macOS, log show',
    [
      'Timestamp                       Thread     Type        Activity             PID    TTL  ',
      `2026-11-22 08:01:02.123456+0100 0x1a2b     Info        0x0                  812    0    sshd: ${MESSAGE}`,
    ],
    null,
  ],
  [
    'macOS, log show --style syslog',
    [`2026-11-22 08:01:02.123456+0100  localhost sshd[812]: ${MESSAGE}`],
    'localhost',
  ],
  [
    'macOS, log show --style compact',
    [`2026-11-22 07:01:02.123 I  sshd[812:1a2b] [com.openssh:sshd] ${MESSAGE}`],
    null,
  ],
  [
    'containers in containers: Docker in Elasticsearch in Splunk',
    [
      {
        result: {
          _raw: JSON.stringify({
            _source: {
              message: JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: '2026-11-22T07:01:02Z' }),
            },
          }),
          _time: '2026-11-22T07:01:05Z',
        },
      },
    ],
    'srv.example',
  ],
  [
    'Windows OpenSSH, event XML',
    [
      `<Event xmlns='x'><System><Provider Name='OpenSSH'/><EventID>4</EventID><TimeCreated SystemTime='2026-11-22T07:01:02.1234567Z'/><Execution ProcessID='812' ThreadID='4'/><Channel>OpenSSH/Operational</Channel><Computer>srv.example</Computer></System><EventData><Data Name='process'>sshd</Data><Data Name='payload'>${MESSAGE}</Data></EventData></Event>`,
    ],
    'srv.example',
  ],
  [
    'Windows OpenSSH, Get-WinEvent | Export-Csv',
    [
      '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord',
      '"Message","Id","ProviderName","LogName","ProcessId","MachineName","TimeCreated"',
      `"sshd: ${MESSAGE}","4","OpenSSH","OpenSSH/Operational","812","srv.example","11/22/2026 7:01:02 AM"`,
    ],
    'srv.example',
  ],
];

describe('one attempt, whatever carries its line', () => {
  test.each(CASES)('%s', (_, lines, sensor) => {
    expect(last(lines).event).toEqual({ ...ATTEMPT, sensor });
  });
});

describe('the time of a line in a container', () => {
  test("a line's own time counts, and the container's year", () => {
    const late = {
      log: 'Dec 31 23:59:58 srv.example sshd[812]: x\n',
      stream: 'stdout',
      time: '2027-01-01T00:00:03Z',
    };
    const line = { ...late, log: late.log.replace(': x', `: ${MESSAGE}`) };
    expect(last([line]).event?.time).toBe('2026-12-31T23:59:58Z');
  });
  test('without a zone it is read in the zone of the log', () => {
    const record = { message: LINE, '@timestamp': '2026-11-22T06:01:02Z' };
    expect(last([record], 'Europe/Oslo').event?.time).toBe('2026-11-22T06:01:02Z');
  });
});

describe('what a container is not believed', () => {
  test('a message of another program that looks like a line of sshd', () => {
    const record = {
      __REALTIME_TIMESTAMP: '1795330862123456',
      _HOSTNAME: 'srv.example',
      SYSLOG_IDENTIFIER: 'app',
      MESSAGE: LINE,
    };
    expect(last([record]).kind).toBe('other');
    expect(last([{ ...record, SYSLOG_IDENTIFIER: undefined, _COMM: 'app' }]).kind).toBe('other');
    expect(last([{ program: 'app', host: 'h', message: LINE, timestamp: TIME }]).kind).toBe('other');
  });
  test('a key that is there twice', () => {
    const text = `{"@timestamp":"${TIME}","process":{"name":"sshd"},"message":"x","message":"${MESSAGE}"}`;
    expect(last([text])).toMatchObject({ kind: 'unread', reason: 'ambiguous' });
  });
  test('__proto__ and constructor are keys like any other', () => {
    expect(last([`{"__proto__":{"message":"${MESSAGE}"},"constructor":"x"}`]).kind).toBe('other');
  });
});
