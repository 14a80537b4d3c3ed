/**
 * A hook as Slack's incoming webhooks are, which Mattermost, Rocket.Chat, Discord (`/slack`) and others imitate: JSON
 * with `text`. The text stands in a box of three backticks, because inside it neither formats nor mentions nor links
 * are made by any of them; `&`, `<` and `>` are escaped as Slack asks (https://docs.slack.dev/messaging/formatting-message-text),
 * so no `<!channel>` is left. Backticks in it, which could end the box, become apostrophes.
 */
import type { SecretEffects, SecretPlace } from '../secret.ts';
import { wrapped } from '../wrap.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { cutBytes } from './cut.ts';
import { hookUrl, post } from './post.ts';
import { addressOf } from './web-hook.ts';

export interface SlackOptions {
  readonly name?: string;
  /** The hook's address is a secret: whoever knows it can write there. */
  readonly url: string | SecretPlace;
}

/** Discord takes 2,000 characters; Slack shortens beyond 4,000. Bytes of the text before escaping. */
const MOST_BYTES = 1800;
/** A box does not wrap on a telephone. */
const WIDTH = 60;

/** Throws `Trouble` (`bad-config`) for an address that cannot be one. */
export function slackHook({ name = 'slack', url }: SlackOptions, effects: SecretEffects): Channel {
  if (typeof url === 'string') hookUrl(url, `the address of ${name}`);
  return {
    name,
    async send(message, signal) {
      try {
        const target = addressOf(url, name, effects);
        const body = JSON.stringify({ text: boxed(message.subject, message.text), link_names: 0 });
        const headers = { 'content-type': 'application/json' };
        await post({ to: `${name} (${target.host})`, url: target, headers, body }, signal);
      } catch (error) {
        throw asUndelivered(error, name, 'Check the configuration.');
      }
      return DELIVERED;
    },
  };
}

/** Subject and text as one box in which nothing acts. */
export function boxed(subject: string, text: string): string {
  const all = wrapped(`${subject}\n\n${text}`, WIDTH).replaceAll('`', "'");
  return `\`\`\`\n${escaped(cutBytes(all, MOST_BYTES))}\n\`\`\``;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
