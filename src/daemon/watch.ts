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
import { createLive } from '../detect/live/live.ts';
import type { BlockChange, FirewallChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { LiveEvent } from '../model/live.ts';
import { MINUTE } from '../model/time.ts';
import type { Batch, FollowNotice } from '../read/follow/follower.ts';
import { inputRemarks } from '../read/follow/input-remarks.ts';
import type { Blocking } from '../respond/blocking.ts';
import type { AttemptFacts } from '../respond/decide.ts';
import type { MachineEffects } from '../respond/machine.ts';
import type { Heard } from '../respond/told.ts';
import type { Status } from '../serve/status.ts';
import { openHistory } from '../store/history/open.ts';
import type { History } from '../store/history.ts';
import { Committer } from './committer.ts';
import { Core } from './core.ts';
import { daemonStatus, measure } from './daemon-status.ts';
import { Every } from './every.ts';
import type { Happening, Problem, Tell } from './happening.ts';
import { expanded, type InputEffects, nameOf, noticing } from './inputs.ts';
import { KeepingOut } from './keeping-out.ts';
import type { Metrics } from './metrics.ts';
import type { WatchOptions } from './options.ts';
import { People } from './people.ts';
import { type ChangedInputs, Reading } from './reading.ts';
import { positionState, recover } from './recovery.ts';
import { Snapshots } from './snapshots.ts';
import { Troubles } from './troubles.ts';

/** Beside the history, in the state folder. */
const SNAPSHOT_NAME = 'snapshot';

export interface WatchEffects extends Omit<InputEffects, 'onNotice'> {
  readonly machine: MachineEffects;
  tell: Tell;
}

/** How often old attempts leave. */
const RETAIN_SECONDS = 3600;
/** How often new files of a pattern are looked for. */
const PATTERN_SECONDS = 10;
/** How long a history that refuses is given at the end before the rest is left to the next start. */
const LAST_PATIENCE = 10;

export class Watch {
  #options: WatchOptions;
  readonly #effects: WatchEffects;
  readonly #metrics: Metrics;
  readonly #history: History;
  readonly #engine: WatchOptions['engine'];
  readonly #core: Core;
  readonly #committer: Committer;
  readonly #keeping: KeepingOut;
  readonly #reading: Reading;
  readonly #people: People;
  readonly #snapshots: Snapshots;
  readonly #troubles: Troubles;
  readonly #startedAt: number;
  readonly #retain = new Every(RETAIN_SECONDS, MINUTE);
  readonly #patterns = new Every(PATTERN_SECONDS);
  #state: Status['state'] = 'starting';
  #isLearning: boolean;
  #wasAtEnd = false;
  /** Somebody got in: people are told at once. */
  #isUrgent = false;
  /** The second that is not over. */
  #inSecond: Promise<void> | null = null;
  #learnt = 0;
  #began = performance.now();
  #stopping: Promise<void> | null = null;
  /** A snapshot that is being taken. */
  #snapshotting: Promise<void> | null = null;
  /** The last one, until it is written. */
  #writing: Promise<void> = Promise.resolve();

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
    const people = await People.load(history, options, effects);
    const made: { watch?: Watch } = {};
    const it = (): Watch => made.watch!;
    const troubles = new Troubles(
      (happening) => it().#tell(happening),
      (condition) => people.condition(condition, effects.now()),
    );
    const keeping = await KeepingOut.load(history, options.block, {
      now: () => effects.now(),
      machine: effects.machine,
      troubles,
      changed: (status) => troubles.backend(status),
      applied: (backend, change, seconds) => it().#applied(backend, change, seconds),
      told: (changes) => it().#changed(changes),
      state: (name, value) => it().#core.state(name, value),
      commit: (changes, states) => it().#keep(changes, states),
    });
    const watch = new Watch(options, effects, metrics, history, recovered, keeping, people, troubles);
    made.watch = watch;
    watch.#core.change(keeping.begin());
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
    keeping: KeepingOut,
    people: People,
    troubles: Troubles,
  ) {
    this.#options = options;
    this.#effects = effects;
    this.#metrics = metrics;
    this.#history = history;
    this.#engine = options.engine;
    this.#people = people;
    this.#keeping = keeping;
    this.#troubles = troubles;
    const tell = (happening: Happening) => this.#tell(happening);
    const snapshotPath = join(options.stateFolder, SNAPSHOT_NAME);
    this.#snapshots = new Snapshots(snapshotPath, options.version, tell, troubles);
    this.#startedAt = effects.now();
    this.#reading = new Reading(
      options,
      history,
      recovered.voices,
      noticing(effects, (notice) => this.#notice(notice)),
    );
    const decides = {
      take: (attempt: AttemptFacts, events: readonly LiveEvent[]) => keeping.take(attempt, events),
      known: (source: string) => keeping.known(source),
      pass: () => keeping.pass(),
    };
    const hears = {
      told: (event: LiveEvent) => {
        this.#tell({ kind: 'detection:told', event });
        this.#people.take(event, this.#effects.now());
        if (event.kind === 'account:compromised') this.#isUrgent = true;
      },
      changed: (change: Parameters<Core['change']>[0][number]) =>
        this.#tell({ kind: 'block:changed', change, isDryRun: this.#keeping.isDryRun }),
    };
    this.#core = new Core(recovered.live, decides, hears, recovered.seq, recovered.known, recovered.lateness);
    this.#committer = new Committer(this.#core, history, (happening) => {
      this.#tell(happening);
      if (happening.kind === 'history:committed') this.#keeping.blocking.committed();
    });
    this.#isLearning = recovered.seq === 0 && options.begin === 'oldest';
    this.#state = 'watching';
  }

  /** Works until {@link stop} is called, or, with `once`, until all inputs were read to their end. Throws bugs only. */
  async run(): Promise<void> {
    const inputs = this.#reading.names;
    for (const one of this.#options.inputs)
      if (one.kind === 'file')
        for (const remark of inputRemarks(one.path))
          this.#tell({ kind: 'input:remarked', input: one.path, remark });
    if (this.#isLearning && inputs.length > 0) this.#tell({ kind: 'history:learning', inputs });
    this.#committer.poke();
    this.#keeping.blocking.committed();
    for await (const batch of this.#reading.batches()) {
      this.#batch(batch);
      await this.#committer.room();
      if (this.#snapshots.isDue) await this.#takeSnapshot();
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
    if (this.#isAtEnd() && this.#snapshots.isDue) await this.#takeSnapshot();
    if (this.#retain.take()) await this.#forgetOld(now);
    await this.#keeping.second(now, !this.#isLearning);
    if (this.#patterns.take()) await this.#reading.lookForFiles();
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
    await this.#writing;
    const waiting = await this.#people.stop();
    for (const [state, value] of waiting) this.#core.state(state, value);
    try {
      await this.#committer.settle(LAST_PATIENCE);
      this.#keeping.blocking.committed();
      await this.#write();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('history', error);
    }
    await this.#keeping.stop();
    const { attempts } = await this.#history.size();
    await this.#history.close();
    this.#tell({ kind: 'daemon:stopped', attempts });
  }

  /** What keeps the history, as the configuration called it at the start. */
  get engine(): WatchOptions['engine'] {
    return this.#engine;
  }

  get history(): History {
    return this.#history;
  }

  get blocking(): Blocking {
    return this.#keeping.blocking;
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
        standing: this.#keeping.blocking.standing().length,
        isDryRun: this.#keeping.isDryRun,
        backends: this.#keeping.backends,
      },
      history: this.#history,
    });
  }

  /** Figures that are looked up when somebody asks for metrics. */
  async measure(): Promise<void> {
    measure(await this.status(), this.#metrics);
    const { gauges } = this.#metrics;
    gauges.waiting(this.#core.waiting);
    const { sources, attempts } = this.#core.live.size();
    gauges.remembered(sources, attempts);
  }

  /**
   * Does from now on as it is told, without losing anything; says which inputs have come and gone. Throws `Trouble` where that
   * cannot be: then all stays as it was. What cannot be changed while it runs (places, the engine) is as it was in any case.
   */
  async reload(next: WatchOptions): Promise<ChangedInputs> {
    while (this.#inSecond !== null) await this.#inSecond.catch(() => {});
    const work = this.#reload(next);
    this.#inSecond = work
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        this.#inSecond = null;
      });
    return work;
  }

  async #reload(next: WatchOptions): Promise<ChangedInputs> {
    const before = this.#options;
    // what can be refused comes first
    const inputs = await this.#reading.change(next);
    for (const input of inputs.removed) this.#troubles.forgetInput(input);
    this.#options = next;
    if (JSON.stringify(next.live) !== JSON.stringify(before.live))
      this.#core.judgeBy(createLive(next.live, this.#core.live.save()));
    await this.#people.change(next);
    try {
      await this.#keeping.change(next.block);
      this.#troubles.end('firewall that is gone');
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('firewall that is gone', error);
    }
    // a crash from here on goes on with the new inputs and judges by the new rules
    await this.snapshot();
    return inputs;
  }

  /** What others keep out (respond/told.ts). */
  heed(by: string, add: readonly Heard[], remove: readonly string[] | 'all'): void {
    if (this.#stopping === null) this.#keeping.heed(by, add, remove);
  }

  /** Something beside it does not work, or (null) works again: shown, and told to people, like its own. */
  beside(what: string, problem: Problem | null): void {
    if (problem === null) this.#troubles.end(what);
    else this.#troubles.begin(what, problem);
  }

  /** Tells what happens beside it to the log and the metrics. */
  happens(happening: Happening): void {
    this.#tell(happening);
  }

  /** A configuration could not be taken up, and the old one holds; null: it was. */
  refused(problem: Problem | null): void {
    if (problem === null) this.#troubles.end('configuration');
    else this.#troubles.begin('configuration', problem);
  }

  /** Writes a snapshot of now, when the history has all that is in it; none where it takes nothing. */
  async snapshot(): Promise<void> {
    await this.#takeSnapshot();
    await this.#writing;
  }

  /** Takes one; reading waits so long, and goes on while it is written. */
  #takeSnapshot(): Promise<void> {
    this.#snapshotting ??= this.#writing
      .then(() => this.#committer.drained())
      .then((isDrained) => {
        if (!isDrained) return this.#snapshots.postpone();
        this.#writing = this.#write();
        // whoever waits for it hears of a bug
        this.#writing.catch(() => {});
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
      live: this.#core.live.save(),
      voices,
      inputs,
      latest: this.#core.latest,
    });
    if (isWritten) this.#reading.release(inputs);
  }

  #applied(backend: string, change: FirewallChange, seconds: number): void {
    const added = change.kind === 'replace' ? change.entries.length : change.add.length;
    const removed = change.kind === 'replace' ? 0 : change.remove.length;
    this.#tell({ kind: 'firewall:applied', backend, added, removed, seconds });
  }

  /** Changes of blocks that no attempt brought about. */
  #changed(changes: readonly BlockChange[]): void {
    this.#core.change(changes);
    this.#committer.poke();
  }

  /** Keeps what was done by hand. */
  async #keep(changes: readonly BlockChange[], states: Readonly<Record<string, string>>): Promise<void> {
    this.#core.change(changes);
    for (const [name, value] of Object.entries(states)) this.#core.state(name, value);
    if (await this.#committer.drained()) return;
    throw new Trouble(
      'store-full',
      'the history takes nothing now, so this cannot be kept',
      'It is done now and undone by a restart; see slowbrute status for what is wrong.',
    );
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

  async #forgetOld(now: number): Promise<void> {
    try {
      const attempts = await this.#history.retain(this.#options.retention, now);
      if (attempts > 0) this.#tell({ kind: 'history:aged', attempts });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.begin('history', error);
    }
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
