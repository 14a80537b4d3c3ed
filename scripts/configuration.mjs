// Writes docs/configuration.md from the schema of the configuration (src/config/schema.ts), or, with --check, says whether it
// is as it would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationTables, rowOf } from './configuration-keys.mjs';
import { fromSource } from './from-source.mjs';

const root = resolve(import.meta.dirname, '..');
const [{ configurationJsonSchema }, { EXAMPLE }] = await fromSource(
  'config/configuration-file.ts',
  'config/example.ts',
);
const path = `${root}/docs/configuration.md`;

const lines = [
  '# Configuration of `slowbrute watch`',
  '',
  '`/etc/slowbrute/slowbrute.toml`, or what `--config` names: a [TOML](https://toml.io) file in which every key can be left out.',
  'An unknown key is an error, because a misspelt `allow` would block the very people it names. `slowbrute config check FILE`',
  'says whether it is right, `slowbrute config show FILE` what it means with every default, `slowbrute config schema` prints',
  'its JSON Schema for an editor. `SIGHUP` (`systemctl reload slowbrute`) reads it again, and all of it changes at once but for',
  '`state-folder`, `socket`, `metrics`, `fleet` and `history.engine`, which the next start takes up. One that is wrong changes nothing, and',
  '`slowbrute status` says so until it is right.',
  '',
  '```toml',
  EXAMPLE.trimEnd(),
  '```',
  '',
  'This page is made by `node scripts/configuration.mjs` from the schema that checks the file.',
];

for (const { title, says, keys } of configurationTables(configurationJsonSchema())) {
  lines.push('', `## ${title === '' ? 'At the top' : `\`${title}\``}`, '');
  if (says) lines.push(says, '');
  lines.push('| key | value | default | meaning |', '|---|---|---|---|');
  lines.push(...keys.map(rowOf));
}

const text = `${lines.join('\n')}\n`;
if (process.argv.includes('--check')) {
  const isSame = readFileSync(path, 'utf8') === text;
  process.stdout.write(
    `docs/configuration.md: ${isSame ? 'as the schema has it' : 'is not as the schema has it: node scripts/configuration.mjs'}\n`,
  );
  process.exitCode = isSame ? 0 : 1;
} else writeFileSync(path, text);
