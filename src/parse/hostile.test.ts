/**
 * The user name is the attacker's text. Whatever it is, a line says the same source, port and outcome as it was
 * written with, or it is not read; and it changes no other line.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PIECES } from '../../fuzz/lines.mjs';
import { AttemptTableBuilder } from '../model/table.ts';
import type { Form } from './form.ts';
import { SSHD_FORMS } from './forms/sshd.ts';
import { createLogParser } from './log-parser.ts';
import { readMessage } from './message.ts';
import { shipped } from './services.ts';

const SOURCE = '192.0.2.77';
const PORT = '40123';

/** Pieces that the forms are made of, so that names look like the ends and beginnings of messages. */
const pieces = fc.constantFrom(...PIECES);
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

/**
 * The services that are not sshd, each form with names made of what the forms of that very service are made of, and of
 * the ends that its own lines have.
 */
describe('the same for every other service', () => {
  for (const service of shipped().all.filter(({ name }) => name !== 'sshd')) {
    const fragments = fc.constantFrom(...fragmentsOf(service.forms), ...service.forms.map(asAnotherSays));
    const name = fc
      .array(fc.oneof(fragments, pieces, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 6 })
      .map((parts) => parts.join('').replaceAll(/[\r\n]/g, ''));
    const told = service.forms.filter(
      ({ tells, template }) => tells !== 'nothing' && /<(source|address|ip)>/.test(template),
    );
    if (told.length === 0) continue;
    test(service.name, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...told),
          name,
          name,
          fc.infiniteStream(fc.nat(2)),
          (form, user, other, choices) => {
            const message = rendered(form, user, other, choices);
            const reading = shipped().readMessageOf(service, message);
            if (typeof reading === 'string') return;
            expect({ message, nothing: reading.tells === 'nothing' }).toEqual({ message, nothing: false });
            if (reading.source !== null)
              expect({ message, source: reading.source.text }).toEqual({ message, source: SOURCE });
            if (reading.port !== null)
              expect({ message, port: reading.port }).toEqual({ message, port: Number(PORT) });
            expect({ message, success: isLogin(reading.tells) }).toEqual({
              message,
              success: isLogin(form.tells),
            });
          },
        ),
        { numRuns: 3000 },
      );
    });
  }
});

function isLogin(tells: Form['tells']): boolean {
  return tells === 'success' || tells === 'guest';
}

/** The literal texts of templates between their fields, with an address of the attacker's choice where a field is one. */
function fragmentsOf(forms: readonly Form[]): string[] {
  const found = new Set<string>();
  for (const { template } of forms) {
    const text = template
      .replaceAll(/<(?:source|address|ip)>/g, '198.51.100.1')
      .replaceAll('<port>', '22')
      .replaceAll('<number>', '1')
      .replaceAll('<count>', '9')
      .replaceAll(/\\(.)/g, '$1');
    for (const piece of text.split(/<[^>]*>|[{}|]/)) if (piece !== '') found.add(piece);
  }
  return [...found];
}

/** A whole message of the form, as one who wants to pose as it would write it, from another address. */
function asAnotherSays(form: Form): string {
  const sample = form.samples[0]!;
  const text = sample.line?.slice(20) ?? sample.message;
  return sample.source === undefined ? text : text.replaceAll(sample.source, '198.51.100.1');
}

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

/** A line of a megabyte, the longest that is read, of what the forms of a service are made of: it must come to an end. */
describe('a long line of any service takes no more than its length is worth', () => {
  for (const service of shipped().all.filter(({ name }) => name !== 'sshd'))
    test(service.name, () => {
      for (const piece of fragmentsOf(service.forms).slice(0, 40)) {
        const name = piece.repeat(Math.ceil((1 << 18) / piece.length));
        const short = piece.repeat(Math.ceil(900 / piece.length));
        for (const form of service.forms)
          for (const text of [name, short])
            shipped().readMessageOf(service, rendered(form, text, text, streamOf(1)).slice(0, 1 << 20));
      }
    });
});

function streamOf(value: number): fc.Stream<number> {
  return fc.stream(
    (function* () {
      for (;;) yield value;
    })(),
  );
}

function parsed(lines: readonly string[]) {
  const builder = new AttemptTableBuilder();
  const parser = createLogParser({ timezone: 'UTC', year: 2026, reference: 1_800_000_000 }, builder);
  parser.beginFile({ name: 'auth.log', group: 'auth.log' });
  for (const line of lines) parser.line(line);
  parser.finish();
  return builder.finish();
}

/** What is put in for each field of a template. */
function valuesOf(user: string, other: string): Readonly<Record<string, string>> {
  return {
    user,
    name: 'bob',
    host: 'host.example',
    helo: '[198.51.100.2]',
    hostile: other,
    source: SOURCE,
    address: SOURCE,
    ip: SOURCE,
    port: PORT,
    method: 'password',
    count: '2',
    session: 'f7a2e6aa567530c9',
    driver: 'pam',
    pam: 'pam_unix(sshd:auth):',
    'pam-unix': 'pam_unix(sshd:auth):',
    'pam-other': 'pam_sss(sshd:auth):',
    key: 'RSA SHA256:0f0f',
    'pam-error': 'Authentication failure',
    'exim-facts': ' X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no',
    word: 'word',
    clause: 'a reason of the server',
    number: '0',
    blanks: '  ',
    'blanks?': '',
    text: 'a text of the server',
  };
}

/** A message of the form; what is left open is chosen by `choices`. */
function rendered(form: Form, user: string, other: string, choices: fc.Stream<number>): string {
  const values = valuesOf(user, other);
  const next = () => choices.next().value as number;
  const { template } = form;
  let i = 0;
  /** Renders up to one of `ends`, or to the template's end. */
  const sequence = (ends: string): string => {
    let out = '';
    while (i < template.length && !ends.includes(template[i]!)) {
      const c = template[i]!;
      if (c === '<') {
        const end = template.indexOf('>', i);
        const name = template.slice(i + 1, end);
        if (name === 'invalid?') out += ['', 'invalid user ', 'illegal user '][next()]!;
        else if (name === 'state') out += ['authenticating user', 'invalid user', 'invalid user'][next()]!;
        else out += values[name] ?? expect.fail(`no value for <${name}>`);
        i = end + 1;
      } else if (c === '{' || c === '[') {
        const close = c === '{' ? '}' : ']';
        const options: string[] = [];
        do {
          i++;
          options.push(sequence(`|${close}`));
        } while (template[i] === '|');
        i++;
        const chosen = next();
        if (c === '[' || chosen > 0) out += options[chosen % options.length]!;
      } else {
        out += c === '\\' ? template[++i]! : c;
        i++;
      }
    }
    return out;
  };
  return sequence('');
}
