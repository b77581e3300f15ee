import {
  AttributeIds,
  type ClientSession,
  DataType,
  type DataValue,
  findBasicDataType,
  NodeId,
  type LocalizedText as UaLocalizedText,
} from 'node-opcua-client';
import type { AreaId } from '#devices/model/area.ts';
import type { DatastreamSpec, ResultType } from '#devices/model/datastream.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import { isLocation, type Location } from '#devices/model/location.ts';
import type { ThingSource, ThingSpec } from '#devices/model/thing.ts';
import { ucumOf } from '#devices/profiles/opcua-units.ts';
import { type FoundNode, type FoundObject, readAttributes, type Walk, walkObjects } from './opcua-browse.ts';
import { readLimits } from './opcua-limits.ts';
import { asTopicLevel, type OpcuaThingIds } from './opcua-thing-ids.ts';
import { resultTypeOf } from './opcua-value.ts';

/** A server's Objects as Things, and the variables to subscribe to. */
export interface Discovery {
  readonly things: readonly { readonly spec: ThingSpec; readonly source: ThingSource }[];
  readonly variables: readonly DiscoveredVariable[];
  /** The server has more nodes than are looked at. */
  readonly cut: boolean;
}

export interface DiscoveredVariable {
  readonly nodeId: NodeId;
  readonly thing: string;
  readonly property: string;
}

/** Values of Properties that were read, by the node they belong to. */
type Properties = ReadonlyMap<string, unknown>;

/** The Properties that mean something here; what they hold is said where each is used. */
const WANTED = new Set([
  ...['ThingType', 'Location', 'SimulatedDevice', 'Area', 'Building', 'DisplayNames'],
  ...['EURange', 'EngineeringUnits', 'ExpectedInterval', 'AlarmLimits'],
  ...['HighHighLimit', 'HighLimit', 'LowLimit', 'LowLowLimit'],
]);

/** Scalar: ValueRank −1; −2 and −3 may be scalar. */
const ARRAY_RANK = 0;

/**
 * Browses a server and makes of each Object with data variables a Thing. Standard information is used wherever it is:
 * DisplayName, EURange, EngineeringUnits, the limits of OPC 10000-9. The fleet's own Properties add type, place and the
 * like, see `devices/fleet/README.md`; any other server may offer them too.
 */
export async function discover(session: ClientSession, endpoint: string, ids: OpcuaThingIds): Promise<Discovery> {
  const { objects, cut }: Walk = await walkObjects(session);
  const resultTypes = await readResultTypes(session, objects);
  const propertiesOf = await readProperties(session, objects);
  const things: { spec: ThingSpec; source: ThingSource }[] = [];
  const variables: DiscoveredVariable[] = [];
  for (const object of objects) {
    const measuring = object.variables.filter((variable) => resultTypes.has(variable));
    if (measuring.length === 0) continue;
    const address = `${endpoint} ${object.nodeId.toString()}`;
    const id = ids.idOf(address, object.path);
    const names = propertyNames(measuring);
    const datastreams = measuring.map((variable, at) =>
      datastreamOf(variable, names[at] as string, resultTypes.get(variable) as ResultType, propertiesOf(variable)),
    );
    things.push({
      spec: { id, ...thingFacts(object, propertiesOf(object)), datastreams },
      source: { protocol: 'opcua', address },
    });
    measuring.forEach((variable, at) => {
      variables.push({ nodeId: variable.nodeId, thing: id, property: names[at] as string });
    });
  }
  return { things, variables, cut };
}

/** BrowseNames as topic levels; where two of a Thing become the same, the later ones get a number. */
function propertyNames(variables: readonly FoundNode[]): readonly string[] {
  const taken = new Set<string>();
  return variables.map((variable) => {
    const name = asTopicLevel(variable.path.at(-1) ?? '');
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name.slice(0, 120)}~${number}`;
    taken.add(free);
    return free;
  });
}

function thingFacts(object: FoundNode, properties: Properties): Omit<ThingSpec, 'id' | 'datastreams'> {
  const name = nameOf(object, properties);
  const type = text(properties.get('ThingType'));
  const location = locationOf(properties.get('Location'));
  const area = text(properties.get('Area')) as AreaId | undefined;
  const building = text(properties.get('Building'));
  const simulated = properties.get('SimulatedDevice');
  return {
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    ...(location !== undefined && { location }),
    ...(area !== undefined && { area }),
    ...(building !== undefined && { building }),
    ...(typeof simulated === 'boolean' && { simulated }),
  };
}

function datastreamOf(
  variable: FoundNode,
  property: string,
  resultType: ResultType,
  properties: Properties,
): DatastreamSpec {
  const name = nameOf(variable, properties);
  const unit = unitOf(properties.get('EngineeringUnits'));
  const range = rangeOf(properties.get('EURange'));
  const interval = properties.get('ExpectedInterval');
  const limits = readLimits(properties);
  return {
    property,
    resultType,
    ...(name !== undefined && { name }),
    ...(unit !== undefined && { unit }),
    ...(range !== undefined && { range }),
    ...(typeof interval === 'number' && interval > 0 && { intervalMs: interval }),
    ...(limits.length > 0 && { limits }),
  };
}

async function readResultTypes(
  session: ClientSession,
  objects: readonly FoundObject[],
): Promise<ReadonlyMap<FoundNode, ResultType>> {
  const variables = objects.flatMap((object) => object.variables);
  const nodeIds = variables.map(({ nodeId }) => nodeId);
  const dataTypes = await readAttributes(session, nodeIds, AttributeIds.DataType);
  const ranks = await readAttributes(session, nodeIds, AttributeIds.ValueRank);
  const known = new Map<string, DataType>();
  const resultTypes = new Map<FoundNode, ResultType>();
  for (const [at, variable] of variables.entries()) {
    const dataType = dataTypes[at]?.value.value;
    const rank = ranks[at]?.value.value;
    if (!(dataType instanceof NodeId) || (typeof rank === 'number' && rank >= ARRAY_RANK)) continue;
    const key = dataType.toString();
    const basic = known.get(key) ?? (await basicTypeOf(session, dataType));
    known.set(key, basic);
    const resultType = resultTypeOf(basic);
    if (resultType !== undefined) resultTypes.set(variable, resultType);
  }
  return resultTypes;
}

/** Built-in type of a data type; the abstract Number, Integer and UInteger (i=26 to 28) count as Variant. */
async function basicTypeOf(session: ClientSession, dataType: NodeId): Promise<DataType> {
  if (dataType.namespace === 0 && typeof dataType.value === 'number') {
    if (dataType.value >= DataType.Boolean && dataType.value <= DataType.DiagnosticInfo) return dataType.value;
    if (dataType.value >= 26 && dataType.value <= 28) return DataType.Variant;
  }
  return findBasicDataType(session, dataType).catch(() => DataType.Null);
}

async function readProperties(
  session: ClientSession,
  objects: readonly FoundObject[],
): Promise<(node: FoundNode) => Properties> {
  const wanted = objects
    .flatMap((object): FoundNode[] => [object, ...object.variables])
    .flatMap((node) => [...node.properties].map(([name, nodeId]) => ({ node, name, nodeId })))
    .filter(({ name }) => WANTED.has(name));
  const nodeIds = wanted.map(({ nodeId }) => nodeId);
  const values: readonly DataValue[] = await readAttributes(session, nodeIds, AttributeIds.Value);
  const byNode = new Map<FoundNode, Map<string, unknown>>();
  wanted.forEach(({ node, name }, at) => {
    const value = values[at];
    if (value === undefined || !value.statusCode.isGood() || value.value === undefined) return;
    const properties = byNode.get(node) ?? new Map<string, unknown>();
    properties.set(name, value.value.value);
    byNode.set(node, properties);
  });
  const none: Properties = new Map();
  return (node) => byNode.get(node) ?? none;
}

function nameOf(node: FoundNode, properties: Properties): LocalizedText | undefined {
  const listed = properties.get('DisplayNames');
  const texts: readonly UaLocalizedText[] = Array.isArray(listed) && listed.length > 0 ? listed : [node.displayName];
  const name: { zh?: string; en?: string; local?: string } = {};
  for (const { locale, text: shown } of texts) {
    if (!shown) continue;
    const language = locale?.slice(0, 2).toLowerCase();
    if (language === 'zh' || language === 'en') name[language] ??= shown;
    else name.local ??= shown;
  }
  return Object.keys(name).length === 0 ? undefined : name;
}

/** Double[]: longitude and latitude in degrees, height in metres where there is one. */
function locationOf(given: unknown): Location | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const [lon, lat, height] = Array.from(given as ArrayLike<number>);
  if (lon === undefined || lat === undefined || !isLocation(lon, lat, height)) return undefined;
  return height === undefined ? { lon, lat } : { lon, lat, height };
}

function rangeOf(given: unknown): readonly [number, number] | undefined {
  const { low, high } = (given ?? {}) as { low?: unknown; high?: unknown };
  return typeof low === 'number' && typeof high === 'number' && low < high ? [low, high] : undefined;
}

function unitOf(given: unknown): string | undefined {
  const { namespaceUri, unitId, displayName } = (given ?? {}) as {
    namespaceUri?: string;
    unitId?: number;
    displayName?: { text?: string };
  };
  if (typeof unitId !== 'number') return undefined;
  return ucumOf({ namespaceUri: namespaceUri ?? '', unitId, displayName: displayName?.text ?? '' });
}

function text(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
}
