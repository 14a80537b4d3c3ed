import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, emptyLog, everything, hostile, noCampaign } from '../../tests/golden/examples.ts';
import { buildReport } from '../explain/report.ts';
import type { Report } from '../explain/schema.ts';
import { campaignDots } from './campaign-dots.ts';
import type { Look } from './page.ts';
import { renderText } from './text.ts';
import { displayWidth } from './width.ts';

const LOOK: Look = { width: 80, colour: false, all: false, unicode: true };
const GOLDEN = '../../tests/golden';

const render = (example: Example, look: Partial<Look> = {}) =>
  renderText(buildReport(example.log, example.detection), { ...LOOK, ...look });

describe('the text report, beside golden files that were read by a person', () => {
  it('shows everything there is, at 80 columns', async () => {
    await expect(render(everything())).toMatchFileSnapshot(`${GOLDEN}/everything-80.txt`);
  });
  it('shows all participants at 120 columns with --all', async () => {
    await expect(render(everything(), { width: 120, all: true })).toMatchFileSnapshot(
      `${GOLDEN}/everything-120-all.txt`,
    );
  });
  it('does with ASCII where the terminal has no more, at 60 columns', async () => {
    await expect(render(everything(), { width: 60, unicode: false })).toMatchFileSnapshot(
      `${GOLDEN}/everything-60-ascii.txt`,
    );
  });
  it('draws each campaign where it is wanted', async () => {
    const { log, detection } = everything();
    const [walk] = detection.campaigns;
    const drawn = (unicode: boolean) =>
      renderText(buildReport(log, detection), { ...LOOK, unicode }, (id) =>
        id === 'c1' ? campaignDots(log.table, walk!) : null,
      );
    await expect(drawn(true)).toMatchFileSnapshot(`${GOLDEN}/everything-drawn.txt`);
    for (const line of drawn(false).split('\n')) expect(line).toMatch(/^[\x20-\x7e]{0,80}$/);
  });
  it('says plainly that there is no campaign, and by what that was judged', async () => {
    await expect(render(noCampaign())).toMatchFileSnapshot(`${GOLDEN}/no-campaign.txt`);
  });
  it('says that there was nothing to judge by', async () => {
    await expect(render(emptyLog())).toMatchFileSnapshot(`${GOLDEN}/empty.txt`);
  });
  it('lets hostile names be seen and do nothing', async () => {
    const names = [
      'root from 192.0.2.1 port 22 ssh2',
      '\u001b[2J\u001b[1;1Howned',
      'a\u202etxt.exe',
      '用户名用户名用户名用户名用户名用户名用户名用户名用户名用户名用户名用户名',
      'x'.repeat(100_000),
      'e\u0301\u0302\u0303\u0304\u0305',
      'a\r\nNov 19 15:04:22 mail sshd[1]: Accepted password for root from 192.0.2.1',
    ];
    await expect(render(hostile(names))).toMatchFileSnapshot(`${GOLDEN}/hostile.txt`);
  });
});

describe('what must hold for any text of a log', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc
      .array(
        fc.constantFrom(
          '\u001b[31m',
          '\u009b2J',
          '\n',
          '\r',
          '\t',
          '\u202e',
          '\u2066',
          '\u3164',
          '\u200b',
          'a ',
          '漢',
          '👩‍👩‍👧',
          '\\',
          '\ud800',
        ),
      )
      .map((parts) => parts.join('')),
  );
  const looks = fc.record({
    width: fc.integer({ min: 40, max: 200 }),
    colour: fc.boolean(),
    all: fc.boolean(),
    unicode: fc.boolean(),
  });
  const example = fc.array(anyText, { minLength: 1, maxLength: 8 }).map(hostile);

  it('no line is wider than the terminal, and nothing acts on it but our own colours', () => {
    fc.assert(
      fc.property(example, looks, (one, look) => {
        const text = render(one, look);
        // eslint-disable-next-line no-control-regex
        const bare = look.colour ? text.replace(/\u001b\[\d+m/g, '') : text;
        expect(bare).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{DI}]/u);
        if (!look.unicode) expect(bare).toMatch(/^[\x20-\x7e\n]*$/);
        for (const line of bare.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(look.width);
      }),
      { numRuns: 300 },
    );
  });

  it('colour changes nothing but colour', () => {
    const text = render(everything(), { colour: true });
    expect(text).toContain('\u001b[');
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(render(everything()));
  });

  it('is the same twice', () => {
    expect(render(everything(), { all: true })).toBe(render(everything(), { all: true }));
  });
});

describe('the order of the page', () => {
  const text = render(everything());
  const at = (words: string) => {
    const index = text.indexOf(words);
    expect(index, words).toBeGreaterThanOrEqual(0);
    return index;
  };
  it('puts a success by a participant first of all', () => {
    expect(at('SOMEBODY GOT IN')).toBeLessThan(5);
    expect(at('What to do now')).toBeLessThan(at('Campaign c1:'));
    expect(text.trimEnd().split('\n').slice(-2).join(' '), 'and again where a short terminal ends').toContain(
      'somebody got in',
    );
  });
  it('then campaigns, the per-source tool, loud sources, notices, counts, advice, unread lines', () => {
    const order = [
      'Campaign c1:',
      'Campaign c2:',
      "fail2ban's default",
      'loud sources',
      'Also seen',
      "for users that don't exist",
      'What to do\n',
      'not understood',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe('a busy log', () => {
  const { log, detection } = everything();
  const report = buildReport(log, detection);
  const page = (changes: Partial<Report>, look: Partial<Look> = {}) =>
    renderText({ ...report, ...changes }, { ...LOOK, ...look });
  const login = report.notices.find((one) => one.kind === 'success-after-guessing')!;
  const logins = Array.from({ length: 12 }, (_, i) => ({
    ...login,
    attempts: i + 1,
    says: `192.0.2.${i} logged in as nora.`,
  }));

  it('shows of a dozen logins after guessing those with most failures, right after the compromises', () => {
    const text = page({ notices: logins });
    expect(text).toContain('! 12 sources logged in after failed attempts: were those the owners?');
    expect(text.match(/logged in as nora/g)).toHaveLength(5);
    expect(text).toContain('192.0.2.11 logged in');
    expect(text).toContain('... and 7 more sources: --all shows them.');
    expect(text.indexOf('12 sources logged in')).toBeLessThan(text.indexOf('Campaign c1:'));
    expect(page({ notices: logins }, { all: true }).match(/logged in as nora/g)).toHaveLength(12);
  });

  it('tells of an intruder that came back once, and counts the rest', () => {
    const [first, ...others] = report.campaigns;
    const again = { ...first!.compromised[0]!, time: '2008-12-06T05:00:00Z', failuresBefore: 0 };
    const text = page({ campaigns: [{ ...first!, compromised: [...first!.compromised, again] }, ...others] });
    expect(text).toContain('SOMEBODY GOT IN: 2 logins by participants of a campaign');
    expect(text).toMatch(/in campaign c1; 1 more\s+login\s+until/);
    expect(text.match(/backup on mail\.host\.example/g)).toHaveLength(1);
  });

  it('makes one sentence of many notices of a kind; --all shows each', () => {
    const jobs = Array.from({ length: 4 }, (_, i) => ({
      ...report.notices.find((one) => one.kind === 'broken-job')!,
      sources: [`192.0.2.${i}`],
    }));
    expect(page({ notices: jobs })).toContain('4 sources fail the same way over and over');
    expect(page({ notices: jobs }, { all: true }).match(/has failed as nagios/g)).toHaveLength(4);
  });

  it('shows two thousand participants in columns with --all, each of them once', () => {
    const [first] = report.campaigns;
    const participants = Array.from({ length: 2000 }, (_, i) => ({
      ...first!.participants[0]!,
      source:
        i % 2 === 0
          ? `2001:db8:ffff:ffff:ffff:ffff:ffff:${i.toString(16)}`
          : `198.51.100.${i}.customer.isp.example`,
    }));
    const text = page({ campaigns: [{ ...first!, participants }] }, { all: true, width: 100 });
    for (const one of participants) expect(text).toContain(`${one.source} `);
    const short = page({ campaigns: [{ ...first!, participants }] });
    expect(short).toContain('... and 1,990 more participants: --all shows them.');
  });

  it('says which time was asked for, where it was not all', () => {
    const asked = { since: '2008-11-20T00:00:00Z', until: null };
    expect(page({ input: { ...report.input, ...asked } })).toContain(
      'Others were left out: asked was for those from 2008-11-20 00:00 UTC on.',
    );
    const empty = buildReport(emptyLog().log, emptyLog().detection);
    const text = renderText({ ...empty, input: { ...empty.input, ...asked } }, LOOK);
    expect(text).toMatch(/no login attempts in it from 2008-11-20 00:00\s+UTC on\./);
    expect(text).toContain('There was nothing to judge by in that time.');
  });
});
