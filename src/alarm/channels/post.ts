/**
 * One POST for hooks: a body out, a status back. Redirects are not followed (a hook that moves is the operator's
 * business, and a redirect could carry the message anywhere), plain http only to this machine, the answer is read to a
 * bound and forgotten. With `node:http` and not `fetch`, which keeps connections open and hides what went wrong.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Trouble } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { Undelivered, wordsOf } from './channel.ts';

export interface Post {
  /** Whom a failure is blamed on, e.g. `the web hook at https://hooks.example`. */
  readonly to: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Further authorities to trust, PEM. */
  readonly ca?: string | undefined;
}

/** Of an answer so much is read: enough for an error message. Bytes. */
const MOST_ANSWER = 4096;
/** RFC 9110, 10.2.3: Retry-After; nobody is let ask for more than so many seconds. */
const MOST_PAUSE = 3600;

/**
 * An address that messages may be sent to. Throws `Trouble` (`bad-config`) for what is no http(s) URL, and for plain http
 * to another machine. `what` is how the option is called; the address itself is not repeated: it may be a secret.
 */
export function hookUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new Trouble(
      'bad-config',
      `${what} is not an http or https address`,
      'Give a whole one: https://...',
    );
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Trouble(
      'bad-config',
      `${what} would send messages unencrypted to ${url.host}`,
      'Use https, or plain http to this machine (127.0.0.1) only.',
    );
  return url;
}

function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || address === 'localhost';
}

/** Posts and resolves with the status where it is 2xx; rejects with {@link Undelivered} otherwise. */
export async function post({ to, url, headers, body, ca }: Post, signal: AbortSignal): Promise<void> {
  let response: IncomingMessage;
  try {
    response = await answer({ to, url, headers, body, ca }, signal);
  } catch (error) {
    throw new Undelivered(
      `${to} did not answer: ${wordsOf(error)}`,
      'See whether it can be reached from here.',
    );
  }
  const status = response.statusCode ?? 0;
  const said = await firstOf(response);
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400)
    throw new Undelivered(
      `${to} points elsewhere (status ${status}), and redirects are not followed`,
      'Write the address that it points to into the configuration.',
      { mayRetry: false },
    );
  const words = said === '' ? '' : `: ${said}`;
  throw new Undelivered(`${to} answered ${status}${words}`, remedyFor(status), {
    // RFC 9110, 15: what is wrong with the request stays wrong, but for a time-out, a lock, and being asked to wait
    mayRetry: status >= 500 || [401, 403, 404, 408, 409, 423, 425, 429].includes(status),
    afterSeconds: pauseOf(response.headers['retry-after']),
  });
}

function answer({ url, headers, body, ca }: Post, signal: AbortSignal): Promise<IncomingMessage> {
  const bytes = Buffer.from(body, 'utf8');
  const options = {
    method: 'POST',
    headers: { 'user-agent': 'slowbrute', ...headers, 'content-length': String(bytes.length) },
    agent: false as const,
    signal,
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(bytes);
  });
}

async function firstOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_ANSWER) break;
    }
  } catch {
    // the status has been said: an answer that breaks off afterwards changes nothing
  }
  response.destroy();
  const text = Buffer.concat(chunks).toString('utf8').trim();
  return /^\s*</.test(text) ? '' : printable(text.replace(/\s+/g, ' '), 160);
}

function pauseOf(header: string | undefined): number | null {
  if (header === undefined || !/^\d{1,9}$/.test(header.trim())) return null;
  return Math.min(MOST_PAUSE, Number(header));
}

function remedyFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the token or password that the configuration names.';
  if (status === 404 || status === 410)
    return 'Check the address in the configuration: the hook may have been removed.';
  if (status === 429) return 'It asks for fewer messages; they wait.';
  return status >= 500
    ? 'It is in trouble itself; messages wait.'
    : 'Check the address and kind in the configuration.';
}
