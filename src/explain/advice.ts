/**
 * What to do, in order of effect, and why. Each piece hangs on something that the log shows; a quiet log gets none.
 * Option names and defaults are those of sshd_config(5): `KbdInteractiveAuthentication` is called
 * `ChallengeResponseAuthentication` before OpenSSH 8.7, `prohibit-password` `without-password` before 7.0.
 */
import type { Logins } from './logins.ts';
import type { AdviceReport, CampaignReport, CompromisedReport, NoticeReport } from './schema.ts';
import { counted, hostText, listed, thousands, userText } from './wording.ts';

export interface Situation {
  readonly logins: Logins;
  readonly campaigns: readonly CampaignReport[];
  readonly notices: readonly NoticeReport[];
  readonly loudSources: number;
  readonly lines: number;
  readonly unreadLines: number;
}

export function adviceFor(situation: Situation): AdviceReport[] {
  const { logins } = situation;
  // of other services' settings nothing is known
  const attacked = logins.strangerFailures > 0 || (logins.failures > 0 && situation.campaigns.length > 0);
  return [
    ...afterCompromise(situation.campaigns.flatMap((one) => one.compromised)),
    ...checkThatLogin(situation.notices),
    ...(attacked ? [...keysFirst(logins), ...passwords(logins), ...rootLogin(logins)] : []),
    ...loudSources(situation.loudSources),
    ...ownTroubles(situation.notices),
    ...unreadLines(situation),
  ];
}

/** What to do after logins by participants, in the order in which it matters; nothing without any. */
export function afterCompromise(
  compromised: readonly Pick<CompromisedReport, 'source' | 'user' | 'time' | 'sensor'>[],
): AdviceReport[] {
  const [first] = compromised;
  if (first === undefined) return [];
  const users = distinct(compromised.map((one) => one.user));
  const sensors = listed(distinct(compromised.map((one) => one.sensor)).map(hostText), 3);
  const sources = listed(distinct(compromised.map((one) => one.source)).map(hostText), 3);
  const stop = users.includes('root')
    ? [
        `Take ${sensors} off the network: whoever is root there can hide everything from you.`,
        'Keep the disk for the investigation, and install anew from known good media.',
      ]
    : users.slice(0, MOST_LOCKS).flatMap(lockSteps);
  const day = compromised
    .reduce((least, one) => (one.time < least ? one.time : least), first.time)
    .slice(0, 10);
  return [
    {
      kind: 'after-a-compromise',
      says:
        `Treat ${sensors} as broken into: a participant of a campaign guesses until it gets in, and it got in as ` +
        `${listed(users.map(userText), 4)}.`,
      // in the order in which they matter: stop it, see what it did, take away what it may have taken
      steps: [
        ...stop,
        `Keep ${sources} out at the firewall.`,
        `See what the session did since ${day}: last, the shell's history, new files in ~/.ssh/authorized_keys, ` +
          'crontabs, new accounts, running programs, connections out.',
        'Change every password and key that was stored or typed there, those that open other hosts first.',
        `Look for logins from ${sources}, and from ${sensors}, on your other machines.`,
      ],
    },
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** With more accounts than this lost, the host is the matter and not its accounts. */
const MOST_LOCKS = 5;

/** Names that may stand in a command to copy: what useradd(8) accepts; any other name is an attacker's text. */
const ACCOUNT_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

function lockSteps(user: string): string[] {
  if (!ACCOUNT_NAME.test(user)) return ['Lock the account and end its sessions.'];
  return [
    `Lock the account: usermod --lock --expiredate 1 ${user} (FreeBSD: pw lock)`,
    `End its sessions: pkill -KILL -u ${user}`,
  ];
}

function checkThatLogin(notices: readonly NoticeReport[]): AdviceReport[] {
  const logins = notices.filter((one) => one.kind === 'success-after-guessing');
  if (logins.length === 0) return [];
  const users = distinct(logins.flatMap((one) => one.usernames));
  return [
    {
      kind: 'check-that-login',
      says:
        `Ask the owner of ${listed(users.map(userText), 4)} whether the login after the failed attempts was theirs. ` +
        'If not, the account is lost: lock it and see what the session did.',
      steps: [],
    },
  ];
}

function keysFirst(logins: Logins): AdviceReport[] {
  const { passwordUsers } = logins;
  if (passwordUsers.length === 0) return [];
  const some = listed(passwordUsers.map(userText), 6);
  const verb = passwordUsers.length === 1 ? 'logs in' : 'log in';
  return [
    {
      kind: 'keys-first',
      says:
        `First give keys to those who still log in with a password, or the next step locks them out: ` +
        `${some} ${verb} by password.`,
      steps: ['On their own machine: ssh-keygen -t ed25519, then ssh-copy-id to this host.'],
    },
  ];
}

function passwords(logins: Logins): AdviceReport[] {
  const offered = logins.passwordFailures + logins.keyboardFailures;
  if (offered === 0) {
    if (logins.methodNotTold === 0) return [];
    return [
      {
        kind: 'stay-with-keys',
        says:
          'No attempt in this log came as far as offering a password: it seems that this server takes keys only. ' +
          'Keep it so, and nothing that is guessed here can ever succeed.',
        steps: ['To be sure: sshd -T | grep -iE "passwordauth|kbdinteractive" should say no twice.'],
      },
    ];
  }
  const steps = [
    'In sshd_config: PasswordAuthentication no',
    'In sshd_config: KbdInteractiveAuthentication no',
  ];
  if (logins.keyboardFailures > 0)
    steps.push(
      `Both are needed: ${thousands(logins.keyboardFailures)} of them came by keyboard-interactive, which the ` +
        'first alone does not stop (before OpenSSH 8.7 it is called ChallengeResponseAuthentication).',
    );
  steps.push('Try it with a second session open before you close the first: sshd -t, then reload sshd.');
  return [
    {
      kind: 'no-passwords',
      says:
        `Switch off password logins, and all guessing is pointless: ${counted(offered, 'wrong password')} ` +
        `${offered === 1 ? 'was' : 'were'} offered in this log, and none can ever be right where only keys count.`,
      steps,
    },
  ];
}

function rootLogin(logins: Logins): AdviceReport[] {
  if (logins.rootFailures === 0) return [];
  return [
    {
      kind: 'no-root-login',
      says:
        `Forbid root to log in: it was tried ${counted(logins.rootFailures, 'time')}, since every server has ` +
        'one and a guesser need not guess the name. Log in as yourself and use sudo or doas.',
      steps: ['In sshd_config: PermitRootLogin no (or prohibit-password, where backups need root by key)'],
    },
  ];
}

function loudSources(loud: number): AdviceReport[] {
  if (loud === 0) return [];
  return [
    {
      kind: 'block-loud-sources',
      says:
        `Leave the ${counted(loud, 'loud source')} to a per-source tool such as fail2ban or sshguard: that is what ` +
        'they are good at. It does not help against a campaign.',
      steps: [],
    },
  ];
}

function ownTroubles(notices: readonly NoticeReport[]): AdviceReport[] {
  const advice: AdviceReport[] = [];
  const own = notices.filter((one) => one.kind === 'own-machines');
  if (own.length > 0) {
    const users = distinct(own.flatMap((one) => one.usernames));
    const machines = own.reduce((sum, one) => sum + one.sources.length, 0);
    advice.push({
      kind: 'renew-password',
      says:
        `Renew the password of ${listed(users.map(userText), 4)} on ${counted(machines, 'machine')}, or give ` +
        'them keys: until then their jobs fail, and their failures hide real ones.',
      steps: [],
    });
  }
  const jobs = notices.filter((one) => one.kind === 'broken-job');
  if (jobs.length > 0) {
    const sources = distinct(jobs.flatMap((one) => one.sources));
    advice.push({
      kind: 'mend-job',
      says:
        sources.length === 1
          ? `Mend or stop the job on ${hostText(sources[0]!)} that keeps failing to log in.`
          : `Mend or stop the jobs on ${listed(sources.map(hostText), 3)} that keep failing to log in.`,
      steps: [],
    });
  }
  return advice;
}

/**
 * From one unread line in a hundred on, attempts may be missing in number; below it a new sshd message is more
 * likely than a form of log that is not understood at all.
 */
const MANY_UNREAD = 0.01;

function unreadLines({ unreadLines: unread, lines }: Situation): AdviceReport[] {
  if (unread === 0 || unread < lines * MANY_UNREAD) return [];
  return [
    {
      kind: 'unread-lines',
      says:
        `${counted(unread, 'line')} of a login service could not be read, so attempts may be missing above. ` +
        'See which they are, and please report them.',
      steps: ['slowbrute check --explain FILE'],
    },
  ];
}
