/**
 * A web hook: the whole message as JSON (schema/alarm.schema.json) by POST. With a secret the body is signed as GitHub
 * does it, so that the other side knows who wrote: `X-Slowbrute-Signature: sha256=<HMAC of the body, hexadecimal>`.
 * `Idempotency-Key` is the message's name: whoever gets it twice (after a crash) can tell.
 */
import { createHmac } from 'node:crypto';
import { readSecret, type SecretEffects, type SecretPlace } from '../secret.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { hookUrl, post } from './post.ts';

export interface WebHookOptions {
  readonly name?: string;
  /** The address, or where it is kept if it is a secret itself. */
  readonly url: string | SecretPlace;
  /** Signs the body. */
  readonly secret?: SecretPlace | undefined;
  /** Of an authority of one's own, PEM. */
  readonly ca?: string | undefined;
}

/** Throws `Trouble` (`bad-config`) for an address that cannot be one. */
export function webHook(options: WebHookOptions, effects: SecretEffects): Channel {
  const { name = 'web-hook', url, secret, ca } = options;
  if (typeof url === 'string') hookUrl(url, `the address of ${name}`);
  return {
    name,
    async send(message, signal) {
      try {
        const target = addressOf(url, name, effects);
        const body = JSON.stringify(message);
        const signature = secret === undefined ? null : signatureOf(body, readSecret(secret, effects));
        await post(
          {
            to: `${name} (${target.host})`,
            url: target,
            headers: {
              'content-type': 'application/json',
              'idempotency-key': message.id,
              ...(signature === null ? {} : { 'x-slowbrute-signature': signature }),
            },
            body,
            ca,
          },
          signal,
        );
      } catch (error) {
        throw asUndelivered(error, name, 'Check the configuration.');
      }
      return DELIVERED;
    },
  };
}

/** `sha256=` and the HMAC-SHA256 (RFC 2104) of the body under the secret, hexadecimal. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;
}

export function addressOf(url: string | SecretPlace, name: string, effects: SecretEffects): URL {
  return hookUrl(typeof url === 'string' ? url : readSecret(url, effects), `the address of ${name}`);
}
