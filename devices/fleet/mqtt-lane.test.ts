import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { systemClock } from '#devices/time/clock.ts';
import { type LaneState, MqttLane, type MqttLaneLimits } from './mqtt-lane.ts';
import { groupsOf, type SampleGroup } from './sample-group.ts';

const T0 = Date.UTC(2026, 10, 23);
const PASSWORD = 'secret';

const thing = (id: string, type: 'air-station' | 'bus-stop'): PackThing => ({
  id: id as ThingId,
  type,
  datastreams: THING_TEMPLATES[type].datastreams,
  transport: 'mqtt',
});

/** A real broker that wants the password, notes what comes and can be shut and opened again on the same port. */
class Broker {
  readonly received: {
    readonly topic: string;
    readonly qos: number;
    readonly retain: boolean;
    readonly payload: string;
  }[] = [];
  port = 0;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #watchers: (() => void)[] = [];

  async open(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate: (_client, _name, password, done) => done(null, password?.toString() === PASSWORD),
    });
    aedes.on('publish', ({ topic, qos, retain, payload }, client) => {
      if (client === null) return;
      this.received.push({ topic, qos, retain, payload: payload.toString() });
      for (const check of this.#watchers) check();
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
    this.#aedes = aedes;
    this.#server = server;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await new Promise<void>((resolve) => (this.#aedes === undefined ? resolve() : this.#aedes.close(() => resolve())));
    await new Promise<void>((resolve) =>
      this.#server === undefined ? resolve() : this.#server.close(() => resolve()),
    );
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (holds()) resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }
}

let broker: Broker;
let lane: MqttLane;
let states: LaneState[];
let onState: () => void;
afterEach(async () => {
  await lane.stop();
  await broker.close();
});

async function setUp(things: readonly PackThing[], accessToken = PASSWORD, limits: Partial<MqttLaneLimits> = {}) {
  broker = new Broker();
  await broker.open();
  states = [];
  onState = () => {};
  lane = new MqttLane({
    name: 'test',
    clock: systemClock,
    url: `mqtt://127.0.0.1:${broker.port}`,
    clientId: 'test',
    accessToken,
    things,
    limits,
    onState: (state) => {
      states.push(state);
      onState();
    },
  });
  await lane.start();
}

function state(kind: LaneState['kind']): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (states.some((each) => each.kind === kind)) resolve();
    };
    onState = check;
    check();
  });
}

const sampleOf = (group: SampleGroup, number: number) => ({
  time: T0 + number + number / 1000,
  results: group.streams.map(({ property }) => ({ property, value: number, status: STATUS_CODES.Good })),
});

test('Things introduce themselves, retained and acknowledged; then they speak with the QoS of their type', async () => {
  const things = [thing('air', 'air-station'), thing('stop', 'bus-stop')];
  await setUp(things);
  await broker.until(() => broker.received.length === 2);
  expect(broker.received.map(({ topic, qos, retain }) => ({ topic, qos, retain }))).toEqual([
    { topic: 'twin/air/$meta', qos: 1, retain: true },
    { topic: 'twin/stop/$meta', qos: 1, retain: true },
  ]);
  const [air, stop] = things.map((each) => groupsOf(each)[0]) as [SampleGroup, SampleGroup];
  lane.send(air, sampleOf(air, 1));
  await broker.until(() => broker.received.length === 3);
  lane.send(stop, sampleOf(stop, 2));
  await broker.until(() => broker.received.length === 4);
  expect(broker.received.slice(2).map(({ topic, qos }) => [topic, qos])).toEqual([
    ['twin/air', 1],
    ['twin/stop', 0],
  ]);
  await lane.stop();
  expect(lane.tally).toMatchObject({ published: 6 + 3, acknowledged: 6, unacknowledgeable: 3, messages: 2 });
});

test('while the broker is away QoS 1 waits, QoS 0 is refused; when it is back all that waited comes, none twice missing', async () => {
  const things = [thing('air', 'air-station'), thing('stop', 'bus-stop')];
  await setUp(things);
  await broker.until(() => broker.received.length === 2);
  const [air, stop] = things.map((each) => groupsOf(each)[0]) as [SampleGroup, SampleGroup];
  await broker.close();
  await state('away');
  expect(lane.accepts(stop)).toBe(false);
  for (let number = 0; number < 1_000; number++) {
    expect(lane.accepts(air)).toBe(true);
    lane.send(air, sampleOf(air, number));
  }
  await broker.open();
  const data = () => new Set(broker.received.filter(({ topic }) => topic === 'twin/air').map(({ payload }) => payload));
  await broker.until(() => data().size === 1_000);
  await lane.stop();
  expect(lane.tally).toMatchObject({ published: 6_000, acknowledged: 6_000, refused: 3 });
});

test('what waits is bounded: then nothing more is measured', async () => {
  const things = [thing('air', 'air-station')];
  await setUp(things, PASSWORD, { waiting: 10 });
  await broker.until(() => broker.received.length === 1);
  const [air] = groupsOf(things[0] as PackThing) as [SampleGroup];
  await broker.close();
  await state('away');
  let taken = 0;
  while (lane.accepts(air)) {
    lane.send(air, sampleOf(air, taken));
    taken++;
  }
  expect(taken).toBe(10);
  expect(lane.tally.refused).toBe(6);
});

test('a broker that refuses the password is told as the reason', async () => {
  await setUp([thing('air', 'air-station')], 'wrong');
  await state('refused');
  expect(states.find((each) => each.kind === 'refused')).toMatchObject({
    reason: expect.stringMatching(/not auth|bad user/i),
  });
});
