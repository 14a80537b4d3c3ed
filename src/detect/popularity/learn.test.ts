import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, MONDAY, type Try, tableOf } from '../../../tests/detect/attempts.ts';
import { learnPrior } from './learn.ts';
import { moduleText } from './module-text.ts';
import { type ObserveOptions, observeSite, type SiteVisits } from './observe.ts';
import { DEFAULT_SHARE_OPTIONS, learnShares } from './shares.ts';

const DAY = 86_400;
const NOBODY: ObserveOptions = { exclude: new Set(), masked: () => false };

/** Each source of `sources` tries its names once, an hour apart; sources come two hours after one another. */
function visits(sources: readonly (readonly string[])[], more: Partial<Try> = {}): Try[] {
  return sources.flatMap((names, s) =>
    names.map((user, k) => ({ time: MONDAY + s * 7200 + k * 3600, source: address(s), user, ...more })),
  );
}

function site(sources: readonly (readonly string[])[], name = 'one.example'): SiteVisits {
  return observeSite(name, tableOf(visits(sources)), NOBODY);
}

describe('what one site tells', () => {
  it('counts each source once for a name, however often it comes back', () => {
    const seen = site([['root', 'root', 'admin', 'root'], ['admin']]);
    expect(seen.quiet.get('root')).toBe(1);
    expect(seen.quiet.get('admin')).toBe(2);
    expect(seen.quietVisits).toBe(5);
  });

  it('gives a loud source with a long list four tries in all', () => {
    const list = Array.from({ length: 200 }, (_, i) => ({
      time: MONDAY + i,
      source: address(0),
      user: `word${i}`,
    }));
    const seen = observeSite('one.example', tableOf(list), NOBODY);
    const sum = [...seen.voices.values()].reduce((total, voice) => total + voice, 0);
    expect(sum).toBeCloseTo(4, 9);
    expect(seen.quiet.size).toBe(0);
    expect(seen.support.size).toBe(200);
  });

  it('leaves out names that people log in with, but not root', () => {
    const login = (user: string) => ({
      time: MONDAY + 5 * DAY,
      source: address(9),
      user,
      success: true,
      method: 'publickey',
    });
    const table = tableOf([...visits([['anna'], ['root'], ['anna', 'root']]), login('anna'), login('root')]);
    const seen = observeSite('one.example', table, NOBODY);
    expect(seen.voices.has('anna')).toBe(false);
    expect(seen.accounts.has('anna')).toBe(true);
    expect(seen.voices.get('root')).toBe(2);
  });

  it('leaves out participants of known campaigns, and masked names', () => {
    const table = tableOf(visits([['alias'], ['amanda', 'person07'], ['admin']]));
    const seen = observeSite('one.example', table, {
      exclude: new Set([address(0)]),
      masked: (name) => name.startsWith('person'),
    });
    expect([...seen.voices.keys()].sort()).toEqual(['admin', 'amanda']);
  });

  it('says when a log does not tell of root, or of nothing else', () => {
    const many = (names: readonly string[]) => Array.from({ length: 30 }, () => names);
    expect(site(many(['admin'])).tellsRoot).toBe(false);
    expect(site(many(['root'])).tellsNames).toBe(false);
    expect(site(many(['root', 'admin']))).toMatchObject({ tellsRoot: true, tellsNames: true });
  });

  it('counts newcomers by whole days, and a gap in the log is no quiet time', () => {
    const tries: Try[] = [];
    for (const day of [0, 1, 2, 3, 10, 11, 12])
      for (let i = 0; i < 10; i++)
        tries.push({ time: MONDAY + day * DAY + i * 8000, source: address(day * 10 + i), user: 'admin' });
    const { newcomers } = observeSite('one.example', tableOf(tries), NOBODY);
    const covered = newcomers.map((count) => (count === null ? '-' : count)).join(' ');
    expect(covered).toBe('- 10 10 - - - - - - - - 10 -');
  });

  it('is nothing for an empty log', () => {
    expect(observeSite('empty.example', tableOf([]), NOBODY)).toMatchObject({ sources: 0, newcomers: [] });
  });
});

const NAMES = ['root', 'admin', 'test', 'user', 'oracle', 'git', 'alice', 'Admin', '', 'x y'];
const someSites = fc
  .array(
    fc.array(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 40,
    }),
    { minLength: 3, maxLength: 5 },
  )
  .map((all) => all.map((sources, i) => site(sources, `s${i}.example`)))
  .filter((sites) => sites.filter(({ tellsNames }) => tellsNames).length >= 3);

describe('shares learnt from several sites', () => {
  it('are above 0, fall in the order they are listed, and with root and the tail are 1 at most', () => {
    fc.assert(
      fc.property(someSites, (sites) => {
        const { root, names, tail } = learnShares(sites);
        const shares = [...names.values()];
        for (const share of shares) expect(share).toBeGreaterThan(0);
        expect(shares).toEqual([...shares].sort((a, b) => b - a));
        expect(shares.reduce((sum, share) => sum + share, root + tail)).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('rise with the counts: a name that no site hears less of has no smaller share', () => {
    fc.assert(
      fc.property(someSites, (sites) => {
        const { names } = learnShares(sites);
        const heard = (name: string) => sites.map(({ voices }) => voices.get(name) ?? 0);
        for (const [a, x] of names)
          for (const [b, y] of names)
            if (heard(a).every((voice, i) => voice >= heard(b)[i]!))
              expect(x).toBeGreaterThanOrEqual(y * (1 - 1e-9));
      }),
      { numRuns: 50 },
    );
  });

  const everyday = [['root'], ['admin', 'root'], ['test'], ['admin'], ['user', 'test']];

  it('never list a name of one site, which may be a password in the wrong place, unless others have published it', () => {
    const slip = Array.from({ length: 6 }, () => ['hunter2', 'root']);
    const sites = [site([...everyday, ...slip], 'a'), site(everyday, 'b'), site(everyday, 'c')];
    expect(learnShares(sites).names.has('hunter2')).toBe(false);
    const published = { ...DEFAULT_SHARE_OPTIONS, published: new Set(['hunter2', 'never-seen']) };
    expect(learnShares(sites, published).names.has('hunter2')).toBe(true);
    expect(learnShares(sites, published).names.has('never-seen')).toBe(false);
  });

  it('do not let a site of many visitors speak for all', () => {
    const worm = Array.from({ length: 400 }, () => ['pi']);
    const others = ['b', 'c', 'd', 'e'].map((name) => site([...everyday, ...everyday, ['pi']], name));
    const { names } = learnShares([site([...worm, ...everyday], 'a'), ...others]);
    expect(names.get('pi')!).toBeLessThan(0.5);
  });

  it('leave a site whose log does not tell of root out of root’s share', () => {
    const blind = site(
      Array.from({ length: 40 }, (_, i) => [`admin`, `n${i % 3}`]),
      'blind',
    );
    const sites = [site(everyday, 'a'), site(everyday, 'b'), site(everyday, 'c')];
    expect(learnShares([...sites, blind]).root).toBeCloseTo(learnShares(sites).root, 1);
  });
});

describe('the whole prior', () => {
  it('is the same text for the same sites, and refuses fewer than three', () => {
    const sites = ['a', 'b', 'c'].map((name) => site([['root'], ['admin'], ['test', 'x y', '']], name));
    const text = moduleText(learnPrior(sites), sites);
    expect(text).toBe(moduleText(learnPrior(sites), sites));
    expect(text).toContain('x%20y');
    expect(() => learnPrior(sites.slice(1))).toThrow('three sites');
  });

  it('can be learnt from any three sites', () => {
    fc.assert(
      fc.property(someSites, (sites) => {
        const prior = learnPrior(sites);
        expect(prior.unlistedAgain).toBeGreaterThan(0);
        for (const { shape } of prior.shapes) expect(shape).toBeGreaterThan(0);
        expect(moduleText(prior, sites)).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 30 },
    );
  });
});
