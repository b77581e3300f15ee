import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { TimeRange } from '#devices/time/time-range.ts';
import { StateJson } from '#devices/wire/api.ts';
import { encodeFrame, FRAME_MEDIA_TYPE } from '#devices/wire/frame.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { incompleteness } from './incomplete.ts';
import { stateJson } from './observation-json.ts';
import type { HttpParts } from './parts.ts';
import { ProblemJson, wrongParameter } from './problem.ts';
import { instantIn, rangeIn } from './query-range.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_STEP_MS = 100;
const MAX_STEP_MS = 600_000;
/** Steps of one answer; an hour at ten steps a second. */
const MAX_STEPS = 36_000;

/** Beside frames, which have no room for words; see `IncompleteJson`. */
const COMPLETE_UNTIL_HEADER = 'yiping-history-complete-until';

const Instant = Type.Optional(Type.String({ description: 'RFC 3339 or epoch ms' }));
const StateQuery = Type.Object({ at: Instant }, { additionalProperties: false });
const ReplayQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    stepMs: Type.Optional(
      Type.Number({ minimum: 10, maximum: MAX_STEP_MS, description: `one frame per step; default ${DEFAULT_STEP_MS}` }),
    ),
  },
  { additionalProperties: false },
);
const frames = { [FRAME_MEDIA_TYPE]: { schema: Type.Any({ description: 'devices/wire/frame.ts' }) } };
const Frames = { content: frames };
const StateOrFrame = { content: { 'application/json': { schema: StateJson }, ...frames } };

export interface StateLimits {
  readonly queries: ConcurrencyLimit;
  readonly replays: ConcurrencyLimit;
}

/** `/api/v1/state` and `/api/v1/replay`: the city at a moment, and what changed from one moment to another. */
export function stateRoutes(app: App, parts: HttpParts, limits: StateLimits): void {
  app.get(
    '/api/v1/state',
    {
      schema: {
        summary: 'The newest observation of every Datastream at a moment; now where `at` is absent',
        description: `JSON, or one snapshot frame where the request accepts \`${FRAME_MEDIA_TYPE}\`.`,
        tags: ['history'],
        querystring: StateQuery,
        response: { 200: StateOrFrame, 400: ProblemJson },
      },
    },
    async (request, reply) => {
      const at = instantIn('at', request.query.at);
      const state =
        at === undefined ? parts.latest.state() : await limits.queries.run(() => parts.historian.stateAt(at));
      const time = at ?? parts.clock.now();
      const lack = at === undefined ? {} : incompleteness(parts, at);
      reply.header('vary', 'accept');
      if (!acceptsFrames(request.headers.accept)) return { ...stateJson(parts.catalog, time, state), ...lack };
      if (lack.incomplete !== undefined) reply.header(COMPLETE_UNTIL_HEADER, lack.incomplete.completeUntil);
      const frame = encodeFrame({ kind: 'snapshot', sequence: 1, time, ...state });
      return reply.type(FRAME_MEDIA_TYPE).send(Buffer.from(frame.buffer)) as never;
    },
  );

  app.get(
    '/api/v1/replay',
    {
      schema: {
        summary: 'What changed from `from` to `to`: one delta frame per step in which something did, concatenated',
        description:
          'Applied in order to the state at `from`, the frames lead to the state at `to`. At most an hour per request.',
        tags: ['history'],
        querystring: ReplayQuery,
        response: { 200: Frames, 400: ProblemJson },
      },
    },
    (request, reply) => {
      const { stepMs = DEFAULT_STEP_MS } = request.query;
      const range = rangeIn(request.query, parts.clock.now(), { fallbackMs: 60_000, longestMs: HOUR_MS });
      if ((range.to - range.from) / stepMs > MAX_STEPS) {
        throw wrongParameter(
          'stepMs',
          stepMs,
          `makes more than ${MAX_STEPS} steps; take longer steps or a shorter range`,
        );
      }
      const leave = limits.replays.enter();
      const { incomplete } = incompleteness(parts, range.to);
      if (incomplete !== undefined) reply.header(COMPLETE_UNTIL_HEADER, incomplete.completeUntil);
      const stream = Readable.from(replayFrames(parts, range, stepMs), { objectMode: false });
      stream.once('close', leave);
      stream.once('error', (error) => parts.report(error, `replay of ${request.url}`));
      return reply.type(FRAME_MEDIA_TYPE).header('cache-control', 'no-store').send(stream) as never;
    },
  );
}

async function* replayFrames({ historian }: HttpParts, range: TimeRange, stepMs: number): AsyncGenerator<Buffer> {
  let sequence = 0;
  for await (const { batch, texts, stepEnd } of historian.replay(range, stepMs)) {
    const frame = encodeFrame({ kind: 'delta', sequence: ++sequence, time: stepEnd, batch, texts });
    yield Buffer.from(frame.buffer);
  }
}

function acceptsFrames(accept: string | undefined): boolean {
  return accept?.includes(FRAME_MEDIA_TYPE) ?? false;
}
