/**
 * Live detection, saved: all that it knows between two attempts, so that a daemon that starts again goes on where it was
 * and says to the last bit what it would have said. Plain data; who turns it into bytes, and checks that these are whole,
 * is daemon/snapshot-file.ts.
 *
 * Each class of this folder that has a state of its own saves it (`save`, `restore`, an interface `Saved...`); sources,
 * names, visits and campaigns, which refer to each other in circles, are saved by states.ts and have numbers elsewhere.
 * Who adds a field adds it there, and adds 1 to the format: saved.test.ts compares every private field.
 */
import { Trouble } from '../../model/error.ts';
import type { SavedAffair } from './affair.ts';
import type { SavedLooks } from './looks.ts';
import type { SavedStates } from './states.ts';
import type { SavedClock } from './stream-clock.ts';
import type { SavedWatch } from './watch.ts';

/** Another number is another form of what is saved, or another meaning: it is not read, but made anew. */
export const SAVED_FORMAT = 3;

export interface SavedLive {
  readonly format: number;
  readonly watch: SavedWatch;
  readonly looks: SavedLooks;
  readonly affairs: readonly SavedAffair[];
  readonly standing: readonly number[];
  readonly clock: SavedClock;
  readonly levelUntil: number;
  readonly vain: { readonly turns: number; readonly rates: number; readonly until: number };
  readonly states: SavedStates;
}

/** Whether this program can go on from what was saved: another version may have saved it otherwise. */
export function isReadable(saved: { readonly format: number }): saved is SavedLive {
  return saved.format === SAVED_FORMAT;
}

/** Throws `Trouble` (`other-format`) where {@link isReadable} does not hold. */
export function mustBeReadable(saved: SavedLive): void {
  if (isReadable(saved)) return;
  throw new Trouble(
    'other-format',
    'what was saved of live detection is of another version of this program',
    'It is made anew from the attempts in the history.',
  );
}
