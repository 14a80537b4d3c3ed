/**
 * How well a detection fits what a labelled log really holds. Pure: numbers in, numbers out.
 *
 * Every measure is kept as counts, so that many logs can be pooled by adding (a mean of ratios would give a log
 * with three named sources the weight of one with two thousand). A ratio whose denominator is zero is `null`,
 * never 0 or 1: a log without a campaign has no recall.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Campaign, Detection } from '../model/detection.ts';
import { DAY, HOUR } from '../model/time.ts';
import type { TrueCampaign, Truth } from '../model/truth.ts';

/** A set of named sources against the truth. All numbers count sources. */
export interface NamedScore {
  readonly named: number;
  /** Sources of all true campaigns, each once. */
  readonly participants: number;
  readonly participantsNamed: number;
  /** Sources of people and their machines among the named: must be 0. */
  readonly peopleNamed: number;
  readonly loudNamed: number;
  readonly scannersNamed: number;
}

/** One true campaign beside the detected campaign that shares most sources with it. */
export interface TrueCampaignScore {
  readonly name: string;
  readonly sources: number;
  readonly attempts: number;
  /** Index of the detected campaign, or null where none shares a source: the campaign was missed. */
  readonly detected: number | null;
  readonly detectedSources: number;
  readonly detectedAttempts: number;
  readonly sharedSources: number;
  /** Detected minus true, hours; positive is late. Null where the campaign was missed. */
  readonly startErrorHours: number | null;
  readonly endErrorHours: number | null;
}

/** One detected campaign beside the true campaign that most of its participants belong to. */
export interface DetectedCampaignScore {
  readonly participants: number;
  /** Name of the best-matching true campaign, or null where no participant belongs to one. */
  readonly best: string | null;
  readonly bestShared: number;
  /** Participants that belong to any true campaign. */
  readonly ofAnyCampaign: number;
  /** Half of the participants or more belong to no true campaign. */
  readonly isFalse: boolean;
}

export interface DetectionScore {
  readonly attempts: number;
  /** Days from the first to the last attempt of the log, for rates of false campaigns. */
  readonly days: number;
  readonly sources: NamedScore;
  readonly trueCampaigns: readonly TrueCampaignScore[];
  readonly detectedCampaigns: readonly DetectedCampaignScore[];
  readonly falseCampaigns: number;
  /** Accounts (source, user, sensor) that a participant got into. */
  readonly compromises: { readonly found: number; readonly missed: number; readonly false: number };
}

/** Share, or null where there is nothing to take a share of. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Share of the named sources that are participants of a true campaign. */
export function precision(score: NamedScore): number | null {
  return ratio(score.participantsNamed, score.named);
}

/** Share of the true participants that are named. */
export function recall(score: NamedScore): number | null {
  return ratio(score.participantsNamed, score.participants);
}

/** Scores a set of sources, given as texts. */
export function scoreNamed(truth: Truth, named: Iterable<string>): NamedScore {
  const participants = new Set(truth.campaigns.flatMap((campaign) => campaign.sources));
  const people = new Set(truth.people);
  const loud = new Set(truth.background.loud);
  const scanners = new Set(truth.background.scanners);
  const names = named instanceof Set ? (named as ReadonlySet<string>) : new Set(named);
  return {
    named: names.size,
    participants: participants.size,
    participantsNamed: shared(names, participants),
    peopleNamed: shared(names, people),
    loudNamed: shared(names, loud),
    scannersNamed: shared(names, scanners),
  };
}

export function scoreDetection(table: AttemptTable, truth: Truth, detection: Detection): DetectionScore {
  const detectedSets = detection.campaigns.map(
    (campaign) => new Set(campaign.participants.map(({ source }) => table.sources[source]!)),
  );
  const trueSets = truth.campaigns.map((campaign) => new Set(campaign.sources));
  const inAnyTrue = new Set(truth.campaigns.flatMap((campaign) => campaign.sources));
  const named = new Set(detectedSets.flatMap((set) => [...set]));

  const detectedCampaigns = detectedSets.map((set): DetectedCampaignScore => {
    const best = mostShared(set, trueSets);
    const ofAnyCampaign = shared(set, inAnyTrue);
    return {
      participants: set.size,
      best: best === null ? null : truth.campaigns[best.index]!.name,
      bestShared: best?.shared ?? 0,
      ofAnyCampaign,
      isFalse: ofAnyCampaign * 2 <= set.size,
    };
  });

  return {
    attempts: table.length,
    days: table.length === 0 ? 0 : (table.time[table.length - 1]! - table.time[0]!) / DAY,
    sources: scoreNamed(truth, named),
    trueCampaigns: truth.campaigns.map((campaign, i) =>
      scoreTrueCampaign(campaign, trueSets[i]!, detection.campaigns, detectedSets),
    ),
    detectedCampaigns,
    falseCampaigns: detectedCampaigns.filter((campaign) => campaign.isFalse).length,
    compromises: scoreCompromises(table, truth, detection),
  };
}

function scoreTrueCampaign(
  truth: TrueCampaign,
  sources: ReadonlySet<string>,
  detected: readonly Campaign[],
  detectedSets: readonly ReadonlySet<string>[],
): TrueCampaignScore {
  const best = mostShared(sources, detectedSets);
  const campaign = best === null ? undefined : detected[best.index];
  const hours = (time: number, trueTime: string) => (time - Date.parse(trueTime) / 1000) / HOUR;
  return {
    name: truth.name,
    sources: sources.size,
    attempts: truth.attempts,
    detected: best?.index ?? null,
    detectedSources: campaign?.participants.length ?? 0,
    detectedAttempts: campaign?.rows.length ?? 0,
    sharedSources: best?.shared ?? 0,
    startErrorHours: campaign === undefined ? null : hours(campaign.firstSeen, truth.firstSeen),
    endErrorHours: campaign === undefined ? null : hours(campaign.lastSeen, truth.lastSeen),
  };
}

function scoreCompromises(
  table: AttemptTable,
  truth: Truth,
  detection: Detection,
): DetectionScore['compromises'] {
  // an account is compromised once, however often the intruder comes back: the time is not part of the key
  const key = (source: string, user: string, sensor: string) => JSON.stringify([source, user, sensor]);
  const real = new Set<string>();
  for (const campaign of truth.campaigns) {
    for (const { source, user, sensor } of campaign.compromised) real.add(key(source, user, sensor));
  }
  const reported = new Set<string>();
  for (const campaign of detection.campaigns) {
    for (const { source, user, sensor } of campaign.compromised) {
      reported.add(key(table.sources[source]!, table.users[user]!, table.sensors[sensor]!));
    }
  }
  const found = shared(reported, real);
  return { found, missed: real.size - found, false: reported.size - found };
}

/** Which of `sets` shares most with `set` (the first of equals), or null where none shares anything. */
export function mostShared<T>(
  set: ReadonlySet<T>,
  sets: readonly ReadonlySet<T>[],
): { readonly index: number; readonly shared: number } | null {
  let best: { index: number; shared: number } | null = null;
  sets.forEach((other, index) => {
    const count = shared(set, other);
    if (count > (best?.shared ?? 0)) best = { index, shared: count };
  });
  return best;
}

/** Size of the intersection. */
export function shared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let count = 0;
  for (const item of small) if (large.has(item)) count++;
  return count;
}
