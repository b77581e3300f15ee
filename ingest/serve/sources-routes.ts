import { Type } from 'typebox';
import { formatInstant } from '#devices/time/instant.ts';
import { SourceDetailJson, type SourceJson, SourcesPage } from '#devices/wire/api.ts';
import type { App } from './app.ts';
import type { HttpParts } from './parts.ts';
import { notFound, ProblemJson, wrongParameter } from './problem.ts';
import { byId, sourceDetailJson, sourceJson, worstFirst } from './source-json.ts';

const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;

const SourcesQuery = Type.Object(
  {
    order: Type.Optional(
      Type.Union([Type.Literal('worst'), Type.Literal('id')], {
        description: '`worst` (default): the worst first, one page; `id`: all of them, page by page',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: `default ${DEFAULT_PAGE}` })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before; with `order=id`' })),
    thing: Type.Optional(Type.String({ description: 'only those that send this Thing' })),
  },
  { additionalProperties: false },
);

/** `/api/v1/sources`, `/api/v1/sources/:id`: who sends, what came, what did not, how late, and by which clock. */
export function sourcesRoutes(app: App, parts: HttpParts): void {
  app.get(
    '/api/v1/sources',
    {
      schema: {
        summary: 'Who sends: delay, loss, duplicates, gaps and clock of every source',
        description: 'Counted from live traffic since the service started; the 10,000 heard last are remembered.',
        tags: ['operations'],
        querystring: SourcesQuery,
        response: { 200: SourcesPage, 400: ProblemJson, 404: ProblemJson },
      },
    },
    (request): SourcesPage => sourcesPage(parts, request.query),
  );

  app.get(
    '/api/v1/sources/:id',
    {
      schema: {
        summary: 'One source, with its newest gaps',
        tags: ['operations'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: SourceDetailJson, 404: ProblemJson },
      },
    },
    (request): SourceDetailJson => {
      const { id } = request.params;
      const now = parts.clock.now();
      const source = parts.sources.survey(now).find((each) => each.id === id);
      if (source === undefined) {
        throw notFound('source', id, 'GET /api/v1/sources lists those heard since the service started.');
      }
      return sourceDetailJson(source, parts.catalog, now);
    },
  );
}

interface Query {
  readonly order?: 'worst' | 'id';
  readonly limit?: number;
  readonly cursor?: string;
  readonly thing?: string;
}

function sourcesPage(parts: HttpParts, { order = 'worst', limit = DEFAULT_PAGE, cursor, thing }: Query): SourcesPage {
  if (cursor !== undefined && order === 'worst') {
    throw wrongParameter('cursor', cursor, 'goes with order=id: what is worst changes between two pages');
  }
  const now = parts.clock.now();
  const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
  const wanted = wantedSources(parts, thing, now);
  wanted.sort(order === 'id' ? byId : worstFirst);
  const start = wanted.findIndex(({ id }) => order === 'worst' || id > after);
  const page = start < 0 ? [] : wanted.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = order === 'id' && last !== undefined && start + limit < wanted.length;
  return {
    at: formatInstant(now),
    total: wanted.length,
    concerning: wanted.filter(({ concern }) => concern !== 'none').length,
    sources: page,
    ...(hasMore && { next: Buffer.from(last.id).toString('base64url') }),
  };
}

function wantedSources({ sources, catalog }: HttpParts, id: string | undefined, now: number): SourceJson[] {
  const all = sources.survey(now);
  if (id === undefined) return all.map((source) => sourceJson(source, now));
  const thing = catalog.thing(id);
  if (thing === undefined) throw notFound('Thing', id, 'GET /api/v1/things lists those there are.');
  return [...sources.sourcesOf(thing.datastreams)].map((source) => sourceJson(source, now));
}
