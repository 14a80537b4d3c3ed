/** An API on a Unix socket, with the mode that says who may connect; or on a loopback address, for a scraper. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Trouble } from '../model/error.ts';

/** An application of hono, whatever its variables are. */
export interface Answers {
  fetch(request: Request): Response | Promise<Response>;
}

export interface Listening {
  close(): Promise<void>;
}

/** Owner and group: whoever may ask may also unblock. */
const SOCKET_MODE = 0o660;

/**
 * Answers on the socket at `path`. A socket that nobody answers on (after a kill) is replaced. Throws `Trouble` where another
 * process answers there, or something else has the name.
 */
export async function listenOnSocket(app: Answers, path: string): Promise<Listening> {
  await clear(path);
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) });
  const mask = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } catch (error) {
    throw new Trouble(
      'no-rights',
      `${path}: no socket can be made there: ${error instanceof Error ? error.message : String(error)}`,
      'See that its folder is there and may be written to, or name another: socket = "PATH" in the configuration.',
    );
  } finally {
    process.umask(mask);
  }
  chmodSync(path, SOCKET_MODE);
  return { close: () => closed(server) };
}

/** Answers on `host`:`port`. Throws `Trouble` where the port is taken. */
export async function listenOnPort(app: Answers, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw new Trouble(
      'bad-config',
      `${host}:${port}: cannot be listened on: ${error instanceof Error ? error.message : String(error)}`,
      'Choose another port, or stop what has it.',
    );
  }
  return { close: () => closed(server) };
}

type Server = ReturnType<typeof createAdaptorServer>;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}

async function clear(path: string): Promise<void> {
  let isSocket: boolean;
  try {
    isSocket = lstatSync(path).isSocket();
  } catch {
    return; // nothing is there
  }
  if (!isSocket)
    throw new Trouble(
      'bad-config',
      `${path}: is there already and no socket`,
      'Name another: socket = "PATH".',
    );
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (answers)
    throw new Trouble(
      'store-busy',
      `${path}: another slowbrute keeps watch and answers there`,
      'Stop it first, or give this one its own state-folder and socket.',
    );
  unlinkSync(path);
}
