// ClickHouse servers as ordinary processes of the test: one, or several of a cluster with ZooKeeper; on loopback, on free
// ports, in a folder that goes with them, with bounded memory. They die with the process that started them, also where that
// is killed (setpriv --pdeathsig, of util-linux).
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fleetPackages, hasJava, javaClasses, libraries, serverIn } from './packages.mjs';

const MEGABYTE = 1 << 20;
/** What one server may use for all queries together. */
const SERVER_MEMORY = 1200 * MEGABYTE;
export const USER = 'keeper';
export const PASSWORD = `p'a"s\\s /?#@:%`;
export const CLUSTER = 'fleet';
/** A user, and the one database in which it has rights. */
export const TENANT = 'tenant';

/** Why servers cannot be had here; null: they can. */
export function absentServers({ cluster = false } = {}) {
  const packages = fleetPackages();
  if (packages.absent !== undefined) return packages.absent;
  if (spawnSync('setpriv', ['--version']).status !== 0) return 'this machine has no setpriv';
  if (cluster && !hasJava()) return 'this machine has no java, which ZooKeeper needs';
  return null;
}

/**
 * Starts servers: `shards` times `replicas`; with ZooKeeper where there is more than one. Resolves when they answer.
 * `tls`: they speak HTTPS beside HTTP, with a certificate made for 127.0.0.1. `diskMegabytes`: the data of the first server lie
 * on a disk of that size, in a mount namespace of its own, of which `ballastMegabytes` are taken already.
 */
export async function startServers({
  shards = 1,
  replicas = 1,
  tls = false,
  settings = '',
  diskMegabytes = null,
  ballastMegabytes = 0,
} = {}) {
  const { root } = fleetPackages();
  const folder = mkdtempSync(join(tmpdir(), 'slowbrute-fleet-'));
  const count = shards * replicas;
  const ports = await freePorts(4 * count + 1);
  const zookeeperPort = ports[4 * count];
  const nodes = Array.from({ length: count }, (_, i) => ({
    index: i,
    shard: Math.floor(i / replicas) + 1,
    replica: (i % replicas) + 1,
    folder: join(folder, `node${i}`),
    http: ports[4 * i],
    tcp: ports[4 * i + 1],
    interserver: ports[4 * i + 2],
    https: ports[4 * i + 3],
    child: null,
  }));
  const certificate = tls ? makeCertificate(folder) : null;
  for (const node of nodes)
    configure(node, {
      nodes,
      shards,
      replicas,
      zookeeperPort: count > 1 ? zookeeperPort : null,
      certificate,
      settings,
    });
  let zookeeper = count > 1 ? startZooKeeper(root, join(folder, 'zookeeper'), zookeeperPort) : null;

  const start = (index) => {
    const node = nodes[index];
    const server = [serverIn(root), `--config-file=${join(node.folder, 'config.xml')}`];
    const isSmall = diskMegabytes !== null && index === 0;
    const [command, ...args] = isSmall
      ? onSmallDisk(join(node.folder, 'data'), diskMegabytes, ballastMegabytes, server)
      : server;
    node.child = spawnBound(
      command,
      args,
      { env: { ...process.env, ...libraries(root), TZ: 'UTC' }, cwd: node.folder },
      join(node.folder, 'output.log'),
    );
  };
  const ready = async (index, seconds = 60) => {
    const node = nodes[index];
    const end = Date.now() + seconds * 1000;
    for (;;) {
      if (
        await fetch(`http://127.0.0.1:${node.http}/`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
      if (node.child === null || node.child.exitCode !== null || Date.now() > end)
        throw new Error(`a ClickHouse server does not start: ${tail(join(node.folder, 'output.log'))}`);
      await sleep(50);
    }
  };
  const kill = async (index) => {
    const { child } = nodes[index];
    nodes[index].child = null;
    await ended(child, 'SIGKILL');
  };
  const stop = async () => {
    for (const { child } of nodes) await ended(child, 'SIGKILL');
    await ended(zookeeper, 'SIGKILL');
    zookeeper = null;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (zookeeper !== null) await answersOn(zookeeperPort, zookeeper, join(folder, 'zookeeper/output.log'));
    for (const { index } of nodes) start(index);
    for (const { index } of nodes) await ready(index);
  } catch (error) {
    await stop();
    throw error;
  }
  const login = `${USER}:${encodeURIComponent(PASSWORD)}`;
  return {
    folder,
    nodes,
    certificate,
    start,
    ready,
    kill,
    stop,
    /** Gives the small disk the room that the ballast took. */
    dropBallast: () => rmSync(`/proc/${nodes[0].child.pid}/root${nodes[0].folder}/data/ballast`),
    /** Stops a server in the middle of whatever it does, as a network that is gone would. */
    freeze: (index) => nodes[index].child.kill('SIGSTOP'),
    thaw: (index) => nodes[index].child.kill('SIGCONT'),
    killZooKeeper: async () => {
      await ended(zookeeper, 'SIGKILL');
      zookeeper = null;
    },
    startZooKeeper: async () => {
      zookeeper = startZooKeeper(root, join(folder, 'zookeeper'), zookeeperPort);
      await answersOn(zookeeperPort, zookeeper, join(folder, 'zookeeper/output.log'));
    },
    /** What slowbrute calls them. */
    url: (database, parameters = {}) => {
      const all = { ...(count > 1 ? { cluster: CLUSTER } : {}), ...parameters };
      const query = new URLSearchParams(all).toString();
      const hosts = nodes.map(({ http, https }) => `127.0.0.1:${tls ? https : http}`).join(',');
      return `clickhouse${tls ? 's' : ''}://${login}@${hosts}/${database}${query === '' ? '' : `?${query}`}`;
    },
    /** Asks one server, as the user `default` who may do everything; the answer as TabSeparated text. */
    ask: async (sql, index = 0) => {
      const answer = await fetch(`http://127.0.0.1:${nodes[index].http}/`, { method: 'POST', body: sql });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return text;
    },
  };
}

/** `command` with a file system of its own under `folder`, that only it sees. */
function onSmallDisk(folder, megabytes, ballast, command) {
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$0" && head -c ${ballast}M /dev/zero > "$0/ballast" && mkdir "$0/tmp" && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, folder, 'setpriv', '--pdeathsig', 'KILL', ...command];
}

function configure(node, { nodes, shards, replicas, zookeeperPort, certificate, settings }) {
  mkdirSync(join(node.folder, 'data'), { recursive: true });
  const cluster = Array.from({ length: shards }, (_, shard) => {
    const members = nodes
      .slice(shard * replicas, (shard + 1) * replicas)
      .map(({ tcp }) => `<replica><host>127.0.0.1</host><port>${tcp}</port></replica>`);
    return `<shard><internal_replication>true</internal_replication>${members.join('')}</shard>`;
  });
  const replicated =
    zookeeperPort === null
      ? ''
      : `<remote_servers><${CLUSTER}>${cluster.join('')}</${CLUSTER}></remote_servers>
  <zookeeper><node><host>127.0.0.1</host><port>${zookeeperPort}</port></node><session_timeout_ms>4000</session_timeout_ms></zookeeper>
  <macros><shard>${node.shard}</shard><replica>node${node.index}</replica></macros>
  <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>`;
  const tls =
    certificate === null
      ? ''
      : `<https_port>${node.https}</https_port>
  <openSSL><server><certificateFile>${certificate.path}</certificateFile><privateKeyFile>${certificate.key}</privateKeyFile>
  <verificationMode>none</verificationMode><disableProtocols>sslv2,sslv3</disableProtocols></server></openSSL>`;
  writeFileSync(
    join(node.folder, 'config.xml'),
    `<yandex>
  <logger><level>warning</level><log>${node.folder}/server.log</log><errorlog>${node.folder}/error.log</errorlog>
    <size>20M</size><count>2</count></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${node.http}</http_port><tcp_port>${node.tcp}</tcp_port>
  <interserver_http_host>127.0.0.1</interserver_http_host><interserver_http_port>${node.interserver}</interserver_http_port>
  <path>${node.folder}/data/</path><tmp_path>${node.folder}/data/tmp/</tmp_path>
  <users_config>${node.folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <timezone>UTC</timezone>
  <max_concurrent_queries>60</max_concurrent_queries>
  <mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
  <builtin_dictionaries_reload_interval>36000</builtin_dictionaries_reload_interval>
  ${replicated}
  ${tls}
  ${settings}
</yandex>
`,
  );
  const users = { default: '', [USER]: PASSWORD, reader: 'reader', [TENANT]: TENANT };
  writeFileSync(
    join(node.folder, 'users.xml'),
    `<yandex>
  <profiles>
    <default><max_memory_usage>${SERVER_MEMORY / 2}</max_memory_usage>
      <max_memory_usage_for_all_queries>${SERVER_MEMORY}</max_memory_usage_for_all_queries>
      <max_threads>2</max_threads><log_queries>0</log_queries></default>
    <looking><readonly>2</readonly></looking>
  </profiles>
  <quotas><default/></quotas>
  <users>${Object.entries(users)
    .map(
      ([name, password]) =>
        `<${name}><password>${escapeXml(password)}</password><networks><ip>127.0.0.1</ip></networks>
      <profile>${name === 'reader' ? 'looking' : 'default'}</profile><quota>default</quota>${name === TENANT ? `<allow_databases><database>${TENANT}</database><database>system</database></allow_databases>` : ''}</${name}>`,
    )
    .join('\n')}</users>
</yandex>
`,
  );
}

function startZooKeeper(root, folder, port) {
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(
    join(folder, 'zoo.cfg'),
    `tickTime=1000\ndataDir=${folder}/data\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false
maxClientCnxns=0\n4lw.commands.whitelist=ruok\n`,
  );
  return spawnBound(
    'java',
    [
      '-Xmx160m',
      '-Xms32m',
      '-XX:+UseSerialGC',
      '-cp',
      javaClasses(root),
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      join(folder, 'zoo.cfg'),
    ],
    { cwd: folder },
    join(folder, 'output.log'),
  );
}

/** A process that dies with this one. */
function spawnBound(command, args, options, log) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  child.on('close', () => file.end());
  child.unref();
  return child;
}

function ended(child, signal) {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('close', resolve);
    child.ref();
    child.kill('SIGCONT');
    child.kill(signal);
  });
}

async function answersOn(port, child, log) {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await fourLetters(port);
    if (answer === 'imok') return;
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`ZooKeeper does not start: ${tail(log)}`);
    await sleep(100);
  }
}

async function fourLetters(port) {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('ruok'));
    socket.on('data', (data) => {
      text += data;
    });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(text));
  });
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer();
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function makeCertificate(folder) {
  const path = join(folder, 'server.crt');
  const key = join(folder, 'server.key');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', path],
  ]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr.toString()}`);
  return { path, key };
}

function escapeXml(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function tail(path) {
  try {
    return readFileSync(path, 'utf8').slice(-2000);
  } catch {
    return 'it says nothing';
  }
}
