/** The API as an OpenAPI document, made from the schemas that check what is asked and that tests hold answers against. */
import type { WebApp } from './context.ts';

/** The version of the API: additions leave it as it is, anything else is /api/v2. */
const API_VERSION = '1.0.0';

export function describe(app: WebApp): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'for /feed and /metrics alone: the password is the token',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'slowbrute-PORT',
  });
  let document: string | null = null;
  app.get('/api/v1/openapi.json', (c) => {
    document ??= JSON.stringify(openApi(app));
    return c.body(document, 200, { 'content-type': 'application/json' });
  });
}

export function openApi(app: WebApp): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'slowbrute',
      version: API_VERSION,
      description:
        'Distributed, slow, coordinated password guessing: what was found, what is kept out. Times are seconds since 1970 UTC. ' +
        'Texts are as a log has them, and hostile.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    security: [{ token: [] }, { session: [] }],
  });
}
