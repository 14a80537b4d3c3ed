// Learns the prior of src/detect/popularity from logs and writes it as a module.
//
//   npm run build && node scripts/popularity.mjs [OPTIONS] LOG...
//
//   LOG                one site: a file, or a folder with the pieces of one rotated log
//   --sites FOLDER     every folder in FOLDER is a site; campaigns.json beside them lists campaigns as `slowbrute
//                      evaluate --real` reads it: their sources are left out, so that no campaign's list is popular
//   --without SITE     leaves a site out, to measure what it contributes
//   --masked PATTERN   leaves out names that match, such as pseudonyms
//   --least-sources N  lists names of one site, too, that N sources tried there. Do not ship such a table: it may hold
//                      the site's own names. Otherwise a name is listed when two sites have it, or one site and a count
//                      that somebody has published (popularity/published.tsv)
//   --origin TEXT      what it was learnt from, for the module's first lines
//   --out FILE         where the module goes instead of standard output
//
// JSON lines of a cowrie honeypot are read, too. What went in and how well it fits is told on standard error. The same
// logs give the same module, byte for byte. Ends with 2 and two lines where it cannot learn.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { learnPrior } from '../dist/detect/popularity/learn.js';
import { moduleText } from '../dist/detect/popularity/module-text.js';
import { observeSite } from '../dist/detect/popularity/observe.js';
import { Trouble } from '../dist/model/error.js';
import { agreement, readPublished } from './popularity/published.mjs';
import { loadSite, sitesOf } from './popularity/site.mjs';

const say = (line) => process.stderr.write(`popularity: ${line}\n`);
const round = (x) => Number(x.toPrecision(3));
const sum = (values) => values.reduce((total, value) => total + value, 0);

try {
  const options = readOptions();
  const sites = await observe(options);
  const published = readPublished();
  const prior = learnPrior(sites, {
    leastSites: 2,
    leastSources: options.leastSources,
    published: new Set(published.flatMap(({ counts }) => [...counts.keys()])),
  });
  const text = moduleText(prior, sites, options.origin);
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
  tell(prior, sites, published);
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  process.stderr.write(`popularity: ${error.message}\n${error.remedy}\n`);
  process.exitCode = 2;
}

function readOptions() {
  const multiple = { type: 'string', multiple: true, default: [] };
  const single = { type: 'string' };
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        sites: multiple,
        without: multiple,
        masked: multiple,
        'least-sources': single,
        origin: single,
        out: single,
      },
    });
  } catch (error) {
    throw new Trouble(
      'wrong-call',
      error.message.split('\n')[0],
      'scripts/popularity.mjs begins with its options.',
    );
  }
  const { values, positionals } = parsed;
  const leastSources = Number(values['least-sources'] ?? Number.POSITIVE_INFINITY);
  if (!(leastSources >= 1))
    throw new Trouble(
      'wrong-call',
      `--least-sources ${String(values['least-sources'])}: is no number from 1 on`,
      'Give one.',
    );
  const masked = values.masked.map((pattern) => {
    try {
      return new RegExp(pattern);
    } catch {
      throw new Trouble(
        'wrong-call',
        `--masked ${pattern}: is no regular expression`,
        'Quote it for the shell.',
      );
    }
  });
  return { ...values, leastSources, masked, logs: positionals };
}

async function observe({ sites: folders, logs, without, masked }) {
  const named = sitesOf(folders, logs);
  for (const name of without)
    if (!named.some((site) => site.name === name))
      throw new Trouble(
        'wrong-call',
        `--without ${name}: no such site`,
        `There are: ${named.map((site) => site.name).join(', ') || 'none'}.`,
      );
  const sites = [];
  for (const site of named) {
    if (without.includes(site.name)) continue;
    const table = await loadSite(site, say);
    const seen = observeSite(site.name, table, {
      exclude: site.exclude,
      masked: (name) => masked.some((pattern) => pattern.test(name)),
    });
    if (seen.sources === 0) {
      say(`${site.name}: no strangers, left out`);
      continue;
    }
    const blind = `${seen.tellsRoot ? '' : '; its log does not tell of root'}${seen.tellsNames ? '' : '; its log tells no other name'}`;
    say(
      `${site.name}: ${table.length} attempts; strangers: ${seen.sources} sources, ${seen.quietSources} of them quiet` +
        ` with ${seen.quietVisits} visits; ${seen.support.size} names; left out ${site.exclude.size} sources of campaigns,` +
        ` ${seen.accounts.size} accounts${blind}`,
    );
    sites.push(seen);
  }
  const telling = sites.filter(({ tellsNames }) => tellsNames).length;
  if (telling < 3)
    throw new Trouble(
      'wrong-call',
      `${telling} sites with names that strangers tried are too few`,
      'Name three logs at least, each of another site.',
    );
  return sites;
}

function tell(prior, sites, published) {
  const { shares, kinds, arrivals, unlisted } = prior;
  say(
    `${sites.length} sites, ${sum(sites.map(({ sources }) => sources))} sources: ${shares.names.size + 1} names listed,` +
      ` root ${round(shares.root)}, tail ${round(shares.tail)}, an unlisted name, once tried, ${round(prior.unlistedAgain)},` +
      ` between sites ${round(shares.rho)}`,
  );
  for (const { from, cells, expected, found, again, foundAgain } of prior.calibration)
    say(
      `share from ${from}: ${cells} names x sites; share of a further site ${round(expected)} expected, ${round(found)} found;` +
        ` again after one try ${round(again)} fitted, ${round(foundAgain)} found`,
    );
  say(`unlisted: ${figures(unlisted)}`);
  for (const [kind, beta] of Object.entries(kinds)) say(`newcomers, ${kind}: ${figures(beta)}`);
  say(`arrivals: ${figures(arrivals)}`);
  for (const { table, counts } of published) {
    const { listed, ranks } = agreement(counts, shares.names);
    say(
      `published ${table}: ${counts.size} names, ${round(100 * listed)} % of its attempts, root aside, on listed ones; rank correlation ${round(ranks)}`,
    );
  }
}

function figures(object) {
  return Object.entries(object)
    .map(([name, value]) => `${name} ${[value].flat().map(round).join(' to ')}`)
    .join(', ');
}
