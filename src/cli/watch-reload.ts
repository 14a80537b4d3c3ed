/**
 * A new configuration for a daemon that runs: read, checked whole, then taken up, one after the other. One that is wrong changes
 * nothing: the old one holds, and status, the journal and systemd say so until it is right.
 */
import type { Configuration } from '../config/schema.ts';
import type { Happening } from '../daemon/happening.ts';
import type { WatchOptions } from '../daemon/options.ts';
import type { Notifier } from '../daemon/sd-notify.ts';
import type { Watch } from '../daemon/watch.ts';
import { Trouble } from '../model/error.ts';

/** What a daemon goes by. */
export interface Standing {
  readonly configuration: Configuration;
  readonly options: WatchOptions;
}

export interface ReloadParts {
  readonly daemon: Watch;
  readonly notifier: Pick<Notifier, 'reloading' | 'ready' | 'status'>;
  /** Reads the configuration; firewalls of which nothing has changed are those of `before`. Throws `Trouble`. */
  read(before: Standing): Standing;
  /** It is taken up: for what is not the daemon's. */
  taken(standing: Standing, happening: Extract<Happening, { kind: 'daemon:reloaded' }>): void;
}

/** Keys that a daemon cannot change while it runs. */
const NEXT_START: ReadonlySet<string> = new Set(['state-folder', 'socket', 'metrics', 'fleet']);

/** Gives the reload: it resolves with the keys that changed, and rejects with the `Trouble` of a wrong configuration. */
export function reloading(first: Standing, parts: ReloadParts): () => Promise<readonly string[]> {
  const { daemon, notifier } = parts;
  let standing = first;
  let last: Promise<unknown> = Promise.resolve();

  async function takeUp(): Promise<readonly string[]> {
    const next = parts.read(standing);
    const keys = Object.keys(next.configuration) as (keyof Configuration)[];
    const changed = keys.filter(
      (key) => JSON.stringify(next.configuration[key]) !== JSON.stringify(standing.configuration[key]),
    );
    const inputs = await daemon.reload(next.options);
    standing = next;
    const later = [
      ...changed.filter((key) => NEXT_START.has(key)),
      ...(next.options.engine === daemon.engine ? [] : ['history.engine']),
    ];
    parts.taken(next, { kind: 'daemon:reloaded', changed, later, inputs });
    return changed;
  }

  async function reload(): Promise<readonly string[]> {
    notifier.reloading();
    try {
      const changed = await takeUp();
      daemon.refused(null);
      notifier.status('keeps watch');
      return changed;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const { message, remedy } = error;
      daemon.refused({ message: `the configuration stays as it was: ${message}`, remedy });
      notifier.status(`keeps watch with the old configuration: ${message}`);
      throw error;
    } finally {
      notifier.ready();
    }
  }

  return () => {
    const done = last.then(reload);
    last = done.catch(() => {});
    return done;
  };
}
