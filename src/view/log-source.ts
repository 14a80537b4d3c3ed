/** Everything that a finished log tells of one source. */
import { sharedNames, type TriedName } from '../explain/dossier.ts';
import { ACCOUNT_UNKNOWN, type AttemptTable, NO_USER, SUCCESS } from '../model/attempt.ts';
import { countedOf } from '../model/counted.ts';
import type { Campaign, Detection } from '../model/detection.ts';
import type { Place, SourceView } from './site.ts';

/** Names that are told of one source, and users it logged in as. */
const MOST_NAMES = 100;
const MOST_USERS = 8;

export interface LogSourceContext {
  readonly table: AttemptTable;
  readonly detection: Detection;
  /** `c1` first. */
  readonly campaigns: readonly Campaign[];
  place(source: string): Place | null;
}

/** null: the log does not have it. */
export function logSource(context: LogSourceContext, source: string): SourceView | null {
  const { table, detection, campaigns } = context;
  const index = table.sources.indexOf(source);
  if (index < 0) return null;
  let failures = countedOf(table, index);
  let unknownUserFailures = 0;
  let successes = 0;
  let firstSeen: number | null = null;
  let lastSeen: number | null = null;
  const successUsers: string[] = [];
  const own: TriedName[] = [];
  for (let row = 0; row < table.length; row++) {
    if (table.source[row] !== index) continue;
    const time = table.time[row]!;
    firstSeen ??= time;
    lastSeen = time;
    const attempt = rowOf(table, row);
    own.push(attempt);
    if (attempt.success) {
      successes++;
      const { user } = attempt;
      if (user !== null && successUsers.length < MOST_USERS && !successUsers.includes(user))
        successUsers.push(user);
    } else {
      failures++;
      if (table.account[row] === ACCOUNT_UNKNOWN) unknownUserFailures++;
    }
  }
  const memberships = campaigns.flatMap((campaign, i) => {
    const one = campaign.participants.find((participant) => participant.source === index);
    if (one === undefined) return [];
    const all = Array.from(campaign.rows, (row) => rowOf(table, row));
    const names = sharedNames(source, own, all)
      .slice(0, MOST_NAMES)
      .map(({ user, time, others, before }) => ({ user, time, others, before }));
    return [{ campaign: `c${i + 1}`, confidence: one.confidence, named: null, released: null, names }];
  });
  const isLoud =
    detection.loudSources.some((one) => one.source === index) ||
    campaigns.some(({ participants }) => participants.some((one) => one.source === index && one.loud));
  return {
    source,
    place: context.place(source),
    firstSeen,
    lastSeen,
    failures,
    unknownUserFailures,
    successes,
    successUsers,
    isLoud,
    memberships,
    block: null,
    why: whyOf(memberships[0]?.campaign ?? null, isLoud, detection.peopleSources.includes(index)),
    pastBlocks: [],
    actions: [],
  };
}

function whyOf(campaign: string | null, isLoud: boolean, isPeople: boolean): string {
  const nothing = 'A finished log blocks nobody; ';
  if (campaign !== null)
    return `${nothing}slowbrute watch would block it from the moment it is known to take part in ${campaign}.`;
  if (isPeople) return `${nothing}people and their machines log in from here, so nothing would.`;
  if (isLoud) return `${nothing}it is loud, so that whatever counts failures per source blocks it.`;
  return `${nothing}nothing links it to a campaign.`;
}

function rowOf(table: AttemptTable, row: number): TriedName {
  return {
    time: table.time[row]!,
    source: table.sources[table.source[row]!] ?? '',
    user: table.user[row] === NO_USER ? null : (table.users[table.user[row]!] ?? ''),
    success: table.outcome[row] === SUCCESS,
  };
}
