/**
 * The prior as the module data.ts: figures in few digits, names in groups of equal share, one line a group, so that a
 * difference between two of them can be read. Shares are rounded down, so that all of them and the tail never exceed 1.
 */
import type { Prior } from './learn.ts';
import { ROOT, type SiteVisits } from './observe.ts';

/** TypeScript source. `sites` are only counted; `origin` is a sentence for its first lines. Deterministic. */
export function moduleText(prior: Prior, sites: readonly SiteVisits[], origin = 'Origin not told.'): string {
  const groups = new Map<number, string[]>();
  for (const [name, share] of [[ROOT, prior.shares.root] as const, ...prior.shares.names]) {
    const rounded = roundedDown(share);
    const group = groups.get(rounded);
    if (group === undefined) groups.set(rounded, [written(name)]);
    else group.push(written(name));
  }
  const sorted = [...groups].sort(([a], [b]) => b - a);
  const sum = (of: (site: SiteVisits) => number) => sites.reduce((all, site) => all + of(site), 0);
  const { arrivals, kinds } = prior;
  const beta = ({ mean, strength }: { mean: number; strength: number }) =>
    `{ mean: ${figure(mean)}, strength: ${figure(strength)} }`;
  return `/**
 * Written by scripts/popularity.mjs; docs/popularity.md says from what and how. Aggregated shares, no line, address or
 * list of any log. Do not edit: learn anew.
 *
${wrapped(origin)}
 */

export const LEARNT = {
  sites: ${sites.length},
  sources: ${sum((site) => site.sources)},
  quietVisits: ${sum((site) => site.quietVisits)},
  tailMass: ${roundedDown(prior.shares.tail)},
  unlistedAgain: ${figure(prior.unlistedAgain)},
  unlistedDiscount: ${figure(prior.unlisted.discount)},
  caseShare: ${figure(prior.caseShare)},
  betweenSites: ${figure(prior.shares.rho)},
  shapes: [
${prior.shapes.map(({ share, shape }) => `    { share: ${figure(share)}, shape: ${figure(shape)} },\n`).join('')}  ],
  newcomers: {
    rootOnly: ${beta(kinds.rootOnly)},
    oneListedOnly: ${beta(kinds.oneListedOnly)},
    unlistedOnly: ${beta(kinds.unlistedOnly)},
  },
  arrivals: {
    sites: ${arrivals.sites},
    median: ${figure(arrivals.median)},
    logDeviation: ${figure(arrivals.logDeviation)},
    dailyShape: ${figure(arrivals.dailyShape)},
    dailyShapes: [${arrivals.dailyShapes.map(figure).join(', ')}],
  },
} as const;

/** Share of every name of the line of the same number below. */
// biome-ignore format: one long line
export const SHARES: readonly number[] = [${sorted.map(([share]) => share).join(', ')}];

/** Names, one line a share, most popular first; as encodeURIComponent writes them, the empty name as %. */
export const LISTED = \`${sorted.map(([, names]) => names.sort().join(' ')).join('\n')}\`;
`;
}

function figure(x: number): number {
  return Number(x.toPrecision(3));
}

/** Down, to three digits; of what is below a thousandth to two, or every other name had a line of its own. */
function roundedDown(x: number): number {
  const places = x < 0.001 ? 1 : 2;
  const digits = 10 ** (places - Math.floor(Math.log10(x)));
  return Number((Math.floor(x * digits) / digits).toPrecision(places + 1));
}

function written(name: string): string {
  return name === '' ? '%' : encodeURIComponent(name);
}

/** Lines of a comment, up to 110 columns. What would end the comment is taken out. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = ' *';
  for (const word of text.replaceAll('*/', '').split(/\s+/)) {
    if (line.length + 1 + word.length > 110) {
      lines.push(line);
      line = ' *';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  return lines.join('\n');
}
