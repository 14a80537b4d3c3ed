/**
 * /etc/hosts.deny (hosts_access(5)), for what is linked with libwrap, as Debian's sshd is. Our lines stand between two
 * marks; everything else in the file stays as it is, to the byte. Networks are written as address/mask, which every
 * libwrap reads; IPv6 in brackets. It keeps out new connections only, and entries do not end by themselves.
 */
import { readFile } from 'node:fs/promises';
import { parseTarget } from '../network.ts';
import { type Backend, checkedNetwork, checkedTarget, UNBOUNDED } from './backend.ts';
import { fileTrouble, replaceFile } from './text-file.ts';

export interface HostsDenyOptions {
  readonly path: string;
  /** Daemons that are shut: `ALL`, `sshd`. */
  readonly daemons: string;
}

export const DEFAULT_HOSTS_DENY: HostsDenyOptions = { path: '/etc/hosts.deny', daemons: 'ALL' };

const BEGIN = '# begin slowbrute: these lines are written by a program';
const END = '# end slowbrute';

/** libwrap reads the file anew for each connection, line by line: 10,000 lines take it some milliseconds. */
const CAPACITY = 10_000;

export function hostsDeny(options: HostsDenyOptions = DEFAULT_HOSTS_DENY): Backend {
  const { path, daemons } = options;
  if (!/^[A-Za-z0-9_.-]+(?:, ?[A-Za-z0-9_.-]+)*$/.test(daemons))
    throw new Error(`no list of daemons: ${daemons}`);
  const read = async () => {
    try {
      return split(await readFile(path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return split('');
      throw fileTrouble(path, error);
    }
  };
  const write = async ({ before, after }: Split, targets: ReadonlySet<string>) => {
    const lines = [...targets].map((target) => `${daemons}: ${pattern(target)}\n`).join('');
    const ours = targets.size === 0 ? '' : `${BEGIN}\n${lines}${END}\n`;
    await replaceFile(path, before + ours + after, 0o644);
  };
  return {
    ...UNBOUNDED,
    timed: false,
    capacity: CAPACITY,
    name: 'hosts-deny',
    isDry: false,
    async check() {
      const there = await read();
      await write(there, there.targets);
    },
    async apply(change) {
      const there = await read();
      const targets = change.kind === 'replace' ? new Set<string>() : new Set(there.targets);
      if (change.kind === 'update') for (const target of change.remove) targets.delete(target);
      for (const { target } of change.kind === 'replace' ? change.entries : change.add)
        targets.add(checkedTarget(target));
      await write(there, targets);
    },
    list: async () => [...(await read()).targets].map((target) => ({ target, seconds: null })),
    flush: async () => {
      const there = await read();
      if (there.targets.size > 0 || there.isOurs) await write(there, new Set());
    },
  };
}

interface Split {
  readonly before: string;
  readonly after: string;
  readonly targets: ReadonlySet<string>;
  readonly isOurs: boolean;
}

/** Where our lines are. Marks without a partner, as a hand that edits may leave, count to the end of the file. */
function split(text: string): Split {
  const begin = text.startsWith(`${BEGIN}\n`) ? 0 : text.indexOf(`\n${BEGIN}\n`) + 1;
  if (begin === 0 && !text.startsWith(`${BEGIN}\n`)) {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return { before, after: '', targets: new Set(), isOurs: false };
  }
  const end = text.indexOf(`\n${END}\n`, begin);
  const stop = end < 0 ? text.length : end + END.length + 2;
  const targets = text
    .slice(begin, stop)
    .split('\n')
    .map((line) => /^[^#:]+: (.+)$/.exec(line)?.[1] ?? '')
    .map(targetOf)
    .filter((target) => target !== null);
  return { before: text.slice(0, begin), after: text.slice(stop), targets: new Set(targets), isOurs: true };
}

function pattern(target: string): string {
  const network = checkedNetwork(target);
  const [address = '', prefix] = target.split('/');
  if (network.family === 6) return prefix === undefined ? `[${address}]` : `[${address}]/${prefix}`;
  if (prefix === undefined) return address;
  const mask = [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.max(0, Math.min(8, network.prefix - from))));
  return `${address}/${mask.join('.')}`;
}

function targetOf(text: string): string | null {
  const bare = text.replace(/^\[(.+)\]/, '$1');
  const [address = '', mask] = bare.split('/');
  if (mask === undefined || !mask.includes('.')) return parseTarget(bare) === null ? null : bare;
  const bits = mask.split('.').map((byte) => Number(byte).toString(2).replaceAll('0', '').length);
  const target = `${address}/${bits.reduce((a, b) => a + b, 0)}`;
  return parseTarget(target) === null ? null : target;
}
