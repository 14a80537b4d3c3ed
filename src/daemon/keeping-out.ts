/**
 * Blocking with what it needs of the world: this machine's addresses, read again now and then; names that are looked up, where that
 * is switched on; whether the history lets the policy of the first unknown user be on. All of that goes on beside reading, which
 * never waits for it. What comes of it are changes of blocks, which go into the next commit like any other.
 */
import type { BlockChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { LiveEvent } from '../model/live.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { ALLOWED_NAMES_STATE, AllowedNames } from '../respond/allowed-names.ts';
import type { ApplierEffects } from '../respond/applier.ts';
import { ALLOWED_STATE, type Blocking, type BlockingOptions, createBlocking } from '../respond/blocking.ts';
import { costOfUnknownUser } from '../respond/cost.ts';
import type { AttemptFacts } from '../respond/decide.ts';
import { LookUps } from '../respond/look-ups.ts';
import { loggedInFrom, type MachineEffects, readMachine } from '../respond/machine.ts';
import type { MachineAddresses } from '../respond/never.ts';
import type { Heard } from '../respond/told.ts';
import {
  COST_DAYS,
  COUNT_SECONDS,
  GATE_STATE,
  gateState,
  refusalOf,
  wasOpen,
} from '../respond/unknown-user-gate.ts';
import type { History } from '../store/history.ts';
import { Every } from './every.ts';
import type { BlockOptions } from './options.ts';
import { rememberedBlocks } from './remembered.ts';
import type { Troubles } from './troubles.ts';

/** How often this machine's addresses are read again. */
const MACHINE_SECONDS = 5 * MINUTE;
/** So long a start waits for names of the allow-list that no address is known of: two questions, tried twice, take eight. */
const START_PATIENCE_SECONDS = 5;
/** Attempts of a source that are looked at for the services that it tried: more would be a loud one, named by the first. */
const MOST_ATTEMPTS = 10_000;

export interface KeepingOutEffects extends ApplierEffects {
  readonly machine: MachineEffects;
  readonly troubles: Troubles;
  /** What time or an answer brought about, for the next commit. */
  told(changes: readonly BlockChange[]): void;
  /** A state of the history, for the next commit. */
  state(name: string, value: string): void;
  /** Keeps what was done by hand; rejects with `Trouble` where the history takes nothing. */
  commit(changes: readonly BlockChange[], states: Readonly<Record<string, string>>): Promise<void>;
}

export class KeepingOut {
  readonly blocking: Blocking;
  #options: BlockOptions;
  readonly #history: History;
  readonly #effects: KeepingOutEffects;
  readonly #names: AllowedNames;
  readonly #lookUps: LookUps;
  #machine: MachineAddresses;
  readonly #machineEvery = new Every(MACHINE_SECONDS, MACHINE_SECONDS);
  /** Whether blocking at the first unknown user may be on. */
  #isOpen: boolean;
  readonly #countEvery = new Every(COUNT_SECONDS);
  #counting: Promise<void> | null = null;

  /** Reads what must be known before anybody is blocked. */
  static async load(
    history: History,
    options: BlockOptions,
    effects: KeepingOutEffects,
  ): Promise<KeepingOut> {
    const memory = await rememberedBlocks(history, await loggedInFrom(effects.machine.run), effects.now());
    const machine = await readMachine(effects.machine);
    const [allowed, allowedNames, gate] = await Promise.all([
      history.state(ALLOWED_STATE),
      history.state(ALLOWED_NAMES_STATE),
      history.state(GATE_STATE),
    ]);
    const names = new AllowedNames(options.allowNames, allowedNames, options.resolver);
    if (names.unknown().length > 0) await patiently(names.look(effects.now()));
    return new KeepingOut(history, options, effects, names, { memory, machine, allowed }, gate);
  }

  private constructor(
    history: History,
    options: BlockOptions,
    effects: KeepingOutEffects,
    names: AllowedNames,
    start: Parameters<typeof createBlocking>[1],
    gate: string | null,
  ) {
    this.#options = options;
    this.#history = history;
    this.#effects = effects;
    this.#names = names;
    this.#machine = start.machine;
    const { unknownUser } = options.policy;
    this.#isOpen =
      unknownUser !== null && wasOpen(gate, { ...unknownUser, acceptPeople: options.acceptPeople });
    this.blocking = createBlocking(this.#effective(), start, options.backends, effects);
    this.#lookUps = new LookUps(options.lookUps, {
      now: () => effects.now(),
      resolver: options.resolver,
      services: (source) => this.#services(source),
      confirmed: (source, addresses) => this.#changed(this.blocking.confirm(source, addresses)),
    });
  }

  /** Blocks that the start itself changes; to be called once. */
  begin(): readonly BlockChange[] {
    return this.blocking.start();
  }

  take(attempt: AttemptFacts, events: readonly LiveEvent[]): readonly BlockChange[] {
    const changes = this.blocking.attempt(attempt, events);
    for (const source of this.blocking.takeUnconfirmed()) this.#lookUps.want(source);
    return changes;
  }

  known(source: string): readonly BlockChange[] {
    return this.blocking.known(source);
  }

  pass(): readonly BlockChange[] {
    return this.blocking.tick();
  }

  /** What others keep out. */
  heed(by: string, add: readonly Heard[], remove: readonly string[] | 'all'): void {
    this.#changed(this.blocking.heed(by, add, remove));
  }

  get isDryRun(): boolean {
    return this.#options.backends.every(({ isDry }) => isDry);
  }

  get backends(): readonly string[] {
    return this.#options.backends.map(({ name }) => name);
  }

  /** To be called about once a second. `hasLearnt`: what it was like here before is in the history. Waits for no answer. */
  async second(now: number, hasLearnt: boolean): Promise<void> {
    this.#lookUps.second();
    void this.#names.look(now).then((isOther) => {
      if (isOther) this.#review();
    });
    if (this.#machineEvery.take()) await this.#readMachine();
    if (hasLearnt && this.#options.policy.unknownUser !== null && this.#countEvery.take()) this.#count(now);
  }

  /** Another policy, allow-list or firewall. Rejects with the `Trouble` of a firewall that could not be emptied. */
  async change(options: BlockOptions): Promise<void> {
    const before = this.#options;
    this.#options = options;
    this.#names.change(options.allowNames);
    this.#lookUps.change(options.lookUps);
    const isOther =
      options.acceptPeople !== before.acceptPeople ||
      JSON.stringify(options.policy.unknownUser) !== JSON.stringify(before.policy.unknownUser);
    if (isOther) {
      this.#isOpen = false;
      this.#countEvery.hasten();
      // else it lasts until it is counted again: until then the policy is off
      if (options.policy.unknownUser === null) this.#effects.troubles.end('unknown-user');
    }
    if (this.#names.unknown().length > 0) await patiently(this.#names.look(this.#effects.now()));
    await this.#readMachine();
    if (options.backends !== before.backends) await this.blocking.applier.use(options.backends);
  }

  async stop(): Promise<void> {
    this.#lookUps.stop();
    await this.#counting;
    await this.blocking.stop();
  }

  #effective(): BlockingOptions {
    const { policy, never } = this.#options;
    return {
      policy: this.#isOpen ? policy : { ...policy, unknownUser: null },
      never: { ...never, allow: [...never.allow, ...this.#names.addresses()] },
    };
  }

  #changed(changes: readonly BlockChange[]): void {
    this.#effects.told(changes);
  }

  async #readMachine(): Promise<void> {
    this.#machine = await readMachine(this.#effects.machine);
    this.#review();
  }

  #review(): void {
    if (this.#options.allowNames.length > 0) this.#effects.state(ALLOWED_NAMES_STATE, this.#names.save());
    const unknown = this.#names.unknown();
    if (unknown.length === 0) this.#effects.troubles.end('allowed names');
    else
      this.#effects.troubles.begin('allowed names', {
        message: `names of the allow-list that no address is known of: ${unknown.join(', ')}`,
        remedy: 'Whoever comes from there can be blocked: see that they can be looked up, or name addresses.',
      });
    this.#changed(this.blocking.reconfigure(this.#effective(), this.#machine));
  }

  /** Counts what the first unknown user would have cost, and opens or closes the policy. */
  #count(now: number): void {
    const { unknownUser } = this.#options.policy;
    if (unknownUser === null || this.#counting !== null) return;
    const options = { ...unknownUser, acceptPeople: this.#options.acceptPeople };
    this.#counting = this.#cost(options.seconds, options.mostSeconds, now)
      .then((cost) => {
        const refusal = refusalOf(cost, options);
        // the configuration may have changed meanwhile
        if (unknownUser !== this.#options.policy.unknownUser) return;
        this.#isOpen = refusal === null;
        this.#effects.state(GATE_STATE, gateState(options, this.#isOpen));
        if (refusal === null) this.#effects.troubles.end('unknown-user');
        else this.#effects.troubles.begin('unknown-user', refusal);
        this.#review();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Trouble)) throw error;
        this.#effects.troubles.begin('unknown-user', error);
      })
      .finally(() => {
        this.#counting = null;
      });
  }

  async #cost(seconds: number, mostSeconds: number, now: number) {
    const campaigns = await this.#history.campaigns({});
    const intruders = new Set(campaigns.flatMap((one) => one.compromised.map(({ source }) => source)));
    const since = now - COST_DAYS * DAY;
    return costOfUnknownUser(this.#history, { seconds, mostSeconds }, { since, intruders });
  }

  async #services(source: string): Promise<ReadonlySet<string>> {
    const services = new Set<string>();
    for await (const { service } of this.#history.attempts({ source, limit: MOST_ATTEMPTS }))
      services.add(service);
    return services;
  }
}

/** Waits for it, but not for long. */
async function patiently(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((resolve) => {
      timer = setTimeout(resolve, START_PATIENCE_SECONDS * 1000);
    }),
  ]);
  clearTimeout(timer);
}
