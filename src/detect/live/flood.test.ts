import { describe, expect, it } from 'vitest';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { createLive } from './live.ts';

/** The i-th attempt of a flood: ever new sources, a second apart or so, on names of one list, now and then the same twice. */
const stranger = (i: number, names: number): AttemptRow => ({
  time: 1_700_000_000 + Math.floor(i / 50),
  source: `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`,
  user: `name-${((i >> 1) * 7919) % names}`,
  sensor: 'host.example',
  success: false,
  known: false,
  method: 'password',
});

describe('a flood of sources that come once', () => {
  it('is forgotten everywhere: what is kept does not grow with it', () => {
    const live = createLive({ ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 2000 });
    const kept: number[] = [];
    for (let i = 1; i <= 240_000; i++) {
      live.push(stranger(i, 300));
      if (i % 80_000 === 0) kept.push(live.save().states.sources.text.length);
    }
    // 32,768 ticks are remembered with their sources, 2,000 attempts, eight visits of each name, and 20,000 that are to go
    for (const sources of kept) expect(sources).toBeLessThan(32_768 + 2000 + 300 * 8 + 20_000 + 64);
    expect(kept[2]! - kept[1]!).toBeLessThan(1000);
  });

  it('leaves no trace of names that nobody tries any more', () => {
    const live = createLive({ ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 500 });
    for (let i = 1; i <= 3000; i++) live.push(stranger(i, 1_000_003));
    const { names } = live.save().states;
    const { size } = new Set(names.text);
    expect(size).toBeGreaterThan(500);
    // of those that are forgotten no visit leads any further
    const forgotten = [...names.kept.keys()].filter((n) => names.kept[n] === 0);
    expect(forgotten.length).toBeGreaterThan(500);
    expect(forgotten.every((n) => names.visits.length[n] === 0)).toBe(true);
  });
});
