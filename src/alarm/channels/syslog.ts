/**
 * Syslog: one line a message, for machines that gather logs. RFC 5424 over UDP (RFC 5426), TCP or TLS (octet counting, RFC 6587
 * and 5425); or this machine's own syslog by logger(1), because Node opens no datagram socket of the Unix kind. The
 * facility is `daemon`, so that the line does not land in the log of logins which is being read, and its program is
 * slowbrute, which no form takes for a login. Syslog never says that it took anything: delivered means handed over.
 */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { printable } from '../../model/printable.ts';
import type { Message } from '../schema.ts';
import type { SecretEffects } from '../secret.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { cutBytes } from './cut.ts';
import { runProgram } from './program.ts';

export interface SyslogOptions {
  readonly name?: string;
  /** `local`: this machine's; else a server. */
  readonly to:
    | { readonly kind: 'local'; readonly logger?: string | undefined }
    | {
        readonly kind: 'udp' | 'tcp' | 'tls';
        readonly host: string;
        readonly port: number;
        readonly ca?: string | undefined;
      };
  /** For a person, or the facts as JSON for a program; default: text. */
  readonly format?: 'text' | 'json';
}

/** RFC 5424, 6.2.1: `daemon` is facility 3. */
const DAEMON = 3;
const LEVEL: Readonly<Record<Message['severity'], readonly [number, string]>> = {
  urgent: [1, 'alert'],
  warning: [4, 'warning'],
  notice: [5, 'notice'],
};
/** RFC 5424, 6.1: every receiver takes 480 bytes, and should take 2,048; a datagram of it passes Ethernet in one piece. */
const MOST_BYTES = 1400;
const MOST_BYTES_JSON = 8000;

export function syslogChannel(options: SyslogOptions, effects: SecretEffects): Channel {
  const { name = 'syslog', to, format = 'text' } = options;
  return {
    name,
    async send(message, signal) {
      const line = lineOf(message, format);
      try {
        if (to.kind === 'local') await byLogger(to.logger ?? 'logger', line, message, effects, signal);
        else if (to.kind === 'udp') await byUdp(to.host, to.port, framed(message, line), signal);
        else {
          const frame = framed(message, line);
          const counted = Buffer.concat([Buffer.from(`${frame.length} `), frame]);
          const socket =
            to.kind === 'tcp'
              ? connectTcp(to.port, to.host)
              : connectTls({
                  port: to.port,
                  host: to.host,
                  ...(isIP(to.host) === 0 ? { servername: to.host } : {}),
                  ...(to.ca === undefined ? {} : { ca: to.ca }),
                });
          await byStream(socket, to.kind === 'tcp' ? 'connect' : 'secureConnect', counted, signal);
        }
      } catch (error) {
        const where = to.kind === 'local' ? '' : ` at ${to.host}:${to.port}`;
        throw asUndelivered(
          error,
          `${name}${where}`,
          'See whether the syslog server can be reached from here.',
        );
      }
      return DELIVERED;
    },
  };
}

/** One line: no control byte is left in it. */
function lineOf(message: Message, format: 'text' | 'json'): string {
  if (format === 'json')
    return cutBytes(JSON.stringify(message).replace(/[\p{Cc}\u2028\u2029]/gu, '?'), MOST_BYTES_JSON, '...');
  const text = `${message.subject} | ${message.text.replace(/\s*\n\s*/g, ' ')} (message ${message.id})`;
  return cutBytes(text.replace(/\p{Cc}/gu, '?'), MOST_BYTES, '...');
}

/** RFC 5424: `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`. */
function framed(message: Message, line: string): Buffer {
  const priority = DAEMON * 8 + LEVEL[message.severity][0];
  const host = printable(message.host, 255).replace(/[^\x21-\x7e]/g, '-') || '-';
  const kind = message.items[0]?.kind ?? '-';
  return Buffer.from(`<${priority}>1 ${message.time} ${host} slowbrute - ${kind} - ${line}`, 'utf8');
}

async function byLogger(
  logger: string,
  line: string,
  message: Message,
  effects: SecretEffects,
  signal: AbortSignal,
): Promise<void> {
  const { PATH = '/usr/bin:/bin' } = effects.environment;
  await runProgram(
    {
      command: [logger, '-t', 'slowbrute', '-p', `daemon.${LEVEL[message.severity][1]}`],
      input: `${line}\n`,
      environment: { PATH, LANG: 'C' },
      remedy: 'See whether a syslog or the journal runs on this machine: logger test.',
    },
    signal,
  );
}

function byUdp(host: string, port: number, frame: Buffer, signal: AbortSignal): Promise<void> {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4', signal });
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => {
      reject(error);
      socket.close();
    });
    socket.on('close', () => reject(new Error('it took too long'))); // settled before, unless it was aborted
    socket.send(frame, port, host, (error) => {
      if (error === null) resolve();
      else reject(error);
      socket.close();
    });
  });
}

/** Resolves when the other side has taken every byte and closed, or a second after the last byte went out. */
function byStream(socket: Socket, ready: string, frame: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let isSent = false;
    const abort = () => socket.destroy(new Error('it took too long'));
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', reject);
    socket.once(ready, () =>
      socket.end(frame, () => {
        isSent = true;
        // servers keep their end open for more; what they refuse they say by closing at once
        socket.setTimeout(1000, () => socket.destroy());
      }),
    );
    socket.resume();
    socket.on('close', () => {
      signal.removeEventListener('abort', abort);
      if (isSent) resolve();
      else reject(new Error('the connection was closed'));
    });
  });
}
