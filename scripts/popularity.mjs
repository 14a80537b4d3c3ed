// Learns the prior of src/detect/popularity from logs and writes it as a module.
//
//   npm run build && node scripts/popularity.mjs [--out FILE] [--without SITE]... [--masked PATTERN]... LOG...
//
// One LOG is one site: a file or a folder (pieces of one rotated log). `--sites FOLDER` takes every folder in FOLDER
// as a site, with its campaigns.json (as `slowbrute evaluate --real` reads it): the sources of campaigns listed there
// are left out, so that a campaign's list does not become popular. JSON lines of a cowrie honeypot are read, too.
// --without leaves a site out, to measure what it contributes; --masked leaves out names that match a pattern, such
// as pseudonyms. A name is listed when two sites have it, or one and a published count (popularity/published.tsv);
// with --least-sources N also when one site has it from N sources: do not ship such a table, it may hold the site's own
// names. Prints to standard error what went in; the module goes to FILE, or to standard output.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { learnPrior } from '../dist/detect/popularity/learn.js';
import { moduleText } from '../dist/detect/popularity/module-text.js';
import { observeSite } from '../dist/detect/popularity/observe.js';
import { agreement, readPublished } from './popularity/published.mjs';
import { loadSite, sitesOf } from './popularity/site.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    sites: { type: 'string', multiple: true, default: [] },
    without: { type: 'string', multiple: true, default: [] },
    'least-sources': { type: 'string' },
    masked: { type: 'string', multiple: true, default: [] },
  },
});
const say = (line) => process.stderr.write(`popularity: ${line}\n`);
const patterns = values.masked.map((pattern) => new RegExp(pattern));
const masked = (name) => patterns.some((pattern) => pattern.test(name));

function trouble(message, remedy) {
  say(`${message}\n${remedy}`);
  process.exit(2);
}

let named;
try {
  named = sitesOf(values.sites, positionals);
} catch (error) {
  if (error.remedy === undefined) throw error;
  trouble(error.message, error.remedy);
}
for (const name of values.without)
  if (!named.some((site) => site.name === name))
    trouble(`--without ${name}: no such site`, `There are ${named.map((site) => site.name).join(', ')}.`);

const sites = [];
for (const site of named) {
  if (values.without.includes(site.name)) continue;
  const table = await loadSite(site, say);
  const seen = observeSite(site.name, table, { exclude: site.exclude, masked });
  if (seen.sources === 0) {
    say(`${site.name}: no strangers, left out`);
    continue;
  }
  say(
    `${site.name}: ${table.length} attempts; strangers: ${seen.sources} sources, ${seen.quietSources} of them quiet` +
      ` with ${seen.quietVisits} visits; ${seen.support.size} names; left out ${site.exclude.size} sources of campaigns,` +
      ` ${seen.accounts.size} accounts${seen.tellsRoot ? '' : '; its log does not tell of root'}${seen.tellsNames ? '' : '; its log does not tell other names'}`,
  );
  sites.push(seen);
}
const telling = sites.filter(({ tellsNames }) => tellsNames);
if (telling.length < 3) {
  say(
    `${telling.length} sites with strangers' names are too few\nName three logs at least, each of another site.`,
  );
  process.exit(2);
}
const published = readPublished();
const leastSources = Number(values['least-sources'] ?? Number.POSITIVE_INFINITY);
const prior = learnPrior(sites, {
  leastSites: 2,
  leastSources,
  published: new Set(published.flatMap(({ counts }) => [...counts.keys()])),
});
const text = moduleText(prior, sites);
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
const round = (x) => Number(x.toPrecision(3));
say(
  `${sites.length} sites, ${sites.reduce((sum, { sources }) => sum + sources, 0)} sources: ${prior.shares.names.size + 1} names listed,` +
    ` root ${round(prior.shares.root)}, tail ${round(prior.shares.tail)}, an unlisted name, once tried, ${prior.unlistedAgain.toPrecision(2)},` +
    ` between sites ${round(prior.shares.rho)}; ${text.length} bytes`,
);
for (const { from, cells, expected, found, again, foundAgain } of prior.calibration)
  say(
    `share from ${from}: ${cells} names x sites; share of a further site ${round(expected)} expected, ${round(found)} found;` +
      ` again after one try ${round(again)} fitted, ${round(foundAgain)} found`,
  );
say(`unlisted ${JSON.stringify(prior.unlisted)}`);
say(`newcomers ${JSON.stringify(prior.kinds)}`);
say(`arrivals ${JSON.stringify(prior.arrivals)}`);
for (const { table, counts } of published) {
  const { listed, ranks } = agreement(counts, prior.shares.names);
  say(
    `published ${table}: ${counts.size} names; ${round(100 * listed)} % of its attempts, root aside, on listed names; rank correlation ${round(ranks)}`,
  );
}
