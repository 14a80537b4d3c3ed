/**
 * The collector: lines and attempts of many sensors over HTTP, safe on disk before they are acknowledged. It is an input of `slowbrute
 * watch` like the syslog receiver, and shares its spool. docs/collector.md says what senders are answered.
 *
 * A sensor is who its token says it is, whatever its lines say. Where there is no room the sender is told to come again, and keeps what
 * it has; nothing is dropped here.
 */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { FollowEffects, Tally } from '../read/follow/follower.ts';
import type { Spool, SpoolLimits } from '../read/follow/spool.ts';
import { SpoolFollower, type SpoolSource } from '../read/follow/spool-follower.ts';
import { plainAddress, SyslogPeers } from '../read/follow/syslog-peers.ts';
import { IntakeDesk } from './intake.ts';
import { type Answer, type CollectEffects, Desk } from './requests.ts';

export interface CollectOptions extends SpoolLimits {
  readonly host: string;
  readonly port: number;
  /** Files, PEM: with them it speaks TLS. With `clientCa` only to senders with a certificate of it. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly clientCa: string | null;
  /** Addresses and networks that may send; none: whoever has a token. */
  readonly allow: readonly string[];
  /** Lines a second of one sensor; null: no bound. */
  readonly linesPerSecond: number | null;
  readonly spoolFolder: string;
  readonly known?: string | null;
}

/** Of a fleet of 10,000 sensors a tenth at a time, each with a connection for what it sends and one that waits for blocks. */
const MOST_CONNECTIONS = 4096;
/** Milliseconds until the head of a request is there, and all of it (the slow loris of 2009). */
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
/** A shipper that flushes every few seconds keeps its connection. */
const KEEP_ALIVE_MS = 75_000;
const HANDSHAKE_MS = 10_000;
/** Seconds until listening is tried again. */
const RETRY_SECONDS = 5;

/** The name of the input, for ever. */
export function collectorName(host: string, port: number): string {
  return `collector ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Follows what comes to the address. `from`: a position of an earlier run. Throws `Trouble` for senders that are none; that
 * an address cannot be listened on is a state, and tried again.
 */
export function receiveLines(
  from: string | null,
  options: CollectOptions,
  effects: FollowEffects,
  collect: CollectEffects,
): CollectorFollower {
  const { host, port } = options;
  const folder = join(options.spoolFolder, `collector-${host.replaceAll(':', '_')}-${port}`);
  const receiver = new Receiver(options, effects, collect);
  return new CollectorFollower(
    collectorName(host, port),
    folder,
    from,
    receiver,
    { ...options, known: options.known ?? null },
    effects,
  );
}

export class CollectorFollower extends SpoolFollower {
  readonly #receiver: Receiver;

  constructor(
    input: string,
    folder: string,
    from: string | null,
    receiver: Receiver,
    limits: SpoolLimits & { readonly known: string | null },
    effects: FollowEffects,
  ) {
    super(input, folder, from, receiver, limits, effects);
    this.#receiver = receiver;
  }

  /** The port that is listened on, once it is; null before. */
  get port(): number | null {
    return this.#receiver.port;
  }

  /** Reads certificate, key and authority again, for the connections that come. */
  reload(): void {
    this.#receiver.reload();
  }

  /** What was taken must be known after the segments that say so are deleted. */
  override release(position: string): void {
    if (this.#receiver.keepNames()) super.release(position);
  }
}

class Receiver implements SpoolSource {
  readonly hasEnded = false;
  port: number | null = null;
  readonly #options: CollectOptions;
  readonly #effects: FollowEffects;
  readonly #collect: CollectEffects;
  readonly #peers: SyslogPeers | null;
  #intake: IntakeDesk | null = null;
  #desk: Desk | null = null;
  #tally: Tally | null = null;
  #server: (Server & { setSecureContext?(options: SecureContextOptions): void }) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: CollectOptions, effects: FollowEffects, collect: CollectEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#collect = collect;
    this.#peers = options.allow.length === 0 ? null : new SyslogPeers(options.allow, null);
  }

  start(spool: Spool, tally: Tally): void {
    this.#tally = tally;
    const now = () => this.#effects.now();
    this.#intake = new IntakeDesk(spool, now);
    this.#desk = new Desk(this.#intake, tally, this.#options.linesPerSecond, now, this.#collect);
    this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const server = this.#server;
    this.#server = null;
    this.#desk?.stop();
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  reload(): void {
    if (this.#options.certificate === null) return;
    try {
      this.#server?.setSecureContext?.(this.#secrets());
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Whether the names of all batches that were taken are on disk. */
  keepNames(): boolean {
    try {
      this.#intake?.save();
      return this.#intake !== null;
    } catch {
      return false; // the disk is full: segments stay, and are released the next time
    }
  }

  #listen(): void {
    try {
      this.#open();
    } catch (error) {
      this.#failed(error);
      this.#again();
    }
  }

  #open(): void {
    const { host, port, certificate } = this.#options;
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    const times = {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 16 * 1024,
    };
    const server: Server =
      certificate === null
        ? createServer({ ...times, noDelay: true }, handle)
        : createTlsServer({ ...times, ...this.#secrets(), handshakeTimeout: HANDSHAKE_MS }, handle);
    this.#server = server;
    server.maxConnections = MOST_CONNECTIONS;
    // who has no right to send is told before it sends
    server.on('checkContinue', handle);
    server.on('connection', (socket) => {
      if (this.#isAllowed(socket.remoteAddress ?? '')) return;
      if (this.#tally !== null) this.#tally.dropped++;
      socket.destroy();
    });
    server.on('tlsClientError', (_, socket) => socket.destroy());
    server.on('clientError', (_, socket) => socket.destroy());
    server.on('error', (error) => {
      this.#failed(error);
      if (this.#server === server) this.#server = null;
      server.close();
      this.#again();
    });
    server.listen({ host, port }, () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return;
      this.port = address.port;
      this.#tally?.become({ kind: 'following' });
    });
  }

  #isAllowed(address: string): boolean {
    return this.#peers?.isAllowed(plainAddress(address)) ?? true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    let answer: Answer;
    try {
      answer = await this.#desk!.answer(request, response, plainAddress(request.socket.remoteAddress ?? ''));
    } catch (error) {
      if (request.destroyed || response.destroyed) return; // its sender has gone
      this.#collect.failed?.(error);
      answer = { status: 500, body: { error: 'bug', message: 'something went wrong here' } };
    }
    if (response.destroyed || response.headersSent) return;
    const text = answer.text ?? (answer.body === undefined ? '' : `${JSON.stringify(answer.body)}\n`);
    // what was not read of a refused request is read by nobody
    const isRead = request.complete || request.method === 'GET' || request.method === 'HEAD';
    response.writeHead(answer.status, {
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      ...answer.headers,
      ...(isRead ? {} : { connection: 'close' }),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    if (!isRead) response.once('finish', () => request.destroy());
  }

  #secrets(): TlsOptions {
    const { certificate, key, clientCa } = this.#options;
    return {
      minVersion: 'TLSv1.2',
      ...(certificate === null ? {} : { cert: readFileSync(certificate) }),
      ...(key === null ? {} : { key: readFileSync(key) }),
      ...(clientCa === null
        ? {}
        : { ca: readFileSync(clientCa), requestCert: true, rejectUnauthorized: true }),
    };
  }

  #failed(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    const { host, port } = this.#options;
    this.#tally?.become({ kind: 'failed', path: `${host}:${port}`, code: code ?? message });
  }

  #again(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => this.#listen(), RETRY_SECONDS * 1000);
  }
}
