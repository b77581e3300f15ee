import {
  AttributeIds,
  BrowseDirection,
  browseAll,
  type ClientSession,
  type DataValue,
  type LocalizedText,
  makeNodeId,
  NodeClass,
  NodeClassMask,
  type NodeId,
  ObjectIds,
  type ReferenceDescription,
  ReferenceTypeIds,
  VariableIds,
} from 'node-opcua-client';

/** A node as the walk found it. `path` holds the BrowseNames from below the Objects folder to the node, at least one. */
export interface FoundNode {
  readonly nodeId: NodeId;
  readonly path: readonly string[];
  readonly displayName: LocalizedText;
  /** Its Properties by BrowseName. */
  readonly properties: ReadonlyMap<string, NodeId>;
}

export interface FoundObject extends FoundNode {
  /** Data variables, in the server's order. */
  readonly variables: readonly FoundNode[];
}

export interface Walk {
  /** Objects that have data variables. */
  readonly objects: readonly FoundObject[];
  /** The walk ended before it saw everything. */
  readonly cut: boolean;
}

interface MutableNode extends FoundNode {
  readonly properties: Map<string, NodeId>;
  readonly variables: MutableNode[];
}

const MAX_NODES = 50_000;
const MAX_DEPTH = 16;
const MAX_NODES_PER_READ = 500;
/** All fields of a ReferenceDescription. */
const ALL_FIELDS = 63;

/**
 * Everything below the Objects folder that measures: each Object with data variables of its own. What the OPC UA standard
 * itself puts there (namespace 0: Server, Aliases …) is left out. At most 50,000 nodes, 16 levels deep.
 */
export async function walkObjects(session: ClientSession): Promise<Walk> {
  const objectsFolder = makeNodeId(ObjectIds.ObjectsFolder);
  const seen = new Set([objectsFolder.toString()]);
  const found: MutableNode[] = [];
  let level: MutableNode[] = [nodeAt(objectsFolder, [], { text: '' } as LocalizedText)];
  let cut = false;
  for (let depth = 0; level.length > 0 && !cut; depth++) {
    const below: MutableNode[] = [];
    const referencesOf = await browse(session, level, ReferenceTypeIds.HierarchicalReferences);
    level.forEach((parent, at) => {
      for (const reference of referencesOf[at] ?? []) {
        const key = reference.nodeId.toString();
        if (seen.size >= MAX_NODES) cut = true;
        else if (isProperty(reference)) parent.properties.set(reference.browseName.name ?? '', reference.nodeId);
        else if (!seen.has(key) && reference.nodeId.namespace !== 0) {
          seen.add(key);
          const node = nodeAt(
            reference.nodeId,
            [...parent.path, reference.browseName.name ?? key],
            reference.displayName,
          );
          (reference.nodeClass === NodeClass.Variable ? parent.variables : below).push(node);
        }
      }
    });
    found.push(...level);
    if (depth === MAX_DEPTH) cut = true;
    level = below;
  }
  const objects = found.filter((node) => node.path.length > 0 && node.variables.length > 0);
  await addProperties(
    session,
    objects.flatMap((object) => object.variables),
  );
  return { objects, cut };
}

/** One attribute of each node, in order, in as many requests as the server wants. */
export async function readAttributes(
  session: ClientSession,
  nodeIds: readonly NodeId[],
  attributeId: AttributeIds,
): Promise<readonly DataValue[]> {
  const chunk = await operationLimit(session, 'MaxNodesPerRead', MAX_NODES_PER_READ);
  const values: DataValue[] = [];
  for (let from = 0; from < nodeIds.length; from += chunk) {
    values.push(...(await session.read(nodeIds.slice(from, from + chunk).map((nodeId) => ({ nodeId, attributeId })))));
  }
  return values;
}

/** The server's limit of that name (OPC 10000-5 §6.3.11) where it is lower than ours; 0 or no answer: it has none. */
export async function operationLimit(
  session: ClientSession,
  name: 'MaxNodesPerRead' | 'MaxMonitoredItemsPerCall',
  ours: number,
): Promise<number> {
  const nodeId = makeNodeId(VariableIds[`Server_ServerCapabilities_OperationLimits_${name}`]);
  const { statusCode, value } = await session.read({ nodeId, attributeId: AttributeIds.Value });
  const theirs = statusCode.isGood() ? value?.value : undefined;
  return typeof theirs === 'number' && theirs > 0 ? Math.min(theirs, ours) : ours;
}

async function addProperties(session: ClientSession, nodes: readonly MutableNode[]): Promise<void> {
  const referencesOf = await browse(session, nodes, ReferenceTypeIds.HasProperty);
  nodes.forEach((node, at) => {
    for (const reference of referencesOf[at] ?? []) {
      node.properties.set(reference.browseName.name ?? '', reference.nodeId);
    }
  });
}

async function browse(
  session: ClientSession,
  nodes: readonly FoundNode[],
  referenceType: ReferenceTypeIds,
): Promise<readonly (readonly ReferenceDescription[])[]> {
  if (nodes.length === 0) return [];
  const results = await browseAll(
    session,
    nodes.map(({ nodeId }) => ({
      nodeId,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: makeNodeId(referenceType),
      includeSubtypes: true,
      nodeClassMask: NodeClassMask.Object | NodeClassMask.Variable,
      resultMask: ALL_FIELDS,
    })),
  );
  return results.map((result) => result.references ?? []);
}

function nodeAt(nodeId: NodeId, path: readonly string[], displayName: LocalizedText): MutableNode {
  return { nodeId, path, displayName, properties: new Map(), variables: [] };
}

function isProperty({ referenceTypeId }: ReferenceDescription): boolean {
  return referenceTypeId.namespace === 0 && referenceTypeId.value === ReferenceTypeIds.HasProperty;
}
