/**
 * What blocks did on a log of which it is known who did what. Pure, and counts only, so that logs can be pooled by
 * adding.
 *
 * An attempt counts as stopped where its source is blocked at its time. The limit: a source has to be seen before it
 * can be blocked, so of each participant's attempts one cannot be stopped.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { Truth } from '../../model/truth.ts';
import { isStopped } from './blocks.ts';
import type { Block, Blocks } from './peer.ts';

export interface BlockedShare {
  readonly sources: number;
  /** Of them ever blocked, for however short a time. */
  readonly blocked: number;
}

export interface PeerScore {
  readonly participants: BlockedShare;
  /** Sources of people and their machines. */
  readonly people: BlockedShare;
  /** Independent scanners, worms, visitors behind a carrier: they guess, but not together. */
  readonly scanners: BlockedShare;
  readonly loud: BlockedShare;
  /** Attempts of participants. */
  readonly attackAttempts: number;
  /** Attempts of participants less one each: what could be stopped. */
  readonly limit: number;
  readonly prevented: number;
  /** What would have been stopped had no block ended. */
  readonly preventedForGood: number;
  /** The same two counts for loud sources. */
  readonly loudAttempts: number;
  readonly loudPrevented: number;
  /** Attempts of people that were stopped. */
  readonly peopleStopped: number;
  /** Attempts of participants before the first block of one, that one's included; null: none was ever blocked. */
  readonly attemptsBeforeFirst: number | null;
}

export function scoreBlocks(table: AttemptTable, truth: Truth, blocks: Blocks): PeerScore {
  const participants = new Set(truth.campaigns.flatMap(({ sources }) => sources));
  const people = new Set(truth.people);
  const loud = new Set(truth.background.loud);
  let first = Number.POSITIVE_INFINITY;
  for (const source of participants) first = Math.min(first, blocks.get(source)?.[0]?.from ?? first);
  const role = table.sources.map((source) => roleOf(source, participants, people, loud));
  const blocksOfSource = table.sources.map((source) => blocks.get(source));
  const attempts = { participant: 0, person: 0, loud: 0, other: 0 };
  const stopped = { participant: 0, person: 0, loud: 0, other: 0 };
  let preventedForGood = 0;
  let beforeFirst = 0;
  for (let row = 0; row < table.length; row++) {
    const time = table.time[row]!;
    const who = role[table.source[row]!]!;
    const own = blocksOfSource[table.source[row]!];
    attempts[who]++;
    if (isStopped(own, time)) stopped[who]++;
    if (who !== 'participant') continue;
    if (isAfterFirst(own, time)) preventedForGood++;
    if (time <= first) beforeFirst++;
  }
  return {
    participants: share(participants, blocks),
    people: share(people, blocks),
    scanners: share(new Set(truth.background.scanners), blocks),
    loud: share(loud, blocks),
    attackAttempts: attempts.participant,
    limit: attempts.participant - participants.size,
    prevented: stopped.participant,
    preventedForGood,
    loudAttempts: attempts.loud,
    loudPrevented: stopped.loud,
    peopleStopped: stopped.person,
    attemptsBeforeFirst: Number.isFinite(first) ? beforeFirst : null,
  };
}

type Role = 'participant' | 'person' | 'loud' | 'other';

/** A source that is several things at once (people and scanners behind one carrier) is the first of these. */
function roleOf(
  source: string,
  participants: ReadonlySet<string>,
  people: ReadonlySet<string>,
  loud: ReadonlySet<string>,
): Role {
  if (participants.has(source)) return 'participant';
  if (people.has(source)) return 'person';
  return loud.has(source) ? 'loud' : 'other';
}

function isAfterFirst(blocks: readonly Block[] | undefined, time: number): boolean {
  const first = blocks?.[0];
  return first !== undefined && first.from < time;
}

function share(sources: ReadonlySet<string>, blocks: Blocks): BlockedShare {
  let blocked = 0;
  for (const source of sources) if (blocks.has(source)) blocked++;
  return { sources: sources.size, blocked };
}

export interface AttackAttempt {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  readonly stopped: boolean;
  /** The first of its source: nobody can stop that. */
  readonly first: boolean;
}

/** For a picture: attempts of participants in order of time. */
export function attackAttempts(table: AttemptTable, truth: Truth, blocks: Blocks): readonly AttackAttempt[] {
  const participants = new Set(truth.campaigns.flatMap(({ sources }) => sources));
  const seen = new Set<string>();
  const found: AttackAttempt[] = [];
  for (let row = 0; row < table.length; row++) {
    const source = table.sources[table.source[row]!]!;
    if (!participants.has(source)) continue;
    const time = table.time[row]!;
    found.push({ time, stopped: isStopped(blocks.get(source), time), first: !seen.has(source) });
    seen.add(source);
  }
  return found;
}
