import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim } from './owner.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-owner-'));
  path = join(folder, 'history');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a history has one owner', () => {
  it('who is named beside it, and gives it up', () => {
    const release = claim(path);
    expect(readFileSync(`${path}.owner`, 'utf8')).toBe(`${process.pid}\n`);
    expect(() => claim(path)).toThrow(/this one/);
    release();
    expect(existsSync(`${path}.owner`)).toBe(false);
    claim(path)();
  });

  it('in another process', () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      writeFileSync(`${path}.owner`, `${other.pid}\n`);
      expect(() => claim(path)).toThrow(new RegExp(`process ${other.pid}`));
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('unless he is dead, another program by now, or nobody', () => {
    const dead = spawn(process.execPath, ['-e', '']);
    const sleeping = spawn('sleep', ['60']);
    try {
      return new Promise<void>((resolve, reject) => {
        dead.on('exit', () => {
          try {
            for (const text of [`${dead.pid}\n`, `${sleeping.pid}\n`, `${process.pid}\n`, '', 'x']) {
              writeFileSync(`${path}.owner`, text);
              claim(path)();
            }
            resolve();
          } catch (error) {
            reject(error as Error);
          } finally {
            sleeping.kill('SIGKILL');
          }
        });
      });
    } catch (error) {
      sleeping.kill('SIGKILL');
      throw error;
    }
  });

  it('and who cannot write there is told so', () => {
    expect(() => claim(join(folder, 'no', 'such'))).toThrow(
      expect.objectContaining({ code: 'not-writable' }),
    );
  });
});
