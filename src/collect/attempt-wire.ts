/**
 * Attempts on their way from a sensor to a collector or a peer of it: NDJSON, an attempt a line, each under its number in the sensor's
 * own history. Numbers only grow, so whoever receives knows what it has by the last one. Text of the log's line is not sent.
 *
 *     {"seq":17,"time":1795330862,"source":"192.0.2.80","user":"amanda","sensor":"web1","success":false,"known":false,"method":"password","service":"sshd"}
 *     {"amends":17,"user":"amanda","known":false,"method":"password"}
 */
import type { AttemptRow } from '../model/table.ts';
import { sourceOf } from '../parse/source.ts';

export type WireAttempt = AttemptRow & { readonly seq: number; readonly service: string };

export type Wire =
  | { readonly kind: 'attempt'; readonly attempt: WireAttempt }
  /** More is known of an attempt that was sent before. */
  | {
      readonly kind: 'amends';
      readonly seq: number;
      readonly user: string | null;
      readonly known: boolean | null;
      readonly method: string | null;
    };

/** Characters of a text at most: a host name has 253, the names of users in logs are cut at 1,000 lines before. */
const LONGEST = 4096;
/** A time beyond it is no time of a log: the year 9999. */
const LATEST = 253_402_300_799;

export function attemptText(attempt: WireAttempt): string {
  const { seq, time, source, user, sensor, success, known, method, service } = attempt;
  return JSON.stringify({ seq, time, source, user, sensor, success, known, method, service });
}

export function amendsText(amends: Omit<Extract<Wire, { readonly kind: 'amends' }>, 'kind'>): string {
  const { seq, user, known, method } = amends;
  return JSON.stringify({ amends: seq, user, known, method });
}

/** null: it is none. What is not asked for is left out. */
export function readWire(line: string): Wire | null {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { user, known, method } = value;
  if (!isTextOrNull(user) || !isTextOrNull(method) || !(known === null || typeof known === 'boolean'))
    return null;
  if (isNumber(value.amends)) return { kind: 'amends', seq: value.amends, user, known, method };
  const { seq, time, source, sensor, success, service } = value;
  if (!isNumber(seq) || typeof time !== 'number' || !(Math.abs(time) <= LATEST)) return null;
  const from = isText(source) ? sourceOf(source) : null;
  if (from === null || !isText(sensor) || !isText(service) || typeof success !== 'boolean') return null;
  return {
    kind: 'attempt',
    attempt: {
      seq,
      time: Math.floor(time),
      source: from.text,
      user,
      sensor,
      success,
      known,
      method,
      service,
    },
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
