import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type InfluxServer,
  influxd1,
  influxd2,
  startInflux1,
  startInflux2,
} from '../historian/influx/testing/influx-server.ts';
import { MESSAGES_PER_SECOND } from './counting-publisher.ts';
import { type Absence, influxAway } from './influx-away.ts';
import { influxIll, influxOtherVersion } from './influx-ill.ts';
import { killAgainAndAgain } from './kill.ts';

const AWAY_MINUTES = 30;
/** What 30 minutes bring; the publisher's clock runs as fast as they are acknowledged. */
const AWAY_MESSAGES = AWAY_MINUTES * 60 * MESSAGES_PER_SECOND;
const AROUND = 5_000;
const ILL_MESSAGES = 5_000;
const CONTROL_MESSAGES = 500;
const ABSENCES: readonly Absence[] = ['killed', 'frozen'];

interface Counted {
  readonly lost: number;
  readonly repeated: number;
}

/** `runs` absences of each InfluxDB that is on this machine, then its illnesses, and a control that must lose. */
export async function runInfluxAway(runs: number, folder: string): Promise<Counted> {
  const sum = { lost: 0, repeated: 0 };
  const tell = (what: string, report: Counted) => {
    sum.lost += report.lost;
    sum.repeated += report.repeated;
    console.log(what, JSON.stringify(report, undefined, 2));
  };
  const place = () => {
    const own = join(folder, String(++places));
    mkdirSync(own);
    return own;
  };
  let places = 0;
  console.log(
    `Time is compressed: ${AWAY_MINUTES} minutes at ${MESSAGES_PER_SECOND} messages/s, each with its own time, are ` +
      `${AWAY_MESSAGES} messages, sent as fast as they are acknowledged; awaySeconds is how long that took. ` +
      'The waits between attempts are the real ones.',
  );
  const servers: InfluxServer[] = [];
  try {
    for (const [name, found, start] of [
      ['InfluxDB 2.7', influxd2(), startInflux2],
      ['InfluxDB 1.6', influxd1(), startInflux1],
    ] as const) {
      if ('missing' in found) {
        console.log(`${name}: not run, ${found.missing}`);
        continue;
      }
      const server = await start(found.path);
      servers.push(server);
      for (let run = 0; run < runs; run++) {
        const absence = ABSENCES[run % ABSENCES.length] as Absence;
        const options = { folder: place(), server, absence, messages: AWAY_MESSAGES, around: AROUND };
        tell(`${name}, away`, await influxAway(options));
      }
      tell(`${name}, ill`, await influxIll({ folder: place(), server, messages: ILL_MESSAGES }));
      const influx = await server.createPlace();
      const ingest = { mode: 'break-the-promise', influx } as const;
      const control = await killAgainAndAgain({ folder: place(), ingest, lives: [CONTROL_MESSAGES] });
      console.log(`${name}, the control that acknowledges too early`, JSON.stringify(control, undefined, 2));
    }
    const [older] = [influxd1()];
    if (servers.length === 2 && 'path' in older) {
      const server = servers[0] as InfluxServer;
      const later = await startInflux1(older.path, false);
      servers.push(later);
      const options = { folder: place(), server, later, messages: ILL_MESSAGES };
      tell('InfluxDB 2.7 that comes back as 1.6', await influxOtherVersion(options));
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  return sum;
}
