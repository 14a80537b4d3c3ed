/**
 * The simulator's truth and the score fit together: a detector that is handed the truth gets full marks on every
 * standard scenario, so whatever is missing from full marks is the detector's doing.
 */
import { describe, expect, it } from 'vitest';
import type { Detection } from '../model/detection.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { type Simulation, simulate } from '../simulate/simulate.ts';
import { evaluateLog } from './run.ts';
import { summarise } from './summary.ts';

const seconds = (time: string) => Date.parse(time) / 1000;

function oracle({ table, truth }: Simulation): Detection {
  const ids = new Map(table.sources.map((source, id) => [source, id]));
  return {
    campaigns: truth.campaigns.map((campaign) => {
      const sources = new Set(campaign.sources.map((source) => ids.get(source)!));
      const rows: number[] = [];
      for (let row = 0; row < table.length; row++) if (sources.has(table.source[row]!)) rows.push(row);
      return {
        firstSeen: table.time[rows[0]!]!,
        lastSeen: table.time[rows[rows.length - 1]!]!,
        rows: Uint32Array.from(rows),
        falseAlarm: 1e-9,
        order: 'other' as const,
        medianGapSeconds: 60,
        participants: [...sources].map((source) => ({
          source,
          attempts: 1,
          firstSeen: 0,
          lastSeen: 0,
          confidence: 1,
          loud: false,
        })),
        compromised: campaign.compromised.map(({ source, user, time, sensor }) => ({
          source: ids.get(source)!,
          user: table.users.indexOf(user),
          time: seconds(time),
          sensor: table.sensors.indexOf(sensor),
        })),
        evidence: [],
      };
    }),
    loudSources: [],
    notices: [],
    quietFailures: 0,
    quietSources: 0,
    peopleSources: [],
  };
}

describe('a detector that knows the truth', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(`has full marks on ${name}`, () => {
      const simulation = simulate(scenario(0), 0);
      const score = evaluateLog(name, 0, simulation, { detect: () => oracle(simulation), baselines: [] });
      const { detector } = summarise([score])[0]!;
      const there = simulation.truth.campaigns.length > 0;
      const full = { pooled: there ? 1 : null, worst: there ? 1 : null };
      expect(detector).toMatchObject({
        precision: full,
        recall: full,
        ownRecall: full,
        purity: full,
        peopleNamed: 0,
        falseCampaigns: 0,
        startError: { worst: there ? 0 : null },
        endError: { worst: there ? 0 : null },
      });
      expect(detector.compromises).toMatchObject({ missed: 0, false: 0 });
    });
  }
});
