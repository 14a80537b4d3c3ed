/**
 * What a collector answers. Statuses are those that shippers act on: 2xx is done, 429 and 503 (with Retry-After) come again, other
 * 4xx will never do.
 *
 * - `POST /v1/lines`: lines or records of logs, see body.ts.
 * - `POST /v1/attempts`: a sensor's attempts, see attempt-wire.ts; `GET`: what of its stream is here.
 * - `GET /v1/blocks`: who is kept out, see decisions.ts.
 * - `GET /health`: whether it takes anything, for everybody.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tally } from '../read/follow/follower.ts';
import { allows, type Scope, type Token } from '../serve/web/tokens.ts';
import { BodyTrouble, linesOf, plainBody } from './body.ts';
import type { DecisionFeed } from './decisions.ts';
import type { Intake, IntakeDesk } from './intake.ts';
import { SensorRates } from './rate.ts';

/** What a collector needs of the rest of the daemon. */
export interface CollectEffects {
  /** The valid token of this text; null: there is none. `now`: seconds since 1970. */
  findToken(text: string, now: number): Token | null;
  /** Who is kept out; null: that is told to nobody. */
  readonly decisions: DecisionFeed | null;
  /** A bug. */
  failed?(error: unknown): void;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Instead of `body`: JSON that is made already. */
  readonly text?: string;
}

/** Requests with a body that are worked on at once: at 64 MiB each the bound of memory, and more than two processors can unpack. */
const MOST_AT_ONCE = 8;
/** Those that wait for their turn; beyond, senders are told to come again. */
const MOST_WAITING = 256;
/** Seconds after which who finds it full should ask again. */
const FULL_SECONDS = 5;
/** Seconds that an answer waits for news of blocks, at most; below the two minutes after which proxies end a silence. */
const LONGEST_WAIT = 60;
/** As an idempotency key and a stream are written: what goes into a line of the spool. */
const NAME = /^[\w.:/+=@-]{1,200}$/;
const STREAM = /^[\w.-]{1,64}$/;

export class Desk {
  readonly #intake: IntakeDesk;
  readonly #tally: Tally;
  readonly #rates: SensorRates;
  readonly #now: () => number;
  readonly #effects: CollectEffects;
  #working = 0;
  #waiting: (() => void)[] = [];
  readonly #stopping = new AbortController();

  constructor(
    intake: IntakeDesk,
    tally: Tally,
    linesPerSecond: number | null,
    now: () => number,
    effects: CollectEffects,
  ) {
    this.#intake = intake;
    this.#tally = tally;
    this.#rates = new SensorRates(linesPerSecond);
    this.#now = now;
    this.#effects = effects;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async answer(request: IncomingMessage, response: ServerResponse, address: string): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://collector');
    const method = request.method ?? 'GET';
    if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
      return refused(403, 'no-browser', 'no page of a browser has any business here');
    if (url.pathname === '/health') return { status: 200, body: { state: 'watching' } };
    const needed = scopeOf(url.pathname);
    if (needed === null)
      return refused(404, 'not-there', 'there are /v1/lines, /v1/attempts, /v1/blocks and /health');
    const token = this.#token(request);
    if (token === null)
      return {
        ...refused(
          401,
          'no-token',
          'there is no valid token: send Authorization: Bearer TOKEN (slowbrute token add)',
        ),
        headers: { 'www-authenticate': 'Bearer realm="slowbrute"' },
      };
    const mayPass =
      needed === 'feed'
        ? allows(token, 'feed') || token.scopes.includes('send')
        : token.scopes.includes(needed);
    if (!mayPass)
      return refused(
        403,
        'no-scope',
        `the token '${token.name}' may not do this: it needs the scope ${needed}`,
      );
    if (url.pathname === '/v1/blocks')
      return method === 'GET' ? this.#blocks(request, response, url) : notAllowed('GET');
    const sensor = token.sensor ?? token.name;
    if (url.pathname === '/v1/attempts' && method === 'GET') {
      const stream = url.searchParams.get('stream') ?? '';
      if (!STREAM.test(stream)) return refused(400, 'wrong-call', 'stream names none');
      return { status: 200, body: { last: this.#intake.lastOf(sensor, stream) } };
    }
    if (method !== 'POST') return notAllowed(url.pathname === '/v1/attempts' ? 'GET, POST' : 'POST');
    return this.#post(request, response, url.pathname, { sensor, address });
  }

  async #post(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    sender: { readonly sensor: string; readonly address: string },
  ): Promise<Answer> {
    const wait = this.#rates.wait(sender.sensor, performance.now() / 1000);
    if (wait > 0) return again(429, 'too-many', 'this sensor has sent more than it may', Math.ceil(wait));
    const name = request.headers['idempotency-key'];
    if (name !== undefined && (typeof name !== 'string' || !NAME.test(name)))
      return refused(400, 'wrong-call', 'idempotency-key is up to 200 letters, digits and . _ : / + = @ -');
    const stream = request.headers['slowbrute-stream'];
    if (path === '/v1/attempts' && (typeof stream !== 'string' || !STREAM.test(stream)))
      return refused(400, 'wrong-call', 'slowbrute-stream names none');
    if (this.#working >= MOST_AT_ONCE && this.#waiting.length >= MOST_WAITING)
      return again(503, 'busy', 'too many senders at once', 1);
    await this.#begin();
    try {
      if (response.destroyed) return refused(499, 'gone', 'the sender has gone');
      if (request.headers.expect !== undefined) response.writeContinue();
      const body = await plainBody(request);
      const { lines, cut } = await linesOf(body, request.headers['content-type']);
      this.#tally.cutLines += cut;
      const mayLack = request.headers['slowbrute-lacks'] === 'true';
      const taken =
        path === '/v1/lines'
          ? this.#intake.lines(sender, name ?? null, lines)
          : this.#intake.attempts(sender, stream as string, lines, mayLack);
      this.#rates.sent(sender.sensor, lines.length, performance.now() / 1000);
      return answerTo(await taken);
    } catch (error) {
      if (error instanceof BodyTrouble) return refused(error.status, 'bad-body', error.message);
      throw error;
    } finally {
      this.#end();
    }
  }

  async #blocks(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Answer> {
    const feed = this.#effects.decisions;
    if (feed === null) return refused(404, 'not-there', 'this collector tells nobody who is kept out');
    const after = url.searchParams.get('after') ?? unquoted(request.headers['if-none-match']);
    const wait = Math.min(LONGEST_WAIT, Math.max(0, Number(url.searchParams.get('wait') ?? 0) || 0));
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    const signal = AbortSignal.any([this.#stopping.signal, ended.signal]);
    const news = await feed.after(after, wait, signal);
    const headers = { etag: `"${news.version}"` };
    if (news.text === null) return { status: 304, headers };
    return { status: 200, headers, text: news.text };
  }

  /** The token of a request: as bearer, or as the password of Basic (RFC 7617), which is what some shippers can. */
  #token(request: IncomingMessage): Token | null {
    const header = request.headers.authorization ?? '';
    let [, text] = /^Bearer +([\w-]{1,200})$/i.exec(header) ?? [];
    const [, basic] = /^Basic +([\w+/=]{1,400})$/i.exec(header) ?? [];
    if (basic !== undefined) {
      const pair = Buffer.from(basic, 'base64').toString('utf8');
      text = pair.slice(pair.indexOf(':') + 1);
    }
    return text === undefined ? null : this.#effects.findToken(text, this.#now());
  }

  async #begin(): Promise<void> {
    if (this.#working >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#working++;
  }

  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#working--;
    else next();
  }
}

function scopeOf(path: string): Scope | null {
  if (path === '/v1/lines' || path === '/v1/attempts') return 'send';
  return path === '/v1/blocks' ? 'feed' : null;
}

function answerTo(taken: Intake): Answer {
  switch (taken.kind) {
    case 'safe':
      return { status: 200, body: { lines: taken.lines, repeated: taken.repeated } };
    case 'differs':
      return refused(422, 'other-batch', 'another batch had this idempotency-key');
    case 'gap':
      return {
        status: 409,
        body: { error: 'gap', message: 'numbers before these are not here', last: taken.last },
      };
    case 'broken':
      return refused(400, 'bad-body', `line ${taken.line} is no attempt, or out of turn`);
    case 'full':
      return again(503, 'full', 'there is no room on this disk now', FULL_SECONDS);
    case 'stopped':
      return again(503, 'stopping', 'it is being stopped', 1);
  }
}

function refused(status: number, error: string, message: string): Answer {
  return { status, body: { error, message } };
}

function again(status: number, error: string, message: string, seconds: number): Answer {
  return { ...refused(status, error, message), headers: { 'retry-after': String(seconds) } };
}

function notAllowed(allow: string): Answer {
  return { ...refused(405, 'wrong-call', `here is ${allow}`), headers: { allow } };
}

function unquoted(header: string | undefined): string | null {
  return header === undefined ? null : (/^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1] ?? null);
}
