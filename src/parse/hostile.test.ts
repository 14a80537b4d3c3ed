/**
 * The user name is the attacker's text. Whatever it is, a line says the same source, port and outcome as it was
 * written with, or it is not read; and it changes no other line.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import type { Form } from './form.ts';
import { SSHD_FORMS } from './forms/sshd.ts';
import { createLogParser } from './log-parser.ts';
import { readMessage } from './message.ts';

const SOURCE = '192.0.2.77';
const PORT = '40123';

/** Pieces that the forms are made of, so that names look like the ends and beginnings of messages. */
const pieces = fc.constantFrom(
  ' from 198.51.100.1 port 22 ssh2',
  ' from 198.51.100.1',
  ' from ',
  ' port 22',
  ' 198.51.100.1 port 22',
  ' ssh2: RSA SHA256:abc',
  ': ',
  ' ',
  'invalid user ',
  'illegal user ',
  ' for ',
  ' not allowed because listed in DenyUsers',
  ' [preauth]',
  ' uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.1',
  ' rhost=198.51.100.1  user=root',
  ' user=',
  ': Too many authentication failures',
  ': Change of username or service not allowed: (a,b) -> (c,d)',
  "' from `198.51.100.1'",
  ' by PAM account configuration',
  'error: ',
  ']',
  '\u0000',
  '\ufffd',
  '\u202e',
  'root',
);
const hostile = fc
  .array(fc.oneof({ weight: 3, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join('').replaceAll(/[\r\n]/g, ''));

describe('whatever the name is, source, port and outcome stay or the line is unread', () => {
  const told = SSHD_FORMS.filter(
    (form) => form.tells !== 'nothing' && /<(source|address)>/.test(form.template),
  );
  for (const form of told) {
    test(form.id, () => {
      fc.assert(
        fc.property(hostile, hostile, fc.infiniteStream(fc.nat(2)), (user, other, choices) => {
          const message = rendered(form, user, other, choices);
          const reading = readMessage(message);
          if (typeof reading === 'string') return;
          expect({ message, source: reading.source?.text, success: reading.tells === 'success' }).toEqual({
            message,
            source: SOURCE,
            success: form.tells === 'success',
          });
          if (message.includes(`port ${PORT}`)) expect(reading.port).toBe(Number(PORT));
          if (form.tells === 'success' || form.tells === 'failure') expect(reading.tells).toBe(form.tells);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('a name changes no other line', () => {
  test('the attempts of its neighbours stay as they are', () => {
    const before =
      'Nov 19 15:04:22 host.example sshd[101]: Failed password for root from 203.0.113.1 port 1001 ssh2';
    const after =
      'Nov 19 15:04:24 host.example sshd[103]: Failed password for root from 203.0.113.2 port 1002 ssh2';
    fc.assert(
      fc.property(hostile, (user) => {
        const table = parsed([
          before,
          `Nov 19 15:04:23 host.example sshd[102]: Failed password for invalid user ${user} from ${SOURCE} port ${PORT} ssh2`,
          after,
        ]);
        const sources = Array.from(table.source, (id) => table.sources[id]);
        expect(sources).toEqual(['203.0.113.1', SOURCE, '203.0.113.2']);
        expect(table.users[table.user[1]!]).toBe(user);
      }),
    );
  });
});

describe('long lines take time in proportion to their length', () => {
  const long = (piece: string, megabytes: number) =>
    piece.repeat(Math.ceil((megabytes << 20) / piece.length));

  test('a name of 100 kB is kept', () => {
    const user = long('é from ', 0.1);
    const table = parsed([
      `2026-02-01T00:00:01Z host.example sshd[1]: Failed password for invalid user ${user} from ${SOURCE} port 5 ssh2`,
    ]);
    expect(table.users[table.user[0]!]).toBe(user);
  });

  for (const piece of [
    'a',
    ' from ',
    ' from 198.51.100.1 port 22 ssh2',
    ' for ',
    ' uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.1',
    ': ',
    '[',
    ' not allowed because ',
    ' port 1',
    '-',
    'a.',
  ]) {
    test(`10 MB of ${JSON.stringify(piece)}`, () => {
      const name = long(piece, 10);
      for (const line of [
        `Nov 19 15:04:22 h sshd[1]: Failed password for invalid user ${name} from ${SOURCE} port 5 ssh2`,
        `Nov 19 15:04:22 h sshd[1]: Failed password for invalid user ${name}`,
        `Nov 19 15:04:22 h sshd[1]: error: PAM: ${name}`,
        `Nov 19 15:04:22 h sshd[1]: Invalid user ${name}`,
        `Nov 19 15:04:22 h sshd[1]: Disconnecting invalid user ${name}`,
        `Nov 19 15:04:22 h sshd[1]: Connection closed by invalid user ${name} ${SOURCE} port 5 [preauth]`,
        `Nov 19 15:04:22 h sshd[1]: pam_krb5(sshd:auth): authentication failure; logname=${name}`,
        `Nov 19 15:04:22 h sshd[1]: User ${name} not allowed because`,
        `Nov 19 15:04:22 h ${name}`,
        `Nov 19 15:04:22 ${name}`,
        name,
        `<38>1 2026-02-01T00:00:01Z h sshd 1 - [x y="${name}"] Invalid user a`,
      ]) {
        parsed([line]);
      }
    });
  }
});

function parsed(lines: readonly string[]) {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1_800_000_000 }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const line of lines) parser.line(line);
  parser.finish();
  return builder.finish();
}

/** A message of the form; what is left open is chosen by `choices`. */
function rendered(form: Form, user: string, other: string, choices: fc.Stream<number>): string {
  const values: Record<string, string> = {
    user,
    hostile: other,
    source: SOURCE,
    address: SOURCE,
    port: PORT,
    method: 'password',
    count: '2',
    pam: 'pam_unix(sshd:auth):',
    'pam-unix': 'pam_unix(sshd:auth):',
    'pam-other': 'pam_sss(sshd:auth):',
    key: 'RSA SHA256:0f0f',
    'pam-error': 'Authentication failure',
    word: 'word',
    number: '0',
    blanks: '  ',
    'blanks?': '',
    text: 'a text of the server',
  };
  const next = () => choices.next().value as number;
  const render = (text: string): string => {
    let out = '';
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!;
      if (c === '<') {
        const end = text.indexOf('>', i);
        const name = text.slice(i + 1, end);
        if (name === 'invalid?') out += ['', 'invalid user ', 'illegal user '][next()]!;
        else if (name === 'state') out += ['authenticating user', 'invalid user', 'invalid user'][next()]!;
        else out += values[name] ?? expect.fail(`no value for <${name}>`);
        i = end;
      } else if (c === '{' || c === '[') {
        const end = text.indexOf(c === '{' ? '}' : ']', i);
        const options = text.slice(i + 1, end).split('|');
        const chosen = next();
        if (c === '[' || chosen > 0) out += render(options[chosen % options.length]!);
        i = end;
      } else out += c === '\\' ? text[++i]! : c;
    }
    return out;
  };
  return render(form.template);
}
