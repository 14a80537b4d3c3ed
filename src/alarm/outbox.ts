/**
 * From messages to channels: a queue for each, in order, one try at a time, so that a mail server that hangs keeps no one
 * else waiting, and detection least of all. What is not delivered is saved as text, together with what was told
 * (alarms.ts), and goes on after a restart.
 *
 * At least once: a message whose delivery had not been saved when the process was killed is sent again, under the same
 * id. Otherwise once.
 */
import type { Channel, Delivered } from './channels/channel.ts';
import { asUndelivered, Undelivered } from './channels/channel.ts';
import type { Condition } from './condition.ts';
import type { Message } from './schema.ts';

export interface OutboxOptions {
  /** Seconds that one try may take. */
  readonly trySeconds: number;
  /** Seconds before the second try; each further pause is three times as long, up to `mostPauseSeconds`. */
  readonly pauseSeconds: number;
  readonly mostPauseSeconds: number;
  /** Seconds after which a message that is not urgent is given up; urgent ones are kept `urgentSeconds`. */
  readonly keepSeconds: number;
  readonly urgentSeconds: number;
  /** Messages that wait for one channel; beyond it the oldest that is not urgent is dropped. */
  readonly most: number;
}

/**
 * - 20 s a try: mail servers that look up the sender take ten.
 * - Pauses 5 s, 15 s, 45 s ... 30 min: a service that restarts is back within seconds, and one that is down for a day is
 *   asked fifty times (RFC 5321, 4.5.4.1, asks for 30 minutes at least in the long run).
 * - A day: older news of a campaign is history, and the next digest says how things stand.
 * - Five days for a login by a participant: as long as mail servers try (RFC 5321, 4.5.4.1).
 * - 200: two days of digests at the rate at which they can come.
 */
export const DEFAULT_OUTBOX_OPTIONS: OutboxOptions = {
  trySeconds: 20,
  pauseSeconds: 5,
  mostPauseSeconds: 1800,
  keepSeconds: 86_400,
  urgentSeconds: 5 * 86_400,
  most: 200,
};

/** A message that the other side refuses for what it is has so many tries: another one may get through after it. */
const TRIES_WHEN_REFUSED = 4;
/** So many failures in a row are a trouble and told by the other channels: one is a hiccup. */
const TROUBLE_FAILURES = 2;
const PAUSE_GROWTH = 3;

export interface OutboxEffects {
  /** Seconds since 1970 UTC. */
  now(): number;
  /** Runs something later; gives what takes it back. The timer keeps no process alive. */
  after(seconds: number, run: () => void): () => void;
  /** What is queued has changed: it wants to be saved. */
  onChange(): void;
  /** A channel fails, or works again: for alarms.ts, which tells it by the other channels, once. */
  onCondition(condition: Condition): void;
  /** Something for the daemon's own log; no secret is in it. */
  onLog(level: 'info' | 'warn' | 'error', text: string, facts: Readonly<Record<string, unknown>>): void;
}

export interface ChannelStatus {
  readonly name: string;
  readonly waiting: number;
  readonly delivered: number;
  readonly failures: number;
  /** Messages that were given up, or dropped because too many waited. */
  readonly lost: number;
  readonly lastFailure: { readonly time: number; readonly message: string } | null;
}

export interface Outbox {
  /** Queues messages for every channel and begins to deliver. */
  put(messages: readonly Message[]): void;
  /** What waits, as JSON text. */
  save(): string;
  status(): readonly ChannelStatus[];
  /** Tries no more; resolves when the tries under way have ended, at the latest after `seconds`. What waits stays saved. */
  stop(seconds?: number): Promise<void>;
}

interface Waiting {
  readonly message: Message;
  readonly since: number;
  tries: number;
}

interface Saved {
  readonly version: 1;
  readonly messages: Readonly<Record<string, Message>>;
  readonly queues: Readonly<Record<string, readonly { id: string; since: number; tries: number }[]>>;
}

/** `saved`: what `save` gave; other text counts as nothing. What waited for a channel that is gone is dropped. */
export function createOutbox(
  channels: readonly Channel[],
  options: OutboxOptions,
  effects: OutboxEffects,
  saved?: string | null,
): Outbox {
  const before = readSaved(saved);
  const queues = channels.map(
    (channel) => new Queue(channel, options, effects, waitingOf(before, channel.name)),
  );
  const known = new Set(channels.map(({ name }) => name));
  for (const [name, list] of Object.entries(before?.queues ?? {}))
    if (!known.has(name) && list.length > 0)
      effects.onLog('warn', `messages that waited for ${name} are dropped: it is not configured any more`, {
        channel: name,
        messages: list.length,
      });
  for (const queue of queues) queue.start();
  return {
    put(messages) {
      for (const message of messages)
        for (const queue of queues) if (!isAbout(message, queue.name)) queue.put(message);
    },
    save() {
      const messages: Record<string, Message> = {};
      const lists: Record<string, { id: string; since: number; tries: number }[]> = {};
      for (const queue of queues) {
        lists[queue.name] = queue.waiting.map(({ message, since, tries }) => {
          messages[message.id] = message;
          return { id: message.id, since, tries };
        });
      }
      return JSON.stringify({ version: 1, messages, queues: lists } satisfies Saved);
    },
    status: () => queues.map((queue) => queue.status()),
    async stop(seconds = 5) {
      await Promise.all(queues.map((queue) => queue.stop(seconds)));
    },
  };
}

/** A message that tells of nothing but that this very channel fails, or works again, is none for it. */
function isAbout({ items }: Message, name: string): boolean {
  return items.every(
    (item) =>
      (item.kind === 'trouble' || item.kind === 'trouble:over') &&
      item.part === 'alarm' &&
      item.name === name,
  );
}

class Queue {
  readonly #channel: Channel;
  readonly #options: OutboxOptions;
  readonly #effects: OutboxEffects;
  waiting: Waiting[];
  #delivered = 0;
  #failures = 0;
  #lost = 0;
  /** In a row. */
  #failing = 0;
  #lastFailure: { time: number; message: string } | null = null;
  #cancel: (() => void) | null = null;
  #trying: Promise<void> | null = null;
  #abort: AbortController | null = null;
  #stopped = false;

  constructor(channel: Channel, options: OutboxOptions, effects: OutboxEffects, waiting: Waiting[]) {
    this.#channel = channel;
    this.#options = options;
    this.#effects = effects;
    this.waiting = waiting;
  }

  get name(): string {
    return this.#channel.name;
  }

  start(): void {
    this.#later(0);
  }

  put(message: Message): void {
    if (this.waiting.some((one) => one.message.id === message.id)) return;
    this.waiting.push({ message, since: this.#effects.now(), tries: 0 });
    this.#makeRoom();
    // while it fails, the next try has its time
    if (this.#trying === null && this.#cancel === null) this.#later(0);
  }

  status(): ChannelStatus {
    return {
      name: this.name,
      waiting: this.waiting.length,
      delivered: this.#delivered,
      failures: this.#failures,
      lost: this.#lost,
      lastFailure: this.#lastFailure,
    };
  }

  async stop(seconds: number): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    if (this.#trying === null) return;
    const abort = this.#abort;
    const cancel = this.#effects.after(seconds, () => abort?.abort());
    await this.#trying;
    cancel();
  }

  #later(seconds: number): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#stopped || this.waiting.length === 0) return;
    this.#cancel = this.#effects.after(seconds, () => {
      this.#cancel = null;
      this.#trying = this.#tryFirst().finally(() => {
        this.#trying = null;
      });
    });
  }

  async #tryFirst(): Promise<void> {
    const first = this.waiting[0];
    if (first === undefined) return;
    first.tries++;
    try {
      const { remark } = await this.#send(first.message);
      this.#taken(first, remark);
    } catch (error) {
      this.#refused(first, asUndelivered(error, this.name, 'Check the configuration.'));
    }
  }

  /** One try with its time limit, which holds even where the channel does not keep to its signal. */
  async #send(message: Message): Promise<Delivered> {
    const abort = new AbortController();
    this.#abort = abort;
    const { trySeconds } = this.#options;
    const cancel = this.#effects.after(trySeconds, () => abort.abort());
    const tooLong = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => {
        const late = new Undelivered(
          `${this.name} did not take the message within ${trySeconds} s`,
          'See whether it can be reached from here.',
        );
        // the channel's own words are better, where it has any
        this.#effects.after(1, () => reject(late));
      });
    });
    tooLong.catch(() => {});
    try {
      return await Promise.race([this.#channel.send(message, abort.signal), tooLong]);
    } finally {
      cancel();
      this.#abort = null;
    }
  }

  #taken(first: Waiting, remark: string | null): void {
    this.#remove(first);
    this.#delivered++;
    const { id, severity } = first.message;
    this.#effects.onLog('info', `message delivered by ${this.name}`, { channel: this.name, id, severity });
    if (remark !== null) {
      this.#effects.onLog('warn', `${this.name}: ${remark}`, { channel: this.name, id });
      this.#tellTrouble(remark, 'Check the recipients in the configuration.');
    } else this.#effects.onCondition({ kind: 'well', part: 'alarm', name: this.name });
    this.#failing = 0;
    this.#effects.onChange();
    this.#later(0);
  }

  #refused(first: Waiting, error: Undelivered): void {
    if (this.#stopped) return; // broken off by us
    const { id, severity } = first.message;
    const now = this.#effects.now();
    this.#failures++;
    this.#failing++;
    this.#lastFailure = { time: now, message: error.message };
    const keep = severity === 'urgent' ? this.#options.urgentSeconds : this.#options.keepSeconds;
    const isOld = now - first.since >= keep || first.since - now > keep;
    const isRefused = !error.mayRetry && first.tries >= TRIES_WHEN_REFUSED;
    const facts = { channel: this.name, id, severity, tries: first.tries, remedy: error.remedy };
    if (isOld || isRefused) {
      this.#lost++;
      this.#remove(first);
      this.#effects.onLog('error', `message given up: ${error.message}`, facts);
    } else this.#effects.onLog('warn', error.message, facts);
    if (this.#failing >= TROUBLE_FAILURES || !error.mayRetry) this.#tellTrouble(error.message, error.remedy);
    this.#effects.onChange();
    const { pauseSeconds, mostPauseSeconds } = this.#options;
    const pause = pauseSeconds * PAUSE_GROWTH ** Math.min(20, this.#failing - 1);
    this.#later(Math.min(mostPauseSeconds, Math.max(pause, error.afterSeconds ?? 0)));
  }

  #tellTrouble(message: string, remedy: string): void {
    this.#effects.onCondition({ kind: 'trouble', part: 'alarm', name: this.name, message, remedy });
  }

  #remove(one: Waiting): void {
    const at = this.waiting.indexOf(one);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  #makeRoom(): void {
    while (this.waiting.length > this.#options.most) {
      // the one that is being tried stays
      const from = this.#trying === null ? 0 : 1;
      const at = this.waiting.findIndex(({ message }, i) => i >= from && message.severity !== 'urgent');
      if (at < 0) return;
      const [gone] = this.waiting.splice(at, 1);
      this.#lost++;
      this.#effects.onLog('warn', `too many messages wait for ${this.name}: the oldest digest is dropped`, {
        channel: this.name,
        id: gone?.message.id,
      });
    }
  }
}

function readSaved(text: string | null | undefined): Saved | null {
  if (text === null || text === undefined || text === '') return null;
  try {
    const saved = JSON.parse(text) as Partial<Saved> | null;
    const isWhole =
      saved?.version === 1 && typeof saved.messages === 'object' && typeof saved.queues === 'object';
    return isWhole ? (saved as Saved) : null;
  } catch {
    return null;
  }
}

function waitingOf(saved: Saved | null, name: string): Waiting[] {
  return (saved?.queues[name] ?? []).flatMap(({ id, since, tries }) => {
    const message = saved?.messages[id];
    return message === undefined ? [] : [{ message, since, tries }];
  });
}

/** The clock and timers of this machine; what is said goes nowhere until somebody listens. */
export function realOutboxEffects(
  listener: Pick<OutboxEffects, 'onChange' | 'onCondition' | 'onLog'>,
): OutboxEffects {
  return {
    ...listener,
    now: () => Date.now() / 1000,
    after(seconds, run) {
      const timer = setTimeout(run, seconds * 1000);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
