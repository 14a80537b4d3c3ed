/** Settings that decide who may log in, and by what: the ones that make guessing pointless. */
import type { AuditFinding } from './audit.ts';
import { matchesPattern } from './audit-config-file.ts';
import type { GuessingFacts } from './audit-log.ts';
import type { SshdSettings } from './audit-settings.ts';
import { byText } from './values.ts';
import { counted, listed, percent, thousands, userText } from './wording.ts';

/** The value of a keyword, in lower case; empty where none is known. */
export function settingOf({ values }: SshdSettings, keyword: string): string {
  return (values.get(keyword)?.[0] ?? '').toLowerCase();
}

const MOST_USERS = 6;

export function accountFindings(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding[] {
  return [
    emptyPasswords(settings),
    passwords(settings, facts),
    root(settings, facts),
    allowUsers(settings, facts),
  ].filter((one) => one !== null);
}

/** Ways in by which a password alone opens. */
function waysIn(settings: SshdSettings): {
  readonly password: boolean;
  readonly keyboard: boolean;
  readonly keyToo: boolean;
} {
  const keyboard = settingOf(settings, 'kbdinteractiveauthentication') === 'yes';
  return {
    password: settingOf(settings, 'passwordauthentication') === 'yes',
    // without PAM there is nobody who would ask (auth2-chall.c), but on OpenBSD there is
    keyboard,
    keyToo: needsKey(settings),
  };
}

/** AuthenticationMethods: whether each of its lists wants more than what can be guessed. */
function needsKey({ values }: SshdSettings): boolean {
  const lists = (values.get('authenticationmethods') ?? []).flatMap((one) => one.toLowerCase().split(/\s+/));
  if (lists.length === 0 || lists.includes('any') || lists.includes('')) return false;
  return lists.every((list) =>
    list.split(',').some((method) => /^(?:publickey|gssapi|hostbased)/.test(method)),
  );
}

function passwords(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding {
  const { password, keyboard, keyToo } = waysIn(settings);
  const options = [
    'PasswordAuthentication',
    'KbdInteractiveAuthentication',
    'AuthenticationMethods',
    'UsePAM',
  ];
  const now = [
    password ? 'yes' : 'no',
    keyboard ? 'yes' : 'no',
    settings.values.get('authenticationmethods')?.join(' ') ?? 'any',
    settingOf(settings, 'usepam') || 'no',
  ];
  const base = { kind: 'passwords' as const, options, now };
  if (!password && !keyboard)
    return {
      ...base,
      state: 'closed',
      says: 'Passwords are switched off, outright and by keyboard-interactive: only keys count. Keep it so.',
      lines: [],
      stops: null,
      cost: null,
    };
  if (keyToo)
    return {
      ...base,
      state: 'closed',
      says: 'AuthenticationMethods wants more than a password in each of its lists: a guessed one is not enough.',
      lines: [],
      stops: null,
      cost: null,
    };
  const trap =
    !password && keyboard
      ? ' PasswordAuthentication no alone does not help: passwords go through keyboard-interactive' +
        (settingOf(settings, 'usepam') === 'yes'
          ? ', which PAM answers.'
          : ', where PAM or BSD authentication answers.')
      : '';
  const offered = facts === null ? null : facts.password + facts.keyboard + facts.notTold;
  const lines = ['PasswordAuthentication no', kbdLine(settings)];
  return {
    ...base,
    state: 'open',
    says:
      `Switch off passwords, and nothing that is guessed can ever be right.${trap} Where people must keep them, ` +
      'AuthenticationMethods publickey,password (or publickey,keyboard-interactive) asks for a key as well.',
    lines,
    stops: offered === null || facts === null ? null : { attempts: offered, of: facts.attempts },
    cost: costOf(
      facts?.passwordUsers ?? null,
      'logs in by password in this log',
      'log in by password in this log',
    ),
  };
}

/** Before 8.7 the option had another name, which later releases still know. */
function kbdLine({ release }: SshdSettings): string {
  const isOld = release !== null && Number(release) < 8.7 && !release.startsWith('10');
  return isOld ? 'ChallengeResponseAuthentication no' : 'KbdInteractiveAuthentication no';
}

function costOf(
  users: ReadonlyMap<string, number> | null,
  one: string,
  many: string,
): { readonly users: readonly string[]; readonly says: string } | null {
  if (users === null || users.size === 0) return null;
  const names = [...users.keys()].sort(byText);
  const logins = [...users.values()].reduce((sum, n) => sum + n, 0);
  return {
    users: names,
    says:
      `${counted(names.length, 'user')} ${names.length === 1 ? one : many} (${counted(logins, 'login')}): ` +
      `${listed(names.map(userText), MOST_USERS)}. Give them keys first: ssh-keygen -t ed25519, ssh-copy-id.`,
  };
}

function emptyPasswords(settings: SshdSettings): AuditFinding | null {
  if (
    settingOf(settings, 'permitemptypasswords') !== 'yes' ||
    settingOf(settings, 'passwordauthentication') !== 'yes'
  )
    return null;
  return {
    kind: 'empty-passwords',
    options: ['PermitEmptyPasswords'],
    now: ['yes'],
    state: 'open',
    says: 'Accounts without a password are open to everybody who guesses their name.',
    lines: ['PermitEmptyPasswords no'],
    stops: null,
    cost: null,
  };
}

function root(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding {
  const now = settingOf(settings, 'permitrootlogin').replace('without-password', 'prohibit-password');
  const base = { kind: 'root-login' as const, options: ['PermitRootLogin'], now: [now] };
  const tried =
    facts === null || facts.root === 0 ? '' : ` Root was tried ${counted(facts.root, 'time')} in this log.`;
  if (now !== 'yes')
    return {
      ...base,
      state: 'closed',
      says:
        now === 'no'
          ? `Root cannot log in.${tried}`
          : `Root logs in by key only, so guessing its password is pointless.${tried}`,
      lines: [],
      stops: null,
      cost: null,
    };
  const rootLogins = facts?.passwordUsers.get('root') ?? 0;
  const rootKeys = facts?.keyUsers.get('root') ?? 0;
  const keeps =
    rootKeys > 0
      ? ` Root logs in by key ${counted(rootKeys, 'time')} in this log: prohibit-password lets that go on, no does not.`
      : ' Backups that need root by key go on with prohibit-password.';
  return {
    ...base,
    state: 'open',
    says: `Every server has a root, so nobody need guess the name.${keeps} Log in as yourself and use sudo or doas.`,
    lines: ['PermitRootLogin prohibit-password'],
    stops: facts === null ? null : { attempts: facts.root, of: facts.attempts },
    cost:
      rootLogins === 0
        ? null
        : {
            users: ['root'],
            says: `Root logs in by password ${counted(rootLogins, 'time')} in this log: give whoever does that a key, or an account and sudo.`,
          },
  };
}

function allowUsers(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding {
  const users = settings.values.get('allowusers') ?? [];
  const groups = settings.values.get('allowgroups') ?? [];
  const base = {
    kind: 'allow-users' as const,
    options: ['AllowUsers', 'AllowGroups'],
    now: [users.join(' ') || 'none', groups.join(' ') || 'none'],
  };
  if (users.length > 0) {
    const excluded = facts === null ? null : excludedBy(facts, (name) => isAllowed(name, users));
    return {
      ...base,
      state: 'closed',
      says:
        `Only ${listed(users.map(userText), MOST_USERS)} may log in.` +
        (excluded === null ? '' : ` That excludes ${shareWords(excluded)}.`),
      lines: [],
      stops: null,
      cost: null,
    };
  }
  if (groups.length > 0)
    return {
      ...base,
      state: 'closed',
      says: `Only members of ${listed(groups.map(userText), MOST_USERS)} may log in.`,
      lines: [],
      stops: null,
      cost: null,
    };
  const says =
    'Say who may log in. Whoever guesses other names cannot succeed, an account that some package made included.';
  if (facts === null) return { ...base, state: 'open', says, lines: [GROUP_LINE], stops: null, cost: null };
  const seen = [...new Set([...facts.passwordUsers.keys(), ...facts.keyUsers.keys()])]
    .filter((name) => SAFE_NAME.test(name))
    .sort(byText);
  const excluded = excludedBy(facts, (name) => seen.includes(name));
  const line = seen.length > 0 && seen.length <= MOST_LISTED ? `# AllowUsers ${seen.join(' ')}` : GROUP_LINE;
  return {
    ...base,
    state: 'open',
    says: `${says} ${counted(seen.length, 'user')} ${seen.length === 1 ? 'has' : 'have'} logged in in this log; that excludes ${shareWords(excluded)}.`,
    lines: [line],
    stops: { attempts: excluded.attempts, of: facts.attempts },
    cost: {
      users: [],
      says: 'Whoever logs in seldom and is not in this log must be added, or is locked out.',
    },
  };
}

/** A name that may stand in a line to copy (useradd(8)); any other is not written there. */
const SAFE_NAME = /^[a-z_][a-z0-9_.-]{0,31}$/;
/** Commented out: such a line locks out whoever it does not name, so it wants a look before it holds. */
const GROUP_LINE = '# AllowGroups ssh-users';
/** More users than this are a group. */
const MOST_LISTED = 20;

interface Excluded {
  readonly names: number;
  readonly ofNames: number;
  readonly attempts: number;
  readonly ofAttempts: number;
}

function excludedBy(facts: GuessingFacts, isAllowed: (name: string) => boolean): Excluded {
  let names = 0;
  let attempts = 0;
  for (const [name, tried] of facts.names) {
    if (isAllowed(name)) continue;
    names++;
    attempts += tried;
  }
  return { names, ofNames: facts.names.size, attempts, ofAttempts: facts.attempts };
}

function shareWords({ names, ofNames, attempts, ofAttempts }: Excluded): string {
  return (
    `${thousands(names)} of ${counted(ofNames, 'name')} that were tried` +
    (ofAttempts === 0 ? '' : `, ${percent(attempts / ofAttempts)} of the attempts`)
  );
}

/** AllowUsers: patterns, the part behind an @ is about the host, which is left out here. */
function isAllowed(name: string, patterns: readonly string[]): boolean {
  let allowed = false;
  for (const entry of patterns) {
    const isNegated = entry.startsWith('!');
    const [user = ''] = (isNegated ? entry.slice(1) : entry).split('@');
    if (!matchesPattern(name, user)) continue;
    if (isNegated) return false;
    allowed = true;
  }
  return allowed;
}
