/**
 * The words of this program, one word for one thing.
 *
 * - **attempt**: one password (or other credential) offered to a server once. Several log lines can tell of
 *   the same attempt: it counts once.
 * - **source**: where an attempt comes from: an IP address, or a host name where the log has only that.
 * - **sensor**: the host whose log it is.
 * - **outcome**: failure or success.
 * - **known / unknown user**: the server has such an account, or not ("invalid user", "illegal user").
 * - **loud source**: one that a per-source threshold sees (fail2ban's default: 5 failures in 10 minutes).
 * - **quiet source**: any other.
 * - **campaign**: attempts that belong together: a set of sources, an interval, a list of user names, targets.
 * - **participant**: a source that belongs to a campaign.
 * - **evidence**: a measured fact that speaks for or against coordination, in bits, with a sentence.
 * - **surrogate**: the same attempts with the link between times and user names destroyed by shuffling.
 *
 * Attempts are kept as columns, one typed array a field, because a log of a gigabyte holds millions of them.
 */
import type { Counted } from './counted.ts';

export type Outcome = 'failure' | 'success';

/** What one line tells of one attempt. A field that the line does not tell is null. */
export interface LineEvent {
  /** ISO 8601 in UTC, e.g. `2008-11-19T15:04:22Z`; fractions of a second are dropped. */
  readonly time: string | null;
  readonly sensor: string | null;
  readonly service: string;
  readonly source: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly known: boolean | null;
  readonly outcome: Outcome;
  readonly method: string | null;
}

/** Codes in {@link AttemptTable.outcome}. */
export const FAILURE = 0;
export const SUCCESS = 1;

/** Codes in {@link AttemptTable.account}: whether the server has such an account. */
export const ACCOUNT_NOT_TOLD = 0;
export const ACCOUNT_UNKNOWN = 1;
export const ACCOUNT_KNOWN = 2;

/** Index into {@link AttemptTable.users} for an attempt whose user name no line told. */
export const NO_USER = 0;

/** Codes in {@link AttemptTable.method} are indexes into this list; 0 means that no line told. */
export const METHODS = [
  'not told',
  'password',
  'keyboard-interactive',
  'publickey',
  'gssapi',
  'hostbased',
  'other',
] as const;
export const METHOD_PUBLICKEY = 3;

/** The service that entry 0 of {@link AttemptTable.services} always is. */
export const SSHD_SERVICE = 'sshd';

/**
 * Attempts as columns, in ascending order of time (equal times in the order of the log). All arrays have the
 * same length; row i of each tells of attempt i. The table is read-only for everybody but its builder.
 */
export interface AttemptTable {
  readonly length: number;
  /** Seconds since 1970-01-01T00:00:00Z; whole numbers. */
  readonly time: Float64Array;
  /** Index into {@link sources}. */
  readonly source: Uint32Array;
  /** Index into {@link users}; {@link NO_USER} where no line told the name. */
  readonly user: Uint32Array;
  /** Index into {@link sensors}. */
  readonly sensor: Uint16Array;
  /** {@link FAILURE} or {@link SUCCESS}. */
  readonly outcome: Uint8Array;
  /** {@link ACCOUNT_NOT_TOLD}, {@link ACCOUNT_UNKNOWN} or {@link ACCOUNT_KNOWN}. */
  readonly account: Uint8Array;
  /** Index into {@link METHODS}. */
  readonly method: Uint8Array;
  /** Index into {@link services}. */
  readonly service: Uint8Array;
  /** Number of the line that told of each attempt, over all that was read, from 1; absent unless it was asked for. */
  readonly line?: Uint32Array;
  /** Canonical text of each source: IPv4 dotted, IPv6 as RFC 5952 writes it, or a host name in lower case. */
  readonly sources: readonly string[];
  /** User names as the log has them; the entry {@link NO_USER} is the empty string and stands for 'not told'. */
  readonly users: readonly string[];
  readonly sensors: readonly string[];
  /** Names of the services that were tried, such as `dovecot`; entry 0 is {@link SSHD_SERVICE}, tried or not. */
  readonly services: readonly string[];
  /** Failures that were counted and not kept; absent or null where all were kept. */
  readonly counted?: Counted | null;
}
