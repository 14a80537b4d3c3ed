/**
 * The board on which the workers of one detection find their tasks and lay down what came of them. It is all that they
 * share, so a worker may be on any machine and may die at any time: a task is taken for a while (a lease), and whoever
 * finds the lease run out takes it again, in the next epoch. Every task is a pure function of what is on the board and of
 * attempts that do not change, so done twice it gives the same twice, and the second one changes nothing.
 */
export interface Board {
  /** Lays something down under a name; again under the same name it changes nothing. */
  put(name: string, parcel: Uint8Array): Promise<void>;
  /** What lies there; null: nothing. */
  get(name: string): Promise<Uint8Array | null>;
  has(name: string): Promise<boolean>;
  /** Takes a task for {@link LEASE_SECONDS}; null where somebody else has it. */
  claim(task: string, owner: string): Promise<Lease | null>;
}

export interface Lease {
  /** How often the task was taken before, by somebody who then died. */
  readonly epoch: number;
  /** Says that the owner lives; to be called every third of the lease. */
  renew(): Promise<void>;
}

/** Three signs may be lost; twice as long is twice as long until a dead worker's share is taken by another. */
export const LEASE_SECONDS = 30;

/** Of one process. */
export class MemoryBoard implements Board {
  readonly #parcels = new Map<string, Uint8Array>();
  readonly #claims = new Set<string>();

  put(name: string, parcel: Uint8Array): Promise<void> {
    if (!this.#parcels.has(name)) this.#parcels.set(name, parcel);
    return Promise.resolve();
  }

  get(name: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#parcels.get(name) ?? null);
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.#parcels.has(name));
  }

  claim(task: string): Promise<Lease | null> {
    if (this.#claims.has(task)) return Promise.resolve(null);
    this.#claims.add(task);
    return Promise.resolve({ epoch: 0, renew: () => Promise.resolve() });
  }
}
