/**
 * What people do: block, release, allow, each with a reason. It is written down before it is done (src/serve/actions.ts): an audit
 * trail that could be passed by would be none. What then is refused is in it as well, as something that somebody tried.
 */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { BlockService } from '../../respond/service.ts';
import type { Action, Site } from '../../view/site.ts';
import { answer, json, problemAnswer, problems } from './answers.ts';
import type { Served, WebApp, WebEnv } from './context.ts';
import { limitQuery } from './questions.ts';
import * as schemas from './schemas.ts';

const target = z.string().min(1).max(100).openapi({ description: 'an address or a network' });
const why = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .openapi({ description: 'the reason, for whoever reads it later' });
const reason = {
  body: { required: true, content: { 'application/json': { schema: z.strictObject({ why }) } } },
};
const one = { params: z.strictObject({ target }) };
const targets = z.strictObject({ items: z.array(z.strictObject({ block: schemas.block })) });

export function actApi(app: WebApp, served: Served, site: Site): void {
  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/blocks',
      summary: 'Blocks that stand, the latest first',
      responses: { 200: json(targets, 'all of them'), ...problems },
    },
    async (c) => c.json({ items: (await site.standingBlocks()).map(({ block }) => ({ block })) }),
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/allow',
      summary: 'The allow-list: of the configuration, and by hand',
      responses: {
        200: json(
          z.strictObject({
            items: z.array(z.strictObject({ target: z.string(), byHand: z.boolean(), why: z.string() })),
          }),
          'all of it',
        ),
        ...problems,
      },
    },
    async (c) => {
      const allowed = served.blocks === null ? [] : (await served.blocks.list()).allowed;
      const actions = served.actions?.list(Number.MAX_SAFE_INTEGER) ?? [];
      const items = allowed.map(({ network, byHand }) => ({
        target: network,
        byHand,
        why: byHand
          ? (actions.find((action) => action.does === 'allow' && action.target === network)?.why ?? '')
          : 'the configuration says so',
      }));
      return c.json({ items });
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/actions',
      summary: 'What people did by hand, the newest first',
      request: { query: z.strictObject({ limit: limitQuery }) },
      responses: { 200: json(z.strictObject({ items: z.array(schemas.action) }), 'the newest'), ...problems },
    },
    async (c, { query }) => c.json({ items: await site.actions(query.limit) }),
  );

  answer(
    app,
    {
      method: 'post',
      path: '/api/v1/blocks',
      summary: 'Keep an address or a network out',
      request: {
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                target,
                seconds: z
                  .number()
                  .positive()
                  .max(10 * 366 * 86_400)
                  .nullable()
                  .openapi({ description: 'for so long; null: until somebody ends it' }),
                why,
                evenPeople: z
                  .boolean()
                  .default(false)
                  .openapi({ description: 'also where somebody has logged in from' }),
              }),
            },
          },
        },
      },
      responses: { 200: json(schemas.block, 'the block'), ...problems },
    },
    (c, { body }) =>
      act(c, served, { does: 'block', target: body.target, why: body.why }, async (blocks, by) =>
        c.json(await blocks.add({ ...body, by })),
      ),
  );

  answer(
    app,
    {
      method: 'delete',
      path: '/api/v1/blocks/{target}',
      summary: 'End the blocks that touch an address or a network',
      request: { ...one, ...reason },
      responses: { 200: json(targets, 'those that ended'), ...problems },
    },
    (c, { params, body }) =>
      act(c, served, { does: 'unblock', target: params.target, why: body.why }, async (blocks) =>
        c.json({ items: (await blocks.remove(params)).map((block) => ({ block })) }),
      ),
  );

  answer(
    app,
    {
      method: 'post',
      path: '/api/v1/allow',
      summary: 'Never block an address or a network again',
      request: {
        body: {
          required: true,
          content: { 'application/json': { schema: z.strictObject({ target, why }) } },
        },
      },
      responses: { 200: json(targets, 'the blocks that ended'), ...problems },
    },
    (c, { body }) =>
      act(c, served, { does: 'allow', ...body }, async (blocks) =>
        c.json({ items: (await blocks.allow({ target: body.target })).map((block) => ({ block })) }),
      ),
  );

  answer(
    app,
    {
      method: 'delete',
      path: '/api/v1/allow/{target}',
      summary: 'Take an address or a network off the allow-list made by hand',
      request: { ...one, ...reason },
      responses: { 204: { description: 'it is off' }, ...problems },
    },
    (c, { params, body }) =>
      act(c, served, { does: 'disallow', target: params.target, why: body.why }, async (blocks) => {
        await blocks.disallow(params);
        return c.body(null, 204);
      }),
  );
}

/** Writes down, then does. */
async function act(
  c: Context<WebEnv>,
  { blocks, actions, ...served }: Served,
  what: Pick<Action, 'does' | 'target' | 'why'>,
  work: (blocks: BlockService, by: string) => Promise<Response>,
): Promise<Response> {
  if (blocks === null || actions === null)
    return problemAnswer(
      c,
      409,
      'nothing-blocks',
      'nothing can be blocked from here: no daemon keeps watch',
      'slowbrute watch does; ask its page.',
    );
  const by = c.get('who');
  await actions.add({ time: Math.floor(served.now()), by, ...what });
  return work(blocks, by);
}
