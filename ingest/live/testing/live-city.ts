import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { Thing, ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from '../latest-table.ts';
import type { LiveLimits } from '../live-limits.ts';
import { LiveServer } from '../live-server.ts';
import type { Known } from './recording-viewer.ts';

export const START = Date.UTC(2026, 10, 23, 8);

/** A live server over `datastreams` datastreams, one per Thing `t0`, `t1` …, on a clock that the test moves. */
export class LiveCity {
  readonly clock = new ManualClock(START);
  readonly catalog = new Catalog(forgetfulStore);
  readonly latest = new LatestTable();
  readonly server: LiveServer;
  observations = 0;

  constructor(datastreams: number, limits: Partial<LiveLimits> = {}) {
    for (let i = 0; i < datastreams; i++) this.register(`t${i}`);
    this.server = new LiveServer({
      latest: this.latest,
      catalog: this.catalog,
      clock: this.clock,
      totals: () => ({ observations: this.observations, issues: 0 }),
      limits,
    });
    this.server.start();
  }

  register(id: string): Thing {
    const datastreams = [{ property: 'value', resultType: 'number' as const }];
    return this.catalog.register({ id: id as ThingId, datastreams }, { protocol: 'mqtt', address: `twin/${id}` });
  }

  observe(index: number, value: number, time = this.clock.now()): void {
    const batch = createBatch(1);
    appendObservation(batch, index, time, this.clock.now(), value, STATUS_CODES.Good);
    this.latest.apply(batch, []);
    this.observations++;
  }

  observeText(index: number, value: string | undefined, time = this.clock.now()): void {
    const text = { index: index as DatastreamIndex, time, receivedTime: this.clock.now(), value, status: 0 };
    this.latest.apply({ ...createBatch(0) }, [text]);
    this.observations++;
  }

  /** The latest table as a viewer would know it. */
  truth(among?: readonly number[]): Map<number, Known> {
    const truth = new Map<number, Known>();
    const { latest } = this;
    for (let index = 0; index < latest.size; index++) {
      if (latest.order[index] === Number.NEGATIVE_INFINITY) continue;
      if (among !== undefined && !among.includes(index)) continue;
      truth.set(index, {
        time: latest.time[index] as number,
        receivedTime: latest.receivedTime[index] as number,
        value: latest.texts.has(index) ? latest.texts.get(index)?.value : latest.value[index],
        status: latest.status[index] as number,
      });
    }
    return truth;
  }
}
