import { describe, expect, it } from 'vitest';
import { hasThread, part, partsIn, version } from './parts.ts';

describe('a part of the program', () => {
  it('is read by its path; one that was not built is none', () => {
    expect(part('parse/fast/machine.wasm')?.subarray(0, 4)).toEqual(Uint8Array.of(0, 97, 115, 109));
    expect(part('web/never-built.js')).toBe(null);
  });

  it('is listed by its folder, with slashes, in order', () => {
    const paths = partsIn('parse/fast');
    expect(paths).toContain('parse/fast/machine.wasm');
    expect(paths).toEqual([...paths].sort());
    expect(partsIn('never-built')).toEqual([]);
  });

  it('that is a thread is there once it is JavaScript', () => {
    expect(hasThread('scanning')).toBe(false);
  });

  it('has the version of the package', () => {
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
