// Live detection that is told what to say: for tests of what stands behind the detector.
import type { Live } from '../../src/detect/live/live.ts';
import type { LiveEvent } from '../../src/model/live.ts';
import type { AttemptRow } from '../../src/model/table.ts';
import type { Truth } from '../../src/model/truth.ts';

/** Says what `say` returns for the attempt with that number (from 0), and remembers what it was shown. */
export function scriptedLive(
  say: (row: number, attempt: AttemptRow) => readonly LiveEvent[],
): Live & { readonly seen: readonly AttemptRow[] } {
  const seen: AttemptRow[] = [];
  return {
    seen,
    push: (attempt) => {
      seen.push(attempt);
      return say(seen.length - 1, attempt);
    },
    size: () => ({ attempts: seen.length, sources: 0, users: 0 }),
    save: neverSaved,
  };
}

/**
 * Knows the truth: opens each true campaign at its `openAt`-th attempt, names its sources, and tells of their logins.
 * Campaigns are `c1`, `c2` ... in the order of opening.
 */
export function oracleLive(truth: Truth, openAt: number, confidence = 0.98): Live {
  const state = truth.campaigns.map((one) => ({
    sources: new Set(one.sources),
    seen: new Map<string, { first: number; attempts: number }>(),
    attempts: 0,
    first: 0,
    id: '',
  }));
  let opened = 0;
  const named = new Set<string>();
  return {
    push: ({ time, source, user, sensor, success }) => {
      const one = state.find(({ sources }) => sources.has(source));
      if (one === undefined) return [];
      if (one.attempts++ === 0) one.first = time;
      const before = one.seen.get(source) ?? { first: time, attempts: 0 };
      before.attempts++;
      one.seen.set(source, before);
      const events: LiveEvent[] = [];
      if (one.attempts === openAt) {
        one.id = `c${++opened}`;
        events.push({
          kind: 'campaign:opened',
          time,
          campaign: one.id,
          by: 'names-in-turn',
          bits: 30,
          attempts: one.attempts,
          firstSeen: one.first,
        });
      }
      if (one.id === '') return events;
      for (const [text, { first, attempts }] of one.seen) {
        if (named.has(text)) continue;
        named.add(text);
        events.push({
          kind: 'participant:named',
          time,
          campaign: one.id,
          source: text,
          confidence,
          firstSeen: first,
          attempts,
        });
      }
      if (success)
        events.push({
          kind: 'account:compromised',
          time,
          campaign: one.id,
          source,
          user: user ?? '',
          sensor,
        });
      return events;
    },
    size: () => ({ attempts: 0, sources: named.size, users: 0 }),
    save: neverSaved,
  };
}

function neverSaved(): never {
  throw new Error('what is told what to say has nothing to save');
}
