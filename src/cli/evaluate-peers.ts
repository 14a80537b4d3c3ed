/**
 * `slowbrute evaluate --peers`: programs of others, rules of papers and slowbrute's live detection over the same
 * simulated logs; one table, and pictures where a folder is named. Programs are unpacked from Debian's packages, never
 * installed; one that is not there is a row that says so.
 */
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { crowdsec } from '../evaluate/peers/crowdsec.ts';
import { fail2ban } from '../evaluate/peers/fail2ban.ts';
import type { Peer } from '../evaluate/peers/peer.ts';
import { picturesOf } from '../evaluate/peers/pictures.ts';
import {
  defaultProgramsFolder,
  fetchPrograms,
  missingPrograms,
  notUnpacked,
  programsIn,
} from '../evaluate/peers/programs.ts';
import { RULES, rule, slowbruteLive } from '../evaluate/peers/rules.ts';
import { evaluatePeers, PEER_SCENARIOS, type PeerStep } from '../evaluate/peers/run.ts';
import { sshguard } from '../evaluate/peers/sshguard.ts';
import { summarisePeers } from '../evaluate/peers/summary.ts';
import { peersTable } from '../evaluate/peers/table.ts';
import { temporaryFolders } from '../evaluate/peers/work-folder.ts';
import { Trouble } from '../model/error.ts';
import { SCENARIOS } from '../simulate/catalogue.ts';
import { simulate } from '../simulate/simulate.ts';
import type { CommandEffects } from './effects.ts';
import { terminalProgress } from './progress.ts';
import { writeTrouble } from './write.ts';

export interface EvaluatePeersOptions {
  readonly scenarios: readonly string[];
  readonly seeds: readonly number[];
  readonly format: 'text' | 'json';
  /** Folder of unpacked packages; default: slowbrute/peers in the user's cache. */
  readonly programs?: string | undefined;
  /** Whether to fetch and unpack what is missing there. */
  readonly fetch?: boolean | undefined;
  /** Folder for the pictures, made where it is not there. */
  readonly pictures?: string | undefined;
}

/**
 * Two logs a scenario unless told otherwise: the programs read some ten thousand lines a second, so twenty would take
 * hours, and what they miss they miss in every log.
 */
export const DEFAULT_PEER_SEEDS = 2;

export { PEER_SCENARIOS };

/** Throws {@link Trouble} where the pictures cannot be written. What a program of others does is never an error. */
export async function evaluatePeersCommand(
  options: EvaluatePeersOptions,
  effects: CommandEffects,
): Promise<number> {
  const folder = resolve(options.programs ?? defaultProgramsFolder(effects.environment));
  // before anything takes hours
  if (options.pictures !== undefined) await writePictures(resolve(options.pictures), new Map());
  const progress = terminalProgress(effects);
  if (options.fetch === true) {
    const troubles = fetchPrograms(folder, (component) => progress.say(`fetching ${component}`));
    progress.erase();
    for (const trouble of troubles) writeTrouble(effects.stderr, trouble);
  } else {
    const missing = missingPrograms(folder);
    if (missing.length > 0) writeTrouble(effects.stderr, notUnpacked(missing, folder));
  }
  const peers = allPeers(folder);
  const { results, sample } = await evaluatePeers(
    options.scenarios,
    options.seeds,
    peers,
    (scenario, seed) => simulate(SCENARIOS[scenario]!(seed), seed),
    ({ scenario, seed, peer, done, total }: PeerStep) =>
      progress.say(`${scenario}, seed ${seed} (${done + 1} of ${total}), ${peer}`),
  );
  progress.erase();
  const summaries = summarisePeers(results, peers);
  if (options.pictures !== undefined)
    await writePictures(resolve(options.pictures), picturesOf(summaries, sample, peers));
  effects.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify(
          {
            schema: 'slowbrute.evaluation-peers/1',
            peers: peers.map(({ name, title, describes }) => ({ name, title, describes })),
            summaries,
            logs: results,
          },
          null,
          1,
        )}\n`
      : peersTable(summaries, peers),
  );
  return 0;
}

/** slowbrute first, then the rules of papers, then the programs in `folder`. */
function allPeers(folder: string): readonly Peer[] {
  const programs = programsIn(folder);
  return [
    slowbruteLive(),
    ...RULES.map((baseline) => rule(baseline)),
    fail2ban(programs, temporaryFolders),
    sshguard(programs, temporaryFolders),
    crowdsec(programs, temporaryFolders),
  ];
}

/** Makes the folder and writes each picture under its name. */
async function writePictures(folder: string, pictures: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    for (const [name, svg] of pictures) await writeFile(join(folder, name), svg);
  } catch (error) {
    throw new Trouble(
      'not-writable',
      `${folder}: pictures cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Name a folder that you may write to with --pictures.',
    );
  }
}
