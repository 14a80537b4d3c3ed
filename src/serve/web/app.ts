/** The web server: page, API, feed and metrics in one application. docs/serve.md says how it is guarded, docs/api.md what it answers. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { Trouble } from '../../model/error.ts';
import { redacted } from '../../view/redact.ts';
import { actApi } from './act-api.ts';
import { problemAnswer, questionTrouble, troubleAnswer } from './answers.ts';
import { attemptsApi } from './attempts-api.ts';
import type { Served, SiteByNames, WebApp, WebEnv } from './context.ts';
import { describe } from './description.ts';
import { exportApi } from './export-api.ts';
import { feed } from './feed.ts';
import { type GuardOptions, originGuard, scopeGuard } from './guard.ts';
import { safeHeaders } from './headers.ts';
import { Hub } from './hub.ts';
import { liveApi } from './live-api.ts';
import { page } from './page.ts';
import { readApi } from './read-api.ts';
import { sessionApi } from './session-api.ts';
import { Sessions } from './sessions.ts';
import { statusApi } from './status-api.ts';
import type { TokenBook } from './tokens.ts';

export interface WebOptions {
  readonly tokens: TokenBook;
  /** Names that may stand in a Host header (origin.ts). */
  readonly hosts: ReadonlySet<string>;
  /** Servers on other ports of the same host must not end each other's sessions: cookies know no ports. */
  readonly port: number;
  /** Where the page's files are; left out: where the build put them. */
  readonly pageFolder?: string;
}

/** Bytes of a request's body: the longest is a reason. */
const LARGEST_BODY = 64 * 1024;

export function webApp(served: Served, options: WebOptions): WebApp {
  const app = new OpenAPIHono<WebEnv>({
    defaultHook: (result, c) => {
      if (!result.success) return troubleAnswer(c, questionTrouble(result.error));
      return undefined;
    },
  });
  const guard: GuardOptions = {
    tokens: options.tokens,
    sessions: new Sessions(options.tokens),
    hosts: options.hosts,
    cookie: `slowbrute-${options.port}`,
    now: () => served.now(),
  };
  app.onError((error, c) => {
    if (error instanceof Trouble) return troubleAnswer(c, error);
    // what went wrong inside is nobody's business outside
    served.failed?.(error);
    return problemAnswer(
      c,
      500,
      'bug',
      'something went wrong here',
      'The log of slowbrute has it; please report it.',
    );
  });
  app.notFound((c) =>
    problemAnswer(
      c,
      404,
      'not-there',
      'there is nothing here',
      'GET /api/v1/openapi.json lists what there is.',
    ),
  );
  app.use(safeHeaders);
  app.use(originGuard(guard));
  app.use(
    bodyLimit({
      maxSize: LARGEST_BODY,
      onError: (c) => problemAnswer(c, 413, 'wrong-call', 'the request is too long', 'Send less.'),
    }),
  );

  sessionApi(app, served, guard);
  page(app, options.pageFolder);
  app.use(
    '/api/*',
    scopeGuard(guard, (c) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? 'read' : 'block')),
  );
  app.use(
    '/feed/*',
    scopeGuard(guard, () => 'feed'),
  );
  app.use(
    '/metrics',
    scopeGuard(guard, () => 'metrics'),
  );

  const { site } = served;
  const hiding = redacted(site);
  const of: SiteByNames = (names) => (names === 'shown' ? site : hiding);
  readApi(app, of);
  attemptsApi(app, of);
  exportApi(app, served);
  const hubs = { hidden: new Hub(hiding), shown: new Hub(site) };
  liveApi(
    app,
    site,
    (names) => hubs[names],
    (token) => options.tokens.isValid(token, served.now()),
  );
  actApi(app, served, site);
  statusApi(app, served);
  feed(app, site);
  describe(app);
  return app;
}
