/**
 * `slowbrute watch`: the daemon. Signals: SIGTERM and SIGINT stop it (what is under way is finished; the same again stops it at
 * once, and nothing is lost by that), SIGHUP reads the configuration again, SIGUSR1 writes a snapshot now.
 *
 * Exit status, as sysexits.h has it: 0 stopped, 64 wrong call, 69 something that it needs is not there, 73 its state cannot
 * be written, 75 another one is at work (try again later), 77 no rights, 78 a wrong configuration.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
  const made = watchOptions(configuration, places, call);
  const log = createLog(
    {
      level: configuration.log.level,
      format: configuration.log.format,
      isJournal: effects.environment.JOURNAL_STREAM !== undefined,
    },
    (text) => void effects.stderr.write(text),
    () => effects.now(),
  );
  const metrics = createMetrics();
  const notifier = createNotifier(effects.environment);
  const began = performance.now();
  mkdirSync(dirname(places.socket), { recursive: true });
  const daemon = await Watch.start(made, metrics, {
    get stdin() {
      return effects.stdin;
    },
    logFolder: effects.logFolder,
    journal: effects.journal,
    programPath: effects.programPath,
    now: () => effects.now(),
    machine: realMachineEffects(),
    tell: log,
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
  const reload = async (): Promise<readonly string[]> => {
    const next = configured(options, effects).configuration;
    const changed = (Object.keys(next) as (keyof typeof next)[]).filter(
      (key) => JSON.stringify(next[key]) !== JSON.stringify(last[key]),
    );
    await daemon.reconfigure(watchOptions(next, places, call).block);
    last = next;
    log({ kind: 'daemon:reloaded', changed });
    return changed;
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

  let signals = 0;
  const onStop = (signal: NodeJS.Signals) => {
    signals++;
    if (signals > 1) process.exit(0); // whatever is not kept yet is read again
    notifier.stopping();
    void daemon.stop(signal);
  };
  const onReload = () => {
    notifier.reloading();
    reload()
      .catch((error: unknown) => {
        if (!(error instanceof Trouble)) throw error;
        const { message, remedy } = error;
        log({
          kind: 'daemon:troubled',
          problem: { message: `the configuration stays as it was: ${message}`, remedy },
        });
      })
      .finally(() => notifier.ready());
  };
  const onSnapshot = () => void daemon.snapshot();
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', onReload).on('SIGUSR1', onSnapshot);
  const seconds = setInterval(() => {
    notifier.alive();
    daemon.second().catch((error: unknown) => {
      failed = error;
      void daemon.stop('a bug');
    });
  }, 1000);
  let failed: unknown = null;
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
