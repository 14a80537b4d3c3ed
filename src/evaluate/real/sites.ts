/** Real logs, site by site: read, detect, score. One site is held in memory at a time. */
import { detect } from '../../detect/detect.ts';
import type { ReadEffects } from '../../read/effects.ts';
import { loadAttempts } from '../../store/load.ts';
import { BASELINES } from '../baselines/all.ts';
import { type RealSite, readSites } from './listed.ts';
import { type SiteScore, scoreSite } from './score.ts';

export interface RealEffects extends ReadEffects {
  /** Seconds since 1970 UTC; only used for a site whose year nothing tells. */
  now(): number;
}

/**
 * Scores every site of the folder, in the order of their names. `before` is told of each, and awaited. Throws
 * `Trouble` where the folder cannot be used; a log that cannot be read shows as few lines and attempts.
 */
export async function evaluateReal(
  folder: string,
  effects: RealEffects,
  before: (site: string, done: number, total: number) => void | Promise<void> = () => {},
): Promise<readonly SiteScore[]> {
  const sites = readSites(folder);
  const scores: SiteScore[] = [];
  for (const site of sites) {
    await before(site.name, scores.length, sites.length);
    scores.push(await evaluateSite(site, effects));
  }
  return scores;
}

/** Reads, detects and scores one site. Stamps without a zone are taken for UTC, as the list's are. */
export async function evaluateSite(site: RealSite, effects: RealEffects): Promise<SiteScore> {
  const { table, input } = await loadAttempts(
    [site.folder],
    { timezone: 'UTC', year: site.year, since: null, until: null, now: effects.now() },
    {
      stdin: effects.stdin,
      logFolder: effects.logFolder,
      journal: effects.journal,
      programPath: effects.programPath,
      onProgress: () => {},
    },
  );
  const { lines, unreadLines } = input;
  return scoreSite(site.name, site.listed, table, detect(table), { lines, unreadLines }, BASELINES);
}
