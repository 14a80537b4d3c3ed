/** Both paths of the parser over logs of real sites, which are not part of this repository: the same table, to the byte. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseFast, parseReadable } from '../../src/parse/fast/both.ts';
import { byteMachine } from '../../src/store/byte-machine.ts';

const folder = resolve(import.meta.dirname, '../../../shared/data');
const isThere = existsSync(folder);
const module = byteMachine()!;

/** Files of logs below a folder; those over 8 MB packed would take minutes. */
function files(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:md|json|toml|ya?ml|csv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const sites = isThere ? readdirSync(join(folder, 'real')).filter((name) => name.startsWith('site-')) : [];

describe.skipIf(!isThere)('real logs (../shared is absent: not measured)', () => {
  it.each(sites)('%s: both paths make the same table', (site) => {
    for (const path of files(join(folder, 'real', site))) {
      const packed = readFileSync(path);
      const bytes = path.endsWith('.gz') ? gunzipSync(packed) : packed;
      const fast = parseFast(bytes, { module, timezone: 'Europe/Oslo' });
      const readable = parseReadable(bytes, { timezone: 'Europe/Oslo' });
      expect({ path, counts: fast.counts }).toEqual({ path, counts: readable.counts });
      expect(fast.table).toEqual(readable.table);
    }
  });

  it('the lines of others: both paths make the same table', () => {
    for (const path of files(join(folder, 'lines'))) {
      const bytes = readFileSync(path);
      const fast = parseFast(bytes, { module });
      const readable = parseReadable(bytes, {});
      expect({ path, counts: fast.counts }).toEqual({ path, counts: readable.counts });
      expect(fast.table).toEqual(readable.table);
    }
  });
});
