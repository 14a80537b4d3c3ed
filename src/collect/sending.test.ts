import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredAttempt } from '../store/history.ts';
import { Away, type Destination, type Parcel } from './destination.ts';
import { Sending } from './sending.ts';

const NOW = 1_800_000_000;
const attempt = (seq: number): StoredAttempt => ({
  seq,
  time: NOW - 5,
  source: '192.0.2.80',
  user: `user${seq}`,
  sensor: 'host',
  success: false,
  known: null,
  method: 'password',
  service: 'sshd',
  name: { input: '/var/log/auth.log', line: seq, nth: 0 },
  text: '',
});

/** A history in memory, from which the oldest may be gone. */
function historyOf(attempts: StoredAttempt[]) {
  return {
    attempts,
    lastSeq: () => Promise.resolve(attempts.at(-1)?.seq ?? 0),
    async *attempts_({ after = 0, limit = Number.POSITIVE_INFINITY }) {
      for (const one of attempts.filter(({ seq }) => seq > after).slice(0, limit)) yield one;
    },
  };
}

/** The other side: what it has, and what befalls each call. */
class Other implements Destination {
  readonly name = 'collector';
  readonly has: StoredAttempt[] = [];
  readonly amended: number[] = [];
  calls = 0;
  readonly #fate: (call: number) => 'well' | 'away' | 'answer lost';

  constructor(fate: (call: number) => 'well' | 'away' | 'answer lost' = () => 'well') {
    this.#fate = fate;
  }

  // oxlint-disable-next-line require-await -- the contract of destinations
  async last(): Promise<number> {
    if (this.#fate(++this.calls) !== 'well') throw new Away('no answer');
    return this.has.at(-1)?.seq ?? 0;
  }

  // oxlint-disable-next-line require-await -- the contract of destinations
  async give(_: string, { attempts, amendments, lacks }: Parcel): Promise<number> {
    const fate = this.#fate(++this.calls);
    if (fate === 'away') throw new Away('no answer');
    const last = this.has.at(-1)?.seq ?? 0;
    const fresh = attempts.filter(({ seq }) => seq > last);
    if (fresh[0] !== undefined && fresh[0].seq > last + 1 && !lacks) return last;
    this.has.push(...fresh);
    this.amended.push(...amendments.map(({ seq }) => seq));
    if (fate === 'answer lost') throw new Away('broke off');
    return attempts.at(-1)?.seq ?? last;
  }

  async close(): Promise<void> {}
}

function make(attempts: StoredAttempt[], other: Other) {
  const history = historyOf(attempts);
  const heard = { lost: 0, troubles: [] as (string | null)[], unsent: 0, failed: [] as unknown[] };
  let now = NOW;
  const sending = new Sending(
    { lastSeq: history.lastSeq, attempts: (query) => history.attempts_(query) },
    's1',
    other,
    {
      now: () => now,
      trouble: (problem) => heard.troubles.push(problem?.message ?? null),
      failed: (error) => heard.failed.push(error),
      sent: (_, unsent) => (heard.unsent = unsent),
      lost: (count) => (heard.lost += count),
      pause: () => new Promise((done) => setImmediate(done)),
    },
  );
  return { sending, heard, pass: (seconds: number) => (now += seconds) };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 20_000) throw new Error('never');
    await new Promise((done) => setImmediate(done));
  }
}

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, n) => attempt(from + n));

describe('attempts of a sensor', () => {
  it('are there once, in order, whatever becomes of calls and answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('well', 'away', 'answer lost' as const), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 4 }),
        async (fates, parts) => {
          const attempts: StoredAttempt[] = [];
          const other = new Other((call) => fates[call] ?? 'well');
          const { sending, heard } = make(attempts, other);
          sending.start();
          for (const count of parts) {
            attempts.push(...numbers(count, attempts.length + 1));
            sending.poke();
            await new Promise((done) => setImmediate(done));
          }
          await until(() => other.has.length >= attempts.length);
          await sending.stop();
          expect(other.has.map(({ seq }) => seq)).toEqual(attempts.map(({ seq }) => seq));
          expect(heard).toMatchObject({ lost: 0, failed: [] });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('go on where another run has ended, though that did not hear the last answer', async () => {
    const attempts = numbers(10);
    const other = new Other();
    other.has.push(...numbers(7));
    const { sending } = make(attempts, other);
    sending.start();
    await until(() => other.has.length === 10);
    await sending.stop();
    expect(other.has.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('are sent again from where the other side has lost them', async () => {
    const attempts = numbers(10);
    const other = new Other();
    const { sending } = make(attempts, other);
    sending.start();
    await until(() => other.has.length === 10);
    other.has.length = 4; // an old copy of its disk
    attempts.push(...numbers(2, 11));
    sending.poke();
    await until(() => other.has.length === 12);
    await sending.stop();
    expect(other.has.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('that left the history before they were sent are told, and the others go on', async () => {
    const other = new Other();
    other.has.push(...numbers(3));
    const { sending, heard } = make(numbers(5, 8), other);
    sending.start();
    await until(() => other.has.length === 8);
    await sending.stop();
    expect(heard.lost).toBe(4);
  });

  it('of which more becomes known later are amended', async () => {
    const attempts = numbers(3);
    const other = new Other();
    const { sending, pass } = make(attempts, other);
    sending.start();
    await until(() => other.has.length === 3);
    attempts[1] = { ...attempts[1]!, known: false };
    pass(20);
    sending.poke();
    await until(() => other.amended.length > 0);
    pass(20);
    sending.poke();
    await new Promise((done) => setTimeout(done, 20));
    await sending.stop();
    expect(other.amended).toEqual([2]);
  });

  it('are not sent over those of another history, and that is told at once', async () => {
    const other = new Other();
    other.has.push(...numbers(9));
    const { sending, heard } = make(numbers(5), other);
    sending.start();
    await until(() => heard.troubles.length > 0);
    await sending.stop();
    expect(heard.troubles[0]).toContain('up to 9');
    expect(other.has).toHaveLength(9);
  });
});
