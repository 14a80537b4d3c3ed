/**
 * nftables (nft(8)): a table of our own, `inet slowbrute`, whose chain drops what comes from its sets before the rules
 * of others are asked (priority `filter - 10`). Entries end by themselves in the kernel, so they also do when this
 * program has died. A change is one transaction (`nft -f -`): all of it or nothing.
 *
 * Addresses and IPv6 /64s are hash sets, asked in constant time; other networks are interval sets, whose entries may
 * not overlap (plan.ts sees to that). The kernel keeps the end of an entry that is added again, so an entry is added,
 * deleted and added within the transaction: the first makes the second succeed in any case.
 */
import type { FirewallChange, FirewallEntry } from '../../model/block.ts';
import { isAddress, type Network } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedNetwork, checkedSeconds, UNBOUNDED } from './backend.ts';

export interface NftablesOptions {
  /** The program and what stands before its own arguments. */
  readonly program: readonly string[];
  readonly table: string;
  /** Where packets are looked at: `input` is what comes to this machine, `forward` what it passes on. */
  readonly hooks: readonly ('input' | 'forward')[];
  /** Only these TCP ports are shut; none: everything is. */
  readonly ports: readonly number[];
}

export const DEFAULT_NFTABLES: NftablesOptions = {
  program: ['nft'],
  table: 'slowbrute',
  hooks: ['input'],
  ports: [],
};

const REMEDY = 'Run `nft list ruleset` by hand; the kernel must have nf_tables, the user CAP_NET_ADMIN.';

type SetName = 'address4' | 'address6' | 'customer6' | 'network4' | 'network6';

const SETS: Readonly<
  Record<SetName, { readonly type: string; readonly flags: string; readonly match: string }>
> = {
  address4: { type: 'ipv4_addr', flags: 'timeout', match: 'ip saddr @address4' },
  network4: { type: 'ipv4_addr', flags: 'interval, timeout', match: 'ip saddr @network4' },
  address6: { type: 'ipv6_addr', flags: 'timeout', match: 'ip6 saddr @address6' },
  customer6: {
    type: 'ipv6_addr',
    flags: 'timeout',
    match: 'ip6 saddr and ffff:ffff:ffff:ffff:: @customer6',
  },
  network6: { type: 'ipv6_addr', flags: 'interval, timeout', match: 'ip6 saddr @network6' },
};
const SET_NAMES = Object.keys(SETS) as SetName[];

/** Entries a line: one line of a million bytes would be one error message of a million bytes. */
const ENTRIES_A_LINE = 500;

export function nftables(options: NftablesOptions = DEFAULT_NFTABLES, run: Run = realRun): Backend {
  const { program, table } = options;
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,30}$/.test(table)) throw new Error(`not a table's name: ${table}`);
  const nft = async (script: string) => {
    const argv = [...program, '-f', '-'];
    const trouble = runTrouble(argv, await run(argv, { input: script }), REMEDY);
    if (trouble) throw trouble;
  };
  const declared = declaration(options);
  return {
    ...UNBOUNDED,
    name: 'nftables',
    isDry: false,
    async check() {
      // asks the kernel for our table only, with `add`, which changes nothing where it is there
      await nft(`add table inet ${table}\n`);
    },
    async apply(change) {
      if (change.kind === 'replace') {
        await nft(
          `add table inet ${table}\ndelete table inet ${table}\n${declared}${lines('add', table, inSets(change.entries), 'timed')}`,
        );
        return;
      }
      const update = updateScripts(table, change);
      for (const script of update) await nft(script);
    },
    list: () => listEntries(program, table, run),
    flush: () => nft(`add table inet ${table}\ndelete table inet ${table}\n`),
  };
}

/** The table without entries. */
function declaration({ table, hooks, ports }: NftablesOptions): string {
  const sets = SET_NAMES.map(
    (name) => `  set ${name} {\n    type ${SETS[name].type}\n    flags ${SETS[name].flags}\n  }\n`,
  );
  const portMatch = ports.length === 0 ? '' : `tcp dport { ${ports.map(checkedPort).join(', ')} } `;
  const chains = hooks.map(
    (hook) =>
      `  chain ${hook} {\n    type filter hook ${hook} priority -10\n    policy accept\n` +
      SET_NAMES.map((name) => `    ${portMatch}${SETS[name].match} counter drop\n`).join('') +
      '  }\n',
  );
  return `table inet ${table} {\n${sets.join('')}${chains.join('')}}\n`;
}

/** One script, or two where networks come and go at once: nft will not swap overlapping intervals in one. */
function updateScripts(
  table: string,
  { add, remove }: Extract<FirewallChange, { kind: 'update' }>,
): readonly string[] {
  const gone = inSets(remove.map((target) => ({ target, seconds: null })));
  const come = inSets(add);
  const clear = (sets: InSets) => lines('add', table, sets, 'bare') + lines('delete', table, sets, 'bare');
  const away = clear(gone);
  const fill = clear(come) + lines('add', table, come, 'timed');
  const isSwap = (['network4', 'network6'] as const).some((name) => gone.has(name) && come.has(name));
  return isSwap ? [away, fill] : [away + fill];
}

/** Entries by the set that they go into, written as nft reads them. */
type InSets = ReadonlyMap<SetName, readonly { readonly text: string; readonly seconds: number | null }[]>;

function inSets(entries: readonly FirewallEntry[]): InSets {
  const sets = new Map<SetName, { text: string; seconds: number | null }[]>();
  for (const { target, seconds } of entries) {
    const network = checkedNetwork(target);
    const name = setOf(network);
    const text = name === 'customer6' ? target.slice(0, target.indexOf('/')) : target;
    const list = sets.get(name);
    const one = { text, seconds: checkedSeconds(seconds) };
    if (list === undefined) sets.set(name, [one]);
    else list.push(one);
  }
  return sets;
}

function lines(verb: 'add' | 'delete', table: string, sets: InSets, form: 'bare' | 'timed'): string {
  let script = '';
  for (const [name, list] of sets)
    for (let i = 0; i < list.length; i += ENTRIES_A_LINE) {
      const texts = list
        .slice(i, i + ENTRIES_A_LINE)
        .map(({ text, seconds }) =>
          form === 'bare' || seconds === null ? text : `${text} timeout ${seconds}s`,
        );
      script += `${verb} element inet ${table} ${name} { ${texts.join(', ')} }\n`;
    }
  return script;
}

function setOf(network: Network): SetName {
  if (isAddress(network)) return network.family === 4 ? 'address4' : 'address6';
  if (network.family === 4) return 'network4';
  return network.prefix === 64 ? 'customer6' : 'network6';
}

function checkedPort(port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`not a port: ${port}`);
  return port;
}

/** What `nft -j list table` says: an entry is a text, a prefix, or either of them with its time. */
type Value = string | { readonly prefix: { readonly addr: string; readonly len: number } };
type Element = Value | { readonly elem: { readonly val: Value; readonly expires?: number } };
interface Listing {
  readonly nftables: readonly {
    readonly set?: { readonly name: string; readonly elem?: readonly Element[] };
  }[];
}

async function listEntries(
  program: readonly string[],
  table: string,
  run: Run,
): Promise<readonly FirewallEntry[]> {
  const argv = [...program, '-j', 'list', 'table', 'inet', table];
  const result = await run(argv);
  if (result.status === 1 && /No such file/.test(result.stderr)) return [];
  const trouble = runTrouble(argv, result, REMEDY);
  if (trouble) throw trouble;
  const entries: FirewallEntry[] = [];
  for (const { set } of (JSON.parse(result.stdout) as Listing).nftables)
    for (const element of set?.elem ?? []) {
      const timed = typeof element === 'object' && 'elem' in element ? element.elem : { val: element };
      const text =
        typeof timed.val === 'string' ? timed.val : `${timed.val.prefix.addr}/${timed.val.prefix.len}`;
      entries.push({
        target: set?.name === 'customer6' ? `${text}/64` : text,
        seconds: ('expires' in timed ? timed.expires : undefined) ?? null,
      });
    }
  return entries;
}
