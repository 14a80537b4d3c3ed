/**
 * A detection in a real log beside the campaigns that somebody listed by hand. The list is no truth: membership is
 * by simple rules, louder members may be missing, and what is not listed is not thereby harmless. So there is no
 * precision here, only how much of each listed campaign was found, in one piece or in several, with how many others.
 * Pure, and figures only: no address or name of a real log leaves it.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { Campaign, Detection } from '../../model/detection.ts';
import type { Baseline } from '../baselines/baseline.ts';
import { mostShared, shared } from '../score.ts';
import type { Confidence, ListedCampaign } from './listed.ts';

export interface ListedScore {
  readonly id: string;
  readonly confidence: Confidence;
  /** Sources listed. */
  readonly sources: number;
  /** Of them, sources with an attempt in the log as read: fewer means that the parser, not the detector, is blind. */
  readonly read: number;
  /** Of them, participants of the one detected campaign that shares most with the list. */
  readonly namedInOne: number;
  /** Of them, participants of any detected campaign. */
  readonly namedInAny: number;
  /** Participants of that one detected campaign that this list does not have ... */
  readonly extra: number;
  /** ... and of these, those that another listed campaign has (controls left out). */
  readonly extraListedElsewhere: number;
  /** Length of the time that list and detected campaign share, over the length of both together; null: not found. */
  readonly intervalOverlap: number | null;
  /** Of the sources listed, those that each baseline names, by the baseline's name. */
  readonly baselines: Readonly<Record<string, number>>;
  /** Whether sources of the list are the greater part of a detected campaign: for a control, a false alarm. */
  readonly calledCampaign: boolean;
}

export interface DetectedInSite {
  readonly participants: number;
  readonly attempts: number;
  readonly loudParticipants: number;
  readonly days: number;
  readonly falseAlarm: number;
  /** Kinds of evidence, strongest first. */
  readonly evidence: readonly string[];
  /** The listed campaign that most of its participants belong to, or null. */
  readonly best: string | null;
}

export interface SiteScore {
  readonly site: string;
  readonly lines: number;
  readonly unreadLines: number;
  readonly attempts: number;
  readonly sources: number;
  readonly detected: readonly DetectedInSite[];
  /** Detected campaigns of which most participants are quiet. */
  readonly quietCampaigns: number;
  readonly listed: readonly ListedScore[];
}

export function scoreSite(
  site: string,
  listed: readonly ListedCampaign[],
  table: AttemptTable,
  detection: Detection,
  counts: { readonly lines: number; readonly unreadLines: number },
  baselines: readonly Baseline[],
): SiteScore {
  const inLog = new Set(table.sources);
  const participants = detection.campaigns.map(
    (campaign) => new Set(campaign.participants.map(({ source }) => table.sources[source]!)),
  );
  const listedSets = listed.map(({ sources }) => new Set(sources));
  const inAny = new Set(participants.flatMap((set) => [...set]));

  // controls are no attack: nobody would cut them out of a history
  const attacks = listed.filter(({ confidence }) => confidence !== 'control');
  const named = baselines.map(({ name, run }) => {
    const sources = new Set([...run(table, attacks).named.keys()].map((source) => table.sources[source]!));
    return [name, sources] as const;
  });

  const detected = detection.campaigns.map((campaign, i): DetectedInSite => {
    const best = mostShared(participants[i]!, listedSets);
    return {
      participants: campaign.participants.length,
      attempts: campaign.rows.length,
      loudParticipants: campaign.participants.filter(({ loud }) => loud).length,
      days: (campaign.lastSeen - campaign.firstSeen) / 86_400,
      falseAlarm: campaign.falseAlarm,
      evidence: campaign.evidence.map(({ kind }) => kind),
      best: best === null ? null : listed[best.index]!.id,
    };
  });

  return {
    site,
    ...counts,
    attempts: table.length,
    sources: inLog.size,
    detected,
    quietCampaigns: detected.filter((campaign) => campaign.loudParticipants * 2 < campaign.participants)
      .length,
    listed: listed.map((entry, i): ListedScore => {
      const own = listedSets[i]!;
      const best = mostShared(own, participants);
      const found = best === null ? undefined : participants[best.index];
      const elsewhere = new Set(
        listed.flatMap((other, j) => (j === i || other.confidence === 'control' ? [] : other.sources)),
      );
      const extra = found === undefined ? [] : [...found].filter((source) => !own.has(source));
      return {
        id: entry.id,
        confidence: entry.confidence,
        sources: own.size,
        read: shared(own, inLog),
        namedInOne: best?.shared ?? 0,
        namedInAny: shared(own, inAny),
        extra: extra.length,
        extraListedElsewhere: extra.filter((source) => elsewhere.has(source)).length,
        baselines: Object.fromEntries(named.map(([name, sources]) => [name, shared(own, sources)])),
        intervalOverlap: best === null ? null : overlap(entry, detection.campaigns[best.index]!),
        calledCampaign: participants.some((set) => shared(set, own) * 2 > set.size),
      };
    }),
  };
}

/** Shared time over joint time, in [0, 1]. */
function overlap({ from, to }: ListedCampaign, { firstSeen, lastSeen }: Campaign): number {
  const both = Math.min(to, lastSeen) - Math.max(from, firstSeen);
  const either = Math.max(to, lastSeen) - Math.min(from, firstSeen);
  return either <= 0 ? 1 : Math.max(0, both) / either;
}
