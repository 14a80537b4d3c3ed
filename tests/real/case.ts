/** One thing that a client does to a server, and what was really tried by it. */
import type { Server } from './servers.ts';

export interface ExpectedAttempt {
  /** As sshd's log writes it. */
  readonly user: string | null;
  readonly known: boolean | null;
  readonly outcome: 'failure' | 'success';
  /** One of METHODS. */
  readonly method: string;
}

export type Client =
  | {
      readonly kind: 'ssh';
      readonly user: string;
      /** PreferredAuthentications. */
      readonly methods: string;
      /** What the client answers to prompts; `die` ends the client at the prompt, `wait` does so when the server has lost patience. */
      readonly answers: readonly string[];
      /** A private key of the machine's, by name. */
      readonly key?: KeyName;
      /** How the client ends: it got in, it was kept out, or it was killed. */
      readonly ends: 'in' | 'out' | 'killed';
    }
  | {
      readonly kind: 'bytes';
      /** What it sends. */
      readonly text: string;
      /** How it leaves: closes, resets the connection, or waits until the server closes. */
      readonly leaves: 'closing' | 'reset' | 'never';
    };

/** `known` is in the authorized keys; certificates are named for who signed them. */
export type KeyName = 'known' | 'unknown' | 'certified' | 'certified-elsewhere' | 'self-certified';

export interface Case {
  readonly says: string;
  readonly server: Server;
  /** A source of its own, by which its attempts are found. */
  readonly source: string;
  readonly client: Client;
  readonly expected: readonly ExpectedAttempt[];
}
