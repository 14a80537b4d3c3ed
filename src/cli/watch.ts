/**
 * `slowbrute watch`: the daemon. Signals: SIGTERM and SIGINT stop it (what is under way is finished; the same again stops it at
 * once, and nothing is lost by that), SIGHUP reads the configuration again, SIGUSR1 writes a snapshot now.
 *
 * Exit status, as sysexits.h has it: 0 stopped, 64 wrong call, 69 something that it needs is not there, 73 its state cannot
 * be written, 75 another one is at work (try again later), 77 no rights, 78 a wrong configuration.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Places } from '../config/places.ts';
import type { Configuration } from '../config/schema.ts';
import { type WatchCall, watchOptions } from '../config/watch-options.ts';
import { createLog } from '../daemon/log.ts';
import { createMetrics } from '../daemon/metrics.ts';
import type { InputOptions, WatchOptions } from '../daemon/options.ts';
import { createNotifier } from '../daemon/sd-notify.ts';
import { Watch } from '../daemon/watch.ts';
import { Trouble } from '../model/error.ts';
import { realMachineEffects } from '../respond/machine.ts';
import { type Control, controlApi } from '../serve/control.ts';
import { type Listening, listenOnPort, listenOnSocket } from '../serve/listen.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';
import { version } from './version.ts';

export interface WatchCommandOptions extends PlaceOptions {
  /** Files to follow instead of the configuration's inputs; `-` is standard input. */
  readonly paths: readonly string[];
  /** Whether it says only what it would block. */
  readonly dryRun: boolean;
  /** Whether it ends when all inputs were read to their end. */
  readonly once: boolean;
  /** Where inputs that were never read begin. */
  readonly begin: 'oldest' | 'end';
  readonly engine: WatchOptions['engine'] | null;
}

/** What a new configuration cannot change while it runs. */
const NEXT_START: ReadonlySet<string> = new Set(['state-folder', 'socket', 'metrics']);

/** Keeps watch until it is told to stop. Resolves with the exit status; throws `Trouble` where it cannot begin. */
export async function watch(options: WatchCommandOptions, effects: CommandEffects): Promise<number> {
  const set = configured(options, effects);
  const { configuration, places } = set;
  const inputs = options.paths.map(
    (path): InputOptions => (path === '-' ? { kind: 'stdin' } : { kind: 'file', path: resolve(path) }),
  );
  const call: WatchCall = {
    version: version(),
    inputs: inputs.length > 0 ? inputs : null,
    dryRun: options.dryRun,
    once: options.once,
    begin: options.begin,
    engine: options.engine,
    machineZone: effects.machineZone,
    read: effects,
    environment: effects.environment,
  };
  let made = watchOptions(configuration, places, call);
  const logOf = ({ level, format }: Configuration['log']) =>
    createLog(
      { level, format, isJournal: effects.environment.JOURNAL_STREAM !== undefined },
      (text) => void effects.stderr.write(text),
      () => effects.now(),
    );
  let log = logOf(configuration.log);
  const metrics = createMetrics();
  const notifier = createNotifier(effects.environment);
  const began = performance.now();
  makeSocketFolder(places);
  // whatever is written from here on is about who logs in here: nobody else's business
  process.umask(0o077);
  const daemon = await Watch.start(made, metrics, {
    get stdin() {
      return effects.stdin;
    },
    logFolder: effects.logFolder,
    journal: effects.journal,
    programPath: effects.programPath,
    now: () => effects.now(),
    machine: realMachineEffects(),
    tell: (happening) => log(happening),
  });
  const control: Control = {
    questions: daemon.history,
    blocks: daemon.blocking.service,
    status: () => daemon.status(),
    metrics: async () => {
      await daemon.measure();
      return { text: await metrics.text(), contentType: metrics.contentType };
    },
    reload: () => reload(),
  };
  const listening: Listening[] = [];
  let last = configuration;
  const takeUp = async (): Promise<readonly string[]> => {
    const next = configured(options, effects).configuration;
    const changed = (Object.keys(next) as (keyof Configuration)[]).filter(
      (key) => JSON.stringify(next[key]) !== JSON.stringify(last[key]),
    );
    const before = { configuration: last.block, backends: made.block.backends };
    const nextMade = watchOptions(next, places, { ...call, before });
    const inputs = await daemon.reload(nextMade);
    if (changed.includes('log')) log = logOf(next.log);
    made = nextMade;
    last = next;
    const later = [
      ...changed.filter((key) => NEXT_START.has(key)),
      ...(made.engine === daemon.engine ? [] : ['history.engine']),
    ];
    log({ kind: 'daemon:reloaded', changed, later, inputs });
    return changed;
  };
  let reloading: Promise<unknown> = Promise.resolve();
  /** One after the other; what cannot be taken up changes nothing, and is told until it is right. */
  const reload = (): Promise<readonly string[]> => {
    notifier.reloading();
    const done = reloading.then(takeUp).then(
      (changed) => {
        daemon.refused(null);
        notifier.status('keeps watch');
        return changed;
      },
      (error: unknown) => {
        if (!(error instanceof Trouble)) throw error;
        const { message, remedy } = error;
        daemon.refused({ message: `the configuration stays as it was: ${message}`, remedy });
        notifier.status(`keeps watch with the old configuration: ${message}`);
        throw error;
      },
    );
    reloading = done.catch(() => {});
    return done.finally(() => notifier.ready());
  };
  try {
    const api = controlApi(control);
    listening.push(await listenOnSocket(api, places.socket));
    if (made.metrics !== null) listening.push(await listenOnPort(api, made.metrics.host, made.metrics.port));
  } catch (error) {
    await daemon.stop('it cannot be reached');
    for (const one of listening) await one.close();
    throw error;
  }

  let failed: unknown = null;
  let signals = 0;
  const onStop = (signal: NodeJS.Signals) => {
    signals++;
    if (signals > 1) process.exit(0); // whatever is not kept yet is read again
    notifier.stopping();
    void daemon.stop(signal);
  };
  const onBug = (error: unknown) => {
    failed ??= error;
    void daemon.stop('a bug');
  };
  const onReload = () => {
    reload().catch((error: unknown) => {
      if (!(error instanceof Trouble)) onBug(error);
    });
  };
  const onSnapshot = () => void daemon.snapshot();
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', onReload).on('SIGUSR1', onSnapshot);
  const seconds = setInterval(() => {
    notifier.alive();
    daemon.second().catch(onBug);
  }, 1000);
  log({
    kind: 'daemon:started',
    version: made.version,
    pid: process.pid,
    seconds: (performance.now() - began) / 1000,
  });
  notifier.ready();
  try {
    await daemon.run();
    if (options.once) await daemon.second();
  } finally {
    clearInterval(seconds);
    await daemon.stop('all was read');
    for (const one of listening) await one.close();
    await notifier.close();
    process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGHUP', onReload).off('SIGUSR1', onSnapshot);
  }
  if (failed !== null) throw failed;
  return 0;
}

/** Whoever may use the socket must get to it; where it is among what is remembered, nobody else gets there. */
function makeSocketFolder({ socket, stateFolder }: Places): void {
  const folder = dirname(socket);
  try {
    mkdirSync(folder, { recursive: true, mode: folder === stateFolder ? 0o700 : 0o755 });
  } catch (error) {
    throw new Trouble(
      'not-writable',
      `${folder}: cannot be made for the socket (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'Make it for the user that runs slowbrute, or name another: socket = "PATH" in the configuration.',
    );
  }
}
