// Writes docs/commands.md from the command line itself, or, with --check, says whether it is as it would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromSource } from './from-source.mjs';

const root = resolve(import.meta.dirname, '..');

/** The document. `reference`: of the whole command line (src/cli/reference.ts); `usage`: how a command of it is called. */
export function commandsDocument(reference, usage) {
  const lines = [
    '# Commands',
    '',
    'Each with its options, as `slowbrute COMMAND --help` has them; `man slowbrute` has the same. This page is made by',
    '`node scripts/commands.mjs` from the command line itself; a test says when it is old.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...reference.commands.map(({ path, summary }) => {
      const name = path.slice(1).join(' ');
      return `| [\`${name}\`](#slowbrute-${name}) | ${cell(summary)} |`;
    }),
  ];
  for (const command of reference.commands) section(command, 2);
  return `${lines.join('\n')}\n`;

  function section(command, depth) {
    const { path, description, arguments: given, options, after, commands } = command;
    lines.push('', `${'#'.repeat(depth)} \`${path.join(' ')}\``, '', description, '');
    lines.push('```text', usage(command), '```');
    if (given.length > 0) {
      lines.push('', '| argument | meaning |', '|---|---|');
      for (const one of given) lines.push(`| \`${one.name}\` | ${cell(one.description)} |`);
    }
    const own = options.filter(({ long }) => long !== '--help');
    if (own.length > 0) {
      lines.push('', '| option | meaning |', '|---|---|');
      for (const one of own) lines.push(`| ${flags(one)} | ${cell(meaning(one))} |`);
    }
    for (const block of after) lines.push('', ...blockLines(block));
    for (const one of commands) section(one, depth + 1);
  }
}

function flags({ short, long, value }) {
  const names = short === null ? [long] : [short, long];
  return `\`${names.join(', ')}${value === null ? '' : ` <${value.name}>`}\``;
}

function meaning({ description, value, standard }) {
  const words = value?.words ?? [];
  return [
    description,
    ...(words.length > 0 ? [`one of ${words.map((one) => `\`${one}\``).join(', ')}`] : []),
    ...(standard === null ? [] : [`default: \`${standard}\``]),
  ].join('; ');
}

/** Sentences as they are; lists and examples as they stand. */
function blockLines(block) {
  if (block.startsWith('Examples:'))
    return [
      '```',
      ...block
        .split('\n')
        .slice(1)
        .map((one) => one.replace(/^ {2}/, '')),
      '```',
    ];
  return /\S {2,}\S/.test(block) ? ['```text', block, '```'] : block.replaceAll('<', '\\<').split('\n');
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

if (process.argv[1] === import.meta.filename) {
  const [{ commandLine }, { referenceOf, usageOf }, { realEffects }] = await fromSource(
    'cli/program.ts',
    'cli/reference.ts',
    'cli/effects.ts',
  );
  const text = commandsDocument(referenceOf(commandLine(realEffects(), () => {})), usageOf);
  const path = `${root}/docs/commands.md`;
  if (process.argv.includes('--check')) {
    const isSame = readFileSync(path, 'utf8') === text;
    process.stdout.write(
      `docs/commands.md: ${isSame ? 'as the command line is' : 'is not as the command line is: node scripts/commands.mjs'}\n`,
    );
    process.exitCode = isSame ? 0 : 1;
  } else writeFileSync(path, text);
}
