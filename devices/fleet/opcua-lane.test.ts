import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  AttributeIds,
  type ClientSession,
  DataType,
  DataValue,
  OPCUAClient,
  StatusCodes,
  Variant,
} from 'node-opcua-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { OpcuaLane } from './opcua-lane.ts';
import { groupsOf, type SampleGroup } from './sample-group.ts';

const water: PackThing = {
  id: 'line-1' as ThingId,
  name: { zh: '一号机组', en: 'Line 1' },
  type: 'water-plant',
  datastreams: THING_TEMPLATES['water-plant'].datastreams,
  transport: 'opcua',
};

let folder: string;
let lane: OpcuaLane;
let client: OPCUAClient;
let session: ClientSession;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-opcua-lane-'));
  lane = new OpcuaLane({ port: 0, things: [water], pkiDir: join(folder, 'plant') });
  await lane.start();
  client = OPCUAClient.create({
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(folder, 'client'),
      disableFileWatchers: true,
    }),
    endpointMustExist: false,
  });
  await client.connect(`opc.tcp://127.0.0.1:${lane.port}/yiping/fleet`);
  session = await client.createSession();
});

afterAll(async () => {
  await session.close();
  await client.disconnect();
  await lane.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function nodeIdOf(name: string): Promise<string> {
  const namespaces = await session.readNamespaceArray();
  return `ns=${namespaces.indexOf('urn:yiping:fleet')};s=${name}`;
}

test('before the first measurement a variable waits for its data; then it has value, status and time', async () => {
  const nodeId = await nodeIdOf('line-1/turbidity');
  const before = await session.read({ nodeId, attributeId: AttributeIds.Value });
  expect(before.statusCode).toBe(StatusCodes.BadWaitingForInitialData);
  const slow = groupsOf(water).find(({ intervalMs }) => intervalMs === 10_000) as SampleGroup;
  const time = Date.UTC(2026, 10, 23) + 0.007;
  lane.send(slow, { time, results: [{ property: 'turbidity', value: 0.3, status: StatusCodes.Good.value }] });
  const after = await session.read({ nodeId, attributeId: AttributeIds.Value });
  expect([after.value.value, after.statusCode, after.sourceTimestamp?.getTime(), after.sourcePicoseconds]).toEqual([
    0.3,
    StatusCodes.Good,
    Math.floor(time),
    7_000_000,
  ]);
});

test('nobody may write', async () => {
  for (const name of ['line-1/turbidity', 'line-1/running']) {
    const dataType = name.endsWith('running') ? DataType.Boolean : DataType.Double;
    const value = new DataValue({ value: new Variant({ dataType, value: name.endsWith('running') ? true : 1 }) });
    const nodeId = await nodeIdOf(name);
    const status = await session.write({ nodeId, attributeId: AttributeIds.Value, value });
    expect(status.isGood(), name).toBe(false);
  }
});
