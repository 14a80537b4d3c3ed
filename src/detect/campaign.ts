/** A finding to campaigns: who is named, which attempts are the campaign's, and what follows from them. */
import { type AttemptTable, SUCCESS } from '../model/attempt.ts';
import type { Campaign, Participant } from '../model/detection.ts';
import { evidenceOf, nameOrder } from './evidence.ts';
import { FEWEST_PARTICIPANTS, type Finding } from './finding.ts';
import { intruders } from './intrusion.ts';
import { separate } from './separate.ts';
import { rowsOf, type Visitors } from './visitors.ts';

/** Confidence in a source of which only the success is known (see intrusion.ts: a coincidence in a hundred). */
const INTRUDER = 0.97;

export function toCampaigns(table: AttemptTable, visitors: Visitors, finding: Finding): readonly Campaign[] {
  const rows: number[] = [];
  for (const [source, probability] of finding.probability) {
    if (probability < finding.namedFrom || visitors.kind[source] === 'person') continue;
    for (const row of rowsOf(visitors, source)) {
      const time = table.time[row]!;
      if (table.outcome[row] !== SUCCESS && time >= finding.from && time <= finding.to) rows.push(row);
    }
  }
  const all = Uint32Array.from(rows).sort();
  if (all.length === 0) return [];
  const part = finding.whole ? new Map<number, number>() : separate(table, all);
  const parts = new Map<number, number[]>();
  for (const row of all) {
    const p = part.get(table.source[row]!) ?? 0;
    const own = parts.get(p);
    if (own) own.push(row);
    else parts.set(p, [row]);
  }
  const campaigns: Campaign[] = [];
  for (const own of parts.values()) {
    const failures = Uint32Array.from(own);
    const participants = new Set(own.map((row) => table.source[row]!));
    const campaign = toCampaign(table, visitors, finding, failures, [
      ...intruders(table, visitors, failures, participants),
    ]);
    if (campaign.participants.length >= FEWEST_PARTICIPANTS) campaigns.push(campaign);
  }
  return campaigns;
}

function toCampaign(
  table: AttemptTable,
  visitors: Visitors,
  finding: Finding,
  failures: Uint32Array,
  intruding: readonly number[],
): Campaign {
  const sources = new Set([...failures].map((row) => table.source[row]!));
  for (const s of intruding) sources.add(s);
  // a guess that was right is an attempt of the campaign like the wrong ones
  const guesses = [...sources].flatMap((s) =>
    [...rowsOf(visitors, s)].filter((row) => table.outcome[row] === SUCCESS || intruding.includes(s)),
  );
  const rows = Uint32Array.from(new Set([...failures, ...guesses])).sort();
  const bySource = new Map<number, number[]>();
  for (const row of rows) {
    const own = bySource.get(table.source[row]!);
    if (own) own.push(row);
    else bySource.set(table.source[row]!, [row]);
  }
  const participants: Participant[] = [];
  const compromised: Campaign['compromised'][number][] = [];
  for (const [source, own] of bySource) {
    participants.push({
      source,
      attempts: own.length,
      firstSeen: table.time[own[0]!]!,
      lastSeen: table.time[own.at(-1)!]!,
      confidence: finding.probability.get(source) ?? INTRUDER,
      loud: visitors.loud[source] === 1,
    });
    for (const row of rowsOf(visitors, source)) {
      if (table.outcome[row] !== SUCCESS) continue;
      compromised.push({
        source,
        user: table.user[row]!,
        time: table.time[row]!,
        sensor: table.sensor[row]!,
      });
    }
  }
  participants.sort(
    (a, b) => b.attempts - a.attempts || (table.sources[a.source]! < table.sources[b.source]! ? -1 : 1),
  );
  compromised.sort((a, b) => a.time - b.time || a.source - b.source);
  return {
    firstSeen: table.time[failures[0]!]!,
    lastSeen: table.time[failures.at(-1)!]!,
    rows,
    falseAlarm: finding.falseAlarm,
    order: nameOrder(table, failures),
    medianGapSeconds: medianGap(table, failures),
    participants,
    compromised,
    evidence: evidenceOf(table, visitors, finding, failures),
  };
}

function medianGap(table: AttemptTable, rows: Uint32Array): number {
  const gaps: number[] = [];
  for (let i = 1; i < rows.length; i++) gaps.push(table.time[rows[i]!]! - table.time[rows[i - 1]!]!);
  gaps.sort((a, b) => a - b);
  return gaps.length === 0 ? 0 : gaps[gaps.length >> 1]!;
}
