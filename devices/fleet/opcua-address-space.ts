import { coerceLocalizedText, DataType, Variant, VariantArrayType } from 'node-opcua-client';
import type { OPCUAServer } from 'node-opcua-server';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import type { DatastreamSpec } from '#devices/model/datastream.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { KnownThingType } from '#devices/model/thing.ts';
import { engineeringUnitsOf } from '#devices/profiles/opcua-units.ts';

type AddressSpace = NonNullable<OPCUAServer['engine']['addressSpace']>;
type Namespace = ReturnType<AddressSpace['registerNamespace']>;
type UAObject = ReturnType<Namespace['addObject']>;
export type UAVariable = ReturnType<Namespace['addVariable']>;

const READ_ONLY = { accessLevel: 'CurrentRead', userAccessLevel: 'CurrentRead' } as const;

export const FLEET_NAMESPACE = 'urn:yiping:fleet';

/**
 * Builds the plants below the Objects folder: a folder per type, an Object per Thing (`ns=…;s={thing}`), a variable per
 * datastream (`ns=…;s={thing}/{property}`): AnalogItemType with EURange and EngineeringUnits, or TwoStateDiscreteType.
 *
 * Beyond the standard, as properties: on a Thing `ThingType`, `Location` (Double[]: lon, lat degrees, height m),
 * `SimulatedDevice`, `Area`, `Building`; on a variable `ExpectedInterval` (ms) and `AlarmLimits` (String[], such as
 * `above 14.2 medium`); on both `DisplayNames` (LocalizedText[], since a DisplayName answers in one language only).
 *
 * @returns the variables by `{thing}/{property}`
 */
export function buildAddressSpace(
  addressSpace: AddressSpace,
  things: readonly PackThing[],
): ReadonlyMap<string, UAVariable> {
  const namespace = addressSpace.registerNamespace(FLEET_NAMESPACE);
  const variables = new Map<string, UAVariable>();
  for (const [type, group] of Map.groupBy(things, (thing) => thing.type ?? 'other')) {
    const names = Object.hasOwn(THING_TEMPLATES, type) ? THING_TEMPLATES[type as KnownThingType].name : { en: type };
    const folder = namespace.addFolder(addressSpace.rootFolder.objects, {
      browseName: type,
      nodeId: `s=${type}`,
      displayName: displayNames(names, type),
    });
    for (const thing of group) {
      const object = addThing(namespace, folder as unknown as UAObject, thing);
      for (const stream of thing.datastreams) {
        variables.set(`${thing.id}/${stream.property}`, addVariable(namespace, object, thing, stream));
      }
    }
  }
  return variables;
}

function addThing(namespace: Namespace, folder: UAObject, thing: PackThing): UAObject {
  const object = namespace.addObject({
    organizedBy: folder,
    browseName: thing.id,
    nodeId: `s=${thing.id}`,
    displayName: displayNames(thing.name, thing.id),
  });
  addNames(namespace, object, thing.name);
  addProperty(namespace, object, 'ThingType', DataType.String, thing.type);
  addProperty(namespace, object, 'SimulatedDevice', DataType.Boolean, true);
  addProperty(namespace, object, 'Area', DataType.String, thing.area);
  addProperty(namespace, object, 'Building', DataType.String, thing.building);
  if (thing.location !== undefined) {
    const { lon, lat, height } = thing.location;
    const place = height === undefined ? [lon, lat] : [lon, lat, height];
    addProperty(namespace, object, 'Location', DataType.Double, place);
  }
  return object;
}

function addVariable(namespace: Namespace, parent: UAObject, thing: PackThing, stream: DatastreamSpec): UAVariable {
  const common = {
    componentOf: parent,
    browseName: stream.property,
    nodeId: `s=${thing.id}/${stream.property}`,
    displayName: displayNames(stream.name, stream.property),
    minimumSamplingInterval: 0,
    ...READ_ONLY,
  };
  const [low, high] = stream.range ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const variable = (stream.resultType === 'boolean'
    ? namespace.addTwoStateDiscrete({ ...common, trueState: '是 true', falseState: '否 false' })
    : namespace.addAnalogDataItem({
        ...common,
        dataType: DataType.Double,
        engineeringUnitsRange: { low, high },
        engineeringUnits: unitsFor(stream.unit ?? '1'),
      })) as unknown as UAVariable;
  addNames(namespace, variable, stream.name);
  addProperty(namespace, variable, 'ExpectedInterval', DataType.Double, stream.intervalMs);
  const limits = stream.limits?.map(({ side, value, priority }) => `${side} ${value} ${priority}`);
  addProperty(namespace, variable, 'AlarmLimits', DataType.String, limits);
  return variable;
}

function unitsFor(ucum: string) {
  const { namespaceUri, unitId, displayName } = engineeringUnitsOf(ucum);
  return {
    namespaceUri,
    unitId,
    displayName: coerceLocalizedText(displayName),
    description: coerceLocalizedText(ucum),
  };
}

function addNames(namespace: Namespace, parent: UAObject | UAVariable, name: LocalizedText | undefined): void {
  if (name !== undefined)
    addProperty(namespace, parent, 'DisplayNames', DataType.LocalizedText, displayNames(name, ''));
}

/** Chinese first: a server that is asked for no locale answers with the first. */
function displayNames(name: LocalizedText | undefined, fallback: string) {
  const { zh, en, local } = name ?? {};
  const texts = [
    ...(zh === undefined ? [] : [{ locale: 'zh', text: zh }]),
    ...(en === undefined ? [] : [{ locale: 'en', text: en }]),
    ...(local === undefined ? [] : [{ locale: '', text: local }]),
  ];
  return texts.length > 0 ? texts : [{ locale: '', text: fallback }];
}

function addProperty(
  namespace: Namespace,
  propertyOf: UAObject | UAVariable,
  browseName: string,
  dataType: DataType,
  value: unknown,
): void {
  if (value === undefined) return;
  const list = Array.isArray(value);
  const arrayType = list ? VariantArrayType.Array : VariantArrayType.Scalar;
  namespace.addVariable({
    propertyOf,
    browseName,
    dataType,
    valueRank: list ? 1 : -1,
    ...READ_ONLY,
    typeDefinition: 'PropertyType',
    value: new Variant({ dataType, arrayType, value }),
  });
}
