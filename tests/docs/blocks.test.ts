// What the documents show as JSON or TOML is JSON and TOML, and of the kind that it is shown as: a configuration that `config
// check` takes, forms that read their samples, scenarios that the simulator takes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../src/config/configuration-file.ts';
import { loadRecordForms, loadServices } from '../../src/config/form-files.ts';
import { readScenario } from '../../src/simulate/scenario.ts';
import { type Block, documents } from './documents.ts';

const blocks = documents().flatMap((document) => document.blocks);
const of = (language: string) =>
  blocks
    .filter((block) => block.language === language)
    .map((block) => [`${block.path}:${block.line}`, block] as const);

const folder = mkdtempSync(join(tmpdir(), 'slowbrute-blocks-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a block of JSON', () => {
  it.each(of('json'))('%s', (_, { path, text }) => {
    const value: unknown = JSON.parse(text);
    if (path !== 'docs/simulate.md') return;
    const part = value as { readonly kind?: string };
    expect(() =>
      readScenario(part.kind === undefined ? value : { ...SITE, actors: [...SITE.actors, part] }),
    ).not.toThrow();
  });
});

/** A scenario into which an actor is put that a document shows by itself. */
const SITE = {
  name: 'site',
  summary: 'A site.',
  start: '2024-03-04T00:00:00Z',
  days: 21,
  log: { style: 'openssh-debian' },
  sensors: ['web1'],
  actors: [{ kind: 'people', count: 3, loginsPerDay: 2 }] as object[],
};

describe('a block of TOML', () => {
  it.each(of('toml'))('%s', (name, { text }: Block) => {
    if (!/^\[\[form\]\]/m.test(text)) {
      expect(() => checkConfiguration(text, name)).not.toThrow();
      return;
    }
    // a form by itself is one of a service
    const whole = /^service\s*=/m.test(text) ? text : `${SERVICE}\n${text.replaceAll("'sshd.", "'sshd2.")}`;
    const path = join(folder, `${name.replaceAll(/\W/g, '-')}.toml`);
    writeFileSync(path, whole);
    expect(() => {
      loadServices([path]);
      loadRecordForms([path]);
    }).not.toThrow();
  });
});

const SERVICE = "service = 'sshd2'\nmeans = 'Another one.'\nprograms = ['sshd2']\njoin = 'none'";

describe('a block of text', () => {
  // docs/commands.md is made of the program's help, and of docs/library.md another test runs the programs
  const shown = of('text').filter(([, { path }]) => !['docs/commands.md', 'docs/library.md'].includes(path));
  it.each(shown)('%s says which command printed it', (_, { mark, text }) => {
    expect(mark !== null || text.startsWith('$ ')).toBe(true);
  });
});

describe('every other block', () => {
  it('is of a language that is known here', () => {
    const known = ['', 'sh', 'console', 'text', 'json', 'toml', 'js', 'ts', 'ini', 'yaml', 'nginx', 'sql'];
    const other = blocks.filter(({ language }) => !known.includes(language));
    expect(other.map(({ path, line, language }) => `${path}:${line}: ${language}`)).toEqual([]);
  });
});
