/**
 * What a reader without rights and a responder with rights say to each other over a Unix socket: one JSON object a
 * line. The reader asks, the responder answers each question once, in order.
 */
import type { FirewallChange, FirewallEntry } from '../model/block.ts';
import { networkText, parseTarget } from './network.ts';

export type Question =
  | { readonly ask: 'check' }
  | { readonly ask: 'apply'; readonly change: FirewallChange }
  | { readonly ask: 'list' }
  | { readonly ask: 'flush' };

export type Answer =
  | {
      readonly ok: true;
      readonly entries?: readonly FirewallEntry[];
      /** What the responder's backend can do, in the answer to `check`; no bound is left out. */
      readonly timed?: boolean;
      readonly mostSeconds?: number;
      readonly capacity?: number;
      /** Whether it can list what it holds. */
      readonly lists?: boolean;
    }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly remedy: string };

/** 20,000 entries are a megabyte; whoever sends more than this without a line's end is no reader of ours. */
export const LONGEST_FRAME = 16 * 1024 * 1024;

/** Entries of one change: five times the decider's bound. */
const MOST_ENTRIES = 100_000;

/** What `line` asks; null where it is nothing that a reader would ask. Everything in it is checked anew. */
export function questionIn(line: string): Question | null {
  const value = parsed(line);
  if (!isRecord(value)) return null;
  switch (value.ask) {
    case 'check':
    case 'list':
    case 'flush':
      return { ask: value.ask };
    case 'apply': {
      const change = changeIn(value.change);
      return change === null ? null : { ask: 'apply', change };
    }
    default:
      return null;
  }
}

/** An answer; null where it is none. */
export function answerIn(line: string): Answer | null {
  const value = parsed(line);
  if (!isRecord(value)) return null;
  if (value.ok === true) {
    const entries = value.entries === undefined ? undefined : entriesIn(value.entries);
    if (entries === null) return null;
    return {
      ok: true,
      ...(entries === undefined ? {} : { entries }),
      ...(typeof value.timed === 'boolean' ? { timed: value.timed } : {}),
      ...(typeof value.lists === 'boolean' ? { lists: value.lists } : {}),
      ...(isPositive(value.mostSeconds) ? { mostSeconds: value.mostSeconds } : {}),
      ...(isPositive(value.capacity) ? { capacity: value.capacity } : {}),
    };
  }
  const { code, message, remedy } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof remedy !== 'string') return null;
  return { ok: false, code, message, remedy };
}

function changeIn(value: unknown): FirewallChange | null {
  if (!isRecord(value)) return null;
  if (value.kind === 'replace') {
    const entries = entriesIn(value.entries);
    return entries === null ? null : { kind: 'replace', entries };
  }
  if (value.kind !== 'update' || !Array.isArray(value.remove) || value.remove.length > MOST_ENTRIES)
    return null;
  const add = entriesIn(value.add);
  const remove = value.remove.map(targetIn);
  if (add === null || remove.includes(null)) return null;
  return { kind: 'update', add, remove: remove.filter((target) => target !== null) };
}

function entriesIn(value: unknown): readonly FirewallEntry[] | null {
  if (!Array.isArray(value) || value.length > MOST_ENTRIES) return null;
  const entries: FirewallEntry[] = [];
  for (const one of value as readonly unknown[]) {
    const target = isRecord(one) ? targetIn(one.target) : null;
    const seconds = isRecord(one) ? one.seconds : undefined;
    if (target === null || !(seconds === null || isPositive(seconds))) return null;
    entries.push({ target, seconds });
  }
  return entries;
}

function targetIn(value: unknown): string | null {
  const network = typeof value === 'string' ? parseTarget(value) : null;
  return network === null ? null : networkText(network);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
