/**
 * The log of 2008 with its exact totals (Hansteen, "A low intensity, distributed bruteforce attempt", 2008): 16,727
 * attempts; 15,029 of them for 2,962 unknown names from 671 hosts, 1,698 for existing users, root nearly always,
 * from 566 hosts; 837 hosts in all. It begins with alias on 2008-11-19 at 15:04:22, an attempt in about three
 * minutes, later in two and a half, in alphabetical order; the letter H is reached after two weeks. Root takes
 * slots of the same pace. No seed changes the totals.
 */
import { readScenario, type Scenario } from './scenario.ts';

export function rosalita(): Scenario {
  return readScenario({
    name: 'rosalita',
    summary: 'The log of 2008 with its exact totals: 16,727 attempts, 2,962 names, 837 hosts.',
    start: '2008-11-19T06:00:00Z',
    days: 34,
    log: { style: 'freebsd-2008', otherShare: 0 },
    sensors: ['rosalita'],
    accounts: ['operator', 'toor'],
    actors: [
      {
        kind: 'people',
        count: 4,
        names: ['peter', 'inger', 'sverre', 'ragnhild'],
        loginsPerDay: 2,
        keyShare: 1,
        nameTypoShare: 0,
        travelShare: 0.02,
      },
      {
        kind: 'campaign',
        name: 'hail-mary-2008',
        fromSeconds: 9 * 3600 + 4 * 60 + 22,
        list: {
          names: 2962,
          head: ['alias', 'amanda', 'amavis', 'apache', 'at'],
          order: 'alphabetical',
          popularShare: 0.04,
          triesPerName: { falling: [13.5, 4.65] },
          attempts: 15_029,
        },
        interleaved: {
          names: ['root', 'operator', 'toor', 'peter'],
          attempts: 1698,
          sources: { count: 566, shared: 400 },
        },
        sources: { count: 671, tries: 'spread', returnHours: [12, 90], hostNameShare: 0.6 },
        // ticks 180 s apart in the beginning, 130 s at the end: 30 days in all, as the published lines suggest
        pace: { gapSeconds: [180, 130], gaps: 'regular', jitter: 0.1 },
        sensors: 'first',
      },
    ],
  });
}
