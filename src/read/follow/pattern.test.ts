import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logsNamedBy } from './pattern.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-pattern-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const named = (pattern: string, ...names: readonly string[]): string[] => {
  for (const name of names) writeFileSync(join(root, name), '');
  return logsNamedBy(join(root, pattern)).map((path) => path.slice(root.length + 1));
};

it('a pattern names logs, not their rotated pieces', () => {
  const pieces = ['auth.log.1', 'auth.log.2.gz', 'auth.log-20261119', 'auth.log.old', 'secure-20261119'];
  expect(named('*', 'auth.log', 'secure', ...pieces)).toEqual(['auth.log', 'secure']);
});

it('not even while the log itself is not there, as in the middle of a rotation', () => {
  expect(named('*', 'auth.log.1', 'auth.log-20261119', 'secure-20261119.gz')).toEqual([]);
});

it('a log of each day is one, unless they are pieces of one', () => {
  expect(named('*.log', 'app-2026-11-18.log', 'app-2026-11-19.log')).toHaveLength(2);
  expect(named('*.log', 'app.log')).toEqual(['app.log']);
});
