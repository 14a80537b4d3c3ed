// What README.md shows is what the commands print today: each of its examples is run.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale, slowbrute } from './command.ts';

const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
/** The first block in `language` that contains `words`. */
function block(language: string, words: string): string {
  for (const [, text] of readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``, 'g')))
    if (text!.includes(words)) return text!;
  throw new Error(`README.md has no block in ${language} with '${words}'`);
}
const sample = ['scan', '--year', '2008', 'samples/rosalita.log.gz'];
const line =
  'Nov 19 15:04:22 host sshd[4022]: Failed password for invalid user alias from 192.0.2.7 port 40992 ssh2\n';

beforeAll(buildWhenStale, 180_000);

describe('README.md', () => {
  it('begins with a command that finds the campaign of its sample', () => {
    expect(readme).toContain(`npm ci && npx slowbrute ${sample.join(' ')}\n`);
    const { status, stdout, stderr } = slowbrute(sample);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain(block('text', 'Campaign c1'));
  });

  it('shows what check says of a line', () => {
    const json = slowbrute(['check', '--year', '2026'], { stdin: line }).stdout;
    expect(json.trimEnd()).toBe(block('json', '"event"'));
    const explained = slowbrute(['check', '--year', '2026', '--explain'], { stdin: line }).stdout;
    const shown = block('text', 'check --year 2026 --explain');
    expect(explained.trimEnd()).toBe(shown.slice(shown.indexOf('\n') + 1));
  });

  it('has a program that makes the same report', () => {
    const program = block('js', "from 'slowbrute'");
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(slowbrute(sample).stdout);
  });

  it('leads only to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) expect(() => readFileSync(resolve(root, path)), path).not.toThrow();
  });
});
