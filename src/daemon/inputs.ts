/**
 * The inputs of a daemon: for each a follower that hands on its lines, and a parser that knows where it is. Followers are asked for a
 * batch at a time, in turn, so that a flood on one does not starve the others, and none reads ahead of what is judged.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createCollectorParser } from '../collect/collector-parser.ts';
import { collectorName, receiveLines } from '../collect/receive.ts';
import type { CollectEffects } from '../collect/requests.ts';
import { Trouble } from '../model/error.ts';
import type { Services } from '../parse/services.ts';
import { createStreamParser, type SavedParser, type StreamParser } from '../parse/stream/stream-parser.ts';
import { beginPosition, followFile } from '../read/follow/file.ts';
import type { FollowEffects, Follower, FollowNotice } from '../read/follow/follower.ts';
import { followJournal } from '../read/follow/journal.ts';
import { logsNamedBy } from '../read/follow/pattern.ts';
import { followPipe } from '../read/follow/pipe.ts';
import { followStdin } from '../read/follow/stdin.ts';
import { receiveSyslog } from '../read/follow/syslog.ts';
import { isPattern } from '../read/glob.ts';
import type { InputStatus } from '../serve/status.ts';
import type { InputOptions, WatchOptions } from './options.ts';
import type { SavedInput } from './recovery.ts';

/** What inputs need of the world. */
export interface InputEffects extends FollowEffects {
  /** Of whoever receives from sensors; left out: nobody can. */
  readonly collect?: CollectEffects | undefined;
}

/** One input that is read. */
export interface OpenInput {
  readonly input: string;
  readonly options: InputOptions;
  readonly follower: Follower;
  /** Another one where the configuration has other forms. */
  parser: StreamParser;
  /** Where it was after the last batch that was judged. */
  position: string | null;
  lines: number;
  attempts: number;
}

/** What is followed: a path that is a named pipe now as such, files that a pattern names now, without their rotated pieces, which belong to them; every other input as it is. */
export function expanded(inputs: readonly InputOptions[]): readonly InputOptions[] {
  return inputs.flatMap((one): readonly InputOptions[] =>
    one.kind === 'file' && isPattern(one.path)
      ? logsNamedBy(one.path).map((path) => ({ kind: 'file', path }))
      : [one.kind === 'file' && isPipe(one.path) ? { kind: 'pipe', path: one.path } : one],
  );
}

/** Whether a named pipe is there now. */
function isPipe(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
  } catch {
    return false; // not to be looked at: a state of the follower
  }
}

/** The same effects, whose notices go elsewhere; standard input is not touched by that. */
export function noticing(
  effects: Omit<InputEffects, 'onNotice'>,
  onNotice: (notice: FollowNotice) => void,
): InputEffects {
  return {
    get stdin() {
      return effects.stdin;
    },
    logFolder: effects.logFolder,
    journal: effects.journal,
    programPath: effects.programPath,
    now: () => effects.now(),
    onNotice,
    collect: effects.collect,
  };
}

/** The name of an input, for ever: names of attempts hang on it. */
export function nameOf(options: InputOptions): string {
  switch (options.kind) {
    case 'file':
      return options.path;
    case 'pipe':
      return `pipe ${options.path}`;
    case 'journal':
      return 'journal';
    case 'stdin':
      return 'stdin';
    case 'syslog':
      return `syslog ${options.protocol}://${options.host}:${options.port}`;
    case 'collector':
      return collectorName(options.host, options.port);
  }
}

/**
 * Opens an input where `saved` (of a snapshot) or `stored` (of the history) says. One that was never read gets its position before
 * anything is read of it, so that the first snapshot has one.
 */
export async function openInput(
  options: InputOptions,
  watch: Pick<WatchOptions, 'stateFolder' | 'begin' | 'once' | 'timezone' | 'services' | 'recordForms'>,
  saved: SavedInput | null,
  stored: string | null,
  effects: InputEffects,
): Promise<OpenInput> {
  const input = nameOf(options);
  const parser = parserOf(options, watch, saved?.parser);
  const isNew = saved === null && stored === null && options.kind === 'file';
  const quiet = noticing(effects, () => {});
  const first = isNew ? await beginPosition(options.path, { from: watch.begin }, quiet) : null;
  const position = saved?.position ?? stored ?? first;
  const follower = followerOf(options, watch, position, stored, effects);
  return { input, options, follower, parser, position, lines: 0, attempts: 0 };
}

/** The parser of an input; `saved`: goes on where that one was. */
export function parserOf(
  options: InputOptions,
  watch: Pick<WatchOptions, 'timezone' | 'services' | 'recordForms'>,
  saved: SavedParser | undefined,
): StreamParser {
  const { timezone, services, recordForms } = watch;
  const create = options.kind === 'collector' ? createCollectorParser : createStreamParser;
  return create({ input: nameOf(options), timezone, services, recordForms }, saved);
}

function followerOf(
  options: InputOptions,
  watch: Pick<WatchOptions, 'stateFolder' | 'begin' | 'once' | 'services'>,
  from: string | null,
  known: string | null,
  effects: InputEffects,
): Follower {
  const { begin } = watch;
  const spoolFolder = join(watch.stateFolder, 'spool');
  switch (options.kind) {
    case 'file':
      return followFile(options.path, from, { from: begin, known, once: watch.once }, effects);
    case 'pipe':
      return followPipe(options.path, from, { spoolFolder, known }, effects);
    case 'journal':
      return followJournal(from, { identifiers: identifiersOf(watch.services), from: begin }, effects);
    case 'stdin':
      return followStdin(from, { spoolFolder, known }, effects);
    case 'syslog':
      return receiveSyslog(from, { ...options, spoolFolder, known }, effects);
    case 'collector':
      if (effects.collect === undefined)
        throw new Trouble('bad-config', 'nobody can be received here', 'Take the input collect out.');
      return receiveLines(from, { ...options, spoolFolder, known }, effects, effects.collect);
  }
}

/** Programs whose entries may tell of a login. */
function identifiersOf(services: Services): readonly string[] {
  return services.programs();
}

export function statusOf(open: OpenInput): InputStatus {
  const { input, follower, parser, lines, attempts } = open;
  const { state, behindBytes, lastLine } = follower.status();
  return {
    input,
    state: state.kind,
    lines,
    attempts,
    unreadLines: parser.counts().unreadLines,
    lagBytes: behindBytes,
    lastLineAt: lastLine,
  };
}
