/**
 * The log that all peers read: a simulation in the lines of OpenSSH on Debian, under the header that Debian 12's
 * rsyslog writes by default (ISO 8601 with microseconds and zone). The traditional header has no year, and a program
 * that takes the year of its own clock would see time run backwards at New Year.
 */
import { isIP } from 'node:net';
import { AttemptTableBuilder } from '../../model/table.ts';
import { isoTime } from '../../model/time.ts';
import type { Truth } from '../../model/truth.ts';
import { renderLog } from '../../simulate/render.ts';
import type { Simulation } from '../../simulate/simulate.ts';
import type { PeerLine, PeerLog } from './peer.ts';

/** Share of lines of other programs, as the scenarios have it by default. */
const OTHER_SHARE = 0.05;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The log of all sensors together, as a log host has it. Host names are made addresses. */
export function peerLog(named: Simulation): PeerLog {
  const simulation = withAddresses(named);
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

/**
 * The same simulation with an address in the place of each host name: sshd has written addresses since `UseDNS no` is
 * the default (OpenSSH 6.8), and a program that meets a name would ask the DNS for it. 241.0.0.0/8 and on is reserved
 * (RFC 1112), and skipped where the simulation uses it.
 */
export function withAddresses(simulation: Simulation): Simulation {
  const { attempts, truth, table } = simulation;
  const names = table.sources.filter((source) => isIP(source) === 0);
  if (names.length === 0) return simulation;
  const taken = new Set(table.sources);
  const address = new Map<string, string>();
  let next = 241 * 2 ** 24;
  for (const name of names) {
    let text: string;
    do {
      next++;
      text = [24, 16, 8, 0].map((bits) => (next >>> bits) & 255).join('.');
    } while (taken.has(text));
    address.set(name, text);
  }
  const of = (source: string) => address.get(source) ?? source;
  const moved = attempts.map((attempt) => ({ ...attempt, source: of(attempt.source) }));
  const builder = new AttemptTableBuilder();
  for (const attempt of moved) builder.append(attempt);
  return { attempts: moved, truth: renamed(truth, of), table: builder.finish() };
}

function renamed(truth: Truth, of: (source: string) => string): Truth {
  const { campaigns, people, background } = truth;
  return {
    ...truth,
    campaigns: campaigns.map((campaign) => ({
      ...campaign,
      sources: campaign.sources.map(of),
      compromised: campaign.compromised.map((one) => ({ ...one, source: of(one.source) })),
    })),
    people: people.map(of),
    background: { ...background, loud: background.loud.map(of), scanners: background.scanners.map(of) },
  };
}
