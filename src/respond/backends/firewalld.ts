/**
 * firewalld (firewall-cmd(1)): two ipsets of our own in its zone `drop`. Making them is permanent and takes one reload
 * of firewalld, the first time only; where a reload would lose what somebody has set for the running firewall alone, it
 * is refused. The entries are of the running firewall alone, so a reload or a restart empties
 * them, and the next look (applier.ts) fills them again. Entries go in from a file, all in one call (it cannot open
 * the standard input that it is given). A set with times cannot be filled this way (firewalld.ipset(5)), so this program takes out what has ended.
 */
import type { FirewallEntry } from '../../model/block.ts';
import { Trouble } from '../../model/error.ts';
import { parseTarget } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedNetwork, checkedTarget, UNBOUNDED } from './backend.ts';
import { withFile } from './temporary-file.ts';

export interface FirewalldOptions {
  readonly program: readonly string[];
  /** Begin of the sets' names. */
  readonly name: string;
  readonly zone: string;
}

export const DEFAULT_FIREWALLD: FirewalldOptions = {
  program: ['firewall-cmd'],
  name: 'slowbrute',
  zone: 'drop',
};

/** It checks each entry against all others where they are networks: 20,000 take minutes, 5,000 seconds. */
const CAPACITY = 5000;

/** firewall-cmd is Python and asks a daemon over D-Bus: half a second a call, more for thousands of entries. */
const SECONDS = 60;

const REMEDY = 'Run `firewall-cmd --state` by hand: firewalld must be running, and this user may change it.';
const FAMILIES = [4, 6] as const;

export function firewalld(options: FirewalldOptions = DEFAULT_FIREWALLD, run: Run = realRun): Backend {
  const { program, name, zone } = options;
  const setOf = (family: 4 | 6) => `${name}-${family}`;
  const cmd = async (args: readonly string[]) => {
    const argv = [...program, ...args];
    const result = await run(argv, { timeoutSeconds: SECONDS });
    const trouble = runTrouble(argv, result, REMEDY);
    if (trouble) throw trouble;
    return result.stdout;
  };
  const change = async (verb: 'add' | 'remove', targets: readonly string[]) => {
    for (const family of FAMILIES) {
      const own = targets.filter((target) => checkedNetwork(target).family === family);
      if (own.length === 0) continue;
      const lines = own.map((target) => `${checkedTarget(target)}\n`).join('');
      await withFile('entries', lines, (path) =>
        cmd([`--ipset=${setOf(family)}`, `--${verb}-entries-from-file=${path}`]),
      );
    }
  };
  const held = async () => {
    const targets: string[] = [];
    for (const family of FAMILIES)
      targets.push(...(await cmd([`--ipset=${setOf(family)}`, '--get-entries'])).split('\n'));
    return targets.map((line) => line.trim()).filter((line) => parseTarget(line) !== null);
  };
  /** Whether the running firewall is what the permanent settings make, but for our own. */
  const isAllPermanent = async () => {
    const zones = async (...args: readonly string[]) =>
      (await cmd([...args, '--list-all-zones']))
        .replaceAll(/ \((?:active|default)[^)]*\)| *ipset:\S+/g, '')
        .split('\n')
        .filter((line) => !line.trim().startsWith('interfaces:'))
        .map((line) => line.trimEnd())
        .join('\n');
    return (await zones()) === (await zones('--permanent'));
  };
  const words = async (...args: readonly string[]) => (await cmd(args)).split(/\s+/);
  return {
    ...UNBOUNDED,
    timed: false,
    capacity: CAPACITY,
    name: 'firewalld',
    isDry: false,
    async check() {
      await cmd(['--state']);
      const there = await words('--permanent', '--get-ipsets');
      const sources = await words('--permanent', `--zone=${zone}`, '--list-sources');
      let isNew = false;
      for (const family of FAMILIES) {
        if (!there.includes(setOf(family))) {
          const options = [`--option=family=${family === 4 ? 'inet' : 'inet6'}`, '--option=maxelem=65536'];
          await cmd(['--permanent', `--new-ipset=${setOf(family)}`, '--type=hash:net', ...options]);
          isNew = true;
        }
        if (!sources.includes(`ipset:${setOf(family)}`)) {
          await cmd(['--permanent', `--zone=${zone}`, `--add-source=ipset:${setOf(family)}`]);
          isNew = true;
        }
      }
      if (!isNew) return;
      if (!(await isAllPermanent()))
        throw new Trouble(
          'firewall-failed',
          'firewalld must be reloaded once, and would lose settings that are not permanent',
          'Keep them with firewall-cmd --runtime-to-permanent, then run firewall-cmd --reload.',
        );
      await cmd(['--reload']);
    },
    async apply(wanted) {
      if (wanted.kind === 'update') {
        const added = wanted.add.map(({ target }) => target);
        const there = new Set(await held());
        await change(
          'remove',
          wanted.remove.filter((target) => there.has(target)),
        );
        await change(
          'add',
          added.filter((target) => !there.has(target)),
        );
        return;
      }
      const there = new Set(await held());
      const entries = new Set(wanted.entries.map(({ target }) => target));
      await change(
        'remove',
        [...there].filter((target) => !entries.has(target)),
      );
      await change(
        'add',
        [...entries].filter((target) => !there.has(target)),
      );
    },
    list: async () => (await held()).map((target): FirewallEntry => ({ target, seconds: null })),
    async flush() {
      const there = await words('--permanent', '--get-ipsets');
      const sources = await words('--permanent', `--zone=${zone}`, '--list-sources');
      const running = await words(`--zone=${zone}`, '--list-sources');
      const isReloadable = await isAllPermanent();
      let isChanged = false;
      for (const family of FAMILIES) {
        const set = setOf(family);
        if (running.includes(`ipset:${set}`)) await cmd([`--zone=${zone}`, `--remove-source=ipset:${set}`]);
        if (sources.includes(`ipset:${set}`)) {
          await cmd(['--permanent', `--zone=${zone}`, `--remove-source=ipset:${set}`]);
          isChanged = true;
        }
        if (there.includes(set)) {
          await cmd(['--permanent', `--delete-ipset=${set}`]);
          isChanged = true;
        }
      }
      // without it two sets that nothing asks stay until the next reload
      if (isChanged && isReloadable) await cmd(['--reload']);
    },
  };
}
