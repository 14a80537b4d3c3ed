/**
 * Receiving syslog: UDP (RFC 5426), TCP (RFC 6587), TLS (RFC 5425), in whatever form senders write messages (syslog-line.ts). What comes
 * is spooled to disk before it is read, so that a sender's message is safe when the socket has been read.
 *
 * Where the disk or whoever reads is too slow, TCP senders wait (nothing is read from their sockets) and datagrams are dropped and
 * counted, those too that the kernel dropped (the last column of /proc/net/udp).
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { DroppedMessages, FollowEffects, Tally } from './follower.ts';
import type { Spool, SpoolLimits } from './spool.ts';
import { SpoolFollower, type SpoolSource } from './spool-follower.ts';
import { SyslogFrames } from './syslog-frames.ts';
import { lineOf } from './syslog-line.ts';
import { plainAddress, SyslogPeers } from './syslog-peers.ts';

export interface ReceiveSyslogOptions extends SpoolLimits {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Addresses and networks that may send; none: this machine. */
  readonly allow: readonly string[];
  /** For `tls`: files, PEM. With `clientCa` only senders with a certificate of it. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly clientCa: string | null;
  /** Whether the name in a message is its sensor, or the address that sent it. */
  readonly sensorBy: 'header' | 'address';
  /** Messages a second of one sender; null: no bound. */
  readonly messagesPerSecond: number | null;
  readonly spoolFolder: string;
  readonly known?: string | null;
  readonly mostConnections?: number;
  /** A connection over which nothing came for so long is closed. */
  readonly idleSeconds?: number;
  /** Seconds between looks at what was dropped. */
  readonly dropsSeconds?: number;
}

/** Each can hold a message of 64 KiB: 32 MB if all do. A syslogd keeps one connection. */
const MOST_CONNECTIONS = 512;
/** A quiet host says something once a day, if only that its log was rotated. */
const IDLE_SECONDS = 2 * 86_400;
const HANDSHAKE_SECONDS = 10;
/** Seconds until listening is tried again. */
const RETRY_SECONDS = 5;
/** Bytes asked of the kernel for datagrams that wait: half a second at 20,000 a second. It gives what net.core.rmem_max allows. */
const RECEIVE_BYTES = 4 * 1024 * 1024;
/** Seconds between looks at what was dropped, by the kernel too. */
const DROPS_SECONDS = 10;
/** Drops are told when they begin, then their sum so often, and that there were none for so long. */
const TELL_DROPS_SECONDS = 600;

const NEWLINE = Buffer.from('\n');

type Counts = { -readonly [K in keyof DroppedMessages]: number };
const NO_DROPS: DroppedMessages = { kernel: 0, noRoom: 0, tooMany: 0, refused: 0 };

/**
 * Follows what comes to the address. `from`: a position of an earlier run. Throws `Trouble` for senders that are none; that
 * an address cannot be listened on is a state, and tried again.
 */
export function receiveSyslog(
  from: string | null,
  options: ReceiveSyslogOptions,
  effects: FollowEffects,
): SyslogFollower {
  const { protocol, host, port } = options;
  const name = `${protocol}://${host}:${port}`;
  const folder = join(options.spoolFolder, `syslog-${protocol}-${host.replaceAll(':', '_')}-${port}`);
  const receiver = new Receiver(options, effects);
  return new SyslogFollower(
    `syslog ${name}`,
    folder,
    from,
    receiver,
    { ...options, known: options.known ?? null },
    effects,
  );
}

export class SyslogFollower extends SpoolFollower {
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
}

class Receiver implements SpoolSource {
  readonly hasEnded = false;
  port: number | null = null;
  readonly #options: ReceiveSyslogOptions;
  readonly #effects: FollowEffects;
  readonly #peers: SyslogPeers;
  readonly #sockets = new Set<Socket>();
  #spool: Spool | null = null;
  #tally: Tally | null = null;
  #udp: UdpSocket | null = null;
  #server: (Server & { setSecureContext?(options: TlsOptions): void }) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drops: NodeJS.Timeout | null = null;
  #kernelDrops = 0;
  /** Not told yet. */
  #dropped: Counts = { ...NO_DROPS };
  #toldAt: number | null = null;
  #stopped = false;

  constructor(options: ReceiveSyslogOptions, effects: FollowEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#peers = new SyslogPeers(options.allow, options.messagesPerSecond);
  }

  start(spool: Spool, tally: Tally): void {
    this.#spool = spool;
    this.#tally = tally;
    this.#listen();
    const seconds = this.#options.dropsSeconds ?? DROPS_SECONDS;
    this.#drops = setInterval(() => this.#lookAtDrops(), seconds * 1000);
    this.#drops.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#drops !== null) clearInterval(this.#drops);
    for (const socket of this.#sockets) socket.destroy();
    const udp = this.#udp;
    const server = this.#server;
    this.#udp = this.#server = null;
    await new Promise<void>((resolve) => {
      if (udp !== null) udp.close(() => resolve());
      else if (server !== null) server.close(() => resolve());
      else resolve();
    });
  }

  reload(): void {
    if (this.#options.protocol !== 'tls') return;
    try {
      this.#server?.setSecureContext?.(this.#secrets());
    } catch (error) {
      this.#failed(error);
    }
  }

  #listen(): void {
    try {
      if (this.#options.protocol === 'udp') this.#listenUdp();
      else this.#listenTcp();
    } catch (error) {
      this.#failed(error);
      this.#again();
    }
  }

  /** Tells it; listening is tried again by {@link #again}. */
  #failed(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    const { protocol, host, port } = this.#options;
    this.#tally?.become({ kind: 'failed', path: `${protocol}://${host}:${port}`, code: code ?? message });
  }

  #again(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => this.#listen(), RETRY_SECONDS * 1000);
  }

  #listening(port: number): void {
    this.port = port;
    this.#tally?.become({ kind: 'following' });
  }

  // ---- datagrams

  #listenUdp(): void {
    const { host, port } = this.#options;
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    this.#udp = socket;
    socket.on('error', (error) => {
      this.#failed(error);
      if (this.#udp === socket) this.#udp = null;
      socket.close();
      this.#again();
    });
    socket.on('message', (message, { address }) => {
      const peer = plainAddress(address);
      if (!this.#peers.isAllowed(peer)) return this.#drop('refused', 1);
      if (this.#peers.take(peer, 1) === 0) return this.#drop('tooMany', 1);
      const line = lineOf(message, peer, this.#options.sensorBy, this.#effects.now());
      if (line.length > 0 && this.#spool?.append(Buffer.concat([line, NEWLINE])) !== true)
        this.#drop('noRoom', 1);
    });
    socket.bind({ address: host, port }, () => {
      try {
        socket.setRecvBufferSize(RECEIVE_BYTES);
      } catch {
        // the kernel's default, then
      }
      this.#listening(socket.address().port);
      this.#kernelDrops = 0;
    });
  }

  #drop(why: keyof Counts, messages: number): void {
    if (this.#tally !== null) this.#tally.dropped += messages;
    this.#dropped[why] += messages;
  }

  #lookAtDrops(): void {
    const { protocol, host, port } = this.#options;
    if (protocol === 'udp') {
      const drops = this.port === null ? 0 : kernelDrops(this.port, host.includes(':'));
      if (drops > this.#kernelDrops) this.#drop('kernel', drops - this.#kernelDrops);
      this.#kernelDrops = drops;
    }
    const now = performance.now() / 1000;
    const isAny = Object.values(this.#dropped).some((count) => count > 0);
    const isTime = this.#toldAt === null ? isAny : now - this.#toldAt >= TELL_DROPS_SECONDS;
    if (!isTime) return;
    const input = `syslog ${protocol}://${host}:${port}`;
    this.#effects.onNotice({ kind: 'dropped', input, messages: this.#dropped });
    this.#toldAt = isAny ? now : null;
    this.#dropped = { ...NO_DROPS };
  }

  // ---- streams

  #listenTcp(): void {
    const { protocol, host, port } = this.#options;
    const connected = (socket: Socket): void => this.#connection(socket);
    const server =
      protocol === 'tls'
        ? createTlsServer({ ...this.#secrets(), handshakeTimeout: HANDSHAKE_SECONDS * 1000 }, connected)
        : createServer({ noDelay: true, keepAlive: true }, connected);
    this.#server = server;
    server.maxConnections = this.#options.mostConnections ?? MOST_CONNECTIONS;
    server.on('drop', () => this.#drop('refused', 1));
    server.on('tlsClientError', () => this.#drop('refused', 1));
    // before the handshake, so that a stranger costs nothing
    server.on('connection', (socket: Socket) => {
      if (!this.#peers.isAllowed(plainAddress(socket.remoteAddress ?? ''))) {
        this.#drop('refused', 1);
        socket.destroy();
      }
    });
    server.on('error', (error) => {
      this.#failed(error);
      if (this.#server === server) this.#server = null;
      server.close();
      this.#again();
    });
    server.listen({ host, port }, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) this.#listening(address.port);
    });
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

  #connection(socket: Socket): void {
    const peer = plainAddress(socket.remoteAddress ?? '');
    if (socket.destroyed || !this.#peers.isAllowed(peer)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {}); // it closes; whole messages that came are taken
    socket.setTimeout((this.#options.idleSeconds ?? IDLE_SECONDS) * 1000, () => socket.destroy());
    void this.#receive(socket, peer);
  }

  /** Reads one connection to its end, never more than is safe on disk or about to be. */
  async #receive(socket: Socket, peer: string): Promise<void> {
    let lines: Buffer[] = [];
    const frames = new SyslogFrames((message) => {
      const line = lineOf(message, peer, this.#options.sensorBy, this.#effects.now());
      if (line.length > 0) lines.push(line, NEWLINE);
    });
    const spoolThem = async (): Promise<void> => {
      if (lines.length === 0) return;
      const bytes = Buffer.concat(lines);
      const count = lines.length / 2;
      lines = [];
      while (this.#spool?.append(bytes) === false && !this.#stopped) await this.#spool.room();
      const wait = this.#peers.owe(peer, count);
      if (wait > 0) await this.#pause(wait);
    };
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        frames.push(chunk);
        if (this.#tally !== null) this.#tally.cutLines += frames.cut;
        frames.cut = 0;
        await spoolThem();
      }
      frames.end();
    } catch (error) {
      // broken off: what may be the first half of a message is none
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
    await spoolThem();
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, Math.min(seconds, 60) * 1000).unref();
    });
  }
}

/** Datagrams that came to a port and found no room, since the socket was made. 0 where the kernel does not say. */
function kernelDrops(port: number, isIpv6: boolean): number {
  let table: string;
  try {
    table = readFileSync(`/proc/net/udp${isIpv6 ? '6' : ''}`, 'latin1');
  } catch {
    return 0;
  }
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  let drops = 0;
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(`:${hex}`) === true) drops += Number(fields.at(-1)) || 0;
  }
  return drops;
}
