import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { isTopicLevel } from '#devices/model/thing.ts';
import { systemClock } from '#devices/time/clock.ts';
import type { HistorianWrite } from '../historian.ts';
import { historianContract } from '../historian-contract.ts';
import { InfluxHistorian, type InfluxHistorianOptions } from './influx-historian.ts';
import type { InfluxTarget } from './influx-target.ts';
import type { DatastreamDirectory } from './series-names.ts';
import { type InfluxServer, influxd1, influxd2, startInflux1, startInflux2 } from './testing/influx-server.ts';
import { numberedDirectory } from './testing/numbered-directory.ts';

const T0 = Date.UTC(2026, 0, 1);
const ALWAYS = { from: 0, to: Date.UTC(2200, 0, 1) };
const { Good, Bad } = STATUS_CODES;

const SERVERS = [
  { name: 'InfluxDB 2.7', found: influxd2(), start: startInflux2 },
  { name: 'InfluxDB 1.6', found: influxd1(), start: startInflux1 },
];

type Row = readonly [index: number, time: number, value: number | string | undefined, status?: number];

/** Times as they are, received a millisecond later; positions from `first` on. */
function write(first: number, ...rows: readonly Row[]): HistorianWrite {
  const batch = createBatch(0);
  const texts: TextObservation[] = [];
  rows.forEach(([index, time, value, status = Good], i) => {
    const [receivedTime, position] = [time + 1, first + i];
    if (index >= 100) {
      const text = value as string | undefined;
      texts.push({ index: index as DatastreamIndex, time, receivedTime, value: text, status, position });
    } else {
      appendObservation(
        batch,
        index,
        time,
        receivedTime,
        (value as number | undefined) ?? Number.NaN,
        status,
        position,
      );
    }
  });
  return { batch, texts };
}

for (const { name, found, start } of SERVERS) {
  const path = 'path' in found ? found.path : undefined;
  describe.skipIf(path === undefined)(`${name}${'missing' in found ? ` (${found.missing})` : ''}`, () => {
    let server: InfluxServer;
    let place: InfluxTarget;
    let folder: string;
    let refused: { reason: string; indexes: number[] }[];
    beforeAll(async () => {
      server = await start(path as string);
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'yiping-influx-'));
      place = await server.createPlace();
      refused = [];
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const open = (options: Partial<InfluxHistorianOptions> = {}) =>
      InfluxHistorian.open({
        ...place,
        historyCursorPath: join(folder, 'influx-cursor.json'),
        directory: numberedDirectory,
        clock: systemClock,
        onRefused: (reason, rows) => refused.push({ reason, indexes: rows.map(({ index }) => index) }),
        ...options,
      });

    describe('the contract', () => {
      historianContract(open);
      afterEach(() => expect(refused).toEqual([]));
    });

    describe('what is stored', () => {
      test('comes back exactly: every number, time, text and name that can be', async () => {
        const instant = fc.double({ min: 0, max: Date.UTC(2199, 0, 1), noNaN: true });
        const number = fc.double({ noNaN: true, noDefaultInfinity: true });
        const text = fc.string({
          unit: fc.oneof(fc.constantFrom('\\', '"', '\n', '\r', '\0', ' '), fc.string({ unit: 'grapheme' })),
        });
        const name = fc
          .string({
            minLength: 1,
            unit: fc.oneof(
              fc.constantFrom('\\', '"', "'", ',', '=', ' ', '.'),
              fc.string({ unit: 'grapheme', maxLength: 2 }),
            ),
          })
          .filter(isTopicLevel);
        const value = fc.oneof(number, text);
        const rows = fc.array(fc.tuple(fc.nat(9), instant, instant, value, fc.nat(0x7fffffff)), {
          minLength: 1,
          maxLength: 40,
        });
        const names = fc.uniqueArray(fc.tuple(name, name), {
          minLength: 10,
          maxLength: 10,
          selector: (pair) => pair.join('/'),
        });
        await fc.assert(
          fc.asyncProperty(names, rows, async (pairs, given) => {
            const isText = (index: number) => index >= 5;
            const directory: DatastreamDirectory = {
              datastreamCount: 10,
              datastream: (index) => ({
                property: pairs[index]?.[1] as string,
                resultType: isText(index) ? 'text' : 'number',
              }),
              thingOf: (index) => ({ id: pairs[index]?.[0] as string }),
            };
            place = await server.createPlace();
            const historian = await open({ directory, historyCursorPath: join(folder, `${place.bucket}.json`) });
            const stored = given.filter(([index, , , v]) => isText(index) === (typeof v === 'string'));
            const batch = createBatch(0);
            const texts: TextObservation[] = [];
            stored.forEach(([index, time, receivedTime, v, status], position) => {
              if (typeof v === 'number') appendObservation(batch, index, time, receivedTime, v, status, position);
              else texts.push({ index: index as DatastreamIndex, time, receivedTime, value: v, status, position });
            });
            await historian.append({ batch, texts });
            const back = [];
            for (let index = 0; index < 10; index++) {
              back.push(...(await historian.observations(index, ALWAYS, 1_000)).observations);
            }
            const expected = stored.map(([index, time, receivedTime, v, status], position) => ({
              index,
              time,
              receivedTime,
              value: v,
              status,
              position,
            }));
            expect(back.sort((a, b) => a.position - b.position)).toEqual(expected);
            expect(refused).toEqual([]);
            await historian.close();
          }),
          { numRuns: 15 },
        );
      });

      test('is the same however often it is offered again', async () => {
        const historian = await open();
        const again = write(
          996,
          ...Array.from({ length: 8 }, (_, i): Row => [i % 2 === 0 ? 1 : 100, T0, i % 2 === 0 ? i : `${i}`]),
        );
        for (let i = 0; i < 3; i++) await historian.append(again);
        const { observations } = await historian.observations(1, ALWAYS, 100);
        expect(observations.map(({ value, position }) => [value, position])).toEqual([
          [0, 996],
          [2, 998],
          [4, 1000],
          [6, 1002],
        ]);
        expect([...(await historian.density({ from: T0, to: T0 + 1 }, 1))]).toEqual([8]);
        await historian.close();
      });

      test('by an earlier journal is still there, and claims no place in this one', async () => {
        const before = await open();
        await before.append(write(500, [1, T0, 1], [1, T0 + 1, 2]));
        await before.close();
        rmSync(join(folder, 'influx-cursor.json'));
        const historian = await open({ clock: { ...systemClock, now: () => Date.now() + 1_000 } });
        expect(historian.position).toBe(0);
        await historian.append(write(0, [1, T0 + 2, 3]));
        const { observations } = await historian.observations(1, ALWAYS, 100);
        expect(observations.map(({ value, position }) => [value, position])).toEqual([
          [1, Number.NaN],
          [2, Number.NaN],
          [3, 0],
        ]);
        await historian.close();
      });

      // To us 0.0.0.0 is another machine, to which bodies go compressed.
      test.each(['127.0.0.1', '0.0.0.0'])(
        'in more requests than one, read in more pieces than one, is whole: %s',
        async (host) => {
          const historian = await open({ url: place.url.replace('127.0.0.1', host) });
          const rows = Array.from({ length: 12_000 }, (_, i): Row => [i % 3, T0 + i, i]);
          await historian.append(write(0, ...rows));
          const { observations } = await historian.observations(1, ALWAYS, 10_000);
          expect(observations.map(({ value }) => value)).toEqual(Array.from({ length: 4_000 }, (_, i) => i * 3 + 1));
          await historian.close();
        },
      );

      test('beside what others write into the same bucket is not mixed up with it', async () => {
        const historian = await open();
        await historian.append(write(0, [0, T0, 1]));
        const lines = [
          `level,thing=stranger value=5 ${T0}000001`,
          `level,host=a value=6,status=0i ${T0}000002`,
          `cpu value=1 ${T0}000000`,
        ];
        await writeLines(place, lines);
        expect((await historian.stateAt(T0 + 10)).batch.count).toBe(1);
        const steps = [];
        for await (const step of historian.replay({ from: T0, to: T0 + 10 }, 10)) steps.push(step.batch.count);
        expect(steps).toEqual([1]);
        await historian.close();
      });
    });

    describe('what is refused', () => {
      test('is told with its reason, everything else is stored, and the feed goes on', async () => {
        const historian = await open();
        // Somebody else has made the field of one measurement a text.
        await writeLines(place, [`flow\\ rate,thing=other value="x" ${T0 + 5}000000`]);
        const rows = Array.from({ length: 400 }, (_, i): Row => [i % 40, T0 + i, i]);
        await historian.append(write(0, ...rows, [100, T0, 'text'], [1, T0 + 1_000, undefined, Bad]));
        expect(historian.position).toBe(402);
        expect(new Set(refused.flatMap(({ indexes }) => indexes.map((index) => index % 4)))).toEqual(new Set([1]));
        expect(refused.flatMap(({ indexes }) => indexes)).toHaveLength(100);
        expect(refused[0]?.reason).toMatch(/field type conflict/);
        expect([...(await historian.density({ from: T0, to: T0 + 2_000 }, 1))]).toEqual([302]);
        expect(historian.problem).toBeUndefined();
        await historian.close();
      });

      test('is what the retention of the bucket does not keep, and nothing else', async () => {
        place = await server.createPlace(1);
        const historian = await open();
        const now = Date.now();
        const rows = Array.from({ length: 300 }, (_, i): Row => [i % 3, i % 10 === 7 ? T0 + i : now + i, i]);
        await historian.append(write(0, ...rows));
        expect(refused.flatMap(({ indexes }) => indexes)).toHaveLength(30);
        expect(refused[0]?.reason).toMatch(/retention policy/i);
        expect([...(await historian.density(ALWAYS, 1))]).toEqual([270]);
        await historian.close();
      });

      test('of an unknown datastream is told, not thrown', async () => {
        const historian = await open();
        await historian.append(write(0, [1, T0, 1], [99_999, T0, 'x'], [2, T0, Number.POSITIVE_INFINITY]));
        expect(refused.map(({ reason }) => reason)).toEqual([
          'InfluxDB cannot hold Infinity',
          'no datastream has index 99999',
        ]);
        expect([...(await historian.density(ALWAYS, 1))]).toEqual([1]);
        await historian.close();
      });
    });

    describe('what a person must set right is told apart', () => {
      const writes = (historian: InfluxHistorian) => historian.append(write(0, [1, T0, 1]));
      const reads = (historian: InfluxHistorian) => historian.stateAt(T0);

      test.each([
        ['a wrong token', () => ({ token: 'admin:wrong' }), 'wrong-token', 'wrong-token'],
        ['a missing bucket', () => ({ bucket: 'nowhere' }), 'no-bucket', 'no-bucket'],
        [
          'a read-only token',
          async () => ({ token: await server.tokenFor(place, 'read') }),
          'may-not-write',
          undefined,
        ],
        [
          'a write-only token',
          async () => ({ token: await server.tokenFor(place, 'write') }),
          undefined,
          'may-not-read',
        ],
      ] as const)('%s', async (_, other, onWrite, onRead) => {
        const historian = await open(await other());
        expect(historian.problem).toBeUndefined();
        await expect(kindOf(writes(historian))).resolves.toBe(onWrite);
        expect(historian.problem?.kind).toBe(onWrite);
        await expect(kindOf(reads(historian))).resolves.toBe(onRead);
        expect(historian.problem?.kind).toBe(onWrite ?? onRead);
        await expect(kindOf(historian.check())).resolves.toBe(onWrite ?? onRead);
        expect(historian.problem?.message ?? '').not.toMatch(/wrong|secret|password123/);
        await historian.close();
      });

      if (start === startInflux2)
        test('a missing organisation', async () => {
          for (const org of ['nobody', '']) {
            const historian = await open({ org });
            await expect(kindOf(writes(historian))).resolves.toBe('no-organisation');
            await historian.close();
          }
        });
    });

    test('Two kills of the server in the middle of writes lose nothing and store nothing twice', async () => {
      const historian = await open();
      let failures = 0;
      const feed = async () => {
        for (let i = 0; i < 120; ) {
          const rows = Array.from({ length: 25 }, (_, k): Row => [(i + k) % 20, T0 + i * 10 + k, i * 25 + k]);
          try {
            await historian.append(write(i * 25, ...rows));
            i++;
          } catch {
            failures++;
            await server.start();
          }
        }
      };
      const feeding = feed();
      for (const position of [500, 1_500]) {
        while (historian.position < position) await new Promise((resolve) => setImmediate(resolve));
        await server.kill();
      }
      await feeding;
      expect(failures).toBeGreaterThanOrEqual(2);
      const found: unknown[] = [];
      for (let index = 0; index < 20; index++) {
        found.push(...(await historian.observations(index, ALWAYS, 1_000)).observations.map(({ value }) => value));
      }
      expect(found.sort((x, y) => Number(x) - Number(y))).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
      expect(historian.position).toBe(3_000);
      await historian.close();
    });

    test('A server that goes away is told, what was stored is there when it is back, and no one has to be started again', async () => {
      const historian = await open();
      await historian.append(write(0, [1, T0, 1]));
      await server.kill();
      const given = [write(1, [1, T0 + 1, 2]), write(2, [1, T0 + 2, 3])].map((each) => kindOf(historian.append(each)));
      expect(await Promise.all(given)).toEqual(['away', 'away']);
      await expect(kindOf(historian.stateAt(T0))).resolves.toBe('away');
      expect(historian.problem?.message).toMatch(/does not answer .*start it, or correct influx-url/);
      expect(historian.position).toBe(1);
      const another = await open({ historyCursorPath: join(folder, 'other.json') });
      await server.start();
      await historian.append(write(1, [1, T0 + 1, 2]));
      expect(historian.problem).toBeUndefined();
      expect((await historian.observations(1, ALWAYS, 10)).observations.map(({ value }) => value)).toEqual([1, 2]);
      await another.check();
      await another.close();
      await historian.close();
    });
  });
}

async function kindOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: { kind?: string; message: string }) => error.kind ?? error.message,
  );
}

/** As another program would. */
async function writeLines({ url, org, bucket, token = '' }: InfluxTarget, lines: readonly string[]): Promise<void> {
  const query = org === '' ? { db: bucket } : { org, bucket };
  const login = org === '' ? `Basic ${Buffer.from(token).toString('base64')}` : `Token ${token}`;
  const path = org === '' ? 'write' : 'api/v2/write';
  const answer = await fetch(`${url}/${path}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { authorization: login },
    body: lines.join('\n'),
  });
  expect(await answer.text()).toBe('');
}
