/**
 * `slowbrute simulate`: writes labelled logs, and the truth about each as JSON beside it. It writes text files
 * only; nothing in it opens a connection.
 */
import { Trouble } from '../model/error.ts';
import { SCENARIOS, SITE_YEARS } from '../simulate/catalogue.ts';
import { renderLog } from '../simulate/render.ts';
import { readScenario, type Scenario } from '../simulate/scenario.ts';
import { type Simulation, simulate } from '../simulate/simulate.ts';
import { STYLES, type Style } from '../simulate/styles.ts';
import type { Output } from './effects.ts';
import { realSimulateFiles, type SimulateFiles } from './simulate-files.ts';

export interface SimulateOptions {
  /** A standard scenario's name. */
  readonly like?: string | undefined;
  /** A file with a scenario of one's own, JSON. */
  readonly scenario?: string | undefined;
  /** Whole number; default 1. */
  readonly seed?: number | undefined;
  /** A file (gzip if its name ends in .gz), a folder (one file a sensor), or `-` for standard output, the default. */
  readonly out?: string | undefined;
  /** Where the truth goes; default: beside `out`, and nowhere with standard output. */
  readonly truth?: string | undefined;
  readonly style?: string | undefined;
  /** Print the standard scenarios instead. */
  readonly list?: boolean | undefined;
}

export interface SimulateEffects {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Left out: the file system. */
  readonly files?: SimulateFiles;
}

const EVERY_SCENARIO = { ...SCENARIOS, ...SITE_YEARS };

const USAGE = '`slowbrute simulate --list` prints the standard scenarios; `--like rosalita` writes one.';

/** Resolves with the exit status, 0; throws Trouble for a wrong call, a bad scenario, a path that cannot be used. */
export async function simulateCommand(options: SimulateOptions, effects: SimulateEffects): Promise<number> {
  if (options.list === true) {
    effects.stdout.write(listText());
    return 0;
  }
  const files = effects.files ?? realSimulateFiles;
  const seed = options.seed ?? 1;
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Trouble('wrong-call', `--seed ${seed}: not a whole number`, 'Give a whole number from 0 on.');
  const style = styleNamed(options.style);
  const scenario = await chosenScenario(options, seed, files);
  const simulation = simulate(scenario, seed);
  const rendered = { style: style ?? scenario.log.style, otherShare: scenario.log.otherShare };
  const log = (sensor?: string) =>
    blocks(renderLog(simulation, sensor === undefined ? rendered : { ...rendered, sensor }));

  const out = options.out ?? '-';
  let truthPath = options.truth;
  if (out === '-') await files.pour(log(), effects.stdout);
  else if (out.endsWith('/') || (await files.isFolder(out))) {
    const folder = out.replace(/\/+$/, '') || '/';
    for (const sensor of scenario.sensors) await files.write(`${folder}/${sensor}.log`, log(sensor));
    truthPath ??= `${folder}.truth.json`;
  } else {
    await files.write(out, log());
    truthPath ??= `${out}.truth.json`;
  }
  if (truthPath !== undefined)
    await files.write(truthPath, [`${JSON.stringify(simulation.truth, null, 1)}\n`]);
  effects.stderr.write(summary(simulation, out, truthPath));
  return 0;
}

async function chosenScenario(
  options: SimulateOptions,
  seed: number,
  files: SimulateFiles,
): Promise<Scenario> {
  const { like, scenario } = options;
  if ((like === undefined) === (scenario === undefined))
    throw new Trouble('wrong-call', 'give either --like NAME or --scenario FILE', USAGE);
  if (like !== undefined) {
    const make = Object.hasOwn(EVERY_SCENARIO, like) ? EVERY_SCENARIO[like] : undefined;
    if (make === undefined) throw new Trouble('wrong-call', `there is no standard scenario '${like}'`, USAGE);
    return make(seed);
  }
  const path = scenario!;
  const text = await files.read(path);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Trouble(
      'bad-scenario',
      `${path}: not JSON: ${reason}`,
      'docs/simulate.md has examples to start from.',
    );
  }
  return readScenario(document, path);
}

function styleNamed(name: string | undefined): Style | undefined {
  if (name === undefined) return undefined;
  const style = STYLES.find((one) => one === name);
  if (style === undefined)
    throw new Trouble('wrong-call', `there is no style '${name}'`, `Styles: ${STYLES.join(', ')}.`);
  return style;
}

/** Lines joined into blocks of about 64 KB: one write a line would take longer than making the lines. */
function* blocks(lines: Iterable<string>): Generator<string> {
  let block = '';
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

function listText(): string {
  const names = Object.keys(EVERY_SCENARIO);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  // what a scenario is does not depend on the seed
  return names.map((name) => `${name.padEnd(width)}${EVERY_SCENARIO[name]!(1).summary}\n`).join('');
}

function summary(simulation: Simulation, out: string, truthPath: string | undefined): string {
  const { truth } = simulation;
  const where = out === '-' ? 'standard output' : out;
  const year = truth.firstSeen.slice(0, 4);
  const campaigns = truth.campaigns.map(
    (one) =>
      `  ${one.name}: ${one.attempts} attempts, ${one.sources.length} sources, ${one.userCount} names\n`,
  );
  return [
    `${truth.scenario}, seed ${truth.seed}: ${truth.attempts} attempts from ${truth.firstSeen} to ${truth.lastSeen}\n`,
    campaigns.length === 0 ? '  no campaign\n' : campaigns.join(''),
    `log: ${where}${truthPath === undefined ? '' : `; truth: ${truthPath}`}; times are UTC, year ${year}\n`,
  ].join('');
}
