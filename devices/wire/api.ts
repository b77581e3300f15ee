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
  intervalMs: Type.Optional(Type.Number({ description: 'time between two observations, as the device declares it' })),
  learntIntervalMs: Type.Optional(
    Type.Number({ description: 'the same as learnt from the readings; counts where nothing is declared' }),
  ),
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
  position: Type.Optional(
    Type.Integer({ description: 'place in the journal; GET /api/v1/messages/{position} gives the raw message' }),
  ),
});
export type ObservationJson = Static<typeof ObservationJson>;

/** Present where history is still catching up and the answer may lack what was received from `completeUntil` on. */
export const IncompleteJson = Type.Object({
  completeUntil: Type.String({ description: 'everything received before this is in the answer' }),
  observations: Type.Integer({ description: 'acknowledged, on disk, and still on their way to history' }),
  reason: Type.String(),
});
export type IncompleteJson = Static<typeof IncompleteJson>;

/** `GET /api/v1/messages/{position}`: the message that an observation came in, as it was received. */
export const MessageJson = Type.Object({
  position: Type.Integer(),
  source: Type.String({ description: 'mqtt, opcua' }),
  address: Type.String({ description: 'topic or endpoint' }),
  sender: Type.Optional(Type.String({ description: 'MQTT client id, OPC UA endpoint' })),
  receivedTime: Type.String(),
  payload: Type.String({ description: 'the bytes, base64' }),
  text: Type.Optional(Type.String({ description: 'the same as text, where it is UTF-8' })),
});
export type MessageJson = Static<typeof MessageJson>;

/** `GET /api/v1/observations?datastream=ID&from=&to=&limit=&cursor=`: every stored observation, in order of time. */
export const ObservationsPage = Type.Object({
  observations: Type.Array(ObservationJson),
  incomplete: Type.Optional(IncompleteJson),
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
  incomplete: Type.Optional(IncompleteJson),
  rollupMs: Type.Optional(
    Type.Number({ description: 'found in rollups of bins this long, ms; absent: among the observations themselves' }),
  ),
});
export type TrendJson = Static<typeof TrendJson>;

/** `GET /api/v1/state?at=`: the newest observation of every datastream at a moment. */
export const StateJson = Type.Object({
  at: Type.String(),
  observations: Type.Array(ObservationJson),
  incomplete: Type.Optional(IncompleteJson),
});
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
  incomplete: Type.Optional(IncompleteJson),
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

/** What there is to worry about in a source, the worst of it: it is silent, its clock is off, something of it is missing. */
export const SourceConcern = Type.Union([
  Type.Literal('silent'),
  Type.Literal('clock'),
  Type.Literal('gaps'),
  Type.Literal('none'),
]);
export type SourceConcern = Static<typeof SourceConcern>;

/** Counts are since the source was first heard, or the service started. */
export const SourceJson = Type.Object({
  id: Type.String({ description: '`{protocol}:{sender}`' }),
  protocol: Type.Union([Type.Literal('mqtt'), Type.Literal('opcua')]),
  sender: Type.String({ description: 'MQTT client id, OPC UA endpoint, URL of an external broker' }),
  concern: SourceConcern,
  firstHeard: Type.String(),
  lastHeard: Type.String(),
  silentSince: Type.Optional(
    Type.String({ description: 'where nothing comes though its intervals promise something' }),
  ),
  messages: Type.Integer(),
  readings: Type.Integer({ description: 'all that came in them' }),
  readingsPerSecond: Type.Number({ description: 'over the last minute' }),
  stored: Type.Integer({ description: 'new observations' }),
  duplicates: Type.Integer({ description: 'exact duplicates, not stored again' }),
  refused: Type.Integer({ description: 'could not be stored; /api/v1/issues says why' }),
  dropped: Type.Integer({ description: 'QoS 0 readings that found the service full' }),
  late: Type.Integer({ description: 'older than the newest of their datastream when they came' }),
  untimed: Type.Integer({ description: 'without a source time' }),
  missing: Type.Integer({ description: 'readings that the expected intervals promised and that did not come' }),
  overflows: Type.Integer({ description: 'times that the OPC UA server said its queue ran over' }),
  delay: Type.Optional(
    Type.Object(
      { p50: Type.Number(), p95: Type.Number(), max: Type.Number(), count: Type.Integer() },
      { description: 'received minus source time, ms, over the last five to ten minutes in which it sent' },
    ),
  ),
  clock: Type.Object({
    state: Type.Union([
      Type.Literal('unknown'),
      Type.Literal('right'),
      Type.Literal('ahead'),
      Type.Literal('behind', { description: 'or always late by the same time' }),
    ]),
    offsetMs: Type.Optional(Type.Number({ description: 'source clock minus ours' })),
    since: Type.Optional(Type.String()),
  }),
  datastreams: Type.Integer({ description: 'that it sent last' }),
  stale: Type.Integer({ description: 'of these, how many are stale now' }),
  gaps: Type.Integer({
    description: 'silences longer than readings may be apart; one for all datastreams that shared it',
  }),
});
export type SourceJson = Static<typeof SourceJson>;

/** `GET /api/v1/sources?order=&limit=&cursor=&thing=` */
export const SourcesPage = Type.Object({
  at: Type.String(),
  total: Type.Integer(),
  concerning: Type.Integer({ description: 'how many of all have a concern' }),
  sources: Type.Array(SourceJson),
  next: Type.Optional(Type.String({ description: 'cursor of the next page' })),
});
export type SourcesPage = Static<typeof SourcesPage>;

/** `GET /api/v1/sources/{id}`: the newest gaps first. */
export const SourceDetailJson = Type.Intersect([
  SourceJson,
  Type.Object({
    newestGaps: Type.Array(
      Type.Object({
        from: Type.String(),
        to: Type.String(),
        datastream: Type.String({ description: 'one of those that were silent' }),
        datastreams: Type.Integer({ description: 'how many were' }),
        missing: Type.Integer(),
        filled: Type.Integer({ description: 'how many of the missing came late' }),
      }),
    ),
  }),
]);
export type SourceDetailJson = Static<typeof SourceDetailJson>;
/** `POST /api/v1/backup` */
export const BackupJson = Type.Object({
  path: Type.String({ description: 'the folder on the machine of the service' }),
  bytes: Type.Integer(),
});
export type BackupJson = Static<typeof BackupJson>;
