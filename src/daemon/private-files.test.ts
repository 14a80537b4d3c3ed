import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePrivate } from './private-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-private-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  return path;
};
const mode = (path: string): number => statSync(path).mode & 0o777;

describe('what an older version has left for others to read', () => {
  it('is nobody else’s any more: the history and what is beside it, snapshots, spools, the audit trail', () => {
    for (const name of ['history', 'spool', 'history.damaged-1']) {
      mkdirSync(join(folder, name));
      chmodSync(join(folder, name), 0o755);
    }
    const ours = [
      'history.duckdb',
      'history.duckdb.wal',
      'history.sqlite',
      'history.duckdb.damaged-20261120',
      'history/log-1',
      'history.damaged-1/books-2',
      'spool/7',
      'snapshot',
      'actions.ndjson',
    ].map(put);
    expect(makePrivate(folder)).toEqual([]);
    expect(ours.map(mode)).toEqual(ours.map(() => 0o600));
    expect(mode(join(folder, 'history'))).toBe(0o700);
  });

  it('is not what others have there, nor what a link leads to', () => {
    const list = put('blocked.txt');
    const far = put('far');
    symlinkSync(far, join(folder, 'snapshot'));
    expect(makePrivate(folder)).toEqual([]);
    expect([mode(list), mode(far)]).toEqual([0o644, 0o644]);
  });

  it('is nothing where there is no folder yet', () => {
    expect(makePrivate(join(folder, 'none'))).toEqual([]);
  });
});
