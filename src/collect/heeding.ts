/**
 * A sensor hears who is kept out elsewhere: it asks a collector what has changed, and the collector answers when something has
 * (decisions.ts). What is heard is a wish: this machine's own addresses, its allow-list, people who work here, its bounds and times
 * are looked at where it is carried out (respond/told.ts).
 */
import { Trouble } from '../model/error.ts';
import { sourceOf } from '../parse/source.ts';
import type { Heard } from '../respond/told.ts';
import type { Decision } from './decisions.ts';
import { Away } from './destination.ts';
import { Outage } from './outage.ts';
import { type Remote, RemoteClient, retryAfter } from './post.ts';
import { pause } from './sending.ts';

export interface HeedingEffects {
  now(): number;
  trouble(problem: { readonly message: string; readonly remedy: string } | null): void;
  /** A bug: nothing more is heard. */
  failed(error: unknown): void;
  /** All that is kept out there: what was heard before and is not among it is let in again. */
  all(heard: readonly Heard[]): void;
  changed(add: readonly Heard[], remove: readonly string[]): void;
}

/** Seconds that the collector may take until it has news; proxies end a silence after a minute or two. */
const WAIT_SECONDS = 50;
const ANSWER_SECONDS = 80;
const RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60;
/** More than anybody may block at once (mostBlocks) is no list of blocks. */
const MOST_DECISIONS = 200_000;

export class Heeding {
  readonly #name: string;
  readonly #client: RemoteClient;
  readonly #effects: HeedingEffects;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  readonly #outage = new Outage();

  constructor(remote: Remote, effects: HeedingEffects) {
    this.#name = remote.url;
    this.#client = new RemoteClient(remote);
    this.#effects = effects;
  }

  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => this.#effects.failed(error));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#client.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let version: string | null = null;
    let retry = RETRY_SECONDS;
    while (!signal.aborted) {
      try {
        version = await this.#ask(version, signal);
        if (this.#outage.end()) this.#effects.trouble(null);
        retry = RETRY_SECONDS;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Away) && !(error instanceof Trouble)) throw error;
        if (this.#outage.isTold(error)) {
          const remedy =
            error instanceof Trouble
              ? error.remedy
              : 'What was blocked stays so until its time is over; it is asked again.';
          this.#effects.trouble({
            message: `${this.#name} does not say whom to keep out: ${error.message}`,
            remedy,
          });
        }
        const asked = error instanceof Away ? (error.seconds ?? 0) : LONGEST_RETRY_SECONDS;
        await pause(Math.max(asked, retry) * (0.75 + Math.random() / 2), signal);
        retry = Math.min(retry * 2, LONGEST_RETRY_SECONDS);
      }
    }
  }

  /** Asks once, and hands on what has changed. Resolves with the version of what is known now. */
  async #ask(version: string | null, signal: AbortSignal): Promise<string> {
    const path = `/v1/blocks?wait=${WAIT_SECONDS}${version === null ? '' : `&after=${version}`}`;
    const answer = await this.#client
      .ask({ method: 'GET', path, seconds: ANSWER_SECONDS, signal })
      .catch((error: unknown) => {
        throw new Away(error instanceof Error ? error.message : String(error));
      });
    if (answer.status === 304 && version !== null) return version;
    if (answer.status === 401 || answer.status === 403)
      throw new Trouble('no-rights', `status ${answer.status}`, 'Make a token there with the scope feed.');
    if (answer.status !== 200) throw new Away(`status ${answer.status}`, retryAfter(answer));
    const news = readNews(answer.text);
    if (news === null) throw new Away('the answer is no list of blocks');
    const now = this.#effects.now();
    const heard = news.add.map((decision) => heardOf(decision, now));
    if (news.after === null) this.#effects.all(heard);
    else this.#effects.changed(heard, news.remove);
    return news.version;
  }
}

/** Its end by this clock: clocks differ, so what is left counts, and not when it ends there. */
function heardOf({ target, left, confidence }: Decision, now: number): Heard {
  return { target, until: left === null ? null : now + left, confidence };
}

interface News {
  readonly version: string;
  readonly after: string | null;
  readonly add: readonly Decision[];
  readonly remove: readonly string[];
}

/** null: it is none. A target that is none is left out: one bad entry must not hide the others. */
export function readNews(text: string): News | null {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return null;
  }
  const { schema, version, after, add, remove } = value ?? {};
  if (schema !== 'slowbrute.blocks/1' || typeof version !== 'string' || !/^[\w-]{1,64}$/.test(version))
    return null;
  if (!(after === null || typeof after === 'string') || !Array.isArray(add) || !Array.isArray(remove))
    return null;
  if (add.length > MOST_DECISIONS || remove.length > MOST_DECISIONS) return null;
  return {
    version,
    after,
    add: add.filter(isDecision),
    remove: remove.filter((one): one is string => typeof one === 'string' && isTarget(one)),
  };
}

function isDecision(value: unknown): value is Decision {
  if (typeof value !== 'object' || value === null) return false;
  const { target, left, confidence } = value as Partial<Record<keyof Decision, unknown>>;
  const isLeft = left === null || (typeof left === 'number' && left >= 0 && left < 1e10);
  return isLeft && typeof confidence === 'number' && confidence >= 0 && confidence <= 1 && isTarget(target);
}

/** An address or a network, as it would be blocked. */
function isTarget(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 64) return false;
  const [address = '', prefix, ...more] = value.split('/');
  return (
    more.length === 0 &&
    (prefix === undefined || /^\d{1,3}$/.test(prefix)) &&
    sourceOf(address)?.isAddress === true
  );
}
