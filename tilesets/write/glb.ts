import { Document, Logger, type Material, NodeIO, type Primitive, type TypedArray } from '@gltf-transform/core';
import {
  EXTMeshFeatures,
  EXTMeshoptCompression,
  KHRMaterialsUnlit,
  KHRMeshQuantization,
} from '@gltf-transform/extensions';
import { reorder, weld } from '@gltf-transform/functions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import type { TileMesh } from '../mesh/mesh-builder.ts';
import { AlignedStructuralMetadata } from './aligned-metadata.ts';
import { type BuildingRow, buildingTable } from './building-table.ts';

/** Up to this extent positions become 16-bit integers (steps of at most 53 mm); beyond they stay float32. */
const QUANTIZED_EXTENT = 3400;

export interface GlbContent {
  readonly mesh: TileMesh;
  /** One row for each feature id of the mesh. */
  readonly rows: readonly BuildingRow[];
}

/** An encoder; make one and use it for all tiles. */
export async function glbWriter(): Promise<(content: GlbContent) => Promise<Uint8Array>> {
  await Promise.all([MeshoptEncoder.ready, MeshoptDecoder.ready]);
  const io = new NodeIO()
    .registerExtensions([
      EXTMeshFeatures,
      AlignedStructuralMetadata,
      EXTMeshoptCompression,
      KHRMeshQuantization,
      KHRMaterialsUnlit,
    ])
    .registerDependencies({ 'meshopt.encoder': MeshoptEncoder, 'meshopt.decoder': MeshoptDecoder });
  return async (content) => {
    const document = gltfDocument(content);
    await document.transform(weld({ overwrite: false }), reorder({ encoder: MeshoptEncoder }));
    document
      .createExtension(EXTMeshoptCompression)
      .setRequired(true)
      .setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.QUANTIZE });
    return io.writeBinary(document);
  };
}

/** glTF's axes: x east, y up, z south, metres about the city's origin (the node moves the tile there). */
function gltfDocument({ mesh, rows }: GlbContent): Document {
  const document = new Document().setLogger(new Logger(Logger.Verbosity.WARN));
  document.getRoot().getAsset().generator = 'yiping tilesets';
  document.createExtension(KHRMeshQuantization).setRequired(true);
  const unlit = document.createExtension(KHRMaterialsUnlit).createUnlit();
  const material = document.createMaterial().setExtension(KHRMaterialsUnlit.EXTENSION_NAME, unlit);
  const { array, translation, scale } = placePositions(mesh.positions);
  const primitive = gltfPrimitive(document, material, mesh, array, rows.length);
  labelFeatures(document, primitive, rows);
  const node = document.createNode().setMesh(document.createMesh().addPrimitive(primitive));
  document.createScene().addChild(node.setTranslation(translation).setScale([scale, scale, scale]));
  return document;
}

function gltfPrimitive(
  document: Document,
  material: Material,
  mesh: TileMesh,
  positions: Int16Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  noFeature: number,
): Primitive {
  const buffer = document.createBuffer();
  const accessor = (type: 'SCALAR' | 'VEC3', array: TypedArray, normalized = false) =>
    document.createAccessor().setType(type).setArray(array).setNormalized(normalized).setBuffer(buffer);
  const features = Uint16Array.from(mesh.features, (feature) => (feature < 0 ? noFeature : feature));
  return document
    .createPrimitive()
    .setMaterial(material)
    .setIndices(accessor('SCALAR', mesh.count > 65_535 ? mesh.indices : Uint16Array.from(mesh.indices)))
    .setAttribute('POSITION', accessor('VEC3', positions))
    .setAttribute(
      'NORMAL',
      accessor(
        'VEC3',
        Int8Array.from(toGltfAxes(mesh.normals), (n) => Math.round(n * 127)),
        true,
      ),
    )
    .setAttribute(
      'COLOR_0',
      accessor(
        'VEC3',
        Uint16Array.from(mesh.colours, (c) => Math.round(c * 65_535)),
        true,
      ),
    )
    .setAttribute('_FEATURE_ID_0', accessor('SCALAR', features))
    .setAttribute('_ABOVE', accessor('SCALAR', rounded(mesh.above)))
    .setAttribute('_TOP', accessor('SCALAR', rounded(mesh.top)));
}

/** The ground has the id after the last building, the null feature: a click there finds no building. */
function labelFeatures(document: Document, primitive: Primitive, rows: readonly BuildingRow[]): void {
  const extension = document.createExtension(EXTMeshFeatures);
  const ids = extension.createFeatureID().setAttribute(0).setNullFeatureID(rows.length);
  ids.setFeatureCount(Math.max(rows.length, 1));
  if (rows.length > 0) ids.setPropertyTable(buildingTable(document, rows));
  primitive.setExtension(EXTMeshFeatures.EXTENSION_NAME, extension.createFeatures().addFeatureID(ids));
}

/** Centimetres are enough for a label of height, and equal bytes compress. */
function rounded(metres: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(metres, (value) => Math.round(value * 64) / 64);
}

function toGltfAxes(vectors: ArrayLike<number>): Float64Array {
  const turned = new Float64Array(vectors.length);
  for (let i = 0; i < vectors.length; i += 3) {
    turned[i] = vectors[i] as number;
    turned[i + 1] = vectors[i + 2] as number;
    turned[i + 2] = -(vectors[i + 1] as number);
  }
  return turned;
}

interface PlacedPositions {
  readonly array: Int16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly translation: [number, number, number];
  readonly scale: number;
}

function placePositions(positions: Float64Array): PlacedPositions {
  const turned = toGltfAxes(positions);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < turned.length; i++) {
    low[i % 3] = Math.min(low[i % 3] as number, turned[i] as number);
    high[i % 3] = Math.max(high[i % 3] as number, turned[i] as number);
  }
  const translation = low.map((value, axis) => Math.round((value + (high[axis] as number)) / 2)) as [
    number,
    number,
    number,
  ];
  const extent = Math.max(...high.map((value, axis) => value - (low[axis] as number))) + 2;
  if (extent > QUANTIZED_EXTENT) {
    const array = Float32Array.from(turned, (v, i) => Math.round((v - (translation[i % 3] as number)) * 64) / 64);
    return { array, translation, scale: 1 };
  }
  const scale = extent / 65_530;
  const array = Int16Array.from(turned, (v, i) => Math.round((v - (translation[i % 3] as number)) / scale));
  return { array, translation, scale };
}
