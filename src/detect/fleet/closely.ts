/**
 * The campaigns of a fleet, from the attempts of its suspects. The hints, that something is there and how sure that is,
 * come from the whole fleet's weights; who belongs, and what it is, is the same fit as a single log's (finding.ts), on
 * attempts that hold every visit to a suspect name and a sample of all others.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { Campaign, DetectOptions } from '../../model/detection.ts';
import { toCampaigns } from '../campaign.ts';
import { echoesOf } from '../echo.ts';
import { findQuietFindings } from '../finding.ts';
import { groupByName, type TickSequence, weighNames } from '../links.ts';
import { withReturns } from '../returns.ts';
import { classOf, findSegments, type LinkedSequence, type Segment, segmentsAmong } from '../segments.ts';
import { classifyVisitors, type NameWitnesses, type Visitors } from '../visitors.ts';
import { placeOf } from './facts.ts';
import { keyOf } from './key.ts';
import type { QuietClock } from './quiet-clock.ts';
import { firstFrom, type Suspects, withSurprises } from './suspects.ts';

export interface CloseLook {
  readonly visitors: Visitors;
  readonly campaigns: readonly Campaign[];
}

export function lookClosely(
  table: AttemptTable,
  clock: QuietClock,
  suspects: Suspects,
  witnesses: NameWitnesses,
  options: DetectOptions,
): CloseLook {
  const visitors = classifyVisitors(table, options, witnesses);
  const isSuspect = Uint8Array.from(table.users, (name) =>
    placeOf(suspects.names, keyOf(name)) >= 0 ? 1 : 0,
  );
  const findings = findQuietFindings(table, visitors, options, echoesOf(table, visitors), {
    link: (quiet, accept) =>
      findSegments(quiet, accept, (sequence) =>
        linked(sequence, clock, suspects, accept, (user) => isSuspect[quiet.userOf[user]!] === 1),
      ),
    // the table holds a chosen part of the newcomers: their rate is not the fleet's
    onsets: () => [],
  });
  const placed = new Set<number>();
  const found = findings.flatMap((finding) => toCampaigns(table, visitors, finding, placed));
  found.sort((a, b) => a.firstSeen - b.firstSeen || a.rows[0]! - b.rows[0]!);
  return { visitors, campaigns: withReturns(table, visitors, found) };
}

/** The fleet's segments, with the visits of `sequence` in place of what the suspect names were given. */
function linked(
  sequence: TickSequence,
  clock: QuietClock,
  suspects: Suspects,
  accept: number,
  isSuspect: (user: number) => boolean,
): LinkedSequence {
  const n = sequence.time.length;
  const ticks = Uint32Array.from(sequence.time, (time) => clock.tickAt(time));
  const names = groupByName(sequence);
  const places = names.tick;
  const bits = weighNames(
    { ...names, tick: places.map((i) => ticks[i]!) },
    sequence.sources,
    clock,
    new Float32Array(n),
    places,
  );
  const own: number[] = [];
  for (let i = 0; i < n; i++) {
    // of other names only the sample's visits are here
    if (!isSuspect(sequence.user[i]!)) bits[i] = 0;
    else if (classOf(bits[i]!) > 0) own.push(i);
  }
  const surprises = {
    tick: Uint32Array.from(own, (i) => ticks[i]!),
    class: Uint8Array.from(own, (i) => classOf(bits[i]!)),
  };
  const log = withSurprises(suspects.rest, surprises, clock.ticks);
  const { table, segments } = segmentsAmong(log, suspects.chance, accept, suspects.shares);
  const ratio = new Float32Array(n);
  for (let i = 0; i < n; i++) ratio[i] = table[classOf(bits[i]!)]!;
  return { bits, ratio, segments: segments.flatMap((segment) => within(segment, ticks)) };
}

/** A segment of the fleet's ticks, ends included, as one of the visits at hand; none where no visit lies in it. */
function within(segment: Segment, ticks: Uint32Array): readonly Segment[] {
  const from = firstFrom(ticks, segment.from);
  const to = firstFrom(ticks, segment.to + 1) - 1;
  return to > from ? [{ ...segment, from, to }] : [];
}
