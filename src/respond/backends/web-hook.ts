/**
 * A web hook: each change as the JSON of model/block.ts, by POST. Only https, or http to this machine itself; where it
 * sends us elsewhere (a redirect) we do not go. A token goes as
 * `Authorization: Bearer`; with a secret the body is signed as alarms' web hooks are: `X-Slowbrute-Signature:
 * sha256=<HMAC of the body, hexadecimal>`. Neither ever stands in a message.
 * Anything but a status of 2xx is a failure, after which the whole set is told again.
 */
import { createHmac } from 'node:crypto';
import type { FirewallChange } from '../../model/block.ts';
import { Trouble } from '../../model/error.ts';
import { type Backend, UNBOUNDED } from './backend.ts';
import { checkedChange } from './command.ts';

export interface WebHookOptions {
  readonly url: string;
  readonly token: string | null;
  /** Signs the body; null: it is not signed. */
  readonly secret: string | null;
  readonly timeoutSeconds: number;
  /** Whether it ends entries by itself after the seconds that it is told. */
  readonly timed: boolean;
}

/** Errors: `Trouble` with `bad-config` for an address that is not https. */
export function webHook(options: WebHookOptions): Backend {
  const { token, secret, timeoutSeconds, timed } = options;
  const url = checkedUrl(options.url);
  const post = async (change: FirewallChange) => {
    const body = JSON.stringify(checkedChange(change));
    let status: number;
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(secret === null ? {} : { 'x-slowbrute-signature': signatureOf(body, secret) }),
        },
        body,
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      status = response.status;
      // what it says is of no interest and may have no end
      await response.body?.cancel();
    } catch (error) {
      const isSlow = error instanceof Error && error.name === 'TimeoutError';
      const cause = error instanceof Error ? (error.cause as { code?: string } | undefined)?.code : undefined;
      throw failure(
        url,
        isSlow ? 'did not answer in time' : `cannot be reached (${cause ?? 'no reason given'})`,
      );
    }
    if (status < 200 || status > 299) throw failure(url, `answered with status ${status}`);
  };
  return {
    ...UNBOUNDED,
    timed,
    name: 'web-hook',
    isDry: false,
    check: () => Promise.resolve(),
    apply: post,
    flush: () => post({ kind: 'replace', entries: [] }),
  };
}

function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (
    url !== null &&
    url.username === '' &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isHere))
  )
    return url;
  throw new Trouble(
    'bad-config',
    'the web hook to block with has no address that can be trusted',
    'Give an https:// address without a user name (http:// to this machine itself is all right).',
  );
}

function failure(url: URL, how: string): Trouble {
  return new Trouble(
    'firewall-failed',
    `the web hook at ${url.host} ${how}`,
    'It is tried again with all blocks.',
  );
}
