/**
 * Where a sensor's attempts go: a collector, or the store of the fleet. Both know attempts by their numbers in the sensor's own history,
 * so whatever is lost on the way there or back is asked for or given again, and counts once.
 */
import { gzipSync } from 'node:zlib';
import { Trouble } from '../model/error.ts';
import type { AttemptName } from '../model/stream.ts';
import { isClickHouseUrl, shownUrl } from '../store/history/clickhouse/url.ts';
import { type EngineName, openHistory } from '../store/history/open.ts';
import type { Commit, History, StoredAttempt } from '../store/history.ts';
import { amendsText, attemptText } from './attempt-wire.ts';
import { type Remote, RemoteClient, retryAfter } from './post.ts';

/** More of an attempt that was given before. */
export interface Amendment {
  readonly seq: number;
  readonly name: AttemptName;
  readonly user: string | null;
  readonly known: boolean | null;
  readonly method: string | null;
}

export interface Parcel {
  /** In the order of their numbers. */
  readonly attempts: readonly StoredAttempt[];
  readonly amendments: readonly Amendment[];
  /** Numbers between what the destination has and the first of these are gone for good. */
  readonly lacks: boolean;
}

export interface Destination {
  readonly name: string;
  /** The last number of the stream that is there; 0: none. Throws `Away`, or `Trouble` where that will not do. */
  last(stream: string, signal: AbortSignal): Promise<number>;
  /** Resolves with the last number that is there, and safe: less than the parcel's first where something before is missing. */
  give(stream: string, parcel: Parcel, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** It cannot be had now. `seconds`: it asked to be left alone so long; null: it did not say. */
export class Away extends Error {
  override readonly name = 'Away';
  readonly seconds: number | null;

  constructor(message: string, seconds: number | null = null) {
    super(message);
    this.seconds = seconds;
  }
}

/** Seconds until an answer is given up: a collector waits 20 for its disk. */
const ANSWER_SECONDS = 40;

export class CollectorDestination implements Destination {
  readonly name: string;
  readonly #client: RemoteClient;

  constructor(remote: Remote) {
    this.name = remote.url;
    this.#client = new RemoteClient(remote);
  }

  async last(stream: string, signal: AbortSignal): Promise<number> {
    const answer = await this.#ask('GET', `/v1/attempts?stream=${stream}`, {}, undefined, signal);
    return lastIn(answer.text);
  }

  async give(stream: string, { attempts, amendments, lacks }: Parcel, signal: AbortSignal): Promise<number> {
    const lines = [
      ...attempts.map((attempt) => attemptText({ ...attempt, service: attempt.service })),
      ...amendments.map(amendsText),
    ];
    const body = gzipSync(`${lines.join('\n')}\n`, { level: 1 });
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'slowbrute-stream': stream,
      ...(lacks ? { 'slowbrute-lacks': 'true' } : {}),
    };
    const answer = await this.#ask('POST', '/v1/attempts', headers, body, signal);
    return answer.status === 409 ? lastIn(answer.text) : (attempts.at(-1)?.seq ?? 0);
  }

  // oxlint-disable-next-line require-await -- the contract of destinations
  async close(): Promise<void> {
    this.#client.close();
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | undefined,
    signal: AbortSignal,
  ) {
    const asking = {
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
      seconds: ANSWER_SECONDS,
      signal,
    };
    const answer = await this.#client.ask(asking).catch((error: unknown) => {
      throw new Away(error instanceof Error ? error.message : String(error));
    });
    const { status, text } = answer;
    if (status === 200 || status === 409) return answer;
    if (status === 401 || status === 403)
      throw new Trouble(
        'no-rights',
        `${this.name} does not know this sensor (status ${status})`,
        'Make a token there: slowbrute token add NAME --scope send --sensor NAME; its text goes into token-file under [fleet].',
      );
    if (status === 400 || status === 404 || status === 413 || status === 415)
      throw new Trouble(
        'bad-config',
        `${this.name} refuses what it is sent (status ${status}): ${text.slice(0, 200).trim()}`,
        'It is no collector, or of another version: see that both are of the same one.',
      );
    throw new Away(`status ${status}`, retryAfter(answer));
  }
}

function lastIn(text: string): number {
  try {
    const { last } = JSON.parse(text) as { readonly last?: unknown };
    if (typeof last === 'number' && Number.isSafeInteger(last) && last >= 0) return last;
  } catch {
    // said below
  }
  throw new Away('the answer is none of a collector');
}

/** In the store, beside the attempts: which stream they are of. */
const STREAM_STATE = 'fleet.stream';

export class StoreDestination implements Destination {
  readonly name: string;
  readonly #engine: EngineName;
  #history: History | null = null;
  /** A commit that was refused is given again as it is. */
  #pending: { readonly parcel: Parcel; readonly commit: Commit } | null = null;

  /** `name`: to be shown, without a password. */
  constructor(engine: EngineName, name: string) {
    this.#engine = engine;
    this.name = name;
  }

  async last(stream: string): Promise<number> {
    const history = await this.#open();
    const [last, of] = await away(() => Promise.all([history.lastSeq(), history.state(STREAM_STATE)]));
    if (last > 0 && of !== stream)
      throw new Trouble(
        'bad-config',
        `${this.name} has attempts of another history under this writer`,
        'Name another writer: send-to = "clickhouse://..?writer=NAME" under [fleet].',
      );
    return last;
  }

  async give(stream: string, parcel: Parcel): Promise<number> {
    const history = await this.#open();
    if (this.#pending?.parcel !== parcel) {
      const { attempts, amendments } = parcel;
      const amended = amendments.map(({ name, user, known, method }) => ({ name, user, known, method }));
      const commit: Commit = {
        attempts,
        amended,
        events: [],
        blocks: [],
        states: { [STREAM_STATE]: stream },
      };
      this.#pending = { parcel, commit };
    }
    const { commit } = this.#pending;
    await away(() => history.commit(commit));
    this.#pending = null;
    return parcel.attempts.at(-1)?.seq ?? 0;
  }

  async close(): Promise<void> {
    await this.#history?.close().catch(() => {}); // nothing waits there that was acknowledged
  }

  async #open(): Promise<History> {
    this.#history ??= await away(() => openHistory({ folder: '', engine: this.#engine }));
    return this.#history;
  }
}

/** What a store throws that will be over by itself, as `Away`. */
async function away<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isAway =
      error instanceof Trouble && ['store-away', 'store-full', 'store-busy'].includes(error.code);
    throw isAway ? new Away(error.message) : error;
  }
}

/** `to`: the URL of a collector or of a ClickHouse. `writer`: under which name a store has them, where the URL does not say. */
export function destinationOf(to: string, remote: Omit<Remote, 'url'>, writer: string): Destination {
  if (!isClickHouseUrl(to)) return new CollectorDestination({ ...remote, url: to });
  const hasWriter = /[?&]writer=/.test(to);
  const url = hasWriter
    ? to
    : (`${to}${to.includes('?') ? '&' : '?'}writer=${encodeURIComponent(writer)}` as typeof to);
  return new StoreDestination(url, shownUrl(to));
}
