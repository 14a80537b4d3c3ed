/**
 * A place where a firewall can be tried: a network namespace of its own (and a mount namespace, so that files of /etc
 * can be put there), made for the test and gone after it; the firewall of the machine is never touched. Works as root,
 * and without where the kernel lets users make namespaces. The programs are Debian's packages, fetched into
 * .cache/components and unpacked, never installed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { librariesOf, unpackPackages } from '../../src/evaluate/peers/unpack.ts';
import { type Run, realRun } from '../../src/respond/run.ts';

const CACHE = resolve(import.meta.dirname, '../../.cache');

/** Packages that are unpacked together, with the libraries that a small machine may lack. */
const COMPONENTS = {
  firewalls: [
    'nftables',
    'libnftables1',
    'libnftnl11',
    'libmnl0',
    'libedit2',
    'libbsd0',
    'libjansson4',
    'libgmp10',
    'iptables',
    'libip4tc2',
    'libip6tc2',
    'libxtables12',
    'libnetfilter-conntrack3',
    'libnfnetlink0',
    'ipset',
    'libipset13',
  ],
  managers: [
    'firewalld',
    'python3-firewall',
    'python3-nftables',
    'python3-dbus',
    'python3-gi',
    'python3-cap-ng',
    'libcap-ng0',
    'gir1.2-glib-2.0',
    'gir1.2-nm-1.0',
    'libnm0',
    'libgirepository-1.0-1',
    'ufw',
    'fail2ban',
    'crowdsec',
    'libsqlite3-0',
  ],
} as const;

export interface Unpacked {
  readonly root: string;
  readonly libraries: string;
}

/** The packages of a component below one folder, or why they cannot be had. */
export function unpacked(component: keyof typeof COMPONENTS): Unpacked | { readonly reason: string } {
  const root = join(CACHE, 'components', component);
  if (!existsSync(root)) {
    const reason = unpackPackages(COMPONENTS[component], root, join(CACHE, 'apt'));
    if (reason !== null) return { reason: `${component}: ${reason}` };
  }
  return { root, libraries: librariesOf(root) };
}

export interface Place {
  /** What stands before a program's own arguments, so that it runs there. */
  readonly enter: readonly string[];
  /** Runs a program there and says what it said; throws where it failed. */
  run(argv: readonly string[], input?: string): string;
  /** Those of `there` from which a connection to a listener `here`, of the same family, is answered within a second. */
  reach(): readonly string[];
  close(): void;
}

/** Why no namespace can be made here; null where one can. */
export function whyNoPlace(): string | null {
  if (process.platform !== 'linux') return `no network namespaces on ${process.platform}`;
  const { status, stderr, error } = spawnSync('unshare', [...FLAGS, 'ip', 'link', 'set', 'lo', 'up'], {
    encoding: 'utf8',
  });
  if (error) return `unshare: ${error.message}`;
  return status === 0 ? null : `no namespaces for this user: ${stderr.trim()}`;
}

const isRoot = process.getuid?.() === 0;
const FLAGS = isRoot ? ['--net', '--mount'] : ['--map-root-user', '--net', '--mount'];

/**
 * A script that lays what is unpacked over /usr, /etc and /var of the place, so that programs find their files where
 * they look for them; what is written there is gone with the place. /mnt is free.
 */
export function laidOver(components: readonly Unpacked[]): string {
  const roots = components.map(({ root }) => root);
  return [
    'mount -t tmpfs tmpfs /mnt',
    'for folder in usr etc var; do mkdir -p /mnt/.$folder /mnt/.$folder-work; done',
    // where /lib is a link to /usr/lib, packages that still say /lib go there
    'mkdir -p /mnt/.usr/lib /mnt/.usr/sbin',
    ...roots.flatMap((root) => [
      `if test -d ${root}/lib; then cp -a ${root}/lib/. /mnt/.usr/lib/; fi`,
      `if test -d ${root}/sbin; then cp -a ${root}/sbin/. /mnt/.usr/sbin/; fi`,
    ]),
    ...['usr', 'etc', 'var'].map((folder) => {
      const lower = [...roots.map((root) => `${root}/${folder}`), `/${folder}`];
      const there = lower.map((path) => `$(test -d ${path} && echo ${path}:)`).join('');
      return `lower=${there}; mount -t overlay overlay -o lowerdir=\${lower%:},upperdir=/mnt/.${folder},workdir=/mnt/.${folder}-work /${folder}`;
    }),
    // what update-alternatives does when the package is installed
    'for tool in iptables ip6tables; do for part in "" -restore -save; do',
    '  ln -sf xtables-nft-multi /usr/sbin/$tool$part',
    'done; done',
  ].join('\n');
}

/**
 * Makes a place with the addresses `here`, and beside it, at the other end of a wire, a host with the addresses `there`.
 * `script` is run in the place first, by sh, as root there; /run is empty then.
 */
export async function makePlace(
  here: readonly string[],
  there: readonly string[],
  libraries: string,
  script = ':',
): Promise<Place> {
  const far = 'nsenter --net=/run/netns/far';
  const wide = (address: string) => (address.includes(':') ? `${address}/128 nodad` : `${address}/32`);
  const routes = (to: readonly string[], by: string) =>
    to.map((address) => `ip route add ${address} dev ${by}`);
  const setUp = [
    'set -e',
    'mount --make-rprivate /',
    'mount -t tmpfs tmpfs /run',
    'mkdir -p /run/lock /run/dbus',
    'ip link set lo up',
    script,
    'ip netns add far',
    'ip link add near type veth peer name wire netns far',
    'ip link set near up',
    `${far} ip link set lo up`,
    `${far} ip link set wire up`,
    ...here.map((address) => `ip address add ${wide(address)} dev near`),
    ...there.map((address) => `${far} ip address add ${wide(address)} dev wire`),
    ...routes(there, 'near'),
    ...routes(here, 'wire').map((line) => `${far} ${line}`),
    'echo ready',
    'exec sleep 100000',
  ].join('\n');
  const holder = spawn('unshare', [...FLAGS, 'sh', '-c', setUp], { stdio: ['ignore', 'pipe', 'pipe'] });
  await isReady(holder);
  const user = isRoot ? [] : ['--user', '--preserve-credentials'];
  const enter = [
    'nsenter',
    ...user,
    '--net',
    '--mount',
    '--target',
    String(holder.pid),
    '--',
    'env',
    `LD_LIBRARY_PATH=${libraries}`,
    `CONNECT=${CONNECT}`,
  ];
  const run = (argv: readonly string[], input = '') => {
    const [program = '', ...args] = [...enter, ...argv];
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', input });
    if (status !== 0) throw new Error(`${argv.join(' ')}: status ${status}: ${stderr}${stdout}`);
    return stdout;
  };
  return {
    enter,
    run,
    reach: () =>
      JSON.parse(run([process.execPath, '-e', LISTEN], JSON.stringify({ here, there }))) as string[],
    close: () => {
      // what was started there as well
      for (const pid of pidsIn(holder.pid!)) if (pid !== process.pid) kill(pid);
      kill(holder.pid!);
    },
  };
}

/** A runner that counts and keeps what was run, and runs it all the same. */
export function watchedRun(): { readonly run: Run; readonly argvs: (readonly string[])[] } {
  const argvs: (readonly string[])[] = [];
  return {
    argvs,
    run: (argv, options) => {
      argvs.push(argv);
      return realRun(argv, options);
    },
  };
}

/** Processes in the network namespace of `pid`. */
function pidsIn(pid: number): readonly number[] {
  const space = (one: number | string) => {
    try {
      return readlinkSync(`/proc/${one}/ns/net`);
    } catch {
      return null;
    }
  };
  const own = space(pid);
  if (own === null || own === space('self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && space(name) === own)
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone by itself
  }
}

/** Listens at each address of `here`, and has somebody at the other end of the wire connect from each of `there`. */
const LISTEN = `
const net = require('node:net');
const { here, there } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const listen = (address) => new Promise((done) => {
  const server = net.createServer((socket) => socket.end()).listen(0, address, () => done(server.address().port));
});
Promise.all(here.map(listen)).then((ports) => {
  const to = here.map((address, i) => ({ address, port: ports[i] }));
  const argv = ['--net=/run/netns/far', process.execPath, '-e', process.env.CONNECT, JSON.stringify({ to, there })];
  const child = require('node:child_process').spawn('nsenter', argv, { stdio: ['ignore', 'inherit', 'inherit'] });
  child.on('exit', (status) => process.exit(status));
});
`;

const CONNECT = `
const net = require('node:net');
const { to, there } = JSON.parse(process.argv[1]);
const reaches = (from) => new Promise((done) => {
  const { address, port } = to.find((one) => one.address.includes(':') === from.includes(':'));
  const socket = net.connect({ port, host: address, localAddress: from });
  socket.on('connect', () => done(true));
  socket.on('error', () => done(false));
  setTimeout(() => done(false), 1000);
});
Promise.all(there.map(reaches)).then((answers) => {
  process.stdout.write(JSON.stringify(there.filter((_, i) => answers[i])), () => process.exit(0));
});
`;

function isReady(holder: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let error = '';
    holder.stderr?.on('data', (chunk: Buffer) => (error += chunk.toString('utf8')));
    holder.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString('utf8').includes('ready')) done();
    });
    holder.on('exit', (status) => fail(new Error(`no place: status ${status}: ${error}`)));
  });
}
