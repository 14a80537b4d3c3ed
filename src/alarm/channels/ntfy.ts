/**
 * ntfy (https://docs.ntfy.sh/publish/): a message to a topic, by JSON to the server's root, because headers, the other
 * way, cannot carry every letter. No Markdown is asked for, so none is made. Urgent messages have the highest priority:
 * they ring through a telephone's night.
 */

import type { Message } from '../schema.ts';
import { readSecret, type SecretEffects, type SecretPlace } from '../secret.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { cutBytes } from './cut.ts';
import { hookUrl, post } from './post.ts';

export interface NtfyOptions {
  readonly name?: string;
  /** The topic's address, e.g. `https://ntfy.example/alarms-of-mine`. */
  readonly url: string;
  /** An access token of the server (`tk_...`). */
  readonly token?: SecretPlace | undefined;
  /** Further tags beside the message's own; a tag that is an emoji's short name is shown as that. */
  readonly tags?: readonly string[];
}

/** A longer message is made an attachment (docs.ntfy.sh/publish, message limits: 4,096 bytes). */
const MOST_BYTES = 3900;

const PRIORITY: Readonly<Record<Message['severity'], number>> = { urgent: 5, warning: 4, notice: 3 };
const TAGS: Readonly<Record<Message['severity'], string>> = {
  urgent: 'rotating_light',
  warning: 'warning',
  notice: 'information_source',
};

/** Throws `Trouble` (`bad-config`) for an address that is no topic's. */
export function ntfy({ name = 'ntfy', url, token, tags = [] }: NtfyOptions, effects: SecretEffects): Channel {
  const { server, topic } = topicOf(hookUrl(url, `the topic of ${name}`), name);
  return {
    name,
    async send(message, signal) {
      try {
        const body = JSON.stringify({
          topic,
          title: message.subject,
          message: cutBytes(message.text, MOST_BYTES),
          priority: PRIORITY[message.severity],
          tags: [TAGS[message.severity], ...tags],
          markdown: false,
        });
        const headers: Record<string, string> = { 'content-type': 'application/json' };
        if (token !== undefined) headers.authorization = `Bearer ${readSecret(token, effects)}`;
        await post({ to: `${name} (${server.host})`, url: server, headers, body }, signal);
      } catch (error) {
        throw asUndelivered(error, name, 'Check the configuration.');
      }
      return DELIVERED;
    },
  };
}

function topicOf(url: URL, name: string): { readonly server: URL; readonly topic: string } {
  const parts = url.pathname.split('/');
  const topic = parts.pop() ?? '';
  // the server's own rule for topics
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(topic)) hookUrl('', `the topic of ${name}`);
  const server = new URL(url);
  server.pathname = `${parts.join('/')}/`;
  server.search = '';
  server.hash = '';
  return { server, topic };
}
