/**
 * The daemon: lines in, judgements and blocks out, everything kept. One turn of its work is
 *
 *   a batch of lines -> parsers -> attempts -> detection -> decisions -> history -> firewalls, people
 *
 * The history is told as fast as its disk is, and the firewalls when it has what they are told, so that no block stands that nobody
 * remembers; people are told when it is time (alarms.ts). Nothing is read while the history is too far behind. Everything
 * that time alone brings about (blocks that end, alarms that are due, snapshots, old attempts that go) happens once a
 * second, in {@link Watch.second}.
 */
import { join } from 'node:path';
import { Trouble } from '../model/error.ts';
import type { LiveEvent } from '../model/live.ts';
import { MINUTE } from '../model/time.ts';
import type { Batch, FollowEffects, FollowNotice } from '../read/follow/follower.ts';
import { ALLOWED_STATE, type Blocking, createBlocking } from '../respond/blocking.ts';
import { loggedInFrom, type MachineEffects, readMachine } from '../respond/machine.ts';
import type { Status } from '../serve/status.ts';
import { openHistory } from '../store/history/open.ts';
import type { History } from '../store/history.ts';
import { Committer } from './committer.ts';
import { Core } from './core.ts';
import { daemonStatus, measure } from './daemon-status.ts';
import type { Happening, Tell } from './happening.ts';
import { expanded, nameOf, noticing } from './inputs.ts';
import type { Metrics } from './metrics.ts';
import type { WatchOptions } from './options.ts';
import { People } from './people.ts';
import { Reading } from './reading.ts';
import { positionState, recover, type Snapshot } from './recovery.ts';
import { rememberedBlocks } from './remembered.ts';
import { Snapshots } from './snapshots.ts';
import { Troubles } from './troubles.ts';

/** Beside the history, in the state folder. */
const SNAPSHOT_NAME = 'snapshot';

export interface WatchEffects extends Omit<FollowEffects, 'onNotice'> {
  readonly machine: MachineEffects;
  tell: Tell;
}

/** How often old attempts leave, and this machine's addresses are read again. */
const RETAIN_SECONDS = 3600;
const MACHINE_SECONDS = 5 * MINUTE;
/** How often new files of a pattern are looked for. */
const PATTERN_SECONDS = 10;
/** How long a history that refuses is given at the end before the rest is left to the next start. */
const LAST_PATIENCE = 10;

export class Watch {
  readonly #options: WatchOptions;
  readonly #effects: WatchEffects;
  readonly #metrics: Metrics;
  readonly #history: History;
  readonly #core: Core;
  readonly #committer: Committer;
  readonly #blocking: Blocking;
  readonly #reading: Reading;
  readonly #people: People;
  readonly #snapshots: Snapshots;
  readonly #troubles: Troubles;
  readonly #startedAt: number;
  readonly #size: () => { readonly attempts: number; readonly sources: number };
  readonly #save: () => Snapshot['live'];
  #retainAt: number;
  #machineAt: number;
  #patternsAt = 0;
  #state: Status['state'] = 'starting';
  #isLearning: boolean;
  #wasAtEnd = false;
  /** Somebody got in: people are told at once. */
  #isUrgent = false;
  /** The second that is not over. */
  #inSecond: Promise<void> | null = null;
  #block: WatchOptions['block'];
  #learnt = 0;
  #began = performance.now();
  #stopping: Promise<void> | null = null;
  #snapshotting: Promise<void> | null = null;

  /** Opens the history, takes up the work, and begins to follow. Throws `Trouble` where it cannot. */
  static async start(options: WatchOptions, metrics: Metrics, effects: WatchEffects): Promise<Watch> {
    const history = await openHistory(
      { folder: options.stateFolder, engine: options.engine, whenCorrupt: 'set-aside' },
      {
        tell: ({ message, remedy }) =>
          effects.tell({ kind: 'daemon:troubled', problem: { message, remedy } }),
      },
    );
    try {
      return await Watch.#startWith(history, options, metrics, effects);
    } catch (error) {
      await history.close();
      throw error;
    }
  }

  static async #startWith(
    history: History,
    options: WatchOptions,
    metrics: Metrics,
    effects: WatchEffects,
  ): Promise<Watch> {
    const snapshotPath = join(options.stateFolder, SNAPSHOT_NAME);
    const names = expanded(options.inputs).map(nameOf);
    const recovered = await recover(history, snapshotPath, names, options.live, effects.now(), effects.tell);
    const start = {
      memory: await rememberedBlocks(history, await loggedInFrom(effects.machine.run), effects.now()),
      machine: await readMachine(effects.machine),
      allowed: await history.state(ALLOWED_STATE),
    };
    const people = await People.load(history, options, effects);
    const watch = new Watch(options, effects, metrics, history, recovered, start, people);
    await watch.#reading.open(recovered.inputs);
    // from here on there always is a snapshot, so that what parsers know is never lost
    if (recovered.voices === null) await watch.#write();
    return watch;
  }

  private constructor(
    options: WatchOptions,
    effects: WatchEffects,
    metrics: Metrics,
    history: History,
    recovered: Awaited<ReturnType<typeof recover>>,
    start: Parameters<typeof createBlocking>[1],
    people: People,
  ) {
    this.#options = options;
    this.#effects = effects;
    this.#metrics = metrics;
    this.#history = history;
    this.#people = people;
    this.#block = options.block;
    const tell = (happening: Happening) => this.#tell(happening);
    this.#troubles = new Troubles(tell, (condition) => people.condition(condition, effects.now()));
    const snapshotPath = join(options.stateFolder, SNAPSHOT_NAME);
    this.#snapshots = new Snapshots(snapshotPath, options.version, () => effects.now(), tell, this.#troubles);
    const now = effects.now();
    this.#startedAt = now;
    this.#retainAt = now + MINUTE;
    this.#machineAt = now + MACHINE_SECONDS;
    const { live } = recovered;
    this.#size = () => live.size();
    this.#save = () => live.save();
    this.#reading = new Reading(
      options,
      history,
      recovered.voices,
      noticing(effects, (notice) => this.#notice(notice)),
    );
    this.#blocking = createBlocking(options.block, start, options.block.backends, {
      now: () => effects.now(),
      changed: (status) => this.#troubles.backend(status),
      applied: (backend, change, seconds) => {
        const added = change.kind === 'replace' ? change.entries.length : change.add.length;
        const removed = change.kind === 'replace' ? 0 : change.remove.length;
        this.#tell({ kind: 'firewall:applied', backend, added, removed, seconds });
      },
      commit: async (changes, states) => {
        this.#core.change(changes);
        for (const [name, value] of Object.entries(states)) this.#core.state(name, value);
        if (await this.#committer.drained()) return;
        throw new Trouble(
          'store-full',
          'the history takes nothing now, so this cannot be kept',
          'It is done now and undone by a restart; see slowbrute status for what is wrong.',
        );
      },
    });
    const decides = {
      take: (attempt: Parameters<Blocking['attempt']>[0], events: readonly LiveEvent[]) =>
        this.#blocking.attempt(attempt, events),
      pass: () => this.#blocking.tick(),
    };
    const hears = {
      told: (event: LiveEvent) => {
        this.#tell({ kind: 'detection:told', event });
        this.#people.take(event, this.#effects.now());
        if (event.kind === 'account:compromised') this.#isUrgent = true;
      },
      changed: (change: Parameters<Core['change']>[0][number]) =>
        this.#tell({ kind: 'block:changed', change, isDryRun: this.#isDryRun }),
    };
    this.#core = new Core(live, decides, hears, recovered.seq, recovered.known);
    this.#committer = new Committer(this.#core, history, (happening) => {
      this.#tell(happening);
      if (happening.kind === 'history:committed') this.#blocking.committed();
    });
    this.#core.change(this.#blocking.start());
    this.#isLearning = recovered.seq === 0 && options.begin === 'oldest';
    this.#state = 'watching';
  }

  /** Works until {@link stop} is called, or, with `once`, until all inputs were read to their end. Throws bugs only. */
  async run(): Promise<void> {
    const inputs = this.#reading.names;
    if (this.#isLearning && inputs.length > 0) this.#tell({ kind: 'history:learning', inputs });
    this.#committer.poke();
    this.#blocking.committed();
    for await (const batch of this.#reading.batches()) {
      this.#batch(batch);
      await this.#committer.room();
      if (this.#snapshots.isDue) await this.snapshot();
    }
  }

  /** What time alone brings about. To be called about once a second. */
  async second(): Promise<void> {
    if (this.#stopping !== null || this.#inSecond !== null) return;
    this.#inSecond = this.#second().finally(() => {
      this.#inSecond = null;
    });
    await this.#inSecond;
  }

  async #second(): Promise<void> {
    const now = this.#effects.now();
    if (this.#isAtEnd()) {
      this.#reading.tick(now);
      this.#judge(now);
      if (this.#isLearning) this.#hasLearnt();
      if (!this.#wasAtEnd) this.#snapshots.hasten();
      this.#wasAtEnd = true;
      if (this.#options.once) await this.#reading.stop();
    }
    this.#core.pass(now);
    await this.#tellPeople(now);
    if (this.#isAtEnd() && this.#snapshots.isDue) await this.snapshot();
    if (now >= this.#retainAt) await this.#retain(now);
    if (now >= this.#machineAt) await this.#machine(now);
    if (now >= this.#patternsAt) await this.#newFiles(now);
  }

  /** Reads nothing more, keeps everything, lets everything go. Firewalls stay as they are. */
  stop(why: string): Promise<void> {
    this.#stopping ??= this.#stop(why);
    return this.#stopping;
  }

  async #stop(why: string): Promise<void> {
    this.#state = 'stopping';
    this.#tell({ kind: 'daemon:stopping', why });
    await this.#reading.stop();
    await this.#inSecond?.catch(() => {}); // whoever called it hears of it
    await this.#snapshotting;
    const waiting = await this.#people.stop();
    for (const [state, value] of waiting) this.#core.state(state, value);
    try {
      await this.#committer.settle(LAST_PATIENCE);
      this.#blocking.committed();
      await this.#write();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('history', error);
    }
    await this.#blocking.stop();
    const { attempts } = await this.#history.size();
    await this.#history.close();
    this.#tell({ kind: 'daemon:stopped', attempts });
  }

  get history(): History {
    return this.#history;
  }

  get blocking(): Blocking {
    return this.#blocking;
  }

  status(): Promise<Status> {
    return daemonStatus({
      version: this.#options.version,
      startedAt: this.#startedAt,
      state: this.#state,
      problems: this.#troubles.standing(),
      inputs: this.#reading.status(),
      attempts: this.#core.seq,
      blocks: {
        standing: this.#blocking.standing().length,
        isDryRun: this.#isDryRun,
        backends: this.#options.block.backends.map(({ name }) => name),
      },
      history: this.#history,
    });
  }

  /** Figures that are looked up when somebody asks for metrics. */
  async measure(): Promise<void> {
    measure(await this.status(), this.#metrics);
    const { gauges } = this.#metrics;
    gauges.waiting(this.#core.waiting);
    const { sources, attempts } = this.#size();
    gauges.remembered(sources, attempts);
  }

  /** A new policy or allow-list; says nothing, as the blocks that change do. */
  reconfigure(block: WatchOptions['block']): Promise<void> {
    this.#block = block;
    return this.#machine(this.#effects.now());
  }

  /** Writes a snapshot of now, when the history has all that is in it; none where it takes nothing. Reading waits so long. */
  snapshot(): Promise<void> {
    this.#snapshotting ??= this.#committer
      .drained()
      .then(async (isDrained) => {
        if (isDrained) await this.#write();
        else this.#snapshots.postpone();
      })
      .finally(() => {
        this.#snapshotting = null;
      });
    return this.#snapshotting;
  }

  async #write(): Promise<void> {
    const { voices, inputs } = this.#reading.save();
    const isWritten = await this.#snapshots.write({
      seq: this.#core.seq,
      live: this.#save(),
      voices,
      inputs,
    });
    if (isWritten) this.#reading.release(inputs);
  }

  get #isDryRun(): boolean {
    return this.#options.block.backends.every(({ isDry }) => isDry);
  }

  #batch(batch: Batch): void {
    const taken = this.#reading.take(batch);
    if (taken === null) return;
    const { input, lines } = batch;
    const now = this.#effects.now();
    const attempts = this.#judge(now);
    this.#reading.judged(input, attempts);
    this.#snapshots.read(lines.length);
    this.#core.state(positionState(input), batch.position);
    this.#committer.poke();
    this.#people.read(input, lines.length, taken.serviceLines, taken.unreadLines, now);
    this.#tell({ kind: 'input:read', input, lines: lines.length, attempts });
  }

  async #tellPeople(now: number): Promise<void> {
    try {
      for (const [state, value] of await this.#people.second(now)) this.#core.state(state, value);
      this.#troubles.end('alarms');
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('alarms', error);
    }
    this.#committer.poke();
  }

  /** What voices told goes into the core, and what people will be told of it into the same commit. */
  #judge(now: number): number {
    const attempts = this.#core.take(this.#reading.drain(), now);
    for (const [state, value] of this.#people.news()) this.#core.state(state, value);
    if (this.#isUrgent) {
      this.#isUrgent = false;
      void this.#tellPeople(now);
    }
    if (this.#isLearning) this.#learnt += attempts;
    return attempts;
  }

  #isAtEnd(): boolean {
    return this.#reading.caughtUp();
  }

  #hasLearnt(): void {
    this.#isLearning = false;
    this.#people.hasLearnt();
    const seconds = (performance.now() - this.#began) / 1000;
    void this.#history.size().then(({ oldest }) => {
      this.#tell({ kind: 'history:learnt', attempts: this.#learnt, since: oldest, seconds });
    });
  }

  /** Files that have come to be named by a pattern. */
  async #newFiles(now: number): Promise<void> {
    this.#patternsAt = now + PATTERN_SECONDS;
    await this.#reading.lookForFiles();
  }

  async #retain(now: number): Promise<void> {
    this.#retainAt = now + RETAIN_SECONDS;
    try {
      const attempts = await this.#history.retain(this.#options.retention, now);
      if (attempts > 0) this.#tell({ kind: 'history:aged', attempts });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('history', error);
    }
  }

  async #machine(now: number): Promise<void> {
    this.#machineAt = now + MACHINE_SECONDS;
    const machine = await readMachine(this.#effects.machine);
    this.#core.change(this.#blocking.reconfigure(this.#block, machine));
    this.#committer.poke();
  }

  #notice(notice: FollowNotice): void {
    this.#troubles.notice(notice);
    this.#reading.notice(notice);
    if (notice.kind !== 'turned') return;
    // what is read again after a crash is in pieces that are still there
    this.#snapshots.hasten();
  }

  #tell(happening: Happening): void {
    this.#metrics.take(happening);
    this.#troubles.hear(happening);
    this.#effects.tell(happening);
  }
}
