/**
 * Asks the site once a second what is new, while anybody listens, and hands it to all who do. Whoever is not where the others are
 * (it was slow, or comes back) asks for itself, and is told of the newest and how many it missed: nothing waits in memory for anybody.
 */
import type { Happened, Site } from '../../view/site.ts';

const POLL_MS = 1000;

export interface HubClient {
  /** The next messages as text; null where nothing came for so long. */
  next(milliseconds: number): Promise<string | null>;
  leave(): void;
}

interface Batch {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export class Hub {
  readonly #site: Site;
  readonly #waiting = new Set<() => void>();
  #clients = 0;
  #timer: NodeJS.Timeout | null = null;
  /** What was told last, and up to which attempt; null: nobody has asked yet. */
  #seq: number | null = null;
  #last: Batch | null = null;
  #asking: Promise<void> | null = null;

  constructor(site: Site) {
    this.#site = site;
  }

  /** `from`: the attempt after which to go on; null: from now on. */
  join(from: number | null): HubClient {
    this.#clients++;
    this.#begin();
    let position = from;
    let hasLeft = false;
    return {
      next: async (milliseconds) => {
        const end = performance.now() + milliseconds;
        if (this.#seq === null) await this.#ask();
        position ??= this.#seq;
        for (;;) {
          const batch = await this.#after(position!);
          if (batch !== null && !hasLeft) {
            position = batch.to;
            if (batch.text !== '') return batch.text;
          }
          const left = end - performance.now();
          if (left <= 0 || hasLeft) return null;
          await this.#news(left);
        }
      },
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        this.#clients--;
        for (const wake of this.#waiting) wake();
        if (this.#clients === 0) this.#end();
      },
    };
  }

  async #after(position: number): Promise<Batch | null> {
    if (this.#seq === null || position === this.#seq) return null;
    if (this.#last?.from === position) return this.#last;
    return batchOf(position, await this.#site.news({ seq: position, nth: 0 }));
  }

  /** Resolves when something came, or after so long. */
  #news(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#waiting.add(wake);
    });
  }

  #begin(): void {
    this.#timer ??= setInterval(() => void this.#ask().catch(() => undefined), POLL_MS);
    this.#timer.unref();
  }

  /** Where nobody listens nothing is remembered: whoever comes begins with what is then. */
  #end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#seq = null;
    this.#last = null;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#asked().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #asked(): Promise<void> {
    if (this.#seq === null) {
      let last = 0;
      for await (const { seq } of this.#site.attempts({ newestFirst: true, limit: 1 })) last = seq;
      this.#seq = last;
      return;
    }
    const from = this.#seq;
    const batch = batchOf(from, await this.#site.news({ seq: from, nth: 0 }));
    if (batch === null || this.#clients === 0) return;
    this.#last = batch;
    this.#seq = batch.to;
    for (const wake of [...this.#waiting]) wake();
  }
}

function batchOf(from: number, news: readonly Happened[]): Batch | null {
  let to = from;
  const messages: string[] = [];
  for (const one of news) {
    to = Math.max(to, one.kind === 'event' ? one.seq : (one.attempts.at(-1)?.seq ?? to));
    messages.push(one.kind);
  }
  if (to === from) return null;
  const text = news
    .map((one) => {
      const data = JSON.stringify(
        one.kind === 'attempts'
          ? { attempts: one.attempts, skipped: one.skipped }
          : { seq: one.seq, nth: one.nth, event: one.event },
      );
      // all messages of a batch say its end: whoever comes back goes on there. JSON has no line ends.
      return `event: ${one.kind}\nid: ${to}\ndata: ${data}\n\n`;
    })
    .join('');
  return { from, to, text };
}
