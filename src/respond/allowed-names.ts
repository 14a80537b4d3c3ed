/**
 * Host names on the allow-list: the administrator's own, behind an address that changes. They are looked up forward only, every
 * five minutes, beside everything else. What was found last is kept in the history, so that a start without a name server
 * blocks nobody who was allowed, and a name that cannot be looked up keeps the addresses that it had.
 */
import { allowedByName, type Resolver } from './confirm-name.ts';
import { parseNetwork } from './network.ts';

/** As often as this machine's own addresses; names of changing addresses live for some minutes (dynamic DNS: 60 to 300 s). */
const LOOK_SECONDS = 300;
/** Name of the history's state that holds what was found last. */
export const ALLOWED_NAMES_STATE = 'respond.allowed-names';

export class AllowedNames {
  #names: readonly string[];
  #found: ReadonlyMap<string, readonly string[]>;
  readonly #resolver: Resolver;
  #looking: Promise<boolean> | null = null;
  #lookAt = Number.NEGATIVE_INFINITY;

  /** `state`: what {@link save} gave; what is no such text counts as nothing. */
  constructor(names: readonly string[], state: string | null, resolver: Resolver) {
    this.#names = names;
    this.#found = readState(state);
    this.#resolver = resolver;
  }

  /** Addresses that are allowed now. */
  addresses(): readonly string[] {
    return this.#names.flatMap((name) => this.#found.get(name) ?? []);
  }

  /** Names that no address is known of. */
  unknown(): readonly string[] {
    return this.#names.filter((name) => (this.#found.get(name)?.length ?? 0) === 0);
  }

  change(names: readonly string[]): void {
    this.#names = names;
    this.#lookAt = Number.NEGATIVE_INFINITY;
  }

  /** Looks them up where it is time to; resolves with whether the addresses are others than before. */
  look(now: number): Promise<boolean> {
    if (this.#names.length === 0) return Promise.resolve(false);
    // a clock that was set back must not put it off for a day
    if (now < this.#lookAt && now > this.#lookAt - LOOK_SECONDS) return Promise.resolve(false);
    this.#looking ??= this.#look(now).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  save(): string {
    return JSON.stringify([...this.#found]);
  }

  async #look(now: number): Promise<boolean> {
    this.#lookAt = now + LOOK_SECONDS;
    const before = this.save();
    this.#found = await allowedByName(this.#names, this.#found, this.#resolver);
    return this.save() !== before;
  }
}

function isAddressText(one: unknown): one is string {
  return typeof one === 'string' && parseNetwork(one) !== null;
}

function readState(text: string | null): ReadonlyMap<string, readonly string[]> {
  if (text === null) return new Map();
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return new Map();
    return new Map(
      list.flatMap((entry: unknown): [string, string[]][] => {
        const [name, addresses] = Array.isArray(entry) ? (entry as unknown[]) : [];
        if (typeof name !== 'string' || !Array.isArray(addresses)) return [];
        return [[name, addresses.filter(isAddressText)]];
      }),
    );
  } catch {
    return new Map();
  }
}
