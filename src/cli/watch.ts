/**
 * `slowbrute watch`: the daemon. Signals: SIGTERM and SIGINT stop it (what is under way is finished; the same again stops it at
 * once, and nothing is lost by that), SIGHUP reads the configuration again, SIGUSR1 writes a snapshot now.
 *
 * Exit status, as sysexits.h has it: 0 stopped, 2 wrong call, 69 something that it needs is not there, 73 its state cannot
 * be written, 75 another one is at work (try again later), 77 no rights, 78 a wrong configuration.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { version } from '../built/parts.ts';
import { readFleet } from '../config/fleet-options.ts';
import type { Places } from '../config/places.ts';
import type { Configuration } from '../config/schema.ts';
import { readServe } from '../config/serve-options.ts';
import { type WatchCall, watchOptions } from '../config/watch-options.ts';
import { createLog } from '../daemon/log.ts';
import { keepMemorySmall } from '../daemon/memory.ts';
import { createMetrics } from '../daemon/metrics.ts';
import type { InputOptions, WatchOptions } from '../daemon/options.ts';
import { makePrivate } from '../daemon/private-files.ts';
import { createNotifier } from '../daemon/sd-notify.ts';
import { Watch } from '../daemon/watch.ts';
import { Trouble } from '../model/error.ts';
import { realMachineEffects } from '../respond/machine.ts';
import { openActions } from '../serve/actions.ts';
import { type Control, controlApi } from '../serve/control.ts';
import { type Listening, listenOnPort, listenOnSocket } from '../serve/listen.ts';
import { recordedBlocks } from '../serve/recorded-blocks.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';
import { createFleet } from './watch-fleet.ts';
import { reloading } from './watch-reload.ts';
import { catchSignals, type Signals } from './watch-signals.ts';

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
  const signals = catchSignals();
  const mask = process.umask();
  try {
    return await keepWatch(options, effects, signals);
  } finally {
    process.umask(mask);
    signals.release();
  }
}

async function keepWatch(
  options: WatchCommandOptions,
  effects: CommandEffects,
  signals: Signals,
): Promise<number> {
  keepMemorySmall();
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
  for (const problem of makePrivate(places.stateFolder)) log({ kind: 'daemon:troubled', problem });
  const actions = openActions(places.stateFolder);
  const fleet = createFleet(
    places.stateFolder,
    readFleet(configuration),
    () => effects.now(),
    (happening) => log(happening),
  );
  const daemon = await Watch.start(made, metrics, {
    get stdin() {
      return effects.stdin;
    },
    logFolder: effects.logFolder,
    journal: effects.journal,
    programPath: effects.programPath,
    now: () => effects.now(),
    machine: realMachineEffects(),
    tell: (happening) => {
      log(happening);
      fleet.hear(happening);
    },
    collect: fleet.collect,
  });
  const control: Control = {
    questions: daemon.history,
    blocks: recordedBlocks(daemon.blocking.service, actions, () => effects.now()),
    status: () => daemon.status(),
    metrics: async () => {
      await daemon.measure();
      return { text: await metrics.text(), contentType: metrics.contentType };
    },
    reload: () => reload(),
  };
  const listening: Listening[] = [];
  const reload = reloading(
    { configuration, options: made },
    {
      daemon,
      notifier,
      read: (before) => {
        const next = configured(options, effects).configuration;
        const open = { configuration: before.configuration.block, backends: before.options.block.backends };
        return { configuration: next, options: watchOptions(next, places, { ...call, before: open }) };
      },
      taken: (standing, happening) => {
        log = logOf(standing.configuration.log);
        log(happening);
      },
    },
  );
  try {
    const api = controlApi(control);
    listening.push(await listenOnSocket(api, places.socket));
    await fleet.begin(daemon);
    if (made.metrics !== null) listening.push(await listenOnPort(api, made.metrics.host, made.metrics.port));
    const settings = readServe(configuration);
    if (settings.isOn) {
      const { servePage } = await import('./watch-page.ts');
      const { atlasOf } = await import('./atlas-access.ts');
      const { exportingOf } = await import('./serve.ts');
      const atlas = atlasOf([], configuration, effects);
      const { stateFolder } = places;
      const failed = ({ message }: Error) =>
        log({
          kind: 'daemon:troubled',
          problem: { message: `the page: this is a bug: ${message}`, remedy: 'Please report it.' },
        });
      const isDryRun = () => made.block.backends.every(({ isDry }) => isDry);
      const now = () => effects.now();
      listening.push(
        await servePage(control, {
          settings,
          stateFolder,
          version: made.version,
          now,
          isDryRun,
          failed,
          places: atlas,
          exporting: exportingOf(configuration),
          actions,
          blocks: daemon.blocking.service,
        }),
      );
    }
  } catch (error) {
    await fleet.stop();
    await daemon.stop('it cannot be reached');
    for (const one of listening) await one.close();
    throw error;
  }

  let failed: unknown = null;
  const onBug = (error: unknown) => {
    failed ??= error;
    void fleet.stop().finally(() => void daemon.stop('a bug'));
  };
  signals.act({
    stop: (signal) => {
      notifier.stopping();
      // what sends reads the history
      void fleet.stop().finally(() => void daemon.stop(signal));
    },
    reload: () => {
      reload().catch((error: unknown) => {
        if (!(error instanceof Trouble)) onBug(error);
      });
    },
    snapshot: () => void daemon.snapshot(),
  });
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
    await fleet.stop();
    await daemon.stop('all was read');
    for (const one of listening) await one.close();
    await notifier.close();
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
    if (
      (error as NodeJS.ErrnoException).code === 'EEXIST' ||
      (error as NodeJS.ErrnoException).code === 'ENOTDIR'
    )
      throw new Trouble(
        'not-writable',
        `${folder}: there is a file where a folder must be`,
        'Name another: state-folder = "PATH" and socket = "PATH" in the configuration, or --state FOLDER.',
      );
    throw new Trouble(
      'not-writable',
      `${folder}: cannot be made for the socket (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'Make it for the user that runs slowbrute, or name another: socket = "PATH" in the configuration.',
    );
  }
}
