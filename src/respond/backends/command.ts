/**
 * A command of the administrator's, without a shell. Two ways:
 *
 * - **once for each change**, with the change as one line of JSON on standard input, as model/block.ts has it
 *   (`{"kind":"replace","entries":[{"target":"203.0.113.9","seconds":600}]}`);
 * - **once for each entry**, where its arguments hold `{action}` (`block`, `unblock`, or `flush` with the target `-`),
 *   `{target}` and `{seconds}` (0: until further notice). A replacement is a `flush` and then a `block` for each.
 *
 * It must be such that the same call twice does no harm: what failed is told again.
 */
import type { FirewallChange } from '../../model/block.ts';
import { Trouble } from '../../model/error.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedSeconds, checkedTarget, UNBOUNDED } from './backend.ts';

export interface CommandOptions {
  /** The program, by its path, and its arguments. */
  readonly command: readonly string[];
  /** Killed after so many seconds. */
  readonly timeoutSeconds: number;
  /** Whether it ends entries by itself after the seconds that it is told. */
  readonly timed: boolean;
}

/** Runs for single entries that one change may take: beyond, the way by standard input is meant. */
const MOST_RUNS = 2000;

export function command(options: CommandOptions, run: Run = realRun): Backend {
  const { command: argv, timeoutSeconds, timed } = options;
  const [program = '', ...args] = argv;
  if (program === '')
    throw new Trouble(
      'bad-config',
      'the command to block with is empty',
      'Give a program and its arguments.',
    );
  const isTemplate = args.some((arg) => /\{(?:action|target|seconds)\}/.test(arg));
  const remedy = 'Run it by hand with what docs/blocking.md says that it is given.';
  const must = async (call: readonly string[], input: string) => {
    const trouble = runTrouble(call, await run(call, { input, timeoutSeconds }), remedy);
    if (trouble) throw trouble;
  };
  const once = (action: string, target: string, seconds: number | null) => {
    const words: Readonly<Record<string, string>> = {
      '{action}': action,
      '{target}': target,
      '{seconds}': String(checkedSeconds(seconds) ?? 0),
    };
    // put in all at once, so that no word is looked for in another
    const call = args.map((arg) => arg.replace(/\{(?:action|target|seconds)\}/g, (word) => words[word]!));
    return must([program, ...call], '');
  };
  const apply = async (change: FirewallChange) => {
    if (!isTemplate) {
      await must(argv, `${JSON.stringify(checkedChange(change))}\n`);
      return;
    }
    if (change.kind === 'replace') await once('flush', '-', null);
    else for (const target of change.remove) await once('unblock', checkedTarget(target), null);
    for (const { target, seconds } of change.kind === 'replace' ? change.entries : change.add)
      await once('block', checkedTarget(target), seconds);
  };
  return {
    ...UNBOUNDED,
    timed,
    capacity: isTemplate ? MOST_RUNS : UNBOUNDED.capacity,
    name: 'command',
    isDry: false,
    check: () => Promise.resolve(),
    apply,
    flush: () => (isTemplate ? once('flush', '-', null) : apply({ kind: 'replace', entries: [] })),
  };
}

/** The change with each of its targets checked, and nothing else in it. */
export function checkedChange(change: FirewallChange): FirewallChange {
  const entries = (change.kind === 'replace' ? change.entries : change.add).map(({ target, seconds }) => ({
    target: checkedTarget(target),
    seconds: checkedSeconds(seconds),
  }));
  if (change.kind === 'replace') return { kind: 'replace', entries };
  return { kind: 'update', add: entries, remove: change.remove.map(checkedTarget) };
}
