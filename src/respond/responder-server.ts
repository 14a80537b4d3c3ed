/**
 * The part of the program that touches the firewall, as a process of its own: it listens on a Unix socket, takes changes
 * and hands them to its backend, and can do nothing else, so it needs no right but that of its firewall (CAP_NET_ADMIN
 * for nftables), while whatever reads logs needs none at all.
 *
 * Who may ask is whom the socket's folder and mode let in (0660: its owner and its group). It does not trust them to be
 * right: every target is checked again, and one that touches loopback, the machine's own addresses, a gateway or its
 * own allow-list is refused, whoever asks, so that a reader that was taken over cannot cut the machine off.
 */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { FirewallChange, FirewallEntry } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { Backend } from './backends/backend.ts';
import { type Answer, LONGEST_FRAME, type Question, questionIn } from './frames.ts';
import { readLines } from './line-socket.ts';
import { parseTarget } from './network.ts';
import type { Never } from './never.ts';

export interface ResponderServerOptions {
  readonly socket: string;
  /** Rights of the socket file. */
  readonly mode: number;
}

export const RESPONDER_MODE = 0o660;

export interface ResponderServer {
  /** Stops listening; entries stay in the firewall. */
  close(): Promise<void>;
}

export interface ResponderEffects {
  /** Told what was done or refused: a line for its log. */
  readonly say: (line: string) => void;
  /** Whom nobody may block; asked for each change, since addresses of a machine change. */
  readonly never: () => Promise<Never>;
}

/** Connections at once: a reader has one. */
const MOST_CONNECTIONS = 8;

/** Errors: `Trouble` with `not-writable` where the socket cannot be made, `store-busy` where a responder listens there. */
export async function serveResponder(
  options: ResponderServerOptions,
  backend: Backend,
  effects: ResponderEffects,
): Promise<ResponderServer> {
  await clearStale(options.socket);
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    // a reader that is gone is no trouble of ours
    socket.on('error', () => {});
    readLines(socket, LONGEST_FRAME, (line) => {
      // one after the other, whoever asks
      last = last.then(() => answer(line, backend, effects)).then((said) => reply(socket, said));
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options);
  return {
    close: async () => {
      await new Promise<void>((done) => server.close(() => done()));
      await last;
    },
  };
}

async function answer(line: string, backend: Backend, effects: ResponderEffects): Promise<Answer> {
  const question = questionIn(line);
  if (question === null) {
    effects.say('refused: not a question of a reader');
    return {
      ok: false,
      code: 'wrong-call',
      message: 'not a question',
      remedy: 'Is the reader of the same version?',
    };
  }
  try {
    return await carryOut(question, backend, effects);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    effects.say(`failed: ${error.message}`);
    return { ok: false, code: error.code, message: error.message, remedy: error.remedy };
  }
}

async function carryOut(question: Question, backend: Backend, effects: ResponderEffects): Promise<Answer> {
  switch (question.ask) {
    case 'check':
      await backend.check();
      return {
        ok: true,
        timed: backend.timed,
        lists: backend.list !== undefined,
        ...(Number.isFinite(backend.mostSeconds) ? { mostSeconds: backend.mostSeconds } : {}),
        ...(Number.isFinite(backend.capacity) ? { capacity: backend.capacity } : {}),
      };
    case 'apply':
      await backend.apply(permitted(question.change, await effects.never(), effects.say));
      return { ok: true };
    case 'list':
      if (backend.list === undefined)
        return { ok: false, code: 'wrong-call', message: 'its backend has no list', remedy: 'Do without.' };
      return { ok: true, entries: await backend.list() };
    case 'flush':
      await backend.flush();
      effects.say('flushed');
      return { ok: true };
  }
}

/** The change without what nobody may block. */
function permitted(change: FirewallChange, never: Never, say: (line: string) => void): FirewallChange {
  const isPermitted = ({ target }: FirewallEntry) => {
    const why = never.why(parseTarget(target)!);
    if (why !== null) say(`refused: ${target} (${why})`);
    return why === null;
  };
  if (change.kind === 'replace') {
    const entries = change.entries.filter(isPermitted);
    say(`holds ${entries.length}`);
    return { kind: 'replace', entries };
  }
  const add = change.add.filter(isPermitted);
  say(`adds ${add.length}, removes ${change.remove.length}`);
  return { kind: 'update', add, remove: change.remove };
}

function reply(socket: Socket, said: Answer): void {
  if (socket.writable) socket.write(`${JSON.stringify(said)}\n`);
}

/** A socket file that nobody listens on is what a crash has left; anything else at that path stays. */
async function clearStale(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket())
    throw new Trouble(
      'not-writable',
      `${path} is there and no socket`,
      'Give another path, or move it away.',
    );
  const isServed = await new Promise<boolean>((done) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
  if (isServed)
    throw new Trouble(
      'store-busy',
      `a responder listens at ${path} already`,
      'Stop it first, or give another path.',
    );
  rmSync(path, { force: true });
}

function listen(server: Server, { socket, mode }: ResponderServerOptions): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        new Trouble(
          'not-writable',
          `the socket ${socket} cannot be made (${error.code ?? error.message})`,
          'Its folder must exist and this user must be able to write there.',
        ),
      ),
    );
    // made with rights for nobody else, and opened then: in between nobody can come in
    const before = process.umask(0o177);
    server.listen(socket, () => {
      chmodSync(socket, mode);
      done();
    });
    process.umask(before);
  });
}
