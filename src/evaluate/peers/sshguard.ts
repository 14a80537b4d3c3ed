/**
 * sshguard as Debian ships it: its parser, its blocker with the package's settings (three attacks of score 10 within
 * 30 minutes; blocked for 2 minutes, then twice as long each time, whatever its manual says) and list of friends; no
 * firewall, as the blocker only writes what one should do. The time it sees is the log's: sshguard-clock.ts.
 *
 * sshg-blocker tells the system's log what it does. Where there is one, it is run with /dev/log out of its sight.
 */
import {
  createReadStream,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { blocksOf } from './blocks.ts';
import type { Peer, PeerLog, PeerRun } from './peer.ts';
import type { Programs } from './programs.ts';
import { failureOf, runProgram } from './run-program.ts';
import { type Attack, blockerAtLogTime } from './sshguard-clock.ts';
import { librariesOf } from './unpack.ts';
import type { WorkFolder } from './work-folder.ts';

const TIMEOUT_SECONDS = 600;
const MEMORY_MEBIBYTES = 1024;
/** Seconds without an answer; an answer takes a millisecond. */
const PATIENCE_SECONDS = 30;
const SYSTEM_LOG = '/dev/log';

export function sshguard(programs: Programs, work: WorkFolder): Peer {
  const root = programs.root('sshguard');
  const faketime = programs.root('libfaketime');
  const run = async (log: PeerLog): Promise<PeerRun> => {
    if (root === null) return { kind: 'absent', reason: 'sshguard is not unpacked' };
    if (faketime === null)
      return {
        kind: 'absent',
        reason: 'libfaketime, which gives sshguard the time of the log, is not unpacked',
      };
    const library = fakeTimeLibrary(faketime);
    if (library === null) return { kind: 'absent', reason: 'libfaketime has no libfaketimeMT.so.1' };
    return work.use('sshguard', (folder) => replay(root, library, folder, log));
  };
  return {
    name: 'sshguard',
    title: 'sshguard',
    describes: `sshguard ${programs.version('sshguard')}, the package's sshguard.conf: score 30 in 30 minutes, blocked for 2 minutes, then twice as long each time`,
    run,
  };
}

async function replay(root: string, library: string, folder: string, log: PeerLog): Promise<PeerRun> {
  const parser = programOf(root, 'sshg-parser');
  const blocker = programOf(root, 'sshg-blocker');
  if (parser === null || blocker === null)
    return { kind: 'absent', reason: 'the package of sshguard has no sshg-parser or no sshg-blocker' };
  const settings = blockerSettings(root);
  const environment = { LD_LIBRARY_PATH: librariesOf(root) };
  const text = join(folder, 'auth.log');
  writeFileSync(text, log.lines.map((line) => `${line.text}\n`).join(''));
  const bounds = { folder, environment, timeoutSeconds: TIMEOUT_SECONDS, memoryMebibytes: MEMORY_MEBIBYTES };
  const reports = join(folder, 'reports');
  const marked = join(folder, 'marked');
  // what it reports, and once more with a star before each line that it reports of: together, when
  for (const [args, stdout] of [
    [[], reports],
    [['-a'], marked],
  ] as const) {
    const end = await runProgram({ ...bounds, program: parser, args, stdin: text, stdout });
    if (end.status !== 0) return { kind: 'absent', reason: failureOf('sshg-parser', end, TIMEOUT_SECONDS) };
  }
  const attacks = await pairUp(log, reports, marked);
  if (attacks === null) return { kind: 'absent', reason: 'sshg-parser reported more or less than it marked' };
  try {
    const told = await blockerAtLogTime(attacks, {
      // both of its outputs in one pipe, so that they come in the order in which they were written
      command: shielded(['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', blocker, ...settings]),
      faketime: library,
      folder,
      patienceSeconds: PATIENCE_SECONDS,
    });
    // what it takes without all that: the plain pipe, at today's time
    const [program = '', ...args] = shielded([
      '/bin/sh',
      '-c',
      'parser=$1; shift; "$parser" | "$@" >/dev/null',
      'sh',
      parser,
      blocker,
      ...settings,
    ]);
    const plain = await runProgram({ ...bounds, program, args, stdin: text });
    if (plain.status !== 0) return { kind: 'absent', reason: failureOf('sshguard', plain, TIMEOUT_SECONDS) };
    return { kind: 'ran', blocks: blocksOf(told), cpuSeconds: plain.cpuSeconds };
  } catch (error) {
    return { kind: 'absent', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Reports with the times of their lines; null where there are not as many as marked lines. */
async function pairUp(log: PeerLog, reports: string, marked: string): Promise<readonly Attack[] | null> {
  const stars: number[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(marked) })) {
    if (text.startsWith('* ')) stars.push(line);
    line++;
  }
  const attacks: Attack[] = [];
  for await (const report of createInterface({ input: createReadStream(reports) })) {
    const row = stars[attacks.length];
    if (row === undefined) return null;
    attacks.push({ time: log.lines[row]!.time, source: report.split(' ')[1] ?? '', report });
  }
  return attacks.length === stars.length ? attacks : null;
}

/** Options of sshg-blocker as the package's start script makes them of its configuration. */
function blockerSettings(root: string): readonly string[] {
  const text = readFileSync(join(root, 'etc/sshguard/sshguard.conf'), 'utf8');
  const value = (name: string, standard: string) =>
    new RegExp(`^${name}=(\\d+)$`, 'm').exec(text)?.[1] ?? standard;
  return [
    '-a',
    value('THRESHOLD', '30'),
    '-p',
    value('BLOCK_TIME', '120'),
    '-s',
    value('DETECTION_TIME', '1800'),
    '-w',
    join(root, 'etc/sshguard/whitelist'),
  ];
}

function programOf(root: string, name: string): string | null {
  const places = ['usr/libexec/sshguard', 'usr/lib/sshguard'].map((folder) => join(root, folder, name));
  return places.find((path) => existsSync(path)) ?? null;
}

/** The library for programs with threads. */
function fakeTimeLibrary(root: string): string | null {
  const lib = join(root, 'usr/lib');
  const places = readdirSync(lib).map((folder) => join(lib, folder, 'faketime/libfaketimeMT.so.1'));
  return places.find((path) => existsSync(path)) ?? null;
}

/**
 * A command that cannot reach the system's log (the socket `systemLog`): as it is where there is none, else in a mount
 * name space of its own, which takes root or name spaces of users.
 */
export function shielded(command: readonly string[], systemLog = SYSTEM_LOG): readonly string[] {
  if (!existsSync(systemLog)) return command;
  const hide = 'mount --bind /dev/null "$1" && shift && exec "$@"';
  const root = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...root, '--mount', '/bin/sh', '-c', hide, 'sh', realpathSync(systemLog), ...command];
}
