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
import type { Condition } from '../alarm/condition.ts';
import { Trouble } from '../model/error.ts';
import type { LiveEvent } from '../model/live.ts';
import { MINUTE } from '../model/time.ts';
import { Voices } from '../parse/stream/voices.ts';
import type { Batch, FollowEffects, FollowNotice } from '../read/follow/follower.ts';
import { type MergedFollowers, mergeFollowers } from '../read/follow/merge.ts';
import { ALLOWED_STATE, type Blocking, createBlocking } from '../respond/blocking.ts';
import { loggedInFrom, type MachineEffects, readMachine } from '../respond/machine.ts';
import type { Status } from '../serve/status.ts';
import { openHistory } from '../store/history/open.ts';
import type { History } from '../store/history.ts';
import { Committer } from './committer.ts';
import { Core } from './core.ts';
import type { Happening, Tell } from './happening.ts';
import { expanded, nameOf, type OpenInput, openInput, statusOf } from './inputs.ts';
import type { Metrics } from './metrics.ts';
import { noticeProblem } from './notice-problem.ts';
import type { InputOptions, WatchOptions } from './options.ts';
import { People } from './people.ts';
import {
  pendingFrom,
  positionState,
  recover,
  type SavedInput,
  SNAPSHOT_FORMAT,
  type Snapshot,
} from './recovery.ts';
import { rememberedBlocks } from './remembered.ts';
import { writeSnapshot } from './snapshot-file.ts';

export interface WatchEffects extends Omit<FollowEffects, 'onNotice'> {
  readonly machine: MachineEffects;
  tell: Tell;
}

/**
 * Seconds between snapshots. What is read again after a crash is at most what came in that time: at 1,000 lines a second,
 * a second or two of work. Saving takes a tenth of a second at the bound of live detection's memory.
 */
const SNAPSHOT_SECONDS = 5 * MINUTE;
/**
 * And after so many lines, a quarter of a second of work: a daemon that is killed again and again must get on even so.
 */
const SNAPSHOT_LINES = 50_000;
/** But no more than this share of the time is spent on them. */
const SNAPSHOT_SHARE = 0.05;
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
  readonly #voices: Voices;
  readonly #people: People;
  readonly #inputs = new Map<string, OpenInput>();
  readonly #turned = new Map<string, number>();
  readonly #merged: MergedFollowers;
  readonly #snapshotPath: string;
  readonly #problems = new Map<string, { message: string; remedy: string }>();
  readonly #startedAt: number;
  readonly #size: () => { readonly attempts: number; readonly sources: number };
  readonly #save: () => Snapshot['live'];
  #linesSinceSnapshot = 0;
  #snapshotAt: number;
  /** By the clock of `performance`, milliseconds. */
  #snapshotMayAt = 0;
  #retainAt: number;
  #machineAt: number;
  #patternsAt = 0;
  #state: Status['state'] = 'starting';
  #isLearning: boolean;
  #wasAtEnd = false;
  /** Somebody got in: people are told at once. */
  #isUrgent = false;
  /** The last second is not over. */
  #isBusy = false;
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
    const snapshotPath = join(options.stateFolder, 'snapshot');
    const inputs = expanded(options.inputs);
    const names = inputs.map(nameOf);
    const recovered = await recover(history, snapshotPath, names, options.live, effects.now(), effects.tell);
    const stored = new Map<string, string | null>();
    for (const name of names) stored.set(name, await history.state(positionState(name)));
    const start = {
      memory: await rememberedBlocks(history, await loggedInFrom(effects.machine.run), effects.now()),
      machine: await readMachine(effects.machine),
      allowed: await history.state(ALLOWED_STATE),
    };
    const people = await People.load(history, options, effects);
    const watch = new Watch(options, effects, metrics, history, recovered, start, people);
    for (const one of inputs) {
      const name = nameOf(one);
      await watch.#open(one, recovered.inputs.get(name) ?? null, stored.get(name) ?? null);
    }
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
    this.#snapshotPath = join(options.stateFolder, 'snapshot');
    const now = effects.now();
    this.#startedAt = now;
    this.#snapshotAt = now + SNAPSHOT_SECONDS;
    this.#retainAt = now + MINUTE;
    this.#machineAt = now + MACHINE_SECONDS;
    const { live } = recovered;
    this.#size = () => live.size();
    this.#save = () => live.save();
    this.#voices = new Voices(recovered.voices ?? undefined);
    this.#blocking = createBlocking(options.block, start, options.block.backends, {
      now: () => effects.now(),
      changed: (status) => this.#backendChanged(status),
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
    this.#merged = mergeFollowers([], { isOpen: !options.once });
    this.#state = 'watching';
  }

  async #open(options: InputOptions, saved: SavedInput | null, stored: string | null): Promise<void> {
    const effects = this.#effects;
    const open = await openInput(options, this.#options, saved, stored, {
      ...effects,
      get stdin() {
        return effects.stdin;
      },
      onNotice: (notice) => this.#notice(notice),
    });
    this.#inputs.set(open.input, open);
  }

  /** Works until {@link stop} is called, or, with `once`, until all inputs were read to their end. Throws bugs only. */
  async run(): Promise<void> {
    if (this.#isLearning && this.#inputs.size > 0)
      this.#tell({ kind: 'history:learning', inputs: [...this.#inputs.keys()] });
    for (const { follower } of this.#inputs.values()) this.#merged.add(follower);
    this.#committer.poke();
    this.#blocking.committed();
    for await (const batch of this.#merged.batches()) {
      this.#batch(batch);
      await this.#committer.room();
      if (this.#isSnapshotDue()) await this.snapshot();
    }
  }

  /** What time alone brings about. To be called about once a second. */
  async second(): Promise<void> {
    if (this.#stopping !== null || this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#second();
    } finally {
      this.#isBusy = false;
    }
  }

  async #second(): Promise<void> {
    const now = this.#effects.now();
    if (this.#isAtEnd()) {
      for (const { parser } of this.#inputs.values()) {
        parser.tick(now);
        this.#voices.take(parser.drain(), now);
      }
      this.#voices.tick(now);
      this.#judge(now);
      if (this.#isLearning) this.#hasLearnt();
      if (!this.#wasAtEnd) this.#snapshotAt = Math.min(this.#snapshotAt, now);
      this.#wasAtEnd = true;
      if (this.#options.once) await this.#merged.stop();
    }
    this.#core.pass(now);
    await this.#tellPeople(now);
    if (this.#isAtEnd() && this.#isSnapshotDue()) await this.snapshot();
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
    await this.#merged.stop();
    await this.#snapshotting;
    const waiting = await this.#people.stop();
    for (const [state, value] of waiting) this.#core.state(state, value);
    try {
      await this.#committer.settle(LAST_PATIENCE);
      this.#blocking.committed();
      await this.#write();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#trouble('history', error);
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

  async status(): Promise<Status> {
    const campaigns = await this.#history.campaigns({});
    const open = campaigns.filter(({ ended }) => ended === null);
    const problems = [...this.#problems.values()];
    return {
      version: this.#options.version,
      pid: process.pid,
      startedAt: this.#startedAt,
      state: this.#state === 'watching' && problems.length > 0 ? 'troubled' : this.#state,
      problems,
      inputs: [...this.#inputs.values()].map(statusOf),
      attempts: this.#core.seq,
      campaigns: {
        open: open.length,
        participants: open.reduce(
          (sum, one) => sum + one.participants.filter(({ released }) => released === null).length,
          0,
        ),
      },
      blocks: {
        standing: this.#blocking.standing().length,
        isDryRun: this.#isDryRun,
        backends: this.#options.block.backends.map(({ name }) => name),
      },
      engine: this.#history.engine,
      history: await this.#history.size(),
    };
  }

  /** Figures that are looked up when somebody asks for metrics. */
  async measure(): Promise<void> {
    const status = await this.status();
    const { gauges } = this.#metrics;
    gauges.blocks(status.blocks.standing);
    gauges.campaigns(status.campaigns.open);
    gauges.participants(status.campaigns.participants);
    gauges.waiting(this.#core.waiting);
    for (const { input, lagBytes } of status.inputs) if (lagBytes !== null) gauges.lag(input, lagBytes);
    const { sources, attempts } = this.#size();
    gauges.remembered(sources, attempts);
  }

  /** A new policy or allow-list; says nothing, as the blocks that change do. */
  reconfigure(block: WatchOptions['block']): Promise<void> {
    return readMachine(this.#effects.machine).then((machine) => {
      this.#core.change(this.#blocking.reconfigure(block, machine));
      this.#committer.poke();
    });
  }

  /** Writes a snapshot of now, when the history has all that is in it; none where it takes nothing. Reading waits so long. */
  snapshot(): Promise<void> {
    this.#snapshotting ??= this.#committer
      .drained()
      .then(async (isDrained) => {
        if (isDrained) await this.#write();
        else this.#snapshotAt = this.#effects.now() + MINUTE;
      })
      .finally(() => {
        this.#snapshotting = null;
      });
    return this.#snapshotting;
  }

  #isSnapshotDue(): boolean {
    if (this.#linesSinceSnapshot === 0) return false;
    const isDue = this.#effects.now() >= this.#snapshotAt || this.#linesSinceSnapshot >= SNAPSHOT_LINES;
    return isDue && performance.now() >= this.#snapshotMayAt;
  }

  async #write(): Promise<void> {
    const began = performance.now();
    this.#linesSinceSnapshot = 0;
    this.#snapshotAt = this.#effects.now() + SNAPSHOT_SECONDS;
    const voices = this.#voices.save();
    const inputs = [...this.#inputs.values()].map(({ input, parser, position }) => {
      const saved = parser.save();
      return { input, position, parser: saved, pendingFrom: pendingFrom(saved, voices, input) };
    });
    const snapshot: Snapshot = { seq: this.#core.seq, live: this.#save(), voices, inputs };
    const head = { format: SNAPSHOT_FORMAT, version: this.#options.version };
    try {
      const bytes = await writeSnapshot(this.#snapshotPath, snapshot, head);
      const took = performance.now() - began;
      this.#snapshotMayAt = performance.now() + took / SNAPSHOT_SHARE;
      this.#tell({ kind: 'snapshot:written', bytes, seconds: took / 1000 });
      this.#well('snapshot');
      for (const { follower, position } of this.#inputs.values())
        if (position !== null) follower.release?.(position);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const { message, remedy } = error;
      this.#tell({ kind: 'snapshot:failed', problem: { message, remedy } });
      this.#trouble('snapshot', error);
    }
  }

  get #isDryRun(): boolean {
    return this.#options.block.backends.every(({ isDry }) => isDry);
  }

  #batch(batch: Batch): void {
    const open = this.#inputs.get(batch.input);
    if (open === undefined) return;
    const { parser } = open;
    const turned = this.#turned.get(batch.input);
    if (turned !== undefined && batch.firstLine > turned) {
      parser.beginFile();
      this.#turned.delete(batch.input);
    }
    if (parser.counts().lines + 1 !== batch.firstLine) parser.numberFrom(batch.firstLine);
    const before = parser.counts();
    for (const line of batch.lines) parser.line(line, batch.written);
    this.#voices.take(parser.drain(), batch.arrived);
    const attempts = this.#judge(this.#effects.now());
    open.position = batch.position;
    open.lines += batch.lines.length;
    open.attempts += attempts;
    this.#linesSinceSnapshot += batch.lines.length;
    this.#core.state(positionState(batch.input), batch.position);
    this.#committer.poke();
    const after = parser.counts();
    this.#people.read(
      batch.input,
      batch.lines.length,
      after.serviceLines - before.serviceLines,
      after.unreadLines - before.unreadLines,
      this.#effects.now(),
    );
    this.#tell({ kind: 'input:read', input: batch.input, lines: batch.lines.length, attempts });
  }

  async #tellPeople(now: number): Promise<void> {
    try {
      for (const [state, value] of await this.#people.second(now)) this.#core.state(state, value);
      this.#well('alarms');
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#trouble('alarms', error);
    }
    this.#committer.poke();
  }

  /** What voices told goes into the core, and what people will be told of it into the same commit. */
  #judge(now: number): number {
    const attempts = this.#core.take(this.#voices.drain(), now);
    for (const [state, value] of this.#people.news()) this.#core.state(state, value);
    if (this.#isUrgent) {
      this.#isUrgent = false;
      void this.#tellPeople(now);
    }
    if (this.#isLearning) this.#learnt += attempts;
    return attempts;
  }

  #isAtEnd(): boolean {
    return this.#merged.caughtUp();
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
    for (const one of expanded(this.#options.inputs)) {
      const name = nameOf(one);
      if (this.#inputs.has(name)) continue;
      await this.#open(one, null, await this.#history.state(positionState(name)));
      this.#merged.add(this.#inputs.get(name)!.follower);
    }
  }

  async #retain(now: number): Promise<void> {
    this.#retainAt = now + RETAIN_SECONDS;
    try {
      const attempts = await this.#history.retain(this.#options.retention, now);
      if (attempts > 0) this.#tell({ kind: 'history:aged', attempts });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#trouble('history', error);
    }
  }

  async #machine(now: number): Promise<void> {
    this.#machineAt = now + MACHINE_SECONDS;
    const machine = await readMachine(this.#effects.machine);
    this.#core.change(this.#blocking.reconfigure(this.#options.block, machine));
  }

  #notice(notice: FollowNotice): void {
    const { input } = notice;
    if (notice.kind === 'turned') {
      this.#turned.set(input, notice.line);
      // what is read again after a crash is in pieces that are still there
      this.#snapshotAt = Math.min(this.#snapshotAt, this.#effects.now());
      return;
    }
    const problem = noticeProblem(notice);
    if (notice.kind === 'state') {
      if (notice.state.kind === 'following') {
        this.#tell({ kind: 'input:opened', input });
        this.#well(`input ${input}`);
        this.#condition({ kind: 'well', part: 'input', name: input });
      }
      if (problem === null) return;
      this.#tell({ kind: 'input:waiting', input, problem });
      this.#problems.set(`input ${input}`, problem);
      this.#condition({ kind: 'trouble', part: 'input', name: input, ...problem });
      return;
    }
    if (problem !== null) this.#tell({ kind: 'input:gap', input, problem });
  }

  #backendChanged(status: ReturnType<Blocking['applier']['status']>[number]): void {
    const { backend, state, trouble } = status;
    if (state === 'failing' && trouble !== null) {
      this.#tell({ kind: 'firewall:failed', backend, problem: trouble });
      this.#problems.set(`firewall ${backend}`, trouble);
      this.#condition({ kind: 'trouble', part: 'firewall', name: backend, ...trouble });
    } else if (state === 'in-step') {
      this.#well(`firewall ${backend}`);
      this.#condition({ kind: 'well', part: 'firewall', name: backend });
    }
  }

  #trouble(what: string, { message, remedy }: Trouble): void {
    this.#problems.set(what, { message, remedy });
    this.#tell({ kind: 'daemon:troubled', problem: { message, remedy } });
  }

  #well(what: string): void {
    this.#problems.delete(what);
  }

  #condition(condition: Condition): void {
    this.#people.condition(condition, this.#effects.now());
  }

  #tell(happening: Happening): void {
    this.#metrics.take(happening);
    if (happening.kind === 'history:failed') {
      this.#problems.set('history', happening.problem);
      this.#condition({ kind: 'trouble', part: 'store', name: 'history', ...happening.problem });
    } else if (happening.kind === 'history:restored') {
      this.#well('history');
      this.#condition({ kind: 'well', part: 'store', name: 'history' });
    }
    this.#effects.tell(happening);
  }
}
