/**
 * What a daemon has to do with others: it receives what sensors send, and tells them who is kept out; it sends its own attempts to a
 * collector or a store, and heeds whom a collector keeps out.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Decisions } from '../collect/decisions.ts';
import { destinationOf } from '../collect/destination.ts';
import { Heeding } from '../collect/heeding.ts';
import type { CollectEffects } from '../collect/requests.ts';
import { Sending } from '../collect/sending.ts';
import type { FleetSettings } from '../config/fleet-options.ts';
import type { Happening, Tell } from '../daemon/happening.ts';
import type { Watch } from '../daemon/watch.ts';
import { ExchangePlace } from '../exchange/place.ts';
import { BY_PEERS, Recognizing } from '../exchange/recognizing.ts';
import { Trouble } from '../model/error.ts';
import { TokenFile } from '../serve/web/tokens.ts';
import type { History } from '../store/history.ts';

export interface Fleet {
  /** For the inputs of the daemon. */
  readonly collect: CollectEffects;
  /** Hears all that happens. */
  hear(happening: Happening): void;
  /** The daemon is there: sends, and heeds. Throws the `Trouble` of its history. */
  begin(daemon: Watch): Promise<void>;
  stop(): Promise<void>;
}

/** How soon what is imported while it runs is heard. */
const IMPORT_SECONDS = 10;

/** In the history: which one it is, for ever. */
const STREAM_STATE = 'fleet.own-stream';

/** To be made before the daemon. `now`: seconds since 1970. */
export function createFleet(
  stateFolder: string,
  settings: FleetSettings,
  now: () => number,
  tell: Tell,
): Fleet {
  const tokens = new TokenFile(stateFolder);
  const decisions = new Decisions(now);
  let sending: Sending | null = null;
  let heeding: Heeding | null = null;
  let recognizing: Recognizing | null = null;
  let imports: NodeJS.Timeout | null = null;
  const { sendTo, blocksFrom, remote } = settings;

  const bug = (error: unknown) => ({
    message: `the fleet: this is a bug: ${String(error)}`,
    remedy: 'Please report it; nothing is sent until the next start.',
  });

  async function send(daemon: Watch, to: string): Promise<void> {
    const destination = destinationOf(to, remote, hostname());
    const { name } = destination;
    const stream = settings.stream ?? (await streamOf(daemon.history));
    sending = new Sending(daemon.history, stream, destination, {
      now,
      trouble: (problem) => daemon.beside('fleet', problem),
      failed: (error) => daemon.beside('fleet', bug(error)),
      sent: (attempts, unsent) => daemon.happens({ kind: 'fleet:sent', to: name, attempts, unsent }),
      lost(attempts) {
        daemon.happens({ kind: 'fleet:lost', to: name, attempts });
        daemon.beside('fleet lost', {
          message: `${attempts.toLocaleString('en')} attempts left the history before ${name} had them`,
          remedy: 'Let the history keep more (days, megabytes), or let the other side be back sooner.',
        });
      },
    });
    sending.start();
  }

  function heed(daemon: Watch, from: string): void {
    heeding = new Heeding(
      { ...remote, url: from },
      {
        now,
        trouble: (problem) => daemon.beside('fleet blocks', problem),
        failed: (error) => daemon.beside('fleet blocks', bug(error)),
        all(heard) {
          daemon.happens({ kind: 'fleet:heard', from, add: heard.length, remove: 0 });
          daemon.heed(from, heard, 'all');
        },
        changed(add, remove) {
          daemon.happens({ kind: 'fleet:heard', from, add: add.length, remove: remove.length });
          daemon.heed(from, add, remove);
        },
      },
    );
    heeding.start();
  }

  function recognize(daemon: Watch): void {
    recognizing = new Recognizing(daemon.history, new ExchangePlace(stateFolder), {
      now,
      heed: (heard, all) => daemon.heed(BY_PEERS, heard, all ? 'all' : []),
      trouble: (error) =>
        daemon.beside(
          'exchange',
          error instanceof Trouble ? { message: error.message, remedy: error.remedy } : bug(error),
        ),
    });
    recognizing.poke();
    // what peers said may have been imported meanwhile
    imports = setInterval(() => recognizing?.poke(), IMPORT_SECONDS * 1000);
    imports.unref();
  }

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
    hear(happening) {
      if (happening.kind === 'block:changed') decisions.take(happening.change);
      else if (happening.kind === 'history:committed') {
        sending?.poke();
        recognizing?.poke();
      }
    },
    async begin(daemon) {
      decisions.begin(daemon.blocking.standing());
      if (sendTo !== null) await send(daemon, sendTo);
      if (blocksFrom !== null) heed(daemon, blocksFrom);
      recognize(daemon);
    },
    async stop() {
      if (imports !== null) clearInterval(imports);
      await Promise.all([sending?.stop(), heeding?.stop(), recognizing?.stop()]);
    },
  };
}

/** The name of this history: made at the first time, and never changed. */
async function streamOf(history: History): Promise<string> {
  const known = await history.state(STREAM_STATE);
  if (known !== null) return known;
  const stream = randomBytes(8).toString('hex');
  await history.commit({
    attempts: [],
    amended: [],
    events: [],
    blocks: [],
    states: { [STREAM_STATE]: stream },
  });
  return stream;
}
