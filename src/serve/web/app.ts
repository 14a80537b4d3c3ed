/** The web server: page, API, feed and metrics in one application. docs/serve.md says how it is guarded, docs/api.md what it answers. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { Trouble } from '../../model/error.ts';
import { problemAnswer, questionTrouble, troubleAnswer } from './answers.ts';
import { attemptsApi } from './attempts-api.ts';
import type { Served, WebApp, WebEnv } from './context.ts';
import { readApi } from './read-api.ts';

export function webApp(served: Served): WebApp {
  const app = new OpenAPIHono<WebEnv>({
    defaultHook: (result, c) => {
      if (!result.success) return troubleAnswer(c, questionTrouble(result.error));
      return undefined;
    },
  });
  app.onError((error, c) => {
    if (error instanceof Trouble) return troubleAnswer(c, error);
    return problemAnswer(c, 500, 'bug', error.message, 'Please report it.');
  });
  app.notFound((c) =>
    problemAnswer(
      c,
      404,
      'not-there',
      `there is no ${c.req.path}`,
      'GET /api/v1/openapi.json lists what there is.',
    ),
  );
  readApi(app, served.site);
  attemptsApi(app, served.site);
  return app;
}
