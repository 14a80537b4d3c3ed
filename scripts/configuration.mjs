// Writes docs/configuration.md from the schema of the configuration (src/config/schema.ts), or, with --check, says whether it
// is as it would be written. Needs the built program (npm run build).
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { configurationJsonSchema } = await import(`${root}/dist/config/configuration-file.js`);
const { EXAMPLE } = await import(`${root}/dist/config/example.js`);
const path = `${root}/docs/configuration.md`;

const lines = [
  '# Configuration of `slowbrute watch`',
  '',
  '`/etc/slowbrute/slowbrute.toml`, or what `--config` names: a [TOML](https://toml.io) file in which every key can be left out.',
  'An unknown key is an error, because a misspelt `allow` would block the very people it names. `slowbrute config check FILE`',
  'says whether it is right, `slowbrute config show FILE` what it means with every default, `slowbrute config schema` prints',
  'its JSON Schema for an editor. `SIGHUP` (`systemctl reload slowbrute`) reads it again, and all of it changes at once but for',
  '`state-folder`, `socket`, `metrics` and `history.engine`, which the next start takes up. One that is wrong changes nothing, and',
  '`slowbrute status` says so until it is right.',
  '',
  '```toml',
  EXAMPLE.trimEnd(),
  '```',
  '',
  'This page is made by `node scripts/configuration.mjs` from the schema that checks the file.',
];

function meaningOf(schema) {
  if (schema.enum) return schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(meaningOf))].filter(Boolean).join(' or ');
  if (schema.type === 'array') return `list of ${meaningOf(schema.items)}`;
  if (schema.type === 'integer' || schema.type === 'number') {
    const least =
      schema.minimum ?? (schema.exclusiveMinimum === undefined ? null : `above ${schema.exclusiveMinimum}`);
    const most = schema.maximum;
    const kind = schema.type === 'integer' ? 'whole number' : 'number';
    const isOpen = most === undefined || most >= Number.MAX_SAFE_INTEGER;
    if (least === null && isOpen) return kind;
    return isOpen
      ? `${kind}, ${typeof least === 'string' ? least : `from ${least}`}`
      : `${kind}, ${least ?? ''} to ${most}`;
  }
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.type === 'null') return '`null`';
  if (schema.type === 'object') return 'table';
  return 'text';
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(title, schema, says) {
  const entries = Object.entries(schema.properties ?? {});
  const own = entries.filter(([, one]) => !isTable(one));
  const inner = entries.filter(([, one]) => isTable(one));
  if (own.length > 0) {
    lines.push('', `## ${title === '' ? 'At the top' : `\`${title}\``}`, '');
    if (says) lines.push(says, '');
    lines.push('| key | value | default | meaning |', '|---|---|---|---|');
    for (const [key, one] of own) {
      const standard = one.default === undefined ? '' : `\`${JSON.stringify(one.default)}\``;
      lines.push(
        `| \`${key}\` | ${cell(meaningOf(one))} | ${cell(standard)} | ${cell(one.description ?? '')} |`,
      );
    }
  }
  const bare = title.replace(/^\[+|\]+$/g, '');
  for (const [key, one] of inner) {
    const name = bare === '' ? key : `${bare}.${key}`;
    if (one.type === 'array') table(`[[${name}]]`, one.items, one.description);
    else table(`[${name}]`, one, one.description);
  }
}

function isTable(schema) {
  return schema.type === 'object' || (schema.type === 'array' && schema.items?.type === 'object');
}

table('', configurationJsonSchema());
const text = `${lines.join('\n')}\n`;
if (process.argv.includes('--check')) {
  const isSame = readFileSync(path, 'utf8') === text;
  process.stdout.write(
    `docs/configuration.md: ${isSame ? 'as the schema has it' : 'is not as the schema has it: node scripts/configuration.mjs'}\n`,
  );
  process.exitCode = isSame ? 0 : 1;
} else writeFileSync(path, text);
