import { describe, expect, it } from 'vitest';
import type { Campaign, CampaignReturn } from '../model/detection.ts';
import { DAY } from '../model/time.ts';
import { returnReport } from './returns.ts';

const facts: CampaignReturn = {
  campaign: 0,
  sharedSources: 230,
  sources: 290,
  sharedUsernames: 174,
  usernames: 262,
  outsiders: 1331,
  outsidersAgain: 2,
  medianGapSeconds: 748,
  medianGapSecondsBefore: 756,
  bits: 1969.76,
};

/** A campaign from one day to another that says of whom it is the return. */
function campaign(from: number, to: number, returnOf?: CampaignReturn): Campaign {
  return {
    firstSeen: from * DAY,
    lastSeen: to * DAY,
    rows: new Uint32Array(),
    falseAlarm: 1e-9,
    order: 'other',
    medianGapSeconds: 700,
    participants: [],
    compromised: [],
    evidence: [],
    ...(returnOf === undefined ? {} : { returnOf }),
  };
}

const said = (found: Partial<CampaignReturn>) => {
  const both = [campaign(0, 12), campaign(94, 105, { ...facts, ...found })];
  return returnReport(both[1]!, both, (at) => ['c1', 'c2'][at]);
};

describe('a return', () => {
  it('is said by sources, list and pace, with what chance would do', () => {
    expect(said({})).toEqual({
      campaign: 'c1',
      sharedSources: 230,
      sharedUsernames: 174,
      bits: 1969.8,
      says:
        'Most likely the same actor as in c1, 12 weeks after that ended: 230 of 290 sources at work on this list were at work in c1, ' +
        'while of 1,331 other visitors of that time 2 came back; 174 of 262 names of its list were on that one’s; the pace is ' +
        'the same. A source is listed in one of the two only, and counted there.',
    });
  });

  it('says where the list is another, and the pace', () => {
    const { says } = said({ sharedUsernames: 0, medianGapSeconds: 90, outsidersAgain: 0 })!;
    expect(says).toContain('none came back; its list is another or goes on where that one ended. A source');
    expect(says).not.toContain('pace');
  });

  it('is null where there is none, or none of that index', () => {
    const alone = campaign(0, 3);
    expect(returnReport(alone, [alone], () => 'c1')).toBeNull();
    const lost = campaign(0, 3, { ...facts, campaign: 7 });
    expect(returnReport(lost, [lost], () => undefined)).toBeNull();
  });
});
