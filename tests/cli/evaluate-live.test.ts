// evaluate --live as a user runs it: threads of the built program.
import { beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale, slowbrute } from './command.ts';

beforeAll(buildWhenStale, 180_000);

describe('slowbrute evaluate --live', () => {
  it('prints the same on one thread and on three', () => {
    const on = (threads: string) =>
      slowbrute([
        'evaluate',
        '--live',
        '--only',
        'february',
        '--seeds',
        '2',
        '--format',
        'json',
        '--threads',
        threads,
      ]);
    const one = on('1');
    expect(one.stderr).toBe('');
    expect(one.status).toBe(0);
    expect((JSON.parse(one.stdout) as { runs: unknown[] }).runs).toHaveLength(4);
    expect(on('3').stdout).toBe(one.stdout);
  }, 120_000);
});
