/**
 * A machine of its own for a real sshd: mount, network, process and host name spaces made by unshare(1), a root
 * folder with the programs of one Debian release bound into it read-only, accounts and configuration of its own, and
 * a loopback that carries documentation addresses. The machine that runs the tests lends nothing but its kernel:
 * neither its accounts nor its network nor its logs are seen or touched. When its first process ends, the kernel
 * ends every other one.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest life of a machine, seconds: what a test run that was killed leaves behind ends by itself. */
const LIFE_SECONDS = 300;

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  /** Its first process, as this side sees it: whoever wants to enter its spaces. */
  readonly pid: string;
  /** The root of its files on this side. */
  readonly root: string;
  /** Runs a program of the release to its end; after `timeoutSeconds` (20) it is killed, and `status` is -1. */
  run(
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    timeoutSeconds?: number,
  ): Promise<Ran>;
  /** Runs a script of Node's in the machine's network; the files that it sees are those of the tests. */
  node(script: string, args: readonly string[]): Promise<Ran>;
  /** Starts a program of the release that stays. */
  start(program: string, args: readonly string[]): ChildProcess;
  /** Text of a file of the machine, as bytes 1:1; empty where there is none. */
  read(path: string): string;
  write(path: string, text: string, mode?: number): void;
  /** Ends every process of the machine and removes its files. */
  stop(): Promise<void>;
}

/** Why no machine can be made here, or null. */
export function machineImpossible(): string | null {
  if (process.platform !== 'linux') return 'it needs the name spaces of Linux';
  if (process.getuid?.() !== 0) return 'it needs root, to make name spaces and to change users as sshd does';
  const tried = spawnSync('unshare', [
    '--mount',
    '--net',
    '--pid',
    '--uts',
    '--fork',
    'mount',
    '--make-rprivate',
    '/',
  ]);
  if (tried.error !== undefined) return 'this machine has no unshare(1)';
  if (tried.status !== 0) return `unshare failed: ${tried.stderr.toString().trim()}`;
  return null;
}

/** $1 the machine's root, $2 the programs, $3 the host name, the rest: addresses for the loopback. */
const SETUP = `
set -e
root=$1 programs=$2
mount --make-rprivate /
for name in bin sbin lib lib64 usr; do
  if [ -h "$programs/$name" ]; then cp -P "$programs/$name" "$root/$name"
  elif [ -d "$programs/$name" ]; then
    mkdir "$root/$name"
    mount --bind "$programs/$name" "$root/$name"
    mount -o remount,bind,ro "$root/$name"
  fi
done
for name in null zero random urandom tty; do
  : > "$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
hostname "$3"
shift 3
box="chroot $root $(cd "$root" && ls bin/busybox usr/bin/busybox 2>/dev/null | head -n 1)"
$box ip link set lo up
for address; do $box ip address add "$address" dev lo; done
read pid rest < /proc/self/stat
mount -t proc proc "$root/proc"
echo "$pid" > "$root/run/first-process.part"
mv "$root/run/first-process.part" "$root/run/first-process"
exec $box sleep ${LIFE_SECONDS}
`;

export interface MachineOptions {
  /** Folder with the unpacked programs of a release, see debian-root.ts. */
  readonly programs: string;
  readonly hostName: string;
  /** Addresses with prefix length. */
  readonly addresses: readonly string[];
  /** Contents of files by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Makes and starts a machine. Throws an Error with what the set-up said when it fails. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const root = mkdtempSync(join(tmpdir(), 'slowbrute-machine-'));
  chmodSync(root, 0o755);
  for (const folder of ['dev', 'etc/ssh', 'home', 'proc', 'root', 'run/sshd', 'tmp', 'var/empty', 'var/log'])
    mkdirSync(join(root, folder), { recursive: true });
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  for (const [path, text] of Object.entries(options.files)) write(path, text);

  const spaces = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child'];
  const first = spawn(
    'unshare',
    [...spaces, 'sh', '-c', SETUP, 'sh', root, options.programs, options.hostName, ...options.addresses],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  first.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let ended = false;
  const end = new Promise<void>((done) => {
    first.once('close', () => {
      ended = true;
      done();
    });
  });
  const stop = async () => {
    first.kill('SIGKILL');
    await end;
    rmSync(root, { recursive: true, force: true });
  };
  const ready = join(root, 'run/first-process');
  while (!existsSync(ready) && !ended) await sleep(20);
  if (ended) {
    await stop();
    throw new Error(`the machine for sshd could not be set up: ${said.trim()}`);
  }
  const pid = readFileSync(ready, 'latin1').trim();

  const enter = ['-t', pid, '--mount', '--net', '--pid', '--uts', '--root', '--wd'];
  const environment = (env: Readonly<Record<string, string>> = {}) => ({
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    TZ: 'UTC',
    ...env,
  });
  return {
    pid,
    root,
    run: (program, args, env, timeoutSeconds = 20) =>
      finished('nsenter', [...enter, program, ...args], environment(env), timeoutSeconds),
    node: (script, args) =>
      finished('nsenter', ['-t', pid, '--net', process.execPath, '-e', script, ...args], process.env, 20),
    start: (program, args) =>
      spawn('nsenter', [...enter, program, ...args], {
        env: environment(),
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'latin1') : ''),
    write,
    stop,
  };
}

function finished(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutSeconds: number,
): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      command,
      args,
      { env, timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL', encoding: 'latin1' },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ status, stdout, stderr: status === -1 ? `${stderr}${error?.message}` : stderr });
      },
    );
    child.stdin?.end();
  });
}
