/** For tests of collectors: tokens, requests in the forms of shippers, and a place in the network that is free. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { run } from '../watch/daemon.ts';

/** A token of the state folder that a configuration names; its text. */
export function tokenOf(
  configuration: string,
  name: string,
  sensor: string,
  ...scopes: readonly string[]
): string {
  const asked = ['send', ...scopes].flatMap((scope) => ['--scope', scope]);
  const { status, stdout, stderr } = run(
    'token',
    'add',
    name,
    '--config',
    configuration,
    '--sensor',
    sensor,
    ...asked,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Rejects where nobody answers. */
export function ask(
  port: number,
  path: string,
  token: string,
  body: string | Buffer | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: body === null ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, ...headers },
        timeout: 30_000,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      },
    );
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.end(body ?? undefined);
  });
}
