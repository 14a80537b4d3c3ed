// What is inside of what others wrote, with the notices that their licences ask for: found from the modules that were really joined,
// not from what is installed. A licence that is not on the list below stops the build: somebody has to read it first.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** Licences that ask for no more than a notice, by SPDX name (https://spdx.org/licenses/). */
export const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Parts that are in a package without being one, and what their origin says of them. */
const WITHIN = {
  'xz-decompress': {
    name: 'XZ Embedded (in xz-decompress)',
    version: '',
    licence: 'public domain',
    text: 'Lasse Collin and Igor Pavlov have put it into the public domain: https://tukaani.org/xz/embedded.html',
  },
};

/**
 * The packages of these modules (absolute paths), by name: `{ name, version, licence, text, folder }`. `text` is the licence's own
 * file. Throws where a licence is not allowed, or has no text.
 */
export function packagesOf(moduleIds) {
  const found = new Map();
  for (const id of moduleIds) {
    const path = id.replace(/^\0+/, '').replace(/\?.*$/, '');
    if (!path.includes(`${sep}node_modules${sep}`)) continue;
    const folder = packageFolder(path);
    if (!found.has(folder)) found.set(folder, packageIn(folder));
  }
  return ordered([...found.values()].flatMap((one) => [one, WITHIN[one.name] ?? []].flat()));
}

/** One package by its folder; as in {@link packagesOf}. */
export function packageIn(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence = typeof license === 'string' ? license : license?.type;
  if (!isAllowed(licence)) throw new Error(`${name} ${version}: its licence (${licence}) is on no list`);
  const files = readdirSync(folder)
    .filter((one) => /^(licen[cs]e|copying|notice)\b/i.test(one))
    .sort();
  const text =
    files.length > 0
      ? files
          .map((one) => readFileSync(join(folder, one), 'utf8').replaceAll('\r\n', '\n').trim())
          .join('\n\n')
      : `The package has no file of its licence, ${licence}. Its author: ${typeof author === 'string' ? author : (author?.name ?? 'not said')}.`;
  return { name, version, licence, text };
}

/** `MIT`, `(MIT OR Apache-2.0)`, `MIT AND ISC`. */
export function isAllowed(licence) {
  if (typeof licence !== 'string') return false;
  const bare = licence.replaceAll(/[()]/g, '');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => isAllowed(one));
  return bare.split(' AND ').every((one) => ALLOWED.has(one.trim()));
}

/** The text that goes along; packages with the same words share them. */
export function noticesText(packages, what) {
  const byText = new Map();
  for (const one of ordered(packages)) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  return [
    `${what} holds parts of these packages:`,
    '',
    ...ordered(packages).map(({ name, version, licence }) => `  ${`${name} ${version}`.trim()}: ${licence}`),
    ...[...byText].flatMap(([text, sharing]) => [
      '',
      '-'.repeat(80),
      sharing.map(({ name }) => name).join(', '),
      '',
      text,
    ]),
    '',
  ].join('\n');
}

function ordered(packages) {
  const byName = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The nearest folder above with a package.json that has a name: some packages have one more for each form of theirs. */
function packageFolder(path) {
  for (let folder = dirname(path); folder !== resolve('/'); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined) return folder;
  }
  throw new Error(`${path} is in no package`);
}
