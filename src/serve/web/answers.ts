/** Answers that many paths have in common: JSON by its schema, trouble as an object with a remedy, and how a path is described. */
import type { RouteConfig, z } from '@hono/zod-openapi';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Trouble, type TroubleCode } from '../../model/error.ts';
import type { WebApp, WebEnv } from './context.ts';
import { problem } from './schemas.ts';

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 421 | 429 | 500 | 503;

export function problemAnswer(
  c: Context,
  status: ProblemStatus,
  code: string,
  message: string,
  remedy: string,
): Response {
  return c.json({ code, message, remedy }, status);
}

/** What kind of answer a trouble is. */
export function troubleAnswer(c: Context, { code, message, remedy }: Trouble): Response {
  return problemAnswer(c, STATUS_OF[code] ?? 409, code, message, remedy);
}

const STATUS_OF: Partial<Record<TroubleCode, ProblemStatus>> = {
  'wrong-call': 400,
  'no-rights': 403,
  'not-running': 503,
  'store-busy': 503,
};

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** Answers that any path may give. */
export const problems = {
  400: json(problem, 'the question is not understood'),
  401: json(problem, 'no token, or one that is not valid any more'),
  403: json(problem, 'the token may not do this, or the request comes from another site'),
};
export const notThere = { 404: json(problem, 'there is no such thing') };

/**
 * Describes a path and answers it. The answer is the handler's own: types of zod and of src/view/site.ts differ in `readonly` alone,
 * and that an answer is as its schema says is what app.test.ts holds.
 */
export function answer<R extends RouteConfig>(
  app: WebApp,
  config: R,
  handler: (c: Context<WebEnv>, asked: Asked<R>) => Response | Promise<Response>,
): void {
  const route = createRoute(config);
  const answered = (c: Context<WebEnv>) => {
    const { req } = c;
    const valid = (part: 'query' | 'param' | 'json') =>
      config.request?.[part === 'param' ? 'params' : part === 'json' ? 'body' : 'query'] === undefined
        ? {}
        : req.valid(part as never);
    return handler(c, { query: valid('query'), params: valid('param'), body: valid('json') } as Asked<R>);
  };
  app.openapi(route, answered as never);
}

type Out<T> = T extends z.ZodType ? z.output<T> : Record<string, never>;
type Request<R extends RouteConfig> = R['request'] extends object ? R['request'] : object;
type Part<R extends RouteConfig, K extends string> = K extends keyof Request<R> ? Request<R>[K] : undefined;
type BodySchema<B> = B extends { content: { 'application/json': { schema: infer S } } } ? S : undefined;

/** What was asked, checked. */
export interface Asked<R extends RouteConfig> {
  readonly query: Out<Part<R, 'query'>>;
  readonly params: Out<Part<R, 'params'>>;
  readonly body: Out<BodySchema<Part<R, 'body'>>>;
}

/** How zod's words on a wrong question reach whoever asked. */
export function questionTrouble(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}) {
  const [issue] = error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return new Trouble(
    'wrong-call',
    `the question is not understood: ${where}${where === '' ? '' : ': '}${issue?.message ?? ''}`,
    'GET /api/v1/openapi.json lists what can be asked.',
  );
}
