/**
 * pf of OpenBSD, FreeBSD, NetBSD and macOS: a persistent table that `pfctl -t slowbrute -T ...` fills (pfctl(8)). The
 * administrator writes the two lines of pf.conf(5) that use it, since no program can know where in a rule set they
 * belong:
 *
 *     table <slowbrute> persist
 *     block in quick from <slowbrute>
 *
 * Targets go in on standard input (`-f -`), so 20,000 are one run. A table's entries do not end by themselves at a time
 * of their own (`-T expire` knows one age for all), so this program takes them out.
 */
import type { FirewallEntry } from '../../model/block.ts';
import { parseTarget } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedTarget, UNBOUNDED } from './backend.ts';

export interface PfOptions {
  readonly program: readonly string[];
  readonly table: string;
  /** The anchor that holds the table; null: the main rule set. */
  readonly anchor: string | null;
  /** States of blocked sources end at once (`pfctl -k`), so that an open session does not go on. */
  readonly killStates: boolean;
}

export const DEFAULT_PF: PfOptions = {
  program: ['pfctl'],
  table: 'slowbrute',
  anchor: null,
  killStates: true,
};

/** So many states are ended one by one after a change; beyond, those sources are new connections' affair. */
const MOST_KILLED = 50;

export function pf(options: PfOptions = DEFAULT_PF, run: Run = realRun): Backend {
  const { program, table, anchor, killStates } = options;
  const place = anchor === null ? [] : ['-a', anchor];
  const remedy = `Write 'table <${table}> persist' and 'block in quick from <${table}>' into pf.conf, and pfctl -e.`;
  const verb = async (...args: readonly string[]) => {
    const argv = [...program, '-q', ...place, '-t', table, '-T', ...args];
    return { argv, result: await run(argv) };
  };
  const feed = async (action: 'replace' | 'add' | 'delete', targets: readonly string[]) => {
    if (targets.length === 0 && action !== 'replace') return;
    const argv = [...program, '-q', ...place, '-t', table, '-T', action, '-f', '-'];
    const result = await run(argv, { input: targets.map((target) => `${checkedTarget(target)}\n`).join('') });
    const trouble = runTrouble(argv, result, remedy);
    if (trouble) throw trouble;
  };
  return {
    ...UNBOUNDED,
    timed: false,
    name: 'pf',
    isDry: false,
    async check() {
      const { argv, result } = await verb('show');
      const trouble = runTrouble(argv, result, remedy);
      if (trouble) throw trouble;
    },
    async apply(change) {
      if (change.kind === 'replace') {
        await feed(
          'replace',
          change.entries.map(({ target }) => target),
        );
        return;
      }
      await feed('delete', change.remove);
      const added = change.add.map(({ target }) => target);
      await feed('add', added);
      if (!killStates) return;
      // that there is no state is no trouble
      for (const target of added.slice(0, MOST_KILLED))
        await run([...program, '-q', '-k', checkedTarget(target)]);
    },
    async list() {
      const { argv, result } = await verb('show');
      const trouble = runTrouble(argv, result, remedy);
      if (trouble) throw trouble;
      return result.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => parseTarget(line) !== null)
        .map((target): FirewallEntry => ({ target, seconds: null }));
    },
    async flush() {
      const { argv, result } = await verb('flush');
      const trouble = runTrouble(argv, result, remedy);
      if (trouble) throw trouble;
    },
  };
}
