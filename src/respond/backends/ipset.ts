/**
 * ipset(8) with iptables(8) and ip6tables(8): two sets of our own, and one rule in each INPUT chain that drops what is
 * in them. Entries end by themselves in the kernel. A replacement fills a second set and swaps the two, so at no moment
 * is a set half full; a change is one run of `ipset restore`, which stops at its first error and says so.
 */
import type { FirewallEntry } from '../../model/block.ts';
import { type Run, type RunResult, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedNetwork, checkedSeconds, UNBOUNDED } from './backend.ts';

export interface IpsetOptions {
  readonly ipset: readonly string[];
  readonly iptables: readonly string[];
  readonly ip6tables: readonly string[];
  /** Begin of the sets' names. */
  readonly name: string;
  /** Chains that get a rule. */
  readonly chains: readonly string[];
}

export const DEFAULT_IPSET: IpsetOptions = {
  ipset: ['ipset'],
  iptables: ['iptables'],
  ip6tables: ['ip6tables'],
  name: 'slowbrute',
  chains: ['INPUT'],
};

/** The longest time of an entry: 2^32 milliseconds in the kernel's own unit, halved (ipset(8), `timeout`). */
export const IPSET_MOST_SECONDS = 2_147_483;

/** Entries that a set has room for; the decider's bound is 20,000. */
const MAXELEM = 262_144;

const REMEDY = 'Run `ipset list` by hand; the kernel must have ip_set and xt_set, the user CAP_NET_ADMIN.';
const FAMILIES = [4, 6] as const;

export function ipset(options: IpsetOptions = DEFAULT_IPSET, run: Run = realRun): Backend {
  const setOf = (family: 4 | 6) => `${options.name}-${family}`;
  const must = async (argv: readonly string[], input = ''): Promise<RunResult> => {
    const result = await run(argv, { input });
    const trouble = runTrouble(argv, result, REMEDY);
    if (trouble) throw trouble;
    return result;
  };
  const restore = (script: string) => must([...options.ipset, '-exist', 'restore'], script);
  const created = (name: string, family: 4 | 6) =>
    `create ${name} hash:net family ${family === 4 ? 'inet' : 'inet6'} timeout 0 maxelem ${MAXELEM}\n`;
  const eachRule = async (
    work: (tables: readonly string[], chain: string, rule: readonly string[]) => Promise<void>,
  ) => {
    for (const family of FAMILIES)
      for (const chain of options.chains)
        await work(family === 4 ? options.iptables : options.ip6tables, chain, [
          ...['-m', 'set', '--match-set', setOf(family), 'src', '-j', 'DROP'],
        ]);
  };
  const rulesIn = () =>
    eachRule(async (tables, chain, rule) => {
      const there = await run([...tables, '-w', '-C', chain, ...rule]);
      if (there.status !== 0) await must([...tables, '-w', '-I', chain, '1', ...rule]);
    });
  return {
    ...UNBOUNDED,
    mostSeconds: IPSET_MOST_SECONDS,
    name: 'ipset',
    isDry: false,
    async check() {
      await restore(FAMILIES.map((family) => created(setOf(family), family)).join(''));
    },
    async apply(change) {
      if (change.kind === 'replace') {
        const byFamily = { 4: '', 6: '' };
        for (const entry of change.entries) {
          const { family } = checkedNetwork(entry.target);
          byFamily[family] += added(`${setOf(family)}-new`, entry);
        }
        const scripts = FAMILIES.map((family) => {
          const [name, part] = [setOf(family), `${setOf(family)}-new`];
          return `${created(name, family)}${created(part, family)}flush ${part}\n${byFamily[family]}swap ${part} ${name}\ndestroy ${part}\n`;
        });
        await restore(scripts.join(''));
        // after a reboot, or when somebody has flushed the chains, the rules are gone as well
        await rulesIn();
        return;
      }
      const remove = change.remove.map((target) => `del ${setOf(checkedNetwork(target).family)} ${target}\n`);
      const add = change.add.map((entry) => added(setOf(checkedNetwork(entry.target).family), entry));
      await restore(remove.join('') + add.join(''));
    },
    async list() {
      const entries: FirewallEntry[] = [];
      for (const family of FAMILIES) {
        const argv = [...options.ipset, 'save', setOf(family)];
        const result = await run(argv);
        if (/does not exist/.test(result.stderr)) return [];
        const trouble = runTrouble(argv, result, REMEDY);
        if (trouble) throw trouble;
        for (const line of result.stdout.split('\n')) {
          const [, target, seconds] = /^add \S+ (\S+)(?: timeout (\d+))?/.exec(line) ?? [];
          if (target !== undefined) entries.push({ target, seconds: Number(seconds ?? 0) || null });
        }
      }
      // sets without rules keep nobody out: that is as good as empty, and is put right by a replacement
      let isWhole = true;
      await eachRule(async (tables, chain, rule) => {
        if ((await run([...tables, '-w', '-C', chain, ...rule])).status !== 0) isWhole = false;
      });
      return isWhole ? entries : [];
    },
    async flush() {
      await eachRule(async (tables, chain, rule) => {
        const argv = [...tables, '-w', '-C', chain, ...rule];
        const there = await run(argv);
        if (there.trouble !== null) throw runTrouble(argv, there, REMEDY)!;
        if (there.status === 0) await must([...tables, '-w', '-D', chain, ...rule]);
      });
      for (const family of FAMILIES)
        for (const name of [`${setOf(family)}-new`, setOf(family)]) {
          const argv = [...options.ipset, 'destroy', name];
          const gone = await run(argv);
          if (gone.status !== 0 && !/does not exist/.test(gone.stderr))
            throw runTrouble(argv, gone, 'Take its rules out by hand: iptables -S | grep slowbrute.')!;
        }
    },
  };
}

/** hash:net cannot hold a whole family (prefix 0), and none is ever blocked. */
function added(set: string, { target, seconds }: FirewallEntry): string {
  const whole = checkedSeconds(seconds);
  return `add ${set} ${target} timeout ${whole === null ? 0 : Math.min(whole, IPSET_MOST_SECONDS)}\n`;
}
