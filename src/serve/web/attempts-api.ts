/** Attempts, as pages of JSON, or all of them as lines of JSON or CSV, which go out as the client takes them. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { csvLine } from '../../show/export/csv.ts';
import { type Column, isoTime } from '../../show/history.ts';
import type { AttemptRow } from '../../view/site.ts';
import { answer, json, notThere, problems } from './answers.ts';
import type { SiteByNames, WebApp } from './context.ts';
import { attemptFilterQuery, given, namesQuery, PAGE_LIMIT, PAGE_USUAL } from './questions.ts';
import { absent } from './read-api.ts';
import * as schemas from './schemas.ts';
import { textStream } from './text-stream.ts';

const COLUMNS: readonly Column<AttemptRow>[] = [
  { title: 'number', key: 'seq', of: (row) => row.seq },
  { title: 'time', key: 'time', of: (row) => isoTime(row.time) },
  { title: 'source', key: 'source', of: (row) => row.source },
  { title: 'user', key: 'user', of: (row) => row.user },
  { title: 'outcome', key: 'outcome', of: (row) => (row.success ? 'success' : 'failure') },
  { title: 'known', key: 'known', of: (row) => row.known },
  { title: 'method', key: 'method', of: (row) => row.method },
  { title: 'service', key: 'service', of: (row) => row.service },
  { title: 'sensor', key: 'sensor', of: (row) => row.sensor },
  { title: 'campaign', key: 'campaign', of: (row) => row.campaign },
  { title: 'line', key: 'text', of: (row) => row.text },
];

const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;

export function attemptsApi(app: WebApp, of: SiteByNames): void {
  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/attempts',
      summary: 'Attempts by what is asked for',
      request: {
        query: z.strictObject({
          ...attemptFilterQuery,
          limit: z.coerce
            .number()
            .int()
            .min(1)
            .max(Number.MAX_SAFE_INTEGER)
            .optional()
            .openapi({
              description: `json: on a page, at most ${PAGE_LIMIT}; others: of all, left out: no bound`,
            }),
          names: namesQuery,
          format: z.enum(['json', 'ndjson', 'csv']).default('json'),
        }),
      },
      responses: {
        200: {
          description: 'a page, or all as lines',
          content: {
            'application/json': { schema: schemas.page('Attempts', schemas.attempt) },
            'application/x-ndjson': { schema: z.string() },
            'text/csv': { schema: z.string() },
          },
        },
        ...problems,
      },
    },
    async (c, { query: { names, format, limit, ...filter } }) => {
      const site = of(names);
      if (format !== 'json') {
        const rows = site.attempts(given({ ...filter, limit }));
        return lines(c, rows, format);
      }
      const most = Math.min(limit ?? PAGE_USUAL, PAGE_LIMIT);
      const items: AttemptRow[] = [];
      for await (const one of site.attempts(given({ ...filter, limit: most }))) items.push(one);
      return c.json({ items, next: items.length < most ? null : items.at(-1)!.seq });
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/attempts/{seq}',
      summary: 'One attempt with the line that told of it',
      request: {
        // a text, as a coerced number would be described as one that may be left out
        params: z.strictObject({
          seq: z
            .string()
            .regex(/^\d{1,15}$/)
            .transform(Number),
        }),
        query: z.strictObject({ names: namesQuery }),
      },
      responses: { 200: json(schemas.attempt, 'the attempt'), ...problems, ...notThere },
    },
    async (c, { params, query }) => {
      const attempt = await of(query.names).attempt(params.seq);
      return attempt === null ? absent(c, 'attempt') : c.json(attempt);
    },
  );
}

function lines(c: Context, rows: AsyncIterable<AttemptRow>, format: 'ndjson' | 'csv'): Response {
  c.header('content-type', TYPES[format]);
  c.header('content-disposition', `attachment; filename="attempts.${format}"`);
  return c.body(textStream(format === 'csv' ? csvLines(rows) : jsonLines(rows)));
}

/** As exports write it: nothing is a formula, nothing is hidden, of a name of 100 kB a thousand characters are there. */
async function* csvLines(rows: AsyncIterable<AttemptRow>): AsyncGenerator<string> {
  yield csvLine(COLUMNS.map(({ title }) => title));
  for await (const row of rows)
    yield csvLine(
      COLUMNS.map(({ of }) => {
        const value = of(row);
        return typeof value === 'number' || typeof value === 'string' || value === null
          ? value
          : String(value);
      }),
    );
}

async function* jsonLines(rows: AsyncIterable<AttemptRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
