// Learns the prior of src/detect/popularity from logs and writes it as a module.
//
//   npm run build && node scripts/popularity.mjs [--out FILE] [--without SITE]... [--masked PATTERN]... LOG...
//
// One LOG is one site: a file or a folder (pieces of one rotated log). `--sites FOLDER` takes every folder in FOLDER
// as a site, with its campaigns.json (as `slowbrute evaluate --real` reads it): the sources of campaigns listed there
// are left out, so that a campaign's list does not become popular. JSON lines of a cowrie honeypot are read, too.
// --without leaves a site out, to measure what it contributes; --masked leaves out names that match a pattern, such
// as pseudonyms. Prints to standard error what went in; the module goes to FILE, or to standard output.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { learnPrior } from '../dist/detect/popularity/learn.js';
import { moduleText } from '../dist/detect/popularity/module-text.js';
import { observeSite } from '../dist/detect/popularity/observe.js';
import { loadSite, sitesOf } from './popularity/site.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    sites: { type: 'string', multiple: true, default: [] },
    without: { type: 'string', multiple: true, default: [] },
    masked: { type: 'string', multiple: true, default: [] },
  },
});
const say = (line) => process.stderr.write(`popularity: ${line}\n`);
const patterns = values.masked.map((pattern) => new RegExp(pattern));
const masked = (name) => patterns.some((pattern) => pattern.test(name));

const sites = [];
for (const site of sitesOf(values.sites, positionals)) {
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
for (const name of values.without)
  if (sites.some(({ site }) => site === name)) throw new Error(`${name} is still in`);
const telling = sites.filter(({ tellsNames }) => tellsNames);
if (telling.length < 3) {
  say(
    `${telling.length} sites with strangers' names are too few\nName three logs at least, each of another site.`,
  );
  process.exit(2);
}
const prior = learnPrior(sites);
const text = moduleText(prior, sites);
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
const round = (x) => Number(x.toPrecision(3));
say(
  `${sites.length} sites, ${sites.reduce((sum, { sources }) => sum + sources, 0)} sources: ${prior.shares.names.size + 1} names listed,` +
    ` root ${round(prior.shares.root)}, tail ${round(prior.shares.tail)}, one unlisted name ${prior.unlistedShare.toPrecision(2)},` +
    ` between sites ${round(prior.shares.rho)}; ${text.length} bytes`,
);
for (const { from, names, expected, seen } of prior.calibration)
  say(
    `share from ${from}: ${names} names x sites, ${round(expected)} visits expected by the other sites, ${seen} seen, shape ${round(prior.shapes.find((c) => c.from === from).shape)}`,
  );
say(`unlisted ${JSON.stringify(prior.unlisted)}`);
say(`newcomers ${JSON.stringify(prior.kinds)}`);
say(`arrivals ${JSON.stringify(prior.arrivals)}`);
