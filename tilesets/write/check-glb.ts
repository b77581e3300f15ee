import { type Document, NodeIO } from '@gltf-transform/core';
import {
  EXTMeshFeatures,
  EXTMeshoptCompression,
  EXTStructuralMetadata,
  KHRMaterialsUnlit,
  KHRMeshQuantization,
} from '@gltf-transform/extensions';
import { type ValidationMessage, validateBytes } from 'gltf-validator';
import { MeshoptDecoder } from 'meshoptimizer';

/** Reads a tile as a viewer does; for tests. */
export async function readGlb(glb: Uint8Array): Promise<Document> {
  return (await reader()).readBinary(glb);
}

async function reader(): Promise<NodeIO> {
  await MeshoptDecoder.ready;
  return new NodeIO()
    .registerExtensions([
      EXTMeshFeatures,
      EXTStructuralMetadata,
      EXTMeshoptCompression,
      KHRMeshQuantization,
      KHRMaterialsUnlit,
    ])
    .registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
}

/**
 * Errors and warnings of Khronos' validator, of the tile as it is and of the same tile with its vertices decompressed,
 * which the validator cannot do itself; for tests.
 */
export async function glbProblems(glb: Uint8Array): Promise<ValidationMessage[]> {
  const document = await readGlb(glb);
  for (const extension of document.getRoot().listExtensionsUsed()) {
    if (extension instanceof EXTMeshoptCompression) extension.dispose();
  }
  const plain = await (await reader()).writeBinary(document);
  const reports = await Promise.all([validateBytes(glb), validateBytes(plain)]);
  return reports.flatMap(({ issues }) => issues.messages.filter(({ severity }) => severity < 2));
}
