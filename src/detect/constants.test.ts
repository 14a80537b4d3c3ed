/**
 * docs/detection.md has a table of every constant that is named in this folder, docs/live.md of those in live/; they must
 * not drift from the code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';

const documentation = ['detection', 'live']
  .map((name) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'))
  .join('\n');

/** `file name value` of each row of the table. */
const documented = [...documentation.matchAll(/^\| `([\w./-]+)` \| `(\w+)` \| `([^`]+)` \|/gm)].map(
  ([, file, name, value]) => `${file} ${name} ${value}`,
);

/** Constants that are no choice: tables, conversions, the number of a format. */
const NO_CHOICE = new Set(['LN2', 'LOG_FACTORIAL_TABLE', 'CLASSES', 'SAVED_FORMAT']);

function constantsOf(file: string): string[] {
  const code = readFileSync(new URL(file, import.meta.url), 'utf8');
  return [...code.matchAll(/^\s*(?:export )?const ([A-Z][A-Z_]+) = ([^;]+);/gm)]
    .filter(([, name]) => !NO_CHOICE.has(name!))
    .map(([, name, value]) => `${file} ${name} ${value!.replace(' as const', '').replace(/\s+/g, ' ')}`);
}

it('documents every constant with the value that it has', () => {
  const folder = new URL('.', import.meta.url);
  const files = ['', 'live/']
    .flatMap((below) => readdirSync(new URL(below, folder)).map((file) => `${below}${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const options = Object.entries(DEFAULT_DETECT_OPTIONS).map(
    ([name, value]) => `model/detection.ts ${name} ${value}`,
  );
  // where this fails, change the table in docs/detection.md, and say there where the new value comes from
  expect([...documented].sort()).toEqual([...options, ...files.flatMap(constantsOf)].sort());
});
