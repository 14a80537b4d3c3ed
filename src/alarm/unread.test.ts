import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../model/time.ts';
import { createUnreadWatch } from './unread.ts';

const NOW = 1_800_000_000;

describe('lines that no form understands', () => {
  it('are told from one in a hundred on, where there are twenty in a day', () => {
    const watch = createUnreadWatch();
    watch.count('a', 1000, 9, NOW);
    watch.count('b', 10_000, 50, NOW);
    watch.count('c', 2000, 20, NOW);
    expect(watch.look(NOW)).toEqual([{ kind: 'unread:above', input: 'c', lines: 2000, unread: 20 }]);
  });

  it('are counted over a day', () => {
    const watch = createUnreadWatch();
    for (let hour = 0; hour < 20; hour++) watch.count('a', 50, 1, NOW + hour * HOUR);
    expect(watch.look(NOW + 19 * HOUR)).toMatchObject([{ lines: 1000, unread: 20 }]);
    expect(watch.look(NOW + 19 * HOUR + DAY)).toEqual([]);
  });
});
