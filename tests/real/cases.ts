/**
 * What clients do to the servers, and what was really tried. The expectation is written from the client's side: it is
 * what a person standing behind it would say happened, not what a log line says.
 */
import type { Case, ExpectedAttempt, KeyName } from './case.ts';
import { HOSTILE_NAMES, NAMELESS } from './hostile.ts';
import { IMPATIENT, KEYS_ONLY, ORDINARY, PASSWORD, PICKY, type Server, TWO_FACTORS } from './servers.ts';

const WRONG = 'wrong-password';
const fails = (user: string | null, known: boolean | null, method = 'password'): ExpectedAttempt => ({
  user,
  known,
  outcome: 'failure',
  method,
});
const succeeds = (user: string, method = 'password'): ExpectedAttempt => ({
  user,
  known: true,
  outcome: 'success',
  method,
});
const times = (n: number, attempt: ExpectedAttempt) => new Array<ExpectedAttempt>(n).fill(attempt);

type Draft = Omit<Case, 'source'>;

function password(
  server: Server,
  says: string,
  user: string,
  answers: readonly string[],
  expected: readonly ExpectedAttempt[],
  methods = 'password',
): Draft {
  const ends = answers.includes('die') || answers.includes('wait') ? 'killed' : endOf(expected);
  return { says, server, client: { kind: 'ssh', user, methods, answers, ends }, expected };
}

function key(
  server: Server,
  says: string,
  user: string,
  name: KeyName,
  expected: readonly ExpectedAttempt[],
  more: { readonly methods?: string; readonly answers?: readonly string[] } = {},
): Draft {
  const { methods = 'publickey', answers = [] } = more;
  return {
    says,
    server,
    client: { kind: 'ssh', user, methods, answers, key: name, ends: endOf(expected) },
    expected,
  };
}

function endOf(expected: readonly ExpectedAttempt[]): 'in' | 'out' {
  return expected.at(-1)?.outcome === 'success' ? 'in' : 'out';
}

/** What is tried at every ordinary server. */
function ordinary(server: Server): readonly Draft[] {
  const keyRefused = server.verbose ? 'publickey' : 'not told';
  const drafts: Draft[] = [
    password(server, 'a wrong password for an unknown user', 'amanda', [WRONG], [fails('amanda', false)]),
    password(server, 'a wrong password for a known user', 'alice', [WRONG], [fails('alice', true)]),
    password(
      server,
      'three wrong passwords for a known user in one connection',
      'alice',
      [WRONG, WRONG, WRONG],
      times(3, fails('alice', true)),
    ),
    password(
      server,
      'three wrong passwords for an unknown user in one connection',
      'amavis',
      [WRONG, WRONG, WRONG],
      times(3, fails('amavis', false)),
    ),
    password(server, 'the right password', 'alice', [PASSWORD], [succeeds('alice')]),
    password(
      server,
      'a wrong password, then the right one',
      'bob',
      [WRONG, PASSWORD],
      [fails('bob', true), succeeds('bob')],
    ),
    password(server, 'a wrong password for root', 'root', [WRONG], [fails('root', true)]),
    password(
      server,
      "root's right password, with which root may not log in",
      'root',
      [PASSWORD],
      [fails('root', true)],
    ),
    password(
      server,
      'the client of a known user dies at the prompt',
      'alice',
      ['die'],
      [fails('alice', true, 'not told')],
    ),
    password(
      server,
      'the client of an unknown user dies at the prompt',
      'apache',
      ['die'],
      [fails('apache', false, 'not told')],
    ),
    key(server, 'a key that the server does not know, for a known user', 'alice', 'unknown', [
      fails('alice', true, keyRefused),
    ]),
    key(server, 'a key that the server does not know, for an unknown user', 'at', 'unknown', [
      fails('at', false, 'not told'),
    ]),
    key(server, 'the right key', 'alice', 'known', [succeeds('alice', 'publickey')]),
    key(
      server,
      'a key that the server does not know, then the right password',
      'alice',
      'unknown',
      [succeeds('alice')],
      { methods: 'publickey,password', answers: [PASSWORD] },
    ),
    key(server, 'the right key from a place where it does not count', 'judy', 'known', [
      fails('judy', true, 'publickey'),
    ]),
    key(server, 'a certificate from a place where it does not count', 'alice', 'certified-elsewhere', [
      fails('alice', true, keyRefused),
    ]),
    key(server, 'a certificate whose identity looks like an address', 'alice', 'certified', [
      succeeds('alice', 'publickey'),
    ]),
    key(
      server,
      'a certificate that nobody trusts, whose identity looks like an address',
      'alice',
      'self-certified',
      [fails('alice', true, keyRefused)],
    ),
  ];
  // what stands at the ends of the two settings tells of what is between
  if (server.pam !== server.verbose)
    drafts.push(
      ...NAMELESS.map(
        ([says, text, leaves]): Draft => ({
          says,
          server,
          client: { kind: 'bytes', text, leaves },
          expected: [],
        }),
      ),
      ...HOSTILE_NAMES.map(([user, written]) =>
        password(
          server,
          `a user by the name of ${JSON.stringify(user)}`,
          user,
          [WRONG],
          [fails(written, false)],
        ),
      ),
    );
  if (server.pam) {
    const interactive = 'keyboard-interactive';
    drafts.push(
      password(
        server,
        'a wrong answer to PAM for an unknown user',
        'backup2',
        [WRONG],
        [fails('backup2', false, interactive)],
        interactive,
      ),
      password(
        server,
        'a wrong answer to PAM for a known user',
        'alice',
        [WRONG],
        [fails('alice', true, interactive)],
        interactive,
      ),
      password(
        server,
        'three wrong answers to PAM in one connection',
        'alice',
        [WRONG, WRONG, WRONG],
        times(3, fails('alice', true, interactive)),
        interactive,
      ),
      password(
        server,
        'three wrong answers to PAM for an unknown user',
        'cyrus',
        [WRONG, WRONG, WRONG],
        times(3, fails('cyrus', false, interactive)),
        interactive,
      ),
      password(
        server,
        'the right answer to PAM',
        'alice',
        [PASSWORD],
        [succeeds('alice', interactive)],
        interactive,
      ),
      password(
        server,
        "root's right answer to PAM, with which root may not log in",
        'root',
        [PASSWORD],
        [fails('root', true, interactive)],
        interactive,
      ),
      password(
        server,
        'two wrong answers to PAM, then two wrong passwords',
        'alice',
        [WRONG, WRONG, WRONG, WRONG],
        [...times(2, fails('alice', true, interactive)), ...times(2, fails('alice', true))],
        'keyboard-interactive,password',
      ),
      password(
        server,
        'the right password of an expired account',
        'carol',
        [PASSWORD],
        [fails('carol', true)],
      ),
    );
  }
  return drafts;
}

function cases(): readonly Case[] {
  const drafts: Draft[] = [
    ...ORDINARY.flatMap(ordinary),
    password(
      KEYS_ONLY,
      'an unknown user, and no method to offer a password by',
      'guest',
      [],
      [fails('guest', false, 'not told')],
    ),
    password(
      KEYS_ONLY,
      'a known user, and no method to offer a password by',
      'alice',
      [],
      [fails('alice', true, 'not told')],
    ),
    key(KEYS_ONLY, 'the right key', 'alice', 'known', [succeeds('alice', 'publickey')]),
    password(PICKY, 'a user who is not among AllowUsers', 'bob', [WRONG], [fails('bob', true)]),
    password(
      PICKY,
      'the right password of a user who is not among AllowUsers',
      'bob',
      [PASSWORD],
      [fails('bob', true)],
    ),
    password(PICKY, 'a user among DenyUsers', 'mallory', [WRONG], [fails('mallory', true)]),
    password(PICKY, 'a locked account', 'dave', [WRONG], [fails('dave', true)]),
    password(PICKY, 'an account without a shell', 'erin', [PASSWORD], [fails('erin', true)]),
    password(
      PICKY,
      'more tries than MaxAuthTries (2) for a known user',
      'alice',
      [WRONG, WRONG],
      times(2, fails('alice', true)),
    ),
    password(
      PICKY,
      'more tries than MaxAuthTries (2) for an unknown user',
      'daemon2',
      [WRONG, WRONG],
      times(2, fails('daemon2', false)),
    ),
    password(
      IMPATIENT,
      'an unknown user who waits at the prompt',
      'games2',
      ['wait'],
      [fails('games2', false, 'not told')],
    ),
    password(
      IMPATIENT,
      'a wrong password, then waiting at the prompt',
      'alice',
      [WRONG, 'wait'],
      [fails('alice', true)],
    ),
    {
      says: 'a client that says nothing for ever',
      server: IMPATIENT,
      client: { kind: 'bytes', text: '', leaves: 'never' },
      expected: [],
    },
    key(TWO_FACTORS, 'the right key and a wrong password', 'alice', 'known', [fails('alice', true)], {
      methods: 'publickey,password',
      answers: [WRONG],
    }),
    key(TWO_FACTORS, 'the right key and the right password', 'alice', 'known', [succeeds('alice')], {
      methods: 'publickey,password',
      answers: [PASSWORD],
    }),
    key(TWO_FACTORS, 'the right key alone', 'alice', 'known', [fails('alice', true, 'publickey')]),
  ];
  return drafts.map((draft, i) => ({
    ...draft,
    source: i % 4 === 3 ? `2001:db8::${(i + 16).toString(16)}` : `192.0.2.${i + 2}`,
  }));
}

const [ANY] = ORDINARY;

/** Everything that is tried. */
export const CASES: readonly Case[] = [
  ...cases(),
  {
    ...password(
      ANY!,
      'a wrong password from an address with a zone',
      'amanda',
      [WRONG],
      [fails('amanda', false)],
    ),
    source: 'fe80::2',
  },
];

/** What is tried of other syslog daemons, one client after the other. */
export const FEW_CASES: readonly Case[] = CASES.filter(({ says }) =>
  /^three wrong|^the right password$| from 203/.test(says),
);
