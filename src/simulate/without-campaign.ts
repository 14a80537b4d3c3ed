/**
 * Standard scenarios without a campaign. Each holds something that looks like one to a counter: whoever reports a
 * campaign here has raised a false alarm.
 */
import { type ActorText, background, drawn, JOB_USERS, standardScenario, usualNoise } from './background.ts';
import { chance, logUniform, uniform, whole } from './draws.ts';

export const SCENARIOS_WITHOUT_CAMPAIGN = [
  drawn('independent-scanners', (random, name) => {
    const days = 30;
    return standardScenario(random, name, 'Hundreds of independent scanners, no campaign.', days, [
      ...background(random, days, { scanners: uniform(random, 60, 220), loudAttempts: days * 200 }),
      { kind: 'root-scanners', perDay: uniform(random, 1, 20) },
    ]);
  }),
  drawn('public-list', (random, name) => {
    const days = 30;
    return standardScenario(random, name, 'Scanners that all use one public list, no campaign.', days, [
      ...background(random, days, { scanners: uniform(random, 5, 20), loudAttempts: days * 100 }),
      { kind: 'public-list', perDay: uniform(random, 40, 130), names: whole(random, 150, 600) },
    ]);
  }),
  drawn('broken-job', (random, name) => {
    const days = 30;
    const job = (i: number): ActorText => ({
      kind: 'broken-job',
      user: JOB_USERS[i]!,
      everyMinutes: [1, 2, 3, 5, 10, 12, 15, 30][random.below(8)]!,
      deleted: chance(random, 0.5),
      workedDays: chance(random, 0.5) ? uniform(random, 1, 20) : 0,
    });
    return standardScenario(random, name, 'Jobs that fail every few minutes for ever.', days, [
      ...background(random, days, { scanners: logUniform(random, 5, 60), loudAttempts: days * 60 }),
      ...Array.from({ length: whole(random, 1, 4) }, (_, i) => job(i)),
    ]);
  }),
  drawn('expired-password', (random, name) => {
    const days = whole(random, 14, 24);
    return standardScenario(random, name, 'A password expires on 200 own machines.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'expired-password',
        machines: 200,
        user: ['svc-app', 'collector', 'backup', 'deploy'][random.below(4)]!,
        everyMinutes: uniform(random, 120, 480),
        expiresOnDay: uniform(random, 3, days - 2),
      },
    ]);
  }),
  drawn('office', (random, name) => {
    const days = 35;
    return standardScenario(random, name, 'An office of many persons behind one address.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'office',
        count: whole(random, 60, 250),
        loginsPerDay: uniform(random, 1, 4),
        keyShare: uniform(random, 0, 0.4),
        typoShare: uniform(random, 0.05, 0.12),
        nameTypoShare: uniform(random, 0.005, 0.02),
      },
    ]);
  }),
  drawn('everything-quiet', (random, name) => {
    const days = 60;
    return standardScenario(random, name, 'People only.', days, [
      {
        kind: 'people',
        count: whole(random, 10, 60),
        typoShare: uniform(random, 0.03, 0.12),
        travelShare: 0.03,
      },
      { kind: 'office', count: whole(random, 5, 30) },
      { kind: 'monitoring', everyMinutes: whole(random, 20, 60) },
    ]);
  }),
  drawn('worm', (random, name) => {
    const days = 40;
    return standardScenario(random, name, 'A worm: two tries with the name pi a source, for ever.', days, [
      ...background(random, days, usualNoise(random, days)),
      {
        kind: 'worm',
        perDay: uniform(random, 5, 60),
        names: chance(random, 0.5) ? ['pi', 'pi'] : ['pi', 'raspberry'],
      },
    ]);
  }),
];
