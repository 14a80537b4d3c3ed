/** A command's side of the daemon's socket: the same questions as to a history of its own, and by-hand work on blocks. */
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Block } from '../model/block.ts';
import { Trouble, type TroubleCode } from '../model/error.ts';
import type { BackendPlan, BlockList, BlockService } from '../respond/service.ts';
import type {
  CampaignHistory,
  HistorySize,
  SourceHistory,
  StoredAttempt,
  StoredBlock,
  StoredEvent,
} from '../store/history.ts';
import { joined } from '../view/picture.ts';
import { decodeColumns } from './columns-wire.ts';
import { type Questions, queryString } from './questions.ts';
import type { Status } from './status.ts';

export interface Client {
  readonly questions: Questions;
  readonly blocks: BlockService;
  status(): Promise<Status>;
  metrics(): Promise<string>;
  reload(): Promise<readonly string[]>;
}

/** A daemon that does not answer for so long has hung; questions to a year of history take about one. */
const PATIENCE_MS = 30_000;

/** Asks the daemon on the socket at `path`. Each call throws `Trouble`: `not-running` where nobody answers, or what the daemon said. */
export function createClient(path: string): Client {
  const get = <T>(url: string) => json<T>(path, 'GET', url, null);
  const post = <T>(url: string, body: unknown) => json<T>(path, 'POST', url, body);
  const list = async <T>(url: string) => {
    const all: T[] = [];
    for await (const one of ndjson<T>(path, url)) all.push(one);
    return all;
  };
  const questions: Questions = {
    attempts: (query) => ndjson<StoredAttempt>(path, `/v1/attempts${queryString({ ...query })}`),
    countAttempts: (query) => get(`/v1/attempts/count${queryString({ ...query })}`),
    source: (source) => get<SourceHistory | null>(`/v1/source${queryString({ source })}`),
    sources: (query) => list(`/v1/sources${queryString({ ...query })}`),
    campaigns: (query) => list<CampaignHistory>(`/v1/campaigns${queryString({ ...query })}`),
    blocks: (query) => list<StoredBlock>(`/v1/blocks${queryString({ ...query })}`),
    events: (query) => ndjson<StoredEvent>(path, `/v1/events${queryString({ ...query })}`),
    size: () => get<HistorySize>('/v1/size'),
    columns: async ({ whole, ...query }) => {
      const asked = { ...query, whole: [...whole] };
      const pieces: Uint8Array[] = [];
      for await (const piece of await answer(path, 'POST', '/v1/columns', asked))
        pieces.push(piece as Buffer);
      return decodeColumns(joined(pieces));
    },
    sharedNames: async (names) => new Set(await post<readonly string[]>('/v1/names/shared', { names })),
  };
  return {
    questions,
    blocks: {
      list: () => get<BlockList>('/v1/blocks/list'),
      plan: () => get<readonly BackendPlan[]>('/v1/blocks/plan'),
      add: (body) => post<Block>('/v1/blocks/add', body),
      remove: (body) => post<readonly Block[]>('/v1/blocks/remove', body),
      allow: (body) => post<readonly Block[]>('/v1/blocks/allow', body),
      disallow: (body) => post<void>('/v1/blocks/disallow', body),
      flush: (body = {}) => post<number>('/v1/blocks/flush', body),
    },
    status: () => get<Status>('/v1/status'),
    metrics: async () => {
      let text = '';
      for await (const piece of await answer(path, 'GET', '/metrics', null)) text += String(piece);
      return text;
    },
    reload: async () => (await post<{ changed: string[] }>('/v1/reload', {})).changed,
  };
}

async function answer(socketPath: string, method: string, url: string, body: unknown) {
  const message = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const call = request(
      { socketPath, method, path: url, headers: { 'content-type': 'application/json' } },
      resolve,
    );
    call.setTimeout(PATIENCE_MS, () => call.destroy(new Error(`no answer for ${PATIENCE_MS / 1000} s`)));
    call.once('error', (error: NodeJS.ErrnoException) => reject(notRunning(socketPath, error)));
    call.end(body === null ? undefined : JSON.stringify(body));
  });
  if (message.statusCode !== undefined && message.statusCode < 400) return message;
  let text = '';
  for await (const piece of message.setEncoding('utf8')) text += piece;
  throw troubleOf(text);
}

async function json<T>(socketPath: string, method: string, url: string, body: unknown): Promise<T> {
  let text = '';
  for await (const piece of (await answer(socketPath, method, url, body)).setEncoding('utf8')) text += piece;
  return JSON.parse(text) as T;
}

async function* ndjson<T>(socketPath: string, url: string): AsyncGenerator<T> {
  const message = await answer(socketPath, 'GET', url, null);
  try {
    for await (const line of createInterface({ input: message, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.startsWith('{"trouble":'))
        throw troubleOf(JSON.stringify((JSON.parse(line) as { trouble: unknown }).trouble));
      yield JSON.parse(line) as T;
    }
  } finally {
    message.destroy();
  }
}

function troubleOf(text: string): Trouble {
  try {
    const { code, message, remedy } = JSON.parse(text) as {
      code: TroubleCode;
      message: string;
      remedy: string;
    };
    return new Trouble(code, message, remedy);
  } catch {
    return new Trouble(
      'not-running',
      'what answers on the socket is no slowbrute',
      'See which program has it.',
    );
  }
}

function notRunning(path: string, error: NodeJS.ErrnoException): Trouble {
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new Trouble(
      'no-rights',
      `${path}: this user may not talk to the daemon`,
      'Run it as root, or as a member of the group that the socket belongs to.',
    );
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return new Trouble(
      'not-running',
      `${path}: no slowbrute keeps watch there`,
      'Start it with slowbrute watch, or name its socket: --socket PATH.',
    );
  return new Trouble('not-running', `${path}: ${error.message}`, 'See its log for what it is doing.');
}
