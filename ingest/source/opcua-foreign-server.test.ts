import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { DataType, StatusCodes, Variant, VariantArrayType } from 'node-opcua-client';
import { OPCUAServer } from 'node-opcua-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '#devices/time/clock.ts';
import { systemClock } from '#devices/time/clock.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { OpcuaClient } from './opcua-client.ts';
import { SILENCE_MS } from './opcua-connection.ts';
import { RecordingIntake } from './recording-intake.ts';

/*
 * A server that knows nothing of us, as a plant's would be:
 *
 *   Objects
 *     Hall
 *       Pump      temperature (Float, °C, 0–120, HighLimit 90), label (String), curve (Double[])
 *       Motor     speed (UInt16)
 *     Yard
 *       Pump      temperature (Float)
 *       Notes     nothing that measures
 */
type Variable = ReturnType<
  ReturnType<NonNullable<OPCUAServer['engine']['addressSpace']>['getOwnNamespace']>['addVariable']
>;

const T0 = Date.UTC(2026, 10, 23);
let folder: string;
let server: OPCUAServer;
let client: OpcuaClient | undefined;
let temperature: Variable;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-opcua-foreign-'));
  const pki = (name: string) =>
    new OPCUACertificateManager({ rootFolder: join(folder, name), disableFileWatchers: true });
  server = new OPCUAServer({
    port: 0,
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    serverCertificateManager: pki('server'),
    userCertificateManager: pki('users'),
  });
  await server.initialize();
  temperature = buildPlant(server);
  await server.start();
});

afterEach(async () => {
  await client?.stop();
  client = undefined;
  await server.shutdown(0);
  rmSync(folder, { recursive: true, force: true });
});

function buildPlant({ engine: { addressSpace } }: OPCUAServer): Variable {
  if (addressSpace === null) throw new Error('no address space');
  const namespace = addressSpace.getOwnNamespace();
  const hall = namespace.addFolder(addressSpace.rootFolder.objects, { browseName: 'Hall' });
  const yard = namespace.addFolder(addressSpace.rootFolder.objects, { browseName: 'Yard' });
  const pump = namespace.addObject({
    organizedBy: hall,
    browseName: 'Pump',
    displayName: { locale: 'de', text: 'Pumpe' },
  });
  const motor = namespace.addObject({ organizedBy: hall, browseName: 'Motor' });
  const otherPump = namespace.addObject({ organizedBy: yard, browseName: 'Pump' });
  namespace.addObject({ organizedBy: yard, browseName: 'Notes' });
  const hot = namespace.addAnalogDataItem({
    componentOf: pump,
    browseName: 'temperature',
    dataType: 'Float',
    engineeringUnitsRange: { low: 0, high: 120 },
    engineeringUnits: {
      namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
      unitId: 4_408_652,
      displayName: { text: '°C' },
    },
  }) as unknown as Variable;
  namespace.addVariable({
    propertyOf: hot,
    browseName: 'HighLimit',
    dataType: DataType.Double,
    value: new Variant({ dataType: DataType.Double, value: 90 }),
  });
  const list = new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1, 2] });
  const text = new Variant({ dataType: DataType.String, value: 'ready' });
  const turns = new Variant({ dataType: DataType.UInt16, value: 1490 });
  const cool = new Variant({ dataType: DataType.Float, value: 20 });
  namespace.addVariable({ componentOf: pump, browseName: 'label', dataType: DataType.String, value: text });
  namespace.addVariable({
    componentOf: pump,
    browseName: 'curve',
    dataType: DataType.Double,
    valueRank: 1,
    value: list,
  });
  namespace.addVariable({ componentOf: motor, browseName: 'speed', dataType: DataType.UInt16, value: turns });
  namespace.addVariable({ componentOf: otherPump, browseName: 'temperature', dataType: DataType.Float, value: cool });
  return hot;
}

async function startClient(intake: RecordingIntake, port = server.endpoints[0]?.port, clock: Clock = systemClock) {
  client = new OpcuaClient({
    endpoints: [`opc.tcp://127.0.0.1:${port}`],
    intake,
    clock,
    pkiDir: join(folder, 'client'),
    publishingIntervalMs: 50,
  });
  await client.start();
}

test('Things are found in any server: with its own names, units, ranges and limits; what is no observation is left out', async () => {
  const intake = new RecordingIntake();
  await startClient(intake);
  await intake.until(() => intake.readings.length >= 3);

  expect(intake.things.map(({ spec }) => spec)).toEqual([
    {
      id: 'Pump',
      name: { local: 'Pumpe' },
      datastreams: [
        {
          property: 'temperature',
          name: { local: 'temperature' },
          resultType: 'number',
          unit: 'Cel',
          range: [0, 120],
          limits: [{ side: 'above', value: 90, priority: 'medium' }],
        },
        { property: 'label', name: { local: 'label' }, resultType: 'text' },
      ],
    },
    {
      id: 'Motor',
      name: { local: 'Motor' },
      datastreams: [{ property: 'speed', name: { local: 'speed' }, resultType: 'number' }],
    },
    {
      id: 'Yard.Pump',
      name: { local: 'Pump' },
      datastreams: [{ property: 'temperature', name: { local: 'temperature' }, resultType: 'number' }],
    },
  ]);
  const values = Object.fromEntries(
    intake.readings.map(({ thing, property, value }) => [`${thing}/${property}`, value]),
  );
  expect(values).toMatchObject({ 'Pump/label': 'ready', 'Motor/speed': 1490, 'Yard.Pump/temperature': 20 });
  expect(intake.issues).toEqual([]);
});

test('a bad value and its return are both seen', async () => {
  const intake = new RecordingIntake();
  await startClient(intake);
  const hot = () => intake.readings.filter(({ thing, property }) => thing === 'Pump' && property === 'temperature');
  await intake.until(() => intake.readings.length >= 3);
  temperature.setValueFromSource({ dataType: DataType.Float, value: 60 });
  await intake.until(() => hot().some(({ value }) => value === 60));
  temperature.setValueFromSource({ dataType: DataType.Float, value: 60 }, StatusCodes.BadSensorFailure);
  await intake.until(() => hot().at(-1)?.status === StatusCodes.BadSensorFailure.value);
  expect(hot().at(-1)?.value).toBeUndefined();
  temperature.setValueFromSource({ dataType: DataType.Float, value: 61 });
  await intake.until(() => hot().at(-1)?.value === 61);
});

/** Carries bytes to the server, until it is told to swallow those of the connections it has: half open. */
class Wire {
  port = 0;
  readonly #pairs: Socket[] = [];
  readonly #server: Server;

  constructor(to: number) {
    this.#server = createServer((socket) => {
      const far = connect(to, '127.0.0.1');
      for (const end of [socket, far]) {
        end.on('error', () => {});
        this.#pairs.push(end);
      }
      socket.pipe(far);
      far.pipe(socket);
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
  }

  swallow(): void {
    for (const socket of this.#pairs) {
      socket.unpipe();
      socket.resume();
    }
  }

  close(): void {
    for (const socket of this.#pairs) socket.destroy();
    this.#server.close();
  }
}

test('a half-open connection is noticed by the silence, reported once, and made anew', async () => {
  const wire = new Wire(server.endpoints[0]?.port ?? 0);
  await wire.open();
  const clock = new ManualClock(T0);
  const intake = new RecordingIntake();
  await startClient(intake, wire.port, clock);
  await intake.until(() => intake.readings.length >= 3);
  wire.swallow();
  const before = intake.readings.length;
  clock.advance(SILENCE_MS + 1_000);
  expect(intake.issues.map(({ kind }) => kind)).toEqual(['opcua-connection-lost']);
  // Its goodbye is not heard, and it waits a moment before it tries again: both by our clock.
  for (let step = 0; step < 40; step++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(100);
  }
  await intake.until(() => intake.readings.length >= before + 3);
  expect(intake.issues).toHaveLength(1);
  const stopped = client?.stop();
  clock.advance(5_000);
  await stopped;
  client = undefined;
  wire.close();
}, 60_000);
