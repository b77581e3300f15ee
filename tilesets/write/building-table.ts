import type { Document } from '@gltf-transform/core';
import { EXTStructuralMetadata, type PropertyTable } from '@gltf-transform/extensions';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import { HEIGHT_SOURCES, type HeightSource } from '../style/building-height.ts';
import { AlignedStructuralMetadata } from './aligned-metadata.ts';

/** What the tileset says of one building; ids are stable across builds. */
export interface BuildingRow {
  /** `osm:way/123` */
  readonly id: string;
  readonly name: LocalizedText;
  /** Storeys as the source gives them; 0 where it gives none. */
  readonly levels: number;
  /** Metres above ground. */
  readonly height: number;
  readonly heightSource: HeightSource;
}

const TEXT_COLUMNS = ['id', 'name', 'name_zh', 'name_en'] as const;

/**
 * Writes rows as a property table of class `building` (EXT_structural_metadata): `id`, `name` (local), `name_zh`,
 * `name_en` (empty: not known), `levels` (0: not known), `height` (m) and the enum `height_source`.
 */
export function buildingTable(document: Document, rows: readonly BuildingRow[]): PropertyTable {
  const extension = document.createExtension(AlignedStructuralMetadata);
  const metadata = extension.createStructuralMetadata();
  document.getRoot().setExtension(EXTStructuralMetadata.EXTENSION_NAME, metadata);
  metadata.setSchema(buildingSchema(extension));
  const table = extension.createPropertyTable().setClass('building').setCount(rows.length);
  metadata.addPropertyTable(table);
  for (const column of TEXT_COLUMNS) {
    const { values, offsets } = packTexts(rows.map((row) => textOf(row, column)));
    const property = extension.createPropertyTableProperty().setValues(values).setStringOffsets(offsets);
    table.setProperty(column, property.setStringOffsetType('UINT32'));
  }
  const column = (values: Uint8Array) => extension.createPropertyTableProperty().setValues(values);
  table.setProperty('levels', column(Uint8Array.from(rows, (row) => row.levels)));
  table.setProperty('height', column(new Uint8Array(Float32Array.from(rows, (row) => row.height).buffer)));
  table.setProperty('height_source', column(Uint8Array.from(rows, (row) => HEIGHT_SOURCES.indexOf(row.heightSource))));
  return table;
}

function buildingSchema(extension: EXTStructuralMetadata) {
  const building = extension.createClass();
  for (const name of TEXT_COLUMNS) building.setProperty(name, extension.createClassProperty().setType('STRING'));
  building.setProperty('levels', extension.createClassProperty().setType('SCALAR').setComponentType('UINT8'));
  building.setProperty('height', extension.createClassProperty().setType('SCALAR').setComponentType('FLOAT32'));
  building.setProperty('height_source', extension.createClassProperty().setType('ENUM').setEnumType('height_source'));
  const sources = extension.createEnum().setValueType('UINT8');
  for (const [value, name] of HEIGHT_SOURCES.entries()) {
    const entry = extension.createEnumValue().setValue(value);
    entry.setName(name);
    sources.addEnumValue(entry);
  }
  return extension.createSchema().setId('yiping_city').setClass('building', building).setEnum('height_source', sources);
}

function textOf(row: BuildingRow, column: (typeof TEXT_COLUMNS)[number]): string {
  switch (column) {
    case 'id':
      return row.id;
    case 'name':
      return row.name.local ?? '';
    case 'name_zh':
      return row.name.zh ?? '';
    case 'name_en':
      return row.name.en ?? '';
  }
}

/** UTF-8 texts end to end, and where each begins and the last one ends (uint32). */
function packTexts(texts: readonly string[]): { values: Uint8Array; offsets: Uint8Array } {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const offsets = new Uint32Array(texts.length + 1);
  for (const [i, bytes] of encoded.entries()) offsets[i + 1] = (offsets[i] as number) + bytes.length;
  // A buffer view of no bytes is not allowed (glTF 2.0 §5.11.3), so a column of empty texts keeps one unread byte.
  const values = new Uint8Array(Math.max(1, offsets.at(-1) ?? 0));
  for (const [i, bytes] of encoded.entries()) values.set(bytes, offsets[i]);
  return { values, offsets: new Uint8Array(offsets.buffer) };
}
