/**
 * Every backend of Linux against the real program, in a namespace of the test's own: ipset with iptables, firewalld on a
 * message bus of its own, ufw, fail2ban with a server of its own, CrowdSec with a local API of its own. One list of
 * behaviours for all.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/respond/backends/backend.ts';
import { crowdsec, DEFAULT_CROWDSEC } from '../../src/respond/backends/crowdsec.ts';
import { DEFAULT_FAIL2BAN, fail2ban } from '../../src/respond/backends/fail2ban.ts';
import { DEFAULT_FIREWALLD, firewalld } from '../../src/respond/backends/firewalld.ts';
import { hostsDeny } from '../../src/respond/backends/hosts-deny.ts';
import { DEFAULT_IPSET, ipset } from '../../src/respond/backends/ipset.ts';
import { DEFAULT_NFTABLES, nftables } from '../../src/respond/backends/nftables.ts';
import { textFile } from '../../src/respond/backends/text-file.ts';
import { DEFAULT_UFW, ufw } from '../../src/respond/backends/ufw.ts';
import { laidOver, makePlace, type Place, type Unpacked, unpacked, whyNoPlace } from './place.ts';

const parts = [unpacked('firewalls'), unpacked('managers')];
const reason =
  whyNoPlace() ?? parts.map((part) => ('reason' in part ? part.reason : null)).find((one) => one) ?? null;
const HERE = ['192.0.2.1', '2001:db8:f::1'];
const THERE = ['203.0.113.9', '198.51.100.5', '2001:db8:1:2::5', '203.0.113.10'];
const FOLDER = mkdtempSync(join(tmpdir(), 'slowbrute-respond-'));
const BUS = 'unix:path=/run/dbus/system_bus_socket';

it('what it needs is there', () => {
  if (reason !== null && process.env.CI === undefined) process.stdout.write(`not tried: ${reason}\n`);
  else expect(reason).toBeNull();
});

interface Candidate {
  readonly name: string;
  /** Run in the place before anything else. */
  readonly script?: string;
  /** Answers without an error when what was started is up. */
  readonly ready?: readonly string[];
  readonly make: (enter: readonly string[]) => Backend;
  /** Whether the kernel really drops what is blocked; CrowdSec without a bouncer, and files, do not. */
  readonly drops: boolean;
}

const python = '/usr/bin/python3';
const fail2banAt = ['/usr/bin/fail2ban-client', '-c', '/mnt/fail2ban', '-s', '/run/fail2ban/socket'];

const CANDIDATES: readonly Candidate[] = [
  {
    name: 'nftables',
    make: (enter) => nftables({ ...DEFAULT_NFTABLES, program: [...enter, 'nft'] }),
    drops: true,
  },
  {
    name: 'ipset',
    make: (enter) =>
      ipset({
        ...DEFAULT_IPSET,
        ipset: [...enter, 'ipset'],
        iptables: [...enter, 'iptables'],
        ip6tables: [...enter, 'ip6tables'],
      }),
    drops: true,
  },
  {
    name: 'firewalld',
    script: [
      `cat > /run/dbus/conf <<'X'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>${BUS}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="signal"/><allow receive_type="method_return"/><allow receive_type="error"/>
</policy></busconfig>
X`,
      'dbus-daemon --config-file=/run/dbus/conf --fork',
      `DBUS_SYSTEM_BUS_ADDRESS=${BUS} ${python} /usr/sbin/firewalld --nofork --nopid > /mnt/firewalld.log 2>&1 &`,
    ].join('\n'),
    // open for the test's listeners, in the running firewall and for good
    ready: [
      'sh',
      '-c',
      `${python} /usr/bin/firewall-cmd --permanent --add-port=1024-65535/tcp && ${python} /usr/bin/firewall-cmd --add-port=1024-65535/tcp`,
    ],
    make: (enter) =>
      firewalld({
        ...DEFAULT_FIREWALLD,
        program: [...enter, `DBUS_SYSTEM_BUS_ADDRESS=${BUS}`, python, '/usr/bin/firewall-cmd'],
      }),
    drops: true,
  },
  {
    name: 'ufw',
    script: [
      // what its package does when it is installed
      'for file in /usr/share/ufw/*.rules /usr/share/ufw/ufw.conf; do cp -L $file /etc/ufw/; done',
      `printf 'IPV6=yes\\nDEFAULT_INPUT_POLICY="ACCEPT"\\nDEFAULT_OUTPUT_POLICY="ACCEPT"\\nDEFAULT_FORWARD_POLICY="DROP"\\n' > /etc/default/ufw`,
      `printf 'DEFAULT_APPLICATION_POLICY="SKIP"\\nMANAGE_BUILTINS=no\\nIPT_SYSCTL=/etc/ufw/sysctl.conf\\nIPT_MODULES=""\\n' >> /etc/default/ufw`,
      `${python} /usr/sbin/ufw --force enable > /dev/null`,
    ].join('\n'),
    make: (enter) => ufw({ ...DEFAULT_UFW, program: [...enter, python, '/usr/sbin/ufw'] }),
    drops: true,
  },
  {
    name: 'fail2ban',
    script: [
      'mkdir -p /run/fail2ban; cp -a /etc/fail2ban /mnt/fail2ban; rm -f /mnt/fail2ban/jail.d/*',
      `cat > /mnt/fail2ban/jail.local <<'X'
[sshd]
enabled = false
[slowbrute]
enabled = true
filter =
logpath = /dev/null
backend = polling
bantime = -1
banaction = iptables-allports
X`,
      `${python} /usr/bin/fail2ban-server -c /mnt/fail2ban -s /run/fail2ban/socket -p /run/fail2ban/pid -b --logtarget /mnt/fail2ban.log start > /dev/null 2>&1`,
    ].join('\n'),
    ready: [python, ...fail2banAt, 'ping'],
    make: (enter) => fail2ban({ ...DEFAULT_FAIL2BAN, program: [...enter, python, ...fail2banAt] }),
    drops: true,
  },
  {
    name: 'crowdsec',
    script: [
      'mkdir -p /mnt/crowdsec/data /mnt/crowdsec/hub; cp -a /etc/crowdsec /mnt/crowdsec/conf',
      `cat > /mnt/crowdsec/config.yaml <<'X'
common: {daemonize: false, log_media: stdout, log_level: info, working_dir: /mnt/crowdsec}
config_paths: {config_dir: /mnt/crowdsec/conf, data_dir: /mnt/crowdsec/data, hub_dir: /mnt/crowdsec/hub, index_path: /mnt/crowdsec/hub/.index.json, notification_dir: /mnt/crowdsec/conf, plugin_dir: /mnt/crowdsec/plugins}
crowdsec_service: {enable: false}
cscli: {output: human}
db_config: {type: sqlite, db_path: /mnt/crowdsec/data/db}
api:
  client: {credentials_path: /mnt/crowdsec/credentials.yaml}
  server: {enable: true, listen_uri: "127.0.0.1:8081", profiles_path: /mnt/crowdsec/profiles.yaml, log_level: info}
prometheus: {enabled: false}
X`,
      `cat > /mnt/crowdsec/profiles.yaml <<'X'
name: none
filters: [ "false" ]
decisions: [ { type: ban, duration: 4h } ]
on_success: break
X`,
      'echo "{}" > /mnt/crowdsec/hub/.index.json; touch /mnt/crowdsec/credentials.yaml',
      'cscli -c /mnt/crowdsec/config.yaml machines add test --auto -f /mnt/crowdsec/credentials.yaml -u http://127.0.0.1:8081 > /dev/null 2>&1',
      'crowdsec -c /mnt/crowdsec/config.yaml -no-cs > /mnt/crowdsec.log 2>&1 &',
    ].join('\n'),
    ready: ['cscli', '-c', '/mnt/crowdsec/config.yaml', 'decisions', 'list'],
    make: (enter) =>
      crowdsec({ ...DEFAULT_CROWDSEC, program: [...enter, 'cscli', '-c', '/mnt/crowdsec/config.yaml'] }),
    drops: false,
  },
  {
    name: 'hosts-deny',
    make: () => hostsDeny({ path: join(FOLDER, 'hosts.deny'), daemons: 'ALL' }),
    drops: false,
  },
  { name: 'file', make: () => textFile({ path: join(FOLDER, 'blocked.txt') }), drops: false },
];

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe.skipIf(reason !== null).each(CANDIDATES)('$name', ({ script = '', ready, make, drops }) => {
  let place: Place;
  let backend: Backend;
  const entry = (target: string) => ({ target, seconds: 600 });
  const held = async () => (await backend.list!()).map(({ target }) => target).sort();
  const reach = () => place.reach();
  /** What a blocked source notices: nothing where nobody drops. */
  const reachable = (...those: readonly string[]) =>
    drops ? THERE.filter((one) => those.includes(one)) : THERE;

  beforeAll(async () => {
    place = await makePlace(HERE, THERE, '', [laidOver(parts as Unpacked[]), script].join('\n'));
    if (ready !== undefined) await isReady(place, ready);
    backend = make(place.enter);
    await backend.check();
    // a second time changes nothing
    await backend.check();
  }, 120_000);
  afterAll(() => place?.close());

  it('blocks addresses, networks and IPv6, and nobody else', async () => {
    expect(reach()).toEqual(THERE);
    await backend.apply({
      kind: 'replace',
      entries: [entry('203.0.113.9'), entry('198.51.100.0/24'), entry('2001:db8:1:2::/64')],
    });
    expect(await held()).toEqual(['198.51.100.0/24', '2001:db8:1:2::/64', '203.0.113.9']);
    await within(() => expect(reach()).toEqual(reachable('203.0.113.10')));
  });

  it('unblocks, also what is not there, and blocks again what is', async () => {
    await backend.apply({
      kind: 'update',
      add: [entry('203.0.113.10'), entry('203.0.113.9')],
      remove: ['198.51.100.0/24', '2001:db8:1:2::/64', '192.0.2.200'],
    });
    expect(await held()).toEqual(['203.0.113.10', '203.0.113.9']);
    await within(() => expect(reach()).toEqual(reachable('198.51.100.5', '2001:db8:1:2::5')));
  });

  it('replaces everything at once', async () => {
    await backend.apply({ kind: 'replace', entries: [entry('2001:db8:1:2::/64'), entry('203.0.113.9')] });
    expect(await held()).toEqual(['2001:db8:1:2::/64', '203.0.113.9']);
    await backend.apply({ kind: 'replace', entries: [] });
    expect(await held()).toEqual([]);
    await within(() => expect(reach()).toEqual(THERE));
  });

  it('takes hundreds', async () => {
    const count = Math.min(backend.capacity, 300);
    const entries = Array.from({ length: count === 100 ? 5 : count }, (_, i) =>
      entry(`198.18.${i >> 8}.${i & 255}`),
    );
    await backend.apply({ kind: 'replace', entries });
    expect(await held()).toHaveLength(entries.length);
  });

  it('leaves nothing behind', async () => {
    await backend.flush();
    await backend.flush();
    await within(() => expect(reach()).toEqual(THERE));
    const rules =
      place.run(['nft', 'list', 'ruleset']) + place.run(['iptables', '-S']) + place.run(['ip6tables', '-S']);
    // fail2ban's chain is its own affair
    expect(rules.replaceAll('f2b-slowbrute', '')).not.toMatch(/slowbrute|203\.0\.113|198\.18/);
  });
});

describe('hosts.deny', () => {
  it('keeps everything that is not ours, to the byte, and reads back what it wrote', async () => {
    const path = join(FOLDER, 'own.deny');
    const own = '# mine\nALL: PARANOID\nsshd: .bad.example : spawn (echo %h) &';
    writeFileSync(path, own, { mode: 0o640 });
    const backend = hostsDeny({ path, daemons: 'sshd' });
    const targets = ['203.0.113.9', '198.51.100.0/25', '2001:db8:1:2::/64', '2001:db8::1'];
    await backend.apply({ kind: 'replace', entries: targets.map((target) => ({ target, seconds: null })) });
    expect(readFileSync(path, 'utf8')).toBe(
      `${own}\n# begin slowbrute: these lines are written by a program\n` +
        'sshd: 203.0.113.9\nsshd: 198.51.100.0/255.255.255.128\nsshd: [2001:db8:1:2::]/64\nsshd: [2001:db8::1]\n' +
        '# end slowbrute\n',
    );
    expect((await backend.list!()).map(({ target }) => target)).toEqual(targets);
    await backend.flush();
    expect(readFileSync(path, 'utf8')).toBe(`${own}\n`);
  });
});

async function isReady(place: Place, argv: readonly string[]): Promise<void> {
  await within(() => void place.run([`DBUS_SYSTEM_BUS_ADDRESS=${BUS}`, ...argv]), 60);
}

/** Programs take what they are told in their own time. */
async function within(check: () => void, seconds = 15): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 300));
    }
  }
}
