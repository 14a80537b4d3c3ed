/** Real logs as two tables for a terminal: what became of each listed campaign, and what each site has in all. */
import { shareText, textTable } from '../table.ts';
import type { ListedScore, SiteScore } from './score.ts';

/** Both tables, a blank line between, ending in a line feed. Figures only. */
export function realLogsTable(sites: readonly SiteScore[]): string {
  return `${listedTable(sites)}\n${siteTable(sites)}`;
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
  const share = (count: number) => `${count} ${shareText(count / listed.sources, 2)}`;
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
