/**
 * What is known of one connection to sshd, and whether a line belongs to it. See connections.ts for what the
 * counters mean.
 */
import { ACCOUNT_NOT_TOLD } from '../model/attempt.ts';
import type { MessageReading } from './message.ts';
import type { Source } from './source.ts';
import type { Unpaired } from './unpaired.ts';

/**
 * sshd ends a connection without a login after LoginGraceTime, 120 s by default, 600 s once; PAM's delays and a slow
 * syslog come on top. At half of it the last lines of a slow client are counted again; at twice, process numbers of
 * busy machines have come round.
 */
export const OVER_SECONDS = 300;

export const CLOSED = 0;
export const LIVE = 1;

export interface Connection {
  state: number;
  readonly sensor: SensorState;
  pid: number;
  source: Source | null;
  port: number;
  user: string | null;
  account: number;
  method: number;
  lastHeard: number;
  judged: number;
  prompted: number;
  refused: number;
  visits: number;
  quietVisits: number;
  /** Of the module that told most; with the module's name in {@link moduleNames}. */
  modules: number;
  moduleNames: string[] | null;
  moduleCounts: number[] | null;
  /** Times at which the sure count (judged, prompted, refused, visits) rose to 1, 2, .. */
  sureTimes: number[] | null;
  /** Codes of the methods of these attempts; 0 where the line told none. */
  sureMethods: number[] | null;
  /** The same for the modules' count. */
  moduleTimes: number[] | null;
  keyTimes: number[] | null;
  /** Method of {@link keyTimes}, or of a key that was right and yet not enough. */
  keyMethod: number;
  /** Rows appended. */
  told: number;
  lastRow: number;
  succeeded: boolean;
  /** User of the `Invalid user` line that opened it; a second one is another connection. */
  openedAt: number;
}

export interface SensorState {
  readonly name: string;
  readonly byProcess: Map<number, Connection>;
  readonly byEndpoint: Map<string, Connection>;
  /** Times at which a source made a sure attempt that no module of its own process told of. */
  readonly unpaired: Unpaired;
}

/** A connection that nothing is known of yet. */
export function newConnection(sensor: SensorState, pid: number, time: number): Connection {
  return {
    state: LIVE,
    sensor,
    pid,
    source: null,
    port: -1,
    user: null,
    account: ACCOUNT_NOT_TOLD,
    method: 0,
    lastHeard: time,
    judged: 0,
    prompted: 0,
    refused: 0,
    visits: 0,
    quietVisits: 0,
    modules: 0,
    moduleNames: null,
    moduleCounts: null,
    sureTimes: null,
    sureMethods: null,
    moduleTimes: null,
    keyTimes: null,
    keyMethod: 0,
    told: 0,
    lastRow: -1,
    succeeded: false,
    openedAt: Number.NaN,
  };
}

/** Attempts that lines with user and address told of. */
export function sureCount(connection: Connection): number {
  const judged = connection.judged + Math.max(connection.prompted, connection.refused);
  return Math.max(connection.visits, judged);
}

/** Whether a line can be of this connection: heard of lately, no other address or port, not opened twice. */
export function belongs(
  connection: Connection,
  pid: number,
  time: number,
  reading: MessageReading,
  opening: boolean,
): boolean {
  if (Math.abs(time - connection.lastHeard) > OVER_SECONDS) return false;
  // after a login the port may be used again: the process that serves it is then another
  if (connection.succeeded && pid >= 0 && connection.pid >= 0 && pid !== connection.pid) return false;
  const { source, port } = reading;
  if (port !== null && connection.port >= 0 && connection.port !== port) return false;
  if (
    source?.isAddress === true &&
    connection.source?.isAddress === true &&
    source.text !== connection.source.text
  ) {
    return false;
  }
  if (opening && !Number.isNaN(connection.openedAt)) {
    return connection.user === reading.user && time - connection.openedAt < 2;
  }
  return true;
}
