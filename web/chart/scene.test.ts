import { expect, test } from 'vitest';
import { HIDDEN } from '../../src/view/redact.ts';
import { IS_LOUD, IS_SUCCESS, NO_INDEX, type Picture } from '../../src/view/site.ts';
import { type Choice, inksOfAttempts, type Order, ranksOf, sceneOf } from './scene.ts';

type Try = { user: string | null; source?: string; campaign?: number; flags?: number };

function pictureOf(tries: readonly Try[]): Picture {
  const numbering = () => {
    const texts: string[] = [];
    return {
      texts,
      // hidden names keep a number each, as src/view/redact.ts leaves them
      of: (text: string) => {
        const at = text === HIDDEN ? -1 : texts.indexOf(text);
        return at >= 0 ? at : texts.push(text) - 1;
      },
    };
  };
  const users = numbering();
  const sources = numbering();
  return {
    length: tries.length,
    isThinned: false,
    all: tries.length,
    from: 0,
    time: Uint32Array.from(tries, (_, i) => i * 60),
    user: Uint32Array.from(tries, ({ user }) => (user === null ? NO_INDEX : users.of(user))),
    source: Uint32Array.from(tries, ({ source }) => sources.of(source ?? '192.0.2.1')),
    sensor: new Uint16Array(tries.length),
    campaign: Uint16Array.from(tries, ({ campaign }) => campaign ?? 0),
    flags: Uint8Array.from(tries, ({ flags }) => flags ?? 0),
    seq: Float64Array.from(tries, (_, i) => i + 1),
    users: users.texts,
    sources: sources.texts,
    sensors: ['host.example'],
    campaigns: ['c1', 'c2'],
  };
}

const ALL: Choice = { quiet: true, loud: true, logins: true, without: new Set(), sensor: null };

function rowsIn(picture: Picture, order: Order, choice: Choice = ALL): string[] {
  const scene = sceneOf(picture, 'user', ranksOf(picture, 'user', order), inksOfAttempts(picture), choice);
  return Array.from(scene.textOf, (text) => picture.users[text]!);
}

const tries: readonly Try[] = [
  { user: 'root' },
  { user: 'zoe', campaign: 2 },
  { user: 'Adam', campaign: 1 },
  { user: 'root', flags: IS_LOUD },
  { user: 'berta', campaign: 1 },
  { user: 'root' },
  { user: 'berta', campaign: 1 },
];

test('rows follow the order that was asked for', () => {
  const picture = pictureOf(tries);
  expect(rowsIn(picture, 'appearance')).toEqual(['root', 'zoe', 'Adam', 'berta']);
  expect(rowsIn(picture, 'alphabet')).toEqual(['Adam', 'berta', 'root', 'zoe']);
  expect(rowsIn(picture, 'attempts')).toEqual(['root', 'berta', 'zoe', 'Adam']);
  expect(rowsIn(picture, 'campaign')).toEqual(['Adam', 'berta', 'zoe', 'root']);
});

test('a name whose attempts are all left out has no row', () => {
  const picture = pictureOf(tries);
  expect(rowsIn(picture, 'alphabet', { ...ALL, without: new Set([1]) })).toEqual(['root', 'zoe']);
  expect(rowsIn(picture, 'alphabet', { ...ALL, quiet: false, loud: false })).toEqual([
    'Adam',
    'berta',
    'zoe',
  ]);
});

test('hidden names share the last row, so that they draw no walk through a list', () => {
  const picture = pictureOf([{ user: HIDDEN }, { user: 'zoe' }, { user: HIDDEN }, { user: HIDDEN }]);
  for (const order of ['appearance', 'alphabet', 'attempts', 'campaign'] as const)
    expect(rowsIn(picture, order)).toEqual(['zoe', HIDDEN]);
  const scene = sceneOf(picture, 'user', ranksOf(picture, 'user', 'alphabet'), inksOfAttempts(picture), ALL);
  expect([...scene.layers[0]!.row]).toEqual([1, 0, 1, 1]);
});

test('attempts without a name are counted and not drawn', () => {
  const picture = pictureOf([{ user: null }, { user: 'root' }]);
  const scene = sceneOf(picture, 'user', ranksOf(picture, 'user', 'alphabet'), inksOfAttempts(picture), ALL);
  expect([scene.count, scene.nameless]).toEqual([1, 1]);
});

test('campaigns and logins of participants are drawn above everything else', () => {
  const picture = pictureOf([
    ...tries,
    { user: 'root', campaign: 1, flags: IS_SUCCESS },
    { user: 'ann', flags: IS_SUCCESS },
  ]);
  const scene = sceneOf(picture, 'user', ranksOf(picture, 'user', 'alphabet'), inksOfAttempts(picture), ALL);
  expect([...scene.layers[0]!.index]).toEqual([0, 3, 5, 8]);
  expect([...scene.layers[1]!.index]).toEqual([1, 2, 4, 6, 7]);
});

test('addresses are in order of their numbers, names of hosts by domain', () => {
  const sources = ['b.example', '192.0.2.10', '192.0.2.9', '2001:db8::1', 'a.b.example', '198.51.100.1'];
  const picture = pictureOf(sources.map((source) => ({ user: 'root', source })));
  const scene = sceneOf(
    picture,
    'source',
    ranksOf(picture, 'source', 'alphabet'),
    inksOfAttempts(picture),
    ALL,
  );
  expect(Array.from(scene.textOf, (text) => picture.sources[text])).toEqual([
    '192.0.2.9',
    '192.0.2.10',
    '198.51.100.1',
    '2001:db8::1',
    'b.example',
    'a.b.example',
  ]);
});
