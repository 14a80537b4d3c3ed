/** What can be looked at: overview, picture, campaigns, sources. Everything is the site's (src/view/site.ts). */
import { z } from '@hono/zod-openapi';
import { answer, json, notThere, problemAnswer, problems } from './answers.ts';
import type { SiteByNames, WebApp } from './context.ts';
import { pictureAnswer, pictureSlots } from './picture-answer.ts';
import { given, intervalQuery, namesQuery, PICTURE_LIMIT } from './questions.ts';
import * as schemas from './schemas.ts';

/** `of`: the site, with names that may be passwords or without. */
export function readApi(app: WebApp, of: SiteByNames): void {
  const site = of('shown');
  const slots = pictureSlots();

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/overview',
      summary: 'Is anything going on, since when, did anyone get in',
      request: { query: z.strictObject(intervalQuery) },
      responses: { 200: json(schemas.overview, 'the site in one object'), ...problems },
    },
    async (c, { query }) => c.json(await site.overview(given(query))),
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/picture',
      summary: 'Attempts as columns, to draw',
      request: {
        query: z.strictObject({
          ...intervalQuery,
          limit: z.coerce.number().int().min(1).max(PICTURE_LIMIT).default(PICTURE_LIMIT),
          campaign: z.string().max(100).optional(),
          names: namesQuery,
        }),
      },
      responses: {
        200: {
          description: 'slowbrute.picture/1 (docs/api.md)',
          content: {
            'application/vnd.slowbrute.picture': {
              schema: z.string().openapi({ type: 'string', format: 'binary' }),
            },
          },
        },
        304: { description: 'it is as it was' },
        ...problems,
      },
    },
    (c, { query: { names, ...query } }) => pictureAnswer(c, slots, of(names), given(query)),
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/campaigns',
      summary: 'Campaigns, the last opened first',
      request: { query: z.strictObject(intervalQuery) },
      responses: {
        200: json(z.strictObject({ items: z.array(schemas.campaignRow) }), 'all of them'),
        ...problems,
      },
    },
    async (c, { query }) => c.json({ items: await site.campaigns(given(query)) }),
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/campaigns/{id}',
      summary: 'One campaign with its evidence and participants',
      request: {
        params: z.strictObject({ id: z.string().max(100) }),
        query: z.strictObject({ names: namesQuery }),
      },
      responses: { 200: json(schemas.campaign, 'the campaign'), ...problems, ...notThere },
    },
    async (c, { params, query }) => {
      const campaign = await of(query.names).campaign(params.id);
      return campaign === null ? absent(c, 'campaign') : c.json(campaign);
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/sources/{source}',
      summary: 'Everything known of one source, and why it is blocked or is not',
      request: {
        params: z.strictObject({ source: z.string().max(4096) }),
        query: z.strictObject({ names: namesQuery }),
      },
      responses: { 200: json(schemas.source, 'the source'), ...problems, ...notThere },
    },
    async (c, { params, query }) => {
      const source = await of(query.names).source(params.source);
      return source === null ? absent(c, 'source') : c.json(source);
    },
  );
}

export function absent(c: Parameters<typeof problemAnswer>[0], what: string): Response {
  return problemAnswer(
    c,
    404,
    'not-there',
    `there is no such ${what} here`,
    'It may never have been seen, or be forgotten by now.',
  );
}
