/**
 * What a message says of a campaign beyond the events: how many attempts, for which names, how fast, how many of its
 * sources are kept out. It is looked up in the history when a message is due and not before.
 *
 * Not every name may be sent: a person who types the password at the prompt for the name leaves it in the log as an
 * unknown user, from one source. So a name is told where the server has such an account, or where two sources tried it.
 */
import { median } from '../explain/values.ts';
import type { StreamedAttempt } from '../model/stream.ts';
import type { History } from '../store/history.ts';

export interface CampaignFacts {
  /** Failed attempts of its participants. */
  readonly attempts: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly medianGapSeconds: number | null;
  /** Most attempts first. */
  readonly sensors: readonly string[];
  /** How many names were tried. */
  readonly usernames: number;
  /** Those that may be told, most attempts first, at most {@link MOST_NAMES}. */
  readonly sample: readonly string[];
  /** Blocks standing for it; null: not known. */
  readonly blocked: number | null;
}

export const MOST_NAMES = 12;
/** Sensors in a message: beyond that a person wants the number. */
const MOST_SENSORS = 20;
/** Attempts looked at for one message: the newest; the count of all is asked for separately. A read of some 50 ms. */
const MOST_ATTEMPTS = 20_000;
/** Names whose sources are told apart; a name that comes later is not told. */
const MOST_COUNTED = 20_000;

/** Facts of attempts, in whatever order; undefined where there are no failed ones. Pure. */
export function factsOf(
  attempts: Iterable<StreamedAttempt>,
  blocked: number | null = null,
): CampaignFacts | undefined {
  const names = new Map<string, { attempts: number; source: string; safe: boolean }>();
  const sensors = new Map<string, number>();
  const times: number[] = [];
  for (const { success, user, known, source, sensor, time } of attempts) {
    if (success) continue;
    times.push(time);
    sensors.set(sensor, (sensors.get(sensor) ?? 0) + 1);
    if (user === null) continue;
    const name = names.get(user);
    if (name !== undefined) {
      name.attempts++;
      name.safe ||= known === true || name.source !== source;
    } else if (names.size < MOST_COUNTED) names.set(user, { attempts: 1, source, safe: known === true });
  }
  if (times.length === 0) return undefined;
  times.sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const most = <T>(rows: Iterable<[string, T]>, of: (value: T) => number) =>
    [...rows].sort((a, b) => of(b[1]) - of(a[1]) || (a[0] < b[0] ? -1 : 1)).map(([text]) => text);
  return {
    attempts: times.length,
    firstSeen: times[0]!,
    lastSeen: times.at(-1)!,
    medianGapSeconds: median(gaps) ?? null,
    sensors: most(sensors, (n) => n).slice(0, MOST_SENSORS),
    usernames: names.size,
    sample: most(
      [...names].filter(([, { safe }]) => safe),
      (name) => name.attempts,
    ).slice(0, MOST_NAMES),
    blocked,
  };
}

/** Facts of one campaign from the history; undefined where it has no attempts of it. Rejects as the history does. */
export async function lookUpCampaign(
  history: Pick<History, 'attempts' | 'countAttempts' | 'blocks'>,
  campaign: string,
): Promise<CampaignFacts | undefined> {
  const attempts: StreamedAttempt[] = [];
  const query = { campaign, outcome: 'failure' as const, newestFirst: true, limit: MOST_ATTEMPTS };
  for await (const attempt of history.attempts(query)) attempts.push(attempt);
  const standing = await history.blocks({ campaign, standing: true });
  const facts = factsOf(attempts, standing.length);
  if (facts === undefined || attempts.length < MOST_ATTEMPTS) return facts;
  const { failures } = await history.countAttempts({ campaign });
  return { ...facts, attempts: failures };
}
