/**
 * Attempts made by hand for the tests of detection: a few words a line, everything else as it usually is (a failed
 * password for an account that no line tells of). Addresses are those of RFC 5737, user names are invented.
 */

import type { QuietSequence } from '../../src/detect/sequence.ts';
import { classifyVisitors, type Visitors } from '../../src/detect/visitors.ts';
import type { AttemptTable } from '../../src/model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS } from '../../src/model/detection.ts';
import { type Random, seededRandom } from '../../src/model/random.ts';
import { AttemptTableBuilder } from '../../src/model/table.ts';

export interface Try {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  readonly source: string;
  readonly user: string | null;
  readonly sensor?: string;
  readonly success?: boolean;
  readonly known?: boolean | null;
  readonly method?: string;
}

/** 2024-03-04T00:00:00Z, a Monday. */
export const MONDAY = Date.UTC(2024, 2, 4) / 1000;

export function tableOf(tries: readonly Try[]): AttemptTable {
  const builder = new AttemptTableBuilder();
  for (const one of tries) {
    builder.append({
      time: one.time,
      source: one.source,
      user: one.user,
      sensor: one.sensor ?? 'host.example',
      success: one.success ?? false,
      known: one.known ?? null,
      method: one.method ?? 'password',
    });
  }
  return builder.finish();
}

export function visitorsOf(table: AttemptTable): Visitors {
  return classifyVisitors(table, DEFAULT_DETECT_OPTIONS);
}

/** The n-th of 762 documentation addresses, then of invented host names. */
export function address(n: number): string {
  const network = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(n / 254)];
  return network === undefined ? `h${n}.host.example` : `${network}.${(n % 254) + 1}`;
}

/** Texts of a set of sources, in order. */
export function texts(table: AttemptTable, sources: Iterable<number>): readonly string[] {
  return [...sources].map((s) => table.sources[s]!).sort();
}

/** Ticks `[source, user]` in order, one every `gapSeconds`. */
export function sequenceOf(
  ticks: readonly (readonly [source: number, user: number])[],
  gapSeconds = 60,
): QuietSequence {
  const sources = Math.max(0, ...ticks.map(([s]) => s + 1));
  const users = Math.max(0, ...ticks.map(([, u]) => u + 1));
  return {
    time: Float64Array.from(ticks, (_, i) => MONDAY + i * gapSeconds),
    source: Uint32Array.from(ticks, ([s]) => s),
    user: Uint32Array.from(ticks, ([, u]) => u),
    sources,
    users,
    row: Uint32Array.from(ticks, (_, i) => i),
    sourceOf: Uint32Array.from({ length: sources }, (_, s) => s),
    userOf: Uint32Array.from({ length: users }, (_, u) => u),
  };
}

/**
 * Independent visitors: each of `count` sources makes one to three tries, hours apart, on names of which the first are
 * the most popular (name n about as often as 1 / n).
 */
export function strangers(
  random: Random,
  count: number,
  seconds: number,
  names: number,
  firstAddress = 300,
): Try[] {
  const tries: Try[] = [];
  for (let i = 0; i < count; i++) {
    const start = random.next() * seconds;
    const own = 1 + random.below(3);
    for (let k = 0; k < own; k++) {
      const time = start + k * 3600 * (1 + 5 * random.next());
      if (time >= seconds) continue;
      tries.push({
        time: Math.floor(MONDAY + time),
        source: address(firstAddress + i),
        user: `name${Math.floor(names ** random.next())}`,
      });
    }
  }
  return tries;
}

export interface Planted {
  readonly sources: number;
  readonly names: number;
  readonly triesPerName: number;
  readonly gapSeconds: number;
  /** Seconds after MONDAY. */
  readonly start: number;
  readonly prefix?: string;
  readonly firstAddress?: number;
}

/** A campaign: name after name, each tried by sources dealt in turn from a shuffled deck. */
export function planted(random: Random, plan: Planted): Try[] {
  const deck: number[] = [];
  const deal = () => {
    if (deck.length === 0) {
      for (let s = 0; s < plan.sources; s++) deck.push(s);
      for (let i = deck.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        [deck[i], deck[j]] = [deck[j]!, deck[i]!];
      }
    }
    return deck.pop()!;
  };
  return Array.from({ length: plan.names * plan.triesPerName }, (_, i) => ({
    time: Math.floor(MONDAY + plan.start + (i + 0.2 * random.next()) * plan.gapSeconds),
    source: address((plan.firstAddress ?? 0) + deal()),
    user: `${plan.prefix ?? 'word'}${String(Math.floor(i / plan.triesPerName)).padStart(4, '0')}`,
  }));
}

/** A log of 30 days with 600 independent visitors, and a campaign of 40 sources in it where `plan` is given. */
export function someLog(seed: number, plan?: Partial<Planted>): AttemptTable {
  const random = seededRandom(seed);
  const tries = strangers(random, 600, 30 * 86_400, 400);
  if (plan !== undefined) {
    tries.push(
      ...planted(random, {
        sources: 40,
        names: 60,
        triesPerName: 5,
        gapSeconds: 1200,
        start: 10 * 86_400,
        ...plan,
      }),
    );
  }
  return tableOf(tries);
}
