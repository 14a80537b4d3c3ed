/** Carries out the cases on a machine with real servers, and gives the logs that they left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, KeyName } from './case.ts';
import { CERTIFICATE_IDENTITY } from './hostile.ts';
import { type Machine, type Ran, startMachine } from './machine.ts';
import { machineFiles, SERVERS, type Syslog, sshdConfig } from './servers.ts';

const SERVER_IPV4 = '198.51.100.1';
const SERVER_IPV6 = '2001:db8::1';
const SERVER_LINK_LOCAL = 'fe80::1';
export interface Session {
  /** `ssh -V` of the release. */
  readonly version: string;
  /** Contents of each log of the syslog daemon, by form. */
  readonly logs: ReadonlyMap<string, string>;
  /** How each client ended, in the order of the cases, and the answers that it did not give. */
  readonly ended: readonly { readonly ran: Ran; readonly unasked: string }[];
  /** Seconds since 1970 at which the first client began and the last one had ended. */
  readonly from: number;
  readonly to: number;
}

/**
 * Runs `cases` against the release unpacked at `programs`, `atOnce` clients at a time. Throws an Error when a server
 * does not start.
 */
export async function runSession(
  programs: string,
  syslog: Syslog,
  cases: readonly Case[],
  atOnce: number,
): Promise<Session> {
  const sources = cases.map(({ source }) => source);
  const machine = await startMachine({
    programs,
    hostName: 'sensor',
    addresses: [
      '192.0.2.1/24',
      `${SERVER_LINK_LOCAL}/64`,
      `${SERVER_IPV4}/32`,
      ...[SERVER_IPV6, ...sources.filter((source) => source.includes(':'))].map((ip) =>
        ip.startsWith('fe80:') ? `${ip}/64` : `${ip}/128`,
      ),
    ],
    files: machineFiles(names(cases)),
  });
  try {
    return await onMachine(machine, syslog, cases, atOnce);
  } finally {
    await machine.stop();
  }
}

/** Names for two thirds of the clients of servers that look names up; one in six has a name that looks like an address. */
function names(cases: readonly Case[]): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  cases
    .filter(({ server }) => server.dns)
    .forEach(({ source }, i) => {
      if (i % 3 !== 0) hosts.set(source, i % 6 === 1 ? '203.0.113.77' : `client-${i}.example`);
    });
  return hosts;
}

async function onMachine(
  machine: Machine,
  syslog: Syslog,
  cases: readonly Case[],
  atOnce: number,
): Promise<Session> {
  const version = (await machine.run('ssh', ['-V'])).stderr.trim();
  await prepareKeys(machine);
  const [program, ...args] = syslog.command;
  machine.start(program, args);
  await until(
    syslog.name,
    async () => (await machine.run('busybox', ['test', '-S', '/dev/log'])).status === 0,
  );
  for (const server of SERVERS) {
    const path = `/etc/ssh/sshd-${server.port}`;
    machine.write(path, sshdConfig(server));
    const ran = await machine.run('/usr/sbin/sshd', ['-f', path]);
    if (ran.status !== 0) throw new Error(`sshd (${server.name}) did not start: ${ran.stderr}`);
  }
  const from = Math.floor(Date.now() / 1000);
  const ended = await inTurn(cases, atOnce, (one, i) => carryOut(machine, one, i));
  await settled(machine, syslog);
  const to = Math.ceil(Date.now() / 1000);
  const logs = new Map(syslog.logs.map(({ path, form }) => [form, machine.read(path)]));
  return { version, logs, ended, from, to };
}

async function prepareKeys(machine: Machine): Promise<void> {
  const generate = async (...args: string[]) => {
    const ran = await machine.run('ssh-keygen', ['-q', ...args]);
    if (ran.status !== 0) throw new Error(`ssh-keygen ${args.join(' ')}: ${ran.stderr}`);
  };
  const names = [
    'host_key',
    'authority',
    'nobody',
    'known',
    'unknown',
    'certified',
    'certified-elsewhere',
    'self-certified',
  ];
  for (const name of names) await generate('-t', 'ed25519', '-N', '', '-C', name, '-f', `/etc/ssh/${name}`);
  const certify = (by: string, name: KeyName, ...options: string[]) =>
    generate(
      ...['-s', `/etc/ssh/${by}`, '-I', CERTIFICATE_IDENTITY, '-n', 'alice'],
      ...options,
      `/etc/ssh/${name}.pub`,
    );
  await certify('authority', 'certified');
  await certify('authority', 'certified-elsewhere', '-O', 'source-address=203.0.113.0/24');
  await certify('nobody', 'self-certified');
  const known = machine.read('etc/ssh/known.pub');
  machine.write('etc/ssh/keys/alice', known);
  machine.write('etc/ssh/keys/judy', `from="203.0.113.0/24" ${known}`);
}

/** What ssh runs to ask for a password: each call gives the next answer. */
const ASKPASS = `#!/bin/sh
answer=$(busybox head -n 1 "$ANSWERS")
busybox sed -i 1d "$ANSWERS"
case $answer in
die) kill -9 $PPID ;;
wait) busybox sleep 8; kill -9 $PPID ;;
*) echo "$answer" ;;
esac
`;

const SPEAK = `
const [text, leaves, host, port, localAddress] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port: Number(port), localAddress }, () => {
  if (text !== '') socket.write(text);
  if (leaves !== 'never') setTimeout(() => leaves === 'reset' ? socket.resetAndDestroy() : socket.end(), 200);
});
socket.on('error', (error) => leaves === 'reset' || error.code === 'ECONNRESET' || (process.exitCode = 1));
socket.resume();
`;

async function carryOut(machine: Machine, one: Case, i: number): Promise<Session['ended'][number]> {
  const { client, server, source } = one;
  const linkLocal = source.startsWith('fe80:');
  const host = linkLocal ? `${SERVER_LINK_LOCAL}%lo` : source.includes(':') ? SERVER_IPV6 : SERVER_IPV4;
  if (client.kind === 'bytes') {
    const ran = await machine.node(SPEAK, [client.text, client.leaves, host, String(server.port), source]);
    return { ran, unasked: '' };
  }
  // each method that prompts gets its share of the answers
  const prompting = Math.max(1, client.methods.split(',').filter((name) => name !== 'publickey').length);
  const config = [
    // the command line refuses control characters since 9.6, a file takes them; but it takes no empty name
    ...(client.user === '' ? [] : [`User "${client.user}"`]),
    `Port ${server.port}`,
    `BindAddress ${source}${linkLocal ? '%lo' : ''}`,
    `PreferredAuthentications ${client.methods}`,
    `NumberOfPasswordPrompts ${Math.max(1, client.answers.length / prompting)}`,
    'StrictHostKeyChecking no',
    'UserKnownHostsFile /dev/null',
    'IdentitiesOnly yes',
    ...(client.key === undefined ? ['PubkeyAuthentication no'] : [`IdentityFile /etc/ssh/${client.key}`]),
    'ConnectTimeout 10',
    'RequestTTY no',
    'LogLevel ERROR',
  ];
  machine.write(`tmp/case-${i}`, `${config.join('\n')}\n`);
  machine.write(`tmp/answers-${i}`, client.answers.map((answer) => `${answer}\n`).join(''));
  if (i === 0) machine.write('tmp/askpass', ASKPASS, 0o755);
  const ran = await machine.run(
    'ssh',
    ['-F', `/tmp/case-${i}`, ...(client.user === '' ? ['-l', ''] : []), host, 'true'],
    {
      SSH_ASKPASS: '/tmp/askpass',
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: ':0',
      ANSWERS: `/tmp/answers-${i}`,
    },
  );
  return { ran, unasked: machine.read(`tmp/answers-${i}`) };
}

/** Waits until no process of a connection is left and the syslog has written what it had. */
async function settled(machine: Machine, syslog: Syslog): Promise<void> {
  await until('the last connection', async () => {
    const { stdout } = await machine.run('busybox', ['ps', '-o', 'args']);
    return !/sshd(?:-session|-auth)?: (?!\/usr\/sbin\/sshd .*listener)/.test(stdout);
  });
  let size = -1;
  await until('the log', async () => {
    const now = syslog.logs.reduce((sum, { path }) => sum + machine.read(path).length, 0);
    const same = now === size;
    size = now;
    if (!same) await sleep(200);
    return same;
  });
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error(`${what} is not there after 10 s`);
}

async function inTurn<A, B>(
  items: readonly A[],
  atOnce: number,
  work: (item: A, i: number) => Promise<B>,
): Promise<readonly B[]> {
  const results: B[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!, i);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
