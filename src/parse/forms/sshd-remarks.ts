/**
 * What sshd says of keys, of sessions after the login and of itself: no attempts, listed for the same reason as those
 * in sshd-noise.ts.
 */
import type { Form } from '../form.ts';
import { nothing } from './nothing.ts';

const SERVER = 'The server speaks of itself.';
const SESSION = 'Part of a session after the login.';
const CONFIGURATION = "The server's configuration or keys need a look; no attempt.";

export const SSHD_REMARKS: readonly Form[] = [
  nothing(
    'userauth',
    '[userauth_hostbased:|userauth_hostbased|userauth_pubkey:|userauth_passwd:|userauth_banner:|userauth_finish:|key_from_blob:|key_read:|uudecode|sshkey_from_blob:|hostbased_key_allowed:|buffer_get_ret:|buffer_get_bignum2_ret:|buffer_get_string_ret:|buffer_get_string:|get_gssapi|ssh_gssapi] <text>',
    '3.0, auth2-pubkey.c',
    'A remark on a key; the verdict is another line.',
    'userauth_pubkey: cannot decode key: ssh-rsa',
    'key_from_blob: invalid format',
  ),
  nothing(
    'certificate',
    '[Certificate|cert:|Refusing|Refused by|WARNING: authentication attempt|WARNING: revoked|matching key found:|Found matching|Accepted key|Accepted certificate|Key|Unsafe|Root login accepted]{ <text>}',
    '5.4, auth2-pubkey.c',
    'A remark on a key; the verdict is another line.',
    'Certificate invalid: name is not a listed principal',
    'Accepted key RSA SHA256:aabb found at /home/alice/.ssh/authorized_keys:1',
    'Found matching RSA key: SHA256:aabb',
    'Refused by key options',
    'Refused by certificate options',
  ),
  nothing(
    'authentication-refused',
    'Authentication refused<text>',
    '1.2, auth.c secure_filename',
    'The server does not trust the modes of a key file; the verdict is another line.',
    'Authentication refused: bad ownership or modes for file /home/alice/.ssh/authorized_keys',
  ),
  nothing(
    'key-file',
    '[Could not|Unable to get|Unable to load|Cannot|Failed to|Unsupported|Server lacks|Unsafe AuthorizedKeysCommand]{ <text>}',
    '1.2',
    CONFIGURATION,
    'Could not load host key: /etc/ssh/ssh_host_ed25519_key',
    'Could not get shadow information for NOUSER',
    'Failed to allocate internet-domain X11 display socket.',
  ),
  nothing(
    'authorized-keys',
    '[AuthorizedKeysCommand|AuthorizedPrincipalsCommand|AuthorizedKeysFile|Authorized|Authentication methods list|Authentication key|Attempt to write]{ <text>}',
    '6.2, auth2-pubkey.c',
    CONFIGURATION,
    'AuthorizedKeysCommand /usr/bin/keys alice failed, status 1',
  ),
  nothing(
    'listening',
    'Server listening on <text>',
    '1.2, sshd.c',
    SERVER,
    'Server listening on 0.0.0.0 port 22.',
  ),
  nothing(
    'signal',
    '[Received signal|Received SIGHUP|Exiting on signal|RESTART FAILED:]<text>',
    '1.2, sshd.c',
    SERVER,
    'Received signal 15; terminating.',
    'Received SIGHUP; restarting.',
    'Exiting on signal 15',
  ),
  nothing(
    'bind',
    '[Bind to|Cannot bind|bind:|bind|mm_reap:|send_error:|lastlog_openseek:|getaddrinfo:|Login name|Missing privilege separation|Privilege separation|User child|session_by_pid:|monitor:|monitor_read:|mm_request_receive:|mm_answer|mm_log_child|fork of|fork:|fcntl|sshd:|chroot|chown|setreuid|setgroups|initgroups|getpeername|get_remote_port|get_socket|getnameinfo|ssh_msg_send:|ssh_msg_recv:|select:|poll:|accept:|rexec|re-exec|socketpair:|daemon|deprecated|rsa|syslogin_perform_logout:|openpty|dup2|open|pty|stat|login_init_entry:|login_get_lastlog:|lastlog|utmp|wtmp|permanently_set_uid:|temporarily_use_uid:|Attempt|xmalloc:|xcalloc:|INTERNAL|buffer|oom_adj|pselect|no|privsep|/etc/ssh/sshd_config|/etc/ssh/sshd_config:|WARNING:|Warning:|Warning!|warning:|Generating|RSA1|Forking|setsockopt|Set /proc|ioctl(TIOCSCTTY):|linux_audit_write_entry|ssh_selinux_]{ <text>}',
    '1.2, sshd.c, monitor.c',
    SERVER,
    'Bind to port 22 on 0.0.0.0 failed: Address already in use.',
    'User child is on pid 4711',
    "warning: /etc/hosts.allow, line 3: can't verify hostname",
    'syslogin_perform_logout: logout() returned an error',
  ),
  nothing(
    'session',
    '[Starting session:|Close session:|Closing connection|Changing|subsystem request|subsystem|channel|Received window-change|Received request|Transferred:|session_input_channel_req:|session|Allocating|forced-command|Forced|server_input_channel_open:|server_request_direct_tcpip:|connect_to|connection|refused local|refused streamlocal|Allocated port|channel_setup_fwd_listener_tcpip:|Local|Remote|Environment|bad|x11|X11|auth_agent|agent|serverloop|server|wait_until|Timeout, client not responding|Timeout|Client|client|process|get|error:]{ <text>}',
    '2.3, session.c, channels.c, serverloop.c',
    SESSION,
    'Starting session: shell on pts/0 for alice from 192.0.2.120 port 4000 id 0',
    'Close session: user alice from 192.0.2.120 port 34928 id 0',
    'subsystem request for sftp by user alice',
    'Timeout, client not responding from user alice 192.0.2.120 port 4000',
  ),
  nothing(
    'sftp',
    '[session opened for local user|session closed for local user|opendir|closedir|close|open|sent|forced|received client version|remove|rename|mkdir|rmdir|stat|lstat|set|statvfs|symlink|realpath|statfs]{ <text>}',
    '4.4, sftp-server.c (internal-sftp)',
    SESSION,
    'opendir "/home/alice"',
  ),
  nothing(
    'password-expired',
    'User <user> password has expired<text>',
    '3.7, auth-shadow.c',
    'The password was right and is to be changed; other lines tell.',
    'User frank password has expired (password aged)',
  ),
  nothing(
    'macos-remark',
    'in [pam_sm_|od_]<text>',
    "macOS, Apple's PAM modules",
    'A remark of a PAM module; sshd tells of the attempt itself.',
    'in pam_sm_authenticate(): Failed to determine Kerberos principal name.',
  ),
  nothing(
    'debug',
    '[debug1:|debug2:|debug3:]{ <text>}',
    '1.2, log.c',
    'Written for somebody who looks for an error.',
    'debug1: channel 1: connection failed: No route to host',
  ),
  nothing(
    'start-script',
    '{sshd }{-TERM} succeeded',
    'start scripts',
    SERVER,
    ' succeeded',
    'sshd -TERM succeeded',
  ),
];
