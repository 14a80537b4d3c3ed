// What is made of the command line and of the schema of the configuration: documents that must be as they would be made now, and
// man pages that groff and mandoc take without a word, where they are installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT_STATUS, EXIT_STATUS_MEANS } from '../../src/cli/exit-status.ts';
import { commandLine } from '../../src/cli/program.ts';
import { everyCommand, referenceOf, usageOf } from '../../src/cli/reference.ts';
import { configurationJsonSchema } from '../../src/config/configuration-file.ts';
import { EXAMPLE } from '../../src/config/example.ts';
import { quietEffects } from './quiet.ts';

const root = resolve(import.meta.dirname, '../..');
const reference = referenceOf(commandLine(quietEffects(), () => {}));

/** Scripts are JavaScript without types. */
const script = (name: string) =>
  import(`../../scripts/${name}`) as Promise<Record<string, (...given: readonly unknown[]) => unknown>>;

describe('docs/commands.md', () => {
  it('is as the command line is (node scripts/commands.mjs makes it anew)', async () => {
    const { commandsDocument } = await script('commands.mjs');
    const now = readFileSync(resolve(root, 'docs/commands.md'), 'utf8');
    expect(now === commandsDocument!(reference, usageOf)).toBe(true);
  });
});

describe('docs/configuration.md', () => {
  it('has every key of the schema (node scripts/configuration.mjs makes it anew)', async () => {
    const { configurationRows } = await script('configuration-keys.mjs');
    const now = readFileSync(resolve(root, 'docs/configuration.md'), 'utf8');
    const rows = configurationRows!(configurationJsonSchema()) as readonly string[];
    expect(rows.filter((row) => !now.includes(row))).toEqual([]);
  });
});

describe('the man pages', () => {
  let pages: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const { manPages } = await script('man.mjs');
    pages = manPages!({
      reference,
      schema: configurationJsonSchema(),
      sample: EXAMPLE,
      exitStatus: EXIT_STATUS_MEANS,
      release: { version: '1.2.3', date: '2026-11-23' },
    }) as ReadonlyMap<string, string>;
  });

  it('are one for each command, and one for the configuration; the package names them all', () => {
    const names = [...everyCommand(reference).map(({ path }) => `${path.join('-')}.1`), 'slowbrute.toml.5'];
    expect([...pages.keys()].sort()).toEqual(names.sort());
    const { man } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
      readonly man: readonly string[];
    };
    expect(man).toEqual(names.map((name) => `./dist/man/${name}`));
  });

  it('name every option', () => {
    for (const command of everyCommand(reference)) {
      const page = pages.get(`${command.path.join('-')}.1`)!;
      for (const { long } of command.options) expect(page).toContain(long.replaceAll('-', '\\-'));
    }
  });

  it('say what every exit status means', () => {
    for (const status of Object.values(EXIT_STATUS)) expect(EXIT_STATUS_MEANS[status]).toBeDefined();
  });

  const readers: readonly (readonly [string, readonly string[]])[] = [
    ['groff', ['-mandoc', '-ww', '-Tutf8', '-z']],
    ['mandoc', ['-Tlint', '-W', 'warning']],
  ];
  for (const [reader, args] of readers) {
    const isThere = spawnSync(reader, ['--version']).error === undefined;
    it.skipIf(!isThere)(`are right to ${reader}${isThere ? '' : ', which is not installed here'}`, () => {
      for (const [name, page] of pages) {
        const { stdout, stderr } = spawnSync(reader, args, { input: page, encoding: 'utf8' });
        expect([name, stdout + stderr]).toEqual([name, '']);
      }
    });
  }
});
