import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import type { ThingJson } from '#devices/wire/api.ts';
import { decodeFrame, encodeFrame } from '#devices/wire/frame.ts';
import { measureApply } from '../twin-viewer/scene/things/measure-apply.ts';
import { CatalogStore } from '../twin-viewer/state/catalog-store.ts';
import { LatestValues } from '../twin-viewer/state/latest-values.ts';
import { ThingAppearance } from '../twin-viewer/state/thing-appearance.ts';
import { ThingStates } from '../twin-viewer/state/thing-states.ts';
import type { Bench } from './main.ts';
import { percentile } from './record.ts';

const DATASTREAMS = 10_000;
const PER_THING = 4;
const ROUNDS = 300;
const WARM_UP = 100;

/**
 * What one frame of 10,000 changed datastreams costs the viewer's thread in JavaScript, by stage: the frame into the
 * store and its listeners judged (a worker decodes it before), then the changed Things into the buffers that Cesium
 * uploads. The scene's worst case is measured too: as many Things as datastreams, every one changed and on screen.
 */
export const run: Bench = async () => {
  const store = measureStore();
  const scene = (things: number) => {
    const times = measureApply(things, ROUNDS + WARM_UP, () => performance.now()).slice(WARM_UP);
    return spread(times.map(({ drainMs, updateMs }) => drainMs + updateMs));
  };
  return {
    datastreams: DATASTREAMS,
    frameToThingStatesMs: spread(store.ms),
    bytesAllocatedPerDatastream: store.bytesPerDatastream,
    thingStatesToBuffersMs: { [`${DATASTREAMS / PER_THING} things`]: scene(DATASTREAMS / PER_THING) },
    worstCaseBuffersMs: { [`${DATASTREAMS} things`]: scene(DATASTREAMS) },
  };
};

function measureStore(): { ms: number[]; bytesPerDatastream: number } {
  const catalog = new CatalogStore();
  const latest = new LatestValues();
  const states = new ThingStates();
  let present = Date.now();
  const appearance = new ThingAppearance({ latest, catalog, states, presentTime: () => present });
  appearance.start(new AbortController().signal);
  catalog.put(Array.from({ length: DATASTREAMS / PER_THING }, (_, number) => thing(number)));

  const ms: number[] = [];
  let allocated = 0;
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    present += 1000;
    const frame = frameOf(round, present);
    const heap = process.memoryUsage().heapUsed;
    const start = performance.now();
    latest.apply(frame);
    const took = performance.now() - start;
    const grown = process.memoryUsage().heapUsed - heap;
    states.drain(() => {});
    if (round < WARM_UP) continue;
    ms.push(took);
    // A collection in between makes it negative; such rounds say nothing.
    if (grown > 0) allocated += grown;
  }
  return { ms, bytesPerDatastream: Number((allocated / ROUNDS / DATASTREAMS).toFixed(2)) };
}

function frameOf(round: number, time: number) {
  const batch = createBatch(DATASTREAMS);
  for (let index = 0; index < DATASTREAMS; index++) {
    appendObservation(batch, index, time, time, (index + round) % 40 === 0 ? 99 : (index + round) % 7, 0);
  }
  return decodeFrame(encodeFrame({ kind: 'delta', sequence: round + 1, time, batch, texts: [] }).buffer);
}

function thing(number: number): ThingJson {
  return {
    id: `t${number}`,
    type: 'parking',
    simulated: true,
    source: { protocol: 'mqtt', address: `twin/t${number}` },
    datastreams: Array.from({ length: PER_THING }, (_, i) => ({
      id: `t${number}/p${i}`,
      index: number * PER_THING + i,
      property: `p${i}`,
      resultType: 'number' as const,
      intervalMs: 5_000,
      limits: [{ side: 'above' as const, value: 90, priority: 'high' as const }],
    })),
  };
}

function spread(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const rounded = (p: number) => Number(percentile(sorted, p).toFixed(2));
  return { p50: rounded(0.5), p99: rounded(0.99) };
}
