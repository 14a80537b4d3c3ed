/**
 * What it would have cost people to block whoever fails on an unknown user: counted in the history, before the policy is
 * switched on. A person is a source that has logged in; it is hit where it failed on a name that does not exist before
 * the history knew its first login (after that nobody blocks it). It is locked out for as long as the block lasts, or
 * until it would have logged in, whichever comes first; how long that is, is told as well.
 */
import type { History } from '../store/history.ts';
import type { BlockTime } from './policy.ts';

export interface UnknownUserCost {
  /** Sources that have logged in. */
  readonly people: number;
  /** Those of them that would have been blocked. */
  readonly hit: number;
  /** Of these, those that logged in within the time of the block: people who would have noticed. */
  readonly lockedOut: number;
  /** Logins of those locked out that the block would have kept from getting in. */
  readonly logins: number;
  /** At most twenty of those locked out, the latest first: when they failed, on what, and when they then got in. */
  readonly samples: readonly {
    readonly source: string;
    readonly user: string;
    readonly failed: number;
    readonly loggedIn: number;
  }[];
  /** First and last failure or login of people that was looked at; null where there are none. */
  readonly since: number | null;
  readonly until: number | null;
}

const MOST_SAMPLES = 20;

/** Attempts of one person that are looked at: what comes after the first login does not count. */
const MOST_ATTEMPTS = 1000;

/** What is counted, beside everything. */
export interface CostQuery {
  /** Only what happened since then; left out: all that the history has. */
  readonly since?: number;
  /** Sources that got in and are nobody who works here. */
  readonly intruders?: ReadonlySet<string>;
}

export async function costOfUnknownUser(
  history: Pick<History, 'sources' | 'attempts'>,
  time: BlockTime,
  query: CostQuery = {},
): Promise<UnknownUserCost> {
  const from = query.since === undefined ? {} : { since: query.since };
  const people = (await history.sources({ outcome: 'success', ...from })).filter(
    ({ source }) => query.intruders?.has(source) !== true,
  );
  const samples: UnknownUserCost['samples'][number][] = [];
  let hit = 0;
  let lockedOut = 0;
  let logins = 0;
  let since = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (const { source, lastSeen } of people) {
    until = Math.max(until, lastSeen);
    let isHit = false;
    let failed: { readonly time: number; readonly user: string } | null = null;
    for await (const attempt of history.attempts({ source, ...from, limit: MOST_ATTEMPTS })) {
      since = Math.min(since, attempt.time);
      if (!attempt.success) {
        if (failed === null && attempt.known === false && attempt.user !== null)
          failed = { time: attempt.time, user: attempt.user };
        continue;
      }
      if (failed === null) break;
      if (attempt.time - failed.time > time.seconds) {
        if (!isHit) hit++;
        break;
      }
      if (!isHit) {
        hit++;
        lockedOut++;
        samples.push({ source, user: failed.user, failed: failed.time, loggedIn: attempt.time });
      }
      isHit = true;
      logins++;
    }
  }
  samples.sort((a, b) => b.failed - a.failed);
  return {
    people: people.length,
    hit,
    lockedOut,
    logins,
    samples: samples.slice(0, MOST_SAMPLES),
    since: people.length === 0 ? null : since,
    until: people.length === 0 ? null : until,
  };
}
