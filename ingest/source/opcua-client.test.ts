import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import { OpcuaLane } from '#devices/fleet/opcua-lane.ts';
import { groupsOf, type SampleGroup } from '#devices/fleet/sample-group.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { systemClock } from '#devices/time/clock.ts';
import { OpcuaClient } from './opcua-client.ts';
import { RecordingIntake } from './recording-intake.ts';
import type { Intake } from './source.ts';

const unit = (number: number): PackThing => ({
  id: `unit-${number}` as ThingId,
  name: { zh: `机组 ${number}`, en: `Unit ${number}` },
  type: 'power-plant',
  location: { lon: 71.4 + number / 1000, lat: 51.1, height: 12 },
  building: `osm:way/${number}`,
  datastreams: THING_TEMPLATES['power-plant'].datastreams,
  transport: 'opcua',
});

/** 30 units of 20 variables each. */
const units = Array.from({ length: 30 }, (_, at) => unit(at + 1));
const T0 = Date.UTC(2026, 10, 23, 12);

let pkiDir: string;
beforeAll(() => {
  pkiDir = mkdtempSync(join(tmpdir(), 'yiping-opcua-test-'));
});
afterAll(() => rmSync(pkiDir, { recursive: true, force: true }));

async function startPlant(port = 0): Promise<OpcuaLane> {
  const lane = new OpcuaLane({ port, things: units, pkiDir: join(pkiDir, 'plant') });
  await lane.start();
  return lane;
}

function startClient(port: number | undefined, intake: Intake): OpcuaClient {
  const endpoint = `opc.tcp://127.0.0.1:${port}/yiping/fleet`;
  return new OpcuaClient({
    endpoints: [endpoint],
    intake,
    clock: systemClock,
    pkiDir: join(pkiDir, 'client'),
    publishingIntervalMs: 50,
  });
}

/** Sends 42.5 (true for contacts) for every datastream of `group`. */
function say(lane: OpcuaLane, group: SampleGroup, time: number, status: number = STATUS_CODES.Good): void {
  const results = group.streams.map(({ property, resultType }) => ({
    property,
    value: status === STATUS_CODES.Good ? (resultType === 'boolean' ? true : 42.5) : undefined,
    status,
  }));
  lane.send(group, { time, results });
}

describe('OPC UA from the simulated plant to the intake', () => {
  test('every Thing arrives with its names, place, units, ranges, intervals and limits', async () => {
    const lane = await startPlant();
    const intake = new RecordingIntake();
    const client = startClient(lane.port, intake);
    await client.start();
    await intake.until(() => intake.things.length > 0);
    await client.stop();
    await lane.stop();

    const { transport: _, ...first } = units[0] as PackThing;
    expect(intake.things).toHaveLength(30);
    expect(intake.things.flatMap(({ spec }) => spec.datastreams)).toHaveLength(600);
    expect(intake.things.find(({ spec }) => spec.id === 'unit-1')?.spec).toEqual({ ...first, simulated: true });
    expect(intake.things[0]?.source.address).toMatch(
      /^opc\.tcp:\/\/127\.0\.0\.1:\d+\/yiping\/fleet ns=\d+;s=unit-\d+$/,
    );
    expect(intake.issues).toEqual([]);
  });

  test('values arrive with the status and the source time of the device, to the microsecond, none left out', async () => {
    const lane = await startPlant();
    const intake = new RecordingIntake();
    const client = startClient(lane.port, intake);
    await client.start();
    const [fast] = groupsOf(units[2] as PackThing) as [SampleGroup];
    say(lane, fast, T0);
    const power = () => intake.readings.filter((r) => r.thing === 'unit-3' && r.property === 'power');
    await intake.until(() => power().length === 1);
    for (let n = 1; n <= 100; n++) say(lane, fast, T0 + n + n / 1000);
    say(lane, fast, T0 + 200, STATUS_CODES.BadSensorFailure);
    await intake.until(() => power().length === 102);
    await client.stop();
    await lane.stop();

    expect(
      power()
        .slice(0, 101)
        .map(({ time }) => time),
    ).toEqual(Array.from({ length: 101 }, (_, n) => T0 + n + n / 1000));
    expect(power()[5]).toEqual({
      thing: 'unit-3',
      property: 'power',
      value: 42.5,
      time: T0 + 5.005,
      status: STATUS_CODES.Good,
    });
    expect(power().at(-1)).toMatchObject({ value: undefined, time: T0 + 200, status: STATUS_CODES.BadSensorFailure });
    expect(
      intake.readings.every(({ time }) => (time ?? 0) >= T0),
      'no reading of a device that has not measured',
    ).toBe(true);
  });

  test('a server that is not there yet is found when it comes, and found again after it was away', async () => {
    const first = await startPlant();
    const { port } = first;
    await first.stop();
    const intake = new RecordingIntake();
    const client = startClient(port, intake);
    await client.start();
    await intake.until(() => intake.issues.some(({ kind }) => kind === 'opcua-connection-lost'));
    const [fast] = groupsOf(units[0] as PackThing) as [SampleGroup];
    const has = (time: number) => intake.readings.some((r) => r.property === 'power' && r.time === time);

    const second = await startPlant(port);
    say(second, fast, T0);
    await intake.until(() => has(T0));
    await second.stop();
    await intake.until(() => intake.issues.length === 2);
    const third = await startPlant(port);
    say(third, fast, T0 + 1000);
    await intake.until(() => has(T0 + 1000));
    await client.stop();
    await third.stop();

    expect(intake.issues.map(({ kind }) => kind)).toEqual(['opcua-connection-lost', 'opcua-connection-lost']);
  }, 60_000);

  test('a port that is taken is an error that says what to do', async () => {
    const lane = await startPlant();
    const second = new OpcuaLane({ port: lane.port ?? 0, things: units, pkiDir: join(pkiDir, 'second') });
    await expect(second.start()).rejects.toThrow(/port \d+ on 127\.0\.0\.1.*--opcua-port/);
    await second.stop();
    await lane.stop();
  });
});
