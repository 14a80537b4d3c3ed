// Loud is what detection calls loud: five failures at one sensor within ten minutes.
import { describe, expect, it } from 'vitest';
import { loudSources } from './loud.ts';

/** Attempts of one source at these times; at sensor 0 unless said. */
function columns(times: readonly number[], sensors: readonly number[] = [], all = times.length) {
  return {
    length: times.length,
    all,
    time: Float64Array.from(times),
    source: new Uint32Array(times.length),
    sensor: Uint16Array.from(times, (_, i) => sensors[i] ?? 0),
    success: new Uint8Array(times.length),
    sources: ['192.0.2.1'],
  };
}

describe('a loud source', () => {
  it('has five failures in ten minutes, at any time', () => {
    expect([...loudSources(columns([0, 150, 300, 450, 600]))]).toEqual([1]);
    expect([...loudSources(columns([0, 1000, 2000, 3000, 3100, 3200, 3300, 3400]))]).toEqual([1]);
  });
  it('is none that stays below, however often it comes', () => {
    expect([...loudSources(columns([0, 150, 300, 450]))]).toEqual([0]);
    expect([...loudSources(columns(Array.from({ length: 200 }, (_, i) => i * 151)))]).toEqual([0]);
  });
  it('is none that tries each of several sensors seldom: nobody there sees it', () => {
    expect([...loudSources(columns([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]))]).toEqual([0]);
  });
  it('of every tenth attempt is what came fifty times in a day', () => {
    expect([...loudSources(columns([0, 10_000, 20_000, 30_000, 40_000], [], 50))]).toEqual([1]);
    expect([...loudSources(columns([0, 10_000, 20_000, 30_000], [], 40))]).toEqual([0]);
  });
});
