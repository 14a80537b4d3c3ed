/**
 * What an audit takes an sshd_config for, against what the real sshd of several Debian releases says of the same file
 * (`sshd -T -C ..`). Runs where it can (root, Linux, a Debian whose mirror answers); elsewhere it says why it did not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsOfFile } from '../../src/explain/audit-config-file.ts';
import { type Connection, isDump, releaseIn, settingsOfDump } from '../../src/explain/audit-settings.ts';
import { debianRoot } from './debian-root.ts';
import { type Machine, machineImpossible, startMachine } from './machine.ts';
import { machineFiles } from './servers.ts';

const RELEASES = (process.env.SSHD_RELEASES ?? 'bookworm trixie').split(/\s+/);
const PACKAGES = ['openssh-server', 'openssh-client', 'rsyslog', 'busybox', 'libpam-modules'];

const KEYWORDS = (
  'port usepam passwordauthentication kbdinteractiveauthentication pubkeyauthentication permitemptypasswords permitrootlogin ' +
  'maxauthtries logingracetime maxstartups persourcemaxstartups usedns loglevel authenticationmethods allowusers denyusers allowgroups'
).split(' ');

const CONFIGS: readonly { says: string; text: string }[] = [
  { says: 'nothing', text: '' },
  {
    says: 'the first value holds',
    text: 'PasswordAuthentication no\npasswordauthentication yes\nMaxAuthTries=2\nUseDNS yes',
  },
  { says: 'the old name of keyboard-interactive', text: 'ChallengeResponseAuthentication no\nUsePAM yes' },
  {
    says: 'lists',
    text: 'AllowUsers alice bob\nAllowUsers carol\nDenyUsers mallory\nAuthenticationMethods publickey,password',
  },
  {
    says: 'included files',
    text: 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nPort 2222\nPort 22',
  },
  {
    says: 'Match blocks',
    text: 'PasswordAuthentication yes\nPermitRootLogin yes\nMatch User bob\nPasswordAuthentication no\nMatch Address 192.0.2.0/24,!192.0.2.9\nPermitRootLogin no\nMaxAuthTries 1\nMatch User bob\nMaxAuthTries 4\nMatch all\nAllowUsers eve',
  },
];
const CONNECTIONS: readonly Connection[] = [
  { user: 'alice', host: 'h.example', addr: '198.51.100.1' },
  { user: 'bob', host: 'h.example', addr: '192.0.2.1' },
  { user: 'bob', host: 'h.example', addr: '192.0.2.9' },
];
const INCLUDED = [
  { path: '/etc/ssh/sshd_config.d/10-a.conf', text: 'PermitRootLogin no\nLogLevel VERBOSE\n' },
  {
    path: '/etc/ssh/sshd_config.d/20-b.conf',
    text: 'LogLevel DEBUG\nLoginGraceTime 30\nMatch User bob\nMaxAuthTries 3\n',
  },
];

const impossible = machineImpossible();
for (const release of RELEASES) {
  const programs =
    impossible === null
      ? debianRoot(release, PACKAGES)
      : { kind: 'out-of-reach' as const, reason: impossible };
  describe(`sshd -T of Debian ${release}`, () => {
    if (programs.kind === 'root') tried(programs.path);
    else {
      process.stdout.write(`\n# tests/real/audit was not run: ${programs.reason}\n`);
      it.skipIf(!process.env.CI)(`was not tried: ${programs.reason}`, () => {
        expect.fail(`in CI the real sshd must be tried, but ${programs.reason}`);
      });
    }
  });
}

function tried(programs: string): void {
  let machine: Machine;
  beforeAll(async () => {
    const files = Object.fromEntries(INCLUDED.map(({ path, text }) => [path.slice(1), text]));
    machine = await startMachine({
      programs,
      hostName: 'sensor',
      addresses: [],
      files: { ...machineFiles(new Map()), ...files },
    });
    await machine.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', '/etc/ssh/host_key']);
  }, 60_000);
  afterAll(() => machine?.stop());

  describe.each(CONFIGS)('with $says', ({ text }) => {
    it.each(CONNECTIONS)('for $user from $addr is what the audit takes the file for', async (connection) => {
      machine.write('etc/ssh/audited', `HostKey /etc/ssh/host_key\n${text}\n`);
      const spec = Object.entries(connection).map(([name, value]) => `${name}=${value}`);
      const { stdout, stderr, status } = await machine.run('/usr/sbin/sshd', [
        '-T',
        '-f',
        '/etc/ssh/audited',
        '-C',
        spec.join(','),
      ]);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(isDump(stdout)).toBe(true);
      const said = await machine.run('/usr/sbin/sshd', ['-V']);
      const version = releaseIn(`${said.stdout}${said.stderr}`);
      expect(version).not.toBeNull();
      const real = settingsOfDump(stdout, version);
      const ours = settingsOfFile(
        { path: 'audited', text: `HostKey /etc/ssh/host_key\n${text}\n` },
        { release: version, connection, include: () => INCLUDED },
      );
      expect(chosen(ours.values)).toEqual(chosen(real.values));
      expect(real.unknown).toEqual([]);
      expect(ours.undecided).toEqual([]);
    });
  });

  it('without host keys says what the audit explains as a lack of rights', async () => {
    machine.write('etc/ssh/keyless', 'HostKey /etc/ssh/none\n');
    const { status, stderr } = await machine.run('/usr/sbin/sshd', ['-T', '-f', '/etc/ssh/keyless']);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/no hostkeys available|Unable to load host key|Could not load host key/i);
  });
}

/** What an audit hangs on, each in one way of writing. */
function chosen(values: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries(
    KEYWORDS.map((keyword) => [
      keyword,
      (values.get(keyword) ?? []).map((value) =>
        value.toLowerCase().replace('without-password', 'prohibit-password'),
      ),
    ]),
  );
}
