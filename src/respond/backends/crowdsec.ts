/**
 * CrowdSec (`cscli decisions`): what is blocked becomes decisions of its local API, which its bouncers carry out, with a
 * reason of our own (`slowbrute`), by which they are found and taken out again; the decisions of others are not touched.
 * They go in by `decisions import` from a file of JSON, as every version takes it; each ends by itself. An import adds
 * and never replaces, so what gets a new end is taken out first.
 */
import type { FirewallEntry } from '../../model/block.ts';
import { parseTarget } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedSeconds, checkedTarget, UNBOUNDED } from './backend.ts';
import { withFile } from './temporary-file.ts';

export interface CrowdsecOptions {
  readonly program: readonly string[];
  /** The reason that our decisions have; nobody else's may have it. */
  readonly reason: string;
}

export const DEFAULT_CROWDSEC: CrowdsecOptions = { program: ['cscli'], reason: 'slowbrute' };

/** A decision must have an end; what has none is renewed when half of this is over. */
const MOST_SECONDS = 30 * 86_400;

/** The local API takes thousands a second. */
const SECONDS = 60;

/** Deletions one by one; where a change has more, everything is taken out and put in again. */
const MOST_DELETED = 20;

const REMEDY =
  'Run `cscli decisions list` by hand: the local API must answer, and this user must read its configuration.';

export function crowdsec(options: CrowdsecOptions = DEFAULT_CROWDSEC, run: Run = realRun): Backend {
  const { program, reason } = options;
  if (!/^[A-Za-z0-9_-]+$/.test(reason)) throw new Error(`no reason: ${reason}`);
  const cscli = async (...args: readonly string[]) => {
    const argv = [...program, ...args];
    const result = await run(argv, { timeoutSeconds: SECONDS });
    const trouble = runTrouble(argv, result, REMEDY);
    if (trouble) throw trouble;
    return result.stdout;
  };
  const put = async (entries: readonly FirewallEntry[]) => {
    if (entries.length === 0) return;
    const decisions = entries.map(({ target, seconds }) => ({
      duration: `${Math.min(checkedSeconds(seconds) ?? MOST_SECONDS, MOST_SECONDS)}s`,
      reason,
      scope: target.includes('/') ? 'range' : 'ip',
      type: 'ban',
      value: checkedTarget(target),
    }));
    await withFile('decisions.json', JSON.stringify(decisions), (path) =>
      cscli('decisions', 'import', '-i', path),
    );
  };
  const list = async (): Promise<readonly FirewallEntry[]> => {
    // an import is an alert with a name of its own, so alerts are asked for by origin and decisions by reason
    const text = await cscli('decisions', 'list', '--origin', 'cscli-import', '-l', '0', '-o', 'json');
    return valuesIn(text, reason).map((target) => ({ target, seconds: null }));
  };
  const clear = () => cscli('decisions', 'delete', '-s', reason);
  return {
    ...UNBOUNDED,
    mostSeconds: MOST_SECONDS,
    name: 'crowdsec',
    isDry: false,
    async check() {
      await list();
    },
    async apply(change) {
      if (change.kind === 'replace') {
        await clear();
        await put(change.entries);
        return;
      }
      const gone = [...change.remove, ...change.add.map(({ target }) => target)];
      const held = gone.length <= MOST_DELETED ? null : new Set((await list()).map(({ target }) => target));
      for (const target of gone) {
        if (held !== null && !held.has(target)) continue;
        const flag = target.includes('/') ? '-r' : '-i';
        await cscli('decisions', 'delete', '-s', reason, flag, checkedTarget(target));
      }
      await put(change.add);
    },
    list,
    async flush() {
      await clear();
    },
  };
}

/** Values of decisions in what `cscli decisions list -o json` says: alerts, each with its decisions, or null. */
function valuesIn(text: string, reason: string): readonly string[] {
  const alerts: unknown = JSON.parse(text.trim() === '' ? 'null' : text);
  if (!Array.isArray(alerts)) return [];
  const values = alerts
    .flatMap((alert: { decisions?: readonly Decision[] | null }) => alert.decisions ?? [])
    // one that is over has a negative time
    .filter(({ scenario, duration }) => scenario === reason && !String(duration).startsWith('-'))
    .map(({ value }) => value)
    .filter((value): value is string => typeof value === 'string' && parseTarget(value) !== null);
  return [...new Set(values)];
}

interface Decision {
  readonly value?: unknown;
  readonly scenario?: unknown;
  readonly duration?: unknown;
}
