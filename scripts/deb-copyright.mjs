// debian/copyright in the machine-readable form (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/): the program, and
// each package of which parts are in it, by the folder that it is built from. Every licence's own words stand in NOTICES beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './release-steps.mjs';

const COMMON = {
  'Apache-2.0': '/usr/share/common-licenses/Apache-2.0',
  'CC0-1.0': '/usr/share/common-licenses/CC0-1.0',
};

/** `packages` as of scripts/notices.mjs. */
export function copyrightFile(packages, bringsNode) {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8');
  const texts = new Map([['MIT', wordsOf(own)]]);
  const paragraphs = packages.map(({ name, licence, text }) => {
    const short = licence === 'public domain' ? 'public-domain' : licence;
    if (!texts.has(short))
      texts.set(short, COMMON[short] ? `The text is in ${COMMON[short]} on Debian systems.` : wordsOf(text));
    return [
      'Files: ' + `node_modules/${name.split(' ')[0]}/*`,
      `Copyright: ${holders(name, text)}`,
      `License: ${short}`,
    ];
  });
  if (bringsNode) {
    paragraphs.push([
      'Files: usr/lib/slowbrute/node',
      'Copyright: Node.js contributors, and others',
      'License: Node.js',
    ]);
    texts.set(
      'Node.js',
      'The text, with those of the libraries in it, is in LICENSE.node.gz beside this file.',
    );
  }
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: slowbrute',
    'Source: the package slowbrute of npm',
    'Comment: parts of the packages below are joined into usr/lib/slowbrute/slowbrute.mjs;',
    ' their licences stand word for word in NOTICES.gz beside this file.',
    '',
    'Files: *',
    `Copyright: ${holders('slowbrute', own)}`,
    'License: MIT',
    ...paragraphs.flatMap((lines) => ['', ...lines]),
    ...[...texts].flatMap(([short, text]) => ['', `License: ${short}`, indented(text)]),
    '',
  ].join('\n');
}

function holders(name, text) {
  const lines = text
    .split('\n')
    .map((line) =>
      /^\W*copyright\s+(?:\(c\)|©)?\s*(.*\d{4}.*|.*contributors.*)$/i.exec(line.trim())?.[1]?.trim(),
    )
    .filter((line) => line !== undefined && line !== '' && !line.includes('['));
  return lines.length > 0 ? [...new Set(lines)].join('\n ') : `the authors of ${name}`;
}

/** A licence without the lines that name who has the right. */
function wordsOf(text) {
  return text
    .split('\n')
    .filter((line) => !/^\W*(copyright\s+(\(c\)|©|\d)|the mit license|mit license)/i.test(line.trim()))
    .join('\n')
    .trim();
}

function indented(text) {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}
