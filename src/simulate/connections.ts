/**
 * Attempts to connections, as sshd has them: one process, one port, one user, up to MaxAuthTries passwords
 * (sshd_config(5): 6). A person who mistypes is asked again on the same connection; so is a fast guesser.
 */
import type { SimulatedAttempt } from './world.ts';

/** sshd's LoginGraceTime is 120 s: no connection waits longer for the next password. */
const GRACE_SECONDS = 100;
const MAX_TRIES = 6;

export interface Placed {
  /** Number of the connection, in the order of their first attempts. */
  readonly connection: number;
  /** The how-manieth attempt of its connection this is, from 1. */
  readonly nth: number;
  /** Whether it is the connection's last. */
  readonly last: boolean;
}

/** Where each attempt belongs. `oneEach`: the server hangs up after the first failure (no password method). */
export function placeInConnections(attempts: readonly SimulatedAttempt[], oneEach: boolean): Placed[] {
  const out: { connection: number; nth: number; last: boolean }[] = [];
  const open = new Map<string, number>(); // sensor, source, user to the place of the connection's last attempt
  let connections = 0;
  attempts.forEach((attempt, i) => {
    const key = `${attempt.sensor}\n${attempt.source}\n${attempt.user}`;
    const before = open.get(key);
    const goesOn =
      before !== undefined &&
      !oneEach &&
      attempt.method === attempts[before]!.method &&
      attempt.known === attempts[before]!.known &&
      attempt.time - attempts[before]!.time < GRACE_SECONDS / MAX_TRIES &&
      out[before]!.nth < MAX_TRIES;
    if (goesOn) {
      out[before]!.last = false;
      out.push({ connection: out[before]!.connection, nth: out[before]!.nth + 1, last: true });
    } else out.push({ connection: connections++, nth: 1, last: true });
    if (attempt.success) open.delete(key);
    else open.set(key, i);
  });
  return out;
}
