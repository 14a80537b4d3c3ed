/**
 * What is known of one connection to sshd, and whether a line belongs to it. See connections.ts for what the
 * counters mean.
 */
import { ACCOUNT_NOT_TOLD } from '../model/attempt.ts';
import type { MessageReading } from './message.ts';
import type { Waiting } from './sink.ts';
import type { Source } from './source.ts';
import type { Unpaired } from './unpaired.ts';

/**
 * sshd ends a connection without a login after LoginGraceTime, 120 s by default, 600 s once; PAM's delays and a slow
 * syslog come on top. At half of it the last lines of a slow client are counted again; at twice, process numbers of
 * busy machines have come round.
 */
export const OVER_SECONDS = 300;

/**
 * In a log without end nothing waits longer than this for its connection to be over: lines without process and port are
 * joined by their source alone, and a source that comes back every half minute would never be told of. OpenSSH's
 * LoginGraceTime was 600 s once, 120 s by default since 3.3; at half of it the last lines of such a server count again,
 * at twice a source that is named by its host name alone is told of 20 minutes late.
 */
const MOST_WAIT_SECONDS = 600;

/** No more attempts than that wait, twice what one line may stand for; more come of forged lines only. */
const MOST_WAITING = 2000;
/** PAM modules of one connection, and other numbers and names it goes by: a stack has a handful. */
const MOST_NAMES = 64;

/** `Row` is what the sink calls an attempt (sink.ts). */
export interface Connection<Row> {
  isOver: boolean;
  readonly sensor: SensorState<Row>;
  pid: number;
  /** Numbers of its other processes; null where it has one. */
  otherPids: number[] | null;
  source: Source | null;
  /** Host names that some of its lines had for the source; null where none had another text than {@link source}. */
  otherSources: string[] | null;
  port: number;
  user: string | null;
  account: number;
  method: number;
  lastHeard: number;
  judged: number;
  prompted: number;
  refused: number;
  visits: number;
  /** Time of the first quiet visit; null where there was none. */
  quiet: Waiting | null;
  /** Of the module that told most; with the module's name in {@link moduleNames}. */
  modules: number;
  moduleNames: string[] | null;
  moduleCounts: number[] | null;
  /** How often the sure count (judged, prompted, refused, visits) rose by one; null before the first line that could raise it. */
  sure: number | null;
  /** Those of {@link sure} that are not appended yet, because no line has told the address. */
  waiting: SureAttempt[] | null;
  /** The modules' attempts from number {@link modulesFrom} on, those before are appended. */
  moduleTimes: Waiting[] | null;
  modulesFrom: number;
  keys: Waiting[] | null;
  /** Method of {@link keys}, or of a key that was right and yet not enough. */
  keyMethod: number;
  /** Failures appended. */
  told: number;
  /** The attempt that later lines may tell more of. */
  lastRow: Row | null;
  succeeded: boolean;
  /** User of the `Invalid user` line that opened it; a second one is another connection. */
  openedAt: number;
}

export interface SureAttempt extends Waiting {
  /** Code of the method; 0 where the line told none. */
  readonly method: number;
}

export interface SensorState<Row> {
  readonly name: string;
  readonly byProcess: Map<number, Connection<Row>>;
  readonly byEndpoint: Map<string, Connection<Row>>;
  /** Times at which a source made a sure attempt that no module of its own process told of. */
  readonly unpaired: Unpaired;
}

/** A connection that nothing is known of yet. */
export function newConnection<Row>(sensor: SensorState<Row>, pid: number, time: number): Connection<Row> {
  return {
    isOver: false,
    sensor,
    pid,
    otherPids: null,
    source: null,
    otherSources: null,
    port: -1,
    user: null,
    account: ACCOUNT_NOT_TOLD,
    method: 0,
    lastHeard: time,
    judged: 0,
    prompted: 0,
    refused: 0,
    visits: 0,
    quiet: null,
    modules: 0,
    moduleNames: null,
    moduleCounts: null,
    sure: null,
    waiting: null,
    moduleTimes: null,
    modulesFrom: 0,
    keys: null,
    keyMethod: 0,
    told: 0,
    lastRow: null,
    succeeded: false,
    openedAt: Number.NaN,
  };
}

/** Attempts that lines with user and address told of. */
export function sureCount(connection: Connection<unknown>): number {
  const judged = connection.judged + Math.max(connection.prompted, connection.refused);
  return Math.max(connection.visits, judged);
}

/** Whether a line can be of this connection: heard of lately, no other address or port, not opened twice. */
export function belongs(
  connection: Connection<unknown>,
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

/** Whether attempts of the connection wait since so long that they are told, over or not. */
export function hasWaitedTooLong(connection: Connection<unknown>, time: number): boolean {
  const { waiting, moduleTimes, modulesFrom, keys, quiet, told } = connection;
  return (
    isLongAgo(waiting?.[0], time) ||
    isLongAgo(moduleTimes?.[Math.max(0, told - modulesFrom)], time) ||
    (told === 0 && !connection.succeeded && isLongAgo(keys?.[0] ?? quiet ?? undefined, time))
  );
}

function isLongAgo(first: Waiting | undefined, time: number): boolean {
  return first !== undefined && Math.abs(time - first.time) > MOST_WAIT_SECONDS;
}

/** Whether there is more of the connection than any real one has. */
export function isFull(connection: Connection<unknown>): boolean {
  return (
    lengthOf(connection.waiting) > MOST_WAITING ||
    lengthOf(connection.moduleTimes) > MOST_WAITING ||
    lengthOf(connection.keys) > MOST_WAITING ||
    lengthOf(connection.moduleNames) > MOST_NAMES ||
    lengthOf(connection.otherPids) > MOST_NAMES ||
    lengthOf(connection.otherSources) > MOST_NAMES
  );
}

function lengthOf(list: readonly unknown[] | null): number {
  return list === null ? 0 : list.length;
}
