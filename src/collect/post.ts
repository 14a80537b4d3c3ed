/** Requests to a collector: one connection that is kept, TLS with an authority of one's own, and an end to every wait. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Remote {
  /** `https://collector.example:8514`. */
  readonly url: string;
  readonly token: string;
  /** Certificates to trust instead of the system's, PEM; null: the system's. */
  readonly ca: string | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Asking {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Until the answer is there, whole. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** An answer of the size of all blocks there may be, ten times over. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

export class RemoteClient {
  readonly #remote: Remote;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(remote: Remote) {
    this.#remote = remote;
    const options = { keepAlive: true, maxSockets: 4 };
    this.#agent = remote.url.startsWith('https:')
      ? new HttpsAgent({
          ...options,
          minVersion: 'TLSv1.2',
          ...(remote.ca === null ? {} : { ca: remote.ca }),
        })
      : new HttpAgent(options);
  }

  /** Rejects with what the system says where there is no answer, or none in time. */
  ask({ method, path, headers, body, seconds, signal }: Asking): Promise<Answered> {
    const { url, token } = this.#remote;
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const asked = request(
        new URL(path, url),
        {
          method,
          agent: this.#agent,
          signal,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-length': String(body.length) }),
            ...headers,
          },
        },
        (response) => {
          const pieces: Buffer[] = [];
          let bytes = 0;
          response.on('data', (piece: Buffer) => {
            bytes += piece.length;
            if (bytes > LONGEST_ANSWER) asked.destroy(new Error('the answer is too long'));
            else pieces.push(piece);
          });
          response.on('error', reject);
          response.on('aborted', () => reject(new Error('the answer broke off')));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(pieces).toString('utf8'),
            }),
          );
        },
      );
      const timer = setTimeout(
        () => asked.destroy(new Error(`no answer within ${seconds} s`)),
        seconds * 1000,
      );
      asked.on('close', () => clearTimeout(timer));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Seconds that an answer asks to be left alone; null: it does not say. */
export function retryAfter({ headers }: Answered): number | null {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) : null;
}
