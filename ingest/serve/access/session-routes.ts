import { Type } from 'typebox';
import type { App } from '../app.ts';
import { ProblemJson } from '../problem.ts';
import { type AccessControl, SESSION_COOKIE } from './access-control.ts';
import { SESSION_MS } from './session-store.ts';

const SessionJson = Type.Object({
  tokenRequired: Type.Boolean({ description: 'an access token is configured' }),
  open: Type.Boolean({ description: 'this browser may come in' }),
});

/** `/api/v1/session`: how a browser that has the token gets in. Open to everybody. */
export function sessionRoutes(app: App, access: AccessControl): void {
  app.get(
    '/api/v1/session',
    {
      schema: { summary: 'Whether a token is needed, and was given', tags: ['access'], response: { 200: SessionJson } },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-store');
      return { tokenRequired: access.tokenRequired, open: access.admits(request) };
    },
  );

  app.post(
    '/api/v1/session',
    {
      schema: {
        summary: 'Gives the token; the answer sets an HttpOnly cookie',
        tags: ['access'],
        body: Type.Object({ token: Type.String({ maxLength: 1_000 }) }, { additionalProperties: false }),
        response: { 200: SessionJson, 401: ProblemJson, 429: ProblemJson },
      },
    },
    (request, reply) => {
      if (access.tokenRequired) {
        reply.setCookie(SESSION_COOKIE, access.openSession(request.body.token, request.ip), {
          path: '/',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.headers['x-forwarded-proto'] === 'https',
          maxAge: SESSION_MS / 1000,
        });
      }
      reply.header('cache-control', 'no-store');
      return { tokenRequired: access.tokenRequired, open: true };
    },
  );

  app.delete(
    '/api/v1/session',
    { schema: { summary: 'Forgets this browser', tags: ['access'], response: { 200: SessionJson } } },
    (request, reply) => {
      const id = request.cookies[SESSION_COOKIE];
      if (id !== undefined) access.closeSession(id);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return { tokenRequired: access.tokenRequired, open: !access.tokenRequired };
    },
  );
}
