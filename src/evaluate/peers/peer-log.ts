/**
 * The log that all peers read: a simulation in the lines of OpenSSH on Debian, under the header that Debian 12's
 * rsyslog writes by default (ISO 8601 with microseconds and zone). The traditional header has no year, and a program
 * that takes the year of its own clock would see time run backwards at New Year.
 */
import { isoTime } from '../../model/time.ts';
import { renderLog } from '../../simulate/render.ts';
import type { Simulation } from '../../simulate/simulate.ts';
import type { PeerLine, PeerLog } from './peer.ts';

/** Share of lines of other programs, as the scenarios have it by default. */
const OTHER_SHARE = 0.05;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The log of all sensors together, as a log host has it. */
export function peerLog(simulation: Simulation): PeerLog {
  const { truth, table } = simulation;
  const known = new Set(table.sources);
  const lines: PeerLine[] = [];
  const stamp = yearOf(truth.firstSeen);
  for (const text of renderLog(simulation, { style: 'openssh-debian', otherShare: OTHER_SHARE })) {
    const time = stamp(text);
    const rest = text.slice(16);
    lines.push({
      time,
      source: sourceIn(rest, known),
      text: `${isoTime(time).slice(0, 19)}.000000+00:00 ${rest}`,
    });
  }
  return { lines, table, truth };
}

/** Times of lines in order that begin `Mar  4 10:11:12`, the first in the year of `firstSeen`. */
function yearOf(firstSeen: string): (line: string) => number {
  let year = Number(firstSeen.slice(0, 4));
  let last = Number(firstSeen.slice(5, 7)) - 1;
  return (line) => {
    const month = MONTHS.indexOf(line.slice(0, 3));
    // the simulator's lines are in order, so a month that runs backwards is the next year's
    if (month < last) year++;
    last = month;
    const clock = (from: number) => Number(line.slice(from, from + 2));
    return Date.UTC(year, month, clock(4), clock(7), clock(10), clock(13)) / 1000;
  };
}

/** The last word of sshd's message that is a source of this log: the user's name comes before the address. */
function sourceIn(rest: string, known: ReadonlySet<string>): string | null {
  if (!/^\S+ sshd\[/.test(rest)) return null;
  return rest.split(/[ =]/).findLast((word) => known.has(word)) ?? null;
}
