/**
 * What sshd says of a connection that tried a user and was not logged in: the user is unknown or not allowed, or
 * the connection ended before or after its tries. Each tells of at least one attempt, also where no credential was
 * taken (many guessing programs give up when there is no password method).
 *
 * packet.c, sshpkt_fmt_connection_id and log_preamble (7.5): `"%.200s%s%s port %d"` behind `authenticating user X `
 * or `invalid user X `; the address is always numeric there, which keeps names with spaces apart from it.
 */
import type { Form } from '../form.ts';

const SUBJECT = '<state> <user> <address> port <port>';

export const SSHD_CONNECTIONS: readonly Form[] = [
  {
    id: 'sshd.invalid-user',
    template: '[Invalid|Illegal] user <user> from <source>{ port <port>}{ ssh2}',
    tells: 'visit',
    known: false,
    since: '3.7 (Illegal), 3.9 (Invalid), port since 7.4; auth.c getpwnamallow',
    means: 'A client asked for a user who does not exist.',
    samples: [
      {
        message: 'Invalid user amanda from 192.0.2.80 port 53502',
        user: 'amanda',
        source: '192.0.2.80',
        port: 53502,
      },
      { message: 'Invalid user amanda from 192.0.2.80', user: 'amanda', source: '192.0.2.80' },
      { message: 'Illegal user test from ::ffff:192.0.2.81', user: 'test', source: '192.0.2.81' },
      { message: 'Invalid user  from 192.0.2.82 port 1', user: '', source: '192.0.2.82', port: 1 },
      {
        message: 'Invalid user a from 198.51.100.1 port 22 from 192.0.2.83 port 40000',
        user: 'a from 198.51.100.1 port 22',
        source: '192.0.2.83',
        port: 40000,
      },
    ],
  },
  {
    id: 'sshd.invalid-empty-user',
    template: '[Invalid|Illegal] user from <source>{ port <port>}{ ssh2}',
    tells: 'visit',
    known: false,
    user: '',
    since: 'as sshd.invalid-user, through a syslog that joins spaces',
    means: 'A client asked for the user with the empty name.',
    samples: [{ message: 'Invalid user from 192.0.2.84', user: '', source: '192.0.2.84' }],
  },
  {
    id: 'sshd.not-allowed',
    template: 'User <user> from <source> not allowed because <text>',
    tells: 'visit',
    known: true,
    since: '3.0, auth.c allowed_user',
    means: 'The account exists, but the configuration does not let it in.',
    samples: [
      {
        message: 'User root from 192.0.2.85 not allowed because not listed in AllowUsers',
        user: 'root',
        source: '192.0.2.85',
      },
      {
        message:
          "User bin from h.example not allowed because none of user's groups are listed in AllowGroups",
        user: 'bin',
        source: 'h.example',
      },
    ],
  },
  {
    id: 'sshd.not-allowed-no-source',
    template: 'User <user> not allowed because <text>',
    tells: 'visit',
    known: true,
    since: '3.0, auth.c allowed_user',
    means: 'The account exists, but it is locked or has no shell.',
    samples: [
      { message: 'User news not allowed because account is locked', user: 'news' },
      { message: 'User news not allowed because shell /bin/none does not exist', user: 'news' },
    ],
  },
  {
    id: 'sshd.expired',
    template: 'Account <user> has expired',
    tells: 'visit',
    known: true,
    since: '3.6, auth-shadow.c',
    means: 'The account exists, but its time is over.',
    samples: [{ message: 'Account frank has expired', user: 'frank' }],
  },
  {
    id: 'sshd.disconnecting',
    template: `Disconnecting ${SUBJECT}: [Too many authentication failures|no authentication methods enabled]`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c ssh_packet_disconnect',
    means: 'The server ended a connection that had used up its tries.',
    samples: [
      {
        message:
          'Disconnecting authenticating user root 192.0.2.86 port 51022: Too many authentication failures',
        user: 'root',
        source: '192.0.2.86',
        port: 51022,
        known: true,
      },
      {
        message: 'Disconnecting invalid user a b 2001:db8::86 port 51022: Too many authentication failures',
        user: 'a b',
        source: '2001:db8::86',
        port: 51022,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.disconnecting-otherwise',
    template: `Disconnecting ${SUBJECT}: [Change of username or service not allowed: (<hostile>)|Packet corrupt<text>|Corrupted<text>|Bad packet<text>|bad <text>|Protocol error<text>|compression<text>|unsupported<text>|Unsupported<text>|packet<text>|rekey<text>]`,
    tells: 'visit',
    known: 'told',
    since: '7.5, auth2.c input_userauth_request, packet.c ssh_packet_disconnect',
    means: 'The server ended a connection that had tried this user, or asked for a second one.',
    samples: [
      {
        message: 'Disconnecting authenticating user root 192.0.2.86 port 51022: Packet corrupt',
        user: 'root',
        source: '192.0.2.86',
        port: 51022,
        known: true,
      },

      {
        message:
          'Disconnecting invalid user anna 192.0.2.87 port 38987: Change of username or service not allowed: (anna,ssh-connection) -> (bert,ssh-connection)',
        user: 'anna',
        source: '192.0.2.87',
        port: 38987,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.disconnecting-too-many-for',
    template: 'Disconnecting: Too many authentication failures for <user>',
    tells: 'visit',
    known: null,
    since: '2.5 to 6.6, auth.h AUTH_FAIL_MSG',
    means: 'The server ended a connection that had used up its tries.',
    samples: [{ message: 'Disconnecting: Too many authentication failures for root', user: 'root' }],
  },
  {
    id: 'sshd.disconnecting-too-many',
    template: 'Disconnecting: Too many authentication failures',
    tells: 'visit',
    known: null,
    since: '6.7 to 7.4, auth.c auth_maxtries_exceeded',
    means: 'The server ended a connection that had used up its tries.',
    samples: [{ message: 'Disconnecting: Too many authentication failures' }],
  },
  {
    id: 'sshd.disconnected',
    template: `Disconnected from ${SUBJECT}`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c ssh_packet_read_poll_seqnr',
    means: 'The client hung up after trying this user.',
    samples: [
      {
        message: 'Disconnected from authenticating user root 192.0.2.88 port 57142',
        user: 'root',
        source: '192.0.2.88',
        port: 57142,
        known: true,
      },
      {
        message: 'Disconnected from invalid user x 198.51.100.1 port 22 192.0.2.88 port 57142',
        user: 'x 198.51.100.1 port 22',
        source: '192.0.2.88',
        port: 57142,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.closed',
    template: `Connection [closed|reset] by ${SUBJECT}`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c sshpkt_vfatal',
    means: 'The client closed the connection after trying this user.',
    samples: [
      {
        message: 'Connection closed by authenticating user root 192.0.2.89 port 42728',
        user: 'root',
        source: '192.0.2.89',
        port: 42728,
        known: true,
      },
      {
        message: 'Connection reset by invalid user  192.0.2.89 port 55895',
        user: '',
        source: '192.0.2.89',
        port: 55895,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.connection-failed-in',
    template: `[ssh_dispatch_run_fatal:|packet_write_wait:|packet_write_poll:|ssh_packet_write_wait:|sshpkt_fatal:|sshpkt_vfatal:|process_output:|ssh_packet_read:|dispatch_run_fatal:] Connection [from|with] ${SUBJECT}: <text>`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c sshpkt_vfatal',
    means: 'The connection broke after trying this user.',
    samples: [
      {
        message:
          'ssh_dispatch_run_fatal: Connection from authenticating user root 192.0.2.90 port 4011: Broken pipe',
        user: 'root',
        source: '192.0.2.90',
        port: 4011,
        known: true,
      },
    ],
  },
  {
    id: 'sshd.connection-failed',
    template: `Connection [from|with] ${SUBJECT}: <text>`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c sshpkt_vfatal',
    means: 'The connection broke after trying this user.',
    samples: [
      {
        message: 'Connection from invalid user nagios 192.0.2.90 port 4011: Connection refused',
        user: 'nagios',
        source: '192.0.2.90',
        port: 4011,
        known: false,
      },
    ],
  },
  {
    id: 'sshd.timed-out-user',
    template: `Connection timed out [with|by|from] ${SUBJECT}`,
    tells: 'visit',
    known: 'told',
    since: '7.5, packet.c sshpkt_vfatal',
    means: 'The client fell silent after trying this user.',
    samples: [
      {
        message: 'Connection timed out with invalid user pi 192.0.2.91 port 4012',
        user: 'pi',
        source: '192.0.2.91',
        port: 4012,
        known: false,
      },
    ],
  },
];
