/**
 * Root alone where there is nothing to compare with in the log itself: a campaign that is there from the first line to the
 * last has no 'before'. What is left is what other hosts see: of their newcomers three in ten try root and nothing else,
 * and hardly anywhere eight in ten (the shipped prior, popularity/). Far more than that is somebody's doing.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { DetectOptions } from '../model/detection.ts';
import { everyArrival } from './arrivals.ts';
import { exposedClock } from './exposure.ts';
import type { Finding } from './finding.ts';
import { NEWCOMERS } from './popularity/popularity.ts';
import { betaBinomialTailBits } from './tails.ts';
import type { Visitors } from './visitors.ts';

/** Fewer newcomers on root alone are no flood, whatever their share. */
const FEWEST_SOURCES = 100;
/** A log with fewer newcomers on other names may be an extract of what was said of root. */
const FEWEST_OTHERS = 5;
/** The prior is a curve through eleven hosts: it says nothing about what one host in a million sees. */
const MOST_BITS = 20;
/** Newcomers on root are all alike, so all of them are named, or nobody: from three in four on (NAMED_BY_RATE). */
const NAMED_FROM = 0.75;

/** The sources on root alone, as far as nothing else has placed them, where they are too many; or none. */
export function findRootShare(
  table: AttemptTable,
  visitors: Visitors,
  taken: ReadonlySet<number>,
  options: DetectOptions,
): readonly Finding[] {
  const user = table.users.indexOf('root');
  const newcomers = everyArrival(table, visitors, exposedClock(table)).filter(
    (one) => !taken.has(one.source) && !one.what.endsWith('!'),
  );
  const onRoot = newcomers.filter((one) => one.what === `n${user}`);
  const others = newcomers.length - onRoot.length;
  if (onRoot.length < FEWEST_SOURCES || others < FEWEST_OTHERS) return [];
  const { mean, strength } = NEWCOMERS.rootOnly;
  const [a, b] = [mean * strength, (1 - mean) * strength];
  const bits = Math.min(MOST_BITS, -betaBinomialTailBits(onRoot.length, newcomers.length, a, b));
  if (2 ** -bits > options.falseCampaigns) return [];
  // so many come for root alone where so many come for other names, on average over hosts
  const usual = (a / (b - 1)) * (others + 1);
  const p = 1 - usual / (onRoot.length + 1);
  if (p < NAMED_FROM) return [];
  return [
    {
      from: onRoot[0]!.time,
      to: onRoot.reduce((last, one) => Math.max(last, one.last), 0),
      probability: new Map(onRoot.map((one) => [one.source, p])),
      namedFrom: NAMED_FROM,
      falseAlarm: 2 ** -bits,
      onset: null,
      turnBits: 0,
      whole: true,
      evidence: [
        {
          kind: 'root-share',
          bits,
          user,
          sources: onRoot.length,
          newcomers: newcomers.length,
          usualShare: mean,
        },
      ],
    },
  ];
}
