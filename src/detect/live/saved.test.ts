import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../tests/detect/deep-state.ts';
import { METHODS } from '../../model/attempt.ts';
import { Trouble } from '../../model/error.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent, type LiveOptions } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { SCENARIOS } from '../../simulate/catalogue.ts';
import { simulate } from '../../simulate/simulate.ts';
import { createLive, type Live } from './live.ts';
import { Rows } from './rows.ts';
import { isReadable, type SavedLive } from './saved.ts';

/** A scenario of the simulator as attempts. */
function attemptsOf(scenario: string, seed: number): AttemptRow[] {
  const { table } = simulate(SCENARIOS[scenario]!(seed), seed);
  return Array.from({ length: table.length }, (_, row) => ({
    time: table.time[row]!,
    source: table.sources[table.source[row]!]!,
    user: table.user[row] === 0 ? null : table.users[table.user[row]!]!,
    sensor: table.sensors[table.sensor[row]!]!,
    success: table.outcome[row] === 1,
    known: table.account[row] === 0 ? null : table.account[row] === 2,
    method: table.method[row] === 0 ? null : METHODS[table.method[row]!]!,
    service: ['sshd', 'dovecot'][row % 2]!,
  }));
}

/** What comes out of a process that ends, and goes into the next. */
function again(live: Live, options: LiveOptions = DEFAULT_LIVE_OPTIONS): Live {
  return createLive(options, deserialize(serialize(live.save())) as SavedLive);
}

const pushed = (live: Live, attempts: readonly AttemptRow[]): LiveEvent[] =>
  attempts.flatMap((attempt) => [...live.push(attempt)]);

/** Fields without state: numbers of the table that was made last, a cache of texts, and which bit an affair has. */
const STATELESS = new Set(['index', 'table', '#tables', '#sensors', 'suspected', '#bit']);

/** Rows as they are told, wherever in their ring they are (rows.test.ts). */
function shown(object: object): object {
  if (!(object instanceof Rows)) return object;
  return Array.from({ length: object.length }, (_, i) => object.row(object.at(i)));
}

const options: LiveOptions = { ...DEFAULT_LIVE_OPTIONS, memoryAttempts: 1500, memoryDays: 20 };

/** As many cuts as fit, and what each of them is after. */
const SCENARIOS_CUT = [
  'alphabetical',
  'root-alone',
  'two-campaigns',
  'slow-clock',
  'lockstep',
  'office',
  'returns',
  'framing',
  'hand-off',
  'wave-2012-04',
  'names-once',
] as const;

/** Fields that are not saved: what a class works with, or what is empty between two attempts. */
const NOT_SAVED = new Set([
  'Affairs.#watch',
  'Beliefs.#bit',
  'LiveDetector.#watch',
  'Looks.#options',
  'Memory.#gone',
  'Memory.#options',
  'Memory.#sensors',
  'Memory.#tables',
  'Roster.#events',
  'Roster.#memory',
  'Rows.#capacity',
  'Rows.#first',
  'Standing.#watch',
  'Watch.options',
]);

/** Fields of the classes of this folder that save themselves, and the text of what saves and what restores them. */
function savedClasses(): { name: string; fields: string[]; save: string; restore: string }[] {
  const classes: { name: string; fields: string[]; save: string; restore: string }[] = [];
  for (const file of readdirSync(import.meta.dirname)) {
    if (!/^[a-z-]+\.ts$/.test(file)) continue;
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const one of source.statements.filter(ts.isClassDeclaration)) {
      const methodText = (...names: string[]) =>
        one.members
          .filter((m) => ts.isMethodDeclaration(m) && names.includes(m.name.getText()))
          .map((m) => m.getText())
          .join('\n');
      const fields = one.members
        .filter(ts.isPropertyDeclaration)
        .filter(({ initializer }) => initializer === undefined || !ts.isArrowFunction(initializer))
        .map((member) => member.name.getText());
      const save = methodText('save');
      const restore = methodText('restore', 'restored');
      if (save !== '' && restore !== '') classes.push({ name: one.name!.text, fields, save, restore });
    }
  }
  return classes;
}

describe('a class that has a state of its own', () => {
  it.each(savedClasses())('saves every field and restores it: $name', ({ name, fields, save, restore }) => {
    const wanted = fields.filter((field) => !NOT_SAVED.has(`${name}.${field}`));
    const mentions = (text: string, field: string) =>
      new RegExp(`\\b${field.replace('#', '')}\\b`).test(text);
    expect(wanted.filter((field) => !mentions(save, field))).toEqual([]);
    expect(wanted.filter((field) => !mentions(restore, field))).toEqual([]);
  });

  it('is one of those that are known to', () => {
    expect(savedClasses().map(({ name }) => name)).toEqual([
      'Affair',
      'Affairs',
      'Echoes',
      'LiveDetector',
      'Looks',
      'Memory',
      'PastCampaigns',
      'Rates',
      'Roster',
      'Rows',
      'Split',
      'Standing',
      'StreamClock',
      'Turns',
      'Watch',
    ]);
  });
});

describe('live detection that was saved and taken up again', () => {
  for (const scenario of SCENARIOS_CUT) {
    it(`goes on as if nothing had been, at any two moments: ${scenario}`, () => {
      const attempts = attemptsOf(scenario, 1).slice(0, 8000);
      const expected = JSON.stringify(pushed(createLive(options), attempts));
      fc.assert(
        fc.property(fc.nat({ max: attempts.length }), fc.nat({ max: attempts.length }), (one, other) => {
          const [first, second] = [Math.min(one, other), Math.max(one, other)];
          const events: LiveEvent[] = [];
          let live = createLive(options);
          events.push(...pushed(live, attempts.slice(0, first)));
          live = again(live, options);
          events.push(...pushed(live, attempts.slice(first, second)));
          live = again(live, options);
          events.push(...pushed(live, attempts.slice(second)));
          expect(JSON.stringify(events)).toBe(expected);
        }),
        { numRuns: 3, seed: 7 },
      );
    });
  }

  it('goes on after whatever it has just said: an opening, a release, a return, an end, a login', () => {
    const kinds = new Set<string>();
    for (const [scenario, seed] of [
      ['returns', 2],
      ['overlap-in-time', 1],
      ['one-hit', 1],
    ] as const) {
      const attempts = attemptsOf(scenario, seed);
      const expected: LiveEvent[] = [];
      const events: LiveEvent[] = [];
      const uncut = createLive();
      let live = createLive();
      for (const attempt of attempts) {
        const told = uncut.push(attempt);
        expected.push(...told);
        events.push(...live.push(attempt));
        const news = told.filter(({ kind }) => kind !== 'participant:named');
        for (const { kind } of news) kinds.add(kind);
        if (news.length > 0) live = again(live);
      }
      expect(JSON.stringify(events)).toBe(JSON.stringify(expected));
    }
    expect([...kinds].sort()).toEqual([
      'account:compromised',
      'campaign:ended',
      'campaign:opened',
      'campaign:returned',
      'participant:released',
    ]);
  });

  it('goes on after every single attempt, also where each makes it forget another', () => {
    const tight: LiveOptions = { ...options, memoryAttempts: 60, memoryDays: 3 };
    for (const scenario of ['junk-flood', 'short', 'everything-quiet']) {
      const attempts = attemptsOf(scenario, 4).slice(0, 400);
      const uncut = createLive(tight);
      let live = createLive(tight);
      for (const attempt of attempts) {
        expect(live.push(attempt)).toEqual(uncut.push(attempt));
        live = again(live, tight);
        expect(live.size()).toEqual(uncut.size());
      }
    }
  });

  it('obeys other options from then on, as a rule for loud sources that has changed', () => {
    const failure = (i: number): AttemptRow => ({
      time: 1_700_000_000 + i,
      source: '192.0.2.1',
      user: `u${i}`,
      sensor: 'host.example',
      success: false,
      known: false,
      method: 'password',
    });
    const strict: LiveOptions = { ...options, loudFailures: 3 };
    const live = createLive(options);
    pushed(live, [0, 1, 2, 3].map(failure));
    const recentOf = (one: Live) => one.save().states.sources;
    expect([...recentOf(live).loud]).toEqual([0]);
    const stricter = again(live, strict);
    stricter.push(failure(4));
    expect([...recentOf(stricter).loud]).toEqual([1]);
    expect([...recentOf(stricter).recentTimes.length]).toEqual([3]);
  });

  it('does not tell services apart, and remembers them', () => {
    const attempts = attemptsOf('two-campaigns', 5).slice(0, 4000);
    const plain = attempts.map((attempt) => ({ ...attempt, service: 'sshd' }));
    const live = createLive(options);
    expect(pushed(live, attempts)).toEqual(pushed(createLive(options), plain));
    expect(live.save().watch.memory.services).toEqual(['sshd', 'dovecot']);
  });

  it('has the same state in every field, private ones too, and again after more attempts', () => {
    for (const scenario of ['two-campaigns', 'root-alone', 'framing', 'lockstep', 'returns']) {
      const attempts = attemptsOf(scenario, 2).slice(0, 6000);
      // in the middle, and where it has just told of a campaign: some of its state does not live long
      const watched = createLive(options);
      const opens = (attempt: AttemptRow) =>
        watched.push(attempt).some(({ kind }) => kind === 'campaign:opened');
      const cuts = [attempts.length >> 1, attempts.findIndex(opens) + 1];
      for (const cut of cuts) {
        const live = createLive(options);
        pushed(live, attempts.slice(0, cut));
        const restored = again(live, options);
        expect(differenceOf(live, restored, STATELESS, shown)).toBeNull();
        pushed(live, attempts.slice(cut));
        pushed(restored, attempts.slice(cut));
        expect(differenceOf(live, restored, STATELESS, shown)).toBeNull();
      }
    }
  });

  it('is not changed by what comes after it was saved', () => {
    const attempts = attemptsOf('two-campaigns', 3).slice(0, 4000);
    const half = attempts.length >> 1;
    const live = createLive(options);
    pushed(live, attempts.slice(0, half));
    const saved = live.save();
    const bytes = serialize(saved);
    const expected = JSON.stringify(pushed(live, attempts.slice(half)));
    expect(serialize(saved).equals(bytes)).toBe(true);
    for (let i = 0; i < 2; i++) {
      const restored = createLive(options, saved);
      expect(JSON.stringify(pushed(restored, attempts.slice(half)))).toBe(expected);
    }
  });

  it('is refused where another version has saved it', () => {
    const saved = { ...createLive().save(), format: 0 };
    expect(isReadable(saved)).toBe(false);
    expect(() => createLive(DEFAULT_LIVE_OPTIONS, saved)).toThrow(Trouble);
  });
});
