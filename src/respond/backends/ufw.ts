/**
 * ufw(8): a `deny from` rule for each target, before all others, with a comment by which they are found again. ufw
 * writes its rule files anew and reloads for every rule, half a second each, so only the surest hundred go in. Where
 * more is wanted, use the nftables backend beside ufw: its table is its own, and is asked before ufw's rules.
 */
import type { FirewallEntry } from '../../model/block.ts';
import { parseTarget } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedTarget, UNBOUNDED } from './backend.ts';

export interface UfwOptions {
  readonly program: readonly string[];
  /** Comment of our rules. */
  readonly comment: string;
}

export const DEFAULT_UFW: UfwOptions = { program: ['ufw'], comment: 'slowbrute' };

const CAPACITY = 100;
const SECONDS = 30;
const REMEDY = 'Run `ufw show added` by hand, as root.';

export function ufw(options: UfwOptions = DEFAULT_UFW, run: Run = realRun): Backend {
  const { program, comment } = options;
  if (!/^[A-Za-z0-9_-]+$/.test(comment)) throw new Error(`no comment: ${comment}`);
  const rule = async (...args: readonly string[]) => {
    const argv = [...program, ...args];
    const result = await run(argv, { timeoutSeconds: SECONDS });
    const trouble = runTrouble(argv, result, REMEDY);
    if (trouble) throw trouble;
    return result.stdout;
  };
  const deny = (target: string) => rule('prepend', 'deny', 'from', checkedTarget(target), 'comment', comment);
  const allow = (target: string) => rule('delete', 'deny', 'from', checkedTarget(target));
  const held = async () => {
    const mark = `comment '${comment}'`;
    return (await rule('show', 'added'))
      .split('\n')
      .filter((line) => line.trimEnd().endsWith(mark))
      .map((line) => / deny from (\S+)/.exec(line)?.[1] ?? '')
      .filter((target) => parseTarget(target) !== null);
  };
  return {
    ...UNBOUNDED,
    timed: false,
    capacity: CAPACITY,
    name: 'ufw',
    isDry: false,
    async check() {
      await held();
    },
    async apply(change) {
      const there = new Set(await held());
      const wanted =
        change.kind === 'replace'
          ? new Set(change.entries.map(({ target }) => target))
          : new Set([...there].filter((target) => !change.remove.includes(target)));
      if (change.kind === 'update') for (const { target } of change.add) wanted.add(target);
      for (const target of there) if (!wanted.has(target)) await allow(target);
      for (const target of wanted) if (!there.has(target)) await deny(target);
    },
    list: async () => (await held()).map((target): FirewallEntry => ({ target, seconds: null })),
    async flush() {
      for (const target of await held()) await allow(target);
    },
  };
}
