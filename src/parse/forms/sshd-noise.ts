/**
 * What sshd says that tells of no attempt. It is listed so that a message which no form knows is noticed: it is
 * counted as unread, and may be one that tells of an attempt. Where such a message names the process's source it is
 * context for the lines that do not.
 */
import type { Form, Sample } from '../form.ts';

function nothing(id: string, template: string, since: string, means: string, ...messages: string[]): Form {
  const samples: Sample[] = messages.map((message) => ({ message }));
  return { id: `sshd.${id}`, template, tells: 'nothing', known: null, since, means, samples };
}

function context(id: string, template: string, since: string, means: string, ...samples: Sample[]): Form {
  return { id: `sshd.${id}`, template, tells: 'context', known: null, since, means, samples };
}

const BEFORE_USER = 'The connection ended before it tried a user.';
const BROKEN = 'The connection broke; if it had tried a user, other lines tell.';
const SERVER = 'The server speaks of itself.';
const SESSION = 'Part of a session after the login.';
const CONFIGURATION = "The server's configuration or keys need a look; no attempt.";
const ENDED = 'The end of a connection; if it had tried a user, other lines tell.';

export const SSHD_NOISE: readonly Form[] = [
  context(
    'connection-from',
    'Connection from <source> port <port>{ on <text>}',
    '2.3, sshd.c (LogLevel VERBOSE)',
    'A connection began.',
    { message: 'Connection from 192.0.2.100 port 4001 on 198.51.100.2 port 22 rdomain ""', source: '192.0.2.100', port: 4001 },
  ),
  context(
    'reverse-mapping',
    'reverse mapping checking getaddrinfo for <word> \\[<address>\\] failed{.}{ - <text>}',
    '3.8, canohost.c',
    'The name of this address does not lead back to it.',
    {
      message: 'reverse mapping checking getaddrinfo for h.example [192.0.2.101] failed - POSSIBLE BREAK-IN ATTEMPT!',
      source: '192.0.2.101',
    },
    { message: 'reverse mapping checking getaddrinfo for h.example [192.0.2.101] failed.', source: '192.0.2.101' },
  ),
  nothing(
    'reverse-mapping-old',
    'reverse mapping checking <text>',
    '3.8, canohost.c',
    'The name of an address does not lead back to it.',
    'reverse mapping checking getaddrinfo for h.example failed - POSSIBLE BREAKIN ATTEMPT!',
  ),
  context(
    'address-maps',
    'Address <address> maps to <text>',
    '3.8, canohost.c',
    'The name of this address does not lead back to it.',
    {
      message: 'Address 192.0.2.102 maps to h.example, but this does not map back to the address - POSSIBLE BREAK-IN ATTEMPT!',
      source: '192.0.2.102',
    },
  ),
  nothing('no-reverse', 'Could not reverse map address <word>', '2.3, canohost.c', 'The address has no name.', 'Could not reverse map address 192.0.2.103.'),
  nothing('nasty-ptr', 'Nasty PTR record <text>', '3.8, canohost.c', 'The name of an address looks like an address.', 'Nasty PTR record "198.51.100.1" is set up for 192.0.2.104, ignoring'),
  nothing('received-disconnect', 'Received disconnect from <text>', '1.2, packet.c', ENDED, 'Received disconnect from 192.0.2.105: 11: Bye Bye', 'Received disconnect from 192.0.2.105 port 60058:11: disconnected by user'),
  nothing('closed-by', 'Connection [closed|reset] by <source>{ port <port>}', '2.5, packet.c', ENDED, 'Connection closed by 192.0.2.106 port 33594', 'Connection reset by 2001:db8::6', 'Connection closed by UNKNOWN'),
  nothing('closed-by-user', 'Connection [closed|reset] by user <user> <address> port <port>', '7.5, packet.c', SESSION, 'Connection closed by user alice 192.0.2.106 port 33594'),
  nothing('disconnected-from', 'Disconnected from <source>{ port <port>}', '6.8, packet.c', ENDED, 'Disconnected from 192.0.2.107 port 30761'),
  nothing('disconnected-user', 'Disconnected from user <user> <address> port <port>', '7.5, packet.c', 'A logged-in user left.', 'Disconnected from user alice 192.0.2.107 port 43042'),
  nothing('disconnecting-other', 'Disconnecting: <text>', '1.2, packet.c', ENDED, 'Disconnecting: Packet corrupt', 'Disconnecting: Change of username or service not allowed: (a,ssh-connection) -> (b,ssh-connection)', 'Disconnecting: bad client public DH value'),
  nothing('disconnecting-source', 'Disconnecting <address> port <port>: <text>', '7.5, packet.c', BEFORE_USER, 'Disconnecting 192.0.2.108 port 4100: Packet corrupt'),
  nothing('disconnecting-user', 'Disconnecting user <user> <address> port <port>: <text>', '7.5, packet.c', SESSION, 'Disconnecting user alice 192.0.2.108 port 4100: Packet corrupt'),
  nothing('input-userauth', 'input_userauth_request: <text>', '2.9 to 7.4, auth2.c', 'Repeats that the user is unknown; the line Invalid user tells it with the source.', 'input_userauth_request: invalid user amanda'),
  nothing('no-identification', 'Did not receive identification string from <text>', '1.2, sshd.c', BEFORE_USER, 'Did not receive identification string from 192.0.2.109 port 56452'),
  nothing('bad-version', 'Bad protocol version identification <text>', '1.2, sshd.c', BEFORE_USER, "Bad protocol version identification 'GET / HTTP/1.1' from 192.0.2.109 port 40001"),
  nothing('major-versions', 'Protocol major versions differ<text>', '1.2, sshd.c', BEFORE_USER, 'Protocol major versions differ for 192.0.2.109 port 40001: SSH-2.0-OpenSSH_7.4 vs. SSH-1.5-x'),
  nothing('banner-exchange', 'banner exchange: <text>', '8.1, kex.c', BEFORE_USER, 'banner exchange: Connection from 192.0.2.110 port 65403: invalid format'),
  nothing('kex-identification', 'kex_exchange_identification: <text>', '8.0, kex.c', BEFORE_USER, 'kex_exchange_identification: Connection closed by remote host'),
  nothing('kex', '[kex_protocol_error:|kex_input_kexinit:|kex_send_kexinit:|key_exchange:|kex_parse_kexinit:|kexgex_server:|dh_pub_is_valid:|kexinit:]{ <text>}', '4.0, kex.c', BEFORE_USER, 'kex_protocol_error: type 30 seq 4'),
  nothing('ident', 'Could not write ident string to <text>', '3.0, sshd.c', BEFORE_USER, 'Could not write ident string to 192.0.2.111 port 5022', 'Could not write ident string to UNKNOWN'),
  nothing('scanned', 'scanned from <text>', '2.3, sshd.c', BEFORE_USER, "scanned from 192.0.2.111 with SSH-1.0-SSH_Version_Mapper.  Don't panic."),
  nothing('probed', 'probed from <text>', '2.9, sshd.c', BEFORE_USER, "probed from 192.0.2.111 with SSH-2.0-probe.  Don't panic."),
  nothing('timeout', 'Timeout before authentication <text>', '2.3, sshd.c; connection from, 9.8', 'The client did not get as far as an attempt that counts; if it tried a user, other lines tell.', 'Timeout before authentication for 192.0.2.112 port 47056', 'Timeout before authentication for connection from 192.0.2.112 to 198.51.100.2, pid = 35557'),
  nothing('negotiate', 'Unable to negotiate <text>', '6.7, packet.c', BEFORE_USER, 'Unable to negotiate with 192.0.2.113 port 3579: no matching cipher found. Their offer: 3des-cbc'),
  nothing('no-match', 'no [matching |hostkey ]<text>', '2.3, kex.c', BEFORE_USER, 'no matching cipher found: client 3des-cbc server aes128-ctr'),
  nothing('refused-connect', 'refused connect from <text>', '1.2, sshd.c (libwrap)', 'The TCP wrapper refused a connection before it tried a user.', 'refused connect from h.example (192.0.2.114)'),
  nothing('drop-connection', 'drop connection <text>', '8.5, sshd.c (MaxStartups, PerSourceMaxStartups); penalty, 9.8', 'The server dropped a connection before it tried a user.', 'drop connection #0 from [192.0.2.115]:48602 on [198.51.100.2]:22 penalty: exceeded LoginGraceTime'),
  nothing('beginning-throttling', '[beginning|exited] MaxStartups throttling{<text>}', '8.5, sshd.c', SERVER, 'beginning MaxStartups throttling', 'exited MaxStartups throttling after 00:01:03, 14 connections dropped'),
  nothing('srclimit', '[srclimit_penalise:|srclimit_penalty_check_allow:|srclimit_penalise_timeout:|penalty:] <text>', '9.8, srclimit.c', 'The server keeps a penalty for a source; the attempt is told of by other lines.', 'srclimit_penalise: ipv4: new 192.0.2.116/32 deferred penalty of 5 seconds for penalty: failed authentication', 'penalty: failed authentication'),
  nothing('read-failed', '[Read|Write] [from socket failed|failed|error from remote host]{:<text>| <text>}', '2.3, packet.c', BROKEN, 'Read from socket failed: Connection reset by peer', 'Write failed: Broken pipe', 'Read error from remote host 192.0.2.117: Connection reset by peer'),
  nothing('packet-function', '[ssh_dispatch_run_fatal:|packet_write_wait:|packet_write_poll:|ssh_packet_send_debug:|ssh_packet_write_wait:|process_output:|dispatch_protocol_error:|dispatch_protocol_ignore:|ssh_packet_get_string:|packet_get_string:|sshpkt_disconnect:] <text>', '3.8, packet.c, dispatch.c', BROKEN, 'ssh_dispatch_run_fatal: Connection from 192.0.2.118 port 48680: message authentication code incorrect', 'ssh_packet_send_debug: Broken pipe'),
  nothing('connection-broken', 'Connection [from|with|corrupted|timed out|failed|refused]{ <text>|: <text>}', '7.5, packet.c', BROKEN, 'Connection from 192.0.2.118 port 48680: Broken pipe', 'Connection timed out'),
  nothing('corrupted', '[Corrupted|Corrupt] <text>', '1.2, packet.c', BROKEN, 'Corrupted MAC on input.'),
  nothing('bad-packet', '[Bad packet length|Bad client public DH value|Bad remote protocol|Bad decrypted len|Packet integrity error|padding error:|crc32 compensation attack:|Invalid packet|Invalid ssh1 packet]{<text>}', '1.2, packet.c', BROKEN, 'Bad packet length 4081586742.', 'padding error: need 8 block 8 mod 4'),
  nothing('bad-key', '[invalid public DH value|bad client public DH value|buffer_get_|buffer_append|message type|Invalid key|bad |invalid ]{<text>}', '2.3, dh.c', BROKEN, 'invalid public DH value: <= 1'),
  nothing('magic', 'Magic value check failed <text>', 'obfuscated-ssh', BEFORE_USER, 'Magic value check failed (4289475479) on obfuscated handshake from 192.0.2.119 port 62730'),
  nothing('userauth', '[userauth_hostbased:|userauth_hostbased|userauth_pubkey:|userauth_passwd:|userauth_banner:|userauth_finish:|key_from_blob:|key_read:|uudecode|sshkey_from_blob:|hostbased_key_allowed:|buffer_get_ret:|buffer_get_bignum2_ret:|buffer_get_string_ret:|buffer_get_string:|get_gssapi|ssh_gssapi] <text>', '3.0, auth2-pubkey.c', 'A remark on a key; the verdict is another line.', 'userauth_pubkey: cannot decode key: ssh-rsa', 'key_from_blob: invalid format'),
  nothing('certificate', '[Certificate|cert:|Refusing|WARNING: authentication attempt|WARNING: revoked|Authentication key|matching key found:|Found matching|Accepted key|Accepted certificate|Key|Unsafe|Root login accepted|Root]{ <text>}', '5.4, auth2-pubkey.c', 'A remark on a key; the verdict is another line.', 'Certificate invalid: name is not a listed principal', 'Accepted key RSA SHA256:aabb found at /home/alice/.ssh/authorized_keys:1', 'Found matching RSA key: SHA256:aabb'),
  nothing('authentication-refused', 'Authentication refused<text>', '1.2, auth.c secure_filename', 'The server does not trust the modes of a key file; the verdict is another line.', 'Authentication refused: bad ownership or modes for file /home/alice/.ssh/authorized_keys'),
  nothing('key-file', '[Could not open|Could not stat|Could not load|Could not get|Unable to load|Cannot|Failed to|Unsupported|Server lacks|Unsafe AuthorizedKeysCommand]{ <text>}', '1.2', CONFIGURATION, 'Could not load host key: /etc/ssh/ssh_host_ed25519_key', 'Could not get shadow information for NOUSER', 'Failed to allocate internet-domain X11 display socket.'),
  nothing('authorized-keys', '[AuthorizedKeysCommand|AuthorizedPrincipalsCommand|AuthorizedKeysFile|Authorized|Authentication|error|Attempt to write]{ <text>}', '6.2, auth2-pubkey.c', CONFIGURATION, 'AuthorizedKeysCommand /usr/bin/keys alice failed, status 1'),
  nothing('listening', 'Server listening on <text>', '1.2, sshd.c', SERVER, 'Server listening on 0.0.0.0 port 22.'),
  nothing('signal', '[Received signal|Received SIGHUP|Exiting on signal|RESTART FAILED:]<text>', '1.2, sshd.c', SERVER, 'Received signal 15; terminating.', 'Received SIGHUP; restarting.', 'Exiting on signal 15'),
  nothing('bind', '[Bind to|Cannot bind|bind:|Missing privilege separation|Privilege separation|User child|session_by_pid:|monitor:|monitor_read:|mm_request_receive:|mm_answer|mm_log_child|fork of|fork:|fcntl|sshd:|chroot|chown|setreuid|setgroups|initgroups|getpeername|get_remote_port|get_socket|getnameinfo|ssh_msg_send:|ssh_msg_recv:|select:|poll:|accept:|rexec|re-exec|socketpair:|daemon|deprecated|rsa|syslogin_perform_logout:|openpty|dup2|open|pty|stat|login_init_entry:|login_get_lastlog:|lastlog|utmp|wtmp|permanently_set_uid:|temporarily_use_uid:|Attempt|xmalloc:|xcalloc:|INTERNAL|buffer|oom_adj|pselect|no|privsep|/etc/ssh/sshd_config|/etc/ssh/sshd_config:|WARNING:|Warning:|Warning!|warning:|Generating|RSA1|Forking|setsockopt|Set /proc|ioctl(TIOCSCTTY):|linux_audit_write_entry|ssh_selinux_]{ <text>}', '1.2, sshd.c, monitor.c', SERVER, 'Bind to port 22 on 0.0.0.0 failed: Address already in use.', 'User child is on pid 4711', "warning: /etc/hosts.allow, line 3: can't verify hostname", 'syslogin_perform_logout: logout() returned an error'),
  nothing('session', '[Starting session:|Close session:|Closing connection|Changing|User|subsystem request|subsystem|channel|Received window-change|Received request|Transferred:|session_input_channel_req:|session|Allocating|forced-command|Forced|server_input_channel_open:|server_request_direct_tcpip:|connect_to|connection|refused local|Local|Remote|Environment|bad|x11|X11|auth_agent|agent|serverloop|server|wait_until|Timeout, client not responding|Timeout|Client|client|process|get|error:]{ <text>}', '2.3, session.c, channels.c, serverloop.c', SESSION, 'Starting session: shell on pts/0 for alice from 192.0.2.120 port 4000 id 0', 'Close session: user alice from 192.0.2.120 port 34928 id 0', 'subsystem request for sftp by user alice', 'Timeout, client not responding from user alice 192.0.2.120 port 4000'),
  nothing('sftp', '[session opened for local user|session closed for local user|opendir|closedir|close|open|sent|forced|received client version|remove|rename|mkdir|rmdir|stat|lstat|set|statvfs|symlink|realpath|statfs]{ <text>}', '4.4, sftp-server.c (internal-sftp)', SESSION, 'opendir "/home/alice"'),
  nothing('debug', '[debug1:|debug2:|debug3:]{ <text>}', '1.2, log.c', 'Written for somebody who looks for an error.', 'debug1: channel 1: connection failed: No route to host'),
  nothing('start-script', '{sshd }{-TERM} succeeded', 'start scripts', SERVER, ' succeeded', 'sshd -TERM succeeded'),
];
