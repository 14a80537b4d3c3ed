import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandPattern } from './glob.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-glob-'));
  for (const path of [
    'a/auth.log',
    'a/auth.log.1',
    'b/auth.log',
    'b/deep/auth.log',
    'b/.hidden',
    'c[1].log',
    'd+.log',
  ]) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

describe('patterns that the shell left alone', () => {
  it.each([
    ['a/auth.log*', ['a/auth.log', 'a/auth.log.1']],
    ['*/auth.log', ['a/auth.log', 'b/auth.log']],
    ['**/auth.log', ['a/auth.log', 'b/auth.log', 'b/deep/auth.log']],
    ['{a,b}/auth.???', ['a/auth.log', 'b/auth.log']],
    ['[!a]/auth.log', ['b/auth.log']],
    ['[a-b]/*.1', ['a/auth.log.1']],
    ['b/*', ['b/auth.log', 'b/deep']],
    ['b/.*', ['b/.hidden']],
    ['d+.*', ['d+.log']],
    ['nothing*', []],
    ['[z-a]*', []],
    ['gone/*.log', []],
  ])('%s', (pattern, expected) => {
    expect(expandPattern(join(root, pattern))).toEqual(expected.map((path) => join(root, path)));
  });
});
