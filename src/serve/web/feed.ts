/**
 * The feed of participants for the firewalls of others: plain text, CSV or JSON, with a tag, so that whoever fetches it every minute
 * is told in a few bytes that nothing has changed. The rows are those of the lists that are exported (src/show/export/lists.ts).
 */
import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { DEFAULT_CONFIDENCE } from '../../show/export/export.ts';
import { type ListedParticipant, listCsv, listJson, listText } from '../../show/export/lists.ts';
import type { Site } from '../../view/site.ts';
import { answer, problems } from './answers.ts';
import type { WebApp } from './context.ts';
import { matches } from './picture-answer.ts';
import { given } from './questions.ts';

const FORMATS: readonly {
  readonly name: 'txt' | 'csv' | 'json';
  readonly type: string;
  readonly render: (participants: Iterable<ListedParticipant>) => Iterable<string>;
}[] = [
  { name: 'txt', type: 'text/plain; charset=utf-8', render: listText },
  { name: 'csv', type: 'text/csv; charset=utf-8', render: listCsv },
  { name: 'json', type: 'application/json', render: listJson },
];

export function feed(app: WebApp, site: Site): void {
  for (const { name, type, render } of FORMATS) {
    answer(
      app,
      {
        method: 'get',
        path: `/feed/participants.${name}`,
        summary: 'Participants of campaigns that go on, for a firewall to fetch',
        request: {
          query: z.strictObject({
            since: z.coerce
              .number()
              .optional()
              .openapi({ description: 'also those last seen since then, seconds since 1970 UTC' }),
            confidence: z.coerce
              .number()
              .min(0)
              .max(1)
              .default(DEFAULT_CONFIDENCE)
              .openapi({ description: 'those that belong to it at least so probably' }),
          }),
        },
        responses: {
          200: { description: 'the list', content: { [type.split(';')[0]!]: { schema: z.any() } } },
          304: { description: 'it is as it was' },
          ...problems,
        },
      },
      async (c, { query }) => {
        const text = [...render(await site.participants(given(query)))].join('');
        const etag = `"${createHash('sha1').update(text).digest('base64url')}"`;
        c.header('etag', etag);
        c.header('cache-control', 'private, no-cache');
        if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304);
        c.header('content-type', type);
        return c.body(text);
      },
    );
  }
}
