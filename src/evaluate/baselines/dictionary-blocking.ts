/**
 * Dictionary-based blocking after Singh, Gautam, Cartier, Patil and Ricci, "Where The Wild Things Are: Brute-Force
 * SSH Attacks In The Wild And How To Stop Them", NSDI 2024: sets of user names that more than one source tries are
 * attack dictionaries; joined, and without the names of real users, they are the user name block list; a source is
 * blocked at its first use of a name on it.
 *
 * Built as plainly as the published description allows:
 * - The list is made anew at each midnight UTC from all attempts before it (the paper: from the logs of the days
 *   before, of many servers; here from the log at hand, all its sensors together). The first day has no list.
 * - A dictionary is what two sources have in common when that is at least two names. The paper weighs sets in more
 *   detail; the plain rule finds more dictionaries, so recall is if anything too good.
 * - Names under which anybody has logged in, or that the server knows as an account, are never on the list. So the
 *   rule is blind to root.
 * - Sources that have logged in do not teach (nobody's typos become a dictionary), but they can be blocked.
 * - Blocked sources go on teaching, as they would through the servers of others.
 */
import { ACCOUNT_KNOWN, type AttemptTable, FAILURE, NO_USER, SUCCESS } from '../../model/attempt.ts';
import { DAY } from '../../model/time.ts';
import type { Baseline, BaselineResult } from './baseline.ts';

/**
 * Fewest names that two sources must share for them to be a dictionary. One would put every name tried twice on the
 * list (half of all sources try a single name, says the paper, and a single name is no signature); at four, lists
 * of scanners with three tries are never learnt.
 */
const SHARED_NAMES = 2;

export function dictionaryBlocking(table: AttemptTable): BaselineResult {
  const named = new Map<number, number>();
  const blockList = new Set<number>();
  const realNames = new Set<number>();
  const realSources = new Set<number>();
  const namesOf = new Map<number, Set<number>>();
  const changed = new Set<number>();
  const sourcesOf = new Map<number, Set<number>>();
  let day = Number.NEGATIVE_INFINITY;

  for (let row = 0; row < table.length; row++) {
    const time = table.time[row]!;
    const today = Math.floor(time / DAY);
    if (today !== day) {
      learn(changed, namesOf, sourcesOf, realSources, realNames, blockList);
      changed.clear();
      day = today;
    }
    const source = table.source[row]!;
    const user = table.user[row]!;
    if (user === NO_USER) continue;
    if (table.outcome[row] === SUCCESS) {
      realSources.add(source);
      realNames.add(user);
      blockList.delete(user);
      continue;
    }
    if (table.account[row] === ACCOUNT_KNOWN) {
      realNames.add(user);
      blockList.delete(user);
    }
    if (table.outcome[row] === FAILURE && blockList.has(user) && !named.has(source)) named.set(source, time);
    let names = namesOf.get(source);
    if (names === undefined) {
      names = new Set();
      namesOf.set(source, names);
    }
    if (!names.has(user)) {
      names.add(user);
      changed.add(source);
    }
  }
  return { named, alarms: [] };
}

/** Compares each source that tried a new name since the last time with every source that shares a name with it. */
function learn(
  changed: ReadonlySet<number>,
  namesOf: ReadonlyMap<number, ReadonlySet<number>>,
  sourcesOf: Map<number, Set<number>>,
  realSources: ReadonlySet<number>,
  realNames: ReadonlySet<number>,
  blockList: Set<number>,
): void {
  for (const source of changed) {
    const names = namesOf.get(source)!;
    if (realSources.has(source) || names.size < SHARED_NAMES) continue;
    for (const name of names) {
      const sources = sourcesOf.get(name);
      if (sources === undefined) sourcesOf.set(name, new Set([source]));
      else sources.add(source);
    }
  }
  for (const source of changed) {
    const names = namesOf.get(source)!;
    if (realSources.has(source) || names.size < SHARED_NAMES) continue;
    const sharedWith = new Map<number, number>();
    for (const name of names) {
      // a real user's name is no part of a dictionary
      if (realNames.has(name)) continue;
      for (const other of sourcesOf.get(name)!) {
        if (other !== source && !realSources.has(other))
          sharedWith.set(other, (sharedWith.get(other) ?? 0) + 1);
      }
    }
    for (const name of names) {
      if (blockList.has(name) || realNames.has(name)) continue;
      for (const other of sourcesOf.get(name)!) {
        if ((sharedWith.get(other) ?? 0) < SHARED_NAMES) continue;
        blockList.add(name);
        break;
      }
    }
  }
}

export const DICTIONARY_BLOCKING: Baseline = {
  name: 'dictionary-blocking',
  title: 'dictionaries',
  run: dictionaryBlocking,
};
