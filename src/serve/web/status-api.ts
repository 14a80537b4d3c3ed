/** How the daemon is, and its figures for Prometheus; where there is no daemon, that there is none. */
import { z } from '@hono/zod-openapi';
import { answer, json, notThere, problemAnswer, problems } from './answers.ts';
import type { Served, WebApp } from './context.ts';
import * as schemas from './schemas.ts';

export function statusApi(app: WebApp, served: Served): void {
  const { status, metrics } = served;
  const none = (c: Parameters<typeof problemAnswer>[0]) =>
    problemAnswer(c, 404, 'not-there', 'no daemon keeps watch here', 'slowbrute watch does; ask its page.');

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/status',
      summary: 'How the daemon is',
      responses: { 200: json(schemas.status, 'its state'), ...problems, ...notThere },
    },
    async (c) => (status === null ? none(c) : c.json(await status())),
  );

  answer(
    app,
    {
      method: 'get',
      path: '/metrics',
      summary: 'Figures for Prometheus',
      responses: {
        200: { description: 'its exposition format', content: { 'text/plain': { schema: z.string() } } },
        ...problems,
        ...notThere,
      },
    },
    async (c) => {
      if (metrics === null) return none(c);
      const { text, contentType } = await metrics();
      return c.body(text, 200, { 'content-type': contentType });
    },
  );
}
