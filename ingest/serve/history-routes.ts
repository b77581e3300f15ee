import { createReadStream, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Type } from 'typebox';
import { BackupJson } from '#devices/wire/api.ts';
import type { DataArchive } from '../archive/data-archive.ts';
import { NoSpaceError } from '../archive/no-space-error.ts';
import { checkOrigin } from './access/host-guard.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { datastreamOf } from './datastream-of.ts';
import type { HttpParts } from './parts.ts';
import { Problem, ProblemJson } from './problem.ts';
import { rangeIn } from './query-range.ts';

const HOUR_MS = 3_600_000;
const MAX_NAMED = 1_000;
const PARQUET = 'application/vnd.apache.parquet';

const Instant = Type.Optional(Type.String({ description: 'RFC 3339 or epoch ms' }));
const ExportQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    datastream: Type.Optional(
      Type.Array(Type.String(), { maxItems: MAX_NAMED, description: 'only these DatastreamIds, `{thing}/{property}`' }),
    ),
  },
  { additionalProperties: false },
);
const problems = { 501: ProblemJson, 503: ProblemJson, 507: ProblemJson };

/** `/api/v1/export` and `/api/v1/backup`: history taken out of the running service. `copies`: one of both at a time. */
export function historyRoutes(
  app: App,
  parts: HttpParts,
  copies: ConcurrencyLimit,
  allowedHosts: readonly string[],
): void {
  app.get(
    '/api/v1/export',
    {
      schema: {
        summary: 'Every stored observation of a range as a Parquet file; of all Datastreams where none is named',
        description:
          'The last hour where nothing is said. Columns: thing, property, time, received_time (timestamps, UTC), result ' +
          '(DOUBLE; booleans are 0 and 1), text, status (name of the OPC UA StatusCode), status_code, position. In no ' +
          'particular order. One export or backup at a time.',
        tags: ['history'],
        querystring: ExportQuery,
        response: {
          200: { content: { [PARQUET]: { schema: Type.Any({ description: 'a Parquet file' }) } } },
          ...{ 400: ProblemJson, 404: ProblemJson },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const archive = archiveOf(parts);
      const range = rangeIn(request.query, parts.clock.now(), { fallbackMs: HOUR_MS });
      const named = request.query.datastream?.map((id) => datastreamOf(parts, id));
      const leave = copies.enter();
      const made = await archive.export(range, named).catch((error: unknown) => {
        leave();
        throw problemOf(error);
      });
      const stream = createReadStream(made.path);
      stream.once('close', () => {
        rmSync(made.path, { force: true });
        leave();
      });
      reply.header('content-disposition', `attachment; filename="${basename(made.path)}"`);
      reply.header('content-length', made.bytes).header('cache-control', 'no-store');
      return reply.type(PARQUET).send(stream) as never;
    },
  );

  app.post(
    '/api/v1/backup',
    {
      schema: {
        summary:
          'Copies the data folder into `backups/` in it, while the service runs; the copy is a data folder itself',
        tags: ['operations'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: BackupJson, 403: ProblemJson, ...problems },
      },
    },
    async (request): Promise<BackupJson> => {
      checkOrigin(request, allowedHosts);
      const archive = archiveOf(parts);
      return copies.run(async () => {
        const { path, bytes } = await archive.backup().catch((error: unknown) => {
          throw problemOf(error);
        });
        return { path, bytes };
      });
    },
  );
}

/** @throws {Problem} 501 */
function archiveOf({ archive }: HttpParts): DataArchive {
  if (archive !== undefined) return archive;
  const message =
    'The history is kept in a database of its own here, not in the embedded store: export and back it up with the ' +
    "database's own tools. GET /api/v1/observations gives every stored observation.";
  throw new Problem(501, { error: 'not-supported', message });
}

function problemOf(error: unknown): unknown {
  if (!(error instanceof NoSpaceError)) return error;
  return new Problem(507, { error: 'no-space', message: error.message });
}
