/** Attempts to campaigns. Pure: no file, socket, clock or chance; the same table gives the same detection. */
import type { AttemptTable } from '../model/attempt.ts';
import { countedOf } from '../model/counted.ts';
import {
  type Campaign,
  DEFAULT_DETECT_OPTIONS,
  type Detection,
  type DetectOptions,
  type LoudSource,
} from '../model/detection.ts';
import { toCampaigns } from './campaign.ts';
import { findSlowClocks } from './clock.ts';
import { echoesOf } from './echo.ts';
import { type Finding, findQuietFindings, SPOKEN_FOR } from './finding.ts';
import { findLockstep } from './lockstep.ts';
import { findNetworks } from './network.ts';
import { noticesOf } from './notices.ts';
import { withReturns } from './returns.ts';
import { findRootShare } from './root-share.ts';
import { classifyVisitors, rowsOf } from './visitors.ts';

export function detect(table: AttemptTable, options: DetectOptions = DEFAULT_DETECT_OPTIONS): Detection {
  const visitors = classifyVisitors(table, options);
  const found: Campaign[] = [];
  const taken = new Set<number>();
  const placed = new Set<number>();
  const accept = (findings: readonly Finding[]) => {
    for (const finding of findings) {
      found.push(...toCampaigns(table, visitors, finding, placed));
      for (const [source, p] of finding.probability) if (p >= SPOKEN_FOR) taken.add(source);
    }
  };
  // who repeats what others try is no witness that they belong together
  accept(findQuietFindings(table, visitors, options, echoesOf(table, visitors)));
  accept(findLockstep(table, visitors, taken, options));
  accept(findSlowClocks(table, visitors, taken, options));
  accept(findNetworks(table, visitors, taken, options));
  accept(findRootShare(table, visitors, taken, options));
  found.sort((a, b) => a.firstSeen - b.firstSeen || a.rows[0]! - b.rows[0]!);
  const campaigns = withReturns(table, visitors, found);
  const named = new Set(campaigns.flatMap((c) => c.participants.map((p) => p.source)));
  const loudSources: LoudSource[] = [];
  const peopleSources: number[] = [];
  let quietFailures = 0;
  let quietSources = 0;
  for (let s = 0; s < table.sources.length; s++) {
    const kind = visitors.kind[s]!;
    if (kind === 'person') peopleSources.push(s);
    if (visitors.failures[s]! > 0 && !visitors.loud[s]) {
      quietFailures += visitors.failures[s]!;
      quietSources++;
    }
    if (kind === 'loud' && !named.has(s)) {
      const own = rowsOf(visitors, s);
      loudSources.push({
        source: s,
        attempts: own.length + countedOf(table, s),
        firstSeen: table.time[own[0]!]!,
        lastSeen: Math.max(table.time[own.at(-1)!]!, table.counted?.last[s] ?? 0),
      });
    }
  }
  loudSources.sort(
    (a, b) => b.attempts - a.attempts || (table.sources[a.source]! < table.sources[b.source]! ? -1 : 1),
  );
  return {
    campaigns,
    loudSources,
    notices: noticesOf(table, visitors, named, quietFailures, quietSources),
    quietFailures,
    quietSources,
    peopleSources: peopleSources.filter((s) => !named.has(s)),
  };
}
