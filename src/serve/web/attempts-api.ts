/** Attempts, as pages of JSON, or all of them as lines of JSON or CSV. */
import { z } from '@hono/zod-openapi';
import type { Site } from '../../view/site.ts';
import { answer, json, notThere, problems } from './answers.ts';
import type { WebApp } from './context.ts';
import { attemptFilterQuery, given, limitQuery } from './questions.ts';
import { absent } from './read-api.ts';
import * as schemas from './schemas.ts';

export function attemptsApi(app: WebApp, site: Site): void {
  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/attempts',
      summary: 'Attempts by what is asked for',
      request: { query: z.strictObject({ ...attemptFilterQuery, limit: limitQuery }) },
      responses: { 200: json(schemas.page('Attempts', schemas.attempt), 'a page'), ...problems },
    },
    async (c, { query }) => {
      const items = [];
      for await (const one of site.attempts(given(query))) items.push(one);
      return c.json({ items, next: items.length < query.limit ? null : items.at(-1)!.seq });
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/attempts/{seq}',
      summary: 'One attempt with the line that told of it',
      request: { params: z.strictObject({ seq: z.coerce.number().int().min(0) }) },
      responses: { 200: json(schemas.attempt, 'the attempt'), ...problems, ...notThere },
    },
    async (c, { params }) => {
      const attempt = await site.attempt(params.seq);
      return attempt === null ? absent(c, 'attempt') : c.json(attempt);
    },
  );
}
