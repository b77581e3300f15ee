import { Type } from 'typebox';
import { formatInstant } from '#devices/time/instant.ts';
import { AbnormalJson, IssuesJson, TimelineJson } from '#devices/wire/api.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { incompleteness } from './incomplete.ts';
import type { HttpParts } from './parts.ts';
import { ProblemJson } from './problem.ts';
import { instantIn, rangeIn } from './query-range.ts';

const HOUR_MS = 3_600_000;
const MAX_TIMELINE_MS = 31 * 24 * HOUR_MS;
const MAX_BINS = 2_000;
const DEFAULT_BINS = 240;
/** Marks on one time axis; more would be a solid line. */
const MAX_EVENTS = 5_000;

const Instant = Type.Optional(Type.String({ description: 'RFC 3339 or epoch ms' }));
const AbnormalQuery = Type.Object({ at: Instant }, { additionalProperties: false });
const TimelineQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    bins: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_BINS, description: `default ${DEFAULT_BINS}` })),
  },
  { additionalProperties: false },
);

/** `/api/v1/abnormal`, `/api/v1/timeline`, `/api/v1/issues`: what is wrong, when it was, and what could not be taken. */
export function timelineRoutes(app: App, parts: HttpParts, queries: ConcurrencyLimit): void {
  app.get(
    '/api/v1/abnormal',
    {
      schema: {
        summary: 'Datastreams beyond a limit at a moment, and since when; now where `at` is absent',
        tags: ['alarms'],
        querystring: AbnormalQuery,
        response: { 200: AbnormalJson, 400: ProblemJson },
      },
    },
    (request): AbnormalJson => {
      const at = instantIn('at', request.query.at) ?? parts.clock.now();
      const abnormal = parts.transitions.abnormalAt(at);
      return {
        at: formatInstant(at),
        abnormal: abnormal.map(({ index, priority, since }) => ({ index, priority, since })),
      };
    },
  );

  app.get(
    '/api/v1/timeline',
    {
      schema: {
        summary: 'How many observations per bin, and which limits were crossed when',
        description: `The last hour where nothing is said; at most 31 days. At most ${MAX_EVENTS} events, the oldest.`,
        tags: ['alarms'],
        querystring: TimelineQuery,
        response: { 200: TimelineJson, 400: ProblemJson },
      },
    },
    async (request): Promise<TimelineJson> => {
      const { bins = DEFAULT_BINS } = request.query;
      const range = rangeIn(request.query, parts.clock.now(), { fallbackMs: HOUR_MS, longestMs: MAX_TIMELINE_MS });
      const counts = await queries.run(() => parts.historian.density(range, bins));
      const events = parts.transitions
        .between(range, MAX_EVENTS)
        .filter(({ from, to }) => to > from)
        .map(({ time, index, to }) => ({ time, index, priority: to }));
      return { from: range.from, to: range.to, counts: Array.from(counts), events, ...incompleteness(parts, range.to) };
    },
  );

  app.get(
    '/api/v1/issues',
    {
      schema: {
        summary: 'What could not be taken: counts by kind since the start, and the newest few',
        tags: ['operations'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: IssuesJson },
      },
    },
    (): IssuesJson => ({
      counts: parts.issues.counts(),
      issues: parts.issues.newest().map((issue) => ({ ...issue, time: formatInstant(issue.time) })),
    }),
  );
}
