/**
 * CrowdSec as Debian ships it: the Linux collection that the package enables (parser sshd-logs, scenarios ssh-bf and
 * ssh-slow-bf) from the hub that is in the package, and its own profile (four hours of ban). It reads the log in its
 * replay mode (`-dsn`), in which the time is the log's. Its local API listens on a free port of the loopback with a
 * database and a password of the run; the central API is not configured, so nothing is sent or fetched.
 *
 * In replay mode it goes on reading the lines of those whom it has banned. So the log is replayed twice, the second
 * time without the lines that the bans of the first would have kept from being written; what counts is the second.
 * Bans of four hours outlast nearly every visit, so more rounds change nothing but a source or two. For the first round
 * the beginning of each visit is enough, see openings.ts: the rest of a loud one would be an alarm every minute.
 */
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { blocksOfAlarms, linesLetThrough } from './blocks.ts';
import { openings } from './openings.ts';
import type { Blocks, Peer, PeerLog, PeerRun } from './peer.ts';
import type { Programs } from './programs.ts';
import { failureOf, type ProgramEnd, runProgram } from './run-program.ts';
import { librariesOf } from './unpack.ts';
import type { WorkFolder } from './work-folder.ts';

const TIMEOUT_SECONDS = 1800;
/** Of the items that the package's postinst enables, those that have to do with sshd. */
const HUB_ITEMS = [
  'collections/crowdsecurity/linux.yaml',
  'collections/crowdsecurity/sshd.yaml',
  'parsers/s00-raw/crowdsecurity/syslog-logs.yaml',
  'parsers/s01-parse/crowdsecurity/sshd-logs.yaml',
  'parsers/s02-enrich/crowdsecurity/dateparse-enrich.yaml',
  'parsers/s02-enrich/crowdsecurity/whitelists.yaml',
  'scenarios/crowdsecurity/ssh-bf.yaml',
  'scenarios/crowdsecurity/ssh-slow-bf.yaml',
];

export function crowdsec(programs: Programs, work: WorkFolder): Peer {
  const root = programs.root('crowdsec');
  /** What starting takes, measured once with an empty log. */
  let start: Promise<number> | null = null;
  const run = async (log: PeerLog): Promise<PeerRun> => {
    if (root === null) return { kind: 'absent', reason: 'crowdsec is not unpacked' };
    start ??= work.use('crowdsec', async (folder) => (await replay(root, folder, [])).end.cpuSeconds);
    const starting = await start;
    const once = (lines: PeerLog['lines']): Promise<PeerRun> =>
      work.use('crowdsec', async (folder) => {
        const { end, said } = await replay(root, folder, lines);
        if (end.status !== 0) return { kind: 'absent', reason: failureOf('crowdsec', end, TIMEOUT_SECONDS) };
        const cpuSeconds = Math.max(0, end.cpuSeconds - starting);
        return { kind: 'ran', blocks: await readBans(said), cpuSeconds };
      });
    const open = await once(openings(log.lines));
    return open.kind === 'absent' ? open : once(linesLetThrough(log.lines, open.blocks));
  };
  return {
    name: 'crowdsec',
    title: 'CrowdSec',
    describes: `CrowdSec ${programs.version('crowdsec')}, ssh-bf and ssh-slow-bf of the hub in the package, banned for 4 hours`,
    run,
  };
}

async function replay(
  root: string,
  folder: string,
  lines: PeerLog['lines'],
): Promise<{ readonly end: ProgramEnd; readonly said: string }> {
  const config = configure(root, folder, await freePort());
  const environment = { LD_LIBRARY_PATH: librariesOf(root) };
  const log = join(folder, 'auth.log');
  const said = join(folder, 'said');
  writeFileSync(log, lines.map(({ text }) => `${text}\n`).join(''));
  const registered = await runProgram({
    program: join(root, 'usr/bin/cscli'),
    // `-f /dev/null`: the credentials are already where they belong
    args: [
      '-c',
      config.path,
      'machines',
      'add',
      config.login,
      '--password',
      config.password,
      '-f',
      '/dev/null',
      '--force',
    ],
    environment,
    folder,
    timeoutSeconds: 60,
  });
  if (registered.status !== 0) return { end: registered, said };
  const end = await runProgram({
    program: join(root, 'usr/bin/crowdsec'),
    args: ['-c', config.path, '-dsn', `file://${log}`, '-type', 'syslog'],
    environment,
    folder,
    stdout: said,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  return { end, said };
}

interface Configuration {
  readonly path: string;
  readonly login: string;
  readonly password: string;
}

/** What the package's postinst sets up, in `folder`, without its web server collections; registered nowhere. */
export function configure(root: string, folder: string, port: number): Configuration {
  const etc = join(folder, 'etc');
  const data = join(folder, 'data');
  const hub = join(folder, 'hub');
  const shipped = join(root, 'usr/share/crowdsec');
  for (const path of [hub, join(etc, 'notifications'), join(etc, 'postoverflows'), join(folder, 'plugins')])
    mkdirSync(path, { recursive: true });
  cpSync(join(root, 'etc/crowdsec/patterns'), join(etc, 'patterns'), { recursive: true });
  for (const name of ['profiles.yaml', 'simulation.yaml'])
    copyFileSync(join(root, 'etc/crowdsec', name), join(etc, name));
  cpSync(join(shipped, 'data'), data, { recursive: true });
  for (const name of ['collections', 'parsers', 'postoverflows', 'scenarios', '.index.json'])
    if (existsSync(join(shipped, 'hub', name))) symlinkSync(join(shipped, 'hub', name), join(hub, name));
  for (const item of HUB_ITEMS) {
    // an enabled item is a link to the hub, one folder up from its author's
    const place = join(etc, dirname(dirname(item)));
    mkdirSync(place, { recursive: true });
    symlinkSync(join(hub, item), join(place, basename(item)));
  }
  const login = 'replay';
  const password = randomBytes(24).toString('hex');
  const url = `127.0.0.1:${port}`;
  writeFileSync(join(etc, 'lapi.yaml'), json({ url: `http://${url}`, login, password }), { mode: 0o600 });
  const path = join(folder, 'config.yaml');
  writeFileSync(
    path,
    json({
      common: { daemonize: false, log_media: 'stdout', log_level: 'info', working_dir: folder },
      config_paths: {
        config_dir: `${etc}/`,
        data_dir: `${data}/`,
        simulation_path: join(etc, 'simulation.yaml'),
        hub_dir: `${hub}/`,
        index_path: join(hub, '.index.json'),
        notification_dir: `${etc}/notifications/`,
        plugin_dir: `${folder}/plugins/`,
      },
      crowdsec_service: { parser_routines: 1 },
      cscli: { output: 'json' },
      // no `flush`, which would drop alerts of a log that is more than seven days old
      db_config: { log_level: 'info', type: 'sqlite', db_path: join(data, 'crowdsec.db'), use_wal: true },
      api: {
        client: { credentials_path: join(etc, 'lapi.yaml') },
        // no `online_client`: the central API is not there
        server: { log_level: 'info', listen_uri: url, profiles_path: join(etc, 'profiles.yaml') },
      },
      prometheus: { enabled: false },
    }),
  );
  return { path, login, password };
}

/** JSON is YAML (YAML 1.2, 1.3). */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** A port of the loopback that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** `Ip 192.0.2.1 performed 'crowdsecurity/ssh-bf' (6 events over 8s) at 2024-06-08 03:51:17 +0000 UTC` */
const PERFORMED =
  /msg="Ip (\S+) performed '[^']+' \(.*\) at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? \+0000 UTC"/;
/** `(replay/crowdsec) crowdsecurity/ssh-bf by ip 192.0.2.1 : 4h ban on Ip 192.0.2.1` */
const BANNED = /: ([0-9hms.]+) ban on Ip (\S+?)"/;

async function readBans(path: string): Promise<Blocks> {
  const alarms: { source: string; time: number }[] = [];
  const lengths = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const performed = PERFORMED.exec(line);
    if (performed !== null) {
      alarms.push({
        source: performed[1]!,
        time: Date.parse(`${performed[2]}T${performed[3]}Z`) / 1000,
      });
    }
    const banned = BANNED.exec(line);
    if (banned !== null) lengths.set(banned[2]!, durationSeconds(banned[1]!));
  }
  // an alarm without a decision (a simulated scenario, a list of friends) blocks nobody
  return blocksOfAlarms(
    alarms.flatMap((alarm) => {
      const seconds = lengths.get(alarm.source);
      return seconds === undefined ? [] : [{ ...alarm, seconds }];
    }),
  );
}

/** Seconds of a duration as Go writes it: `4h`, `1h30m0s`. */
export function durationSeconds(text: string): number {
  const unit = { h: 3600, m: 60, s: 1 } as const;
  let seconds = 0;
  for (const [, number, name] of text.matchAll(/([\d.]+)([hms])/g))
    seconds += Number(number) * unit[name as keyof typeof unit];
  return seconds;
}
