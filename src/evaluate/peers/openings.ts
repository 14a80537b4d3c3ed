/**
 * The beginnings of visits: of each source the first lines within a stretch of time, then the first of the next. A
 * leaky bucket that a source fills is full after some of them or never, and what comes while the source is banned for
 * as long as the stretch is of no matter. Loud sources write two lines of three in many a log. Pure.
 */
import { HOUR } from '../../model/time.ts';
import type { PeerLine } from './peer.ts';

/** CrowdSec's default ban, profiles.yaml. */
const STRETCH_SECONDS = 4 * HOUR;
/**
 * A bucket of 10 that leaks one a minute (ssh-slow-bf) is over after 10 r / (r - 1) lines at r lines a minute: 70 at
 * one line in 51 seconds. Who is slower and still too fast is found in the second round; half as many would leave
 * whole visits to that, twice as many would only take longer.
 */
const MOST_LINES = 70;

export function openings(lines: readonly PeerLine[]): readonly PeerLine[] {
  const visits = new Map<string, { from: number; lines: number }>();
  return lines.filter(({ time, source }) => {
    if (source === null) return false;
    let visit = visits.get(source);
    if (visit === undefined || time > visit.from + STRETCH_SECONDS) {
      visit = { from: time, lines: 0 };
      visits.set(source, visit);
    }
    visit.lines++;
    return visit.lines <= MOST_LINES;
  });
}
