/**
 * Real logs with listed campaigns, as a folder: one folder of logs a site, and beside them `campaigns.json`, the
 * list of what somebody found in them by hand. `README.md`, where there is one, has a table whose rows begin
 * `| site | 2021-08-17 .. 2022-01-24 |`: most logs write no year, so that of the first line is taken from the start of that period.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Trouble } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';

/**
 * How sure the list is: `certain` would be defended in front of anyone, `strong` has another reading, `family` is
 * the same tool only, `control` must not be called a distributed campaign.
 */
export type Confidence = 'certain' | 'strong' | 'family' | 'control';

export interface ListedCampaign {
  readonly id: string;
  readonly site: string;
  readonly confidence: Confidence;
  /** Seconds since 1970 UTC, as the log's stamps read as UTC; the last second of the minute or day that is listed. */
  readonly from: number;
  readonly to: number;
  /** Texts as in the log; empty for a control about a whole site. */
  readonly sources: readonly string[];
}

export interface RealSite {
  readonly name: string;
  readonly folder: string;
  /** Year of the first line, or null where nothing tells it. */
  readonly year: number | null;
  readonly listed: readonly ListedCampaign[];
}

const stamp = z.string().regex(/^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/, 'is no time like 2021-09-04 12:52');

const listing = z.array(
  z.object({
    id: z.string(),
    site: z.string(),
    confidence: z.enum(['certain', 'strong', 'family', 'control']),
    from: stamp,
    to: stamp,
    sources: z.array(z.string()),
  }),
);

/** The sites of a folder, by name. Throws {@link Trouble} where it cannot be used. */
export function readSites(folder: string): readonly RealSite[] {
  const listed = readListing(folder);
  const years = periodStarts(folder);
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  for (const { id, site } of listed) {
    if (!names.includes(site)) {
      throw new Trouble(
        'no-such-path',
        `${folder}: campaign ${printable(id)} is of ${printable(site)}, and there is no such folder`,
        'Put the logs of each site into a folder of its name beside campaigns.json.',
      );
    }
  }
  return names.map((name) => {
    const own = listed.filter(({ site }) => site === name);
    const earliest = own.length === 0 ? null : Math.min(...own.map(({ from }) => from));
    return {
      name,
      folder: join(folder, name),
      year: years.get(name) ?? (earliest === null ? null : new Date(earliest * 1000).getUTCFullYear()),
      listed: own,
    };
  });
}

function readListing(folder: string): readonly ListedCampaign[] {
  const path = join(folder, 'campaigns.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Trouble(
      'no-such-path',
      `${path}: ${error instanceof Error ? error.message.split(',')[0] : String(error)}`,
      'Give --real a folder with one folder of logs a site and a campaigns.json beside them.',
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Trouble('not-readable', `${path}: is no JSON: ${(error as Error).message}`, 'Mend the file.');
  }
  const parsed = listing.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Trouble(
      'not-readable',
      `${path}: at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
      'Each entry needs id, site, confidence, from, to (2021-09-04 12:52) and sources.',
    );
  }
  return parsed.data.map(({ id, site, confidence, from, to, sources }) => ({
    id,
    site,
    confidence,
    from: stampSeconds(from, 'first'),
    to: stampSeconds(to, 'last'),
    sources: sources.map((source) => source.toLowerCase()),
  }));
}

function stampSeconds(text: string, which: 'first' | 'last'): number {
  const dayOnly = text.length === 10;
  const seconds = Date.parse(dayOnly ? `${text}T00:00Z` : `${text.replace(' ', 'T')}Z`) / 1000;
  return which === 'first' ? seconds : seconds + (dayOnly ? 86_399 : 59);
}

function periodStarts(folder: string): ReadonlyMap<string, number> {
  const years = new Map<string, number>();
  let text: string;
  try {
    text = readFileSync(join(folder, 'README.md'), 'utf8');
  } catch {
    return years;
  }
  for (const [, site, year] of text.matchAll(
    /^\|\s*([\w.-]+)\s*\|\s*(\d{4})-\d\d-\d\d\s*\.\.\s*\d{4}-\d\d-\d\d\s*\|/gm,
  )) {
    years.set(site!, Number(year));
  }
  return years;
}
