/** The forms of structured records are data: made of forms/records/*.toml, and each reads its own samples. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { createLineReader } from '../line.ts';
import { readRecordFile } from './form-file.ts';
import { recordForms, shippedRecordForms } from './forms.ts';
import { wrongRecordSamples } from './samples.ts';
import { SHIPPED_RECORDS } from './shipped.ts';

const FOLDER = join(import.meta.dirname, '../../../forms/records');

describe('the forms that come with the program are those of forms/records/*.toml', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.toml'));
  test('a file for each service', () => {
    expect(files.sort()).toEqual(SHIPPED_RECORDS.map((text) => `${text.service}.toml`).sort());
  });
  for (const file of files) {
    test(`${file} is what node scripts/record-forms.mjs made of it`, () => {
      const data = parse(readFileSync(join(FOLDER, file), 'utf8'));
      const shipped = shippedRecordForms().services.find(({ service }) => `${service}.toml` === file);
      expect(readRecordFile(data, file)).toEqual(shipped);
    });
  }
});

describe('a form reads its samples', () => {
  const forms = shippedRecordForms();
  for (const service of forms.services) {
    test(service.service, () => expect(wrongRecordSamples(forms, [service])).toEqual([]));
  }
  test('and says what is wrong where it does not', () => {
    const [service] = forms.services;
    const form = service!.forms[0]!;
    const lying = { ...service!, forms: [{ ...form, samples: [{ ...form.samples[0]!, user: 'bob' }] }] };
    expect(wrongRecordSamples(forms, [lying])[0]).toMatchObject({
      form: form.id,
      what: `its user is "${form.samples[0]!.user}", not "bob"`,
    });
  });
});

describe("a user's own forms", () => {
  const own = (where: object, more: object = {}) =>
    readRecordFile(
      {
        kind: 'record',
        service: 'shop',
        means: 'Our shop.',
        form: [
          {
            id: 'shop.failed',
            where,
            tells: 'failure',
            fields: { time: 'at', source: 'client.ip', user: 'account' },
            since: '1',
            means: 'A wrong password.',
            samples: [{ record: '{}' }],
            ...more,
          },
        ],
      },
      'shop.toml',
    );
  const read = (service: ReturnType<typeof own>, record: object) =>
    createLineReader({
      timezone: 'UTC',
      year: null,
      reference: 1_800_000_000,
      recordForms: recordForms([service]),
    }).read(JSON.stringify(record));
  const record = {
    type: 'login',
    ok: false,
    at: 1_795_330_862,
    client: { ip: '192.0.2.7' },
    account: 'bob',
    message: 'Wrong password.',
  };
  test('read what nothing else has read', () => {
    expect(read(own({ type: 'login', ok: 'false' }), record).event).toMatchObject({
      service: 'shop',
      source: '192.0.2.7',
      user: 'bob',
      time: '2026-11-22T07:01:02Z',
    });
  });
  test('cannot change what a line of sshd or a shipped form means', () => {
    const everything = own({});
    const line = 'Nov 22 07:01:02 h sshd[7]: Accepted password for root from 192.0.2.9 port 22 ssh2';
    expect(read(everything, { ...record, message: line }).event).toMatchObject({
      service: 'sshd',
      source: '192.0.2.9',
      outcome: 'success',
    });
    const cowrie = { ...record, eventid: 'cowrie.login.failed', src_ip: '192.0.2.8', username: 'x' };
    expect(read(everything, cowrie).event).toMatchObject({ service: 'cowrie', source: '192.0.2.8' });
  });
  test('for requests of a web server', () => {
    const form = own(
      { method: 'POST', path: '/login', status: '401' },
      { shape: 'access', fields: { time: 'time', source: 'source' } },
    );
    const reader = createLineReader({
      timezone: 'UTC',
      year: null,
      reference: 1_800_000_000,
      recordForms: recordForms([form]),
    });
    const line = '192.0.2.7 - - [22/Nov/2026:07:01:02 +0000] "POST /login?a=b HTTP/1.1" 401 5 "-" "-"';
    expect(reader.read(line).event).toMatchObject({ service: 'shop', source: '192.0.2.7', user: null });
  });
  test.each([
    [{ kind: 'record', service: 'shop', means: 'x', form: [] }, 'shop.toml: form'],
    [{ kind: 'record', service: 'Shop', means: 'x', form: [{}] }, 'shop.toml: service'],
  ])('what is wrong with a file is told', (data, message) => {
    expect(() => readRecordFile(data, 'shop.toml')).toThrow(message);
  });
});
