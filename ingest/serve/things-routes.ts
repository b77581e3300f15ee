import { Type } from 'typebox';
import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Thing } from '#devices/model/thing.ts';
import { DatastreamJson, ThingJson, ThingsPage } from '#devices/wire/api.ts';
import type { App } from './app.ts';
import { notFound, ProblemJson, wrongParameter } from './problem.ts';

const MAX_PAGE = 10_000;
const DEFAULT_PAGE = 1_000;

const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: `default ${DEFAULT_PAGE}` }));
const Cursor = Type.Optional(Type.String({ description: '`next` of the page before' }));

const ThingsQuery = Type.Object(
  {
    limit: Limit,
    cursor: Cursor,
    type: Type.Optional(Type.String({ description: 'only Things of this type, e.g. `air-station`' })),
    area: Type.Optional(Type.String({ description: 'only Things in this area' })),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'part of the id or of a name, any case' })),
  },
  { additionalProperties: false },
);

const DatastreamsPage = Type.Object({
  revision: Type.Integer(),
  total: Type.Integer(),
  datastreams: Type.Array(Type.Intersect([DatastreamJson, Type.Object({ thing: Type.String() })])),
  next: Type.Optional(Type.String({ description: 'cursor of the next page' })),
});

const DatastreamsQuery = Type.Object(
  { limit: Limit, cursor: Cursor, property: Type.Optional(Type.String({ description: 'only this ObservedProperty' })) },
  { additionalProperties: false },
);

/** `/api/v1/things`, `/api/v1/things/:id`, `/api/v1/datastreams`: the register, in the order of ids and of indexes. */
export function thingsRoutes(app: App, { catalog }: { readonly catalog: Catalog }): void {
  const sorted = sortedThings(catalog);

  app.get(
    '/api/v1/things',
    {
      schema: {
        summary: 'The Things of the city, a page at a time, by id',
        tags: ['catalog'],
        querystring: ThingsQuery,
        response: { 200: ThingsPage, 400: ProblemJson },
      },
    },
    (request): ThingsPage => {
      const { limit = DEFAULT_PAGE, cursor, type, area, q } = request.query;
      const wanted = sorted().filter(
        (thing) =>
          (type === undefined || thing.type === type) &&
          (area === undefined || thing.area === area) &&
          (q === undefined || isCalled(thing, q.toLowerCase())),
      );
      const start = cursor === undefined ? 0 : firstAfter(wanted, readCursor(cursor));
      const page = wanted.slice(start, start + limit);
      const last = page.at(-1);
      const more = last !== undefined && start + limit < wanted.length;
      return {
        revision: catalog.revision,
        total: wanted.length,
        things: page.map(thingJson),
        ...(more && { next: Buffer.from(last.id).toString('base64url') }),
      };
    },
  );

  app.get(
    '/api/v1/things/:id',
    {
      schema: {
        summary: 'One Thing',
        tags: ['catalog'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: ThingJson, 404: ProblemJson },
      },
    },
    (request): ThingJson => {
      const thing = catalog.thing(request.params.id);
      if (thing === undefined) throw notFound('Thing', request.params.id, 'GET /api/v1/things lists those there are.');
      return thingJson(thing);
    },
  );

  app.get(
    '/api/v1/datastreams',
    {
      schema: {
        summary: 'The Datastreams of the city, a page at a time, by index',
        tags: ['catalog'],
        querystring: DatastreamsQuery,
        response: { 200: DatastreamsPage, 400: ProblemJson },
      },
    },
    (request) => datastreamsPage(catalog, request.query),
  );
}

function datastreamsPage(
  catalog: Catalog,
  query: { readonly limit?: number; readonly cursor?: string; readonly property?: string },
) {
  const { limit = DEFAULT_PAGE, cursor, property } = query;
  const start = cursor === undefined ? 0 : Number(readCursor(cursor)) + 1;
  if (!Number.isInteger(start)) throw wrongParameter('cursor', cursor, 'is not the `next` of a page of datastreams');
  const total = catalog.datastreamCount;
  const datastreams: (DatastreamJson & { thing: string })[] = [];
  let index = start;
  for (; index < total && datastreams.length < limit; index++) {
    const stream = catalog.datastream(index);
    const thing = catalog.thingOf(index);
    if (stream === undefined || thing === undefined) continue;
    if (property !== undefined && stream.property !== property) continue;
    datastreams.push({ ...(stream as unknown as DatastreamJson), thing: thing.id });
  }
  const next = index < total ? { next: Buffer.from(String(index - 1)).toString('base64url') } : {};
  return { revision: catalog.revision, total, datastreams, ...next };
}

/** The catalog's Things by id, sorted again only after a change. */
function sortedThings(catalog: Catalog): () => readonly Thing[] {
  let revision = -1;
  let things: Thing[] = [];
  return () => {
    if (revision !== catalog.revision) {
      things = [...catalog.things()].sort((a, b) => (a.id < b.id ? -1 : 1));
      revision = catalog.revision;
    }
    return things;
  };
}

function isCalled(thing: Thing, part: string): boolean {
  const names = [thing.id, thing.name?.zh, thing.name?.en, thing.name?.local];
  return names.some((name) => name?.toLowerCase().includes(part));
}

/** Position of the first Thing whose id is greater than `id`. */
function firstAfter(things: readonly Thing[], id: string): number {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((things[middle] as Thing).id > id) high = middle;
    else low = middle + 1;
  }
  return low;
}

function readCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** A Thing is its own JSON; only the schema's type does not know `readonly` and brands. */
function thingJson(thing: Thing): ThingJson {
  return thing as unknown as ThingJson;
}
