/** The web server on a port. Whoever connects gets little time and little memory: anybody who reaches the port can. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Trouble } from '../../model/error.ts';
import type { Answers, Listening } from '../listen.ts';

const SERVER_OPTIONS = {
  /** Milliseconds until the head of a request is there, and all of it (the slow loris of 2009). */
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 5000,
  /** Bytes: cookies and a long question. */
  maxHeaderSize: 16 * 1024,
} as const;
/** Milliseconds without a byte either way after which a connection is closed; streams say something every fifteen seconds. */
const SILENCE_MS = 120_000;
const MOST_CONNECTIONS = 256;

export interface ListeningWeb extends Listening {
  /** Where it answers, `http://127.0.0.1:9478`. */
  readonly address: string;
  readonly port: number;
}

/** Port 0: any that is free. Throws `Trouble` where it cannot be listened on. `app` is made when the port is known. */
export async function listenWeb(
  host: string,
  port: number,
  app: (port: number) => Answers,
): Promise<ListeningWeb> {
  let answers: Answers | null = null;
  const server = createAdaptorServer({
    createServer,
    serverOptions: SERVER_OPTIONS,
    fetch: (request) => answers!.fetch(request),
  }) as ReturnType<typeof createServer>;
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENCE_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw new Trouble(
      'bad-config',
      `${host}:${port}: cannot be listened on: ${error instanceof Error ? error.message : String(error)}`,
      'Choose another port (--listen, or listen under [serve] in the configuration), or stop what has it.',
    );
  }
  const own = (server.address() as AddressInfo).port;
  answers = app(own);
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${own}`,
    port: own,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
