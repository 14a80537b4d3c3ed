/**
 * Every command of the documents is run, in a place of its own: name spaces for mounts and network, in which logs lie under the
 * names that the documents use and a daemon keeps watch. What a document shows below a command is what it prints. Commands that
 * cannot be run stand in not-run.ts with the reason. Where no name space can be made, command lines are only checked, and the
 * name of the suite says so.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandEffects } from '../../src/cli/effects.ts';
import { commandLine } from '../../src/cli/program.ts';
import { buildWhenStale, collector } from '../cli/command.ts';
import {
  commandsInWords,
  simpleCommands,
  slowbruteCalls,
  stepsOf,
  type Command as Typed,
} from './commands.ts';
import { documents, ROOT } from './documents.ts';
import { NOT_RUN, STATUS, STAYS, WITHOUT_DAEMON } from './not-run.ts';
import { writePlace } from './place-files.ts';
import { missing } from './shown.ts';

const HERE = '/srv/repository';
/** `DOCUMENT=docs/watch.md` runs the commands of one. */
const only = process.env.DOCUMENT;
const all = documents().filter(({ path }) => only === undefined || path === only);
const steps = all.flatMap((document) => stepsOf(document));
const typed = steps.filter((step) => step.kind === 'command');
const where = ({ path, line, text }: Typed) => `${path}:${line}: ${text}`;

interface Result {
  readonly id: string;
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly wasReady?: boolean;
}

const FLAGS = process.getuid?.() === 0 ? ['--mount', '--net'] : ['--map-root-user', '--mount', '--net'];
/** Why commands cannot be run here; null: they can. */
const absent = whyNoPlace();
const results = new Map<string, Result>();
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-docs-'));

beforeAll(async () => {
  buildWhenStale();
  if (absent !== null) return;
  writePlace(folder, HERE, Math.floor(Date.now() / 1000));
  for (const result of await runInPlace()) results.set(result.id, result);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command lines in the documents', () => {
  it.each(typed.map((command) => [where(command), command] as const))('%s', (_, command) => {
    expect(wrongIn(command)).toEqual([]);
  });
});

describe('commands in running text', () => {
  it.each(all.map((document) => [document.path, document] as const))('%s', (_, document) => {
    const wrong = commandsInWords(document).flatMap((command) =>
      wrongIn(command, true).map((what) => `${where(command)}: ${what}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(absent !== null)(
  `the commands of the documents, run${absent === null ? '' : ` (not run: ${absent})`}`,
  () => {
    it('have a daemon to ask', () => {
      const daemon = results.get('daemon')!;
      expect(daemon.status, daemon.stderr).toBe(0);
      expect(results.get('daemon ended')).toMatchObject({ status: 0 });
    });

    it.each(
      typed.filter((command) => run(command) !== null).map((command) => [where(command), command] as const),
    )('%s', (_, command) => {
      const result = results.get(idOf(command));
      expect(result, 'it was not run').toBeDefined();
      const { status, stdout, stderr, wasReady } = result!;
      // two documents make the same one: that the second cannot is right
      if (/^slowbrute: there is a (token|group) '\w+' already\n/.test(stderr)) return;
      const expected = STATUS.find((one) => one.command.test(command.text))?.status ?? 0;
      expect({ status, stderr: status === expected ? '' : stderr }).toEqual({ status: expected, stderr: '' });
      expect(stderr).not.toContain('this is a bug');
      if (wasReady !== undefined) expect(wasReady).toBe(true);
      if (command.shown !== null) expect(missing(command.shown, `${stdout}\n${stderr}`)).toEqual([]);
    });
  },
);

describe.skipIf(only !== undefined)('the list of commands that are not run', () => {
  it('has no entry for a command that no document has', () => {
    const words = all.flatMap((document) => commandsInWords(document));
    const unused = NOT_RUN.filter(
      ({ command }) => ![...typed, ...words].some(({ text }) => command.test(text)),
    );
    expect(unused.map(({ command }) => String(command))).toEqual([]);
  });
});

/** What is run for it in the place; null: nothing. */
function run(command: Typed): string | null {
  const entry = NOT_RUN.find((one) => one.command.test(command.text));
  return entry === undefined ? command.text : (entry.instead ?? null);
}

/** The same text in the same document is run once, but for what a document shows in between. */
function idOf({ path, line }: Typed): string {
  return `${path}:${line}`;
}

function runInPlace(): Promise<readonly Result[]> {
  const first: object[] = [];
  const later: object[] = [];
  for (const step of steps) {
    if (step.kind === 'file') {
      later.unshift({ kind: 'file', name: step.name, text: step.text }); // some are named before they are shown
      later.push({ kind: 'file', name: step.name, text: step.text });
      continue;
    }
    const text = run(step);
    if (text === null) continue;
    const stays = STAYS.find(({ command }) => command.test(text));
    if (stays !== undefined) first.push({ id: idOf(step), text, ready: stays.ready });
    else if (WITHOUT_DAEMON.test(text)) first.push({ id: idOf(step), text });
    else later.push({ kind: 'command', id: idOf(step), text });
  }
  const input = JSON.stringify({ root: ROOT, files: folder, here: HERE, first, steps: later });
  const child = spawn(
    'unshare',
    [...FLAGS, process.execPath, join(import.meta.dirname, 'run-in-place.mjs')],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let words = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words += chunk;
  });
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on('close', (status) => {
      if (status !== 0) failed(new Error(`the place could not be made (${status}): ${words}`));
      else
        done(
          out
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Result),
        );
    });
  });
}

/** Why no place can be made here; null where one can. */
function whyNoPlace(): string | null {
  if (process.platform !== 'linux') return `no name spaces on ${process.platform}`;
  const { status, stderr, error } = spawnSync('unshare', [...FLAGS, 'ip', 'link', 'set', 'lo', 'up'], {
    encoding: 'utf8',
  });
  if (error) return `unshare: ${error.message}`;
  return status === 0 ? null : `no name spaces for this user: ${stderr.trim()}`;
}

/**
 * What is wrong with a command line that is not run: a call of slowbrute with an option or an argument that there is not, an npm
 * script, a script or a file of this repository that there is not. `isMention`: words in running text, which may leave out what
 * stands behind an option.
 */
function wrongIn({ text }: Typed, isMention = false): readonly string[] {
  const wrong: string[] = [];
  for (const call of slowbruteCalls(text)) {
    const what = wrongCall(call, isMention);
    if (what !== null) wrong.push(what);
  }
  for (const words of simpleCommands(text)) {
    const [program, ...args] = words;
    if (program === 'npm' && args[0] === 'run' && !(args[1]! in SCRIPTS)) wrong.push(`no script ${args[1]}`);
    if (
      program === 'node' &&
      args[0] !== undefined &&
      /\.m?js$/.test(args[0]) &&
      !existsSync(join(ROOT, args[0]))
    )
      wrong.push(`no file ${args[0]}`);
    for (const word of words)
      if (
        /^(service|samples|schema|forms|scripts|bench|fuzz|tests)\/[\w./-]+$/.test(word) &&
        !existsSync(join(ROOT, word))
      )
        wrong.push(`no file ${word}`);
  }
  return wrong;
}

const SCRIPTS = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts;

/** What the command line says of a call, which is not carried out; null: it is right. */
function wrongCall(words: readonly string[], isMention: boolean): string | null {
  const program = commandLine(quiet, () => {});
  quieten(program as unknown as Command);
  const call = words.flatMap(filled);
  if (isMention && isCommandName(program as unknown as Command, call)) return null;
  try {
    program.parse(call, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.help') return null; // help, version
    if (isMention && /optionMissingArgument|missingArgument|missingMandatory/.test(error.code)) return null;
    return error.message;
  }
}

/** Placeholders of the documents: `[LOG...]` is `LOG`, a word in capitals is some text, some of them are choices. */
function filled(word: string): readonly string[] {
  const bare = word.replace(/^\[(.*?)(\.\.\.)?\]$/, '$1');
  return bare === 'FORMAT' ? ['json'] : bare === 'N' ? ['5'] : [bare];
}

function isCommandName(program: Command, words: readonly string[]): boolean {
  let at: Command | undefined = program;
  for (const word of words) at = at?.commands.find((one) => one.name() === word);
  return at !== undefined;
}

/** No command does anything. */
function quieten(command: Command): void {
  if (command.commands.length === 0) command.action(() => {});
  for (const one of command.commands) {
    one.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    quieten(one);
  }
}

const quiet: CommandEffects = {
  stdout: collector(),
  stderr: collector(),
  environment: {},
  now: () => 0,
  machineZone: 'UTC',
} as unknown as CommandEffects;
