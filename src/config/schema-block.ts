/** The part of the configuration that says who is kept out, for how long, and by what. docs/blocking.md has the reasons. */
import { z } from 'zod';
import { USUAL_PER_MINUTE } from '../respond/look-ups.ts';
import { addressOrNetwork, hostName, nameServer, shortText } from './schema-words.ts';

const hours = z
  .number()
  .positive()
  .max(24 * 365 * 10);

const time = {
  hours: hours.optional().describe('Hours of the first block of a source.'),
  'most-hours': hours.optional().describe('Each further block takes twice as long, up to this.'),
};

const command = z.array(shortText).min(1).describe('A program and its arguments, run without a shell.');

/** Where a responder listens unless told otherwise (service/slowbrute-responder.service). */
export const RESPONDER_SOCKET = '/run/slowbrute-responder/responder.sock';

export const backendNames = [
  'nftables',
  'ipset',
  'pf',
  'firewalld',
  'ufw',
  'hosts-deny',
  'fail2ban',
  'crowdsec',
  'command',
  'web-hook',
  'file',
  'responder',
  'null',
] as const;

export const blockSchema = z
  .strictObject({
    with: z
      .array(z.enum(backendNames))
      .default([])
      .describe(
        'What blocks: names of backends, all of which are told. Default: none, a dry run that only says what it would do.',
      ),
    allow: z.array(addressOrNetwork).default([]).describe('Addresses and networks that are never blocked.'),
    private: z
      .boolean()
      .default(false)
      .describe('Whether private addresses (RFC 1918, RFC 4193, RFC 6598) may be blocked.'),
    participants: z
      .strictObject({
        block: z.boolean().default(true).describe('Whether participants of a campaign are blocked.'),
        'least-confidence': z.number().min(0.5).max(1).optional().describe('From so sure on. Default: 0.9.'),
        ...time,
      })
      .prefault({}),
    'unknown-user': z
      .strictObject({
        block: z
          .boolean()
          .default(false)
          .describe(
            'Whether whoever fails on an unknown user is blocked, at the first time. See: slowbrute block cost.',
          ),
        'accept-people': z
          .int()
          .min(0)
          .max(1_000_000)
          .default(0)
          .describe(
            'So many sources that people log in from may it have hit in the last 90 days, by the history; while they are more, it stays off and status says so.',
          ),
        ...time,
      })
      .prefault({}),
    loud: z
      .strictObject({
        block: z.boolean().default(false).describe('Whether loud sources are blocked, as fail2ban does.'),
        failures: z.int().min(2).max(1000).optional().describe('So many failures ... Default: 5.'),
        seconds: z.int().min(1).max(86400).optional().describe('... within so many seconds. Default: 600.'),
        ...time,
      })
      .prefault({}),
    networks: z
      .strictObject({
        block: z
          .boolean()
          .default(false)
          .describe('Whether a network full of participants is blocked as a whole.'),
        participants: z.int().min(2).max(256).optional().describe('So many in a /24 or /48.'),
        ...time,
      })
      .prefault({}),
    names: z
      .strictObject({
        'look-up': z
          .boolean()
          .default(false)
          .describe(
            'Whether participants that are host names are looked up, and blocked where both directions agree.',
          ),
        'look-ups-a-minute': z
          .int()
          .min(1)
          .max(600)
          .default(USUAL_PER_MINUTE)
          .describe('So many of them at most.'),
        allow: z
          .array(hostName)
          .max(100)
          .default([])
          .describe('Host names that are never blocked; looked up every five minutes.'),
        servers: z
          .array(nameServer)
          .default([])
          .describe("Name servers, ADDRESS or ADDRESS:PORT. Default: this machine's."),
      })
      .prefault({}),
    'ipv6-prefix': z
      .int()
      .min(32)
      .max(128)
      .default(64)
      .describe('Bits of an IPv6 address that count as one source.'),
    most: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20_000)
      .describe('So many blocks at most; the least sure leave first.'),
    nftables: z
      .strictObject({
        ports: z
          .array(z.int().min(1).max(65535))
          .optional()
          .describe('Only these TCP ports are closed. Default: everything.'),
        hooks: z
          .array(z.enum(['input', 'forward']))
          .min(1)
          .optional()
          .describe('What comes to this machine, what it passes on. Default: input.'),
      })
      .prefault({}),
    ipset: z
      .strictObject({
        chains: z
          .array(z.string().regex(/^[A-Z][A-Za-z0-9_-]{0,27}$/))
          .min(1)
          .optional()
          .describe('Chains of iptables that look at the set. Default: INPUT.'),
      })
      .prefault({}),
    pf: z
      .strictObject({
        table: z
          .string()
          .regex(/^[a-z][a-z0-9_]{0,30}$/)
          .optional()
          .describe('Default: slowbrute.'),
        anchor: z
          .string()
          .regex(/^[a-z][a-z0-9_/]{0,60}$/)
          .optional()
          .describe('The anchor that holds the table. Default: the main rule set.'),
        'kill-states': z
          .boolean()
          .optional()
          .describe('Whether open connections of a blocked source end at once. Default: true.'),
      })
      .prefault({}),
    firewalld: z
      .strictObject({
        zone: z
          .string()
          .regex(/^[\w-]{1,17}$/)
          .optional()
          .describe('Default: drop.'),
      })
      .prefault({}),
    'hosts-deny': z
      .strictObject({
        path: shortText.optional().describe('Default: /etc/hosts.deny.'),
        daemons: z
          .string()
          .regex(/^[\w., -]{1,200}$/)
          .optional()
          .describe('Whose connections are refused. Default: ALL.'),
      })
      .prefault({}),
    fail2ban: z
      .strictObject({
        jail: z
          .string()
          .regex(/^[\w.-]{1,60}$/)
          .optional()
          .describe('The jail that bans. Default: slowbrute.'),
      })
      .prefault({}),
    command: z
      .strictObject({
        run: command,
        timed: z
          .boolean()
          .default(false)
          .describe('Whether it ends entries by itself after the seconds that it is told.'),
      })
      .optional(),
    'web-hook': z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe('Where changes are sent, JSON by POST; https unless it is this machine.'),
        'token-file': shortText
          .optional()
          .describe('A file with a token, which is sent as Authorization: Bearer.'),
        timed: z
          .boolean()
          .default(false)
          .describe('Whether it ends entries by itself after the seconds that it is told.'),
      })
      .optional(),
    file: z
      .strictObject({ path: shortText.describe('The file, one target a line; replaced whole.') })
      .optional(),
    responder: z
      .strictObject({
        socket: shortText.default(RESPONDER_SOCKET).describe('Where slowbrute responder listens.'),
      })
      .prefault({}),
  })
  .superRefine((block, context) => {
    for (const name of ['command', 'web-hook', 'file'] as const)
      if (block.with.includes(name) && block[name] === undefined)
        context.addIssue({
          code: 'custom',
          message: `with = ["${name}"] needs a table [block.${name}]`,
          path: [name],
        });
  });

export type BlockConfiguration = z.output<typeof blockSchema>;
