/**
 * The detector over real logs with campaigns listed by hand. The logs are not part of this repository: they are read
 * from `shared/data/real` beside it. Where that folder is absent this file says so and tests nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { realEffects } from '../../src/cli/effects.ts';
import { readSites } from '../../src/evaluate/real/listed.ts';
import type { ListedScore, SiteScore } from '../../src/evaluate/real/score.ts';
import { evaluateReal } from '../../src/evaluate/real/sites.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/real');
const present = existsSync(join(FOLDER, 'campaigns.json'));

/** Share of its sources that a campaign marked certain must be found with, in one piece. */
const FOUND = 0.9;
/** All sites together are two million lines; the slowest machine this was run on took a minute. */
const ALL_SITES_MINUTES = 10;

if (!present) {
  describe('the real logs', () => {
    it(`are not here (${FOLDER} is absent), so nothing is tested on them`, () => {
      process.stderr.write(`real logs: ${FOLDER} is absent, nothing is tested on them\n`);
      expect(present).toBe(false);
    });
  });
} else {
  describe('on the real logs', () => {
    const listed = readSites(FOLDER).flatMap((site) => site.listed);
    let sites: readonly SiteScore[] = [];
    const scoreOf = (id: string): ListedScore =>
      sites.flatMap((site) => site.listed).find((entry) => entry.id === id)!;
    const siteOf = (id: string): SiteScore =>
      sites.find((site) => site.listed.some((entry) => entry.id === id))!;

    beforeAll(async () => {
      sites = await evaluateReal(FOLDER, realEffects());
    }, ALL_SITES_MINUTES * 60_000);

    for (const { id, site } of listed.filter(({ confidence }) => confidence === 'certain')) {
      it(`${id} of ${site}, marked certain, is found with at least ${FOUND} of its sources`, () => {
        const score = scoreOf(id);
        expect(score.read).toBeGreaterThanOrEqual(score.sources * FOUND);
        expect(score.namedInOne).toBeGreaterThanOrEqual(score.sources * FOUND);
      });
    }

    for (const { id, site, sources } of listed.filter(({ confidence }) => confidence === 'control')) {
      if (sources.length > 0) {
        it(`${id} of ${site}, a control, is not called a campaign`, () => {
          expect(scoreOf(id).calledCampaign).toBe(false);
        });
      } else {
        it(`${id} of ${site}, a control, has no quiet campaign`, () => {
          expect(siteOf(id).quietCampaigns).toBe(0);
        });
      }
    }
  });
}
