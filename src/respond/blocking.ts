/**
 * Blocking as a daemon uses it: decisions (decide.ts), what may be done by hand (service.ts) and the firewalls
 * (applier.ts) behind one face. The caller gives attempts and events, commits the changes that come back together with
 * them, and says so; only then are firewalls told, so that no block stands that nobody remembers.
 */
import type { Block, BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { ApplierEffects } from './applier.ts';
import { type Applier, type ApplierOptions, createApplier, DEFAULT_APPLIER_OPTIONS } from './applier.ts';
import type { Backend } from './backends/backend.ts';
import { type AttemptFacts, Decider, type DeciderMemory } from './decide.ts';
import { type Network, networkText, parseNetwork, parseTarget } from './network.ts';
import { createNever, type MachineAddresses, type NeverOptions } from './never.ts';
import type { BlockPolicy } from './policy.ts';
import { type BlockService, noTarget, refusal } from './service.ts';
import type { Heard } from './told.ts';

export interface BlockingOptions {
  readonly policy: BlockPolicy;
  readonly never: NeverOptions;
  readonly applier?: ApplierOptions;
}

/** What is known when it starts. */
export interface BlockingStart {
  readonly memory: DeciderMemory;
  readonly machine: MachineAddresses;
  /** The state {@link ALLOWED_STATE} of the history. */
  readonly allowed: string | null;
}

export interface BlockingEffects extends ApplierEffects {
  /** Keeps changes made by hand, with the states of the history that go with them; resolves when they are kept. */
  commit(changes: readonly BlockChange[], states: Readonly<Record<string, string>>): Promise<void>;
}

/** Name of the history's state that holds the allow-list made by hand. */
export const ALLOWED_STATE = 'respond.allowed';

export interface Blocking {
  /** To be called once, before anything else: what the memory says must change (blocks that are over, and so on). */
  start(): readonly BlockChange[];
  attempt(attempt: AttemptFacts, events: readonly LiveEvent[]): readonly BlockChange[];
  event(event: LiveEvent): readonly BlockChange[];
  /** The user that a source was said to have tried, and not to exist, exists. */
  known(source: string): readonly BlockChange[];
  /** What others keep out (decide.ts). */
  heed(by: string, add: readonly Heard[], remove: readonly string[] | 'all'): readonly BlockChange[];
  /** To be called about once a second: blocks end. Costs nothing while none does. */
  tick(): readonly BlockChange[];
  /** What was told so far is committed: the firewalls may follow. */
  committed(): void;
  /** A new configuration, or other addresses of this machine. */
  reconfigure(options: BlockingOptions, machine: MachineAddresses): readonly BlockChange[];
  /** Participants that are host names and have no confirmed address; each is told once. See confirm-name.ts. */
  takeUnconfirmed(): readonly string[];
  confirm(source: string, addresses: readonly string[]): readonly BlockChange[];
  standing(): readonly Block[];
  readonly applier: Applier;
  readonly service: BlockService;
  /** Ends; what is blocked stays so until its time is over. */
  stop(): Promise<void>;
}

/** Errors: `Trouble` with `bad-config` for an allow-list that cannot be read. */
export function createBlocking(
  options: BlockingOptions,
  start: BlockingStart,
  backends: readonly Backend[],
  effects: BlockingEffects,
): Blocking {
  let { policy, never: neverOptions } = options;
  let machine = start.machine;
  const allowed = new Set(readAllowed(start.allowed));
  const never = () => createNever({ ...neverOptions, allow: [...neverOptions.allow, ...allowed] }, machine);
  const decider = new Decider(policy, never(), start.memory);
  const applier = createApplier(backends, options.applier ?? DEFAULT_APPLIER_OPTIONS, effects);
  let isNews = true;
  const told = (changes: readonly BlockChange[]) => {
    if (changes.length > 0) isNews = true;
    return changes;
  };
  const committed = () => {
    if (!isNews) return;
    isNews = false;
    applier.want(decider.standing());
  };
  const byHand = async (changes: readonly BlockChange[]) => {
    const states = { [ALLOWED_STATE]: JSON.stringify([...allowed]) };
    await effects.commit(told(changes), states);
    committed();
  };
  const review = () => told(decider.review(policy, never(), effects.now()));

  const service: BlockService = {
    list: () =>
      Promise.resolve({
        blocks: [...decider.standing()].reverse(),
        backends: applier.status(),
        allowed: [
          ...neverOptions.allow.map((network) => ({ network, byHand: false })),
          ...[...allowed].map((network) => ({ network, byHand: true })),
        ],
        refused: Object.fromEntries(decider.refused()),
      }),
    plan: () => Promise.resolve(applier.pending()),
    async add({ target, seconds, why, by, evenPeople }) {
      const network = mustParse(target);
      const reason = { kind: 'by-hand', by, why } as const;
      const people = evenPeople ? 'even people' : 'spare people';
      const added = decider.add(network, seconds, reason, people, effects.now());
      if ('refused' in added) throw refusal(networkText(network), added.refused);
      await byHand(added.changes);
      return decider.at(networkText(network))!;
    },
    async remove({ target }) {
      const blocks = touching(decider.standing(), mustParse(target));
      await byHand(
        decider.remove(
          blocks.map((block) => block.target),
          effects.now(),
        ),
      );
      return blocks;
    },
    async allow({ target }) {
      const network = mustParse(target);
      const blocks = touching(decider.standing(), network);
      allowed.add(networkText(network));
      await byHand(review());
      return blocks;
    },
    async disallow({ target }) {
      allowed.delete(networkText(mustParse(target)));
      await byHand(review());
    },
    async flush() {
      const ended = decider.standing().length;
      await byHand(decider.remove('all', effects.now()));
      await applier.flush();
      // from now on nothing is told until there is something to tell
      isNews = false;
      return ended;
    },
  };

  return {
    start: review,
    attempt: (attempt, events) => told(decider.attempt(attempt, events, effects.now())),
    event: (event) => told(decider.event(event, effects.now())),
    known: (source) => told(decider.known(source, effects.now())),
    heed: (by, add, remove) => told(decider.heed(by, add, remove, effects.now())),
    tick: () => told(decider.tick(effects.now())),
    committed,
    reconfigure(next, nextMachine) {
      ({ policy, never: neverOptions } = next);
      machine = nextMachine;
      return review();
    },
    takeUnconfirmed: () => decider.takeUnconfirmed(),
    confirm: (source, addresses) => told(decider.confirm(source, addresses, effects.now())),
    standing: () => decider.standing(),
    applier,
    service,
    stop: () => applier.stop(),
  };
}

function touching(blocks: readonly Block[], network: Network): readonly Block[] {
  return blocks.filter(({ target }) => {
    const one = parseTarget(target)!;
    return one.family === network.family && one.first <= network.last && network.first <= one.last;
  });
}

function mustParse(text: string): Network {
  const network = parseNetwork(text);
  if (network === null) throw noTarget(text);
  return network;
}

/** What a damaged state holds that is no network is left out. */
function readAllowed(state: string | null): readonly string[] {
  if (state === null) return [];
  try {
    const list: unknown = JSON.parse(state);
    return Array.isArray(list)
      ? list.filter((one): one is string => typeof one === 'string' && parseNetwork(one) !== null)
      : [];
  } catch {
    return [];
  }
}
