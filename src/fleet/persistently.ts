/** Asks a store again while its servers are away: a detection takes minutes, and goes on when they are back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerAway } from '../store/history/clickhouse/errors.ts';

/** A server that was killed is back, or given up, within minutes. */
const PATIENCE_SECONDS = 180;
const AGAIN_MS = 300;

/** `ask`: nothing that may not be done twice. Errors: those of `ask`, `store-away` after three minutes of it. */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServerAway) || Date.now() > end) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
