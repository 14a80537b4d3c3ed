/** The part of the configuration that says who is told of what, and how. docs/alarms.md has the reasons. */
import { z } from 'zod';
import { shortText } from './schema-words.ts';

const name = shortText
  .optional()
  .describe('How messages and the log call it; needed where there are several of a kind.');
/** A secret is never in the configuration itself: it is in a file that only this program may read, or in its environment. */
const secret = z
  .strictObject({
    file: shortText.optional().describe('A file that holds it and nothing else.'),
    environment: shortText.optional().describe('A variable of the environment that holds it.'),
  })
  .refine(
    (place) => (place.file === undefined) !== (place.environment === undefined),
    'names a file or a variable of the environment',
  );
const url = z.union([z.url({ protocol: /^https?$/ }), secret]);
const program = z.array(shortText).min(1);

const addresses = {
  to: z.array(shortText).min(1).describe('Who gets it.'),
  from: shortText.optional().describe('Who it comes from. Default: slowbrute@ this machine.'),
};

export const alarmSchema = z
  .strictObject({
    host: shortText.optional().describe('How this machine is called in messages. Default: its own name.'),
    email: z
      .array(
        z.strictObject({
          name,
          ...addresses,
          server: shortText.describe('The mail server.'),
          port: z.int().min(1).max(65535).optional(),
          security: z
            .enum(['starttls', 'tls', 'none'])
            .optional()
            .describe('Default: starttls; none is for a server on this machine.'),
          user: shortText.optional(),
          password: secret.optional(),
          ca: shortText.optional().describe('The certificate of an authority of your own, PEM.'),
        }),
      )
      .default([]),
    sendmail: z
      .array(
        z.strictObject({
          name,
          ...addresses,
          program: shortText.optional().describe('Default: /usr/sbin/sendmail.'),
        }),
      )
      .default([])
      .describe('By the sendmail program of this machine.'),
    'web-hook': z
      .array(
        z.strictObject({
          name,
          url,
          secret: secret.optional().describe('Signs the body.'),
          ca: shortText.optional(),
        }),
      )
      .default([])
      .describe('The message as JSON, by POST.'),
    slack: z
      .array(z.strictObject({ name, url }))
      .default([])
      .describe('Slack, Mattermost, Rocket.Chat, Discord (with /slack at the end).'),
    ntfy: z
      .array(
        z.strictObject({
          name,
          url: z.url({ protocol: /^https?$/ }),
          token: secret.optional(),
          tags: z.array(shortText).optional(),
        }),
      )
      .default([]),
    syslog: z
      .array(
        z.strictObject({
          name,
          to: z
            .string()
            .regex(
              /^(local|(udp|tcp|tls):\/\/\S+:\d{1,5})$/,
              'must be local, or udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT',
            )
            .default('local'),
          format: z.enum(['text', 'json']).optional(),
          ca: shortText.optional(),
        }),
      )
      .default([]),
    command: z
      .array(z.strictObject({ name, run: program }))
      .default([])
      .describe('A program, run without a shell; the message is JSON on its standard input.'),
  })
  .superRefine((alarm, context) => {
    const seen = new Set<string>();
    for (const kind of ['email', 'sendmail', 'web-hook', 'slack', 'ntfy', 'syslog', 'command'] as const)
      alarm[kind].forEach((one, i) => {
        const called = one.name ?? kind;
        if (seen.has(called))
          context.addIssue({
            code: 'custom',
            path: [kind, i],
            message: `there are two called ${called}: give one a name of its own`,
          });
        seen.add(called);
      });
  })
  .prefault({});

export type AlarmConfiguration = z.output<typeof alarmSchema>;
