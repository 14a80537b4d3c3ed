/** A finding to a campaign: who is named, which attempts are the campaign's, and what follows from them. */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import type { Campaign, Evidence, NameOrder, Participant } from '../model/detection.ts';
import { FEWEST_PARTICIPANTS, type Finding } from './finding.ts';
import { rowsOf, type Visitors } from './visitors.ts';

export function toCampaign(table: AttemptTable, visitors: Visitors, finding: Finding): Campaign | null {
  const rows: number[] = [];
  const participants: Participant[] = [];
  const compromised: Campaign['compromised'][number][] = [];
  for (const [source, probability] of finding.probability) {
    if (probability < finding.namedFrom || visitors.kind[source] === 'person') continue;
    const own: number[] = [];
    for (const row of rowsOf(visitors, source)) {
      if (table.outcome[row] === SUCCESS) {
        compromised.push({ source, user: table.user[row]!, time: table.time[row]!, sensor: table.sensor[row]! });
      } else own.push(row);
    }
    const mine = own.filter((row) => table.time[row]! >= finding.from && table.time[row]! <= finding.to);
    if (mine.length === 0) continue;
    for (const row of mine) rows.push(row);
    participants.push({
      source,
      attempts: mine.length,
      firstSeen: table.time[mine[0]!]!,
      lastSeen: table.time[mine.at(-1)!]!,
      confidence: probability,
      loud: visitors.loud[source] === 1,
    });
  }
  if (participants.length < FEWEST_PARTICIPANTS) return null;
  rows.sort((a, b) => a - b);
  participants.sort(
    (a, b) => b.attempts - a.attempts || (table.sources[a.source]! < table.sources[b.source]! ? -1 : 1),
  );
  compromised.sort((a, b) => a.time - b.time);
  const evidence: Evidence[] = [];
  const order: NameOrder = 'other';
  return {
    firstSeen: table.time[rows[0]!]!,
    lastSeen: table.time[rows.at(-1)!]!,
    rows: Uint32Array.from(rows),
    falseAlarm: finding.falseAlarm,
    order,
    medianGapSeconds: medianGap(table, rows),
    participants,
    compromised,
    evidence,
  };
}

function medianGap(table: AttemptTable, rows: readonly number[]): number {
  const gaps: number[] = [];
  for (let i = 1; i < rows.length; i++) gaps.push(table.time[rows[i]!]! - table.time[rows[i - 1]!]!);
  gaps.sort((a, b) => a - b);
  return gaps.length === 0 ? 0 : gaps[gaps.length >> 1]!;
}
