/**
 * Mail by SMTP (RFC 5321), with nodemailer. The way is encrypted unless it stays on this machine: STARTTLS is required
 * where it is asked for, and a password is never sent in the clear. One transaction for all recipients; where some are
 * refused and others taken it is delivered, with a remark.
 */
import { connect, isIP, type Socket } from 'node:net';
import { Trouble } from '../../model/error.ts';
import { readSecret, type SecretEffects, type SecretPlace } from '../secret.ts';
import { asUndelivered, type Channel, type Delivered, Undelivered, wordsOf } from './channel.ts';
import { type Addresses, checkAddresses, mailOf } from './mail.ts';

export interface EmailOptions extends Addresses {
  readonly name?: string;
  readonly server: string;
  /** Default: 465 for `tls`, 587 with a user, 25 otherwise. */
  readonly port?: number | undefined;
  /** `starttls` (default), `tls` from the first byte, or `none`, which is for a server on this machine. */
  readonly security?: 'starttls' | 'tls' | 'none';
  readonly user?: string | undefined;
  readonly password?: SecretPlace | undefined;
  /** Of an authority of one's own, PEM. */
  readonly ca?: string | undefined;
  /** The facts as a file alarm.json; default: not. */
  readonly attachFacts?: boolean;
}

/** A server that is slower than this is not there, ms. RFC 5321, 4.5.3.2, allows minutes: the outbox tries again. */
const PATIENCE = 15_000;

/** Throws `Trouble` (`bad-config`) for what cannot be sent, or would be sent in the clear to another machine. */
export function email(options: EmailOptions, effects: SecretEffects): Channel {
  const { name = 'email', server, security = 'starttls', user, password, ca, attachFacts = false } = options;
  checkAddresses(options, name);
  const isHere =
    server === 'localhost' || server === '::1' || (isIP(server) === 4 && server.startsWith('127.'));
  if (security === 'none' && !isHere)
    throw new Trouble(
      'bad-config',
      `${name} would send mail unencrypted to ${server}`,
      'Use security = "starttls" or "tls"; "none" is for a mail server on this machine.',
    );
  if ((user === undefined) !== (password === undefined))
    throw new Trouble('bad-config', `${name} has a user or a password, but not both`, 'Name both or none.');
  const port = options.port ?? (security === 'tls' ? 465 : user === undefined ? 25 : 587);
  return {
    name,
    async send(message, signal) {
      const { createTransport } = await import('nodemailer');
      try {
        const auth = user === undefined ? {} : { auth: { user, pass: readSecret(password!, effects) } };
        const transport = createTransport({
          host: server,
          port,
          secure: security === 'tls',
          requireTLS: security === 'starttls',
          ignoreTLS: security === 'none',
          ...auth,
          connectionTimeout: PATIENCE,
          greetingTimeout: PATIENCE,
          socketTimeout: PATIENCE,
          // a socket of our own, which the signal ends: the library's cannot be reached
          getSocket: (_: unknown, connected: Connected) => openSocket(server, port, signal, connected),
          tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        try {
          const info = await transport.sendMail(mailOf(message, options, attachFacts));
          return remarkOn((info.rejected ?? []).map(String));
        } finally {
          transport.close();
        }
      } catch (error) {
        throw refusal(error, name, `${server}:${port}`);
      }
    },
  };
}

type Connected = (error: Error | null, made?: { connection: Socket }) => void;

function openSocket(host: string, port: number, signal: AbortSignal, connected: Connected): void {
  const socket = connect({ host, port });
  const stop = () => socket.destroy(new Error('it took too long'));
  const failed = (error: Error) => connected(error);
  socket.setTimeout(PATIENCE, stop);
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.setTimeout(0);
    socket.off('error', failed);
    connected(null, { connection: socket });
  });
  socket.once('close', () => signal.removeEventListener('abort', stop));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
}

function remarkOn(rejected: readonly string[]): Delivered {
  return { remark: rejected.length === 0 ? null : `the server refused ${rejected.join(', ')}` };
}

/** What the server answered decides: 5xx is for good (RFC 5321, 4.2.1), but for what an operator can mend. */
function refusal(error: unknown, name: string, server: string): Undelivered {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string };
  if (code === 'EAUTH')
    return new Undelivered(
      `${name}: ${server} did not accept user and password`,
      'Check user and password-file in the configuration.',
    );
  if (code === 'ETLS' || code === 'ESOCKET')
    return new Undelivered(
      `${name}: no encrypted connection to ${server}: ${wordsOf(error)}`,
      'Check server, port and security in the configuration, and the certificate of the server.',
    );
  const mayRetry = responseCode === undefined || responseCode < 500;
  if (!(error instanceof Undelivered) && responseCode !== undefined)
    return new Undelivered(
      `${name}: ${server} refused: ${wordsOf(error)}`,
      mayRetry ? 'It may take it later.' : 'Check from and to in the configuration.',
      { mayRetry },
    );
  return asUndelivered(error, `${name}: ${server}`, 'See whether the mail server can be reached from here.');
}
