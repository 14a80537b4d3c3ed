/**
 * The configuration of `slowbrute watch` as TOML has it, and its checks. Keys are words with hyphens, as the options of the command
 * line are. Everything has a default; an unknown key is an error, because a misspelt `allow` would block the very people it names.
 * docs/configuration.md is made from the descriptions here (scripts/configuration.mjs).
 */
import { z } from 'zod';
import { alarmSchema } from './schema-alarm.ts';
import { blockSchema } from './schema-block.ts';
import { exportSchema, placesSchema } from './schema-export.ts';
import { fleetSchema } from './schema-fleet.ts';
import { serveSchema } from './schema-serve.ts';
import { addressOrNetwork, hostAndPort, shortText } from './schema-words.ts';

const receiver = z
  .string()
  .regex(
    /^(udp|tcp|tls):\/\/\S+:\d{1,5}$/,
    'must be udp://ADDRESS:PORT, tcp://ADDRESS:PORT or tls://ADDRESS:PORT',
  );

const inputSchema = z
  .strictObject({
    file: shortText
      .optional()
      .describe(
        'A log, or a pattern such as /var/log/app/*.log. Its rotated pieces are found by themselves.',
      ),
    journal: z.literal(true).optional().describe('The systemd journal, through journalctl(1).'),
    syslog: receiver
      .optional()
      .describe('Listen for syslog, e.g. "udp://127.0.0.1:5514"; also tcp:// and tls://.'),
    stdin: z.literal(true).optional().describe('Standard input.'),
    collect: z
      .string()
      .regex(
        /^https?:\/\/(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]|localhost):\d{1,5}$/,
        'must be https://ADDRESS:PORT or http://ADDRESS:PORT',
      )
      .optional()
      .describe(
        'Listen for lines and attempts of other sensors over HTTP, e.g. "https://0.0.0.0:8514" (docs/collector.md).',
      ),
    plain: z
      .literal(true)
      .optional()
      .describe('For collect: http:// beyond loopback, where something before it speaks TLS.'),
    'lines-per-second': z
      .int()
      .min(1)
      .optional()
      .describe('For collect: of one sensor; what comes beyond is told to come again.'),
    allow: z
      .array(addressOrNetwork)
      .optional()
      .describe(
        'Who may send: addresses and networks. Default: for syslog loopback only, for collect whoever has a token.',
      ),
    certificate: shortText
      .optional()
      .describe('For tls:// and https://: the file with the certificate chain, PEM.'),
    key: shortText.optional().describe('For tls:// and https://: the file with the private key, PEM.'),
    'client-ca': shortText
      .optional()
      .describe('For tls:// and https://: only senders with a certificate of this authority, PEM.'),
    'sensor-by': z
      .enum(['header', 'address'])
      .optional()
      .describe(
        'Whether the name in a message says which sensor it is, or the address that sent it. Default: header.',
      ),
    'messages-per-second': z
      .int()
      .min(1)
      .optional()
      .describe('Of one sender; what comes beyond is dropped and counted (udp) or waits.'),
  })
  .superRefine((input, context) => {
    const kinds = (['file', 'journal', 'syslog', 'stdin', 'collect'] as const).filter(
      (kind) => input[kind] !== undefined,
    );
    if (kinds.length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'names exactly one of: file, journal, syslog, stdin, collect',
      });
    const isTls =
      input.syslog?.startsWith('tls://') === true || input.collect?.startsWith('https://') === true;
    if (isTls && (input.certificate === undefined || input.key === undefined))
      context.addIssue({
        code: 'custom',
        message: `${input.collect === undefined ? 'tls' : 'https'}:// needs certificate and key`,
      });
    if (!isTls && (input.certificate ?? input.key ?? input['client-ca']) !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'certificate, key and client-ca belong to tls:// and https:// only',
      });
    if (input.syslog === undefined && (input['sensor-by'] ?? input['messages-per-second']) !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'sensor-by and messages-per-second belong to syslog only',
      });
    if (input.collect === undefined && (input.plain ?? input['lines-per-second']) !== undefined)
      context.addIssue({ code: 'custom', message: 'plain and lines-per-second belong to collect only' });
    if (input.syslog === undefined && input.collect === undefined && input.allow !== undefined)
      context.addIssue({ code: 'custom', message: 'allow belongs to syslog and collect only' });
    const isBare = input.collect?.startsWith('http://') === true && input.plain === undefined;
    if (isBare && !/^http:\/\/(127\.|\[::1\]|localhost:)/.test(input.collect ?? ''))
      context.addIssue({
        code: 'custom',
        message:
          'http:// beyond loopback shows tokens to everybody on the way: https://, or plain = true behind a proxy',
      });
  });

const detectionSchema = z.strictObject({
  'false-campaigns-per-year': z
    .number()
    .min(0.001)
    .max(1000)
    .default(0.5)
    .describe('How many false campaigns to accept in a year. Default: 0.5, one in two years.'),
  'loud-failures': z.int().min(2).max(1000).default(5).describe('So many failures make a source loud ...'),
  'loud-seconds': z.int().min(1).max(86400).default(600).describe('... if they come within so many seconds.'),
  'memory-days': z.int().min(7).max(365).default(90).describe('Days that detection looks back.'),
});

const historySchema = z.strictObject({
  engine: z
    .union([
      z.enum(['auto', 'duckdb', 'sqlite', 'file', 'memory']),
      z.templateLiteral(['clickhouse://', z.string()]),
      z.templateLiteral(['clickhouses://', z.string()]),
    ])
    .default('auto')
    .describe(
      'auto: DuckDB where it is installed, else SQLite where Node has it, else plain files. memory keeps nothing. ' +
        'clickhouse://USER@HOST:8123/DATABASE (clickhouses:// over TLS): a server, docs/fleet.md.',
    ),
  days: z
    .union([z.int().min(1), z.literal('unlimited')])
    .default(400)
    .describe('Attempts older than this go; sources, campaigns and blocks stay.'),
  megabytes: z
    .union([z.int().min(16), z.literal('unlimited')])
    .default(4096)
    .describe('Beyond this size on disk the oldest attempts go.'),
});

const logSchema = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much it says of itself.'),
  format: z.enum(['text', 'json']).default('text').describe('For a person, or one JSON object a line.'),
});

const metricsSchema = z.strictObject({
  listen: hostAndPort
    .optional()
    .describe(
      'Serve /metrics (Prometheus) and /health here, e.g. "127.0.0.1:9477". Default: only on the socket.',
    ),
});

export const configurationSchema = z.strictObject({
  'state-folder': shortText
    .optional()
    .describe('Where it keeps its history. Default: /var/lib/slowbrute, or ~/.local/state/slowbrute.'),
  socket: shortText
    .optional()
    .describe('The Unix socket on which commands find it. Default: in the state folder, or /run/slowbrute.'),
  timezone: shortText
    .optional()
    .describe("IANA zone of times that name none, e.g. Europe/Oslo. Default: this machine's."),
  forms: z
    .array(shortText)
    .default([])
    .describe('Files or folders with message forms of your own (docs/formats.md).'),
  input: z
    .array(inputSchema)
    .default([])
    .describe("What to follow, one [[input]] each. Default: this machine's own login log, or its journal."),
  detection: detectionSchema.prefault({}),
  history: historySchema.prefault({}),
  block: blockSchema.prefault({}),
  alarm: alarmSchema,
  fleet: fleetSchema.prefault({}),
  places: placesSchema.prefault({}),
  export: exportSchema.prefault({}),
  log: logSchema.prefault({}),
  metrics: metricsSchema.prefault({}),
  serve: serveSchema.prefault({}),
});

export type Configuration = z.output<typeof configurationSchema>;
export type InputConfiguration = Configuration['input'][number];
