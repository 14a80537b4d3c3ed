// What is handed on: each format is valid after its specification, tells of every participant, and never of a name that could be a
// password; hostile texts of a log stay texts in every one of them.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, everything, hostile, noCampaign } from '../../../tests/golden/examples.ts';
import { buildReport } from '../../explain/report.ts';
import { Trouble } from '../../model/error.ts';
import type { Place } from '../../model/place.ts';
import { ofLog } from '../../view/of-log.ts';
import type { AttemptRow, Site } from '../../view/site.ts';
import { DEFAULT_BAN_SECONDS, type ExportOptions, exportSite } from './export.ts';
import { EXPORT_FORMATS, type ExportFormat } from './format.ts';
import { uuidOfName } from './uuid.ts';

const validator = (name: string) => {
  const ajv = new Ajv({ strict: false, discriminator: true });
  formats.default(ajv);
  const file = new URL(`../../../tests/schemas/${name}.json`, import.meta.url);
  const check = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  return (value: unknown) => {
    check(value);
    expect(check.errors ?? []).toEqual([]);
  };
};
const validStix = validator('stix');
const validMisp = validator('misp');
const validXarf = validator('xarf');

const OPTIONS: Omit<ExportOptions, 'format'> = {
  confidence: 0,
  names: 'hidden',
  reporter: { organisation: 'Example Ltd', email: 'abuse@host.example' },
  tlp: 'amber',
  banSeconds: DEFAULT_BAN_SECONDS,
};

const place = (source: string): Place | null =>
  source.startsWith('203.0.113.')
    ? { country: 'NO', asn: 64500 + (Number(source.split('.')[3]) % 2), network: 'Example Net' }
    : null;

async function exported(
  example: Example,
  format: ExportFormat,
  options: Partial<ExportOptions> = {},
  changed: (site: Site) => Site = (site) => site,
) {
  const { log, detection } = example;
  const report = buildReport(log, detection);
  const site = ofLog(
    { name: 'auth.log', version: '1.2.3', table: log.table, detection, report },
    { places: { placeOf: place, attributions: [] } },
  );
  const { pieces, ...rest } = await exportSite(changed(site), { ...OPTIONS, format, ...options });
  return { ...rest, text: [...pieces].join('') };
}

interface Bundle {
  readonly objects: readonly {
    readonly type: string;
    readonly id: string;
    readonly [key: string]: unknown;
  }[];
}
const bundleOf = async (example: Example, options: Partial<ExportOptions> = {}) =>
  JSON.parse((await exported(example, 'stix', options)).text) as Bundle;

/** Somebody typed a password where the name belongs: as an attempt of a participant, and as the last name that the report tells. */
const PASSWORD = 'Correct-Horse7';

function withPassword(site: Site): Site {
  return {
    ...site,
    overview: (interval) => site.overview(interval),
    sharedNames: (names) => site.sharedNames(names),
    attempts: async function* (filter) {
      let last: AttemptRow | null = null;
      for await (const row of site.attempts(filter)) {
        last = row;
        yield row;
      }
      if (last !== null) yield { ...last, seq: last.seq + 1, user: PASSWORD, known: false, success: false };
    },
    campaign: async (id) => {
      const view = await site.campaign(id);
      if (view?.report == null) return view;
      const { report } = view;
      const usernames = { ...report.usernames, last: PASSWORD };
      return {
        ...view,
        report: { ...report, usernames, says: [...report.says, `It has come to ${PASSWORD}.`] },
      };
    },
  };
}

describe('STIX 2.1', () => {
  it('is a valid bundle with every participant as observed data, indicator and sighting', async () => {
    const bundle = await bundleOf(everything());
    validStix(bundle);
    const count = (type: string) => bundle.objects.filter((one) => one.type === type).length;
    const participants = everything().detection.campaigns.flatMap((one) => one.participants).length;
    expect(count('campaign')).toBe(2);
    for (const type of ['indicator', 'observed-data', 'sighting']) expect(count(type)).toBe(participants);
    expect(count('relationship')).toBe(2 + 2 * participants);
    expect(count('autonomous-system')).toBe(2);
  });
  it('refers to nothing that is not in it, and has each object once', async () => {
    const { objects } = await bundleOf(everything());
    const ids = new Set(objects.map(({ id }) => id));
    expect(ids.size).toBe(objects.length);
    const references = objects.flatMap((one) =>
      Object.entries(one).flatMap(([key, value]) => (/_refs?$/.test(key) ? [value].flat() : [])),
    );
    expect(references.filter((id) => !ids.has(id as string))).toEqual([]);
  });
  it('gives the same thing the same identifier, whoever makes it: section 2.9', async () => {
    const { objects } = await bundleOf(everything());
    const address = objects.find((one) => one.type === 'ipv4-addr' && one.value === '203.0.113.12');
    // made once with Python's uuid.uuid5(UUID('00abedb4-aa42-466c-9c01-fed23315a9b7'), '{"value":"203.0.113.12"}')
    expect(address?.id).toBe('ipv4-addr--b3fbb6f5-e35b-51b6-806f-03136cf4f1be');
    expect(uuidOfName('00abedb4-aa42-466c-9c01-fed23315a9b7', '{"value":"198.51.100.3"}')).toBe(
      '28bb3599-77cd-5a82-a950-b5bc3caf07c4',
    );
    expect(await bundleOf(everything())).toEqual(await bundleOf(everything()));
  });
  it.each(['clear', 'green', 'amber', 'red'] as const)(
    'marks every object of its own as TLP %s',
    async (tlp) => {
      const bundle = await bundleOf(everything(), { tlp });
      validStix(bundle);
      const [marking, ...others] = bundle.objects;
      expect(
        others.every((one) => (one.object_marking_refs as string[] | undefined)?.[0] === marking?.id),
      ).toBe(true);
    },
  );
  it('of no campaign says who looked, and nothing else', async () => {
    const bundle = await bundleOf(noCampaign());
    validStix(bundle);
    expect(bundle.objects.map(({ type }) => type)).toEqual(['marking-definition', 'identity']);
  });
});

describe('MISP', () => {
  it('is one event for one campaign, valid, with an attribute and an object for each participant', async () => {
    const event = JSON.parse((await exported(everything(), 'misp', { campaign: 'c1' })).text) as {
      Event: { Attribute: { type: string; to_ids: boolean }[]; Object: unknown[]; Tag: { name: string }[] };
    };
    validMisp(event);
    const participants = everything().detection.campaigns[0]!.participants.length;
    expect(event.Event.Object).toHaveLength(participants);
    expect(event.Event.Attribute.filter(({ type }) => type !== 'comment')).toHaveLength(participants);
    expect(event.Event.Tag[0]?.name).toBe('tlp:amber');
  });
  it('is a list of events for several', async () => {
    const { response } = JSON.parse((await exported(everything(), 'misp')).text) as { response: unknown[] };
    expect(response).toHaveLength(2);
    for (const event of response) validMisp(event);
  });
  it('looks for nobody by itself who is not sure', async () => {
    const text = (await exported(everything(), 'misp', { campaign: 'c1' })).text;
    const { Event } = JSON.parse(text) as { Event: { Attribute: { to_ids: boolean; comment?: string }[] } };
    for (const { to_ids, comment } of Event.Attribute.filter((one) => one.comment !== undefined))
      expect(to_ids).toBe(Number(/([\d.]+) % sure/.exec(comment!)?.[1]) >= 90);
  });
});

describe('CrowdSec', () => {
  it('decides on each address once, in JSON and in CSV alike, and on no host name', async () => {
    const decisions = JSON.parse((await exported(everything(), 'crowdsec')).text) as Record<string, string>[];
    expect(new Set(decisions.map(({ value }) => value)).size).toBe(decisions.length);
    expect(decisions[0]).toMatchObject({ duration: '1209600s', scope: 'ip', type: 'ban' });
    expect(decisions.some(({ value }) => /[g-z]/.test(value!))).toBe(false);
    const csv = (await exported(everything(), 'crowdsec-csv')).text.trimEnd().split('\r\n');
    expect(csv[0]).toBe('duration,reason,scope,type,value');
    expect(csv.slice(1).map((line) => line.split(',').at(-1))).toEqual(decisions.map(({ value }) => value));
  });
});

describe('abuse reports', () => {
  it('are valid X-ARF, those of one network together, largest network first', async () => {
    const reports = JSON.parse((await exported(everything(), 'xarf')).text) as {
      source_asn?: number;
      evidence: { payload: string }[];
    }[];
    for (const report of reports) validXarf(report);
    const networks = reports.map(({ source_asn: asn }) => asn ?? null);
    expect(new Set(networks.filter((asn, i) => asn !== null && asn !== networks[i - 1])).size).toBe(2);
    expect(networks.lastIndexOf(64500)).toBeLessThan(networks.indexOf(null));
    expect(Buffer.from(reports[0]!.evidence[0]!.payload, 'base64').toString()).toMatch(
      /^\S+Z sshd: login failed for \S+ from 203\.0\.113\.\d+\n/,
    );
  });
  it('are letters that a person can read, with who writes and what is asked for', async () => {
    await expect((await exported(everything(), 'abuse', { campaign: 'c1' })).text).toMatchFileSnapshot(
      '../../../tests/golden/abuse.txt',
    );
  });
  it.each(['xarf', 'abuse'] as const)('are refused where nobody answers for them: %s', async (format) => {
    await expect(exported(everything(), format, { reporter: null })).rejects.toThrow(Trouble);
  });
});

describe('a list', () => {
  it('is of addresses alone for a firewall', async () => {
    const { text } = await exported(everything(), 'text');
    expect(text).toMatch(/^(?:[0-9a-f.:]+\n)+$/);
  });
  it('has dates, networks and how sure it is for a spreadsheet and a program', async () => {
    const csv = (await exported(everything(), 'csv', { campaign: 'c1' })).text.split('\r\n');
    expect(csv[0]).toBe('source,campaign,confidence,attempts,firstSeen,lastSeen,country,asn,network');
    const { participants } = JSON.parse((await exported(everything(), 'json')).text) as {
      participants: unknown[];
    };
    expect(participants).toContainEqual(
      expect.objectContaining({ campaign: 'c1', country: 'NO', asn: 64501 }),
    );
  });
  it('leaves out who is less sure than is asked for', async () => {
    const sure = await exported(everything(), 'text', { confidence: 0.99 });
    expect(sure.participants).toBeLessThan((await exported(everything(), 'text')).participants);
  });
});

describe('a name that could be a password', () => {
  it.each(EXPORT_FORMATS)('is in no export unless it is asked for: %s', async (format) => {
    const { text, hiddenNames } = await exported(everything(), format, {}, withPassword);
    expect(`${text}${decodedPayloads(text)}`).not.toContain(PASSWORD);
    expect(hiddenNames).toBe(1 + 1); // once in each campaign
  });
  it('is there where it was asked for', async () => {
    const { text, hiddenNames } = await exported(everything(), 'stix', { names: 'shown' }, withPassword);
    expect(text).toContain(PASSWORD);
    expect(hiddenNames).toBe(0);
  });
});

function decodedPayloads(text: string): string {
  return [...text.matchAll(/"payload":"([^"]*)"/g)]
    .map(([, payload]) => Buffer.from(payload!, 'base64').toString())
    .join('');
}

const NASTY = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    "'; DROP TABLE x; --",
    '=HYPERLINK("http://x.example","x")',
    '\u001b[2J\u001b[1;1Howned',
    'a\u202etxt.exe',
    "x' OR ipv4-addr:value = '0.0.0.0",
    'a\\',
    '\ud800',
    'x\r\nBcc: everybody@host.example',
    'y'.repeat(100_000),
    '"quoted"',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('whatever an attacker puts into a log', () => {
  it('every format stays valid, no control or hidden character gets out, nothing begins a formula or a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(NASTY, { minLength: 3, maxLength: 8 }), async (texts) => {
        const example = hostile(texts);
        for (const names of ['hidden', 'shown'] as const) {
          validStix(await bundleOf(example, { names }));
          const misp = JSON.parse((await exported(example, 'misp', { names })).text) as { Event?: unknown };
          if (misp.Event !== undefined) validMisp(misp);
          for (const report of JSON.parse((await exported(example, 'xarf', { names })).text) as unknown[])
            validXarf(report);
          for (const format of EXPORT_FORMATS) {
            const { text, fileName } = await exported(example, format, { names });
            expect(text).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]/);
            expect(fileName).toMatch(/^[a-z0-9-]+\.[a-z]+$/);
            if (/csv$/.test(format)) expect(text).not.toMatch(/(^|,|\n)"?[=+@\t]/);
            if (format === 'abuse') expect(text).not.toMatch(/^Bcc:/m);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});
