import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import { SCENARIOS, SITE_YEARS } from './catalogue.ts';
import { readScenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const good = {
  name: 'good',
  start: '2024-01-01T00:00:00Z',
  days: 3,
  sensors: ['alpha'],
  actors: [{ kind: 'scanners', perDay: 3 }],
};

function troubleWith(document: unknown): Trouble {
  try {
    readScenario(document, 'mine.json');
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new Error('no trouble');
}

describe('a scenario', () => {
  it('fills in what is left out', () => {
    expect(readScenario(good).actors[0]).toMatchObject({ kind: 'scanners', spreadShare: 0.3, fromDay: 0 });
  });

  it.each([
    ['a field that is none', { ...good, day: 3 }, 'day'],
    ['an actor that is none', { ...good, actors: [{ kind: 'gremlins' }] }, 'kind'],
    ['a misspelt field of an actor', { ...good, actors: [{ kind: 'scanners', perday: 3 }] }, 'perday'],
    ['a share above one', { ...good, actors: [{ kind: 'scanners', perDay: 1, oddShare: 2 }] }, 'oddShare'],
    ['a sensor that is no host name', { ...good, sensors: ['two words'] }, 'sensors'],
    ['a start that is no time', { ...good, start: 'yesterday' }, 'start'],
    ['no actors', { ...good, actors: [] }, 'actors'],
    [
      'more addresses than a /24 has',
      { ...good, actors: [{ kind: 'hand-off', name: 'x', sources: 300, fromDay: 0 }] },
      'sources',
    ],
    [
      'an amount with its ends the wrong way round',
      { ...good, actors: [{ kind: 'scanners', perDay: 1, tries: { between: [5, 2] } }] },
      'tries',
    ],
    [
      'more shared sources than there are',
      {
        ...good,
        actors: [
          {
            kind: 'campaign',
            name: 'c',
            list: { names: 5, order: 'arbitrary', triesPerName: 2 },
            interleaved: { names: ['root'], attempts: 5, sources: { count: 3, shared: 4 } },
            sources: { count: 5 },
            pace: { gapSeconds: 60, gaps: 'regular' },
          },
        ],
      },
      'shared',
    ],
    [
      'more names than the word lists hold',
      {
        ...good,
        actors: [
          {
            kind: 'campaign',
            name: 'c',
            list: { names: 900_000, order: 'arbitrary', triesPerName: 2 },
            sources: { count: 5 },
            pace: { gapSeconds: 60, gaps: 'regular' },
          },
        ],
      },
      'names',
    ],
    [
      'a campaign that comes back before it was there',
      {
        ...good,
        actors: [
          {
            kind: 'campaign',
            name: 'c',
            list: { names: 5, order: 'arbitrary', triesPerName: 2 },
            sources: { count: 5, again: { of: 'c', share: 0.5 } },
            pace: { gapSeconds: 60, gaps: 'regular' },
          },
        ],
      },
      'again',
    ],
    ['text that is no object', 'hello', 'mine.json'],
  ])('refuses %s and names it', (_, document, field) => {
    const trouble = troubleWith(document);
    expect(trouble.code).toBe('bad-scenario');
    expect(trouble.message).toContain(field);
    expect(trouble.message).toContain('mine.json');
    expect(trouble.message).not.toContain('\n');
  });
});

describe('docs/simulate.md', () => {
  const text = readFileSync(new URL('../../docs/simulate.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]!);

  it('has examples', () => expect(examples.length).toBeGreaterThan(2));

  it.each(examples)('has an example that works: %#', (example) => {
    const document = JSON.parse(example) as Record<string, unknown>;
    const whole = 'actors' in document ? document : { ...good, days: 30, actors: [document] };
    expect(simulate(readScenario(whole), 1).attempts.length).toBeGreaterThan(0);
  });

  it('names every kind of actor and every standard scenario', () => {
    const kinds =
      'people office broken-job expired-password monitoring loud scanners root-scanners public-list worm nat carrier owner-scanner framer campaign daily-counts lockstep hand-off slow-clock swarm';
    for (const kind of kinds.split(' ')) expect(text).toContain(`### \`${kind}\``);
    for (const name of Object.keys({ ...SCENARIOS, ...SITE_YEARS })) expect(text).toContain(`\`${name}\``);
  });
});
