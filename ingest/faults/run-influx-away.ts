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
/** What 30 minutes of the publisher's clock bring. */
const AWAY_MESSAGES = AWAY_MINUTES * 60 * MESSAGES_PER_SECOND;
const AROUND = 5_000;
const ILL_MESSAGES = 5_000;
const CONTROL_MESSAGES = 500;
const ABSENCES: readonly Absence[] = ['killed', 'frozen'];

/** What is missing and what is there twice, of all runs. */
export interface Missing {
  readonly lost: number;
  readonly repeated: number;
}

/** `runs` absences of each InfluxDB that is on this machine, its illnesses, and a control that must lose. */
export async function runInfluxAway(runs: number, folder: string): Promise<Missing> {
  console.log(
    `Time is compressed: ${AWAY_MINUTES} minutes at ${MESSAGES_PER_SECOND} messages/s, each with its own time, are ` +
      `${AWAY_MESSAGES} messages, sent as fast as they are acknowledged; awaySeconds is how long that took. ` +
      'The waits between attempts are the real ones.',
  );
  const told: Missing[] = [];
  let places = 0;
  const place = () => {
    const own = join(folder, String(++places));
    mkdirSync(own);
    return own;
  };
  const tell = (what: string, report: Missing) => {
    told.push(report);
    print(what, report);
  };
  const [two, one] = [influxd2(), influxd1()];
  for (const [name, found, start] of [
    ['InfluxDB 2.7', two, startInflux2],
    ['InfluxDB 1.6', one, startInflux1],
  ] as const) {
    if ('missing' in found) console.log(`${name}: not run, ${found.missing}`);
    else await withServers([await start(found.path)], ([server]) => breakServer(name, server, runs, { place, tell }));
  }
  if ('path' in two && 'path' in one) {
    const servers = [await startInflux2(two.path), await startInflux1(one.path, false)] as const;
    await withServers(servers, async ([server, later]) => {
      const report = await influxOtherVersion({ folder: place(), server, later, messages: ILL_MESSAGES });
      tell('InfluxDB 2.7 that comes back as 1.6', report);
    });
  }
  return {
    lost: told.reduce((sum, { lost }) => sum + lost, 0),
    repeated: told.reduce((sum, { repeated }) => sum + repeated, 0),
  };
}

interface Book {
  /** A folder of its own. */
  place(): string;
  tell(what: string, report: Missing): void;
}

async function breakServer(name: string, server: InfluxServer, runs: number, { place, tell }: Book): Promise<void> {
  for (let run = 0; run < runs; run++) {
    const absence = ABSENCES[run % ABSENCES.length] as Absence;
    const options = { folder: place(), server, absence, messages: AWAY_MESSAGES, around: AROUND };
    tell(`${name}, away`, await influxAway(options));
  }
  tell(`${name}, ill`, await influxIll({ folder: place(), server, messages: ILL_MESSAGES }));
  const ingest = { mode: 'break-the-promise', influx: await server.createPlace() } as const;
  const control = await killAgainAndAgain({ folder: place(), ingest, lives: [CONTROL_MESSAGES] });
  print(`${name}, the control that acknowledges too early`, control);
}

async function withServers<const Servers extends readonly InfluxServer[]>(
  servers: Servers,
  use: (servers: Servers) => Promise<void>,
): Promise<void> {
  try {
    await use(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

function print(what: string, report: Missing): void {
  console.log(what, JSON.stringify(report, undefined, 2));
}
