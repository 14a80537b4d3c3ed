import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, emptyLog, everything, hostile, noCampaign } from '../../tests/golden/examples.ts';
import { detect } from '../detect/detect.ts';
import type { Campaign, Detection, Evidence, Notice } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { renderText } from '../show/text.ts';
import { buildReport } from './report.ts';
import { reportSchema } from './schema.ts';

const build = ({ log, detection }: Example) => buildReport(log, detection);

describe('the report of a log with everything in it', () => {
  const example = everything();
  const report = build(example);
  const [walk, root] = report.campaigns;

  it('is what the schema says', () => {
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('counts the attempts as the author of 2008 did', () => {
    expect(report.summary).toEqual({
      all: { attempts: 494, usernames: 32, sources: 100 },
      unknownUsers: { attempts: 390, usernames: 26, sources: 60 },
      knownUsers: { attempts: 104, usernames: 6, sources: 52 },
      notTold: { attempts: 0, usernames: 0, sources: 0 },
    });
    expect(report.input).toMatchObject({
      attempts: 523,
      failures: 494,
      successes: 29,
      unknownUserFailures: 390,
      knownUserFailures: 104,
      sensors: ['mail.host.example', 'www.host.example'],
      firstSeen: '2008-11-19T15:04:22Z',
    });
  });

  it('numbers campaigns by their first attempt, however the detection has them', () => {
    const turned = { ...example.detection, campaigns: [...example.detection.campaigns].reverse() };
    expect(buildReport(example.log, turned)).toEqual(report);
    expect(report.campaigns.map((one) => one.id)).toEqual(['c1', 'c2']);
  });

  it('says how far the walk has come', () => {
    expect(walk!.usernames).toMatchObject({ count: 27, order: 'alphabetical', current: 'hedda' });
    expect(walk!.usernames.walk).toMatchObject({ start: 'alias', current: 'hedda' });
    expect(walk!.usernames.sample).toHaveLength(12);
    expect(walk!.usernames.sample[0]).toBe('alias');
    expect(walk!.usernames.sample[11]).toBe('hedda');
    expect(walk!.usernames.known.top).toEqual([
      { user: 'backup', attempts: 6, sources: 6 },
      { user: 'games', attempts: 6, sources: 6 },
    ]);
  });

  it('leaves out days without attempts, and loses none', () => {
    const dates = walk!.perDay.map((day) => day.date);
    expect(dates).not.toContain('2008-11-24');
    expect(walk!.perDay.reduce((sum, day) => sum + day.attempts, 0)).toBe(walk!.attempts);
  });

  it('tells of a success who, from where, when, where to, how, and after how many failures', () => {
    expect(walk!.compromised).toEqual([
      {
        source: '203.0.113.12',
        user: 'backup',
        time: '2008-12-06T03:27:22Z',
        sensor: 'mail.host.example',
        method: 'password',
        failuresBefore: 1,
      },
    ]);
    expect(report.advice[0]!.kind).toBe('after-a-compromise');
  });

  it('calls a campaign over that ended days before the log does', () => {
    expect(walk!.ongoing).toBe(true);
    expect(root!.ongoing).toBe(false);
    expect(root!.usernames.current).toBeNull();
  });

  it('says how long participants stay away', () => {
    expect(root!.pace.returningSources).toBe(3);
    expect(root!.pace.returnSeconds).toBe(37 * 3 * 3600);
  });

  it('gives advice that fits: keys first, then no passwords, no root, and the rest', () => {
    expect(report.advice.map((one) => one.kind)).toEqual([
      'after-a-compromise',
      'check-that-login',
      'keys-first',
      'no-passwords',
      'no-root-login',
      'block-loud-sources',
      'renew-password',
      'mend-job',
      'unread-lines',
    ]);
    const keys = report.advice.find((one) => one.kind === 'keys-first')!;
    expect(keys.says).toContain('nora and peter');
    expect(keys.says, 'an account that a participant got into is no person to be moved').not.toContain(
      'backup',
    );
  });

  it('rounds what it writes, and never to certainty', () => {
    expect(walk!.falseAlarm).toBe(3.2e-9);
    expect(walk!.evidence[0]!.bits).toBe(361.2);
    for (const one of walk!.participants) expect(one.confidence).toBeLessThan(1);
  });
});

describe('the report of a log without a campaign', () => {
  it('has advice where strangers guessed, fitting what was offered', () => {
    expect(build(noCampaign()).advice.map((one) => one.kind)).toEqual(['stay-with-keys', 'no-root-login']);
  });
  it('has none where nothing happened, and no times', () => {
    const report = build(emptyLog());
    expect(report.advice).toEqual([]);
    expect(report.input.firstSeen).toBeNull();
    expect(reportSchema.parse(report)).toEqual(report);
  });
});

describe('what must hold for any detection', () => {
  const odd = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, 1e300, Number.NaN, Infinity), fc.nat());
  const index = fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(4_000_000, -1, 1.5));
  const indexes = fc.array(index, { maxLength: 5 });
  const base = { sources: indexes, users: indexes, attempts: odd };
  const notice: fc.Arbitrary<Notice> = fc.oneof(
    fc.record({ kind: fc.constant('own-machines' as const), ...base, since: odd }),
    fc.record({ kind: fc.constant('broken-job' as const), ...base, everySeconds: odd }),
    fc.record({
      kind: fc.constantFrom('office' as const, 'shared-dictionary' as const, 'too-little-to-tell' as const),
      ...base,
    }),
    fc.record({ kind: fc.constant('success-after-guessing' as const), ...base, time: odd }),
  );
  const evidence: fc.Arbitrary<Evidence> = fc.oneof(
    fc.record({
      kind: fc.constant('names-in-turn' as const),
      bits: odd,
      user: index,
      userAttempts: odd,
      userSources: odd,
      userSeconds: odd,
      userSourcesExpected: odd,
      names: odd,
    }),
    fc.record({
      kind: fc.constant('rate-change' as const),
      bits: odd,
      of: fc.constantFrom('one-name' as const, 'rare-names' as const, 'new-sources' as const),
      user: fc.option(index),
      perDay: odd,
      perDayBefore: odd,
    }),
    fc.record({
      kind: fc.constant('division-of-labour' as const),
      bits: odd,
      sources: odd,
      triesPerSource: odd,
      returnHours: fc.option(odd),
      sameTries: odd,
      sameTriesExpected: odd,
      returns: odd,
      soonReturns: odd,
      soonReturnsExpected: odd,
    }),
    fc.record({
      kind: fc.constant('one-clock' as const),
      bits: odd,
      sources: odd,
      closeSeconds: odd,
      closeTogether: odd,
      closeTogetherExpected: odd,
    }),
    fc.record({
      kind: fc.constant('root-share' as const),
      bits: odd,
      user: fc.integer({ min: -1, max: 9 }),
      sources: odd,
      newcomers: odd,
      usualShare: odd,
    }),
    fc.record({
      kind: fc.constant('one-network' as const),
      bits: odd,
      network: fc.string({ unit: 'binary', maxLength: 20 }),
      sources: odd,
      sourcesExpected: odd,
    }),
  );
  const campaign: fc.Arbitrary<Campaign> = fc.record({
    firstSeen: odd,
    lastSeen: odd,
    rows: fc
      .array(fc.nat({ max: 40 }), { maxLength: 12 })
      .map((rows) => Uint32Array.from(rows.sort((a, b) => a - b))),
    falseAlarm: odd,
    order: fc.constantFrom(
      'alphabetical' as const,
      'reverse-alphabetical' as const,
      'one-name' as const,
      'other' as const,
    ),
    medianGapSeconds: odd,
    participants: fc.array(
      fc.record({
        source: index,
        attempts: odd,
        firstSeen: odd,
        lastSeen: odd,
        confidence: odd,
        loud: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
    compromised: fc.array(fc.record({ source: index, user: index, time: odd, sensor: index }), {
      maxLength: 3,
    }),
    evidence: fc.array(evidence, { maxLength: 4 }),
  });
  const detection: fc.Arbitrary<Detection> = fc.record({
    campaigns: fc.array(campaign, { maxLength: 3 }),
    loudSources: fc.array(fc.record({ source: index, attempts: odd, firstSeen: odd, lastSeen: odd }), {
      maxLength: 3,
    }),
    notices: fc.array(notice, { maxLength: 4 }),
    quietFailures: odd,
    quietSources: odd,
    peopleSources: indexes,
  });
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 6 });

  it('makes a report that the schema accepts, twice the same, and never throws', () => {
    fc.assert(
      fc.property(texts, detection, (names, any) => {
        const { log } = hostile(names);
        const report = buildReport(log, any);
        const parsed = reportSchema.safeParse(report);
        expect(parsed.error?.issues ?? []).toEqual([]);
        expect(JSON.stringify(buildReport(log, any))).toBe(JSON.stringify(report));
      }),
      { numRuns: 300 },
    );
  });
});

describe('services', () => {
  it('are counted, the most tried first, for the log and for each campaign', () => {
    const builder = new AttemptTableBuilder();
    const row = { source: '192.0.2.1', user: 'a', sensor: 'h', known: null, method: null };
    for (let i = 0; i < 5; i++) builder.append({ ...row, time: i, success: i === 4, service: 'dovecot' });
    builder.append({ ...row, time: 9, success: false });
    const table = builder.finish();
    const report = buildReport(
      { table, input: { paths: [], bytes: 0, lines: 6, unreadLines: 0, unreadSamples: [] } },
      detect(table),
    );
    expect(report.input.services).toEqual([
      { service: 'dovecot', attempts: 5, failures: 4, successes: 1 },
      { service: 'sshd', attempts: 1, failures: 1, successes: 0 },
    ]);
    expect(renderText(report, { width: 200, colour: false, unicode: true, all: false })).toContain(
      'They were for dovecot (5) and sshd (1).',
    );
  });
});
