// One site's logs as a table of attempts, read as `slowbrute scan` reads them; a folder of cowrie's JSON (the SSH
// honeypot, https://github.com/cowrie/cowrie, event ids cowrie.login.failed and cowrie.login.success) as well. A
// honeypot lets guessers in, so there a success is one more guess, nobody's login.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { readSites } from '../../dist/evaluate/real/listed.js';
import { Trouble } from '../../dist/model/error.js';
import { AttemptTableBuilder } from '../../dist/model/table.js';
import { loadAttempts } from '../../dist/store/load.js';

/** The sites named: every folder of `folders`, and each of `logs`. Campaigns listed beside a folder's sites are left out. */
export function sitesOf(folders, logs) {
  const sites = [];
  for (const folder of folders) {
    for (const { name, folder: path, year, listed } of readSites(folder)) {
      const campaigns = listed.filter(({ confidence }) => confidence !== 'control');
      sites.push({ name, path, year, exclude: new Set(campaigns.flatMap(({ sources }) => sources)) });
    }
  }
  for (const path of logs) sites.push({ name: basename(path), path, year: null, exclude: new Set() });
  return sites;
}

/**
 * Logs without a year are dated so that they end before this, whenever the script runs: the same logs give the same
 * prior. The year before it has a 29 February.
 */
const REFERENCE = Date.UTC(2029, 0, 1) / 1000;

/** All attempts of one site; `say` is told in a line of what could not be read. */
export async function loadSite({ name, path, year }, say) {
  const cowrie = cowrieFiles(path);
  if (cowrie.length > 0) return readCowrie(cowrie);
  const { table, warnings } = await loadAttempts(
    [path],
    { timezone: 'UTC', year, since: null, until: null, now: REFERENCE },
    { stdin: Readable.from([]), logFolder: '/var/log', journal: 'journalctl', onProgress: () => {} },
  );
  for (const { message } of warnings) say(`${name}: ${message}`);
  return table;
}

function cowrieFiles(path) {
  if (!existsSync(path))
    throw new Trouble('no-such-path', `${path}: no such file or folder`, 'Check the path.');
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .map((file) => join(path, file))
    : [path];
  return files.filter((file) => /^cowrie\.json/.test(basename(file)));
}

function readCowrie(files) {
  const builder = new AttemptTableBuilder();
  for (const file of files) {
    const bytes = readFileSync(file);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const line of text.split('\n')) {
      if (!line.includes('"cowrie.login.')) continue;
      let event;
      try {
        event = JSON.parse(line);
      } catch {
        continue; // a line cut by rotation
      }
      const { src_ip: source, username, timestamp, sensor } = event;
      if (typeof source !== 'string' || typeof username !== 'string') continue;
      builder.append({
        time: Math.floor(Date.parse(timestamp) / 1000),
        source,
        user: username,
        sensor: typeof sensor === 'string' ? sensor : 'cowrie',
        success: false,
        known: null,
        method: 'password',
      });
    }
  }
  return builder.finish();
}
