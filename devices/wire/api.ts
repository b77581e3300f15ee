import { type Static, Type } from 'typebox';

/**
 * The JSON of the HTTP API `/api/v1`, as schemas: the server publishes them as OpenAPI and checks its answers with them,
 * viewers take their types. Instants are RFC 3339 UTC.
 */
const Text = Type.Object({
  zh: Type.Optional(Type.String()),
  en: Type.Optional(Type.String()),
  local: Type.Optional(Type.String()),
});

export const DatastreamJson = Type.Object({
  id: Type.String(),
  index: Type.Integer({ minimum: 0, description: 'DatastreamIndex, as in live frames' }),
  property: Type.String(),
  name: Type.Optional(Text),
  resultType: Type.Union([
    Type.Literal('number'),
    Type.Literal('boolean'),
    Type.Literal('category'),
    Type.Literal('text'),
  ]),
  unit: Type.Optional(Type.String({ description: 'UCUM' })),
  range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
  intervalMs: Type.Optional(Type.Number()),
  limits: Type.Optional(
    Type.Array(
      Type.Object({
        side: Type.Union([Type.Literal('above'), Type.Literal('below')]),
        value: Type.Number(),
        priority: Type.Union([
          Type.Literal('low'),
          Type.Literal('medium'),
          Type.Literal('high'),
          Type.Literal('urgent'),
        ]),
      }),
    ),
  ),
});
export type DatastreamJson = Static<typeof DatastreamJson>;

export const ThingJson = Type.Object({
  id: Type.String(),
  name: Type.Optional(Text),
  type: Type.String(),
  location: Type.Optional(
    Type.Object({ lon: Type.Number(), lat: Type.Number(), height: Type.Optional(Type.Number()) }),
  ),
  area: Type.Optional(Type.String()),
  building: Type.Optional(Type.String()),
  simulated: Type.Boolean(),
  source: Type.Object({ protocol: Type.Union([Type.Literal('mqtt'), Type.Literal('opcua')]), address: Type.String() }),
  datastreams: Type.Array(DatastreamJson),
});
export type ThingJson = Static<typeof ThingJson>;

/** `GET /api/v1/things?limit&cursor&type&area&q` */
export const ThingsPage = Type.Object({
  revision: Type.Integer(),
  total: Type.Integer(),
  things: Type.Array(ThingJson),
  next: Type.Optional(Type.String({ description: 'cursor of the next page' })),
});
export type ThingsPage = Static<typeof ThingsPage>;

export const ObservationJson = Type.Object({
  datastream: Type.String(),
  time: Type.String(),
  receivedTime: Type.String(),
  result: Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]),
  status: Type.String({ description: 'name of the OPC UA StatusCode' }),
  statusCode: Type.Integer(),
});
export type ObservationJson = Static<typeof ObservationJson>;

/** `GET /api/v1/observations?datastream=ID&from=&to=&limit=&cursor=`: every stored observation, in order of time. */
export const ObservationsPage = Type.Object({
  observations: Type.Array(ObservationJson),
  next: Type.Optional(Type.String({ description: 'cursor of the next page' })),
});
export type ObservationsPage = Static<typeof ObservationsPage>;

/**
 * `GET /api/v1/observations?datastream=ID&from=&to=&maxPoints=`: numeric, downsampled to at most `maxPoints` real
 * observations with the extremes kept. Columns of equal length; `value` null where Bad.
 */
export const TrendJson = Type.Object({
  datastream: Type.String(),
  time: Type.Array(Type.Number({ description: 'epoch ms UTC' })),
  value: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  status: Type.Array(Type.Integer()),
  /** How many stored observations stand behind the points. */
  observations: Type.Integer(),
  rollupMs: Type.Optional(
    Type.Number({ description: 'found in rollups of bins this long, ms; absent: among the observations themselves' }),
  ),
});
export type TrendJson = Static<typeof TrendJson>;

/** `GET /api/v1/state?at=`: the newest observation of every datastream at a moment. */
export const StateJson = Type.Object({ at: Type.String(), observations: Type.Array(ObservationJson) });
export type StateJson = Static<typeof StateJson>;

/** `GET /api/v1/abnormal?at=`: datastreams beyond a limit at a moment, and since when. */
export const AbnormalJson = Type.Object({
  at: Type.String(),
  abnormal: Type.Array(
    Type.Object({
      index: Type.Integer(),
      priority: Type.Integer({ minimum: 1, maximum: 4 }),
      since: Type.Number({ description: 'epoch ms UTC' }),
    }),
  ),
});
export type AbnormalJson = Static<typeof AbnormalJson>;

/** `GET /api/v1/timeline?from=&to=&bins=`: how many observations per bin, and which limits were crossed when. */
export const TimelineJson = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  counts: Type.Array(Type.Integer()),
  events: Type.Array(
    Type.Object({
      time: Type.Number({ description: 'epoch ms UTC' }),
      index: Type.Integer(),
      priority: Type.Integer({ minimum: 1, maximum: 4 }),
    }),
  ),
});
export type TimelineJson = Static<typeof TimelineJson>;

/** `GET /api/v1/issues`: counts since the start by kind, and the newest few. */
export const IssuesJson = Type.Object({
  counts: Type.Record(Type.String(), Type.Integer()),
  issues: Type.Array(
    Type.Object({
      time: Type.String(),
      source: Type.String({ description: 'mqtt, opcua, pipeline …' }),
      kind: Type.String(),
      address: Type.String({ description: 'topic or NodeId' }),
      firstBytes: Type.String({ description: 'the first bytes of the message, as text with escapes' }),
      reason: Type.String(),
    }),
  ),
});
export type IssuesJson = Static<typeof IssuesJson>;

/** `POST /api/v1/backup` */
export const BackupJson = Type.Object({
  path: Type.String({ description: 'the folder on the machine of the service' }),
  bytes: Type.Integer(),
});
export type BackupJson = Static<typeof BackupJson>;
