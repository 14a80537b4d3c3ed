// Makes src/parse/forms/shipped.ts, the forms of every service as data, and the list of services in docs/formats.md from
// forms/*.toml. Run it after a change of those: `node scripts/forms.mjs`. A test compares the two (src/parse/forms/forms.test.ts).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';

const root = join(import.meta.dirname, '..');
// sshd first: its lines are by far the most, and the rest by name
const names = readdirSync(join(root, 'forms'))
  .filter((name) => name.endsWith('.toml'))
  .sort((a, b) => Number(b === 'sshd.toml') - Number(a === 'sshd.toml') || (a < b ? -1 : 1));
let out = `// biome-ignore-all format: made by a program
// Made by scripts/forms.mjs from forms/*.toml; change those.
import type { ServiceText } from '../service-forms.ts';

/** The files of forms that come with the program, as they are written; sshd's first. */
export const SHIPPED: readonly ServiceText[] = [
`;
for (const name of names) {
  const { form, ...head } = parse(readFileSync(join(root, 'forms', name), 'utf8'));
  out += `  {\n`;
  for (const [key, value] of Object.entries(head)) out += `    ${key}: ${JSON.stringify(value)},\n`;
  out += `    form: [\n${form.map((one) => `      ${JSON.stringify(one)},\n`).join('')}    ],\n  },\n`;
}
out += '];\n';
writeFileSync(join(root, 'src/parse/forms/shipped.ts'), out);

const document = join(root, 'docs/formats.md');
const cell = (text) => text.replaceAll('|', '\\|');
let table = '| service | what it is | programs | own log | joined by | forms |\n|---|---|---|---|---|---|\n';
for (const name of names) {
  const {
    service,
    means,
    programs,
    own,
    join: joined,
    form,
  } = parse(readFileSync(join(root, 'forms', name), 'utf8'));
  const shown =
    programs
      .slice(0, 6)
      .map((one) => `\`${cell(one)}\``)
      .join(' ') + (programs.length > 6 ? ' ..' : '');
  const row = [
    service,
    cell(means),
    shown || (service === 'pam' ? 'any' : ''),
    own === undefined ? '' : 'yes',
    joined,
    form.length,
  ];
  table += `| ${row.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' | ')} |\n`;
}
writeFileSync(
  document,
  readFileSync(document, 'utf8').replace(
    /(<!-- services, made by: node scripts\/forms\.mjs -->\n\n)(?:\|[^\n]*\n)*\n?/,
    (_, before) => `${before}${table}\n`,
  ),
);
process.stdout.write(`forms: ${names.length} files\n`);
