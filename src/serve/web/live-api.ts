/** What happens while one looks: server-sent events (WHATWG HTML, 9.2), and what detection told so far. */
import { z } from '@hono/zod-openapi';
import type { Happened, Site } from '../../view/site.ts';
import { answer, json, problemAnswer, problems } from './answers.ts';
import type { WebApp } from './context.ts';
import type { Hub } from './hub.ts';
import { given, limitQuery, namesQuery } from './questions.ts';
import * as schemas from './schemas.ts';

/** Streams at most; each has a connection and one message in memory. */
const MOST_STREAMS = 32;
/** A client that takes no message for so long has gone; and so often it is written to, that proxies keep the connection. */
const PATIENCE_MS = 60_000;
const HEARTBEAT_MS = 15_000;

/** `hub`: by whether names that may be passwords are shown. `isValid`: whether whoever asked may still. */
export function liveApi(
  app: WebApp,
  site: Site,
  hub: (names: 'hidden' | 'shown') => Hub,
  isValid: (token: import('./tokens.ts').Token) => boolean,
): void {
  let streams = 0;

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/events',
      summary: 'What detection told: campaigns opened, participants named, accounts compromised',
      request: {
        query: z.strictObject({
          after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
          since: z.coerce.number().optional(),
          limit: limitQuery,
        }),
      },
      responses: { 200: json(schemas.page('Events', schemas.event), 'a page'), ...problems },
    },
    async (c, { query }) => {
      // events of one attempt stay together, so that `after` can be an attempt: a page may have some more than was asked for
      const { limit, ...asked } = query;
      const items: Extract<Happened, { kind: 'event' }>[] = [];
      for await (const { seq, nth, event } of site.events(given(asked))) {
        if (items.length >= limit && items.at(-1)!.seq !== seq)
          return c.json({ items: items.map(told), next: items.at(-1)!.seq });
        items.push({ kind: 'event', seq, nth, event });
      }
      return c.json({ items: items.map(told), next: null });
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/stream',
      summary: 'Attempts and events as they come, as server-sent events',
      request: {
        query: z.strictObject({ names: namesQuery }),
        headers: z.object({ 'last-event-id': z.string().max(40).optional() }),
      },
      responses: {
        200: {
          description: 'messages `attempts` and `event`; their id goes on where it ended',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...problems,
      },
    },
    (c, { query }) => {
      if (streams >= MOST_STREAMS) {
        c.header('retry-after', '30');
        return problemAnswer(c, 503, 'busy', 'too many are listening', 'Close a page that is not looked at.');
      }
      const token = c.get('token');
      const client = hub(query.names).join(positionOf(c.req.header('last-event-id')));
      streams++;
      const body = streamed(
        client,
        () => isValid(token),
        () => {
          streams--;
        },
      );
      c.header('content-type', 'text/event-stream; charset=utf-8');
      c.header('cache-control', 'no-store');
      c.header('x-accel-buffering', 'no');
      return c.body(body);
    },
  );
}

const told = ({ seq, nth, event }: Extract<Happened, { kind: 'event' }>) => ({ seq, nth, event });

/** `seq` of an id; null: from now on. */
function positionOf(id: string | undefined): number | null {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
}

/** The next message is made when the one before was taken: a slow client holds one, and is told later how many it missed. */
function streamed(
  client: ReturnType<Hub['join']>,
  isValid: () => boolean,
  ended: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let patience: NodeJS.Timeout | undefined;
  let isOver = false;
  const end = () => {
    clearTimeout(patience);
    if (isOver) return;
    isOver = true;
    client.leave();
    ended();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode('retry: 3000\n\n'));
      },
      async pull(controller) {
        clearTimeout(patience);
        try {
          const text = await client.next(HEARTBEAT_MS);
          if (isOver) return;
          if (!isValid()) {
            end();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(text ?? ': still here\n\n'));
        } catch (error) {
          end();
          controller.error(error);
          return;
        }
        patience = setTimeout(() => {
          end();
          controller.error(new Error('nobody listens'));
        }, PATIENCE_MS);
        patience.unref();
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}
