/**
 * Real logs as tables for a terminal: what became of each listed campaign, what the baselines name of it, what each
 * site has in all, and every detected campaign, so that none that the list lacks goes unseen.
 */
import type { Baseline } from '../baselines/baseline.ts';
import { shareText, textTable } from '../table.ts';
import type { ListedScore, SiteScore } from './score.ts';

/** The tables, a blank line between, ending in a line feed. Figures only. */
export function realLogsTable(sites: readonly SiteScore[], baselines: readonly Baseline[]): string {
  return [listedTable(sites), baselineTable(sites, baselines), siteTable(sites), detectedTable(sites)].join(
    '\n',
  );
}

function listedTable(sites: readonly SiteScore[]): string {
  return textTable(
    ['', 'site', 'confidence', 'sources', 'read', 'in one', 'in any', 'extra', 'listed', 'interval'],
    sites.flatMap((site) => site.listed.map((listed) => listedRow(site, listed))),
  );
}

function listedRow(site: SiteScore, listed: ListedScore): string[] {
  const start = [listed.id, site.site, listed.confidence, String(listed.sources)];
  if (listed.sources === 0) {
    // a control about a whole site: what counts is how many campaigns are reported at all
    const { length } = site.detected;
    return [...start, '-', `${length} reported`, `${site.quietCampaigns} quiet`, '-', '-', '-'];
  }
  const share = (count: number) => `${count} ${shareText(count / listed.sources, 2).padStart(3)}`;
  return [
    ...start,
    String(listed.read),
    share(listed.namedInOne),
    share(listed.namedInAny),
    String(listed.extra),
    String(listed.extraListedElsewhere),
    listed.confidence === 'control'
      ? listed.calledCampaign
        ? 'FALSE ALARM'
        : 'not called'
      : shareText(listed.intervalOverlap, 2),
  ];
}

function baselineTable(sites: readonly SiteScore[], baselines: readonly Baseline[]): string {
  return textTable(
    ['named of', 'sources', 'slowbrute', ...baselines.map(({ title }) => title)],
    sites.flatMap((site) =>
      site.listed
        .filter(({ sources }) => sources > 0)
        .map((listed) => [
          listed.id,
          String(listed.sources),
          ...[listed.namedInAny, ...baselines.map(({ name }) => listed.baselines[name]!)].map(
            (count) => `${count} ${shareText(count / listed.sources, 2).padStart(3)}`,
          ),
        ]),
    ),
  );
}

function siteTable(sites: readonly SiteScore[]): string {
  return textTable(
    ['', 'lines', 'unread', 'attempts', 'sources', 'campaigns', 'quiet', 'participants', 'not listed'],
    sites.map((site) => [
      site.site,
      String(site.lines),
      String(site.unreadLines),
      String(site.attempts),
      String(site.sources),
      String(site.detected.length),
      String(site.quietCampaigns),
      String(site.detected.reduce((sum, { participants }) => sum + participants, 0)),
      String(site.detected.filter(({ best }) => best === null).length),
    ]),
  );
}

/** Kinds of evidence shown of a campaign; the rest is in the JSON. */
const SHOWN_EVIDENCE = 2;

function detectedTable(sites: readonly SiteScore[]): string {
  return textTable(
    ['campaign', 'sources', 'loud', 'attempts', 'days', 'fits', 'evidence'],
    sites.flatMap(({ site, detected }) =>
      detected.map((campaign) => [
        site,
        String(campaign.participants),
        String(campaign.loudParticipants),
        String(campaign.attempts),
        campaign.days.toFixed(1),
        campaign.best ?? '-',
        campaign.evidence.slice(0, SHOWN_EVIDENCE).join(', '),
      ]),
    ),
  );
}
