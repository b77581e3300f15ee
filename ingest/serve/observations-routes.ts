import { Type } from 'typebox';
import type { Datastream } from '#devices/model/datastream.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import { ObservationsPage, TrendJson } from '#devices/wire/api.ts';
import type { HistorianCursor } from '../historian/historian.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { datastreamOf } from './datastream-of.ts';
import { incompleteness } from './incomplete.ts';
import { observationJson } from './observation-json.ts';
import type { HttpParts } from './parts.ts';
import { ProblemJson, wrongParameter } from './problem.ts';
import { rangeIn } from './query-range.ts';

const HOUR_MS = 3_600_000;
const MAX_PAGE = 10_000;
const DEFAULT_PAGE = 1_000;
const MAX_POINTS = 20_000;
const CURSOR_HINT = 'is not the `next` of a page; start again without it';

const ObservationsQuery = Type.Object(
  {
    datastream: Type.String({ description: 'DatastreamId, `{thing}/{property}`' }),
    from: Type.Optional(Type.String({ description: 'RFC 3339 or epoch ms, inclusive; default an hour before `to`' })),
    to: Type.Optional(Type.String({ description: 'RFC 3339 or epoch ms, exclusive; default now' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, description: `default ${DEFAULT_PAGE}` })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
    maxPoints: Type.Optional(
      Type.Integer({ minimum: 3, maximum: MAX_POINTS, description: 'downsample to so many points, extremes kept' }),
    ),
  },
  { additionalProperties: false },
);

/** `/api/v1/observations`: every stored observation of one datastream by pages, or a trend of it. */
export function observationsRoutes(app: App, parts: HttpParts, queries: ConcurrencyLimit): void {
  app.get(
    '/api/v1/observations',
    {
      schema: {
        summary: 'What one Datastream observed: every observation, or with `maxPoints` a downsampled trend',
        tags: ['history'],
        querystring: ObservationsQuery,
        response: { 200: Type.Union([ObservationsPage, TrendJson]), 400: ProblemJson, 404: ProblemJson },
      },
    },
    async (request) => {
      const { datastream: id, maxPoints, limit, cursor } = request.query;
      const stream = datastreamOf(parts, id);
      const range = rangeIn(request.query, parts.clock.now(), { fallbackMs: HOUR_MS });
      return queries.run<ObservationsPage | TrendJson>(async () => {
        if (maxPoints === undefined) return pageOf(parts, stream, range, limit ?? DEFAULT_PAGE, cursor);
        if (limit !== undefined || cursor !== undefined) {
          throw wrongParameter('maxPoints', maxPoints, 'goes without `limit` and `cursor`: a trend is one answer');
        }
        return trendOf(parts, stream, range, maxPoints);
      });
    },
  );
}

async function pageOf(
  parts: HttpParts,
  stream: Datastream,
  range: TimeRange,
  limit: number,
  cursor: string | undefined,
): Promise<ObservationsPage> {
  const page = await parts.historian
    .observations(stream.index, range, limit, cursor as HistorianCursor | undefined)
    .catch((error: unknown) => {
      if (error instanceof RangeError && cursor !== undefined) throw wrongParameter('cursor', cursor, CURSOR_HINT);
      throw error;
    });
  return {
    observations: page.observations.map((each) => observationJson(stream.id, stream.resultType, each)),
    ...(page.next !== undefined && { next: page.next }),
    ...incompleteness(parts, range.to),
  };
}

async function trendOf(parts: HttpParts, stream: Datastream, range: TimeRange, maxPoints: number): Promise<TrendJson> {
  if (stream.resultType !== 'number' && stream.resultType !== 'boolean') {
    throw wrongParameter('maxPoints', maxPoints, `is for numbers; ${stream.id} is ${stream.resultType}: leave it out`);
  }
  const trend = await parts.historian.trend(stream.index, range, maxPoints);
  return {
    datastream: stream.id,
    time: Array.from(trend.time),
    value: Array.from(trend.value, (value) => (Number.isNaN(value) ? null : value)),
    status: Array.from(trend.status),
    observations: trend.observations,
    ...(trend.rollupMs !== undefined && { rollupMs: trend.rollupMs }),
    ...incompleteness(parts, range.to),
  };
}
