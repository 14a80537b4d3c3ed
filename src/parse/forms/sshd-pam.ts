/**
 * What PAM says inside sshd: sshd's own report of its conversation (auth-pam.c, sshpam_query: `"PAM: %s for %s%.100s
 * from %.100s"`) and the remarks of modules. pam_unix writes rhost before user (pam_unix_passwd.c, support.c:
 * `"authentication failure; logname=%s uid=%d euid=%d tty=%s ruser=%s rhost=%s %s%s"`), so that everything up to
 * rhost is certain and the rest is the name; pam_krb5 puts the tried name into logname, before everything.
 */
import type { Form } from '../form.ts';

const FACTS = 'uid=<number> euid=<number> tty=<word> ruser=<word>';
/** The tried name stands before the source. */
const NAME_FIRST = `<pam-other> authentication failure; logname=<user> ${FACTS} rhost=<source><blanks?>`;

export const SSHD_PAM: readonly Form[] = [
  {
    id: 'sshd.pam-error',
    template: 'PAM: <pam-error> for <invalid?><user> from <source>{ port <port>}',
    tells: 'pam-error',
    known: 'told',
    method: 'keyboard-interactive',
    since: '3.7, auth-pam.c sshpam_query',
    means: 'PAM refused what this user answered.',
    samples: [
      {
        message: 'PAM: authentication error for illegal user alias from host-14.example',
        user: 'alias',
        source: 'host-14.example',
        known: false,
      },
      {
        message: 'PAM: Authentication failure for root from 192.0.2.70',
        user: 'root',
        source: '192.0.2.70',
        known: true,
      },
      {
        message:
          'PAM: User not known to the underlying authentication module for illegal user a for b from 192.0.2.70',
        user: 'a for b',
        source: '192.0.2.70',
        known: false,
      },
      {
        message: 'PAM: Have exhausted maximum number of retries for service for root from 2001:db8::70',
        user: 'root',
        source: '2001:db8::70',
        known: true,
      },
      {
        message: 'PAM: Permission denied for heidi from 192.0.2.71',
        user: 'heidi',
        source: '192.0.2.71',
        known: true,
      },
    ],
  },
  {
    id: 'sshd.pam-unix-failure',
    template: `<pam-unix> authentication failure; logname=<word> ${FACTS} rhost=<source><blanks>user=<user>`,
    tells: 'module-failure',
    known: true,
    since: 'Linux-PAM, pam_unix support.c',
    means: 'pam_unix refused a password; sshd usually tells of the same attempt.',
    samples: [
      {
        message:
          'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.72  user=root',
        user: 'root',
        source: '192.0.2.72',
      },
      {
        message:
          'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=h.example user=a rhost=192.0.2.1  user=b',
        user: 'a rhost=192.0.2.1  user=b',
        source: 'h.example',
      },
    ],
  },
  {
    id: 'sshd.pam-unix-failure-no-user',
    template: `<pam-unix> authentication failure; logname=<word> ${FACTS} rhost=<source><blanks?>`,
    tells: 'module-failure',
    known: null,
    since: 'Linux-PAM, pam_unix support.c',
    means: 'pam_unix refused a password of a user whom it does not name (there is no such account).',
    samples: [
      {
        message:
          'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.72 ',
        source: '192.0.2.72',
      },
    ],
  },
  {
    id: 'sshd.pam-unix-failure-local',
    template: `<pam-unix> authentication failure; logname=<word> ${FACTS} rhost={<blanks>user=<user>}<blanks?>`,
    tells: 'module-failure',
    known: null,
    since: 'Linux-PAM, pam_unix support.c',
    means: 'pam_unix refused a password of a user whose source it does not name.',
    samples: [
      {
        message:
          'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=  user=root',
        user: 'root',
      },
    ],
  },
  {
    id: 'sshd.pam-more',
    template: `PAM <count> more authentication failure{s}; logname=<word> ${FACTS} rhost=<source>{<blanks>user=<user>}<blanks?>`,
    tells: 'module-failure',
    known: null,
    since: 'Linux-PAM, pam_unix support.c _cleanup_failures',
    means: 'pam_unix refused so many more passwords of this connection.',
    samples: [
      {
        message:
          'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.73  user=root',
        user: 'root',
        source: '192.0.2.73',
        count: 2,
      },
      {
        message: 'PAM 1 more authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.73 ',
        source: '192.0.2.73',
        count: 1,
      },
    ],
  },
  {
    id: 'sshd.pam-unix-more',
    template: `<pam-unix> <count> more authentication failure{s}; logname=<word> ${FACTS} rhost=<source>{<blanks>user=<user>}<blanks?>`,
    tells: 'module-failure',
    known: null,
    since: 'Linux-PAM before 0.99, pam_unix support.c',
    means: 'pam_unix refused so many more passwords of this connection.',
    samples: [
      {
        message:
          'pam_unix(sshd:auth): 3 more authentication failures; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.73  user=root',
        user: 'root',
        source: '192.0.2.73',
        count: 3,
      },
    ],
  },
  {
    id: 'sshd.pam-module-failure',
    template: `<pam-other> authentication failure; logname=<word> ${FACTS} rhost=<source> user=<user>`,
    rival: NAME_FIRST,
    tells: 'module-failure',
    known: null,
    since: 'pam_sss.c, pam_ldap (nss-pam-ldapd)',
    means: 'A PAM module refused a password; sshd usually tells of the same attempt.',
    samples: [
      {
        message:
          'pam_sss(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.74 user=ivan',
        user: 'ivan',
        source: '192.0.2.74',
      },
    ],
  },
  {
    id: 'sshd.pam-krb5-failure',
    template: NAME_FIRST,
    tells: 'module-failure',
    known: null,
    since: 'pam_krb5 (Allbery), logging.c',
    means: 'Kerberos refused a password; sshd usually tells of the same attempt.',
    samples: [
      {
        message:
          'pam_krb5(sshd:auth): authentication failure; logname=judy uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.75',
        user: 'judy',
        source: '192.0.2.75',
      },
    ],
  },
  {
    id: 'sshd.pam-access',
    template: "<pam-other> access denied for user `<user>' from `<source>'",
    tells: 'module-failure',
    known: null,
    since: 'Linux-PAM, pam_access.c',
    means: 'pam_access does not let this user in from there.',
    samples: [
      {
        message: "pam_access(sshd:auth): access denied for user `root' from `192.0.2.76'",
        user: 'root',
        source: '192.0.2.76',
      },
    ],
  },
  {
    id: 'sshd.pam-unknown-user',
    template: '<pam-unix> check pass; user unknown',
    tells: 'context',
    known: false,
    since: 'Linux-PAM, pam_unix support.c',
    means: 'The account does not exist; the refusal itself is another line.',
    samples: [{ message: 'pam_unix(sshd:auth): check pass; user unknown' }],
  },
  {
    id: 'sshd.pam-session-opened-uid',
    template: '<pam-unix> session opened for user <user>(uid=<number>) by <word>',
    tells: 'success',
    known: true,
    since: 'Linux-PAM 1.4, pam_unix_sess.c',
    means: 'A session of this user began: the login that sshd told of with Accepted.',
    samples: [
      {
        message: 'pam_unix(sshd:session): session opened for user alice(uid=1000) by alice(uid=0)',
        user: 'alice',
      },
    ],
  },
  {
    id: 'sshd.pam-session-opened',
    template: '<pam-unix> session opened for user <user> by <word>',
    tells: 'success',
    known: true,
    since: 'Linux-PAM, pam_unix_sess.c',
    means: 'A session of this user began: the login that sshd told of with Accepted.',
    samples: [{ message: 'pam_unix(sshd:session): session opened for user alice by (uid=0)', user: 'alice' }],
  },
  {
    id: 'sshd.pam-session',
    template: '<pam> [session closed for user|Could not find user|could not identify user]{ <text>}',
    tells: 'nothing',
    known: null,
    since: 'Linux-PAM',
    means: 'The end of a session, or of a look-up.',
    samples: [{ message: 'pam_unix(sshd:session): session closed for user alice' }],
  },
  {
    id: 'sshd.pam-unix-remark',
    template:
      '<pam-unix> [account |auth could not |bad username|conversation failed|could not |expired password|password |service(sshd) ignoring |unrecognized |unexpected |username |helper |user ]{<text>}',
    tells: 'nothing',
    known: null,
    since: 'Linux-PAM, pam_unix',
    means: 'A remark of pam_unix that tells of no attempt.',
    samples: [
      { message: 'pam_unix(sshd:account): account frank has expired (account expired)' },
      { message: 'pam_unix(sshd:auth): conversation failed' },
      { message: 'pam_unix2: bad username []' },
      { message: 'pam_unix(sshd:auth): auth could not identify password for [root]' },
      { message: 'pam_unix: service(sshd) ignoring max retries; 6 > 3' },
    ],
  },
  {
    id: 'sshd.pam-max-retries',
    template: 'PAM service(<word>) ignoring max retries; <text>',
    tells: 'nothing',
    known: null,
    since: 'Linux-PAM, pam_unix support.c',
    means: 'The connection made more tries than pam_unix would have let it; they were told before.',
    samples: [{ message: 'PAM service(sshd) ignoring max retries; 6 > 3' }],
  },
  {
    id: 'sshd.pam-remark',
    template: '<pam-other> <text>',
    tells: 'nothing',
    known: null,
    since: 'PAM modules',
    means: 'A remark of a PAM module; sshd tells of the attempt itself.',
    samples: [
      { message: 'pam_sss(sshd:auth): received for user ivan: 7 (Authentication failure)' },
      {
        message:
          'pam_winbind(sshd:auth): request wbcLogonUser failed: WBC_ERR_AUTH_ERROR, PAM error: PAM_AUTH_ERR (7)',
      },
      { message: 'pam_tally2(sshd:auth): user root (0) tally 9, deny 3' },
      { message: 'pam_ldap: reconnecting to LDAP server...' },
      { message: 'pam_systemd(sshd:session): Failed to create session: Access denied' },
    ],
  },
  {
    id: 'sshd.pam-library',
    template: 'PAM <text>',
    tells: 'nothing',
    known: null,
    since: 'Linux-PAM',
    means: 'A remark of the PAM library; it tells of no attempt.',
    samples: [
      {
        message:
          'PAM unable to dlopen(pam_krb5.so): /lib/security/pam_krb5.so: cannot open shared object file',
      },
    ],
  },
  {
    id: 'sshd.pam-conversation',
    template:
      'PAM: [pam_|initializing|password authentication|num |PAM_|setting |chauthtok|establishing|reinitializing|do_pam|sshpam|conversation|authentication thread|expired]{<text>}',
    tells: 'nothing',
    known: null,
    since: '3.7, auth-pam.c',
    means: "A remark of sshd's PAM conversation that tells of no attempt.",
    samples: [{ message: 'PAM: pam_setcred(): Failure setting user credentials' }],
  },
];
