/**
 * A simulation as the text of a log: header, process numbers, ports, lines in order of time, and other programs'
 * lines in between. Seeded by the simulation's own seed; writes nothing itself. An attempt's time is its first
 * line's.
 */
import type { Random } from '../model/random.ts';
import { isoTime } from '../model/time.ts';
import { placeInConnections } from './connections.ts';
import { chance, exponential, forkedRandom, whole } from './draws.ts';
import type { Simulation } from './simulate.ts';
import { messages, type Style } from './styles.ts';

export interface RenderOptions {
  readonly style: Style;
  /** Only this sensor's log; left out: all sensors' in one, as a log host has them. */
  readonly sensor?: string;
  /** Share of the lines that other programs write (CRON, systemd-logind, sudo); default none. */
  readonly otherShare?: number;
}

/** Seconds from an attempt to the last line that tells of it: the longest session, and one more. */
const LONGEST_DELAY = 1801;

/** Linux's range of client ports: net.ipv4.ip_local_port_range. */
const FIRST_EPHEMERAL_PORT = 32_768;
const EPHEMERAL_PORTS = 28_232;

interface Line {
  readonly time: number;
  readonly sensor: string;
  readonly tag: string;
  readonly text: string;
}

/** Lines without their line end, in order of time. Times are in UTC, without a year except in the ISO style. */
export function* renderLog(simulation: Simulation, options: RenderOptions): Generator<string> {
  const header = options.style === 'openssh-journal-iso' ? isoHeader(simulation.truth.seed) : syslogHeader;
  for (const line of inOrder(lines(simulation, options)))
    yield `${header(line.time)} ${line.sensor} ${line.tag}: ${line.text}`;
}

/** Lines as the attempts make them; those of one attempt may lie after those of the next. */
function* lines(simulation: Simulation, { style, sensor, otherShare = 0 }: RenderOptions): Generator<Line> {
  const { attempts, truth } = simulation;
  const random = forkedRandom(truth.seed, `render ${style}`);
  const places = placeInConnections(attempts, style === 'openssh-nopassword');
  const program = style === 'openssh-journal-iso' ? 'sshd-session' : 'sshd';
  const open = new Map<number, { readonly pid: number; readonly port: number }>();
  const pids = new Map<string, number>();
  const uids = new Map<string, number>();
  const nextPid = (host: string) => {
    const pid = ((pids.get(host) ?? whole(random, 300, 60_000)) + whole(random, 1, 14)) % 99_000;
    pids.set(host, Math.max(2, pid));
    return Math.max(2, pid);
  };
  // a client takes its ports in turn, so that none comes back soon: a server's log relies on that
  const ports = new Map<string, number>();
  const nextPort = (source: string) => {
    const before = ports.get(source) ?? whole(random, 0, EPHEMERAL_PORTS - 1);
    const port = (before + whole(random, 2, 40)) % EPHEMERAL_PORTS;
    ports.set(source, port);
    return FIRST_EPHEMERAL_PORT + port;
  };
  for (let i = 0; i < attempts.length; i++) {
    const attempt = attempts[i]!;
    const { connection, nth, last } = places[i]!;
    // drawn for every attempt, so that one sensor's log is the same alone as among the others
    const process = open.get(connection) ?? {
      pid: nextPid(attempt.sensor),
      port: nextPort(attempt.source),
    };
    if (last) open.delete(connection);
    else open.set(connection, process);
    if (!uids.has(attempt.user)) uids.set(attempt.user, attempt.user === 'root' ? 0 : 1000 + uids.size);
    const told = messages(style, attempt, {
      port: process.port,
      nth,
      last,
      uid: uids.get(attempt.user)!,
      sessionSeconds: Math.ceil(Math.min(LONGEST_DELAY - 1, exponential(random, 300))),
      saysGoodbye: chance(random, 0.6),
    });
    const wanted = sensor === undefined || sensor === attempt.sensor;
    for (const { delay, text } of told) {
      const others = chance(random, otherShare) ? otherProgram(random, nextPid(attempt.sensor)) : [];
      if (!wanted) continue;
      const time = attempt.time + delay;
      for (const other of others) yield { ...other, time: time + other.delay, sensor: attempt.sensor };
      yield { time, sensor: attempt.sensor, tag: `${program}[${process.pid}]`, text };
    }
  }
}

/** Lines of a log that tell of no attempt. */
function otherProgram(random: Random, pid: number): { tag: string; delay: number; text: string }[] {
  switch (random.below(4)) {
    case 0:
      return [
        {
          tag: `CRON[${pid}]`,
          delay: 0,
          text: 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
        },
        { tag: `CRON[${pid}]`, delay: 1, text: 'pam_unix(cron:session): session closed for user root' },
      ];
    case 1:
      return [{ tag: 'systemd-logind[612]', delay: 0, text: `Removed session ${whole(random, 1, 9999)}.` }];
    case 2:
      return [{ tag: 'systemd[1]', delay: 0, text: 'Started Session of a user.' }];
    default:
      return [
        {
          tag: 'sudo',
          delay: 0,
          text: '  operator : TTY=pts/0 ; PWD=/home/operator ; USER=root ; COMMAND=/usr/bin/true',
        },
      ];
  }
}

/** Sorts lines that come nearly in order; holds back those that lie ahead. Equal seconds keep their order. */
function* inOrder(source: Iterable<Line>): Generator<Line> {
  let held: Line[] = [];
  let full = 8192;
  for (const line of source) {
    held.push(line);
    if (held.length < full) continue;
    held.sort((a, b) => a.time - b.time);
    // attempts come in order, so what is still to come is no older than this line less its delay
    const ahead = held.findIndex((one) => one.time > line.time - LONGEST_DELAY);
    yield* held.slice(0, ahead);
    held = held.slice(ahead);
    full = held.length + 8192;
  }
  yield* held.sort((a, b) => a.time - b.time);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 19 15:04:22`, RFC 3164: no year, no zone; the day padded with a space. */
function syslogHeader(time: number): string {
  const iso = isoTime(time);
  return `${MONTHS[Number(iso.slice(5, 7)) - 1]!} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11, 19)}`;
}

/** `2024-03-04T10:11:12.345678+00:00` as rsyslog writes it; microseconds rise within a second. */
function isoHeader(seed: number): (time: number) => string {
  const random = forkedRandom(seed, 'microseconds');
  let second = Number.NaN;
  let micro = 0;
  return (time) => {
    micro = time === second ? Math.min(999_999, micro + whole(random, 20, 4000)) : whole(random, 0, 400_000);
    second = time;
    return `${isoTime(time).slice(0, 19)}.${String(micro).padStart(6, '0')}+00:00`;
  };
}
