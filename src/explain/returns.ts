/** The same actor again: what the earlier campaign and this one have in common, as the report has it. */
import type { Campaign, CampaignReturn } from '../model/detection.ts';
import type { CampaignReport } from './schema.ts';
import { decimals, wholeCount } from './values.ts';
import { counted, duration, shareOf, thousands } from './wording.ts';

/** `idOf`: id in the report of the campaign with this index in the detection; undefined where there is none. */
export function returnReport(
  campaign: Campaign,
  campaigns: readonly Campaign[],
  idOf: (index: number) => string | undefined,
): CampaignReport['returnOf'] {
  const { returnOf } = campaign;
  const id = returnOf === undefined ? undefined : idOf(returnOf.campaign);
  const earlier = returnOf === undefined ? undefined : campaigns[returnOf.campaign];
  if (returnOf === undefined || id === undefined || earlier === undefined) return null;
  return {
    campaign: id,
    sharedSources: wholeCount(returnOf.sharedSources),
    sharedUsernames: wholeCount(returnOf.sharedUsernames),
    bits: decimals(returnOf.bits, 1),
    says: says(returnOf, id, campaign.firstSeen - earlier.lastSeen),
  };
}

/** Gaps within this factor are called the same pace (SAME_PACE in detect/returning.ts). */
const SAME_PACE = 1.25;

function says(found: CampaignReturn, id: string, pauseSeconds: number): string {
  const { sharedSources, sources, sharedUsernames, usernames, outsiders, outsidersAgain } = found;
  const both =
    `${shareOf(sharedSources, sources, 'source')} at work on this list ` +
    `${sharedSources === 1 ? 'was' : 'were'} at work in ${id}`;
  const others =
    outsiders === 0
      ? ''
      : `, while of ${counted(outsiders, 'other visitor')} of that time ` +
        `${outsidersAgain === 0 ? 'none' : thousands(outsidersAgain)} came back`;
  const names =
    sharedUsernames === 0
      ? 'its list is another or goes on where that one ended'
      : `${shareOf(sharedUsernames, usernames, 'name')} of its list ` +
        `${sharedUsernames === 1 ? 'was' : 'were'} on that one’s`;
  const gaps = found.medianGapSeconds / found.medianGapSecondsBefore;
  const pace = gaps <= SAME_PACE && gaps >= 1 / SAME_PACE ? '; the pace is the same' : '';
  const once = sharedSources === 0 ? '' : ' A source is listed in one of the two only, and counted there.';
  return (
    `Most likely the same actor as in ${id}, ${duration(Math.max(0, pauseSeconds))} after that ended: ${both}${others}; ` +
    `${names}${pace}.${once}`
  );
}
