import { describe, expect, it } from 'vitest';
import { MONDAY, type Try, tableOf, texts, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { findLockstep } from './lockstep.ts';

/** A source that tries `names` in its own order from `start` on, `gap` seconds between tries. */
function run(seed: number, source: string, names: readonly string[], start: number, gap: number): Try[] {
  const random = seededRandom(seed);
  const order = [...names];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.map((user, i) => ({ time: Math.floor(MONDAY + start + i * gap), source, user }));
}

/** Eighty loud attackers over ten days, each with a dozen names of one public list of 150. */
function loudAttackers(seed: number): Try[] {
  const random = seededRandom(seed);
  return Array.from({ length: 80 }, (_, i) => {
    const names = Array.from({ length: 12 }, () => `public${Math.floor(150 ** random.next())}`);
    return run(seed + i, `l${i}.host.example`, [...new Set(names)], random.next() * 10 * DAY, 4);
  }).flat();
}

const LIST = Array.from({ length: 20 }, (_, i) => `secret${i}`);
const group = (seed: number, starts: readonly number[], names: readonly string[] = LIST) =>
  starts.flatMap((start, i) => run(seed * 10 + i, `g${i}.host.example`, names, start, 5));

function groupsIn(tries: readonly Try[], taken: readonly string[] = []) {
  const table = tableOf(tries);
  const out = new Set(taken.map((text) => table.sources.indexOf(text)));
  const findings = findLockstep(table, visitorsOf(table), out, DEFAULT_DETECT_OPTIONS);
  return findings.map((f) => ({ ...f, names: texts(table, f.probability.keys()) }));
}

describe('one that copies two strangers’ lists as they begin', () => {
  it('makes no group of them: they have nothing in common but it', () => {
    for (let seed = 0; seed < 5; seed++) {
      const [one, other] = [LIST.slice(0, 10), LIST.slice(10)];
      const copied = [
        ...run(seed, 'x.host.example', one, DAY, 5),
        ...run(seed + 1, 'y.host.example', other, DAY + 60, 5),
        ...run(seed + 2, 'copier.host.example', LIST, DAY + 90, 5),
      ];
      expect(groupsIn([...loudAttackers(seed), ...copied])).toEqual([]);
    }
  });
});

describe('lockstep', () => {
  it('is sources, loud one by one, that start one list within minutes', () => {
    for (let seed = 0; seed < 5; seed++) {
      const found = groupsIn([...loudAttackers(seed), ...group(seed, [DAY, DAY + 40, DAY + 70, DAY + 110])]);
      expect(found).toHaveLength(1);
      expect(found[0]!.names).toEqual([
        'g0.host.example',
        'g1.host.example',
        'g2.host.example',
        'g3.host.example',
      ]);
      expect(found[0]!.falseAlarm).toBeLessThan(1e-6);
      expect(found[0]!.evidence).toMatchObject([
        { kind: 'shared-list', sources: 4, names: 20, startSpreadSeconds: 110 },
      ]);
    }
  });

  it('is none among attackers who share a public list but no time, over 10 seeds', () => {
    for (let seed = 0; seed < 10; seed++) expect(groupsIn(loudAttackers(seed))).toEqual([]);
  });

  it('is none where one list is worked through on different days', () => {
    expect(groupsIn([...loudAttackers(1), ...group(1, [DAY, 2 * DAY, 3 * DAY, 4 * DAY])])).toEqual([]);
  });

  it('is none where the lists are different', () => {
    const tries = [0, 1, 2, 3].flatMap((i) =>
      run(
        i,
        `g${i}.host.example`,
        LIST.map((name) => `${name}-${i}`),
        DAY + i * 20,
        5,
      ),
    );
    expect(groupsIn([...loudAttackers(2), ...tries])).toEqual([]);
  });

  it('is none of two sources', () => {
    expect(groupsIn([...loudAttackers(3), ...group(3, [DAY, DAY + 40])])).toEqual([]);
  });

  it('is two groups where two lists are worked through at the same time', () => {
    const other = LIST.map((name) => `hidden-${name}`);
    const second = group(9, [DAY + 10, DAY + 50, DAY + 60], other).map((one) => ({
      ...one,
      source: `x${one.source}`,
    }));
    const found = groupsIn([...loudAttackers(4), ...group(4, [DAY, DAY + 40, DAY + 70]), ...second]);
    expect(found.map((f) => f.names.length)).toEqual([3, 3]);
  });

  it('takes in a straggler that has a few of the group’s names, half an hour late', () => {
    const late = run(77, 'late.host.example', LIST.slice(0, 4), DAY - 20 * MINUTE, 60);
    const [found] = groupsIn([...loudAttackers(5), ...group(5, [DAY, DAY + 40, DAY + 70]), ...late]);
    expect(found!.names).toContain('late.host.example');
  });

  it('leaves alone what another finding has already', () => {
    const tries = [...loudAttackers(6), ...group(6, [DAY, DAY + 40, DAY + 70])];
    expect(groupsIn(tries, ['g0.host.example'])).toEqual([]);
  });

  it('is nothing in an empty log', () => {
    expect(groupsIn([])).toEqual([]);
  });
});
