/** A session for the page: a token in, a cookie out; who am I; and its end. */
import { z } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { answer, json, problemAnswer, problems } from './answers.ts';
import type { Served, WebApp } from './context.ts';
import type { GuardOptions } from './guard.ts';
import { tokenOf } from './guard.ts';
import { SESSION_SECONDS } from './sessions.ts';
import { SCOPES, type Token } from './tokens.ts';

const session = z
  .strictObject({
    name: z.string().openapi({ description: 'the name of the token' }),
    scopes: z
      .array(z.enum(SCOPES))
      .openapi({ description: 'what it may; `block` only where there is something that blocks' }),
    expires: z.number().nullable().openapi({ description: 'when the token ends, seconds since 1970 UTC' }),
  })
  .openapi('Session');

export function sessionApi(app: WebApp, served: Served, options: GuardOptions): void {
  const scopesOf = (token: Token) =>
    token.scopes.filter((scope) => scope !== 'block' || served.blocks !== null);
  const told = (token: Token) => ({
    name: token.name,
    scopes: scopesOf(token),
    expires: token.expires,
  });

  answer(
    app,
    {
      method: 'post',
      path: '/api/v1/session',
      summary: 'Begin a session of the page',
      request: {
        body: {
          required: true,
          content: { 'application/json': { schema: z.strictObject({ token: z.string().max(200) }) } },
        },
      },
      responses: { 200: json(session, 'the cookie is set'), ...problems },
    },
    async (c, { body }) => {
      const now = served.now();
      const token = options.tokens.find(body.token, now);
      if (token === null)
        return problemAnswer(
          c,
          401,
          'no-token',
          'this token is not valid',
          'slowbrute token add NAME makes one.',
        );
      const isSecure = c.req.header('origin')?.startsWith('https://') === true;
      setCookie(c, options.cookie, options.sessions.begin(token, now), {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        secure: isSecure,
        maxAge: SESSION_SECONDS,
      });
      await served.actions?.add({
        time: Math.floor(now),
        by: token.name,
        does: 'session-begun',
        target: '',
        why: '',
      });
      return c.json(told(token));
    },
  );

  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/session',
      summary: 'Who asks, and what they may',
      responses: { 200: json(session, 'the token, or the session'), ...problems },
    },
    (c) => {
      const token = tokenOf(c, options);
      return token === null
        ? problemAnswer(
            c,
            401,
            'no-token',
            'there is no session',
            'POST /api/v1/session with a token begins one.',
          )
        : c.json(told(token));
    },
  );

  answer(
    app,
    {
      method: 'delete',
      path: '/api/v1/session',
      summary: 'End the session',
      responses: { 204: { description: 'there is none any more' } },
    },
    (c) => {
      const cookie = getCookie(c, options.cookie);
      if (cookie !== undefined) options.sessions.end(cookie);
      deleteCookie(c, options.cookie, { path: '/', httpOnly: true, sameSite: 'Strict' });
      return c.body(null, 204);
    },
  );
}
