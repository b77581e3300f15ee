import type { Features, StructuralMetadata } from '@gltf-transform/extensions';
import { expect, test } from 'vitest';
import { cityFrame } from '../mesh/city-frame.ts';
import { extrude } from '../mesh/extrude.ts';
import { MeshBuilder, type TileMesh } from '../mesh/mesh-builder.ts';
import type { BuildingRow } from './building-table.ts';
import { glbProblems, readGlb } from './check-glb.ts';
import { glbWriter } from './glb.ts';

const rows: BuildingRow[] = [
  { id: 'osm:way/1', name: { local: 'Хан Шатыр', zh: '可汗沙特尔' }, levels: 9, height: 29.5, heightSource: 'levels' },
  { id: 'osm:way/22', name: {}, levels: 0, height: 5, heightSource: 'default' },
  { id: 'osm:way/333', name: { en: 'Bayterek' }, levels: 0, height: 105, heightSource: 'ours' },
];

function town(span: number): TileMesh {
  const mesh = new MeshBuilder(cityFrame(71.43, 51.13));
  const colour = [0.1, 0.2, 0.3] as const;
  for (const [i, row] of rows.entries()) {
    const x = i * span;
    const outline = [
      [x, 0],
      [x + 20, 0],
      [x + 20, 15],
      [x, 15],
    ] as const;
    extrude(mesh, [outline], { base: 0, top: row.height, feature: i, foot: colour, wall: colour, roof: colour });
  }
  const ground = { normal: [0, 0, 1], top: 0 } as const;
  const corners = (
    [
      [0, 0],
      [90, 0],
      [90, 90],
    ] as const
  ).map((p) => mesh.vertex(p, -1, colour, ground));
  mesh.triangle(...(corners as [number, number, number]));
  return mesh.build();
}

/** Metres in the city's frame, whatever the tile stores. */
async function placesIn(glb: Uint8Array): Promise<number[][]> {
  const node = (await readGlb(glb)).getRoot().listNodes()[0];
  const position = node?.getMesh()?.listPrimitives()[0]?.getAttribute('POSITION');
  if (!node || !position) throw new Error('the tile has no positions');
  const [scale] = node.getScale();
  const moved = node.getTranslation();
  return Array.from({ length: position.getCount() }, (_, i) => {
    const [x, y, z] = position.getElement(i, []).map((value, axis) => value * scale + (moved[axis] as number));
    return [x as number, -(z as number), y as number];
  });
}

const apart = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((v, axis) => Math.abs(v - (b[axis] as number))));

test.each([
  ['quantized', 60],
  ['float', 4000],
])('A %s tile is valid glTF and its vertices come back within 3 cm', async (_, span) => {
  const mesh = town(span);
  const glb = await (await glbWriter())({ mesh, rows });
  expect(await glbProblems(glb)).toEqual([]);
  const found = await placesIn(glb);
  const wanted = Array.from({ length: mesh.count }, (_, i) => [...mesh.positions.slice(i * 3, i * 3 + 3)]);
  for (const place of wanted) expect(Math.min(...found.map((other) => apart(other, place)))).toBeLessThan(0.03);
  for (const place of found) expect(Math.min(...wanted.map((other) => apart(other, place)))).toBeLessThan(0.03);
});

test('The ground has the null feature and every building its row', async () => {
  const encode = await glbWriter();
  const document = await readGlb(await encode({ mesh: town(60), rows }));
  const primitive = document.getRoot().listMeshes()[0]?.listPrimitives()[0];
  const ids = primitive?.getExtension<Features>('EXT_mesh_features')?.listFeatureIDs()[0];
  expect(ids?.getNullFeatureID()).toBe(3);
  expect(ids?.getFeatureCount()).toBe(3);
  expect(new Set(primitive?.getAttribute('_FEATURE_ID_0')?.getArray())).toEqual(new Set([0, 1, 2, 3]));
});

test('The property table says who the building is and where its height comes from', async () => {
  const encode = await glbWriter();
  const document = await readGlb(await encode({ mesh: town(60), rows }));
  const table = document.getRoot().getExtension<StructuralMetadata>('EXT_structural_metadata')?.listPropertyTables()[0];
  const texts = (name: string) => {
    const column = table?.getProperty(name);
    const offsets = new Uint32Array(Uint8Array.from(column?.getStringOffsets() ?? []).buffer);
    const bytes = column?.getValues() ?? new Uint8Array();
    return rows.map((_, i) => new TextDecoder('utf-8').decode(bytes.slice(offsets[i], offsets[i + 1])));
  };
  expect(texts('id')).toEqual(['osm:way/1', 'osm:way/22', 'osm:way/333']);
  expect(texts('name')).toEqual(['Хан Шатыр', '', '']);
  expect(texts('name_zh')).toEqual(['可汗沙特尔', '', '']);
  expect(texts('name_en')).toEqual(['', '', 'Bayterek']);
  expect([...(table?.getProperty('levels')?.getValues() ?? [])]).toEqual([9, 0, 0]);
  expect([...(table?.getProperty('height_source')?.getValues() ?? [])]).toEqual([1, 3, 4]);
});

test('Columns of the property table begin on multiples of eight bytes', async () => {
  const encode = await glbWriter();
  const glb = await encode({ mesh: town(60), rows });
  const length = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
  const json = JSON.parse(new TextDecoder('utf-8').decode(glb.slice(20, 20 + length)));
  const columns = Object.values(json.extensions.EXT_structural_metadata.propertyTables[0].properties) as {
    values: number;
    stringOffsets?: number;
  }[];
  expect(columns).toHaveLength(7);
  for (const { values, stringOffsets } of columns) {
    for (const view of [values, stringOffsets ?? values]) expect((json.bufferViews[view].byteOffset ?? 0) % 8).toBe(0);
  }
});
