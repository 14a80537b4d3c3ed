/**
 * fail2ban as Debian ships it: jail `sshd`, which the package enables, with the defaults of its jail.conf (5 failures
 * in 10 minutes, 10 minutes of ban). How a log of the past gets through it: fail2ban-replay.ts.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf } from './blocks.ts';
import { FAIL2BAN_LOCAL, jailLocal, RECORD_ACTION, REPLAY_SCRIPT } from './fail2ban-replay.ts';
import type { Peer, PeerLog, PeerRun } from './peer.ts';
import type { Programs } from './programs.ts';
import { failureOf, runProgram } from './run-program.ts';
import type { WorkFolder } from './work-folder.ts';

/** A hundred times what a log of a scenario takes. */
const TIMEOUT_SECONDS = 1800;
/** Twenty times what it takes; Python without threads reserves what it uses. */
const MEMORY_MEBIBYTES = 2048;
/** Debian's own interpreter before one that somebody put in front of it. */
const PYTHONS = ['/usr/bin/python3', '/usr/local/bin/python3'];

export function fail2ban(programs: Programs, work: WorkFolder): Peer {
  const root = programs.root('fail2ban');
  return {
    name: 'fail2ban',
    title: 'fail2ban',
    describes: `fail2ban ${programs.version('fail2ban')}, jail sshd, jail.conf's defaults: 5 failures in 10 minutes, banned for 10`,
    run: (log) =>
      root === null
        ? Promise.resolve({ kind: 'absent', reason: 'fail2ban is not unpacked' })
        : work.use('fail2ban', (folder) => replay(root, folder, log)),
  };
}

async function replay(root: string, folder: string, log: PeerLog): Promise<PeerRun> {
  const python = PYTHONS.find((path) => existsSync(path));
  if (python === undefined) return { kind: 'absent', reason: 'fail2ban needs python3, which is not here' };
  const config = join(folder, 'config');
  cpSync(join(root, 'etc/fail2ban'), config, { recursive: true });
  mkdirSync(join(config, 'action.d'), { recursive: true });
  const empty = join(folder, 'auth.log');
  writeFileSync(empty, '');
  writeFileSync(join(config, 'jail.local'), jailLocal(empty));
  writeFileSync(join(config, 'fail2ban.local'), FAIL2BAN_LOCAL);
  writeFileSync(join(config, 'action.d/record.py'), RECORD_ACTION);
  const script = join(folder, 'replay.py');
  writeFileSync(script, REPLAY_SCRIPT);
  const lines = join(folder, 'lines');
  writeFileSync(
    lines,
    log.lines.map(({ time, source, text }) => `${time}\t${source ?? ''}\t${text}\n`).join(''),
  );
  const bans = join(folder, 'bans');
  const end = await runProgram({
    program: python,
    args: ['-B', script, join(root, 'usr/lib/python3/dist-packages'), config, lines, bans],
    folder,
    timeoutSeconds: TIMEOUT_SECONDS,
    memoryMebibytes: MEMORY_MEBIBYTES,
  });
  const [seconds] = end.said.trim().split('\n').at(-1)?.split('\t') ?? [];
  if (end.status !== 0 || seconds === undefined || !existsSync(bans))
    return { kind: 'absent', reason: failureOf('fail2ban', end, TIMEOUT_SECONDS) };
  const found = readFileSync(bans, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [source = '', from, until] = line.split('\t');
      return { source, from: Number(from), until: Number(until) };
    });
  return { kind: 'ran', blocks: blocksOf(found), cpuSeconds: Number(seconds) };
}
