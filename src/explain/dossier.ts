/**
 * Everything that a history knows of one source or one campaign, put in order for a person who asks: why is this address blocked,
 * which login was it, which lines of which log?
 *
 * What speaks against a source is told name by name: how many participants tried the same name, and when. That is what live
 * detection saw (docs/live.md), in a form that can be checked against the log.
 */
import type { CampaignHistory, SourceHistory, StoredAttempt, StoredBlock } from '../store/history.ts';

/** A name that the source tried, and who else of its campaign did. */
export interface SharedName {
  readonly user: string;
  /** When this source tried it first. */
  readonly time: number;
  /** Other participants that tried it, and their first and last time; null where nobody did. */
  readonly others: number;
  readonly from: number | null;
  readonly to: number | null;
  /** The participant that tried it last before this source, and how long before, seconds. */
  readonly before: { readonly source: string; readonly seconds: number } | null;
}

export interface Membership {
  readonly campaign: Omit<CampaignHistory, 'participants'>;
  readonly participants: number;
  readonly confidence: number;
  readonly named: number;
  readonly released: number | null;
  /** The names it shares with others, those that most others tried first. */
  readonly names: readonly SharedName[];
}

export interface SourceDossier {
  readonly source: string;
  readonly history: SourceHistory | null;
  readonly memberships: readonly Membership[];
  /** The newest of its attempts, newest first. */
  readonly attempts: readonly StoredAttempt[];
  readonly blocks: readonly StoredBlock[];
}

/** What of an attempt {@link sharedNames} looks at. */
export type TriedName = Pick<StoredAttempt, 'source' | 'user' | 'time' | 'success'>;

/** The names of a source within a campaign. `own`: its attempts; `all`: those of the campaign's participants. */
export function sharedNames(
  source: string,
  own: readonly TriedName[],
  all: readonly TriedName[],
): SharedName[] {
  const first = new Map<string, number>();
  for (const { user, time, success } of own) {
    if (user === null || success) continue;
    first.set(user, Math.min(first.get(user) ?? Number.POSITIVE_INFINITY, time));
  }
  const names = new Map<
    string,
    { others: Set<string>; from: number; to: number; before: SharedName['before'] }
  >();
  for (const attempt of all) {
    if (attempt.user === null || attempt.source === source || attempt.success) continue;
    const time = first.get(attempt.user);
    if (time === undefined) continue;
    let name = names.get(attempt.user);
    if (name === undefined) {
      name = { others: new Set(), from: attempt.time, to: attempt.time, before: null };
      names.set(attempt.user, name);
    }
    name.others.add(attempt.source);
    name.from = Math.min(name.from, attempt.time);
    name.to = Math.max(name.to, attempt.time);
    const seconds = time - attempt.time;
    if (seconds >= 0 && (name.before === null || seconds < name.before.seconds))
      name.before = { source: attempt.source, seconds };
  }
  return [...first]
    .map(([user, time]) => {
      const name = names.get(user);
      return {
        user,
        time,
        others: name?.others.size ?? 0,
        from: name?.from ?? null,
        to: name?.to ?? null,
        before: name?.before ?? null,
      };
    })
    .sort((a, b) => b.others - a.others || a.time - b.time || (a.user < b.user ? -1 : 1));
}
