import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';
import { shown } from '#devices/profiles/shown.ts';
import { HistoryAwayError } from '../historian/historian.ts';
import { historyAway, Problem, type ProblemJson, wrongParameter } from './problem.ts';

/** Fastify whose handlers take their types from typebox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Bytes of a request body; the biggest we take is an access token. */
const MAX_BODY_BYTES = 16 * 1024;
/** An id of 128 characters, each up to four bytes, each byte as %XX. */
const MAX_PARAM_LENGTH = 3_000;
/** Connections at once; every viewer holds one and its tiles up to six. */
const MAX_CONNECTIONS = 2_000;

/**
 * An empty app with the house's ways: bounded requests, unknown parameters refused, errors as `ProblemJson`.
 * Answers are written by JSON.stringify (schemas document them; tests check them): unions in a compiled serializer
 * would validate every observation again.
 */
export function createApp(report: (error: unknown, what: string) => void): App {
  const app: App = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', allErrors: false, verbose: true } },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook('preHandler', async (request) => refuseInfinity(request.query));
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = error instanceof Problem ? error : problemOf(error);
    if (problem.statusCode >= 500 && !(error instanceof Problem)) report(error, `${request.method} ${request.url}`);
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    reply.code(problem.statusCode).headers(problem.headers).type('application/json').send(problem.body);
  });
  return app;
}

/** Ajv takes the text `Infinity` for a number, and then asks for no minimum and no maximum of it. */
function refuseInfinity(query: unknown): void {
  for (const [name, value] of Object.entries(query ?? {})) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw wrongParameter(name, String(value), 'is no number');
  }
}

function problemOf(error: FastifyError | HistoryAwayError): Problem {
  if (error instanceof HistoryAwayError) return historyAway(error.message);
  const first = error.validation?.[0];
  if (first !== undefined) return new Problem(400, validationBody(error, first));
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, { error: 'bad-request', message: error.message });
  const message = 'The server failed to answer; its log says why. Try again, and report it if it stays.';
  return new Problem(500, { error: 'internal', message });
}

type Invalid = NonNullable<FastifyError['validation']>[number];

function validationBody(error: FastifyError, first: Invalid): ProblemJson {
  const where = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
  const params = first.params as Record<string, unknown>;
  if (first.keyword === 'additionalProperties') {
    const parameter = String(params.additionalProperty);
    const known = Object.keys((first as { parentSchema?: { properties?: object } }).parentSchema?.properties ?? {});
    const allowed = known.length === 0 ? 'none is taken here' : `allowed: ${known.join(', ')}`;
    return { error: 'wrong-parameter', message: `${parameter}: unknown in the ${where}; ${allowed}`, parameter };
  }
  if (first.keyword === 'required') {
    const parameter = String(params.missingProperty);
    return { error: 'wrong-parameter', message: `${parameter}: missing in the ${where}; it must be given`, parameter };
  }
  const parameter = first.instancePath.replace(/^\//, '') || where;
  const given = shown((first as { data?: unknown }).data);
  const message = `${parameter}: ${given} ${first.message ?? 'is not allowed'}`;
  return { error: 'wrong-parameter', message, parameter, given };
}
