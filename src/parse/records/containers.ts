/**
 * Containers: records that carry a line of another log in one of their fields, as collectors and their exports do. Each
 * kind is a line of data: which records it is about, and the fields that hold the line, its time, host, program and
 * process. The first that fits is it; the last one is what most collectors have in common.
 *
 * `--fields` of the command line comes before all of them ({@link FieldNames}).
 */
import { type Path, pathOf, textAt, valueAt } from './value.ts';

export interface ContainerKind {
  readonly id: string;
  /** Fields that must be there, all of them. */
  readonly has: readonly string[];
  readonly message: string;
  readonly time: string;
  readonly host: string;
  readonly program: string;
  readonly pid: string;
  /** Where the kind is described. */
  readonly since: string;
}

export const CONTAINERS: readonly ContainerKind[] = [
  {
    id: 'journal',
    has: ['MESSAGE', '__REALTIME_TIMESTAMP|_SOURCE_REALTIME_TIMESTAMP|_HOSTNAME|SYSLOG_IDENTIFIER|_COMM'],
    message: 'MESSAGE',
    time: '_SOURCE_REALTIME_TIMESTAMP|__REALTIME_TIMESTAMP',
    host: '_HOSTNAME',
    program: 'SYSLOG_IDENTIFIER|_COMM',
    pid: '_PID|SYSLOG_PID',
    since: 'systemd.journal-fields(7), journalctl -o json and export',
  },
  {
    id: 'kubernetes',
    has: ['kubernetes', 'log|message'],
    message: 'log|message',
    time: '@timestamp|time|timestamp|date',
    host: 'kubernetes.pod_name|kubernetes.host|kubernetes.pod.name',
    program: 'kubernetes.container_name|kubernetes.container.name',
    pid: '',
    since: 'Fluent Bit and Vector, kubernetes filter',
  },
  {
    id: 'docker',
    has: ['log', 'stream', 'time'],
    message: 'log',
    time: 'time',
    host: 'hostname|attrs.hostname',
    program: 'attrs.tag',
    pid: '',
    since: 'Docker, json-file logging driver',
  },
  {
    id: 'gelf',
    has: ['short_message', 'host'],
    message: 'full_message|short_message',
    time: 'timestamp',
    host: 'host',
    program: '_application_name|_program|_facility',
    pid: '_process_id|_pid',
    since: 'Graylog Extended Log Format 1.1',
  },
  {
    id: 'graylog',
    has: [
      'message',
      'source',
      'timestamp',
      'gl2_source_input|gl2_message_id|streams|application_name|facility',
    ],
    message: 'full_message|message',
    time: 'timestamp',
    host: 'source',
    program: 'application_name|program',
    pid: 'process_id|pid',
    since: 'Graylog, export of a search',
  },
  {
    id: 'splunk',
    has: ['_raw'],
    message: '_raw',
    time: '_time',
    host: 'host',
    program: 'process|ident',
    pid: 'pid',
    since: 'Splunk, export of a search',
  },
  {
    id: 'macos',
    has: ['eventMessage', 'processImagePath|process'],
    message: 'eventMessage',
    time: 'timestamp',
    host: 'hostName|host',
    program: 'processImagePath|process',
    pid: 'processID',
    since: 'macOS log(1), --style json and ndjson',
  },
  {
    id: 'loki',
    has: ['line', 'timestamp'],
    message: 'line',
    time: 'timestamp',
    host: 'labels.hostname|labels.host|labels.nodename|labels.instance',
    program: 'labels.syslog_identifier|labels.app|labels.appname',
    pid: '',
    since: 'Grafana Loki, logcli --output=jsonl; the answer of its API is split into such records',
  },
  {
    id: 'cloudwatch',
    has: ['message|@message', 'timestamp|@timestamp', 'logStreamName|@logStream|ingestionTime|eventId'],
    message: 'message|@message',
    time: 'timestamp|@timestamp',
    host: 'logStreamName|@logStream',
    program: '',
    pid: '',
    since: 'AWS CloudWatch Logs, get-log-events and filter-log-events; Insights',
  },
  {
    id: 'google',
    has: ['textPayload'],
    message: 'textPayload',
    time: 'timestamp',
    host: 'resource.labels.instance_id|labels.compute.googleapis.com/resource_name',
    program: 'labels.syslogIdentifier|labels.ident',
    pid: '',
    since: 'Google Cloud Logging, LogEntry',
  },
  {
    id: 'logstash',
    has: ['message|event.original|log.original|msg|log|Message|MESSAGE|line'],
    message: 'message|event.original|log.original|msg|log|Message|MESSAGE|line',
    time: '@timestamp|timestamp|time|_time|ISODATE|ts|date|datetime|Timestamp|Time|eventTime|EventTime|DATE',
    host: 'host.name|host.hostname|hostname|host|HOST|HOSTNAME|Hostname|logsource|agent.hostname|agent.name|beat.hostname|sysloghost|fromhost|syslog.hostname',
    program:
      'process.name|program|appname|app_name|app-name|syslogtag|log.syslog.appname|syslog_program|syslog.appname|ident|PROGRAM|SourceName|application_name|process',
    pid: 'process.pid|pid|procid|process_id|PID|ProcessID|log.syslog.procid|syslog_pid',
    since: 'Elastic Common Schema, Logstash, rsyslog, syslog-ng, Vector, Fluentd, NXLog',
  },
];

/** Which fields hold what, for `--fields`; a value of `=text` is the text itself. */
export interface FieldNames {
  readonly time?: string;
  readonly message?: string;
  readonly host?: string;
  readonly program?: string;
  readonly pid?: string;
  readonly source?: string;
  readonly port?: string;
  readonly user?: string;
  readonly outcome?: string;
  readonly service?: string;
  readonly method?: string;
  readonly known?: string;
}

/** A line taken out of its container; its time as the field has it. */
export interface Contained {
  readonly kind: string;
  readonly message: string;
  readonly time: unknown;
  readonly host: string | null;
  readonly program: string | null;
  readonly pid: number;
}

interface CompiledContainer {
  readonly id: string;
  readonly has: readonly Path[];
  readonly message: Path;
  readonly time: Path;
  readonly host: Path;
  readonly program: Path;
  readonly pid: Path;
}

const COMPILED: readonly CompiledContainer[] = CONTAINERS.map((kind) => ({
  id: kind.id,
  has: kind.has.map(pathOf),
  message: pathOf(kind.message),
  time: pathOf(kind.time),
  host: pathOf(kind.host),
  program: pathOf(kind.program),
  pid: pathOf(kind.pid),
}));

/** What surrounds the document itself: a hit of Elasticsearch, a result of Splunk, a message of Graylog's API. */
const WRAPPERS = ['_source', 'result', 'fields'];

/** The document in a wrapper, or the record itself. */
export function unwrapped(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const key of WRAPPERS) {
    if (!Object.hasOwn(record, key)) continue;
    const inner = record[key];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    // `fields` beside a document's own values are more of them, not the document
    if (key === 'fields' && (Object.hasOwn(record, 'message') || Object.hasOwn(record, '@timestamp')))
      continue;
    return inner as Readonly<Record<string, unknown>>;
  }
  const { message } = record;
  if (typeof message === 'object' && message !== null && Object.hasOwn(record, 'index'))
    return message as Readonly<Record<string, unknown>>; // Graylog: {"message": {..}, "index": ".."}
  return record;
}

/** The line that a record carries; null where it carries none. */
export function contained(record: unknown, names: FieldNames | null): Contained | null {
  for (const kind of COMPILED) {
    if (names?.message === undefined && !kind.has.every((path) => valueAt(record, path) !== undefined))
      continue;
    const message = textAt(record, names?.message === undefined ? kind.message : pathOf(names.message));
    if (message === null) {
      if (names?.message !== undefined) return null;
      continue;
    }
    return {
      kind: names?.message === undefined ? kind.id : 'fields',
      message,
      time: valueAt(record, names?.time === undefined ? kind.time : pathOf(names.time)) ?? null,
      host: textAt(record, names?.host === undefined ? kind.host : pathOf(names.host)),
      program: programOf(textAt(record, names?.program === undefined ? kind.program : pathOf(names.program))),
      pid: pidOf(textAt(record, names?.pid === undefined ? kind.pid : pathOf(names.pid))),
    };
  }
  return null;
}

function pidOf(text: string | null): number {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : -1;
}

/** `sshd[123]:` of rsyslog's syslogtag and `/usr/sbin/sshd` are sshd. */
function programOf(text: string | null): string | null {
  if (text === null) return null;
  const name = /^(.{0,300}?)(?:\[\d{1,10}\])?:?$/s.exec(text)?.[1] ?? text;
  return name === '' || name === '-' ? null : name;
}
