/**
 * What would change in a firewall, so that it holds what is wanted. Pure. What a blocked network contains is not told
 * beside it: kernels refuse overlapping intervals, and it comes back when the network's block ends first.
 */
import type { Block, FirewallChange, FirewallEntry } from '../model/block.ts';
import { type Network, networkText, parseTarget, widened } from './network.ts';

/** What a firewall should hold: target to the moment it ends by itself, seconds since 1970; null: never. */
export type Wanted = ReadonlyMap<string, number | null>;

/** What a firewall can do. */
export interface Abilities {
  /** Whether entries end by themselves. Where not, this program ends them, and they outlive it if it is not there. */
  readonly timed: boolean;
  /** Longest time that an entry can have, seconds. */
  readonly mostSeconds: number;
  /** So many entries at most; the surest go in. */
  readonly capacity: number;
}

/** Ends that differ by less than this are the same, seconds: clocks are read at different moments. */
const SAME_END = 2;

/** What should be in a firewall at `now`: the surest where there is not room for all. */
export function wantedOf(blocks: Iterable<Block>, now: number, capacity: number): Wanted {
  const standing = [...blocks].filter(({ until }) => until === null || until > now);
  const covered = coveredTargets(standing);
  let kept = covered.size === 0 ? standing : standing.filter(({ target }) => !covered.has(target));
  if (kept.length > capacity)
    kept = kept
      .sort((a, b) => b.weight - a.weight || b.from - a.from || a.id - b.id)
      .slice(0, Math.max(0, capacity));
  return new Map(kept.map(({ target, until }) => [target, until]));
}

/** Targets that lie within another one. Nothing is computed for a family that has one width of targets only. */
function coveredTargets(blocks: readonly Block[]): ReadonlySet<string> {
  const widths = { 4: new Set<string>(), 6: new Set<string>() };
  const familyOf = (target: string) => (target.includes(':') ? 6 : 4);
  for (const { target } of blocks) {
    const slash = target.indexOf('/');
    widths[familyOf(target)].add(slash < 0 ? '' : target.slice(slash));
  }
  const covered = new Set<string>();
  for (const family of [4, 6] as const) {
    if (widths[family].size < 2) continue;
    const networks = blocks
      .filter(({ target }) => familyOf(target) === family)
      .map(({ target }) => parseTarget(target))
      .filter((network) => network !== null);
    const prefixes = new Set(networks.map(({ prefix }) => prefix));
    const present = new Set(networks.map(key));
    for (const network of networks)
      for (const prefix of prefixes)
        if (prefix < network.prefix && present.has(key(widened(network, prefix))))
          covered.add(networkText(network));
  }
  return covered;
}

/**
 * The change that makes `wanted` of `applied`; null where nothing would change. `applied` null: what the firewall holds
 * is not known, so the whole set is told.
 */
export function planChange(
  wanted: Wanted,
  applied: Wanted | null,
  now: number,
  abilities: Pick<Abilities, 'timed' | 'mostSeconds'>,
): FirewallChange | null {
  const entry = (target: string, until: number | null): FirewallEntry => ({
    target,
    seconds: secondsOf(until, now, abilities),
  });
  if (applied === null)
    return { kind: 'replace', entries: [...wanted].map(([target, until]) => entry(target, until)) };
  const add: FirewallEntry[] = [];
  for (const [target, until] of wanted) {
    const before = applied.get(target);
    if (before === undefined || (abilities.timed && !endsRight(until, before, now, abilities.mostSeconds)))
      add.push(entry(target, until));
  }
  const remove = [...applied.keys()].filter((target) => {
    if (wanted.has(target)) return false;
    const end = applied.get(target);
    // what has ended by itself need not be taken out
    return !(abilities.timed && end !== null && end !== undefined && end + SAME_END < now);
  });
  return add.length === 0 && remove.length === 0 ? null : { kind: 'update', add, remove };
}

/** What a firewall holds after `change`, if it held `applied` before; what has ended by itself is not in it. */
export function afterChange(
  applied: Wanted | null,
  change: FirewallChange,
  now: number,
  timed: boolean,
): Wanted {
  const after = new Map(change.kind === 'replace' ? [] : applied);
  if (timed)
    for (const [target, until] of after) if (until !== null && until + SAME_END < now) after.delete(target);
  const end = (seconds: number | null) => (seconds === null ? null : now + seconds);
  if (change.kind === 'update') for (const target of change.remove) after.delete(target);
  for (const { target, seconds } of change.kind === 'replace' ? change.entries : change.add)
    after.set(target, end(seconds));
  return after;
}

function secondsOf(
  until: number | null,
  now: number,
  { timed, mostSeconds }: Pick<Abilities, 'timed' | 'mostSeconds'>,
): number | null {
  if (until === null) return timed && Number.isFinite(mostSeconds) ? mostSeconds : null;
  return Math.max(1, Math.min(Math.ceil(until - now), mostSeconds));
}

/** Whether an entry that ends at `applied` need not be touched for one that should end at `until`. */
function endsRight(until: number | null, applied: number | null, now: number, mostSeconds: number): boolean {
  if (applied === null) return until === null;
  const wanted = until ?? Number.POSITIVE_INFINITY;
  if (applied > wanted + SAME_END) return false;
  // a longer time than the firewall can hold is renewed when half of it is over
  return applied >= Math.min(wanted, now + mostSeconds / 2) - SAME_END;
}

function key({ first, prefix }: Network): string {
  return `${prefix} ${first}`;
}
