import { describe, expect, it } from 'vitest';
import { progressLine, terminalProgress } from './progress.ts';

function world(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const progress = terminalProgress({
    stderr: { write: (text: string) => written.push(text), isTTY, columns: 30 },
    now: () => now,
    environment: {},
  });
  const at = (seconds: number) => {
    now = seconds;
  };
  return { written, progress, at };
}

describe('progress', () => {
  it('says how far, how fast and how long still', () => {
    expect(progressLine(420e6, 1000e6, 4)).toBe('reading  42 %, 105 MB/s, 6 s left');
    expect(progressLine(1e9, 100e9, 10)).toBe('reading   1 %, 100 MB/s, 16 min 30 s left');
    expect(progressLine(5e6, 100e9, 1)).toBe('reading   0 %, 5.0 MB/s, 5 h 33 min left');
  });

  it('says how much where nobody knows of how much', () => {
    expect(progressLine(420e6, null, 4)).toBe('reading 420 MB, 105 MB/s');
  });

  it('writes nothing where there is no terminal', () => {
    const { written, progress, at } = world(false);
    at(10);
    progress.update(1, 2);
    progress.say('x');
    progress.erase();
    expect(written).toEqual([]);
  });

  it('is one line, rewritten now and then, narrower than the terminal, and erased at the end', () => {
    const { written, progress, at } = world(true);
    for (let ms = 0; ms <= 1000; ms++) {
      at(ms / 1000);
      progress.update(ms * 1000, 1_000_000);
    }
    progress.erase();
    progress.erase();
    expect(written.length).toBeGreaterThan(2);
    expect(written.length).toBeLessThan(6);
    for (const text of written) {
      expect(text.startsWith('\r\x1b[K')).toBe(true);
      expect(text.slice(4).length).toBeLessThan(30);
      expect(text).not.toContain('\n');
    }
    expect(written.at(-1)).toBe('\r\x1b[K');
  });

  it('does not flicker where the work is done at once', () => {
    const { written, progress, at } = world(true);
    at(0.1);
    progress.update(1, 2);
    progress.say('x');
    progress.erase();
    expect(written).toEqual([]);
  });
});
