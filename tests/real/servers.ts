/**
 * The servers that are tried, each an sshd of its own on a port of its own, and the machine's files: accounts, PAM's
 * stack as Debian's common-auth has it (without its delay of two seconds), names for some addresses, a syslog that
 * writes every line three times.
 */

export interface Server {
  readonly name: string;
  readonly port: number;
  readonly pam: boolean;
  readonly verbose: boolean;
  /** Whether it looks up the names of its clients. */
  readonly dns: boolean;
  /** Further lines of sshd_config. */
  readonly config: readonly string[];
}

const PASSWORDS = ['PasswordAuthentication yes', 'PermitRootLogin prohibit-password'];

/** Each of the three settings in either state with either state of each other one. */
export const ORDINARY: readonly Server[] = [
  { name: 'PAM', port: 2201, pam: true, verbose: false, dns: false, config: PASSWORDS },
  { name: 'PAM, verbose, names', port: 2202, pam: true, verbose: true, dns: true, config: PASSWORDS },
  { name: 'no PAM, names', port: 2203, pam: false, verbose: false, dns: true, config: PASSWORDS },
  { name: 'no PAM, verbose', port: 2204, pam: false, verbose: true, dns: false, config: PASSWORDS },
];

export const KEYS_ONLY: Server = {
  name: 'keys only',
  port: 2205,
  pam: true,
  verbose: false,
  dns: false,
  config: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
};

export const PICKY: Server = {
  name: 'picky',
  port: 2206,
  pam: false,
  verbose: false,
  dns: false,
  config: [...PASSWORDS, 'AllowUsers alice root dave erin mallory', 'DenyUsers mallory', 'MaxAuthTries 2'],
};

export const IMPATIENT: Server = {
  name: 'impatient',
  port: 2207,
  pam: true,
  verbose: false,
  dns: false,
  config: [...PASSWORDS, 'LoginGraceTime 2'],
};

export const TWO_FACTORS: Server = {
  name: 'two factors',
  port: 2208,
  pam: true,
  verbose: true,
  dns: false,
  config: [...PASSWORDS, 'AuthenticationMethods publickey,password'],
};

export const SERVERS: readonly Server[] = [...ORDINARY, KEYS_ONLY, PICKY, IMPATIENT, TWO_FACTORS];

/** sshd_config of a server. */
export function sshdConfig(server: Server): string {
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  const lines = [
    // the first value of an option holds
    ...server.config,
    `Port ${server.port}`,
    'HostKey /etc/ssh/host_key',
    `PidFile /run/sshd-${server.port}.pid`,
    `LogLevel ${server.verbose ? 'VERBOSE' : 'INFO'}`,
    `UsePAM ${yes(server.pam)}`,
    `UseDNS ${yes(server.dns)}`,
    // its older name, which every release still knows
    `ChallengeResponseAuthentication ${yes(server.pam)}`,
    'AuthorizedKeysFile /etc/ssh/keys/%u',
    'TrustedUserCAKeys /etc/ssh/authority.pub',
    'MaxStartups 100',
  ];
  return `${lines.join('\n')}\n`;
}

export const PASSWORD = 'right-password';
/** crypt(3) of {@link PASSWORD}. */
const CRYPTED =
  '$6$documentation$dvzp0tkfr09Zpxcm3MWKU64TKKWOdkmEGW1/uBPx8L/jOY/R0blytvU/wr0dhUz5rspAfbgH0v2GRhXQfa1Ul.';

/** A syslog daemon and the logs that it writes of the same messages, each in another form. */
export interface Syslog {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly logs: readonly { readonly path: string; readonly form: string }[];
}

export const RSYSLOG: Syslog = {
  name: 'rsyslog',
  command: ['rsyslogd', '-n'],
  logs: [
    { path: 'var/log/traditional.log', form: 'RSYSLOG_TraditionalFileFormat' },
    { path: 'var/log/iso.log', form: 'RSYSLOG_FileFormat' },
    { path: 'var/log/rfc5424.log', form: 'RSYSLOG_SyslogProtocol23Format' },
  ],
};

/** `message repeated 2 times: [ .. ]` for a message like the one before. */
export const JOINING_RSYSLOG: Syslog = {
  ...RSYSLOG,
  name: 'rsyslog that joins repeated messages',
  command: ['rsyslogd', '-n', '-f', '/etc/rsyslog-joining.conf'],
};

/** Writes `auth.info` before the program. */
export const BUSYBOX: Syslog = {
  name: "busybox's syslogd",
  command: ['busybox', 'syslogd', '-n', '-O', '/var/log/messages'],
  logs: [{ path: 'var/log/messages', form: 'its only form' }],
};

/** The machine's files. `hosts` are names by address. */
export function machineFiles(hosts: ReadonlyMap<string, string>): Record<string, string> {
  const accounts: readonly (readonly [
    name: string,
    uid: number,
    shell: string,
    crypted: string,
    expires: string,
  ])[] = [
    ['root', 0, '/bin/sh', CRYPTED, ''],
    ['sshd', 100, '/bin/false', '*', ''],
    ['alice', 1000, '/bin/sh', CRYPTED, ''],
    ['bob', 1001, '/bin/sh', CRYPTED, ''],
    ['carol', 1002, '/bin/sh', CRYPTED, '1'],
    ['dave', 1003, '/bin/sh', `!${CRYPTED}`, ''],
    ['erin', 1004, '/bin/none', CRYPTED, ''],
    ['mallory', 1005, '/bin/sh', CRYPTED, ''],
    ['judy', 1006, '/bin/sh', CRYPTED, ''],
  ];
  const lines = (of: readonly string[]) => `${of.join('\n')}\n`;
  const actions = RSYSLOG.logs.map(
    ({ path, form }) => `*.* action(type="omfile" file="/${path}" template="${form}")`,
  );
  return {
    'etc/passwd': lines(accounts.map(([name, uid, shell]) => `${name}:x:${uid}:${uid}::/root:${shell}`)),
    'etc/shadow': lines(
      accounts.map(([name, , , crypted, expires]) => `${name}:${crypted}:20000:::::${expires}:`),
    ),
    'etc/group': lines(accounts.map(([name, uid]) => `${name}:x:${uid}:`)),
    'etc/shells': '/bin/sh\n',
    'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
    'etc/hosts': lines([...hosts].map(([address, name]) => `${address} ${name}`)),
    'etc/pam.d/sshd': lines([
      'auth [success=1 default=ignore] pam_unix.so nullok nodelay',
      'auth requisite pam_deny.so',
      'auth required pam_permit.so',
      'account required pam_unix.so',
      'session required pam_unix.so',
    ]),
    'etc/pam.d/other': 'auth required pam_deny.so\naccount required pam_deny.so\n',
    'etc/rsyslog.conf': lines(['module(load="imuxsock")', ...actions]),
    'etc/rsyslog-joining.conf': lines(['$RepeatedMsgReduction on', 'module(load="imuxsock")', ...actions]),
  };
}
