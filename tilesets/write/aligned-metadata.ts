import { type PropertyType, PropertyType as Type, type WriterContext } from '@gltf-transform/core';
import { EXTStructuralMetadata } from '@gltf-transform/extensions';

/** Property tables begin on multiples of this (3D Metadata Specification, "Binary Table Format", alignment). */
const ALIGNMENT = 8;

/**
 * EXT_structural_metadata whose columns come first in the buffer and aligned: glTF-Transform 4.5 puts them after the
 * compressed vertices, at any offset. The bytes between two columns become buffer views that nothing refers to.
 */
export class AlignedStructuralMetadata extends EXTStructuralMetadata {
  override prewrite(context: WriterContext, type: PropertyType): this {
    const buffer = this.document.getRoot().listBuffers()[0];
    if (type !== Type.BUFFER || !buffer) return super.prewrite(context, type);
    const others = context.otherBufferViews.get(buffer) ?? [];
    context.otherBufferViews.set(buffer, []);
    super.prewrite(context, type);
    const columns = context.otherBufferViews.get(buffer) ?? [];
    context.otherBufferViews.set(buffer, [...columns.flatMap(withFiller), ...others]);
    return this;
  }
}

function withFiller(column: Uint8Array): Uint8Array[] {
  const over = column.length % ALIGNMENT;
  return over === 0 ? [column] : [column, new Uint8Array(ALIGNMENT - over)];
}
