/** A channel from its options: the one place that knows all kinds. */
import type { SecretEffects } from '../secret.ts';
import type { Channel } from './channel.ts';
import { type CommandOptions, commandChannel } from './command.ts';
import { type EmailOptions, email } from './email.ts';
import { type NtfyOptions, ntfy } from './ntfy.ts';
import { type SendmailOptions, sendmail } from './sendmail.ts';
import { type SlackOptions, slackHook } from './slack.ts';
import { type SyslogOptions, syslogChannel } from './syslog.ts';
import { type WebHookOptions, webHook } from './web-hook.ts';

export type ChannelOptions =
  | ({ readonly kind: 'email' } & EmailOptions)
  | ({ readonly kind: 'sendmail' } & SendmailOptions)
  | ({ readonly kind: 'web-hook' } & WebHookOptions)
  | ({ readonly kind: 'slack' } & SlackOptions)
  | ({ readonly kind: 'ntfy' } & NtfyOptions)
  | ({ readonly kind: 'syslog' } & SyslogOptions)
  | ({ readonly kind: 'command' } & CommandOptions);

/** Throws `Trouble` (`bad-config`) where the options cannot work. Nothing is opened, asked or read before the first message. */
export function createChannel(options: ChannelOptions, effects: SecretEffects): Channel {
  switch (options.kind) {
    case 'email':
      return email(options, effects);
    case 'sendmail':
      return sendmail(options, effects);
    case 'web-hook':
      return webHook(options, effects);
    case 'slack':
      return slackHook(options, effects);
    case 'ntfy':
      return ntfy(options, effects);
    case 'syslog':
      return syslogChannel(options, effects);
    case 'command':
      return commandChannel(options, effects);
  }
}
