/**
 * The API of `slowbrute serve` as a gateway. Nothing is asked of any other host; who asks is known by a cookie that no script can
 * read. A server that is slow is waited for, one that is away is said to be.
 */
import type { LiveEvent } from '../../src/model/live.ts';
import { decodePicture } from '../../src/view/picture.ts';
import type {
  Action,
  AttemptFilter,
  AttemptRow,
  CampaignView,
  Interval,
  Overview,
  Picture,
  SourceView,
} from '../../src/view/site.ts';
import {
  type Act,
  type AllowRow,
  type AttemptPage,
  type BlockRow,
  type ExportFormat,
  type Gateway,
  type LiveListener,
  Refusal,
  type Session,
} from './gateway.ts';

const API = 'api/v1';
/** Told to the window when the session has ended while somebody looks. */
export const SIGNED_OUT = 'slowbrute:signed-out';
/** A picture of a busy year may take a while to be gathered. */
const PATIENCE_MS = 60_000;

/** Begins a session with a token; the cookie stays in the browser. Errors: {@link Refusal}. */
export async function signIn(token: string): Promise<Session> {
  return sessionOf(await json('session', { method: 'POST', body: { token } }));
}

export async function signOut(): Promise<void> {
  await request('session', { method: 'DELETE' });
}

/** Who is signed in; errors: {@link Refusal} of kind `signed-out` where nobody is. */
export async function session(): Promise<Session> {
  return sessionOf(await json('session'));
}

function sessionOf(answer: unknown): Session {
  const { name, scopes } = answer as { name: string; scopes: readonly string[] };
  return { name, canBlock: scopes.includes('block') };
}

/** `names`: whether those that may be passwords are asked for. */
export function httpGateway(options: {
  readonly canBlock: boolean;
  readonly names: 'hidden' | 'shown';
}): Gateway {
  const { canBlock, names } = options;
  return {
    kind: 'server',
    overview: (interval) => json<Overview>('overview', { query: { ...interval } }),
    picture: (query) => picture({ ...query, names }),
    campaign: (id) => json<CampaignView>(`campaigns/${encodeURIComponent(id)}`, { query: { names } }),
    source: (source) => json<SourceView>(`sources/${encodeURIComponent(source)}`, { query: { names } }),
    attempts: (filter) => attempts(filter, names),
    attempt: (seq) => json<AttemptRow>(`attempts/${seq}`, { query: { names } }),
    blocks: async () => (await json<Page<BlockRow>>('blocks')).items,
    allowed: async () => (await json<Page<AllowRow>>('allow')).items,
    actions: async () => (await json<Page<Action>>('actions')).items,
    exportAddress: (campaign: string, format: ExportFormat, showsNames: boolean) =>
      `${API}/campaigns/${encodeURIComponent(campaign)}/export?format=${format}&names=${showsNames ? 'shown' : 'hidden'}`,
    act: canBlock ? act : null,
    listen: (listener) => listen(listener, names),
  };
}

const act: Act = {
  block: async (target, seconds, why, evenPeople) => {
    await request('blocks', { method: 'POST', body: { target, seconds, why, evenPeople } });
  },
  release: async (target, why) => {
    await request(`blocks/${encodeURIComponent(target)}`, { method: 'DELETE', body: { why } });
  },
  allow: async (target, why) => {
    await request('allow', { method: 'POST', body: { target, why } });
  },
  disallow: async (target, why) => {
    await request(`allow/${encodeURIComponent(target)}`, { method: 'DELETE', body: { why } });
  },
};

async function picture(
  query: Interval & { readonly limit: number; readonly campaign?: string; readonly names: string },
): Promise<Picture> {
  const answer = await request('picture', { query: { ...query } });
  try {
    return decodePicture(new Uint8Array(await answer.arrayBuffer()));
  } catch (error) {
    throw new Refusal(
      'failed',
      error instanceof Error ? error.message : 'the picture was cut off',
      'Try again.',
    );
  }
}

async function attempts(filter: AttemptFilter, names: string): Promise<AttemptPage> {
  const { newestFirst, ...query } = filter;
  const { items, next } = await json<Page<AttemptRow>>('attempts', {
    query: { ...query, names, ...(newestFirst === undefined ? {} : { newestFirst: String(newestFirst) }) },
  });
  return { attempts: items, next };
}

function listen(listener: LiveListener, names: string): () => void {
  const stream = new EventSource(`${API}/stream?names=${names}`);
  stream.addEventListener('open', () => listener.state(true));
  stream.addEventListener('error', () => listener.state(false));
  stream.addEventListener('attempts', (message) => {
    const { attempts: rows, skipped } = JSON.parse(message.data as string) as {
      attempts: readonly AttemptRow[];
      skipped: number;
    };
    listener.attempts(rows, skipped);
  });
  stream.addEventListener('event', (message) => {
    listener.event((JSON.parse(message.data as string) as { event: LiveEvent }).event);
  });
  return () => stream.close();
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: number | null;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

async function json<T>(path: string, asked: Asked = {}): Promise<T> {
  const answer = await request(path, asked);
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Refusal('failed', 'The answer was cut off.', 'Try again.');
  }
}

async function request(path: string, { method = 'GET', query = {}, body }: Asked): Promise<Response> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  const address = `${API}/${path}${parameters.size > 0 ? `?${parameters.toString()}` : ''}`;
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw error instanceof DOMException && error.name === 'TimeoutError'
      ? new Refusal('away', 'The server takes longer than a minute to answer.', 'Ask for a shorter time.')
      : new Refusal(
          'away',
          'The server does not answer.',
          'Is slowbrute still running there? This page tries again when asked.',
        );
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && path !== 'session') dispatchEvent(new Event(SIGNED_OUT));
  throw await refusalFrom(answer);
}

/** What the server said: `{ code, message, remedy }`. */
async function refusalFrom(answer: Response): Promise<Refusal> {
  let message = `The server answered ${answer.status}.`;
  let remedy = '';
  try {
    const said = (await answer.json()) as { readonly message?: string; readonly remedy?: string };
    message = said.message ?? message;
    remedy = said.remedy ?? '';
  } catch {
    // no JSON: a proxy's own page
  }
  const kind =
    answer.status === 401
      ? 'signed-out'
      : answer.status === 403
        ? 'forbidden'
        : answer.status === 404
          ? 'gone'
          : answer.status === 502 || answer.status === 503 || answer.status === 504
            ? 'away'
            : 'failed';
  return new Refusal(kind, message, remedy);
}
