/** What a daemon has to do with other sensors: it receives what they send, and tells them who is kept out. */
import { Decisions } from '../collect/decisions.ts';
import type { CollectEffects } from '../collect/requests.ts';
import type { Happening, Tell } from '../daemon/happening.ts';
import { TokenFile } from '../serve/web/tokens.ts';

export interface Fleet {
  /** For the inputs of the daemon. */
  readonly collect: CollectEffects;
  readonly decisions: Decisions;
  /** Hears all that happens. */
  hear(happening: Happening): void;
}

/** To be made before the daemon. `now`: seconds since 1970. */
export function createFleet(stateFolder: string, now: () => number, tell: Tell): Fleet {
  const tokens = new TokenFile(stateFolder);
  const decisions = new Decisions(now);
  return {
    collect: {
      findToken: (text, at) => tokens.find(text, at),
      decisions,
      failed: (error) =>
        tell({
          kind: 'daemon:troubled',
          problem: { message: `the collector: this is a bug: ${String(error)}`, remedy: 'Please report it.' },
        }),
    },
    decisions,
    hear(happening) {
      if (happening.kind === 'block:changed') decisions.take(happening.change);
    },
  };
}
