/** So many at once: whoever comes beyond waits a while for one to end. For answers that hold much memory while they go out. */
export class Slots {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves with what gives the slot back (once, however often it is called); null where none came free for so long. */
  async take(milliseconds: number): Promise<(() => void) | null> {
    if (this.#taken >= this.#most && !(await this.#free(milliseconds))) return null;
    this.#taken++;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.#taken--;
      const [next] = this.#waiting;
      next?.();
    };
  }

  async #free(milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    while (this.#taken >= this.#most) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
    return true;
  }
}
