// Makes src/parse/records/shipped.ts, the forms of structured records as data, from forms/records/*.toml. Run it after a
// change of those: `node scripts/record-forms.mjs`. A test compares the two (src/parse/records/forms.test.ts).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';

const root = join(import.meta.dirname, '..');
// by name, but the particular before the general: what a web application means by a request before what the server means
const names = readdirSync(join(root, 'forms/records'))
  .filter((name) => name.endsWith('.toml'))
  .sort((a, b) => Number(a === 'http.toml') - Number(b === 'http.toml') || (a < b ? -1 : 1));
let out = `// biome-ignore-all format: made by a program
// Made by scripts/record-forms.mjs from forms/records/*.toml; change those.
import type { RecordFile } from './service.ts';

/** The files of forms of structured records that come with the program, as they are written. */
export const SHIPPED_RECORDS: readonly RecordFile[] = [
`;
for (const name of names) {
  const { form, ...head } = parse(readFileSync(join(root, 'forms/records', name), 'utf8'));
  out += '  {\n';
  for (const [key, value] of Object.entries(head)) out += `    ${key}: ${JSON.stringify(value)},\n`;
  out += `    form: [\n${form.map((one) => `      ${JSON.stringify(one)},\n`).join('')}    ],\n  },\n`;
}
out += '];\n';
writeFileSync(join(root, 'src/parse/records/shipped.ts'), out);
process.stdout.write(`record forms: ${names.length} files\n`);
