/**
 * A daemon that is killed again and again while its log is written and rotated knows in the end what one knows that was let alone.
 * A few kills here; `node tests/watch/kill.mjs --kills 200` is the whole of it, and docs/watch.md has its last result.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killOften } from './kill.mjs';

const isBuilt = existsSync(resolve(import.meta.dirname, '../../dist/cli/main.js'));

describe.skipIf(!isBuilt)('a daemon that is killed', () => {
  it('loses nothing and tells nothing twice', async () => {
    const { differences, counts } = await killOften({ kills: 8, seed: 4, scenario: 'short' });
    expect(differences).toEqual([]);
    expect(counts.attempts).toBeGreaterThan(100);
  }, 180_000);
});
