/** What of each kind of answer is shown, in which order. */

import { type Column, isoTime } from '../show/history.ts';
import type { CampaignHistory, StoredAttempt, StoredBlock } from '../store/history.ts';

export const ATTEMPT_COLUMNS: readonly Column<StoredAttempt>[] = [
  { title: 'time', key: 'time', of: (row) => isoTime(row.time) },
  { title: 'source', key: 'source', of: (row) => row.source, most: 45 },
  { title: 'user', key: 'user', of: (row) => row.user, most: 32 },
  { title: 'outcome', key: 'outcome', of: (row) => (row.success ? 'success' : 'failure') },
  { title: 'known', key: 'known', of: (row) => row.known },
  { title: 'method', key: 'method', of: (row) => row.method },
  { title: 'service', key: 'service', of: (row) => row.service },
  { title: 'sensor', key: 'sensor', of: (row) => row.sensor, most: 32 },
];

/** With the line that told of it, for programs and for --lines. */
export const LINE_COLUMN: Column<StoredAttempt> = {
  title: 'line',
  key: 'line',
  of: (row) => (row.text === '' ? null : row.text),
  most: 1000,
};

export interface SourceRow {
  readonly source: string;
  readonly failures: number;
  readonly successes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export const SOURCE_COLUMNS: readonly Column<SourceRow>[] = [
  { title: 'source', key: 'source', of: (row) => row.source, most: 45 },
  { title: 'failures', key: 'failures', of: (row) => row.failures },
  { title: 'logins', key: 'successes', of: (row) => row.successes },
  { title: 'first seen', key: 'firstSeen', of: (row) => isoTime(row.firstSeen) },
  { title: 'last seen', key: 'lastSeen', of: (row) => isoTime(row.lastSeen) },
];

export const CAMPAIGN_COLUMNS: readonly Column<CampaignHistory>[] = [
  { title: 'campaign', key: 'id', of: (row) => row.id },
  { title: 'opened', key: 'opened', of: (row) => isoTime(row.opened) },
  { title: 'first seen', key: 'firstSeen', of: (row) => isoTime(row.firstSeen) },
  { title: 'last seen', key: 'lastSeen', of: (row) => isoTime(row.lastSeen) },
  { title: 'state', key: 'state', of: (row) => (row.ended === null ? 'goes on' : 'over') },
  { title: 'attempts', key: 'attempts', of: (row) => row.attempts },
  {
    title: 'sources',
    key: 'participants',
    of: (row) => row.participants.filter((p) => p.released === null).length,
  },
  { title: 'got in', key: 'compromised', of: (row) => row.compromised.length },
  { title: 'return of', key: 'returnOf', of: (row) => row.returnOf.join(' ') || null },
];

export const BLOCK_COLUMNS: readonly Column<StoredBlock>[] = [
  { title: 'block', key: 'id', of: (row) => row.id },
  { title: 'target', key: 'target', of: (row) => row.target, most: 45 },
  { title: 'why', key: 'reason', of: (row) => row.reason.kind },
  {
    title: 'campaign',
    key: 'campaign',
    of: (row) => ('campaign' in row.reason ? row.reason.campaign : null),
  },
  { title: 'from', key: 'from', of: (row) => isoTime(row.from) },
  { title: 'until', key: 'until', of: (row) => isoTime(row.until) },
  { title: 'repetition', key: 'repetition', of: (row) => row.repetition },
  { title: 'ended', key: 'ended', of: (row) => isoTime(row.ended) },
  { title: 'ended by', key: 'endedBy', of: (row) => row.why },
];
