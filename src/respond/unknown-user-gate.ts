/**
 * Whether whoever fails on an unknown user may be blocked at once. It hits people who mistype their name, so the configuration says
 * how many of them it accepts (none, if it says nothing), and the history says how many it would have hit in the last
 * {@link COST_DAYS} days: while those are more, the policy stays off and the daemon says why. Counted before it is switched
 * on, after each change of the configuration, and once a day.
 *
 * What was found is kept in the history with what it was found for, so that a restart neither lets anybody in nor blocks
 * anybody before it has counted.
 */
import { printable } from '../model/printable.ts';
import { DAY } from '../model/time.ts';
import type { UnknownUserCost } from './cost.ts';
import type { BlockTime } from './policy.ts';

/** As long as live detection remembers: a quarter of a year has holidays in it, and who comes once a month. */
export const COST_DAYS = 90;
/** How often it is counted again. */
export const COUNT_SECONDS = DAY;
/** Name of the history's state. */
export const GATE_STATE = 'respond.unknown-user';

export interface UnknownUserOptions extends BlockTime {
  /** So many sources of people may have been hit. */
  readonly acceptPeople: number;
}

/** Whether it was open for exactly these options when it was last counted. */
export function wasOpen(state: string | null, options: UnknownUserOptions): boolean {
  return state === gateState(options, true);
}

export function gateState(
  { seconds, mostSeconds, acceptPeople }: UnknownUserOptions,
  isOpen: boolean,
): string {
  return JSON.stringify({ seconds, mostSeconds, acceptPeople, isOpen });
}

/** Why the policy is off; null: it may be on. */
export function refusalOf(
  cost: UnknownUserCost,
  { acceptPeople }: UnknownUserOptions,
): { readonly message: string; readonly remedy: string } | null {
  if (cost.hit <= acceptPeople) return null;
  const [sample] = cost.samples;
  const whom = sample === undefined ? '' : `, the last of them ${printable(sample.source, 60)}`;
  return {
    message:
      `block.unknown-user is off: in the last ${COST_DAYS} days it would have blocked ${cost.hit} of the ${cost.people} sources ` +
      `that people log in from, and kept out ${cost.logins} logins of ${cost.lockedOut} of them${whom}`,
    remedy: `If that is worth it: accept-people = ${cost.hit} under [block.unknown-user]; slowbrute block cost shows whom.`,
  };
}
