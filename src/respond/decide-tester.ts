/** A decider for the tests of decide.ts, and short words for what happens to it. Each test begins with {@link make}. */
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import { Decider, type DeciderMemory, EMPTY_MEMORY } from './decide.ts';
import { createNever, DEFAULT_NEVER_OPTIONS } from './never.ts';
import { type BlockPolicy, DEFAULT_BLOCK_POLICY } from './policy.ts';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const NOW = Date.UTC(2026, 10, 22, 12) / 1000;
export const GUESSER = '203.0.113.9';
export const never = createNever(
  { ...DEFAULT_NEVER_OPTIONS, allow: ['198.51.100.0/24'] },
  { own: ['192.0.2.1', '2001:db8:aa:1::1'], gateways: ['192.0.2.254'], sessions: ['192.0.2.77'] },
);

export let decider: Decider;
export let log: BlockChange[];

export const make = (policy: Partial<BlockPolicy> = {}, memory: Partial<DeciderMemory> = {}) => {
  log = [];
  decider = new Decider({ ...DEFAULT_BLOCK_POLICY, ...policy }, never, { ...EMPTY_MEMORY, ...memory });
};
export const tell = (changes: readonly BlockChange[]) => {
  log.push(...changes);
  return changes;
};
export const named = (source: string, time = NOW, confidence = 0.99, campaign = 'c1'): LiveEvent => ({
  kind: 'participant:named',
  time,
  campaign,
  source,
  confidence,
  firstSeen: time,
  attempts: 1,
});
export const name = (source: string, now = NOW, confidence = 0.99) =>
  tell(decider.event(named(source, now, confidence), now));
export const release = (source: string, now = NOW) =>
  tell(decider.event({ kind: 'participant:released', time: now, campaign: 'c1', source }, now));
export const fails = (
  source: string,
  now = NOW,
  facts: { user?: string; known?: boolean; time?: number } = {},
) => {
  const { user = 'alias', known = false, time = now } = facts;
  return tell(decider.attempt({ time, source, user, known, success: false }, [], now));
};
export const logsIn = (source: string, now = NOW, events: readonly LiveEvent[] = []) =>
  tell(decider.attempt({ time: now, source, user: 'ann', known: true, success: true }, events, now));
export const compromises = (source: string, now = NOW) =>
  logsIn(source, now, [
    { kind: 'account:compromised', time: now, campaign: 'c1', source, user: 'ann', sensor: 'host' },
  ]);
export const targets = () =>
  decider
    .standing()
    .map(({ target }) => target)
    .sort();
export const ends = () => log.flatMap((change) => (change.kind === 'block:ended' ? [change.why] : []));
