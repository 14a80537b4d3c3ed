/**
 * What is remembered of a source for ever, brought up to date attempt by attempt, the same in every engine. It is small,
 * because every stranger leaves one, and it outlives the attempts: whether a source ever logged in decides whether it may
 * be blocked.
 */
import { DAY } from '../../model/time.ts';
import { type Person, type SourceHistory, type StoredAttempt, TEXTS_A_DAY } from '../history.ts';
import { compareTexts } from './texts.ts';

/** Users remembered of one source: who works from several accounts uses a handful. */
const MOST_SUCCESS_USERS = 8;

export interface SourceRecord {
  readonly source: string;
  firstSeen: number;
  lastSeen: number;
  failures: number;
  unknownUserFailures: number;
  successes: number;
  lastSuccess: number | null;
  successUsers: string[];
  /** Day (since 1970) of which the last text was kept, and how many of that day were. */
  textDay: number;
  texts: number;
}

/** Whoever has not logged in for longest comes first. */
export function byLogin(a: Person, b: Person): number {
  return a.lastSuccess - b.lastSuccess || compareTexts(a.source, b.source);
}

export function newSource(source: string): SourceRecord {
  return {
    source,
    firstSeen: 0,
    lastSeen: 0,
    failures: 0,
    unknownUserFailures: 0,
    successes: 0,
    lastSuccess: null,
    successUsers: [],
    textDay: 0,
    texts: 0,
  };
}

/** Counts `attempt`; returns the text to keep with it. */
export function addAttempt(record: SourceRecord, attempt: StoredAttempt): string {
  const { time, success, user, known, text } = attempt;
  const isNew = record.failures + record.successes === 0;
  record.firstSeen = isNew ? time : Math.min(record.firstSeen, time);
  record.lastSeen = isNew ? time : Math.max(record.lastSeen, time);
  const day = Math.floor(time / DAY);
  if (isNew || day !== record.textDay) {
    record.textDay = day;
    record.texts = 0;
  }
  record.texts++;
  if (!success) {
    record.failures++;
    if (known === false) record.unknownUserFailures++;
    return record.texts <= TEXTS_A_DAY ? text : '';
  }
  record.successes++;
  record.lastSuccess = Math.max(record.lastSuccess ?? time, time);
  if (user !== null) addUser(record, user);
  return text;
}

/** What of an attempt may become known later. */
export interface Amendable {
  readonly success: boolean;
  readonly user: string | null;
  readonly known: boolean | null;
}

/** An attempt that was counted as `before` is known to be `after`. */
export function amendAttempt(record: SourceRecord, before: Amendable, after: Amendable): void {
  if (after.success) {
    if (after.user !== null) addUser(record, after.user);
    return;
  }
  record.unknownUserFailures += Number(after.known === false) - Number(before.known === false);
}

function addUser(record: SourceRecord, user: string): void {
  if (record.successUsers.length < MOST_SUCCESS_USERS && !record.successUsers.includes(user))
    record.successUsers = [...record.successUsers, user];
}

export function sourceHistory(record: SourceRecord): SourceHistory {
  const { textDay: _, texts: __, ...history } = record;
  return { ...history, successUsers: [...record.successUsers] };
}
