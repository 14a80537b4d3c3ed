/** The channels that a configuration names. Throws `Trouble` `bad-config` for what cannot be one. */
import { existsSync, readFileSync } from 'node:fs';
import type { Channel } from '../alarm/channels/channel.ts';
import { commandChannel } from '../alarm/channels/command.ts';
import { email } from '../alarm/channels/email.ts';
import { ntfy } from '../alarm/channels/ntfy.ts';
import { sendmail } from '../alarm/channels/sendmail.ts';
import { slackHook } from '../alarm/channels/slack.ts';
import { syslogChannel } from '../alarm/channels/syslog.ts';
import { webHook } from '../alarm/channels/web-hook.ts';
import type { SecretEffects, SecretPlace } from '../alarm/secret.ts';
import { Trouble } from '../model/error.ts';
import type { AlarmConfiguration } from './schema-alarm.ts';

export function channelsOf(
  alarm: AlarmConfiguration,
  host: string,
  effects: SecretEffects,
): readonly Channel[] {
  const from = `slowbrute@${host}`;
  const named = (name: string | undefined) => (name === undefined ? {} : { name });
  return [
    ...alarm.email.map((one) =>
      email(
        {
          ...named(one.name),
          to: one.to,
          from: one.from ?? from,
          server: one.server,
          port: one.port,
          ...(one.security === undefined ? {} : { security: one.security }),
          user: one.user,
          password: placeOf(one.password),
          ca: pem(one.ca),
        },
        effects,
      ),
    ),
    ...alarm.sendmail.map((one) =>
      sendmail(
        {
          ...named(one.name),
          to: one.to,
          from: one.from ?? from,
          path: one.program,
        },
        effects,
      ),
    ),
    ...alarm['web-hook'].map((one) =>
      webHook(
        { ...named(one.name), url: urlOf(one.url), secret: placeOf(one.secret), ca: pem(one.ca) },
        effects,
      ),
    ),
    ...alarm.slack.map((one) => slackHook({ ...named(one.name), url: urlOf(one.url) }, effects)),
    ...alarm.ntfy.map((one) =>
      ntfy(
        {
          ...named(one.name),
          url: one.url,
          token: placeOf(one.token),
          ...(one.tags === undefined ? {} : { tags: one.tags }),
        },
        effects,
      ),
    ),
    ...alarm.syslog.map((one) =>
      syslogChannel(
        {
          ...named(one.name),
          to: syslogTo(one.to, pem(one.ca)),
          ...(one.format === undefined ? {} : { format: one.format }),
        },
        effects,
      ),
    ),
    ...alarm.command.map((one) => commandChannel({ ...named(one.name), run: argv(one.run) }, effects)),
  ];
}

type ConfiguredSecret = AlarmConfiguration['ntfy'][number]['token'];

function placeOf(secret: ConfiguredSecret): SecretPlace | undefined {
  if (secret === undefined) return undefined;
  return secret.file === undefined
    ? { kind: 'environment', name: secret.environment! }
    : { kind: 'file', path: secret.file };
}

function urlOf(url: AlarmConfiguration['slack'][number]['url']): string | SecretPlace {
  return typeof url === 'string' ? url : placeOf(url)!;
}

function argv(program: readonly string[]): readonly [string, ...string[]] {
  const [first = '', ...rest] = program;
  return [first, ...rest];
}

/** The text of a certificate. */
function pem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (!existsSync(path))
    throw new Trouble('bad-config', `${path}: there is no such file`, 'Name the certificate, PEM.');
  return readFileSync(path, 'utf8');
}

function syslogTo(to: string, ca: string | undefined): Parameters<typeof syslogChannel>[0]['to'] {
  if (to === 'local') return { kind: 'local' };
  const { protocol, hostname, port } = new URL(to);
  const kind = protocol.slice(0, -1);
  if (kind !== 'udp' && kind !== 'tcp' && kind !== 'tls')
    throw new Trouble('bad-config', `${to}: no syslog server`, 'Write udp://HOST:PORT.');
  return { kind, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), ca };
}
