/**
 * `slowbrute block`: what is blocked, what would change in the firewalls, and blocks by hand. The daemon is asked over
 * its socket; `list`, `cost` and `flush` also work where none runs.
 */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { backendsOf } from '../config/backends.ts';
import { counted, duration } from '../explain/wording.ts';
import type { Block, BlockReason } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { DAY, HOUR, isoTime, MINUTE } from '../model/time.ts';
import type { Backend } from '../respond/backends/backend.ts';
import { changeLines } from '../respond/backends/null.ts';
import { costOfUnknownUser } from '../respond/cost.ts';
import { USUAL_POLICIES } from '../respond/policy.ts';
import type { BlockService } from '../respond/service.ts';
import { createClient } from '../serve/client.ts';
import type { Column } from '../show/history.ts';
import { renderRows } from '../show/history.ts';
import { openHistory } from '../store/history/open.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions, withQuestions } from './history-access.ts';

export interface BlockCommandOptions extends PlaceOptions {
  readonly format: 'text' | 'json';
}

export interface BlockEffects extends CommandEffects {
  /** Left out: the daemon at the socket of the configuration. */
  readonly blocks?: BlockService;
  /** Left out: those of the configuration. */
  readonly backends?: readonly Backend[];
}

/** Blocks that stand: the daemon's, or where none runs, those of its history. */
export async function blockList(options: BlockCommandOptions, effects: BlockEffects): Promise<number> {
  const list = await unlessNotRunning(() => service(options, effects).list());
  const blocks =
    list?.blocks ??
    (await withQuestions(options, effects, (questions) => questions.blocks({ standing: true })));
  if (options.format === 'json') {
    effects.stdout.write(`${JSON.stringify(list ?? { blocks }, null, 2)}\n`);
    return 0;
  }
  const now = effects.now();
  for await (const piece of renderRows(blocks, columns(now), 'text')) effects.stdout.write(piece);
  const dry = list?.backends.every(({ isDry }) => isDry) ?? false;
  effects.stdout.write(
    `${counted(blocks.length, 'block')}${dry ? ' (a dry run: nobody is kept out)' : ''}\n`,
  );
  for (const { backend, trouble } of list?.backends ?? [])
    if (trouble !== null)
      effects.stdout.write(
        `${backend}: ${printable(trouble.message, 400)}\n  ${printable(trouble.remedy, 400)}\n`,
      );
  if (list === null) effects.stdout.write('No daemon runs: this is what its history says.\n');
  return 0;
}

/** What would change in each firewall now. */
export async function blockPlan(options: BlockCommandOptions, effects: BlockEffects): Promise<number> {
  const plans = await service(options, effects).plan();
  if (options.format === 'json') {
    effects.stdout.write(`${JSON.stringify(plans, null, 2)}\n`);
    return 0;
  }
  for (const { backend, change } of plans) {
    const lines = change === null ? ['nothing would change'] : changeLines(change, 100);
    effects.stdout.write(`${backend}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
  return 0;
}

export interface AddOptions extends BlockCommandOptions {
  /** `2d`, `36h`, `90m`, `ever`. */
  readonly for: string;
  readonly why: string;
  readonly evenPeople: boolean;
}

export async function blockAdd(target: string, options: AddOptions, effects: BlockEffects): Promise<number> {
  const block = await service(options, effects).add({
    target,
    seconds: spanOption(options.for),
    why: options.why,
    by: whoAsks(effects.environment),
    evenPeople: options.evenPeople,
  });
  return told([block], 'is blocked', options, effects);
}

export async function blockRemove(
  target: string,
  options: BlockCommandOptions,
  effects: BlockEffects,
): Promise<number> {
  const blocks = await service(options, effects).remove({ target, by: whoAsks(effects.environment) });
  if (blocks.length === 0 && options.format === 'text') effects.stdout.write('Nothing was blocked there.\n');
  return told(blocks, 'is blocked no longer', options, effects);
}

/** `allow`: never block it, and end what is blocked of it; `disallow`: take it off the list again. */
export async function blockAllow(
  verb: 'allow' | 'disallow',
  target: string,
  options: BlockCommandOptions,
  effects: BlockEffects,
): Promise<number> {
  const blocks = service(options, effects);
  const by = whoAsks(effects.environment);
  if (verb === 'disallow') {
    await blocks.disallow({ target, by });
    return 0;
  }
  return told(await blocks.allow({ target, by }), 'is blocked no longer', options, effects);
}

/** Ends every block and leaves nothing of ours in any firewall, also where no daemon runs. */
export async function blockFlush(options: BlockCommandOptions, effects: BlockEffects): Promise<number> {
  const ended =
    (await unlessNotRunning(() => service(options, effects).flush({ by: whoAsks(effects.environment) }))) ??
    (await flushAlone(options, effects));
  effects.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ended })}\n`
      : `${counted(ended, 'block')} ended; nothing of slowbrute is left in the firewall.\n`,
  );
  return 0;
}

/** What it would have cost people to block whoever fails on an unknown user. */
export async function blockCost(options: BlockCommandOptions, effects: BlockEffects): Promise<number> {
  const time = USUAL_POLICIES.unknownUser;
  const cost = await withQuestions(options, effects, (questions) => costOfUnknownUser(questions, time));
  if (options.format === 'json') {
    effects.stdout.write(`${JSON.stringify(cost, null, 2)}\n`);
    return 0;
  }
  const days = cost.since === null || cost.until === null ? 0 : (cost.until - cost.since) / DAY;
  effects.stdout.write(
    `Blocking whoever fails on an unknown user, for ${duration(time.seconds)}, in the ${days.toFixed(0)} days that the history has:\n` +
      `  ${counted(cost.people, 'source')} of people, of which ${cost.hit} would have been blocked,\n` +
      `  and ${cost.lockedOut} would have noticed, since they logged in soon after.\n`,
  );
  for (const { source, user, failed, loggedIn } of cost.samples)
    effects.stdout.write(
      `  ${isoTime(failed)}  ${printable(source, 60)} as ${printable(user, 40)}, in ${duration(loggedIn - failed)} later\n`,
    );
  return 0;
}

/** Seconds of `2d`, `36h`, `90m`, `30s`, `2w`; null for `ever`. Throws a wrong call otherwise. */
export function spanOption(text: string): number | null {
  if (text === 'ever') return null;
  const [, number, unit] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  const seconds: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
  if (unit !== undefined && Number(number) > 0) return Number(number) * seconds[unit]!;
  throw new Trouble('wrong-call', `--for ${text}: no span of time`, 'Write 90m, 36h, 2d, 4w or ever.');
}

function service(options: PlaceOptions, effects: BlockEffects): BlockService {
  return effects.blocks ?? createClient(configured(options, effects).places.socket).blocks;
}

async function unlessNotRunning<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Trouble && error.code === 'not-running') return null;
    throw error;
  }
}

/** Without a daemon: the firewalls of the configuration directly, and the history, so that none comes back. */
async function flushAlone(options: PlaceOptions, effects: BlockEffects): Promise<number> {
  const { configuration, places } = configured(options, effects);
  for (const backend of effects.backends ?? backendsOf(configuration.block)) await backend.flush();
  if (!existsSync(places.stateFolder)) return 0;
  const history = await openHistory({ folder: places.stateFolder, engine: configuration.history.engine });
  try {
    const standing = await history.blocks({ standing: true });
    const time = effects.now();
    const blocks = standing.map(({ id }) => ({ kind: 'block:ended', time, id, why: 'by-hand' }) as const);
    if (blocks.length > 0)
      await history.commit({ attempts: [], amended: [], events: [], blocks, states: {} });
    return blocks.length;
  } finally {
    await history.close();
  }
}

function told(
  blocks: readonly Block[],
  what: string,
  options: BlockCommandOptions,
  effects: BlockEffects,
): number {
  if (options.format === 'json') effects.stdout.write(`${JSON.stringify(blocks, null, 2)}\n`);
  else
    for (const { target, until } of blocks) {
      const end =
        what !== 'is blocked' ? '' : until === null ? ' until further notice' : ` until ${isoTime(until)}`;
      effects.stdout.write(`${target} ${what}${end}\n`);
    }
  return 0;
}

function columns(now: number): readonly Column<Block>[] {
  return [
    { title: 'block', key: 'id', of: ({ id }) => id },
    { title: 'target', key: 'target', of: ({ target }) => target },
    { title: 'since', key: 'from', of: ({ from }) => isoTime(from) },
    {
      title: 'for another',
      key: 'until',
      of: ({ until }) => (until === null ? 'ever' : duration(Math.max(0, until - now))),
    },
    { title: 'why', key: 'why', of: ({ reason }) => reasonText(reason), most: 70 },
  ];
}

function reasonText(reason: BlockReason): string {
  switch (reason.kind) {
    case 'participant':
      return `takes part in ${reason.campaign} (${reason.confidence.toFixed(2)})`;
    case 'unknown-user':
      return 'failed on a user that does not exist';
    case 'loud':
      return 'fails often (loud)';
    case 'network':
      return `${reason.sources} participants in it`;
    case 'told':
      return `told by ${reason.by} (${reason.confidence.toFixed(2)})`;
    case 'by-hand':
      return `by ${reason.by}: ${reason.why}`;
  }
}

/** Who called: through sudo it is the person, not root. */
function whoAsks(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.SUDO_USER !== undefined) return environment.SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? '?'}`;
  }
}
