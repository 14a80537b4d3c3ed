/**
 * Every engine answers as the plainest of them: whatever is committed, in whatever pieces, whatever is forgotten, closed and
 * opened in between, and whatever is asked, the answers are those of memory, to the byte.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockChange } from '../../model/block.ts';
import type { LiveEvent } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import type { AttemptQuery, Commit, History, StoredAttempt } from '../history.ts';
import { MemoryHistory } from './memory.ts';
import { attemptsIn, collected, ENGINES, named, opened, type TestPlace } from './test-engines.ts';

const HOSTILE = [
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\u{202e}root',
  `'"\\\n`,
  '',
  'x'.repeat(100_000),
  '\u{10000}',
  '\uff61',
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 6 }));
const source = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.7', '2001:db8::1', '2001:db8:1::5'),
  },
  { weight: 1, arbitrary: text },
);
const user = fc.oneof(fc.constantFrom('root', 'alias', 'amanda', null), text);
const DAYS = 6;
const START = 20_000 * DAY;
const time = fc.integer({ min: START, max: START + DAYS * DAY });
const name = fc.record({
  input: fc.constantFrom('/var/log/auth.log', 'journal', 'a\0b'),
  line: fc.integer({ min: 1, max: 40 }),
  nth: fc.integer({ min: 0, max: 1 }),
});
const campaign = fc.constantFrom('c1', 'c2', 'c3');

const row = fc.record({
  time,
  source,
  user,
  sensor: fc.constantFrom('host', 'host.example', '\ud800'),
  service: fc.constantFrom('sshd', 'dovecot'),
  success: fc.nat(7).map((n) => n === 0),
  known: fc.constantFrom(true, false, null),
  method: fc.constantFrom('password', 'publickey', null),
  name,
  text: fc.oneof(fc.constant('Failed password for root'), text),
});

const event: fc.Arbitrary<LiveEvent> = fc.oneof(
  fc.tuple(campaign, time).map(([id, at]) => opened(id, at)),
  fc.tuple(campaign, source, time).map(([id, from, at]) => named(id, from, at, 3)),
  fc.record({ kind: fc.constant('participant:released' as const), time, campaign, source }),
  fc.record({
    kind: fc.constant('account:compromised' as const),
    time,
    campaign,
    source,
    user: text,
    sensor: text,
  }),
  fc.record({
    kind: fc.constant('campaign:returned' as const),
    time,
    campaign,
    earlier: campaign,
    sharedSources: fc.nat(9),
    sources: fc.nat(9),
    sharedUsers: fc.nat(9),
    users: fc.nat(9),
    bits: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  fc.record({
    kind: fc.constant('campaign:ended' as const),
    time,
    campaign,
    lastSeen: time,
    attempts: fc.nat(99),
    participants: fc.nat(9),
  }),
);

const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), target: source, campaign }),
  fc.record({ kind: fc.constant('extend' as const), id: fc.nat(6), until: fc.option(time) }),
  fc.record({ kind: fc.constant('end' as const), id: fc.nat(6) }),
);

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      rows: fc.array(row, { maxLength: 12 }),
      amended: fc.array(
        fc.record({
          name,
          user,
          known: fc.constantFrom(true, false, null),
          method: fc.constantFrom('gssapi', null),
        }),
        { maxLength: 3 },
      ),
      events: fc.array(fc.tuple(fc.nat(12), event), { maxLength: 4 }),
      changes: fc.array(change, { maxLength: 3 }),
      states: fc.dictionary(fc.oneof(fc.constantFrom('position', '__proto__'), text), fc.option(text), {
        maxKeys: 3,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('retain' as const), days: fc.integer({ min: 0, max: DAYS }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const query: fc.Arbitrary<AttemptQuery> = fc.record(
  {
    source,
    network: fc.constantFrom('192.0.2.0/24', '192.0.2.1/32', '2001:db8::/32', '0.0.0.0/0', '::/0'),
    user: user.map((one) => one ?? 'root'),
    campaign,
    sensor: fc.constantFrom('host', '\ud800'),
    service: fc.constantFrom('sshd', 'pop3'),
    outcome: fc.constantFrom('failure' as const, 'success' as const),
    since: time,
    until: time,
    after: fc.nat(40),
    newestFirst: fc.boolean(),
    limit: fc.nat(9),
  },
  { requiredKeys: [] },
);

/** Commits that a daemon could make: numbers grow, blocks are there when they change. */
class Caller {
  #seq = 0;
  #blocks = 0;

  commit(given: Extract<Step, { kind: 'commit' }>): Commit {
    const first = this.#seq;
    const attempts = given.rows.map((each): StoredAttempt => ({ seq: ++this.#seq, ...each }));
    const events = given.events
      .map(([at, each]) => ({ seq: first + at, event: each }))
      .sort((a, b) => a.seq - b.seq)
      .map((each, nth) => ({ ...each, nth }));
    const blocks: BlockChange[] = [];
    for (const each of given.changes) {
      if (each.kind === 'add') {
        blocks.push({
          kind: 'block:added',
          time: 1,
          block: {
            id: ++this.#blocks,
            target: each.target,
            source: each.target,
            reason: { kind: 'participant', campaign: each.campaign, confidence: 1 / 3 },
            from: 1,
            until: null,
            repetition: 0,
            weight: 1 / 7,
          },
        });
      } else if (this.#blocks > 0) {
        const id = (each.id % this.#blocks) + 1;
        blocks.push(
          each.kind === 'extend'
            ? { kind: 'block:extended', time: 2, id, until: each.until }
            : { kind: 'block:ended', time: 3, id, why: 'expired' },
        );
      }
    }
    return { attempts, amended: given.amended, events, blocks, states: given.states };
  }
}

/** Commits to both, or to neither: a name that came before is refused by all. */
async function commitTo(history: History, commit: Commit): Promise<string> {
  try {
    await history.commit(commit);
    return 'committed';
  } catch (error) {
    return String(error);
  }
}

async function answers(history: History, queries: readonly AttemptQuery[], states: readonly string[]) {
  const size = await history.size();
  return {
    lastSeq: await history.lastSeq(),
    size: { ...size, bytes: 0, freeBytes: 0 },
    attempts: await attemptsIn(history),
    asked: await Promise.all(
      queries.map(async (each) => ({
        attempts: await attemptsIn(history, each),
        count: await history.countAttempts(each),
        sources: await history.sources(each),
        users: await history.users(each),
      })),
    ),
    events: await collected(history.events({})),
    someEvents: await collected(history.events({ after: 3, since: START + DAY, limit: 2 })),
    campaigns: await history.campaigns({}),
    someCampaigns: await history.campaigns({ since: START + DAY, until: START + 2 * DAY, limit: 1 }),
    blocks: await history.blocks({}),
    standing: await history.blocks({ standing: true, campaign: 'c1', limit: 2 }),
    names: await history.names('/var/log/auth.log', 7),
    source: await Promise.all(['192.0.2.1', 'x\udc00y', 'nobody'].map((each) => history.source(each))),
    states: await Promise.all(states.map((each) => history.state(each))),
  };
}

for (const engine of ENGINES.filter(({ isDurable }) => isDurable)) {
  describe.skipIf(engine.absent !== null)(`${engine.name} answers as memory does`, () => {
    it('whatever is committed and asked', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 8 }),
          fc.array(query, { maxLength: 4 }),
          async (steps, queries) => {
            const place: TestPlace = engine.place();
            const model = new MemoryHistory();
            const caller = new Caller();
            let history = await place.open();
            try {
              for (const each of steps) {
                if (each.kind === 'commit') {
                  const commit = caller.commit(each);
                  expect(await commitTo(history, commit)).toBe(await commitTo(model, commit));
                } else if (each.kind === 'retain') {
                  const now = START + DAYS * DAY;
                  const retention = { days: each.days, bytes: null };
                  expect(await history.retain(retention, now)).toBe(await model.retain(retention, now));
                } else {
                  await history.close();
                  history = await place.open();
                }
              }
              const states = steps.flatMap((each) =>
                each.kind === 'commit' ? Object.keys(each.states) : [],
              );
              expect(JSON.stringify(await answers(history, queries, states))).toBe(
                JSON.stringify(await answers(model, queries, states)),
              );
            } finally {
              await history.close();
              place.remove();
            }
          },
        ),
        { numRuns: Number(process.env.HISTORY_RUNS ?? 25) },
      );
    }, 580_000);
  });
}
