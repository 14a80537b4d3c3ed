/**
 * What a running daemon answers on its Unix socket: HTTP, because every language speaks it and `curl --unix-socket` is on every
 * machine. Who may connect is a matter of the socket's file mode; nothing here is reachable from a network.
 *
 * Lists are NDJSON, one object a line, so that a million attempts need no memory at either end. An error is one object with `code`,
 * `message` and `remedy`.
 */
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import type { BlockService } from '../respond/service.ts';
import { encodeColumns } from './columns-wire.ts';
import {
  given,
  type Questions,
  readAttemptQuery,
  readBlockQuery,
  readCampaignQuery,
  readEventQuery,
} from './questions.ts';
import type { Status } from './status.ts';

export interface Control {
  readonly questions: Questions;
  readonly blocks: BlockService;
  status(): Promise<Status>;
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Reads the configuration again; says what changed. */
  reload(): Promise<readonly string[]>;
}

const target = z.string().min(1).max(100);
const byHand = { by: z.string().max(200).optional(), why: z.string().max(1000).optional() };
const targetRequest = z.strictObject({ target, ...byHand });
const flushRequest = z.strictObject(byHand);
const columnsRequest = z.strictObject({
  since: z.number().optional(),
  until: z.number().optional(),
  most: z.number().int().min(1).max(2_000_000),
  whole: z.array(z.string()),
});
const namesRequest = z.strictObject({ names: z.array(z.string()) });
const addRequest = z.strictObject({
  target,
  seconds: z.number().positive().nullable(),
  why: z.string().max(1000),
  by: z.string().max(200),
  evenPeople: z.boolean(),
});

/** Lines are joined to pieces of so many characters: one write each would cost more than making them. */
const PIECE = 64 * 1024;

export function controlApi(control: Control): Hono {
  const app = new Hono();
  const { questions } = control;
  app.onError((error, c) => {
    if (error instanceof Trouble) {
      const { code, message, remedy } = error;
      return c.json({ code, message, remedy }, code === 'wrong-call' ? 400 : 409);
    }
    return c.json({ code: 'bug', message: error.message, remedy: 'Please report it.' }, 500);
  });
  app.notFound((c) =>
    c.json(
      {
        code: 'wrong-call',
        message: `there is no ${c.req.path}`,
        remedy: 'docs/history.md lists what there is.',
      },
      404,
    ),
  );

  app.get('/v1/status', async (c) => c.json(await control.status()));
  app.get('/health', async (c) => {
    const status = await control.status();
    return c.json(
      { state: status.state, problems: status.problems },
      status.state === 'watching' ? 200 : 503,
    );
  });
  app.get('/metrics', async (c) => {
    const { text, contentType } = await control.metrics();
    return c.body(text, 200, { 'content-type': contentType });
  });

  app.get('/v1/attempts', (c) => lines(c, questions.attempts(readAttemptQuery(c.req.query()))));
  app.get('/v1/attempts/count', async (c) =>
    c.json(await questions.countAttempts(readAttemptQuery(c.req.query()))),
  );
  app.get('/v1/sources', async (c) => lines(c, await questions.sources(readAttemptQuery(c.req.query()))));
  app.get('/v1/source', async (c) => c.json(await questions.source(c.req.query('source') ?? '')));
  app.get('/v1/campaigns', async (c) =>
    lines(c, await questions.campaigns(readCampaignQuery(c.req.query()))),
  );
  app.get('/v1/events', (c) => lines(c, questions.events(readEventQuery(c.req.query()))));
  app.get('/v1/blocks', async (c) => lines(c, await questions.blocks(readBlockQuery(c.req.query()))));
  app.post('/v1/columns', async (c) => {
    const { whole, ...query } = await body(c, columnsRequest);
    const columns = await questions.columns({ ...given(query), whole: new Set(whole) });
    return c.body(new Uint8Array(encodeColumns(columns)));
  });
  app.post('/v1/names/shared', async (c) => {
    const { names } = await body(c, namesRequest);
    return c.json([...(await questions.sharedNames(names))]);
  });
  app.get('/v1/size', async (c) => c.json(await questions.size()));

  const { blocks } = control;
  app.get('/v1/blocks/list', async (c) => c.json(await blocks.list()));
  app.get('/v1/blocks/plan', async (c) => c.json(await blocks.plan()));
  app.post('/v1/blocks/add', async (c) => c.json(await blocks.add(await body(c, addRequest))));
  app.post('/v1/blocks/remove', async (c) => c.json(await blocks.remove(await body(c, targetRequest))));
  app.post('/v1/blocks/allow', async (c) => c.json(await blocks.allow(await body(c, targetRequest))));
  app.post('/v1/blocks/disallow', async (c) => {
    await blocks.disallow(await body(c, targetRequest));
    return c.json(null);
  });
  app.post('/v1/blocks/flush', async (c) => c.json(await blocks.flush(await body(c, flushRequest))));
  app.post('/v1/reload', async (c) => c.json({ changed: await control.reload() }));
  return app;
}

function lines(c: Context, all: AsyncIterable<unknown> | Iterable<unknown>): Response {
  c.header('content-type', 'application/x-ndjson');
  return stream(c, async (out) => {
    let piece = '';
    let isOver = false;
    out.onAbort(() => {
      isOver = true;
    });
    try {
      for await (const one of all) {
        if (isOver) return;
        piece += `${JSON.stringify(one)}\n`;
        if (piece.length < PIECE) continue;
        await out.write(piece);
        piece = '';
      }
    } catch (error) {
      // the head has gone out: the last line says what went wrong
      if (!(error instanceof Error)) throw error;
      const { message } = error;
      const trouble = error instanceof Trouble ? error : null;
      piece += `${JSON.stringify({ trouble: { code: trouble?.code ?? 'bug', message, remedy: trouble?.remedy ?? 'Please report it.' } })}\n`;
    }
    await out.write(piece);
  });
}

/** The body of a request, checked. Throws `Trouble` `wrong-call`. */
async function body<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    throw new Trouble(
      'wrong-call',
      'the request is no JSON',
      'Send an object with the fields that it needs.',
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Trouble(
    'wrong-call',
    `the request is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    'Send the fields that it needs.',
  );
}
