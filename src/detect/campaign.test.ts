import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, MONDAY, planted, strangers, type Try, tableOf } from '../../tests/detect/attempts.ts';
import type { AttemptTable } from '../model/attempt.ts';
import type { Detection } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { detect } from './detect.ts';

/** People at desks: each logs in every working day, mistypes now and then, and one is away for a week. */
function people(seed: number, count: number, days: number): Try[] {
  const random = seededRandom(seed);
  const tries: Try[] = [];
  for (let p = 0; p < count; p++) {
    const source = `desk${p}.host.example`;
    const user = `person${'abcdefghij'[p % 10]}${p}`;
    for (let day = 0; day < days; day++) {
      let time = MONDAY + day * DAY + 8 * HOUR + random.below(2 * HOUR);
      if (random.next() < 0.2) {
        const typed = random.next() < 0.3 ? user.replace('per', 'pre') : user;
        for (let k = random.below(7); k >= 0; k--)
          tries.push({ time: time++, source, user: typed, known: true });
      }
      tries.push({ time: time + 20, source, user, success: true, known: true });
    }
  }
  return tries;
}

/** A log with people, strangers, a loud source, and up to three campaigns, one of which may get in. */
const someWorld = fc
  .record({
    seed: fc.nat(1_000_000),
    strangers: fc.integer({ min: 0, max: 400 }),
    people: fc.integer({ min: 0, max: 12 }),
    campaigns: fc.array(
      fc.record({
        sources: fc.integer({ min: 3, max: 90 }),
        names: fc.integer({ min: 5, max: 80 }),
        triesPerName: fc.integer({ min: 1, max: 9 }),
        gapSeconds: fc.integer({ min: 20, max: 2400 }),
        start: fc.integer({ min: 0, max: 12 * DAY }),
        hit: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    loud: fc.boolean(),
  })
  .map((world) => {
    const random = seededRandom(world.seed);
    const tries = [
      ...strangers(random, world.strangers, 20 * DAY, 300, 1000),
      ...people(world.seed, world.people, 20),
      ...world.campaigns.flatMap((plan, i) => {
        const own = planted(random, { ...plan, firstAddress: i * 100, prefix: `list${i}` });
        if (plan.hit) own[own.length >> 1] = { ...own[own.length >> 1]!, success: true };
        return own;
      }),
    ];
    if (world.loud)
      for (let i = 0; i < 60; i++)
        tries.push({ time: MONDAY + DAY + i * 3, source: '203.0.113.250', user: `l${i}` });
    return tableOf(tries);
  });

/** Any table at all: few sources and users, times from anywhere, any outcome, names that nobody told. */
const anyTable = fc
  .array(
    fc.record({
      time: fc.oneof(fc.nat(5000), fc.nat(4_000_000_000), fc.constant(0)),
      source: fc.oneof(
        fc.nat(20).map(address),
        fc.constantFrom('', '::1', 'fe80::1%em0', '2001:db8::7', 'a.b'),
      ),
      user: fc.option(fc.oneof(fc.constantFrom('root', 'admin', 'a', ''), fc.string({ maxLength: 8 })), {
        nil: null,
      }),
      sensor: fc.constantFrom('a', 'b'),
      success: fc.boolean(),
      known: fc.option(fc.boolean(), { nil: null }),
      method: fc.constantFrom('password', 'publickey', 'keyboard-interactive'),
    }),
    { maxLength: 120 },
  )
  .map(tableOf);

/** What must hold of every detection, whatever the table. */
function mustHold(table: AttemptTable, detection: Detection): void {
  const named = new Map<number, number>();
  for (const campaign of detection.campaigns) {
    const rows = [...campaign.rows];
    // rows ascend, each once; each is one of a participant's; participants account for all of them
    for (let i = 1; i < rows.length; i++) expect(rows[i]).toBeGreaterThan(rows[i - 1]!);
    expect(new Set(rows.map((row) => table.source[row]))).toEqual(
      new Set(campaign.participants.map((p) => p.source)),
    );
    expect(campaign.participants.reduce((sum, p) => sum + p.attempts, 0)).toBe(rows.length);
    expect(campaign.firstSeen).toBeLessThanOrEqual(campaign.lastSeen);
    expect(campaign.falseAlarm).toBeGreaterThan(0);
    expect(campaign.falseAlarm).toBeLessThanOrEqual(1);
    expect(campaign.participants.length).toBeGreaterThanOrEqual(3);
    for (const p of campaign.participants) {
      named.set(p.source, (named.get(p.source) ?? 0) + 1);
      expect(p.confidence).toBeGreaterThan(0);
      // nothing is certain
      expect(p.confidence).toBeLessThanOrEqual(0.999);
      expect(p.firstSeen).toBeLessThanOrEqual(p.lastSeen);
    }
    const order = campaign.participants.map((p) => p.attempts);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    for (const hit of campaign.compromised) {
      expect(campaign.participants.some((p) => p.source === hit.source)).toBe(true);
    }
    const bits = campaign.evidence.map((e) => e.bits);
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
    for (const b of bits) expect(Number.isFinite(b)).toBe(true);
  }
  // a source in exactly one campaign, and then neither a loud source besides nor a person's
  for (const times of named.values()) expect(times).toBe(1);
  for (const loud of detection.loudSources) expect(named.has(loud.source)).toBe(false);
  for (const source of detection.peopleSources) expect(named.has(source)).toBe(false);
  const starts = detection.campaigns.map((c) => c.firstSeen);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
}

describe('every detection', () => {
  it('has each source in at most one campaign, rows ascending, and no person among the participants', () => {
    let campaigns = 0;
    fc.assert(
      fc.property(someWorld, (table) => {
        const detection = detect(table);
        mustHold(table, detection);
        campaigns += detection.campaigns.length;
        for (const campaign of detection.campaigns)
          for (const p of campaign.participants) expect(table.sources[p.source]).not.toMatch(/^desk/);
      }),
      { numRuns: 60, seed: 7 },
    );
    // a property about campaigns that never come would hold of nothing
    expect(campaigns).toBeGreaterThan(30);
  });

  it('is made of any table, and throws on none', () => {
    fc.assert(
      fc.property(anyTable, (table) => mustHold(table, detect(table))),
      { numRuns: 300 },
    );
  });

  it('is made of a table whose sources have lost all their rows', () => {
    const table = tableOf([{ time: 5, source: '192.0.2.1', user: 'ada' }]);
    mustHold(table, detect({ ...table, length: 0, time: new Float64Array(0) }));
  });
});

describe('a campaign', () => {
  const world = (more: readonly Try[] = []) => {
    const random = seededRandom(2);
    const campaign = planted(random, {
      sources: 40,
      names: 60,
      triesPerName: 5,
      gapSeconds: 1200,
      start: 10 * DAY,
    });
    const table = tableOf([...strangers(random, 500, 30 * DAY, 400), ...campaign, ...more]);
    return { table, campaign, detection: detect(table) };
  };

  it('has its sources, its interval, its order and its pace', () => {
    const { table, campaign, detection } = world();
    expect(detection.campaigns).toHaveLength(1);
    const [found] = detection.campaigns;
    const named = found!.participants.map((p) => table.sources[p.source]!);
    expect(named.filter((source) => source.startsWith('192.0.2.'))).toHaveLength(40);
    expect(named.length).toBeLessThanOrEqual(42);
    expect(found!.order).toBe('alphabetical');
    expect(Math.abs(found!.firstSeen - campaign[0]!.time)).toBeLessThan(2 * HOUR);
    expect(Math.abs(found!.lastSeen - campaign.at(-1)!.time)).toBeLessThan(2 * HOUR);
    expect(found!.medianGapSeconds).toBeGreaterThan(1000);
    expect(found!.medianGapSeconds).toBeLessThan(1400);
    expect(found!.compromised).toEqual([]);
  });

  it('counts a guess that was right, tells of the account, and of the login that came later', () => {
    const start = MONDAY + 10 * DAY;
    const guess = {
      time: start + 100 * 1200 + 300,
      source: '192.0.2.7',
      user: 'oracle',
      success: true,
      known: true,
    };
    const later = { ...guess, time: guess.time + 20 * DAY };
    const { table, detection } = world([guess, later]);
    const [found] = detection.campaigns;
    expect(found!.compromised.map((c) => [table.sources[c.source], table.users[c.user], c.time])).toEqual([
      ['192.0.2.7', 'oracle', guess.time],
      ['192.0.2.7', 'oracle', later.time],
    ]);
    expect([...found!.rows].filter((row) => table.outcome[row] === 1).length).toBeGreaterThan(0);
    expect(detection.notices.filter((n) => n.kind === 'success-after-guessing')).toEqual([]);
  });

  it('has nobody who tried nothing but a slip for an account that logs in here', () => {
    const own = { source: 'desk.host.example', user: 'word0020x', success: true, known: true };
    const logins = [1, 2, 3].map((day) => ({ ...own, time: MONDAY + day * DAY }));
    // word0020 is a slip of word0020x, and the campaign's as well: tried by five, it is theirs
    const { table, detection } = world(logins);
    const named = detection.campaigns[0]!.participants.map((p) => table.sources[p.source]!);
    expect(named.filter((source) => source.startsWith('192.0.2.'))).toHaveLength(40);
    // one source with the slip alone, in the campaign's time, is a person with bad luck
    const slip = {
      time: MONDAY + 10 * DAY + 105 * 1200,
      source: 'train.host.example',
      user: 'Word0020X',
      known: false,
    };
    const other = world([...logins, slip]);
    const others = other.detection.campaigns[0]!.participants.map((p) => other.table.sources[p.source]!);
    expect(others).not.toContain('train.host.example');
    expect(others).not.toContain('desk.host.example');
  });

  it('names a participant whose first try succeeded', () => {
    const time = MONDAY + 10 * DAY + 102 * 1200;
    const { table, detection } = world([
      { time, source: 'lucky.host.example', user: 'word0020', success: true, known: true },
    ]);
    const lucky = table.sources.indexOf('lucky.host.example');
    expect(detection.campaigns[0]!.compromised.map((c) => c.source)).toEqual([lucky]);
    expect(detection.campaigns[0]!.participants.map((p) => p.source)).toContain(lucky);
    expect(detection.peopleSources).not.toContain(lucky);
  });
});
