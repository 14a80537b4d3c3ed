// fail2ban, sshguard and CrowdSec following a log as they would on a server, each as Debian ships it, unpacked and not installed:
//   node scripts/components.mjs fail2ban sshguard crowdsec
// Nobody's firewall is touched: fail2ban's action is empty, sshguard's blocker writes into nothing, CrowdSec has no bouncer and
// knows its own local API alone. Each entry starts one and gives `{ pid, stop, closesLog }`, or `{ reason }` why it cannot.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { component } from '../scripts/components.mjs';

function started(program, args, folder, environment) {
  const said = openSync(join(folder, 'said'), 'w');
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC', LC_ALL: 'C', ...environment },
    stdio: ['ignore', said, said],
    detached: true,
  });
  child.on('error', () => {});
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {}
  };
  process.on('exit', end);
  return { pid: child.pid, stop: end };
}

function fail2ban(log, folder) {
  const { root, reason } = component('fail2ban');
  if (reason !== undefined) return { reason };
  const config = join(folder, 'config');
  cpSync(join(root, 'etc/fail2ban'), config, { recursive: true });
  writeFileSync(join(config, 'action.d/nothing.conf'), '[Definition]\nactionban =\nactionunban =\n');
  writeFileSync(
    join(config, 'jail.local'),
    `[DEFAULT]\nusedns = no\nignoreself = false\n[sshd]\nenabled = true\nbackend = auto\nlogpath = ${log}\naction = nothing[]\n`,
  );
  writeFileSync(
    join(config, 'fail2ban.local'),
    '[Definition]\nloglevel = ERROR\nlogtarget = STDERR\ndbfile = None\nallowipv6 = yes\n',
  );
  const args = ['-B', join(root, 'usr/bin/fail2ban-server'), '-f', '-c', config];
  args.push('-s', join(folder, 'socket'), '-p', join(folder, 'pid'));
  const environment = { PYTHONPATH: join(root, 'usr/lib/python3/dist-packages') };
  return { ...started('/usr/bin/python3', args, folder, environment), closesLog: true };
}

function sshguard(log, folder) {
  const { program, root, libraries, reason } = component('sshguard');
  if (reason !== undefined) return { reason };
  const conf = readFileSync(join(root, 'etc/sshguard/sshguard.conf'), 'utf8');
  const value = (name) => new RegExp(`^${name}=(\\d+)$`, 'm').exec(conf)[1];
  const blocker = join(program, '../sshg-blocker');
  const settings = ['-a', value('THRESHOLD'), '-p', value('BLOCK_TIME'), '-s', value('DETECTION_TIME')];
  settings.push('-w', join(root, 'etc/sshguard/whitelist'));
  // as the script of the package does it: tail(1), the parser, the blocker
  const script = 'log=$1 parser=$2; shift 2; tail -F -n 0 "$log" | "$parser" | "$@" >/dev/null';
  return started('/bin/sh', ['-c', script, 'sh', log, program, blocker, ...settings], folder, {
    LD_LIBRARY_PATH: libraries,
  });
}

async function crowdsec(log, folder) {
  const { program, root, libraries, reason } = component('crowdsec');
  if (reason !== undefined) return { reason };
  const { configure, freePort } = await import('../dist/evaluate/peers/crowdsec.js');
  const { path, login, password } = configure(root, folder, await freePort());
  const acquisition = join(folder, 'acquis.yaml');
  writeFileSync(acquisition, JSON.stringify({ filenames: [log], labels: { type: 'syslog' } }));
  const set = JSON.parse(readFileSync(path, 'utf8'));
  set.crowdsec_service.acquisition_path = acquisition;
  set.common.log_level = 'error';
  writeFileSync(path, JSON.stringify(set));
  const environment = { LD_LIBRARY_PATH: libraries };
  const machine = ['machines', 'add', login, '--password', password, '-f', '/dev/null', '--force'];
  const added = spawnSync(join(root, 'usr/bin/cscli'), ['-c', path, ...machine], {
    encoding: 'utf8',
    env: { ...environment, PATH: process.env.PATH, HOME: folder },
  });
  if (added.status !== 0) return { reason: `cscli: ${added.stderr}` };
  return started(program, ['-c', path], folder, environment);
}

const PEERS = { fail2ban, sshguard, CrowdSec: crowdsec };

/** Names of those that can be run. */
export const peerNames = Object.keys(PEERS);

/** Starts one that follows `log`, with what it writes in `folder`, which is made. */
export async function startPeer(name, log, folder) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync('/proc')) return { reason: 'there is no /proc' };
  return await PEERS[name](log, folder);
}
