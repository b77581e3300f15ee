import { Type } from 'typebox';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { App } from './app.ts';

/** `/healthz`: the process answers, and says what it is and which live frames it speaks, so that a viewer knows whether they go together. `/readyz`: everything that it needs is there. Open to everybody. */
export function healthRoutes(app: App, checks: () => Readonly<Record<string, boolean>>): void {
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'The process answers',
        tags: ['operations'],
        response: { 200: Type.Object({ ok: Type.Boolean(), product: Type.String(), live: Type.String() }) },
      },
    },
    () => ({ ok: true, product: 'yiping', live: LIVE_PROTOCOL }),
  );

  const Ready = Type.Object({ ready: Type.Boolean(), checks: Type.Record(Type.String(), Type.Boolean()) });
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Whether the journal takes observations, the broker listens and the city is built',
        tags: ['operations'],
        response: { 200: Ready, 503: Ready },
      },
    },
    (_request, reply) => {
      const found = { ...checks() };
      const ready = Object.values(found).every(Boolean);
      reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
      return { ready, checks: found };
    },
  );
}
