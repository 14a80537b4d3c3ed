/**
 * Which campaigns of a finished log are returns of earlier ones. A source is named in one campaign only, so most hosts of
 * an actor that came twice are named in whichever visit was found first: here each visit gets back those that, in its
 * time, tried the names of its list.
 */
import { type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import type { Campaign, CampaignReturn } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import { type Actor, returnOf } from './returning.ts';
import type { Visitors } from './visitors.ts';

/** A pause shorter than this is the campaign's own: what rests for a night has not come back. */
const LEAST_PAUSE = 7 * DAY;

/** The same campaigns in the same order; where one is a return, with the latest earlier one that it is the return of. */
export function withReturns(
  table: AttemptTable,
  visitors: Visitors,
  campaigns: readonly Campaign[],
): readonly Campaign[] {
  const pairs = campaigns.flatMap((later, l) =>
    campaigns.flatMap((earlier, e) =>
      later.firstSeen - earlier.lastSeen >= LEAST_PAUSE ? [{ earlier: e, later: l }] : [],
    ),
  );
  if (pairs.length === 0) return campaigns;
  const named = new Set(campaigns.flatMap((one) => one.participants.map((p) => p.source)));
  const visits = campaigns.map((campaign) => visitOf(table, visitors, campaign, named));
  const found = new Map<number, CampaignReturn>();
  for (const { earlier, later } of pairs) {
    const [before, after] = [visits[earlier]!, visits[later]!];
    const outsiders = {
      sources: before.outsiders.size,
      again: shared(before.outsiders, after.outsiders),
      users: after.outsidersUsers.size,
      usersOnList: shared(after.outsidersUsers, before.list),
    };
    const first = actorOf(table, before, after.participants);
    const second = actorOf(table, after, before.participants);
    const again = returnOf(first, second, outsiders);
    // of several earlier visits, the last
    if (again === null || (found.get(later)?.campaign ?? -1) > earlier) continue;
    found.set(later, {
      campaign: earlier,
      sharedSources: again.sharedSources,
      sources: second.sources.size,
      sharedUsernames: again.sharedUsernames,
      usernames: second.users.size,
      outsiders: outsiders.sources,
      outsidersAgain: outsiders.again,
      medianGapSeconds: second.medianGapSeconds,
      medianGapSecondsBefore: first.medianGapSeconds,
      bits: again.bits,
    });
  }
  return campaigns.map((campaign, c) => (found.has(c) ? { ...campaign, returnOf: found.get(c)! } : campaign));
}

/** A campaign's time, participants and list; who else was there, and what those tried. */
interface Visit {
  readonly from: number;
  readonly to: number;
  readonly participants: ReadonlySet<number>;
  /** Names that participants of campaigns try more often than everybody else. */
  readonly list: ReadonlySet<number>;
  readonly outsiders: ReadonlySet<number>;
  readonly outsidersUsers: ReadonlySet<number>;
}

function visitOf(
  table: AttemptTable,
  visitors: Visitors,
  { rows, firstSeen: from, lastSeen: to, participants }: Campaign,
  named: ReadonlySet<number>,
): Visit {
  const balance = new Map<number, number>();
  for (const row of rows) balance.set(table.user[row]!, 0);
  const outsiders = new Set<number>();
  const outsidersUsers = new Set<number>();
  for (let i = 0; i < table.length; i++) {
    const [s, u, time] = [table.source[i]!, table.user[i]!, table.time[i]!];
    if (table.outcome[i] === SUCCESS || u === NO_USER || visitors.kind[s] === 'person') continue;
    const sofar = balance.get(u);
    if (sofar !== undefined) balance.set(u, sofar + (named.has(s) ? 1 : -1));
    if (named.has(s) || time < from || time > to) continue;
    outsiders.add(s);
    outsidersUsers.add(u);
  }
  const list = new Set([...balance].flatMap(([u, more]) => (more > 0 ? [u] : [])));
  return {
    from,
    to,
    participants: new Set(participants.map((p) => p.source)),
    list,
    outsiders,
    outsidersUsers,
  };
}

/** The campaign with those of the other's participants that worked on its list in its time. */
function actorOf(table: AttemptTable, visit: Visit, others: ReadonlySet<number>): Actor {
  const sources = new Set<string>();
  const users = new Set<string>();
  const times: number[] = [];
  for (let i = 0; i < table.length; i++) {
    const [s, u, time] = [table.source[i]!, table.user[i]!, table.time[i]!];
    if (time < visit.from || time > visit.to || table.outcome[i] === SUCCESS || !visit.list.has(u)) continue;
    if (!visit.participants.has(s) && !others.has(s)) continue;
    sources.add(table.sources[s]!);
    users.add(table.users[u]!);
    times.push(time);
  }
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  gaps.sort((a, b) => a - b);
  return { sources, users, medianGapSeconds: gaps[gaps.length >> 1] ?? 0 };
}

function shared(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let count = 0;
  for (const one of a) if (b.has(one)) count++;
  return count;
}
